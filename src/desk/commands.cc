#include "desk/commands.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "desk/evidence_export.h"
#include "desk/flow.h"
#include "desk/guard.h"
#include "desk/html.h"
#include "desk/leads.h"
#include "desk/openapi.h"
#include "desk/routes.h"
#include "desk/shapes.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "net/mail.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestBatch = 256u << 20;
constexpr std::size_t kLargestEvidenceRead = (25u << 20) + 1;

std::optional<std::string> optional_text(const Json& arguments, std::string_view key) {
  const Json* value = arguments.find(key);
  return value == nullptr || value->string() == nullptr ? std::nullopt : std::optional(*value->string());
}

// The hint is the same for every login, so it tells nothing about this one.
Result<SignedIn> sign_in(Desk& desk, const std::string& login, const Json& given, std::string_view code_option) {
  const std::optional<std::string> code = optional_text(given, "totp");
  Result<SignedIn> who = desk.sign_in(login, TRY(given.text("password")), code);
  if (who || code || who.error().fault != Fault::Refused) return who;
  return fail(Fault::Refused, who.error().message + " (no " + std::string(code_option) + " was given)");
}

Result<CaseId> case_id(const Json& arguments) { return CaseId::parse(TRY(arguments.text("case"))); }
Result<ProposalId> proposal_id(const Json& arguments) { return ProposalId::parse(TRY(arguments.text("proposal"))); }

Result<std::vector<EvidenceId>> evidence_ids(const Json& arguments) {
  std::vector<EvidenceId> ids;
  if (arguments.find("evidence") == nullptr) return ids;  // the row says where it must be
  for (const Json& id : TRY(arguments.list("evidence")))
    ids.push_back(TRY(EvidenceId::parse(id.string() ? *id.string() : std::string())));
  return ids;
}

// The bytes that go with a call: a file handed over the desk's socket, or the body of a request.
Result<std::string> bytes_of(Call& call, std::size_t limit, const std::string& file) {
  if (call.files.empty()) return std::move(call.body);
  if (call.files.size() != 1) return fail(Fault::Usage, "one file goes with this command");
  return read_all(call.files.front().get(), limit, file);
}

}  // namespace

Result<std::vector<Officer>> others(Desk& desk, const Json& arguments, Act act) {
  std::vector<Officer> by;
  for (const SignedIn& one : TRY(others_signed_in(desk, arguments, act))) by.push_back(one.officer);
  return by;
}

Result<std::vector<SignedIn>> others_signed_in(Desk& desk, const Json& arguments, Act act) {
  std::vector<SignedIn> by;
  for (const Json& one : TRY(arguments.list("by"))) {
    by.push_back(TRY(sign_in(desk, TRY(one.text("as")), one, "--by-totp CODE")));
    TRY(may(by.back().officer, act));
  }
  return by;
}

Result<Nothing> run_command(Desk& desk, Call& call, const Emit& emit) {
  const Route* route = find_operation(call.command);
  if (route == nullptr) return fail(Fault::Usage, "there is no command '" + printable(call.command, 40) + "'");
  Json::Object fields = call.arguments.object() != nullptr ? *call.arguments.object() : Json::Object{};
  std::optional<SignedIn> who;
  if (const auto as = fields.find("as"); as != fields.end()) {
    who = TRY(sign_in(desk, TRY(call.arguments.text("as")), call.arguments, "--totp CODE"));
    call.who = &*who;
    for (const char* of_sign_in : {"as", "password", "totp"}) fields.erase(of_sign_in);
  }
  call.arguments = std::move(fields);
  return run_route(desk, *route, call, emit);
}

// ── sessions ──

namespace {

Json shown_session(const Session& session) {
  return show(session.who.officer)
      .set("csrf", session.csrf)
      .set("ends_at", to_rfc3339(session.opened_at + kSessionLongestMs));
}

}  // namespace

