#include "share/stix.h"

#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

// Objects that say the same in every bundle have one time for ever: an id and a `modified` name one content.
constexpr std::string_view kEpoch = "2026-01-01T00:00:00.000Z";

Json identity(const std::string& id, std::string_view who, std::string_view kind) {
  return Json::Object{{"type", "identity"},    {"spec_version", "2.1"}, {"id", id},
                      {"created", kEpoch},     {"modified", kEpoch},    {"name", who},
                      {"identity_class", kind}};
}

std::string project() { return stix_id("identity", "Cordon"); }

// It travels beside the bundle, for OASIS' own schema of a bundle has no place for this type of object.
Json extension_definition() {
  return Json::Object{
      {"type", "extension-definition"},
      {"spec_version", "2.1"},
      {"id", stix_extension()},
      {"created_by_ref", project()},
      {"created", kEpoch},
      {"modified", kEpoch},
      {"name", "Cordon border"},
      {"schema",
       "Properties of an indicator: category (one of the 17 ids of Cordon's charter, section 4), number (C01 to C17), "
       "kind (of observable), national_article (text), pap (CLEAR, GREEN, AMBER, RED), charter (SHA-256 of the "
       "charter's tables, hex), duties (list: purpose_only, no_onward, expires_at, delete_on_recall, "
       "act_only_with_new_fact, tell_outcome, credit). All are required."},
      {"version", "1.0.0"},
      {"extension_types", Json::Array{"property-extension"}}};
}

Json duties_json(const std::set<Duty>& duties) {
  Json::Array list;
  for (const Duty duty : duties) list.emplace_back(name(duty));
  return list;
}

// Every field that crosses is named here, and nothing else can.
Json indicator_json(const Exportable& object, const Parcel& parcel) {
  const Indicator& indicator = object.indicator();
  const OffenceRow& offence = row(indicator.category);
  const Result<std::string> pattern = stix_pattern(indicator.observable);
  CORDON_CHECK(pattern, "an indicator is made only of what STIX can say");
  Json own = Json::Object{{"extension_type", "property-extension"},
                          {"category", offence.id},
                          {"number", offence.number},
                          {"kind", name(indicator.observable.kind())},
                          {"national_article", indicator.national_article},
                          {"pap", name(indicator.pap)},
                          {"charter", parcel.charter.hex()},
                          {"duties", duties_json(object.decision().duties)}};
  Json json = Json::Object{{"type", "indicator"},
                           {"spec_version", "2.1"},
                           {"id", indicator.id},
                           {"created_by_ref", stix_identity(indicator.origin)},
                           {"created", to_rfc3339(indicator.created)},
                           {"modified", to_rfc3339(indicator.modified)},
                           {"name", std::string(offence.id) + ": " + std::string(name(indicator.observable.kind()))},
                           {"indicator_types", Json::Array{"malicious-activity"}},
                           {"pattern", *pattern},
                           {"pattern_type", "stix"},
                           {"valid_from", to_rfc3339(indicator.valid_from)},
                           {"valid_until", to_rfc3339(indicator.expires_at)},
                           {"object_marking_refs", Json::Array{stix_marking(indicator.tlp)}},
                           {"extensions", Json::Object{{stix_extension(), std::move(own)}}}};
  if (object.recalled()) json.set("revoked", true);
  return json;
}

}  // namespace

std::string stix_identity(std::string_view desk) { return stix_id("identity", "desk " + std::string(desk)); }
std::string stix_extension() { return stix_id("extension-definition", "Cordon border 1"); }
std::string stix_indicator_id(std::string_view key, Category category, const Observable& observable) {
  const Json what = Json::Array{"stix-indicator", name(category), name(observable.kind()), observable.canonical()};
  return stix_id("indicator", hmac_sha256(key, to_text(what)).hex());
}

Json write_bundle(const std::vector<Exportable>& objects, const Parcel& parcel) {
  Json::Array list{identity(stix_identity(parcel.from), parcel.from, "organization")};
  std::set<Tlp> labels;
  for (const Exportable& object : objects) {
    CORDON_CHECK(object.to() == parcel.to, "what was decided for one peer is not written for another");
    labels.insert(object.indicator().tlp);
  }
  for (const Tlp tlp : labels) list.push_back(stix_tlp(tlp));
  for (const Exportable& object : objects) list.push_back(indicator_json(object, parcel));
  const std::string about = parcel.from + "\n" + parcel.to + "\n" + std::to_string(parcel.sequence);
  return Json::Object{{"type", "bundle"}, {"id", stix_id("bundle", about)}, {"objects", std::move(list)}};
}

// ── the envelope ──

