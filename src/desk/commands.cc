#include "desk/commands.h"

#include <map>

#include "base/text.h"
#include "desk/border_commands.h"
#include "desk/flow.h"
#include "desk/shapes.h"
#include "net/mail.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestBatch = 256u << 20;
constexpr std::size_t kLargestEvidenceRead = (25u << 20) + 1;

Result<Desk::SignedIn> signed_in(Desk& desk, const Json& arguments) {
  return desk.sign_in(TRY(arguments.text("as")), TRY(arguments.text("password")));
}

Result<CaseId> case_id(const Json& arguments) { return CaseId::parse(TRY(arguments.text("case"))); }
Result<ProposalId> proposal_id(const Json& arguments) { return ProposalId::parse(TRY(arguments.text("proposal"))); }

Result<std::vector<EvidenceId>> evidence_ids(const Json& arguments) {
  std::vector<EvidenceId> ids;
  for (const Json& id : TRY(arguments.list("evidence")))
    ids.push_back(TRY(EvidenceId::parse(id.string() ? *id.string() : std::string())));
  return ids;
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
  std::vector<Officer> by;
  for (const Json& admin : TRY(arguments.list("by"))) {
    by.push_back(TRY(desk.sign_in(TRY(admin.text("as")), TRY(admin.text("password")))).officer);
    TRY(may(by.back(), Act::EnrolOfficer));
  }
  const bool founding = TRY(desk.store().proposals()).empty();
  if (!founding && (by.size() < 2 || by[0].id == by[1].id)) {
    return fail(Fault::Refused,
                "once a desk has proposed anything, two different admins enrol an officer (--by A --by B)");
  }
  emit(show(TRY(desk.enrol(login, set, TRY(arguments.text("password")), by))));
  return Nothing{};
}

Result<Nothing> officer_list(Desk& desk, Call&, const Emit& emit) {
  for (const Officer& officer : TRY(desk.store().officers())) emit(show(officer));
  return Nothing{};
}

// ── intake ──

