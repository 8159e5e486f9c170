// What follows a request: actions, their messages, notices to affected parties, appeals. The rules are decision's.
#include "base/text.h"
#include "store/impl.h"

namespace cordon {

namespace {

// A case and those joined into it, in SQL, as $1.
constexpr std::string_view kOfCase =
    "case_id IN (SELECT id FROM cases WHERE id = $1 UNION ALL SELECT id FROM cases WHERE joined_into = $1)";

template <typename Id>
Result<std::vector<Id>> ids_of(Rows rows) {
  std::vector<Id> ids;
  while (TRY(rows.next())) ids.push_back(TRY(Id::parse(rows.text(0))));
  return ids;
}

Result<bool> sees(const Sight& sight, const Rows& rows, int matter) {
  if (rows.null(matter)) return true;  // a report that was refused has no case
  return sight.sees(TRY(parse_matter(rows.text(matter))));
}

Result<std::vector<Store::WaitingMessage>> read_messages(Rows rows) {  // body, leaf_index, receipt
  std::vector<Store::WaitingMessage> messages;
  while (TRY(rows.next())) {
    Message message = TRY(read_message(TRY(parse_json(rows.text(0)))));
    messages.push_back({std::move(message), rows.integer(1), !rows.null(2)});
  }
  return messages;
}

}  // namespace

Result<Action> Store::find_action(const Sight& sight, const NoticeId& id) const {
  const Error none = fail(Fault::NotFound, "there is no such notice", id.text());
  Rows rows = TRY(impl_->database.query("SELECT body, matter FROM action WHERE notice = $1", {id.text()}));
  if (!TRY(rows.next()) || !TRY(sees(sight, rows, 1))) return none;
  return read_action(TRY(parse_json(rows.text(0))));
}

Result<std::vector<Action>> Store::actions_of(const CaseId& id) const {
  std::vector<Action> actions;
  Rows rows = TRY(
      impl_->database.query("SELECT body FROM action WHERE " + std::string(kOfCase) + " ORDER BY seq", {id.text()}));
  while (TRY(rows.next())) actions.push_back(TRY(read_action(TRY(parse_json(rows.text(0))))));
  return actions;
}

Result<std::vector<NoticeId>> Store::actions_due(Instant now, std::int64_t limit) const {
  return ids_of<NoticeId>(
      TRY(impl_->database.query("SELECT notice FROM action WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, "
                                "notice LIMIT $2",
                                {now.ms, limit})));
}

Result<std::vector<NoticeId>> Store::actions_in(ActionState state, std::int64_t limit) const {
  return ids_of<NoticeId>(TRY(impl_->database.query("SELECT notice FROM action WHERE state = $1 ORDER BY seq LIMIT $2",
                                                    {std::string(name(state)), limit})));
}

Result<std::vector<TargetLooked>> Store::looks_at(const NoticeId& id) const {
  std::vector<TargetLooked> looks;
  Rows rows = TRY(impl_->database.query("SELECT body FROM look WHERE notice = $1 ORDER BY seq", {id.text()}));
  while (TRY(rows.next())) {
    const Json body = TRY(parse_json(rows.text(0)));
    looks.push_back(TRY(read_target_looked(body)));
  }
  return looks;
}

Result<std::vector<NoticeId>> Store::looks_due(Instant now, std::int64_t limit) const {
  return ids_of<NoticeId>(TRY(impl_->database.query(
      "SELECT notice FROM recheck WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, notice LIMIT $2",
      {now.ms, limit})));
}

Result<std::optional<Instant>> Store::next_look_at(const NoticeId& id) const {
  Rows rows = TRY(impl_->database.query("SELECT due_at FROM recheck WHERE notice = $1", {id.text()}));
  if (!TRY(rows.next()) || rows.null(0)) return std::optional<Instant>();
  return std::optional(Instant{rows.integer(0)});
}

Result<std::vector<NoticeId>> Store::targets_back(const Sight& sight) const {
  std::vector<NoticeId> notices;
  Rows rows = TRY(impl_->database.query(
      "SELECT r.notice, a.matter FROM recheck r JOIN action a ON a.notice = r.notice JOIN cases c ON c.id = a.case_id "
      "WHERE r.back = 1 AND c.state IN ('resolved', 'unresolved', 'closed') ORDER BY a.seq DESC LIMIT 1000"));
  while (TRY(rows.next())) {
    const bool seen = TRY(sees(sight, rows, 1));
    if (seen) notices.push_back(TRY(NoticeId::parse(rows.text(0))));
  }
  return notices;
}

Result<std::optional<NoticeId>> Store::notice_of_code(const Digest& code) const {
  std::vector<NoticeId> found =
      TRY(ids_of<NoticeId>(TRY(impl_->database.query("SELECT notice FROM action WHERE code = $1", {code.hex()}))));
  if (found.empty()) return std::optional<NoticeId>();
  return std::optional(std::move(found.front()));
}

Result<std::int64_t> Store::approval_leaf(const NoticeId& id) const {
  Rows rows = TRY(impl_->database.query("SELECT leaf_index FROM outbox WHERE notice = $1", {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "nobody approved this notice", id.text());
  return rows.integer(0);
}

Result<std::vector<Store::WaitingMessage>> Store::waiting_messages() const {
  return read_messages(TRY(impl_->database.query(
      "SELECT body, leaf_index, receipt FROM message WHERE receipt IS NULL ORDER BY seq LIMIT 10000")));
}

Result<std::vector<Store::WaitingMessage>> Store::messages_of(const NoticeId& id) const {
  return read_messages(TRY(impl_->database.query(
      "SELECT body, leaf_index, receipt FROM message WHERE notice = $1 ORDER BY seq", {id.text()})));
}

namespace {

Result<bool> said_after(Database& database, std::int64_t leaf_index, std::string_view type, const std::string& id) {
  return TRY(database.number("SELECT count(*) FROM journal WHERE seq > (SELECT seq FROM journal WHERE leaf_index = $1) "
                             "AND type = $2 AND body LIKE $3",
                             {leaf_index, std::string(type), "%\"" + id + "\"%"})) > 0;
}

}  // namespace

Result<bool> Store::left_after(std::int64_t leaf_index, const NoticeId& notice) const {
  return said_after(impl_->database, leaf_index, "notice_sent", notice.text());
}
Result<bool> Store::left_after(std::int64_t leaf_index, const LetterId& message) const {
  return said_after(impl_->database, leaf_index, "message_sent", message.text());
}

Result<std::vector<Officer>> Store::signers_of(const Message& message) const {
  std::vector<Officer> signers;
  for (const MessageSignature& one : message.signed_by) {
    Rows rows = TRY(impl_->database.query(
        "SELECT key FROM officer_key WHERE officer = $1 AND seq < (SELECT seq FROM message WHERE id = $2) ORDER BY seq "
        "DESC LIMIT 1",
        {one.officer.text(), message.id.text()}));
    if (!TRY(rows.next())) return fail(Fault::Refused, "somebody who is no officer signed it", message.id.text());
    const PublicKey key = TRY(parse_public_key(rows.text(0)));
    Officer officer = TRY(officer_by_id(one.officer));
    officer.key = key;
    signers.push_back(std::move(officer));
  }
  return signers;
}

Result<std::optional<PartyNotice>> Store::party_notice(const NoticeId& id) const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM party_notice WHERE notice = $1", {id.text()}));
  if (!TRY(rows.next())) return std::optional<PartyNotice>();
  return std::optional(TRY(read_party_notice(TRY(parse_json(rows.text(0))))));
}

Result<std::vector<NoticeId>> Store::party_notices_due(Instant now, std::int64_t limit) const {
  return ids_of<NoticeId>(TRY(impl_->database.query(
      "SELECT notice FROM party_notice WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, "
      "notice LIMIT $2",
      {now.ms, limit})));
}

Result<OpenEnds> Store::open_ends(const CaseId& id) const {
  OpenEnds open;
  for (const Action& action : TRY(actions_of(id)))
    if (!is_over(action.state)) ++open.acts;
  const std::string of_case(kOfCase);
  {
    Rows rows = TRY(impl_->database.query("SELECT state FROM party_notice WHERE " + of_case, {id.text()}));
    while (TRY(rows.next()))
      if (!is_over(TRY(parse_party_state(rows.text(0))))) ++open.party_notices;
  }
  Rows rows = TRY(impl_->database.query("SELECT state FROM appeal WHERE " + of_case, {id.text()}));
  while (TRY(rows.next()))
    if (!is_over(TRY(parse_appeal_state(rows.text(0))))) ++open.appeals;
  return open;
}

Result<std::vector<Proposal>> Store::proposals_of(const CaseId& id) const {
  std::vector<ProposalId> ids = TRY(ids_of<ProposalId>(TRY(
      impl_->database.query("SELECT id FROM proposal WHERE " + std::string(kOfCase) + " ORDER BY seq", {id.text()}))));
  std::vector<Proposal> proposals;
  for (const ProposalId& one : ids) proposals.push_back(TRY(find_proposal(Sight::of_software(), one)));
  return proposals;
}

Result<std::vector<CaseId>> Store::cases_in(CaseState state, Instant clock_before, std::int64_t limit) const {
  return ids_of<CaseId>(
      TRY(impl_->database.query("SELECT id FROM cases WHERE state = $1 AND joined_into IS NULL AND disposed_at IS NULL "
                                "AND target IS NOT NULL AND "
                                "coalesce(clock_at, 0) <= $2 ORDER BY id LIMIT $3",
                                {std::string(name(state)), clock_before.ms, limit})));
}

// ── appeals ──

Result<Appeal> Store::find_appeal(const Sight& sight, const AppealId& id) const {
  const Error none = fail(Fault::NotFound, "there is no such appeal", id.text());
  Rows rows = TRY(impl_->database.query("SELECT body, matter FROM appeal WHERE id = $1", {id.text()}));
  if (!TRY(rows.next()) || !TRY(sees(sight, rows, 1))) return none;
  return read_appeal(TRY(parse_json(rows.text(0))));
}

Result<Appeal> Store::appeal_by_receipt(const Digest& receipt) const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM appeal WHERE receipt = $1", {receipt.hex()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "no appeal has this code");
  return read_appeal(TRY(parse_json(rows.text(0))));
}

Result<std::vector<Appeal>> Store::appeals(const Sight& sight, std::int64_t limit) const {
  std::vector<Appeal> appeals;
  Rows rows = TRY(impl_->database.query("SELECT body, matter FROM appeal ORDER BY id DESC LIMIT $1", {limit}));
  while (TRY(rows.next()))
    if (TRY(sees(sight, rows, 1))) appeals.push_back(TRY(read_appeal(TRY(parse_json(rows.text(0))))));
  return appeals;
}

namespace {

Result<std::vector<Appeal>> read_appeals(Rows rows) {
  std::vector<Appeal> appeals;
  while (TRY(rows.next())) appeals.push_back(TRY(read_appeal(TRY(parse_json(rows.text(0))))));
  return appeals;
}

}  // namespace

Result<std::vector<Appeal>> Store::appeals_of(const NoticeId& id) const {
  return read_appeals(TRY(impl_->database.query("SELECT body FROM appeal WHERE notice = $1 ORDER BY id", {id.text()})));
}

Result<std::vector<Appeal>> Store::appeals_of_report(const Digest& receipt) const {
  return read_appeals(
      TRY(impl_->database.query("SELECT body FROM appeal WHERE report = $1 ORDER BY id", {receipt.hex()})));
}

Result<std::int64_t> Store::peers_without_recall(const CaseId& id) const {
  return impl_->database.number("SELECT count(*) FROM offered WHERE recalled = 0 AND " + std::string(kOfCase),
                                {id.text()});
}

Result<std::vector<AppealId>> Store::appeals_due(Instant now, std::int64_t limit) const {
  return ids_of<AppealId>(
      TRY(impl_->database.query("SELECT id FROM appeal WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id "
                                "LIMIT $2",
                                {now.ms, limit})));
}

Result<std::vector<Appeal>> Store::appeals_over(Instant before, std::size_t limit) const {
  std::vector<Appeal> over;
  Rows rows = TRY(impl_->database.query("SELECT body FROM appeal WHERE due_at IS NULL ORDER BY id"));
  while (over.size() < limit && TRY(rows.next())) {
    Appeal appeal = TRY(read_appeal(TRY(parse_json(rows.text(0)))));
    if (appeal.closed_at && *appeal.closed_at <= before) over.push_back(std::move(appeal));
  }
  return over;
}

Result<std::vector<AppealId>> Store::appeals_in(AppealState state, std::int64_t limit) const {
  return ids_of<AppealId>(TRY(impl_->database.query("SELECT id FROM appeal WHERE state = $1 ORDER BY id LIMIT $2",
                                                    {std::string(name(state)), limit})));
}

// ── break-glass ──

namespace {

constexpr std::string_view kGlass = "SELECT body, state, confirmed_by, matter FROM break_glass ";

Result<Glass> read_glass_row(const Rows& row) {  // as kGlass
  Glass glass{TRY(read_glass_broken(TRY(parse_json(row.text(0)))))};
  glass.state = TRY(parse_glass_state(row.text(1)));
  if (!row.null(2)) glass.confirmed_by = TRY(OfficerId::parse(row.text(2)));
  return glass;
}

}  // namespace

Result<Glass> Store::find_glass(const Sight& sight, const NoticeId& id) const {
  Rows rows = TRY(impl_->database.query(std::string(kGlass) + "WHERE id = $1", {id.text()}));
  if (!TRY(rows.next()) || !TRY(sees(sight, rows, 3)))
    return fail(Fault::NotFound, "there is no such use of break-glass", id.text());
  return read_glass_row(rows);
}

Result<std::vector<Glass>> Store::glasses(const Sight& sight) const {
  std::vector<Glass> all;
  Rows rows = TRY(impl_->database.query(std::string(kGlass) + "ORDER BY seq DESC LIMIT 1000"));
  while (TRY(rows.next())) {
    const bool seen = TRY(sees(sight, rows, 3));
    if (seen) all.push_back(TRY(read_glass_row(rows)));
  }
  return all;
}

Result<std::vector<Glass>> Store::glasses_due(Instant now) const {
  std::vector<Glass> all;
  Rows rows = TRY(impl_->database.query(
      std::string(kGlass) + "WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 1000", {now.ms}));
  while (TRY(rows.next())) all.push_back(TRY(read_glass_row(rows)));
  return all;
}

Result<std::vector<Store::WaitingGlass>> Store::waiting_glasses() const {
  std::vector<WaitingGlass> all;
  Rows rows = TRY(impl_->database.query(
      "SELECT body, state, confirmed_by, matter, leaf_index, receipt, reversal_leaf, reversal_receipt FROM break_glass "
      "WHERE receipt IS NULL OR (reversal_leaf IS NOT NULL AND reversal_receipt IS NULL) ORDER BY seq"));
  while (TRY(rows.next())) {
    const Glass glass = TRY(read_glass_row(rows));
    if (rows.null(5)) all.push_back({glass, GlassState::Used, rows.integer(4)});
    if (!rows.null(6) && rows.null(7)) all.push_back({glass, GlassState::Reversed, rows.integer(6)});
  }
  return all;
}

Result<Officer> Store::signer_of_glass(const NoticeId& id) const {
  Rows rows = TRY(impl_->database.query(
      "SELECT k.officer, k.key FROM break_glass g JOIN officer_key k ON k.officer = g.used_by AND k.seq < g.seq WHERE "
      "g.id = $1 ORDER BY k.seq DESC LIMIT 1",
      {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::Refused, "somebody who is no officer signed it", id.text());
  const PublicKey key = TRY(parse_public_key(rows.text(1)));
  Officer officer = TRY(officer_by_id(TRY(OfficerId::parse(rows.text(0)))));
  officer.key = key;
  return officer;
}

// ── the guard ──

Result<std::optional<SensitiveListKept>> Store::sensitive_list() const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM kept_list WHERE list = 'sensitive_holders'"));
  if (!TRY(rows.next())) return std::optional<SensitiveListKept>();
  const Json body = TRY(parse_json(rows.text(0)));
  SensitiveListKept kept = TRY(read_sensitive_list_kept(body));
  return std::optional(std::move(kept));
}

Result<std::optional<UnListKept>> Store::un_list() const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM kept_list WHERE list = 'un_entities'"));
  if (!TRY(rows.next())) return std::optional<UnListKept>();
  const Json body = TRY(parse_json(rows.text(0)));
  UnListKept kept = TRY(read_un_list_kept(body));
  return std::optional(std::move(kept));
}

Result<bool> Store::met_sensitive_target(const CaseId& id) const {
  return TRY(impl_->database.number("SELECT count(*) FROM sensitive_target WHERE case_id = $1", {id.text()})) > 0;
}

}  // namespace cordon