Result<Nothing> session_open(Desk& desk, Call& call, const Emit& emit) {
  const std::string login = TRY(call.arguments.text("login"));
  TRY(desk.sign_ins().take(login));
  SignedIn who = TRY(desk.sign_in(login, TRY(call.arguments.text("password")), optional_text(call.arguments, "code")));
  desk.sign_ins().forget(login);
  if (!call.session.empty()) desk.sessions().end(call.session);  // a token never outlives a change of who it stands for
  // To where their work is.
  call.go_to = may(who.officer, Act::ReadCase) ? "/queue" : may(who.officer, Act::ListOfficers) ? "/officers" : "/";
  call.set_session = desk.sessions().open(std::move(who));
  emit(shown_session(*TRY(desk.sessions().find(call.set_session))));
  return Nothing{};
}

Result<Nothing> session_show(Desk& desk, Call& call, const Emit& emit) {
  emit(shown_session(*TRY(desk.sessions().find(call.session))));
  return Nothing{};
}

Result<Nothing> session_end(Desk& desk, Call& call, const Emit& emit) {
  desk.sessions().end(call.session);
  call.end_session = true;
  emit(Json::Object{{"session", "ended"}});
  return Nothing{};
}

Result<Nothing> style(Desk&, Call& call, const Emit&) {
  call.body = style_sheet();
  call.media_type = "text/css; charset=utf-8";
  return Nothing{};
}

Result<Nothing> health(Desk& desk, Call&, const Emit& emit) {
  TRY(desk.store().counts());
  emit(Json::Object{{"status", "ok"}, {"version", "0.1.0"}});
  return Nothing{};
}

Result<Nothing> openapi(Desk&, Call&, const Emit& emit) {
  emit(openapi_document());
  return Nothing{};
}

// ── the public log ──

namespace {

constexpr std::int64_t kLinesAtOnce = 256;

struct SignedHead {
  std::string note;
  Checkpoint checkpoint;
};
Result<SignedHead> signed_head(const Desk& desk) {
  std::string note = TRY(read_file(desk.paths().checkpoint(), kLongestNote));
  Checkpoint checkpoint = TRY(read_checkpoint(note.substr(0, note.find("\n\n") + 1)));
  return SignedHead{std::move(note), std::move(checkpoint)};
}

}  // namespace

Result<Nothing> log_head(Desk& desk, Call&, const Emit& emit) {
  const SignedHead head = TRY(signed_head(desk));
  emit(Json::Object{{"origin", head.checkpoint.origin},
                    {"size", static_cast<std::int64_t>(head.checkpoint.head.size)},
                    {"root", head.checkpoint.head.root.hex()},
                    {"checkpoint", head.note}});
  return Nothing{};
}

Result<Nothing> log_entries(Desk& desk, Call& call, const Emit& emit) {
  const std::uint64_t size = TRY(signed_head(desk)).checkpoint.head.size;
  const std::int64_t from = TRY(call.arguments.number("from")), to = TRY(call.arguments.number("to"));
  if (from < 0 || to < from) return fail(Fault::Usage, "`from` is 0 or more, and `to` not below it", "from");
  const std::int64_t end = std::min({to, static_cast<std::int64_t>(size), from + kLinesAtOnce});
  for (std::int64_t i = from; i < end; ++i) {
    const std::string leaf = TRY(read_leaf(desk.paths().log(), size, static_cast<std::uint64_t>(i)));
    emit(Json::Object{{"index", i}, {"leaf", TRY(parse_json(leaf))}});
  }
  return Nothing{};
}

// ── officers ──

// The first officers enrol alone, while no proposal exists; from then on it takes two admins (charter 10: "change
// role" needs two).
Result<Nothing> officer_add(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::string login = TRY(parse_login(TRY(arguments.text("login"))));
  std::vector<Role> roles;
  for (const Json& role : TRY(arguments.list("roles")))
    roles.push_back(TRY(parse_role(role.string() ? *role.string() : std::string())));
  const std::set<Role> set = TRY(make_roles(roles));
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::EnrolOfficer));
  const bool founding = TRY(desk.store().proposals(Sight::of_software())).empty();
  if (!founding && (by.size() < 2 || by[0].id == by[1].id)) {
    return fail(Fault::Refused,
                "once a desk has proposed anything, two different admins enrol an officer (--by A --by B)");
  }
  emit(show(TRY(desk.enrol(login, set, TRY(arguments.text("password")), by))));
  return Nothing{};
}

