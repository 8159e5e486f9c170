// What STIX 2.1 (OASIS, 2021) calls what we have: ids, TLP markings, and an observable as a pattern.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/observable.h"

namespace cordon {

// The names that every desk derives its ids under (RFC 9562 version 5). Chosen once, for ever.
inline constexpr std::string_view kCordonNamespace = "7279775f-34ec-4883-a8f6-80c9c068c501";
std::string stix_id(std::string_view type, std::string_view name);  // "indicator--…", the same for the same name

std::string stix_marking(Tlp tlp);                       // OASIS' own id of the TLP 2.0 marking
Json stix_tlp(Tlp tlp);                                  // the marking itself
std::optional<Tlp> tlp_of_marking(std::string_view id);  // also the four of TLP 1

// "[domain-name:value = 'bad.example.org']". Refused for a kind that STIX has no object for.
Result<std::string> stix_pattern(const Observable& observable);
// The observable of that kind that a pattern of this one shape names; anything else is Malformed.
Result<Observable> read_stix_pattern(ObservableKind kind, std::string_view pattern);

// What any pattern names that is made of comparisons with '=' and IN, joined by OR, in one observation or several:
// the kind and the text as it stands there. Malformed where it says more (AND, NOT, LIKE, a sequence in time), because
// a part of it would then be another indicator. Comparisons of other things than ours are left out.
using StixValue = std::pair<ObservableKind, std::string>;
Result<std::vector<StixValue>> stix_values(std::string_view pattern);
// The same for an object of a bundle that is an observable itself ("url", "ipv4-addr", "file", …).
std::vector<StixValue> stix_object_values(const Json& object);

}  // namespace cordon
