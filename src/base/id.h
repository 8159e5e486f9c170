// Names of things inside a desk: UUIDs (RFC 9562) in their own types, so that a case is never taken
// for a report. Version 7 orders by time of making; version 8 is derived from content.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/result.h"

namespace cordon {

std::string make_uuid7(Instant at, Random& random);
std::string make_uuid8(const Digest& digest);  // the digest's first 122 free bits
// Version 5, from a namespace and a name: for formats that know no other (STIX, MISP). SHA-1 only names here; no
// promise rests on it. `space` is a UUID of 36 characters.
std::string make_uuid5(std::string_view space, std::string_view name);
Result<std::string> parse_uuid(std::string_view text);  // 36 characters, lower-cased
std::string uuid_bytes(std::string_view uuid);          // its 16 bytes
std::string uuid_from_bytes(std::string_view bytes);    // of exactly 16

template <typename Tag>
class Id {
 public:
  static Id make(Instant at, Random& random) { return Id(make_uuid7(at, random)); }
  static Id derive(const Digest& digest) { return Id(make_uuid8(digest)); }
  static Result<Id> parse(std::string_view text) { return Id(TRY(parse_uuid(text))); }
  // 16 bytes that bytes() gave.
  static Id from_bytes(std::string_view bytes) { return Id(uuid_from_bytes(bytes)); }
  const std::string& text() const { return text_; }
  std::string bytes() const { return uuid_bytes(text_); }
  auto operator<=>(const Id&) const = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

using BatchId = Id<struct BatchTag>;
using ReportId = Id<struct ReportTag>;
using CaseId = Id<struct CaseTag>;
using EvidenceId = Id<struct EvidenceTag>;
using ProposalId = Id<struct ProposalTag>;
using NoticeId = Id<struct NoticeTag>;
using OfficerId = Id<struct OfficerTag>;
using ApiKeyId = Id<struct ApiKeyTag>;
using StampId = Id<struct StampTag>;
using HoldId = Id<struct HoldTag>;
using AppealId = Id<struct AppealTag>;
using LetterId = Id<struct LetterTag>;
using RuleId = Id<struct RuleTag>;
using AlertId = Id<struct AlertTag>;
using AlertBatchId = Id<struct AlertBatchTag>;
using AnswerId = Id<struct AnswerTag>;

}  // namespace cordon
