// A registered feed: whose it is, what its words mean here, and how it comes in. cordon.toml registers it, everybody
// may read it, and a standing rule fixes it as it was when two officers signed (amendment 1).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "law/matter.h"
#include "law/terms.h"

namespace cordon {

// Who publishes it, as seen from this desk.
enum class PublisherKind { Private, OtherState, OwnState, Operator };
std::string_view name(PublisherKind kind);  // "private", "other_state", "own_state", "operator"
Result<PublisherKind> parse_publisher_kind(std::string_view text);

struct Feed {
  std::string name;       // as a report's source
  std::string publisher;  // in words
  PublisherKind publisher_kind = PublisherKind::Private;
  bool own_sensor = false;  // what the operator itself measures
  std::string machine;      // the name of the key of the API that it comes with, or "poll:" and its own
                            // name where the desk fetches it; no person feeds it
  std::map<std::string, Matter> categories;         // the publisher's label → ours
  std::map<Gate, std::vector<std::string>> fields;  // a gate → the members of its records that answer it
  std::string profile;                              // SHA-256 (hex) of how its records are read; empty: as they come
  bool operator==(const Feed&) const = default;
};

// {"name", "publisher", "publisher_kind", "own_sensor", "machine", "categories": {"phish": "phishing"}, "fields":
// {"G_IMPERSONATED_PARTY": ["target"]}, "profile"}; own_sensor, fields and profile may be missing. Refused for a sensor
// that is not the operator's, and for a gate that takes a person or the software's own look.
Result<Feed> read_feed(const Json& body);
Json to_json(const Feed& feed);

// Whether a feed's record, as it was kept, answers the gate: each of its members is there and says something.
bool answers(const Feed& feed, Gate gate, std::string_view record);

}  // namespace cordon
