// One index: an immutable file (docs/formats/index.md) of indicators, mapped and never loaded. It is ready at once
// whatever its size, and answers in batches.
//
//   const auto index = TRY(Index::open("phishing.cidx", key));
//   index->lookup(queries, Day::of(clock.now()), answers);
//   if (answers[i].match != Match::None) show(index->entry(answers[i].entry));
//
// Every lookup is const and safe from any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/sign.h"
#include "law/terms.h"
#include "match/indicator.h"
#include "observable/scan.h"

namespace cordon {

// What is asked. `canonical` is Observable::canonical() or Find::canonical; no other spelling matches.
struct Query {
  ObservableKind kind;
  std::string_view canonical;
};

enum class Match : std::uint8_t {
  None,
  Exact,
  Below,   // a domain above the one that was asked for is listed with what is below it
  Prefix,  // a url's host and a path above its own
  Range,   // a block of addresses around it: context
};
std::string_view name(Match match);  // "none", "exact", "below", "prefix", "range"

// What a lookup's word rests on. Text: on the entry's own text, so that it is exact. Print: on 47 bits of a keyed hash
// and the bucket that they were found in; a hit is half as dear, and of 10^11 questions for what is not listed about
// one is answered, more where somebody who has the file makes names up. So a Print answer is to be looked up by Text
// before anybody acts on it.
enum class Certainty : std::uint8_t { Text, Print };

// Where an entry lies; means nothing to another index or generation.
struct EntryRef {
  std::uint64_t place = 0;  // 0: nowhere
  auto operator<=>(const EntryRef&) const = default;
};

// The nearest entry that is valid: exact before below, the longer name or path before the shorter, a range last; of
// several of one key, an active one before a reference, then the more confident. find() gives all of them.
struct Matched {
  EntryRef entry = {};
  std::uint64_t generation = 0;  // of the index that was asked
  Match match = Match::None;
  Standing standing = Standing::Reference;
  std::uint16_t key_length = 0;  // of the canonical text that matched: how near it is, of Below and Prefix
};

// What an index says about one thing. The texts are the entry's own.
struct Entry {
  std::optional<ObservableKind> kind;  // nothing for a range
  std::string canonical;               // of the observable, or IpRange::text()
  Reach reach = Reach::Exact;
  Standing standing = Standing::Reference;
  std::optional<Category> category;
  std::string source;
  Tlp tlp = Tlp::Red;
  Pap pap = Pap::Red;
  int confidence = 0;
  Day added, valid_until;
  std::string id;
  bool withdrawn = false;
  bool operator==(const Entry&) const = default;
};
// Parses `canonical` again: a file's word is not yet an observable.
Result<ListedIndicator> to_indicator(const Entry& entry);

// One of several entries that concern what was asked, the nearest first.
enum class EntryState : std::uint8_t { Valid, Expired, Withdrawn, Replaced };  // the last: by the delta's of one source
std::string_view name(EntryState state);                                       // "valid", "expired", …
struct Concerning {
  Entry entry;
  Match match = Match::Exact;
  EntryState state = EntryState::Valid;
};

struct IndexInfo {
  std::string path;
  int version = 0;
  Instant made;
  std::uint64_t generation = 0;
  std::optional<Digest> base;  // of a delta: set digest of the index that it changes
  Digest set;                  // the set digest: SHA-256 of the signed root, which covers every byte
  PublicKey key;               // who signed
  std::map<ObservableKind, std::uint64_t> entries;
  std::uint64_t ranges = 0, withdrawn = 0, total = 0;
  std::uint64_t file_bytes = 0, hot_bytes = 0;  // hot: the buckets, which are all that a lookup touches by Print
};

class OpenIndex;  // match/open_index.h: how it looks inside

class Index {
 public:
  // Reads the header, checks its signature and that each section lies inside of the file. With a `key`, only what it
  // signed is taken (NotFound: a verification said no). Malformed: no such file, or another version. Corrupt: a header
  // that does not hold. What stands in the sections is looked at when it is used; verify() reads all of it.
  static Result<std::shared_ptr<const Index>> open(const std::string& path, std::optional<PublicKey> key = {});
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // As many answers as queries. Fast from some 32 on: memory is waited for by all of them together.
  void lookup(std::span<const Query> queries, Day today, std::span<Matched> answers,
              Certainty certainty = Certainty::Text, Lanes lanes = Lanes::Best) const;
  // All entries that concern it, expired ones too.
  std::vector<Concerning> find(const Query& query, Day today) const;
  std::vector<Concerning> find(const Observable& observable, Day today) const;

  // The longest range around each address, v4 in host byte order and v6 as in Ip; `EntryRef{}` where there is none.
  void ranges_of(std::span<const std::uint32_t> addresses, Day today, std::span<EntryRef> out) const;
  void ranges_of(std::span<const std::array<std::uint8_t, 16>> addresses, Day today, std::span<EntryRef> out) const;

  Entry entry(EntryRef ref) const;  // of an answer of this very index
  // Every entry, kind by kind, ranges last; an error of `each` ends it and is given back.
  Result<Nothing> for_each(const std::function<Result<Nothing>(const Entry&)>& each) const;

  const IndexInfo& info() const;
  // Reads every byte: the digest of each section, then that each entry is found where a lookup would look. Corrupt
  // says which section.
  Result<Nothing> verify() const;

  const OpenIndex& inside() const { return *inside_; }  // for the other files of this module

 private:
  explicit Index(std::unique_ptr<const OpenIndex> inside);
  std::unique_ptr<const OpenIndex> inside_;
};

}  // namespace cordon