Result<Nothing> officer_list(Desk& desk, const Permit<Act::ListOfficers>&, Call&, const Emit& emit) {
  for (const Officer& officer : TRY(desk.store().officers())) emit(show(officer));
  return Nothing{};
}

// ── reports of the public ──

Result<Nothing> report_file(Desk& desk, Call& call, const Emit& emit) {
  const Json& given = call.arguments;
  const Matter matter = TRY(parse_matter(TRY(given.text("category"))));
  // By its name alone, before anything else of the request is looked at (charter 7.3); the form says it in more words.
  if (matter == Matter(Category::Csam))
    return fail(Fault::Refused,
                "this desk may not receive reports about pictures or films of children being sexually abused; tell a "
                "hotline (INHOPE lists them) or the police. Nothing of this was kept",
                "category");
  TRY(desk.public_reports().take("report"));
  std::string where = TRY(given.text("where"));
  std::string what = TRY(given.text("what"));
  std::string nonce = TRY(given.text("nonce"));
  if (where.size() > 2000) return fail(Fault::Malformed, "expected one address of at most 2000 bytes", "where");
  if (what.size() < 20 || what.size() > 20000)
    return fail(Fault::Malformed, "expected 20 to 20000 bytes of what happened", "what");
  const PublicReceipt receipt =
      TRY(take_in_from_the_public(desk, {matter, std::move(where), std::move(what), std::move(nonce)}));
  emit(Json::Object{{"receipt", receipt.receipt}, {"outcome", name(receipt.outcome)}, {"code", receipt.code}});
  return Nothing{};
}

Result<Nothing> report_follow(Desk& desk, Call& call, const Emit& emit) {
  TRY(desk.public_reports().take("follow"));
  const Store::Followed followed = TRY(follow_report(desk.store(), TRY(call.arguments.text("receipt"))));
  emit(Json::Object{{"outcome", name(followed.receipt.outcome)},
                    {"code", followed.receipt.code},
                    {"state", followed.state ? Json(name(*followed.state)) : Json()}});
  return Nothing{};
}

Result<Nothing> officer_totp(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const SignedIn who = TRY(sign_in(desk, TRY(arguments.text("login")), arguments, "--totp CODE"));
  if (const std::optional<std::string> first = optional_text(arguments, "confirm")) {
    TRY(desk.confirm_time_code(who.officer, *first));
    emit(Json::Object{{"login", who.officer.login}, {"totp", "in_force"}});
    return Nothing{};
  }
  const TotpSecret secret = TRY(desk.offer_time_code(who.officer));
  emit(Json::Object{{"login", who.officer.login},
                    {"totp", "offered"},
                    {"secret", secret.base32()},
                    {"uri", otpauth_uri(secret, desk.settings().operator_.name, who.officer.login)}});
  return Nothing{};
}

Result<Nothing> officer_rekey(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::RekeyOfficer));
  const Officer officer =
      TRY(desk.rekey(TRY(parse_login(TRY(arguments.text("login")))), TRY(arguments.text("password")), by));
  desk.sessions().end_all(officer.id);
  emit(show(officer));
  return Nothing{};
}

// ── keys for machines ──

Result<Nothing> key_add(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  std::set<KeyScope> scopes;
  for (const Json& scope : TRY(arguments.list("scopes")))
    scopes.insert(TRY(parse_key_scope(scope.string() ? *scope.string() : std::string())));
  const std::int64_t days = arguments.number_or("days", 90);
  if (days < 1 || days > kApiKeyLongestMs / kDayMs) return fail(Fault::Usage, "--days is 1 to 366");
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::IssueApiKey));
  const Instant now = desk.now();
  const PresentedKey key = make_api_key(now, desk.random());
  const ApiKeyIssued event =
      TRY(issue_api_key(key, TRY(arguments.text("name")), std::move(scopes), now, now + days * kDayMs, by));
  TRY(desk.store().append({{event, by.front().login, {}}}, now));
  emit(show(ApiKey{event, {}}).set("secret", to_text(key)));
  return Nothing{};
}

Result<Nothing> key_list(Desk& desk, const Permit<Act::ListApiKeys>&, Call&, const Emit& emit) {
  for (const ApiKey& key : TRY(desk.store().api_keys())) emit(show(key));
  return Nothing{};
}