std::string seal_envelope(Json bundle, const Parcel& parcel, const SecretKey& key) {
  Json envelope = Json::Object{{"at", to_rfc3339(parcel.at)},
                               {"bundle", std::move(bundle)},
                               {"charter", parcel.charter.hex()},
                               {"extension_definition", extension_definition()},
                               {"from", parcel.from},
                               {"key", to_base64(key.public_key())},
                               {"sequence", parcel.sequence},
                               {"to", parcel.to}};
  const Signature signature = key.sign(std::string(kEnvelopeHeading) + to_text(envelope));
  return to_text(envelope.set("signature", to_base64(signature))) + "\n";
}

Result<std::string> signed_part(std::string_view file) {
  // Names are sorted, so that "signature" stands behind the bundle and before "to". Inside a text the quotes would be
  // escaped: the last place where these bytes stand is the member itself.
  constexpr std::string_view kMember = R"(,"signature":")";
  constexpr std::size_t kLength = 88;  // 64 bytes in base64
  const std::size_t at = file.rfind(kMember);
  const std::size_t end = at + kMember.size() + kLength + 1;
  if (at == std::string_view::npos || end > file.size() || file[end - 1] != '"' || !file.ends_with('\n'))
    return fail(Fault::Malformed, "there is no signature in the envelope");
  return std::string(kEnvelopeHeading) + std::string(file.substr(0, at)) +
         std::string(file.substr(end, file.size() - end - 1));
}

Json to_json(const BundleOffered& event) {
  Json::Array items, withheld;
  for (const OfferedItem& item : event.items) {
    items.push_back(Json::Object{{"case", item.case_id.text()},
                                 {"indicator", item.indicator},
                                 {"recalled", item.recalled},
                                 {"rule", item.rule}});
  }
  for (const WithheldItem& item : event.withheld) {
    Json one = Json::Object{
        {"case", item.case_id.text()}, {"answer", name(item.decision.answer)}, {"rule", item.decision.rule}};
    if (item.decision.code) one.set("code", name(*item.decision.code));
    Json::Array roles;
    for (const Role role : item.decision.hold_for) roles.emplace_back(name(role));
    if (!roles.empty()) one.set("hold_for", std::move(roles));
    withheld.push_back(std::move(one));
  }
  Json body = Json::Object{{"to", event.to},           {"sequence", event.sequence},     {"at", to_rfc3339(event.at)},
                           {"file", event.file.hex()}, {"policy", event.policy.hex()},   {"items", std::move(items)},
                           {"by", to_json(event.by)},  {"withheld", std::move(withheld)}};
  if (event.blob) body.set("blob", event.blob->hex());
  return body;
}

namespace {

Result<WithheldItem> read_withheld(const Json& item) {
  CaseId case_id = TRY(CaseId::parse(TRY(item.text("case"))));
  Decision decision;
  decision.answer = TRY(parse_answer(TRY(item.text("answer"))));
  decision.rule = TRY(item.text("rule"));
  if (item.find("code") != nullptr) decision.code = TRY(parse_deny_code(TRY(item.text("code"))));
  if (item.find("hold_for") != nullptr) {
    for (const Json& role : TRY(item.list("hold_for")))
      decision.hold_for.insert(TRY(parse_role(role.string() != nullptr ? *role.string() : std::string())));
  }
  return WithheldItem{std::move(case_id), std::move(decision)};
}

}  // namespace

Result<BundleOffered> read_bundle_offered(const Json& body) {
  std::vector<OfferedItem> items;
  for (const Json& item : TRY(body.list("items"))) {
    CaseId case_id = TRY(CaseId::parse(TRY(item.text("case"))));
    std::string indicator = TRY(item.text("indicator"));
    const bool recalled = TRY(item.flag("recalled"));
    items.push_back({std::move(case_id), std::move(indicator), recalled, item.text_or("rule")});
  }
  std::vector<WithheldItem> withheld;
  if (body.find("withheld") != nullptr) {
    for (const Json& item : TRY(body.list("withheld"))) withheld.push_back(TRY(read_withheld(item)));
  }
  std::string to = TRY(parse_desk_origin(TRY(body.text("to"))));
  const std::int64_t sequence = TRY(body.number("sequence"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest file = TRY(parse_digest(TRY(body.text("file"))));
  const Digest policy = TRY(parse_digest(TRY(body.text("policy"))));
  PeerSigners by = TRY(read_peer_signers(body));
  std::optional<Digest> blob;
  if (body.find("blob") != nullptr) blob = TRY(parse_digest(TRY(body.text("blob"))));
  return BundleOffered{std::move(to),       sequence, at, file, policy, std::move(items), std::move(by),
                       std::move(withheld), blob};
}

}  // namespace cordon
