#include "share/receive.h"

#include <algorithm>
#include <array>
#include <variant>

#include "base/confined.h"
#include "base/id.h"
#include "base/text.h"
#include "law/offences.h"
#include "law/refused.h"

namespace cordon {

namespace {

constexpr std::int64_t kClockSkewMs = 5 * 60'000;  // what two honest clocks may differ by

// Why one object is refused.
struct Why {
  std::string code, reason;
};
template <typename T>
using Or = std::variant<T, Why>;

bool is_stix_id(std::string_view text, std::string_view type) {
  const std::string start = std::string(type) + "--";
  if (!text.starts_with(start)) return false;
  const Result<std::string> uuid = parse_uuid(text.substr(start.size()));
  // OASIS' schema takes versions 1 to 5; in lower case, so that one id has one spelling.
  return uuid && *uuid == text.substr(start.size()) && (*uuid)[14] >= '1' && (*uuid)[14] <= '5';
}

// A label of another taxonomy that stands on the refused list makes the whole object refused, by name.
const RefusedName* refused_word(const Json& object) {
  for (const std::string_view key : {"labels", "indicator_types"}) {
    const Json* list = object.find(key);
    if (list == nullptr || list->array() == nullptr) continue;
    for (const Json& word : *list->array()) {
      if (word.string() == nullptr) continue;
      if (const RefusedName* refused = find_refused(*word.string())) return refused;
    }
  }
  return nullptr;
}

Result<std::set<Duty>> read_duties(const Json& table) {
  std::set<Duty> duties;
  for (const Json& duty : TRY(table.list("duties")))
    duties.insert(TRY(parse_duty(duty.string() ? *duty.string() : std::string())));
  return duties;
}

Or<Tlp> read_label(const Json& object) {
  const Json* refs = object.find("object_marking_refs");
  std::optional<Tlp> strictest;
  if (refs != nullptr && refs->array() != nullptr) {
    for (const Json& ref : *refs->array()) {
      const std::optional<Tlp> tlp = ref.string() == nullptr ? std::nullopt : tlp_of_marking(*ref.string());
      if (tlp && (!strictest || *tlp > *strictest)) strictest = tlp;
    }
  }
  if (!strictest) return Why{"label", "it carries no TLP that is known here"};
  if (*strictest == Tlp::Red) return Why{"label", "RED does not cross a border (charter 8.5)"};
  return *strictest;
}

Or<ReceivedIndicator> read_indicator(const std::string& id, const Json& object, const std::string& from) {
  const auto malformed = [](const Error& error) {
    return Why{"malformed", error.message + (error.where.empty() ? "" : " (" + error.where + ")")};
  };
  const Json* extensions = object.find("extensions");
  const Json* own = extensions == nullptr ? nullptr : extensions->find(stix_extension());
  if (own == nullptr) return Why{"no_category", "it names no category of the charter (Cordon's extension is missing)"};
  if (const RefusedName* refused = refused_word(object)) {
    return Why{"refused_name", "it is labelled '" + std::string(refused->id) + "', which is on the refused list: " +
                                   std::string(refused->reason) + " (charter 4.6)"};
  }
  if (object.text_or("created_by_ref") != stix_identity(from))
    return Why{"label", "it was not made by the desk that sends it (no onward)"};
  if (object.text_or("pattern_type") != "stix") return Why{"malformed", "pattern_type is not 'stix'"};

  const std::string category_text = own->text_or("category");
  const Result<Category> category = parse_category(category_text);
  if (!category)
    return Why{find_refused(category_text) != nullptr ? "refused_name" : "outside_the_list", category.error().message};
  const Result<ObservableKind> kind = parse_observable_kind(own->text_or("kind"));
  if (!kind) return Why{"kind", kind.error().message};
  if (is_personal(*kind))
    return Why{"protected_data", std::string(name(*kind)) + " is personal and never comes by feed (B9)"};
  if (const Result<Nothing> held = may_hold(*category, *kind); !held) return Why{"kind", held.error().message};
  const Result<Observable> observable = read_stix_pattern(*kind, object.text_or("pattern"));
  if (!observable) return Why{"observable", observable.error().message};
  const Result<Pap> pap = parse_pap(own->text_or("pap"));
  if (!pap) return Why{"label", pap.error().message};
  const Or<Tlp> tlp = read_label(object);
  if (const Why* why = std::get_if<Why>(&tlp)) return *why;
  const Result<std::set<Duty>> duties = read_duties(*own);
  if (!duties) return malformed(duties.error());
  const Result<Instant> modified = parse_rfc3339(object.text_or("modified"));
  if (!modified) return malformed(modified.error());
  const Result<Instant> until = parse_rfc3339(object.text_or("valid_until"));
  if (!until) return Why{"no_end", "everything ends, and this names no time (valid_until)"};
  return ReceivedIndicator{id,
                           *modified,
                           *until,
                           *category,
                           *observable,
                           std::max(std::get<Tlp>(tlp), least_tlp(*category, {*kind})),
                           std::max(*pap, least_pap(*category)),
                           *duties};
}

void read_object(const Json& object, Envelope& envelope) {
  const std::string type = object.text_or("type");
  if (type == "identity" || type == "marking-definition" || type == "extension-definition") return;
  const std::string id = printable(object.text_or("id"), 100);
  if (type != "indicator") {
    envelope.refused.push_back({id, "object", "'" + printable(type, 40) + "' is no object that is taken in"});
    return;
  }
  if (!is_stix_id(id, "indicator")) {
    envelope.refused.push_back({id, "malformed", "its id is none of STIX 2.1"});
    return;
  }
  if (const Json* revoked = object.find("revoked"); revoked != nullptr && revoked->boolean() && *revoked->boolean()) {
    envelope.recalled.push_back(id);  // B13: nothing else about it counts any more
    return;
  }
  Or<ReceivedIndicator> read = read_indicator(id, object, envelope.from);
  if (const Why* why = std::get_if<Why>(&read)) {
    envelope.refused.push_back({id, why->code, printable(why->reason, 300)});
  } else {
    envelope.indicators.push_back(std::get<ReceivedIndicator>(std::move(read)));
  }
}

Json texts(const std::vector<std::string>& list) { return Json::Array(list.begin(), list.end()); }

Result<std::vector<std::string>> read_ids(const Json& json, std::string_view key) {
  std::vector<std::string> ids;
  for (const Json& id : TRY(json.list(key))) {
    if (id.string() == nullptr || !is_stix_id(*id.string(), "indicator"))
      return fail(Fault::Malformed, "no id of an indicator", std::string(key));
    ids.push_back(*id.string());
  }
  return ids;
}

std::string parse_confined(std::string_view, std::string_view file) {
  const Result<Envelope> envelope = read_envelope(file);
  if (!envelope) return to_text(Json::Object{{"error", envelope.error().message}, {"where", envelope.error().where}});
  return to_text(to_json(*envelope));
}

// Opens now what the libraries read on first use: no file can be opened behind the walls.
void prepare() {
  for (const std::string_view text : {"https://xn--e1afmkfd.example.org/a", "https://a.example.org/"})
    static_cast<void>(parse_observable(ObservableKind::Url, text));
  static_cast<void>(parse_observable(ObservableKind::Domain, "a.example.org"));
}

const RegisterWorker kEnvelopeWorker{{"envelope", prepare, parse_confined}};

}  // namespace

Json to_json(const ReceivedIndicator& indicator) {
  Json::Array duties;
  for (const Duty duty : indicator.duties) duties.emplace_back(name(duty));
  return Json::Object{{"id", indicator.id},
                      {"modified", to_rfc3339(indicator.modified)},
                      {"valid_until", to_rfc3339(indicator.valid_until)},
                      {"category", name(indicator.category)},
                      {"kind", name(indicator.observable.kind())},
                      {"value", indicator.observable.canonical()},
                      {"tlp", name(indicator.tlp)},
                      {"pap", name(indicator.pap)},
                      {"duties", std::move(duties)}};
}

Result<ReceivedIndicator> read_received_indicator(const Json& json) {
  std::string id = TRY(json.text("id"));
  if (!is_stix_id(id, "indicator")) return fail(Fault::Malformed, "no id of an indicator", "id");
  const Instant modified = TRY(parse_rfc3339(TRY(json.text("modified"))));
  const Instant until = TRY(parse_rfc3339(TRY(json.text("valid_until"))));
  const Category category = TRY(parse_category(TRY(json.text("category"))));
  const ObservableKind kind = TRY(parse_observable_kind(TRY(json.text("kind"))));
  Observable observable = TRY(parse_observable(kind, TRY(json.text("value"))));
  const Tlp tlp = TRY(parse_tlp(TRY(json.text("tlp"))));
  const Pap pap = TRY(parse_pap(TRY(json.text("pap"))));
  std::set<Duty> duties = TRY(read_duties(json));
  return ReceivedIndicator{std::move(id),         modified, until, category,
                           std::move(observable), tlp,      pap,   std::move(duties)};
}

Result<Envelope> read_envelope(std::string_view file) {
  if (file.size() > kLargestEnvelope) return fail(Fault::Malformed, "an envelope has at most 16 MiB");
  if (!file.ends_with('\n')) return fail(Fault::Malformed, "an envelope ends with a line feed");
  const Json json = TRY(parse_json(file.substr(0, file.size() - 1)));
  // One meaning has one spelling, so that the bytes that were signed are the bytes that are read.
  if (to_text(json) != file.substr(0, file.size() - 1))
    return fail(Fault::Malformed, "not canonical JSON (RFC 8785), so its signature means nothing");
  if (json.object() == nullptr || json.object()->size() != 9 || json.find("extension_definition") == nullptr)
    return fail(Fault::Malformed, "an envelope has exactly the nine members of docs/border.md");
  Envelope envelope;
  envelope.from = TRY(parse_desk_origin(TRY(json.text("from"))));
  envelope.to = TRY(parse_desk_origin(TRY(json.text("to"))));
  envelope.charter = TRY(parse_digest(TRY(json.text("charter"))));
  envelope.key = TRY(parse_public_key(TRY(json.text("key"))));
  envelope.signature = TRY(parse_signature(TRY(json.text("signature"))));
  envelope.at = TRY(parse_rfc3339(TRY(json.text("at"))));
  envelope.sequence = TRY(json.number("sequence"));
  if (envelope.sequence < 1) return fail(Fault::Malformed, "a sequence starts at 1", "sequence");
  const Json* bundle = json.find("bundle");
  if (bundle == nullptr || bundle->text_or("type") != "bundle" || !is_stix_id(bundle->text_or("id"), "bundle"))
    return fail(Fault::Malformed, "there is no STIX 2.1 bundle in it", "bundle");
  const Json* objects = bundle->find("objects");
  if (objects == nullptr || objects->array() == nullptr)
    return fail(Fault::Malformed, "the bundle has no objects", "bundle");
  if (objects->array()->size() > kMostObjects)
    return fail(Fault::Malformed, "a bundle has at most " + std::to_string(kMostObjects) + " objects", "bundle");
  for (const Json& object : *objects->array()) read_object(object, envelope);
  return envelope;
}

Result<Envelope> read_envelope_confined(std::string_view file) {
  if (file.size() > kLargestEnvelope) return fail(Fault::Malformed, "an envelope has at most 16 MiB");
  ConfinedLimits limits;
  limits.answer = 2 * kLargestEnvelope;
  const std::vector<Result<std::string>> answers = TRY(run_confined("envelope", "", std::array{file}, limits));
  const Json answer = TRY(parse_json(TRY(answers.front())));
  if (answer.find("error") != nullptr)
    return fail(Fault::Malformed, printable(answer.text_or("error"), 300), printable(answer.text_or("where"), 100));
  return envelope_from_json(answer);
}

Json to_json(const Envelope& envelope) {
  Json::Array indicators, refused;
  for (const ReceivedIndicator& indicator : envelope.indicators) indicators.push_back(to_json(indicator));
  for (const RefusedItem& item : envelope.refused)
    refused.push_back(Json::Object{{"id", item.id}, {"code", item.code}, {"reason", item.reason}});
  return Json::Object{{"from", envelope.from},
                      {"to", envelope.to},
                      {"charter", envelope.charter.hex()},
                      {"key", to_base64(envelope.key)},
                      {"signature", to_base64(envelope.signature)},
                      {"at", to_rfc3339(envelope.at)},
                      {"sequence", envelope.sequence},
                      {"indicators", std::move(indicators)},
                      {"recalled", texts(envelope.recalled)},
                      {"refused", std::move(refused)}};
}

Result<Envelope> envelope_from_json(const Json& json) {
  Envelope envelope;
  envelope.from = TRY(parse_desk_origin(TRY(json.text("from"))));
  envelope.to = TRY(parse_desk_origin(TRY(json.text("to"))));
  envelope.charter = TRY(parse_digest(TRY(json.text("charter"))));
  envelope.key = TRY(parse_public_key(TRY(json.text("key"))));
  envelope.signature = TRY(parse_signature(TRY(json.text("signature"))));
  envelope.at = TRY(parse_rfc3339(TRY(json.text("at"))));
  envelope.sequence = TRY(json.number("sequence"));
  for (const Json& indicator : TRY(json.list("indicators")))
    envelope.indicators.push_back(TRY(read_received_indicator(indicator)));
  envelope.recalled = TRY(read_ids(json, "recalled"));
  for (const Json& item : TRY(json.list("refused"))) {
    envelope.refused.push_back({printable(TRY(item.text("id")), 100), printable(TRY(item.text("code")), 40),
                                printable(TRY(item.text("reason")), 300)});
  }
  return envelope;
}

// ── deciding ──

Result<Nothing> check_envelope(const Envelope& envelope, std::string_view file, const Peer* peer, const Self& self,
                               std::int64_t last_sequence) {
  if (peer == nullptr) {
    return fail(Fault::Refused, "'" + printable(envelope.from, 120) + "' is no peer of this desk (B1 not_trusted)",
                envelope.from);
  }
  if (envelope.key != peer->key || !verify(peer->key, TRY(signed_part(file)), envelope.signature))
    return fail(Fault::NotFound, "the signature is not by the key that two officers entered for this peer", peer->desk);
  if (envelope.to != self.desk)
    return fail(Fault::Refused, "it is addressed to '" + printable(envelope.to, 120) + "', not to this desk",
                self.desk);
  if (envelope.sequence <= last_sequence) {
    return fail(Fault::Conflict,
                "number " + std::to_string(envelope.sequence) + " of this peer, or a later one, was taken in before",
                peer->desk);
  }
  return Nothing{};
}

namespace {

// B1, seen from the receiving side; empty when the peer is trusted.
std::string distrust(const Envelope& envelope, const Peer& peer, const Self& self, Instant now) {
  if (peer.state != PeerState::Active) return "the peer is suspended";
  if (envelope.charter != self.charter || peer.charter != self.charter) return "it stands under another charter digest";
  if (now - envelope.at > kOldestHeadMs) return "it is older than 48 hours";
  if (envelope.at - now > kClockSkewMs) return "it comes from the future";
  return {};
}

std::optional<RefusedItem> object_to(const ReceivedIndicator& indicator, const Peer& peer, Instant now) {
  const auto refuse = [&](std::string code, std::string reason) {
    return RefusedItem{indicator.id, std::move(code), std::move(reason)};
  };
  if (peer.role == PeerRole::Guest || peer.role == PeerRole::Candidate) {
    return refuse("role",
                  std::string(name(peer.role)) + " sends no indicators; a guest may report like anybody (charter 9.4)");
  }
  if (!peer.agreed.contains(indicator.category))
    return refuse("no_common_offence", std::string(name(indicator.category)) + " was not agreed with this peer (B2)");
  const bool hash = indicator.observable.kind() == ObservableKind::FileHash;
  if (indicator.category == Category::Csam && hash)
    return refuse("protected_data", "hash lists of csam go from hotline to hotline only (B3)");
  if (indicator.category == Category::Ncii)
    return refuse("protected_data", "ncii comes with the wish of the person shown, never by feed (B3)");
  if (indicator.category == Category::TerroristEntity || indicator.category == Category::TerroristFinancing)
    return refuse("held", std::string(name(indicator.category)) + " is looked at one by one, never by feed (B8)");
  if (indicator.valid_until <= now) return refuse("contested", "its time is over (B6)");
  return std::nullopt;
}

}  // namespace

Result<Reception> receive(const Envelope& envelope, const Peer& peer, const Self& self, Instant now) {
  Reception reception{{{}, envelope.recalled}, envelope.refused};
  const std::string untrusted = distrust(envelope, peer, self, now);
  if (!untrusted.empty() && envelope.recalled.empty())
    return fail(Fault::Refused, "nothing is taken from this peer now: " + untrusted + " (B1 not_trusted)", peer.desk);
  for (const ReceivedIndicator& indicator : envelope.indicators) {
    std::optional<RefusedItem> refused =
        untrusted.empty() ? object_to(indicator, peer, now)
                          : std::optional(RefusedItem{indicator.id, "not_trusted", untrusted + " (B1)"});
    if (refused) {
      reception.refused.push_back(*std::move(refused));
      continue;
    }
    ReceivedIndicator taken = indicator;
    // The earlier of both ends (charter 8.3): a peer cannot make a thing live longer here than our own would.
    const Instant ceiling = now + life_days(taken.category, taken.observable.kind()) * kDayMs;
    taken.valid_until = std::min(taken.valid_until, ceiling);
    reception.references.taken.push_back(std::move(taken));
  }
  return reception;
}

// ── what is recorded ──

std::string write_references(const References& references) {
  Json::Array taken;
  for (const ReceivedIndicator& indicator : references.taken) taken.push_back(to_json(indicator));
  return to_text(Json::Object{{"taken", std::move(taken)}, {"recalled", texts(references.recalled)}});
}

Result<References> read_references(std::string_view blob) {
  const Json json = TRY(parse_json(blob));
  References references;
  for (const Json& indicator : TRY(json.list("taken")))
    references.taken.push_back(TRY(read_received_indicator(indicator)));
  references.recalled = TRY(read_ids(json, "recalled"));
  return references;
}

Json to_json(const ReferencesReceived& event) {
  Json::Object refused;
  for (const auto& [code, count] : event.refused) refused.emplace(code, count);
  return Json::Object{{"from", event.from},           {"sequence", event.sequence},     {"at", to_rfc3339(event.at)},
                      {"taken", event.taken.hex()},   {"references", event.references}, {"recalls", event.recalls},
                      {"refused", std::move(refused)}};
}

Result<ReferencesReceived> read_references_received(const Json& body) {
  ReferencesReceived event;
  event.from = TRY(parse_desk_origin(TRY(body.text("from"))));
  event.sequence = TRY(body.number("sequence"));
  event.at = TRY(parse_rfc3339(TRY(body.text("at"))));
  event.taken = TRY(parse_digest(TRY(body.text("taken"))));
  event.references = TRY(body.number("references"));
  event.recalls = TRY(body.number("recalls"));
  const Json* refused = body.find("refused");
  if (refused == nullptr || refused->object() == nullptr)
    return fail(Fault::Malformed, "expected an object", "refused");
  for (const auto& [code, count] : *refused->object()) {
    if (count.integer() == nullptr) return fail(Fault::Malformed, "expected a number", "refused");
    event.refused.emplace(code, *count.integer());
  }
  return event;
}

}  // namespace cordon
