// A feed's profile: how the records of one feed become events, in words that an operator writes in TOML (docs/feeds.md)
// and hands over as JSON. Events carry the flat names of the IntelMQ Data Format ("source.ip", "time.source"), and
// read_intelmq() makes a reading of each: whatever a feed looks like, there is one place where it becomes a sighting.
//
//   [input]                          # what a record is
//   format = "csv"
//   comment = ["#"]
//   [event]                          # a name of the event = where its value stands
//   "source.ip" = "address"
//   "time.source" = { from = "seen", time = "%d.%m.%Y %H:%M", zone = "+05:00" }
//   "classification.type" = { is = "brute-force" }
//
// Each name has a type, and takes no value of another: "source.ip" and "source.fqdn" may both name the column "host".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "report/reading.h"

namespace cordon {

inline constexpr std::size_t kLargestProfile = 64u << 10;  // bytes of its JSON
inline constexpr std::size_t kDocumentLimit = 16u << 20;   // of an input that is read whole: HTML, XML, nested JSON
inline constexpr std::size_t kMostEvents = 50'000;         // of one record
inline constexpr std::size_t kHeadLimit = 16u << 10;       // of a batch's first bytes, where [header] looks

class FeedProfile {
 public:
  // Malformed says which key is wrong and what was expected; Refused where a profile asks for what no record may hold
  // (accounts, raw bytes). `where` of the error is the table and the key.
  static Result<FeedProfile> read(const Json& profile);
  const Json& json() const { return json_; }
  const std::string& about() const { return about_; }  // one line for people; may be empty

  struct Parts;
  const Parts& parts() const { return *parts_; }

 private:
  FeedProfile(Json json, std::string about, std::shared_ptr<const Parts> parts)
      : json_(std::move(json)), about_(std::move(about)), parts_(std::move(parts)) {}
  Json json_;
  std::string about_;
  std::shared_ptr<const Parts> parts_;
};

// Names of events that a profile may set, and what each takes; extra.* takes anything. Nothing for any other name.
bool is_event_name(std::string_view name);

// What a batch says of all its records, by the names of events: {"feed.name": …, "time.observation": …}. Malformed
// for a member that is no name of an event.
Result<Nothing> check_given(const Json& given);

// Cuts a batch into records, in constant memory and linear time as frame() does (report/framing.h): between them lie
// blank lines, comments, and the lines of a header. A document that has to be read whole is one record.
Result<std::vector<std::string_view>> frame_feed(const FeedProfile& profile, std::string_view bytes);
// Whether frame_feed() leaves a batch whole: its limit is then kDocumentLimit.
bool reads_whole(const FeedProfile& profile);
// Whether its records are the words of a text, and no rows: such are somebody's, and have a case at once
// (docs/volume.md).
bool reads_words(const FeedProfile& profile);
// The line that names the columns, where the profile does not; empty otherwise.
std::string_view feed_header(const FeedProfile& profile, std::string_view bytes);

// The columns that rules of the profile name and this header has not: a feed may leave some out, and has changed when
// it has none of them. Empty where the profile names the columns itself.
struct MissingColumns {
  std::vector<std::string> names;
  bool all = false;
};
MissingColumns missing_columns(const FeedProfile& profile, std::string_view header);

// What the worker knows of a batch beside its records.
struct FeedBatch {
  Json given = Json::Object{};        // what every event says
  Json head = Json::Object{};         // what [header] found
  std::vector<std::string> columns;   // of a CSV
  std::optional<Matter> matter = {};  // what events are about that do not say it
};
// Of the batch's first bytes (at most kHeadLimit of them are looked at) and of feed_header().
FeedBatch feed_batch(const FeedProfile& profile, Json given, std::string_view head, std::string_view header);

// One event of a record. `code` and `reason` say why there is none: a record that can't be read, one that the profile
// leaves out ("left_out").
struct FeedEvent {
  Json event;  // flat
  std::string code, reason;
  std::string said;  // what of the record it is, so that two events of one record differ
};
// Every record gives at least one event or one reason, and no more than kMostEvents.
std::vector<FeedEvent> feed_events(const FeedProfile& profile, const FeedBatch& batch, std::string_view record);

// The reading of one of them. Beside redaction, what opens an address (a password, a key, a signature) is cut out of
// every member but the addresses that the event is about.
Reading read_feed_event(const FeedEvent& event, std::optional<Matter> matter);

// What crosses the worker's pipe for one record: its readings, packed, each with the digest of what it was made of. Of
// a single one the digest is empty: it is that of the record.
std::string write_feed_answers(const FeedProfile& profile, const FeedBatch& batch, std::string_view record);

// A profile as TOML for the bytes of a sample, with a comment at each guess. Malformed where nothing in it looks like
// an identifier.
Result<std::string> propose_profile(std::string_view sample, std::string_view file_name);

}  // namespace cordon
