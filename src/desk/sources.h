// What a desk fetches by itself: folders and Maildirs on this machine, mailboxes over IMAP, and files over HTTP, each a
// source that [sources.NAME] in cordon.toml names (docs/sources.md). One thing at a time goes the whole way into the
// record before the next is fetched, so that a full disk or a slow record slows the fetching and nothing waits in
// memory; what was taken in is marked by the digest of its bytes, so that a crash between leads to a second, equal
// answer and to no second report.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "net/imap.h"

namespace cordon {

// What is known of a source from one turn to the next, kept in desk/sources/NAME.json. Without it everything is fetched
// once more, and nothing is taken in twice.
struct SourceState {
  Instant tried_at{0}, taken_at{0}, next_at{0};
  Instant told{0};                  // when the server said to come again
  std::string etag, last_modified;  // of the file that was taken in last
  std::optional<Digest> seen;       // of its bytes
  std::string why;                  // it could not be had, or not be read; empty when the last turn was a good one
  std::int64_t failures = 0;        // one after the other
};

// One file or one mail.
struct Fetched {
  std::string path;  // on this machine; empty: it came over the net
  std::string name;  // for the format's sake, and as it is shown
  std::string bytes;
  std::string etag = {}, last_modified = {};
  std::uint32_t uid = 0;  // of a mail on a server
};

class Sources {
 public:
  Sources(const Paths& paths, const Settings& settings) : paths_(paths), sources_(settings.polled) {}
  Result<SourceState> state(const PolledSource& source) const;
  // NotFound where cordon.toml has none of that name.
  Result<PolledSource> find(std::string_view name) const;
  // Whose turn it is, the one that waits longest first; nothing when it is nobody's.
  Result<std::optional<PolledSource>> due(Instant now) const;
  const std::vector<PolledSource>& all() const { return sources_; }

  // 1. The next thing that waits there, if there is one. Needs no desk; `stop` ends it early. Unavailable: it could not
  //    be had. Malformed: it is larger than a batch may be.
  Result<std::optional<Fetched>> fetch(const PolledSource& source, Instant now,
                                       const std::atomic<bool>* stop = nullptr) const;
  // 2. Takes it in. What is no batch at all is set aside in `failed/` beside it, with the reason, for 7 days (charter
  //    8.3); a file over HTTP is not fetched again before it changes. An error is for the next turn: nothing was lost.
  struct Taken {
    std::int64_t accepted = 0, duplicates = 0, refused = 0, quarantined = 0;
    std::string set_aside;  // why, if it was
  };
  Result<Taken> take(Desk& desk, const PolledSource& source, const Fetched& fetched) const;
  // 3. How its turn ended, and when the next one is: after `every_minutes`, twice as long after each failure in a row
  // up
  //    to a day, or when the server said.
  Result<Nothing> end_turn(const PolledSource& source, const std::optional<Error>& trouble, Instant now) const;

  // What was set aside goes back to where it came from, to be taken in again; how much.
  Result<std::int64_t> replay(const PolledSource& source) const;

 private:
  std::string state_file(const PolledSource& source) const;
  std::string folder_of(const PolledSource& source) const;
  Result<std::optional<Fetched>> next_file(const PolledSource& source, Instant now) const;
  Result<std::optional<Fetched>> next_answer(const PolledSource& source, Instant now,
                                             const std::atomic<bool>* stop) const;
  Result<Nothing> keep(const PolledSource& source, const SourceState& state) const;
  Result<Nothing> set_aside(const PolledSource& source, const Fetched& fetched, const Error& why) const;
  Result<Nothing> forget_old(const PolledSource& source, Instant now) const;
  // A mailbox on a server, from one mail of a turn to the next; `taken` is off the server before another is fetched,
  // for take() asks nobody on the net.
  struct Mailbox {
    ImapBox box;
    std::optional<std::vector<std::uint32_t>> waiting = {};  // asked for once a turn
    std::optional<std::uint32_t> taken = {};
    bool aside = false;
  };
  Result<Mailbox*> mailbox_of(const PolledSource& source) const;
  Result<std::optional<Fetched>> next_mail(const PolledSource& source) const;
  Paths paths_;
  std::vector<PolledSource> sources_;
  mutable std::map<std::string, Mailbox> mailboxes_;
};

std::string source_in_words(const Json& line);  // of `cordon source …`

// Gives each source its turns while a desk is served, on a thread of its own. `in_use` guards the desk, and is not held
// over the net.
class SourceClerk {
 public:
  SourceClerk(Desk& desk, std::mutex& in_use);
  ~SourceClerk();
  SourceClerk(const SourceClerk&) = delete;
  SourceClerk& operator=(const SourceClerk&) = delete;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace cordon