Result<Nothing> key_end(Desk& desk, const Permit<Act::EndApiKey>& who, Call& call, const Emit& emit) {
  ApiKey key = TRY(desk.store().find_api_key(TRY(ApiKeyId::parse(TRY(call.arguments.text("key"))))));
  const ApiKeyEnded event = TRY(end_api_key(key, who.officer(), desk.now()));
  TRY(desk.store().append({{event, who.officer().login, {}}}, desk.now()));
  key.ended = event;
  emit(show(key));
  return Nothing{};
}

// ── intake ──

namespace {

// The format's name for recognise(), from what the sender says that the body is.
std::string file_name_of(std::string_view media_type) {
  const std::string_view type = trim(media_type.substr(0, media_type.find(';')));
  if (equal_ignoring_case(type, "application/json")) return "request.json";
  if (equal_ignoring_case(type, "application/x-ndjson")) return "request.jsonl";
  if (equal_ignoring_case(type, "message/rfc822")) return "request.eml";
  if (equal_ignoring_case(type, "text/csv")) return "request.csv";
  return "request.txt";
}

}  // namespace

Result<Nothing> intake(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  Incoming incoming{TRY(arguments.text("source")), {}, {}, {}, desk.now()};
  if (const std::string matter = arguments.text_or("category"); !matter.empty())
    incoming.matter = TRY(parse_matter(matter));
  if (call.key != nullptr) incoming.machine = call.key->issued.name;
  const auto reading = desk.settings().readings.find(incoming.source);
  if (const Json* profile = arguments.find("profile"); profile != nullptr && profile->find("input") == nullptr) {
    incoming.profile = TRY(read_csv_profile(*profile));
  } else if (profile != nullptr) {
    incoming.feed = TRY(FeedProfile::read(*profile));
  } else if (reading != desk.settings().readings.end()) {
    incoming.feed = reading->second.profile;
    incoming.given = reading->second.given;
  }
  Json::Array names{file_name_of(call.media_type)};
  if (!call.files.empty()) names = TRY(arguments.list("files"));
  std::optional<Error> first_error;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string file = names[i].string() ? *names[i].string() : std::string();
    incoming.file_name = file;
    Result<std::string> bytes = i < call.files.size() ? read_all(call.files[i].get(), kLargestBatch, file)
                                                      : Result<std::string>(std::move(call.body));
    Result<std::vector<RunItem>> items = bytes ? take_in(desk, incoming, file, *bytes, arguments.text_or("token"))
                                               : Result<std::vector<RunItem>>(bytes.error());
    if (!items) {  // one broken file does not keep the others out
      Error error = items.error();
      if (error.where.empty()) error.where = file;
      if (names.size() > 1) emit(Json::Object{{"error", show(error)}});
      if (!first_error) first_error = std::move(error);
      continue;
    }
    for (const RunItem& item : *items) emit(show(item, file));
  }
  TRY(publish(desk));
  if (first_error) return *first_error;
  return Nothing{};
}

// ── cases ──

Result<Nothing> case_list(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  CaseFilter filter;
  const Json& arguments = call.arguments;
  if (const std::string matter = arguments.text_or("category"); !matter.empty())
    filter.matter = TRY(parse_matter(matter));
  if (const std::string state = arguments.text_or("state"); !state.empty()) filter.state = TRY(parse_case_state(state));
  if (const std::string after = arguments.text_or("after"); !after.empty()) filter.after = TRY(CaseId::parse(after));
  filter.limit = arguments.number_or("limit", kCasesOfOnePage);
  if (filter.limit < 1 || filter.limit > 10000) return fail(Fault::Usage, "--limit is 1 to 10000");
  for (const CaseSummary& summary : TRY(read_queue(desk, who, filter))) emit(show(summary));
  return Nothing{};
}

Result<Nothing> case_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const Case the_case = TRY(read_case(desk, who, TRY(case_id(call.arguments))));
  const SaidOfCase said = TRY(desk.store().said_of(who.sight(), the_case.id));
  Json line = show(the_case).set("sources", said.sources);
  line.set("guard", show(TRY(guard_of(desk.store(), the_case, ActionKind::Notice, desk.now()))));
  emit(with_leads(std::move(line), read_leads(desk, who, the_case)));
  return Nothing{};
}

