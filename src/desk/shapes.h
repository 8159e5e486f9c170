// What the desk shows of its things: the JSON of --json and of the API, and the line for a person.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "casework/batch.h"
#include "store/store.h"

namespace cordon {

// What a reply may hold, for the OpenAPI document; the suite compares every reply with it. A member's type is "text",
// "line" (no line break), "id", "digest", "time", "whole", "flag", "counts" (words to whole numbers), "object" (of any
// kind), or another shape's name; "[…]" is a list of it, and "…?" may be null.
struct Member {
  std::string_view name, type;
  bool always = true;
};
struct Shape {
  std::string_view name;
  std::string_view like;  // has all members of this shape as well
  std::span<const Member> members;
};
std::span<const Shape> shapes();

Json show(const Error& error);  // {"fault","message","where"}
Json show(const RunItem& item,
          const std::string& file);  // DESIGN 13: {"file","position","outcome","reason","report","case"}
Json show(const Officer& officer);
Json show(const ApiKey& key);  // never its secret
Json show(const CaseSummary& summary);
Json show(const Case& the_case);
Json show(const Proposal& proposal);
Json show(const ReportOfCase& report);
Json show(const Hold& hold, Instant now);
Json show(const OutboxItem& item);
Json show(const Guarded& guard);  // the automatic answer to G_SENSITIVE_TARGET, with the list that it rests on
Json show(const Action& action);
Json show(const LetterRow& letter);
Json show(const KeptAnswer& answer);
std::string_view proposed_word(const ProposedStep& step);  // as `notice answer` takes it
Json show(const PartyNotice& party);
Json show(const Appeal& appeal);
Json show_to_appellant(const Appeal& appeal);  // not who hears it
Json show(const PeerRow& row);
std::string fingerprint(const PublicKey& key);  // SHA-256 in hex, to be compared over another channel

}  // namespace cordon
