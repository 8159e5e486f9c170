// STIX 2.1 bundles as feeds: each indicator, and each value of its pattern, is a row. All else in a bundle (identities,
// markings, relationships, sightings) is context and no record; an observable that no indicator names is no claim.
#include "base/text.h"
#include "observable/stix_terms.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

std::string_view member_of(ObservableKind kind) {
  switch (kind) {
    case ObservableKind::Url:
      return "url";
    case ObservableKind::Domain:
    case ObservableKind::Onion:
      return "domain";
    case ObservableKind::Ip:
      return "ip";
    case ObservableKind::FileHash:
      return "hash";
    default:
      return name(kind);
  }
}

std::string tlp_of(const Json& object) {
  const Json* marks = object.find("object_marking_refs");
  if (marks == nullptr || marks->array() == nullptr) return {};
  for (const Json& mark : *marks->array()) {
    const auto tlp = mark.string() != nullptr ? tlp_of_marking(*mark.string()) : std::optional<Tlp>();
    if (tlp) return std::string(name(*tlp));
  }
  return {};
}

}  // namespace

FeedRows stix_rows(std::string_view text) {
  FeedRows out;
  const auto bundle = parse_json(text);
  const Json* objects = bundle ? bundle->find("objects") : nullptr;
  if (!bundle || objects == nullptr || objects->array() == nullptr || bundle->text_or("type") != "bundle") {
    out.problem = bundle ? "no STIX bundle" : printable(bundle.error().message, 200);
    return out;
  }
  for (const Json& object : *objects->array()) {
    if (object.text_or("type") != "indicator") continue;
    if (out.rows.size() + out.unread.size() > kMostEvents) break;
    const std::string id = object.text_or("id");
    const Json* revoked = object.find("revoked");
    if (revoked != nullptr && revoked->boolean() != nullptr && *revoked->boolean()) {
      out.unread.push_back(printable(id, 60) + " is revoked");
      continue;
    }
    const auto values = object.text_or("pattern_type", "stix") == "stix"
                            ? stix_values(object.text_or("pattern"))
                            : fail(Fault::Malformed, "its pattern is no STIX pattern");
    if (!values || values->empty()) {
      out.unread.push_back(printable(id, 60) + ": " +
                           (values ? "its pattern names nothing that is reported here" : values.error().message));
      continue;
    }
    Json row = object;
    row.object()->erase("pattern");
    if (const std::string tlp = tlp_of(object); !tlp.empty()) row.set("tlp", tlp);
    for (const auto& [kind, value] : *values) {
      if (out.rows.size() > kMostEvents) break;
      out.rows.push_back(Json(row).set(member_of(kind), value));
    }
  }
  return out;
}

}  // namespace cordon