Result<Nothing> intake(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  Incoming incoming{TRY(arguments.text("source")), {}, {}, {}, desk.now()};
  if (const std::string matter = arguments.text_or("category"); !matter.empty())
    incoming.matter = TRY(parse_matter(matter));
  if (const Json* profile = arguments.find("profile")) incoming.profile = TRY(read_csv_profile(*profile));
  const Json::Array names = TRY(arguments.list("files"));
  std::optional<Error> first_error;
  for (std::size_t i = 0; i < names.size() && i < call.files.size(); ++i) {
    const std::string file = names[i].string() ? *names[i].string() : std::string();
    incoming.file_name = file;
    Result<std::string> bytes = read_all(call.files[i].get(), kLargestBatch, file);
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

Result<Nothing> case_list(Desk& desk, Call& call, const Emit& emit) {
  CaseFilter filter;
  const Json& arguments = call.arguments;
  if (const std::string matter = arguments.text_or("category"); !matter.empty())
    filter.matter = TRY(parse_matter(matter));
  if (const std::string state = arguments.text_or("state"); !state.empty()) filter.state = TRY(parse_case_state(state));
  if (const std::string after = arguments.text_or("after"); !after.empty()) filter.after = TRY(CaseId::parse(after));
  filter.limit = arguments.number_or("limit", 50);
  if (filter.limit < 1 || filter.limit > 10000) return fail(Fault::Usage, "--limit is 1 to 10000");
  for (const CaseSummary& summary : TRY(desk.store().list_cases(filter))) emit(show(summary));
  return Nothing{};
}

Result<Nothing> case_show(Desk& desk, Call& call, const Emit& emit) {
  emit(show(TRY(desk.store().find_case(TRY(case_id(call.arguments))))));
  return Nothing{};
}

Result<Nothing> case_attach(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  if (call.files.size() != 1) return fail(Fault::Usage, "one file is attached at a time");
  const std::string bytes = TRY(read_all(call.files[0].get(), kLargestEvidenceRead, arguments.text_or("file")));
  const EvidenceId id = TRY(attach(desk, who.officer, TRY(case_id(arguments)), bytes, TRY(arguments.text("media_type")),
                                   TRY(arguments.text("description"))));
  emit(Json::Object{{"evidence", id.text()}, {"sha256", sha256(bytes).hex()}, {"size", bytes.size()}});
  return Nothing{};
}

Result<Nothing> case_open(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  const EvidenceId id = TRY(EvidenceId::parse(TRY(arguments.text("evidence"))));
  if (call.files.size() != 1) return fail(Fault::Usage, "evidence is opened into one file");
  const std::string bytes = TRY(open_piece(desk, who.officer, TRY(case_id(arguments)), id));
  TRY(write_all(call.files[0].get(), bytes, "the output"));
  emit(Json::Object{{"evidence", id.text()}, {"opened_by", who.officer.login}, {"size", bytes.size()}});
  return Nothing{};
}

Result<Nothing> case_fact(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  const CaseId id = TRY(case_id(arguments));
  TRY(note_fact(desk, who.officer, id, Fact{TRY(arguments.text("text")), TRY(evidence_ids(arguments))}));
  emit(Json::Object{{"case", id.text()}, {"fact", "entered"}});
  return Nothing{};
}

Result<Nothing> case_gate(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  const CaseId id = TRY(case_id(arguments));
  const Gate gate = TRY(parse_gate(TRY(arguments.text("gate"))));
  TRY(answer(desk, who.officer, id,
             GateAnswer{gate, TRY(arguments.text("answer")), TRY(arguments.text("basis")), TRY(evidence_ids(arguments)),
                        who.officer.id}));
  emit(Json::Object{{"case", id.text()}, {"gate", name(gate)}, {"answer", arguments.text_or("answer")}});
  return Nothing{};
}

// ── decisions ──

Result<Nothing> decide_propose(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  Wish wish{TRY(parse_action_kind(TRY(arguments.text("kind")))),
            TRY(parse_effect(TRY(arguments.text("effect")))),
            TRY(parse_recipient(TRY(arguments.text("recipient")))),
            {},
            arguments.text_or("because")};
  const Proposed proposed = TRY(propose_request(desk, who, TRY(case_id(arguments)), std::move(wish)));
  emit(show(TRY(desk.store().find_proposal(proposed.id))));
  return Nothing{};
}

Result<Nothing> decide_approve(Desk& desk, Call& call, const Emit& emit) {
  const Json& arguments = call.arguments;
  const Desk::SignedIn who = TRY(signed_in(desk, arguments));
  const ProposalId id = TRY(proposal_id(arguments));
  TRY(approve_request(desk, who, id, TRY(parse_digest(TRY(arguments.text("digest"))))));
  // The approval stands from here on; what follows is resumed after any crash.
  TRY(publish(desk));
  Json line = show(TRY(desk.store().find_proposal(id)));
  const Result<std::int64_t> sent = send_approved(desk);
  line.set("sent", sent && *sent > 0);
  if (!sent) line.set("not_sent_because", sent.error().message);
  emit(line);
  return Nothing{};
}

Result<Nothing> decide_return(Desk& desk, Call& call, const Emit& emit) {
  const Desk::SignedIn who = TRY(signed_in(desk, call.arguments));
  const ProposalId id = TRY(proposal_id(call.arguments));
  TRY(return_request(desk, who.officer, id, TRY(call.arguments.text("reason"))));
  emit(show(TRY(desk.store().find_proposal(id))));
  return Nothing{};
}

Result<Nothing> decide_refuse(Desk& desk, Call& call, const Emit& emit) {
  const Desk::SignedIn who = TRY(signed_in(desk, call.arguments));
  const ProposalId id = TRY(proposal_id(call.arguments));
  TRY(refuse_request(desk, who.officer, id, TRY(call.arguments.text("reason"))));
  TRY(publish(desk));
  emit(show(TRY(desk.store().find_proposal(id))));
  return Nothing{};
}

Result<Nothing> decide_list(Desk& desk, Call&, const Emit& emit) {
  for (const Proposal& proposal : TRY(desk.store().proposals())) emit(show(proposal));
  return Nothing{};
}

// With the exact bytes that the digest covers, and as a recipient will read them.
Result<Nothing> decide_show(Desk& desk, Call& call, const Emit& emit) {
  const Proposal proposal = TRY(desk.store().find_proposal(TRY(proposal_id(call.arguments))));
  const std::string body = TRY(desk.store().blobs().get(proposal.proposed.body));
  Json::Array parts;
  for (const MailPart& part : TRY(read_mail(body)).parts)
    parts.push_back(Json::Object{{"type", part.type}, {"text", part.bytes}});
  emit(show(proposal).set("body", body).set("parts", std::move(parts)));
  return Nothing{};
}

// ── notices ──

Result<Nothing> notice_list(Desk& desk, Call&, const Emit& emit) {
  for (const OutboxItem& item : TRY(desk.store().outbox())) emit(show(item));
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

using Command = Result<Nothing> (*)(Desk&, Call&, const Emit&);
const std::map<std::string, Command>& commands() {
  static const std::map<std::string, Command> table{
      {"officer add", officer_add},       {"officer list", officer_list},     {"intake", intake},
      {"case list", case_list},           {"case show", case_show},           {"case attach", case_attach},
      {"case open", case_open},           {"case fact", case_fact},           {"case gate", case_gate},
      {"decide propose", decide_propose}, {"decide approve", decide_approve}, {"decide return", decide_return},
      {"decide refuse", decide_refuse},   {"decide list", decide_list},       {"decide show", decide_show},
      {"notice list", notice_list},       {"notice send", notice_send},       {"status", status},
  };
  return table;
}

}  // namespace

Result<Nothing> run_command(Desk& desk, Call& call, const Emit& emit) {
  if (const auto at_border = border_commands().find(call.command); at_border != border_commands().end())
    return at_border->second(desk, call, emit);
  const auto command = commands().find(call.command);
  if (command == commands().end())
    return fail(Fault::Usage, "there is no command '" + printable(call.command, 40) + "'");
  return command->second(desk, call, emit);
}

}  // namespace cordon
