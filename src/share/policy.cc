#include "share/policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "law/lists.h"

namespace cordon {

namespace {

template <typename E, std::size_t N>
std::string_view word_of(const std::array<std::pair<E, std::string_view>, N>& words, E value) {
  return std::find_if(words.begin(), words.end(), [&](const auto& row) { return row.first == value; })->second;
}

constexpr std::array<std::pair<Answer, std::string_view>, 4> kAnswers{{
    {Answer::Allow, "allow"},
    {Answer::AllowRedacted, "allow_redacted"},
    {Answer::Hold, "hold"},
    {Answer::Deny, "deny"},
}};

constexpr std::array<std::pair<DenyCode, std::string_view>, 10> kCodes{{
    {DenyCode::NotTrusted, "not_trusted"},
    {DenyCode::NoCommonOffence, "no_common_offence"},
    {DenyCode::ProtectedData, "protected_data"},
    {DenyCode::Residency, "residency"},
    {DenyCode::Label, "label"},
    {DenyCode::Contested, "contested"},
    {DenyCode::Sensitive, "sensitive"},
    {DenyCode::Role, "role"},
    {DenyCode::Policy, "policy"},
    {DenyCode::Default, "default"},
}};

constexpr std::array<std::pair<Duty, std::string_view>, 7> kDuties{{
    {Duty::PurposeOnly, "purpose_only"},
    {Duty::NoOnward, "no_onward"},
    {Duty::ExpiresAt, "expires_at"},
    {Duty::DeleteOnRecall, "delete_on_recall"},
    {Duty::ActOnlyWithNewFact, "act_only_with_new_fact"},
    {Duty::TellOutcome, "tell_outcome"},
    {Duty::Credit, "credit"},
}};

}  // namespace

std::string_view name(Answer answer) { return word_of(kAnswers, answer); }
std::string_view name(DenyCode code) { return word_of(kCodes, code); }
std::string_view name(Duty duty) { return word_of(kDuties, duty); }

Result<Answer> parse_answer(std::string_view text) {
  for (const auto& [answer, word] : kAnswers) {
    if (word == text) return answer;
  }
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no answer of a border (charter 9.2)");
}

Result<DenyCode> parse_deny_code(std::string_view text) {
  for (const auto& [code, word] : kCodes) {
    if (word == text) return code;
  }
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no reason of a denial (charter 9.3)");
}

Result<Duty> parse_duty(std::string_view text) {
  for (const auto& [duty, word] : kDuties) {
    if (word == text) return duty;
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no duty (charter 9.2)");
}

// ── reading a policy ──

namespace {

Result<Nothing> only_known(const Json& table, const std::set<std::string_view>& known, const std::string& where) {
  if (table.object() == nullptr) return fail(Fault::Malformed, "expected a table", where);
  for (const auto& [key, value] : *table.object()) {
    if (!known.contains(key))
      return fail(Fault::Malformed, "there is no key \"" + printable(key, 60) + "\" in a border policy", where);
  }
  return Nothing{};
}

Result<std::vector<std::string>> words(const Json& table, std::string_view key) {
  std::vector<std::string> list;
  if (table.find(key) == nullptr) return list;
  for (const Json& word : TRY(table.list(key))) {
    if (word.string() == nullptr) return fail(Fault::Malformed, "expected a list of texts", std::string(key));
    list.push_back(*word.string());
  }
  if (list.empty()) return fail(Fault::Malformed, "an empty list says nothing; leave the key out", std::string(key));
  return list;
}

template <typename T>
Result<std::set<T>> values(const Json& table, std::string_view key, Result<T> (*parse)(std::string_view)) {
  std::set<T> set;
  for (const std::string& word : TRY(words(table, key))) set.insert(TRY(parse(word)));
  return set;
}

// "technical" stands for every kind that is not personal.
Result<std::set<ObservableKind>> read_kinds(const Json& table) {
  std::set<ObservableKind> kinds;
  for (const std::string& word : TRY(words(table, "kinds"))) {
    if (word != "technical") {
      kinds.insert(TRY(parse_observable_kind(word)));
      continue;
    }
    for (const KindRow& row : observable_kinds()) {
      if (!row.personal) kinds.insert(row.kind);
    }
  }
  return kinds;
}

Result<std::string> read_name(const Json& table) {
  std::string text = TRY(table.text("name"));
  const bool shape = !text.empty() && text.size() <= 80 && printable(text, 80) == text;
  if (!shape) return fail(Fault::Malformed, "a rule's name has 1 to 80 printable characters", "name");
  const bool like_ours = text[0] == 'B' && text.find_first_not_of("0123456789", 1) == std::string::npos;
  if (like_ours || text == "10") return fail(Fault::Malformed, "the names B1 to B15 and 10 are the charter's", text);
  return text;
}

Result<BorderRule> read_scope(const Json& table) {
  BorderRule rule;
  rule.name = TRY(read_name(table));
  rule.objects = TRY(values<ObjectKind>(table, "objects", parse_object_kind));
  if (rule.objects.contains(ObjectKind::Correction))
    return fail(Fault::Refused, "corrections always pass, whatever a policy says (B13)", rule.name);
  rule.categories = TRY(values<Category>(table, "categories", parse_category));
  rule.kinds = TRY(read_kinds(table));
  rule.roles = TRY(values<PeerRole>(table, "roles", parse_peer_role));
  rule.peers = TRY(values<std::string>(table, "peers", parse_desk_origin));
  rule.countries = TRY(values<std::string>(table, "countries", parse_country));
  return rule;
}

Result<BorderRule> read_allow(const Json& table) {
  TRY(only_known(
      table,
      {"name", "objects", "categories", "kinds", "roles", "peers", "countries", "max_tlp", "max_pap", "then", "duties"},
      "[[allow]]"));
  BorderRule rule = TRY(read_scope(table));
  const auto missing = [&](const char* what) {
    return fail(Fault::Malformed, "a rule that allows names " + std::string(what), rule.name);
  };
  if (rule.objects.empty()) return missing("its objects");
  if (rule.roles.empty() && rule.peers.empty()) return missing("roles or peers");
  if (rule.categories.empty() && rule.objects != std::set{ObjectKind::Statistic}) return missing("its categories");
  const bool has_kinds = rule.objects.contains(ObjectKind::Indicator) || rule.objects.contains(ObjectKind::Alert);
  if (has_kinds && rule.kinds.empty()) return missing("the kinds of observables (or \"technical\")");
  rule.max_tlp = TRY(parse_tlp(TRY(table.text("max_tlp"))));
  if (rule.max_tlp == Tlp::Red) return fail(Fault::Refused, "RED never crosses a border (charter 8.5)", rule.name);
  if (table.find("max_pap") != nullptr) rule.max_pap = TRY(parse_pap(TRY(table.text("max_pap"))));
  const std::string then = table.text_or("then", "allow");
  if (then == "hold") {
    rule.then = Answer::Hold;
  } else if (then == "redacted") {
    rule.then = Answer::AllowRedacted;
  } else if (then != "allow") {
    return fail(Fault::Malformed, "then is allow, redacted or hold", rule.name);
  }
  rule.duties = TRY(values<Duty>(table, "duties", parse_duty));
  return rule;
}

Result<BorderRule> read_deny(const Json& table) {
  TRY(only_known(table, {"name", "objects", "categories", "kinds", "roles", "peers", "countries"}, "[[deny]]"));
  return read_scope(table);
}

Result<std::vector<BorderRule>> read_rules(const Json& settings, std::string_view key,
                                           Result<BorderRule> (*read)(const Json&)) {
  std::vector<BorderRule> rules;
  if (settings.find(key) == nullptr) return rules;
  for (const Json& table : TRY(settings.list(key))) {
    Result<BorderRule> rule = read(table);
    if (!rule) {
      Error error = rule.error();
      if (error.where.empty()) error.where = printable(table.text_or("name", "(a rule without a name)"), 80);
      return error;
    }
    rules.push_back(*std::move(rule));
  }
  return rules;
}

}  // namespace

Result<Policy> Policy::read(const Json& settings) {
  TRY(only_known(settings, {"version", "quota", "allow", "deny"}, "border.toml"));
  if (TRY(settings.number("version")) != 1) return fail(Fault::Malformed, "this program reads version 1", "version");
  Policy policy;
  if (const Json* quota = settings.find("quota")) {
    TRY(only_known(*quota, {"per_peer_per_day"}, "[quota]"));
    policy.per_peer_per_day_ = TRY(quota->number("per_peer_per_day"));
    if (policy.per_peer_per_day_ < 0 || policy.per_peer_per_day_ > kMostADay) {
      return fail(Fault::Refused, "per_peer_per_day is 0 to " + std::to_string(kMostADay) + "; a policy only narrows",
                  "[quota]");
    }
  }
  policy.allow_ = TRY(read_rules(settings, "allow", read_allow));
  policy.deny_ = TRY(read_rules(settings, "deny", read_deny));
  std::set<std::string> names;
  for (const auto* rules : {&policy.allow_, &policy.deny_}) {
    for (const BorderRule& rule : *rules) {
      if (!names.insert(rule.name).second) return fail(Fault::Malformed, "two rules have one name", rule.name);
    }
  }
  policy.digest_ = sha256(to_text(settings));
  return policy;
}

// ── deciding ──

namespace {

bool any_personal(const BorderObject& object) {
  return std::any_of(object.observables.begin(), object.observables.end(), is_personal);
}

bool in(const Category category, Category first, Category last) { return first <= category && category <= last; }

template <typename T>
bool names(const std::set<T>& set, const T& value) {
  return set.empty() || set.contains(value);
}

// Whether a rule speaks of this object and this peer at all. A rule that denies speaks of an object when any of its
// observables is named, a rule that allows only when all are.
bool speaks_of(const BorderRule& rule, const BorderObject& object, const Peer& peer) {
  return names(rule.objects, object.kind) && names(rule.roles, peer.role) && names(rule.peers, peer.desk) &&
         names(rule.countries, peer.country) &&
         (rule.categories.empty() || (object.category && rule.categories.contains(*object.category)));
}

bool denies(const BorderRule& rule, const BorderObject& object, const Peer& peer) {
  return speaks_of(rule, object, peer) &&
         (rule.kinds.empty() || std::any_of(object.observables.begin(), object.observables.end(),
                                            [&](ObservableKind kind) { return rule.kinds.contains(kind); }));
}

bool allows(const BorderRule& rule, const BorderObject& object, const Peer& peer) {
  return speaks_of(rule, object, peer) && object.tlp <= rule.max_tlp && object.pap <= rule.max_pap &&
         std::all_of(object.observables.begin(), object.observables.end(),
                     [&](ObservableKind kind) { return rule.kinds.contains(kind); });
}

bool holds_protected_data(const BorderObject& object) {
  if (object.victim_data) return true;
  if (object.category == Category::Csam) {
    return object.kind == ObjectKind::EvidencePayload || object.observables.contains(ObservableKind::FileHash) ||
           object.observables.contains(ObservableKind::PerceptualHash);  // hash lists go from hotline to hotline only
  }
  return object.category == Category::Ncii && !object.victim_wish;
}

bool breaks_labels(const BorderObject& object, const Self& self) {
  if (object.tlp == Tlp::Red) return true;
  if (object.tlp < least_tlp(*object.category, object.observables) || object.pap < least_pap(*object.category))
    return true;
  const bool towards_the_target = object.kind == ObjectKind::Alert || object.kind == ObjectKind::Request;
  if (object.pap == Pap::Red && towards_the_target) return true;
  return object.origin != self.desk && !object.onward_ok;
}

bool is_contested(const BorderObject& object, Instant now) {
  if (object.state != ObjectState::Active) return true;
  if (object.expires_at) return *object.expires_at <= now;
  return object.kind == ObjectKind::Indicator || object.kind == ObjectKind::Alert ||
         object.kind == ObjectKind::Request;  // whatever asks for something ends
}

bool is_guarded(const BorderObject& object) {
  const bool owner_is_told = object.kind == ObjectKind::Alert &&
                             (object.category == Category::Malware || object.category == Category::IllegalAccess ||
                              object.category == Category::Phishing);
  return object.sensitive && !owner_is_told;
}

Decision deny(DenyCode code, std::string rule) { return {Answer::Deny, code, {}, std::move(rule), {}}; }

// B1 to B10 and B14, in their order; nothing where none of them denies.
std::optional<Decision> denied_by_charter(const BorderObject& object, const Peer& peer, const Self& self, Instant now) {
  if (!object.category || !self.enabled.contains(*object.category) || !peer.annex.contains(*object.category) ||
      !peer.agreed.contains(*object.category))
    return deny(DenyCode::NoCommonOffence, "B2");
  if (holds_protected_data(object)) return deny(DenyCode::ProtectedData, "B3");
  if ((object.residency_lock || any_personal(object)) && !object.transfer_basis) return deny(DenyCode::Residency, "B4");
  if (breaks_labels(object, self)) return deny(DenyCode::Label, "B5");
  if (is_contested(object, now)) return deny(DenyCode::Contested, "B6");
  if (is_guarded(object)) return deny(DenyCode::Sensitive, "B7");
  if (any_personal(object) && peer.role != PeerRole::Member) return deny(DenyCode::ProtectedData, "B9");
  if (object.kind == ObjectKind::EvidencePayload && !object.mla_reference) return deny(DenyCode::ProtectedData, "B10");
  if (ceiling(object, peer.role) == Ceiling::No) return deny(DenyCode::Role, "B14");
  return std::nullopt;
}

std::optional<Decision> denied_by_policy(const Policy& policy, const BorderObject& object, const Peer& peer) {
  std::optional<std::string> first;  // by name, so that the order in the file never counts
  for (const BorderRule& rule : policy.deny()) {
    if (denies(rule, object, peer) && (!first || rule.name < *first)) first = rule.name;
  }
  if (!first) return std::nullopt;
  return deny(DenyCode::Policy, *first);
}

}  // namespace

Ceiling ceiling(const BorderObject& object, PeerRole role) {
  const auto only_if = [](bool yes) { return yes ? Ceiling::Yes : Ceiling::No; };
  const bool member = role == PeerRole::Member;
  switch (object.kind) {
    case ObjectKind::Correction:
    case ObjectKind::Statistic:
      return Ceiling::Yes;
    case ObjectKind::Indicator:
      if (member) return Ceiling::Yes;
      if (any_personal(object) || role == PeerRole::Candidate) return Ceiling::No;
      if (role == PeerRole::Guest) return only_if(object.tlp == Tlp::Clear && object.in_public_feed);
      return only_if(object.tlp <= Tlp::Green);  // observers and dialogue partners; B2 asks for the agreement
    case ObjectKind::CaseSummary:
      return role == PeerRole::Observer ? Ceiling::CountsOnly : only_if(member);
    case ObjectKind::Alert:
      return only_if(role != PeerRole::Candidate || object.tlp == Tlp::Clear);
    case ObjectKind::Request:
      if (role == PeerRole::Observer || role == PeerRole::DialoguePartner) {
        return only_if(object.category && (in(*object.category, Category::Malware, Category::Extortion) ||
                                           *object.category == Category::Csam));
      }
      return only_if(member);
    case ObjectKind::EvidenceDescriptor:
    case ObjectKind::EvidencePayload:
    case ObjectKind::Outcome:
      return only_if(member);
  }
  return Ceiling::No;
}

Decision decide(const Policy& policy, const BorderObject& object, const Peer& peer, const Self& self, Instant now) {
  // B13 stands before everything: who received a thing learns that it was wrong, whatever has come between.
  if (object.kind == ObjectKind::Correction) {
    if (object.received_before) return {Answer::Allow, {}, {}, "B13", {Duty::DeleteOnRecall}};
    return deny(DenyCode::Role, "B14");  // of what they received, and of nothing else
  }
  if (peer.state != PeerState::Active || peer.charter != self.charter || now - peer.head_at > kOldestHeadMs)
    return deny(DenyCode::NotTrusted, "B1");
  if (object.kind == ObjectKind::Statistic) {
    const bool is_public = object.tlp == Tlp::Clear && object.observables.empty() && !object.category;
    if (object.victim_data) return deny(DenyCode::ProtectedData, "B3");
    if (!is_public) return deny(DenyCode::Label, "B5");
    if (std::optional<Decision> denied = denied_by_policy(policy, object, peer)) return *std::move(denied);
    return {Answer::Allow, {}, {}, "B14", {}};
  }
  if (std::optional<Decision> denied = denied_by_charter(object, peer, self, now)) return *std::move(denied);
  if (std::optional<Decision> denied = denied_by_policy(policy, object, peer)) return *std::move(denied);

  std::map<Answer, std::string> matched;  // for each answer the first rule by name
  Decision decision;
  for (const BorderRule& rule : policy.allow()) {
    if (!allows(rule, object, peer)) continue;
    const auto [at, fresh] = matched.emplace(rule.then, rule.name);
    if (!fresh) at->second = std::min(at->second, rule.name);
    decision.duties.insert(rule.duties.begin(), rule.duties.end());
  }
  if (matched.empty()) return deny(DenyCode::Default, "B15");
  decision.duties.insert({Duty::ExpiresAt, Duty::DeleteOnRecall, Duty::ActOnlyWithNewFact});
  if (object.tlp > Tlp::Green) decision.duties.insert(Duty::NoOnward);

  // Of several answers the strictest counts; a hold for several reasons waits for all of their people.
  const auto hold = [&](const std::string& rule, std::set<Role> roles) {
    decision.answer = Answer::Hold;
    if (decision.rule.empty()) decision.rule = rule;
    decision.hold_for.merge(roles);
  };
  if (object.category == Category::TerroristEntity || object.category == Category::TerroristFinancing)
    hold("B8", {Role::LegalReviewer, Role::BorderOfficer});
  const bool only_redacted = matched.size() == 1 && matched.contains(Answer::AllowRedacted);
  if (any_personal(object) && !only_redacted) hold("B9", {Role::BorderOfficer});
  if (object.kind == ObjectKind::EvidencePayload) hold("B10", {Role::BorderOfficer, Role::Approver});
  if (object.kind == ObjectKind::Request) hold("B11", {Role::BorderOfficer});
  if (self.sent_today >= policy.per_peer_per_day()) hold("B12", {Role::BorderOfficer});
  if (const auto held = matched.find(Answer::Hold); held != matched.end()) hold(held->second, {Role::BorderOfficer});
  if (!decision.hold_for.empty()) return decision;

  if (ceiling(object, peer.role) == Ceiling::CountsOnly) {
    decision.answer = Answer::AllowRedacted;
    decision.rule = "B14";
  } else {
    const auto strictest = matched.rbegin();
    decision.answer = strictest->first;
    decision.rule = strictest->second;
  }
  return decision;
}

}  // namespace cordon
