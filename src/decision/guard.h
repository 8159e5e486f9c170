// The guard over sensitive holders (charter 11.3, amendment 11): what media, parties, lawyers and others like them hold
// is asked about only when people outside the usual two have signed. It is on from the start: without a list that is
// young enough everything but warnings counts as theirs. docs/formats/sensitive-holders.md is the list's format.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "law/matter.h"
#include "observable/ip_range.h"
#include "observable/observable.h"
#include "officer/officer.h"

namespace cordon {

enum class Holder { Media, Ngo, Party, Election, Religion, University, Health, HumanRights, Union, Lawyer };
std::string_view name(Holder holder);  // "media", "human_rights", …
Result<Holder> parse_holder(std::string_view text);

inline constexpr std::int64_t kOldestSensitiveListMs = 180 * kDayMs;  // amendment 11
inline constexpr std::size_t kLargestSensitiveList = 16u << 20;       // bytes
inline constexpr std::size_t kMostSensitiveEntries = 200'000;

// One country's list: names, networks, accounts and pages, each with the kind of who holds it.
class SensitiveList {
 public:
  // Malformed names the line. Order and comments count for nothing.
  static Result<SensitiveList> read(std::string_view text);
  std::string text() const;  // canonical: read(text()) is the same list, and equal lists have equal texts
  Digest digest() const { return sha256(text()); }
  const std::string& country() const { return country_; }  // ISO 3166-1 alpha-2
  Instant dated() const { return dated_; }                 // the day it speaks of, 0:00 UTC
  std::size_t size() const { return entries_.size(); }
  bool young(Instant now) const { return dated_ <= now + kDayMs && now - dated_ < kOldestSensitiveListMs; }

  // Who holds what the target lies under: a name and all below it, an address of a network, an account and its pages.
  std::optional<Holder> holder_of(const Observable& target) const;

  // The first entry of this list that `other` lacks, as its line is written; nothing where it has all.
  std::optional<std::string> missing_from(const SensitiveList& other) const;
  Result<SensitiveList> without(std::string_view entry) const;  // NotFound where there is no such line

 private:
  static Result<Nothing> add(std::string_view line, SensitiveList& to);
  std::string country_;
  Instant dated_;
  std::map<std::string, Holder, std::less<>> entries_;  // "domain news.example.org" → who
  std::vector<std::pair<IpRange, Holder>> networks_;    // of those entries, read
};

// What the guard says of one target of one request: the automatic answer to G_SENSITIVE_TARGET.
struct Guarded {
  // Nothing is asked before a legal reviewer and the ombudsperson signed for it.
  bool sensitive = false;
  // Whose it is, by the list. Then it is never federated, not even what a warning said of it, and a standing rule makes
  // it a case.
  std::optional<Holder> holder = {};
  std::optional<Digest> list = {};  // the evidence of this answer: the list that was asked; none where there is none
  std::string basis;                // the same in words, for the notice and the page
  std::string_view answer() const { return sensitive || holder ? "sensitive" : "not_sensitive"; }
};
// `list`: the desk's, or nothing. Exposure and warnings of C01, C02, C03 and C05 are spared.
Guarded sensitive_target(const SensitiveList* list, const Observable& target, Matter matter, ActionKind kind,
                         Instant now);
bool spared_by_the_guard(Matter matter, ActionKind kind);

// Event: from here on this is the desk's list. Two people load one; the ombudsperson alone takes an entry out.
struct SensitiveListKept {
  Digest digest, blob;  // of its text; where that lies, encrypted
  std::string country;
  Instant dated;
  std::int64_t entries = 0;
  std::vector<OfficerId> by;           // two, or the ombudsperson
  std::optional<Digest> removed = {};  // of the entry's line, where one was taken out
  std::string reason = {};             // then
};
Json to_json(const SensitiveListKept& event);
Result<SensitiveListKept> read_sensitive_list_kept(const Json& body);

// Refused where it would lose an entry of the one before, is another country's, or is not young.
Result<SensitiveListKept> keep_sensitive_list(const SensitiveList& list, const SensitiveList* before,
                                              const Officer& one, const Officer& other, Instant now);
Result<SensitiveListKept> remove_sensitive_entry(const SensitiveList& after, std::string_view entry,
                                                 const Officer& ombudsperson, std::string reason);

// Event: an officer wished for something that the guard stops, or asked a holder on the list. Once for each case.
struct SensitiveTargetMet {
  CaseId case_id;
  ActionKind kind;
  bool listed = false;  // else there is no list that is young enough
  std::optional<Digest> list = {};
};
Json to_json(const SensitiveTargetMet& event);
Result<SensitiveTargetMet> read_sensitive_target_met(const Json& body);

}  // namespace cordon