Result<Nothing> case_reports(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  for (const ReportOfCase& report : TRY(read_reports(desk, who, TRY(case_id(call.arguments))))) emit(show(report));
  return Nothing{};
}

Result<Nothing> case_attach(Desk& desk, const Permit<Act::AttachEvidence>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::string bytes = TRY(bytes_of(call, kLargestEvidenceRead, arguments.text_or("file")));
  const EvidenceId id =
      TRY(attach(desk, who, TRY(case_id(arguments)), bytes, arguments.text_or("media_type", call.media_type),
                 TRY(arguments.text("description"))));
  emit(Json::Object{{"evidence", id.text()}, {"sha256", sha256(bytes).hex()}, {"size", bytes.size()}});
  return Nothing{};
}

// The bytes go into the file that came with the command, or into the reply's body.
Result<Nothing> case_open(Desk& desk, const Permit<Act::OpenEvidence>& who, Call& call, const Emit& emit) {
  const EvidenceId id = TRY(EvidenceId::parse(TRY(call.arguments.text("evidence"))));
  std::string bytes = TRY(open_piece(desk, who, TRY(case_id(call.arguments)), id));
  const std::size_t size = bytes.size();
  if (call.files.empty()) {
    call.body = std::move(bytes);
  } else {
    TRY(write_all(call.files.front().get(), bytes, "the output"));
  }
  emit(Json::Object{{"evidence", id.text()}, {"opened_by", who.officer().login}, {"size", size}});
  return Nothing{};
}

Result<Nothing> evidence_erase(Desk& desk, const Permit<Act::EraseEvidence>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::CountersignErasure));
  if (by.size() != 1)
    return fail(Fault::Usage, "it takes two people: --as a custodian, --by the data-protection officer (charter 6.8)");
  const CaseId id = TRY(case_id(arguments));
  const EvidenceId evidence = TRY(EvidenceId::parse(TRY(arguments.text("evidence"))));
  const ErasureGround ground = TRY(parse_erasure_ground(TRY(arguments.text("ground"))));
  const EvidenceErased event = TRY(erase_piece(desk, who, by.front(), id, evidence, ground));
  TRY(publish(desk));
  emit(Json::Object{
      {"case", id.text()}, {"evidence", evidence.text()}, {"erased", name(ground)}, {"at", to_rfc3339(event.at)}});
  return Nothing{};
}

Result<Nothing> evidence_export(Desk& desk, const Permit<Act::ExportEvidence>& who, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "an archive is written into one file");
  const Json& arguments = call.arguments;
  const std::vector<Officer> by = TRY(others(desk, arguments, Act::CountersignExport));
  if (by.size() != 1)
    return fail(Fault::Usage,
                "it takes two people: --as a custodian, --by an approver or a legal reviewer (charter 10)");
  const CaseId id = TRY(case_id(arguments));
  const ExportPurpose purpose = TRY(parse_export_purpose(TRY(arguments.text("purpose"))));
  const ExportedEvidence exported = TRY(export_evidence(desk, who, by.front(), id, purpose, call.files.front().get()));
  emit(Json::Object{{"case", id.text()},
                    {"purpose", name(purpose)},
                    {"pieces", exported.pieces},
                    {"manifest", exported.manifest.hex()}});
  return Nothing{};
}

Result<Nothing> case_fact(Desk& desk, const Permit<Act::EnterFact>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const CaseId id = TRY(case_id(arguments));
  std::string text = TRY(arguments.text("text"));
  std::vector<EvidenceId> evidence = TRY(evidence_ids(arguments));
  TRY(note_fact(desk, who, id, Fact{std::move(text), std::move(evidence)}));
  emit(Json::Object{{"case", id.text()}, {"fact", "entered"}});
  return Nothing{};
}

