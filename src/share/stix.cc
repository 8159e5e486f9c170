#include "share/stix.h"

#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

// TLP 2.0 as OASIS publishes it: marking objects with fixed ids, written with an extension.
constexpr std::string_view kTlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
struct TlpRow {
  Tlp tlp;
  std::string_view word, id;
};
constexpr std::array kTlp{
    TlpRow{Tlp::Clear, "clear", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"},
    TlpRow{Tlp::Green, "green", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
    TlpRow{Tlp::Amber, "amber", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"},
    TlpRow{Tlp::AmberStrict, "amber+strict", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"},
    TlpRow{Tlp::Red, "red", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"},
};
constexpr std::array kTlp1{
    TlpRow{Tlp::Clear, "white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    TlpRow{Tlp::Green, "green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    TlpRow{Tlp::Amber, "amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    TlpRow{Tlp::Red, "red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
};

// Objects that say the same in every bundle have one time for ever: an id and a `modified` name one content.
constexpr std::string_view kEpoch = "2026-01-01T00:00:00.000Z";

std::string derived(std::string_view type, std::string_view name) {
  return std::string(type) + "--" + make_uuid5(kCordonNamespace, std::string(type) + "\n" + std::string(name));
}

const TlpRow& tlp_row(Tlp tlp) {
  return *std::find_if(kTlp.begin(), kTlp.end(), [&](const TlpRow& row) { return row.tlp == tlp; });
}

Json identity(const std::string& id, std::string_view who, std::string_view kind) {
  return Json::Object{{"type", "identity"},    {"spec_version", "2.1"}, {"id", id},
                      {"created", kEpoch},     {"modified", kEpoch},    {"name", who},
                      {"identity_class", kind}};
}

std::string project() { return derived("identity", "Cordon"); }

Json tlp_marking(Tlp tlp) {
  const TlpRow& row = tlp_row(tlp);
  const Json extension = Json::Object{{"extension_type", "property-extension"}, {"tlp_2_0", row.word}};
  return Json::Object{{"type", "marking-definition"},
                      {"spec_version", "2.1"},
                      {"id", row.id},
                      {"created", "2022-10-01T00:00:00.000Z"},
                      {"name", "TLP:" + std::string(name(tlp))},
                      {"extensions", Json::Object{{std::string(kTlpExtension), extension}}}};
}

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

struct PathRow {
  ObservableKind kind;
  std::string_view path;
  std::string_view prefix;  // of the canonical text, that the path itself says
};
constexpr std::array kPaths{
    PathRow{ObservableKind::Url, "url:value", ""},
    PathRow{ObservableKind::Domain, "domain-name:value", ""},
    PathRow{ObservableKind::Onion, "domain-name:value", ""},
    PathRow{ObservableKind::Ip, "ipv4-addr:value", ""},
    PathRow{ObservableKind::Ip, "ipv6-addr:value", ""},
    PathRow{ObservableKind::FileHash, "file:hashes.'SHA-256'", "sha256:"},
    PathRow{ObservableKind::FileHash, "file:hashes.'SHA-1'", "sha1:"},
    PathRow{ObservableKind::FileHash, "file:hashes.MD5", "md5:"},
    PathRow{ObservableKind::TlsCert, "x509-certificate:hashes.'SHA-256'", "sha256:"},
};

const PathRow* path_of(const Observable& observable) {
  const std::string& text = observable.canonical();
  const auto found = std::find_if(kPaths.begin(), kPaths.end(), [&](const PathRow& row) {
    if (row.kind != observable.kind()) return false;
    if (row.kind == ObservableKind::Ip) return (text.find(':') != std::string::npos) == (row.path == "ipv6-addr:value");
    return text.starts_with(row.prefix);
  });
  return found == kPaths.end() ? nullptr : &*found;
}

}  // namespace

std::string stix_identity(std::string_view desk) { return derived("identity", "desk " + std::string(desk)); }
std::string stix_extension() { return derived("extension-definition", "Cordon border 1"); }
std::string stix_marking(Tlp tlp) { return std::string(tlp_row(tlp).id); }

std::optional<Tlp> tlp_of_marking(std::string_view id) {
  for (const auto& row : kTlp) {
    if (row.id == id) return row.tlp;
  }
  for (const auto& row : kTlp1) {
    if (row.id == id) return row.tlp;
  }
  return std::nullopt;
}

std::string stix_indicator_id(std::string_view key, Category category, const Observable& observable) {
  const Json what = Json::Array{"stix-indicator", name(category), name(observable.kind()), observable.canonical()};
  return derived("indicator", hmac_sha256(key, to_text(what)).hex());
}

Result<std::string> stix_pattern(const Observable& observable) {
  const PathRow* row = path_of(observable);
  if (row == nullptr) {
    return fail(Fault::Refused,
                "STIX has no object for " + std::string(name(observable.kind())) + ", so none is offered in a bundle");
  }
  std::string literal;
  for (const char c : observable.canonical().substr(row->prefix.size())) {
    if (c == '\'' || c == '\\') literal += '\\';
    literal += c;
  }
  return "[" + std::string(row->path) + " = '" + literal + "']";
}

Result<Observable> read_stix_pattern(ObservableKind kind, std::string_view pattern) {
  const Error shape = fail(Fault::Malformed, "only a pattern of one comparison with '=' is read");
  for (const PathRow& row : kPaths) {
    const std::string start = "[" + std::string(row.path) + " = '";
    if (row.kind != kind || !pattern.starts_with(start)) continue;
    std::string_view rest = pattern.substr(start.size());
    std::string text(row.prefix);
    while (!rest.empty() && rest[0] != '\'') {
      if (rest[0] == '\\') rest.remove_prefix(1);
      if (rest.empty()) return shape;
      text += rest[0];
      rest.remove_prefix(1);
    }
    if (rest != "']") return shape;
    Observable observable = TRY(parse_observable(kind, text));
    // One thing has one spelling between desks too, so that the same indicator is the same pattern.
    if (TRY(stix_pattern(observable)) != pattern) return fail(Fault::Malformed, "the value is not in its one spelling");
    return observable;
  }
  return fail(Fault::Malformed, "no pattern of a " + std::string(name(kind)));
}

Json write_bundle(const std::vector<Exportable>& objects, const Parcel& parcel) {
  Json::Array list{identity(stix_identity(parcel.from), parcel.from, "organization")};
  std::set<Tlp> labels;
  for (const Exportable& object : objects) {
    CORDON_CHECK(object.to() == parcel.to, "what was decided for one peer is not written for another");
    labels.insert(object.indicator().tlp);
  }
  for (const Tlp tlp : labels) list.push_back(tlp_marking(tlp));
  for (const Exportable& object : objects) list.push_back(indicator_json(object, parcel));
  const std::string about = parcel.from + "\n" + parcel.to + "\n" + std::to_string(parcel.sequence);
  return Json::Object{{"type", "bundle"}, {"id", derived("bundle", about)}, {"objects", std::move(list)}};
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
  return Json::Object{{"to", event.to},           {"sequence", event.sequence},     {"at", to_rfc3339(event.at)},
                      {"file", event.file.hex()}, {"policy", event.policy.hex()},   {"items", std::move(items)},
                      {"by", to_json(event.by)},  {"withheld", std::move(withheld)}};
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
  return BundleOffered{std::move(to), sequence, at, file, policy, std::move(items), std::move(by), std::move(withheld)};
}

}  // namespace cordon