Result<Nothing> case_gate(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const CaseId id = TRY(case_id(arguments));
  const Gate gate = TRY(parse_gate(TRY(arguments.text("gate"))));
  std::string text = TRY(arguments.text("answer"));
  std::string basis = TRY(arguments.text("basis"));
  std::vector<EvidenceId> evidence = TRY(evidence_ids(arguments));
  TRY(answer(desk, call.who->officer, id,
             GateAnswer{gate, std::move(text), std::move(basis), std::move(evidence), call.who->officer.id}));
  emit(Json::Object{{"case", id.text()}, {"gate", name(gate)}, {"answer", arguments.text_or("answer")}});
  return Nothing{};
}

// ── decisions ──

Result<Nothing> decide_propose(Desk& desk, const Permit<Act::Propose>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  Wish wish{TRY(parse_action_kind(TRY(arguments.text("kind")))),
            TRY(parse_effect(TRY(arguments.text("effect")))),
            TRY(parse_recipient(TRY(arguments.text("recipient")))),
            {},
            arguments.text_or("because")};
  const Proposed proposed = TRY(propose_request(desk, who, call.who->key, TRY(case_id(arguments)), std::move(wish)));
  emit(show(TRY(desk.store().find_proposal(who.sight(), proposed.id))));
  return Nothing{};
}

Result<Nothing> decide_approve(Desk& desk, const Permit<Act::Approve>& who, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const ProposalId id = TRY(proposal_id(arguments));
  TRY(approve_request(desk, who, call.who->key, id, TRY(parse_digest(TRY(arguments.text("digest"))))));
  // The approval stands from here on; what follows is resumed after any crash.
  TRY(publish(desk));
  Json line = show(TRY(desk.store().find_proposal(who.sight(), id)));
  const Result<std::int64_t> sent = send_approved(desk);
  line.set("sent", sent && *sent > 0);
  if (!sent) line.set("not_sent_because", sent.error().message);
  emit(line);
  return Nothing{};
}

Result<Nothing> decide_return(Desk& desk, const Permit<Act::ReturnProposal>& who, Call& call, const Emit& emit) {
  const ProposalId id = TRY(proposal_id(call.arguments));
  TRY(return_request(desk, who, id, TRY(call.arguments.text("reason"))));
  emit(show(TRY(desk.store().find_proposal(who.sight(), id))));
  return Nothing{};
}

Result<Nothing> decide_refuse(Desk& desk, const Permit<Act::RefuseProposal>& who, Call& call, const Emit& emit) {
  const ProposalId id = TRY(proposal_id(call.arguments));
  TRY(refuse_request(desk, who, id, TRY(call.arguments.text("reason"))));
  TRY(publish(desk));
  emit(show(TRY(desk.store().find_proposal(who.sight(), id))));
  return Nothing{};
}

Result<Nothing> decide_list(Desk& desk, const Permit<Act::ReadCase>& who, Call&, const Emit& emit) {
  for (const Proposal& proposal : TRY(read_requests(desk, who))) emit(show(proposal));
  return Nothing{};
}

// With the exact bytes that the digest covers, and as a recipient will read them.
Result<Nothing> decide_show(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const auto [proposal, body] = TRY(read_request(desk, who, TRY(proposal_id(call.arguments))));
  Json::Array parts;
  for (const MailPart& part : TRY(read_mail(body)).parts)
    parts.push_back(Json::Object{{"type", part.type}, {"text", part.bytes}});
  emit(show(proposal).set("body", body).set("parts", std::move(parts)));
  return Nothing{};
}

// ── notices ──

// Nobody by name, at the desk's own socket, is told ids and whether they left, of which no case can be read.
Result<Nothing> notice_list(Desk& desk, Call& call, const Emit& emit) {
  const std::vector<OutboxItem> outbox = call.who != nullptr
                                             ? TRY(read_notices(desk, TRY(permit<Act::ReadCase>(call.who->officer))))
                                             : TRY(desk.store().outbox(Sight::of_software()));
  for (const OutboxItem& item : outbox) emit(show(item));
  return Nothing{};
}

Result<Nothing> notice_send(Desk& desk, Call&, const Emit& emit) {
  TRY(publish(desk));
  emit(Json::Object{{"sent", TRY(send_approved(desk))}});
  return Nothing{};
}

Result<Nothing> status(Desk& desk, Call&, const Emit& emit) {
  emit(TRY(desk.store().counts()));
  return Nothing{};
}

}  // namespace cordon
