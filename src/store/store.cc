#include "store/store.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "store/impl.h"
#include "store/postgres.h"
#include "store/rows.h"
#include "store/tables.h"

namespace cordon {

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Blobs& Store::blobs() { return impl_->blobs; }
const Blobs& Store::blobs() const { return impl_->blobs; }

Result<Store> Store::create(const std::string& address, Blobs blobs, Volume volume) {
  Database database = TRY(Database::open(address, Database::Open::Create));
  if (TRY(database.version()) != 0) return fail(Fault::Conflict, "there is a desk already", shown(address));
  Transaction transaction = TRY(Transaction::begin(database));
  TRY(lay_journal(database));
  TRY(lay_folded_tables(database));
  TRY(transaction.commit());
  return Store(std::make_unique<Impl>(Impl{std::move(database), std::move(blobs), std::move(volume)}));
}

Result<Store> Store::open(const std::string& address, Blobs blobs, Mode mode, Volume volume) {
  Database database = TRY(Database::open(address, mode == Mode::Write ? Database::Open::Write : Database::Open::Read));
  const std::int64_t version = TRY(database.version());
  if (version == kMovedAway)
    return fail(Fault::Conflict, "this record was moved; run `cordon move` again if it was interrupted",
                shown(address));
  if (version == 0) return fail(Fault::NotFound, "no desk was founded here", shown(address));
  if (version > kTablesVersion || version < 1 || (version < kTablesVersion && mode == Mode::Read))
    return fail(Fault::Usage,
                "the desk's tables have version " + std::to_string(version) + ", this program's are " +
                    std::to_string(kTablesVersion) + "; `cordon status` with the newer program brings them up to date",
                shown(address));
  if (version < kTablesVersion) TRY(fold_into_new_tables(database, blobs));
  Store store(std::make_unique<Impl>(Impl{std::move(database), std::move(blobs), std::move(volume)}));
  if (mode == Mode::Write) TRY(store.finish_erasures());
  if (mode == Mode::Write) TRY(store.impl_->finish_cuts_of_before());
  return store;
}

// By piece, and not by case: a piece of a case that is joined into another is opened and erased in that one.
Result<std::vector<Json>> Store::custody_rows(const CaseId& id) const {
  const Case the_case = TRY(find_case(Sight::of_software(), id));
  std::set<std::string> cases{id.text()}, pieces;
  for (const CaseId& part : the_case.joined) cases.insert(part.text());
  for (const Evidence& piece : the_case.evidence) pieces.insert(piece.id.text());
  std::vector<Json> found;
  Rows rows = TRY(impl_->database.query(
      std::string("SELECT ") + kRowColumns +
      " FROM journal WHERE type IN ('evidence_attached', 'evidence_opened', 'evidence_erased', 'evidence_exported') "
      "ORDER BY seq"));
  while (TRY(rows.next())) {
    const JournalRow row = read_row(rows);
    const Json body = TRY(parse_json(row.body));
    const bool here = body.find("evidence") != nullptr ? pieces.contains(body.text_or("evidence"))
                                                       : cases.contains(body.text_or("case"));
    if (here) found.push_back(covered_by_digest(row).set("digest", row.digest));
  }
  return found;
}

Result<Nothing> Store::finish_erasures(const EvidenceErased* only) {
  std::vector<EvidenceErased> all;
  if (only != nullptr) {
    all.push_back(*only);
  } else {
    Rows rows = TRY(impl_->database.query("SELECT body FROM erasure ORDER BY evidence"));
    while (TRY(rows.next())) all.push_back(TRY(read_evidence_erased(TRY(parse_json(rows.text(0))))));
  }
  for (const EvidenceErased& event : all) {
    // In a desk of before equal bytes lie there once, so the last piece that has them takes them away.
    if (!event.key && TRY(impl_->database.number("SELECT count(*) FROM evidence WHERE body LIKE $1 AND id NOT IN "
                                                 "(SELECT evidence FROM erasure)",
                                                 {"%" + event.blob.hex() + "%"})) > 0)
      continue;
    // The key goes first and lies here, so a store of blobs that is away keeps nothing but noise, and no desk shut. It
    // is asked again at the next opening.
    Result<Nothing> erased = impl_->blobs.erase(event.blob, event.key);
    const bool noise_stays = !erased && erased.error().fault == Fault::Unavailable && event.key && only == nullptr;
    if (!erased && !noise_stays) return erased;
  }
  return Nothing{};
}

Result<std::optional<Instant>> Store::entry_after(Instant now) const {
  const JournalRow last = TRY(last_row(impl_->database));
  return last.at - now > kClockSlackMs ? std::optional(last.at) : std::nullopt;
}

Result<Nothing> Store::append(const std::vector<Change>& changes, Instant at, const std::string& token,
                              const Json& answer) {
  Database& database = impl_->database;
  if (!token.empty() && TRY(answer_to(token))) return Nothing{};
  if (impl_->waiting) {
    std::vector<Change> with_it = changes;
    with_it.push_back({*impl_->waiting, "software", {}});
    const std::optional<RequestTaken> waiting = std::exchange(impl_->waiting, std::nullopt);
    Result<Nothing> done = append(with_it, at, token, answer);
    if (!done) impl_->waiting = waiting;
    return done;
  }
  const auto taken =
      std::find_if(changes.begin(), changes.end(), [](const Change& one) { return one.at_hand != nullptr; });
  if (taken != changes.end()) TRY(impl_->caught_up());
  JournalRow row_of_batch;
  Transaction transaction = TRY(Transaction::begin(database));
  JournalRow last = TRY(last_row(database));
  const bool corrected = changes.size() == 1 && std::holds_alternative<ClockCorrected>(changes.front().event);
  if (!corrected && last.at - at > kClockSlackMs) return clock_is_behind(last.at, at);
  std::int64_t leaf_count = TRY(this->leaf_count());
  for (const Change& change : changes) {
    JournalRow row;
    row.seq = last.seq + 1;
    row.at = at;
    row.type = type_of(change.event);
    row.actor = change.actor;
    row.body = to_text(body_of(change.event));
    row.prev = last.digest;
    if (&change == &changes.front() && !token.empty()) {
      row.token = token;
      row.answer = to_text(answer);
    }
    if (change.leaf) {
      row.leaf = change.leaf->bytes;
      row.leaf_index = leaf_count++;
    }
    row.digest = digest_of(row);
    TRY(insert_row(database, row));
    if (change.leaf) {
      TRY(database.run("INSERT INTO opening VALUES ($1, $2)", {*row.leaf_index, change.leaf->opening}));
    }
    TRY(apply(database, impl_->blobs, change.event, {row.seq, row.at, row.leaf_index}, nullptr,
              change.at_hand == nullptr ? nullptr : &change.at_hand->items));
    if (change.at_hand != nullptr) row_of_batch = row;
    last = std::move(row);
  }
  Result<Nothing> committed = transaction.commit();
  if (!committed && database.in_doubt()) committed = read_back(last);
  if (!committed) {
    impl_->case_keys.reset();  // it may lack a case now; the next large batch makes it again
    impl_->told.clear();
    return committed;
  }
  for (const Change& change : changes) {
    if (const auto* opened = std::get_if<CaseOpened>(&change.event)) impl_->take_up(*opened);
    if (const auto* kept = std::get_if<AlertItemsKept>(&change.event)) impl_->take_up(*kept);
    if (change.at_hand == nullptr && std::holds_alternative<BatchTaken>(change.event)) impl_->case_keys.reset();
  }
  if (taken != changes.end()) impl_->take_up(std::get<BatchTaken>(taken->event), *taken->at_hand, row_of_batch);
  return committed;
}

// The server went away between the question and the answer, and the row says which it was. If it cannot be asked
// either, the same token asks again later.
Result<Nothing> Store::read_back(const JournalRow& written) const {
  Database& database = impl_->database;
  if (const Result<Nothing> settled = database.settle(); !settled)
    return fail(Fault::Unavailable, "whether it was written is not known yet: " + settled.error().message,
                settled.error().where);
  Rows rows = TRY(database.query("SELECT digest FROM journal WHERE seq = $1", {written.seq}));
  if (TRY(rows.next()) && rows.text(0) == written.digest) return Nothing{};
  return fail(Fault::Unavailable, "the database went away before anything was written");
}

Result<std::optional<Json>> Store::answer_to(const std::string& token) const {
  Rows rows = TRY(impl_->database.query("SELECT answer FROM journal WHERE token = $1", {token}));
  if (!TRY(rows.next())) return std::optional<Json>();
  return std::optional<Json>(TRY(parse_json(rows.text(0))));
}

void Store::begin_request(const RequestTaken& request) { impl_->waiting = request; }

bool Store::end_request() { return !std::exchange(impl_->waiting, std::nullopt).has_value(); }

Result<std::optional<Store::KnownRequest>> Store::known_request(const Digest& id) const {
  Rows rows = TRY(impl_->database.query("SELECT request, answer FROM request WHERE id = $1", {id.hex()}));
  if (!TRY(rows.next())) return std::optional<KnownRequest>();
  KnownRequest known{TRY(parse_digest(rows.text(0))), {}};
  if (!rows.null(1)) known.answer = TRY(impl_->blobs.get(TRY(parse_digest(rows.text(1)))));
  return std::optional<KnownRequest>(std::move(known));
}

Result<DeskFounded> Store::founded() const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM founding"));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "the desk has not been founded");
  return read_desk_founded(TRY(parse_json(rows.text(0))));
}

Result<std::optional<CaseId>> Store::case_of_key(const std::string& fold_key) const {
  Rows rows = TRY(impl_->database.query("SELECT id FROM cases WHERE fold_key = $1", {fold_key}));
  if (!TRY(rows.next())) return std::optional<CaseId>();
  return std::optional<CaseId>(TRY(CaseId::parse(rows.text(0))));
}

Result<std::vector<Officer>> Store::officers() const {
  std::vector<Officer> officers;
  Rows rows = TRY(impl_->database.query("SELECT body FROM officer ORDER BY login"));
  while (TRY(rows.next())) officers.push_back(TRY(read_officer_enrolled(TRY(parse_json(rows.text(0))))).officer);
  return officers;
}

Result<Officer> Store::officer_by_login(const std::string& login) const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM officer WHERE login = $1", {login}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no officer '" + printable(login, 40) + "'");
  return TRY(read_officer_enrolled(TRY(parse_json(rows.text(0))))).officer;
}

Result<Officer> Store::officer_by_id(const OfficerId& id) const {
  Rows rows = TRY(impl_->database.query("SELECT body FROM officer WHERE id = $1", {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no such officer", id.text());
  return TRY(read_officer_enrolled(TRY(parse_json(rows.text(0))))).officer;
}

namespace {

Result<ApiKey> read_api_key(const Rows& row) {  // columns issued, ended
  ApiKeyIssued issued = TRY(read_api_key_issued(TRY(parse_json(row.text(0)))));
  ApiKey key{std::move(issued), {}};
  if (!row.null(1)) key.ended = TRY(read_api_key_ended(TRY(parse_json(row.text(1)))));
  return key;
}

}  // namespace

Result<std::vector<OfficerKey>> Store::officer_keys(const OfficerId& id) const {
  std::vector<OfficerKey> keys;
  Rows rows =
      TRY(impl_->database.query("SELECT key, since FROM officer_key WHERE officer = $1 ORDER BY seq", {id.text()}));
  while (TRY(rows.next())) {
    const PublicKey key = TRY(parse_public_key(rows.text(0)));
    keys.push_back({key, {rows.integer(1)}});
  }
  return keys;
}

Result<ApiKey> Store::find_api_key(const ApiKeyId& id) const {
  Rows rows = TRY(impl_->database.query("SELECT issued, ended FROM api_key WHERE id = $1", {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no such key", id.text());
  return read_api_key(rows);
}

Result<std::vector<ApiKey>> Store::api_keys() const {
  std::vector<ApiKey> keys;
  Rows rows = TRY(impl_->database.query("SELECT issued, ended FROM api_key ORDER BY id"));
  while (TRY(rows.next())) keys.push_back(TRY(read_api_key(rows)));
  return keys;
}

namespace {

// "matter is none of those that this sight leaves out", in SQL. They are words of the law's own tables.
std::string in_sight(const Sight& sight) {
  std::vector<std::string> ids;
  for (const Matter matter : sight.hidden()) ids.emplace_back(matter.id());
  return ids.empty() ? "1 = 1" : "matter NOT IN ('" + join(ids, "','") + "')";
}

Result<Proposal> read_proposal(const Rows& row) {  // columns proposed, approved, state, ended
  const ProposalState state = TRY(parse_proposal_state(row.text(2)));
  Proposed proposed = TRY(read_proposed(TRY(parse_json(row.text(0)))));
  Proposal proposal{std::move(proposed), state, {}};
  if (!row.null(1)) proposal.approved = TRY(read_approved(TRY(parse_json(row.text(1)))));
  if (!row.null(3)) proposal.returned = TRY(read_returned(TRY(parse_json(row.text(3)))));
  return proposal;
}

}  // namespace

Result<Proposal> Store::find_proposal(const Sight& sight, const ProposalId& id) const {
  const Error none = fail(Fault::NotFound, "there is no such proposal", id.text());
  Rows rows =
      TRY(impl_->database.query("SELECT proposed, approved, state, ended FROM proposal WHERE id = $1", {id.text()}));
  if (!TRY(rows.next())) return none;
  Proposal proposal = TRY(read_proposal(rows));
  if (!sight.sees(proposal.proposed.matter)) return none;
  return proposal;
}

Result<std::vector<Proposal>> Store::proposals(const Sight& sight) const {
  std::vector<Proposal> proposals;
  Rows rows = TRY(impl_->database.query("SELECT proposed, approved, state, ended FROM proposal WHERE " +
                                        in_sight(sight) + " ORDER BY seq DESC LIMIT 1000"));
  while (TRY(rows.next())) proposals.push_back(TRY(read_proposal(rows)));
  return proposals;
}

Result<std::vector<Proposal>> Store::open_proposals_of(const OfficerId& proposer) const {
  std::vector<Proposal> proposals;
  Rows rows = TRY(impl_->database.query(
      "SELECT proposed, approved, state, ended FROM proposal WHERE proposer = $1 AND state = 'proposed' ORDER BY seq",
      {proposer.text()}));
  while (TRY(rows.next())) proposals.push_back(TRY(read_proposal(rows)));
  return proposals;
}

Result<Signers> Store::signers_of(const ProposalId& id) const {
  // The approval's place is the outbox row's.
  Rows rows = TRY(impl_->database.query(
      "SELECT proposer, (SELECT key FROM officer_key WHERE officer = proposer AND seq < p.seq ORDER BY seq DESC LIMIT "
      "1),"
      " approver, (SELECT key FROM officer_key WHERE officer = approver AND seq < o.seq ORDER BY seq DESC LIMIT 1)"
      " FROM proposal p JOIN outbox o ON o.proposal = p.id WHERE p.id = $1",
      {id.text()}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "nobody approved this proposal", id.text());
  Officer proposer = TRY(officer_by_id(TRY(OfficerId::parse(rows.text(0)))));
  proposer.key = TRY(parse_public_key(rows.text(1)));
  Officer approver = TRY(officer_by_id(TRY(OfficerId::parse(rows.text(2)))));
  approver.key = TRY(parse_public_key(rows.text(3)));
  return Signers{std::move(proposer), std::move(approver)};
}

Result<std::vector<OutboxItem>> Store::outbox(const Sight& sight) const {
  std::vector<OutboxItem> items;
  Rows rows = TRY(impl_->database.query(
      "SELECT notice, proposal, leaf_index, sent, receipt FROM outbox WHERE proposal IN (SELECT id FROM proposal "
      "WHERE " +
      in_sight(sight) + ") ORDER BY seq"));
  while (TRY(rows.next())) {
    NoticeId notice = TRY(NoticeId::parse(rows.text(0)));
    ProposalId proposal = TRY(ProposalId::parse(rows.text(1)));
    items.push_back({std::move(notice), std::move(proposal), rows.integer(2), rows.integer(3) != 0, rows.text(4)});
  }
  return items;
}

Result<Json> Store::counts() const {
  Database& database = impl_->database;
  Json::Object outcomes;
  {
    Rows rows = TRY(database.query("SELECT what, count FROM outcome"));
    while (TRY(rows.next())) outcomes.emplace(rows.text(0), rows.integer(1));
  }
  return Json(Json::Object{
      {"cases", TRY(count_cases())},
      {"reports", TRY(database.number("SELECT count FROM outcome WHERE what = 'accepted'"))},
      {"proposals", TRY(database.number("SELECT count(*) FROM proposal"))},
      {"notices_sent", TRY(database.number("SELECT count(*) FROM outbox WHERE sent = 1"))},
      {"notices_waiting", TRY(database.number("SELECT count(*) FROM outbox WHERE sent = 0"))},
      {"leaves_staged", TRY(leaf_count())},
      {"leaves_published", TRY(published_size())},
      {"outcomes", std::move(outcomes)},
  });
}

Result<std::int64_t> Store::count_cases() const { return impl_->database.number("SELECT count(*) FROM cases"); }

Result<std::int64_t> Store::leaf_count() const {
  return impl_->database.number("SELECT coalesce(max(leaf_index) + 1, 0) FROM journal");
}

Result<std::vector<std::string>> Store::leaves(std::int64_t from, std::int64_t count) const {
  std::vector<std::string> leaves;
  Rows rows = TRY(impl_->database.query("SELECT leaf FROM journal WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2",
                                        {from, count}));
  while (TRY(rows.next())) leaves.push_back(rows.text(0));
  return leaves;
}

Result<std::int64_t> Store::published_size() const { return impl_->database.number("SELECT size FROM published"); }

Result<std::string> Store::opening(std::int64_t leaf_index) const {
  Rows rows = TRY(impl_->database.query("SELECT opening FROM opening WHERE leaf_index = $1", {leaf_index}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no opening for leaf " + std::to_string(leaf_index));
  return rows.text(0);
}

Result<Store::Followed> Store::follow(const Digest& receipt) const {
  Rows receipts = TRY(impl_->database.query("SELECT body FROM receipt WHERE receipt.receipt = $1", {receipt.hex()}));
  if (!TRY(receipts.next())) return fail(Fault::NotFound, "no report has this receipt");
  ReceiptGiven given = TRY(read_receipt_given(TRY(parse_json(receipts.text(0)))));
  const Instant at{TRY(impl_->database.number("SELECT at FROM batch WHERE id = $1", {given.batch.text()}))};
  std::optional<CaseState> state;
  if (given.case_id) {
    Rows cases = TRY(impl_->database.query(
        "SELECT coalesce((SELECT whole.state FROM cases whole WHERE whole.id = cases.joined_into), state) FROM cases "
        "WHERE id = $1",
        {given.case_id->text()}));
    if (TRY(cases.next())) state = TRY(parse_case_state(cases.text(0)));
  }
  std::optional<Action> act;
  if (given.case_id) {
    // Of the case that it is in now, and of those that are a part of that.
    Rows acts = TRY(impl_->database.query(
        "SELECT body FROM action WHERE case_id IN (SELECT id FROM cases WHERE coalesce(joined_into, id) = (SELECT "
        "coalesce(joined_into, id) FROM cases WHERE id = $1)) ORDER BY seq DESC LIMIT 1",
        {given.case_id->text()}));
    if (TRY(acts.next())) act = TRY(read_action(TRY(parse_json(acts.text(0)))));
  }
  return Followed{std::move(given), state, at, std::move(act)};
}

// ── cases ──

namespace {

Result<CaseSummary> read_summary(const Rows& row) {  // id, matter, kind, target, state, opened_at, reports
  CaseId id = TRY(CaseId::parse(row.text(0)));
  const Matter matter = TRY(parse_matter(row.text(1)));
  const ObservableKind kind = TRY(parse_observable_kind(row.text(2)));
  Observable target = TRY(parse_observable(kind, row.text(3)));
  const CaseState state = TRY(parse_case_state(row.text(4)));
  return CaseSummary{std::move(id), matter, std::move(target), state, {row.integer(5)}, row.integer(6)};
}

// Reports of joined cases are among those of the one that they are joined into.
constexpr std::string_view kSummary =
    "SELECT id, matter, kind, target, state, opened_at, reports + coalesce((SELECT sum(part.reports) FROM cases part "
    "WHERE part.joined_into = cases.id), 0), port, last_seen_at, live + coalesce((SELECT sum(part.live) FROM cases "
    "part "
    "WHERE part.joined_into = cases.id), 0), disposed_at, joined_into, earlier, split_from FROM cases ";
// A case and those joined into it, in SQL, as $1.
constexpr std::string_view kInCase =
    "case_id IN (SELECT id FROM cases WHERE id = $1 UNION ALL SELECT id FROM cases WHERE joined_into = $1) ";

}  // namespace

Result<std::vector<CaseSummary>> Store::list_cases(const Sight& sight, const CaseFilter& filter) const {
  std::vector<CaseSummary> cases;
  std::string where = in_sight(sight) + " AND target IS NOT NULL AND joined_into IS NULL";
  SqlValues values;
  const auto only = [&](const char* condition, std::string value) {
    values.emplace_back(std::move(value));
    where += condition + std::to_string(values.size());
  };
  if (filter.matter) only(" AND matter = $", std::string(filter.matter->id()));
  if (filter.state) only(" AND state = $", std::string(name(*filter.state)));
  if (filter.after) only(" AND id > $", filter.after->text());
  values.emplace_back(filter.limit);
  Rows rows = TRY(impl_->database.query(
      std::string(kSummary) + "WHERE " + where + " ORDER BY id LIMIT $" + std::to_string(values.size()), values));
  while (TRY(rows.next())) cases.push_back(TRY(read_summary(rows)));
  return cases;
}

namespace {

// What the record does not hold of a piece, from beside its bytes.
Result<Nothing> fill_in(Evidence& piece, const Blobs& blobs) {
  const Blobs::Kept kept = TRY(blobs.look(*piece.blob));
  piece.content = kept.content;
  piece.size = kept.size;
  return read_label(kept.label, piece);
}

}  // namespace

Result<Case> Store::find_case(const Sight& sight, const CaseId& id) const {
  Database& database = impl_->database;
  std::optional<Case> found;
  {
    const Error none = fail(Fault::NotFound, "there is no such case", id.text());
    Rows rows = TRY(database.query(std::string(kSummary) + "WHERE id = $1", {id.text()}));
    if (!TRY(rows.next())) return none;
    if (!sight.sees(TRY(parse_matter(rows.text(1))))) return none;
    if (rows.null(3))
      return fail(Fault::NotFound, "its life was over on " + to_rfc3339({rows.integer(10)}) + "; nothing of it is left",
                  id.text());
    CaseSummary summary = TRY(read_summary(rows));
    found = Case{std::move(summary.id),
                 summary.matter,
                 std::move(summary.target),
                 {},
                 summary.state,
                 summary.opened_at,
                 {},
                 summary.reports,
                 {},
                 {},
                 {},
                 {},
                 {},
                 {}};
    if (!rows.null(7)) found->port = static_cast<int>(rows.integer(7));
    if (!rows.null(8)) found->last_seen_at = Instant{rows.integer(8)};
    found->live = rows.integer(9);
    if (!rows.null(11)) found->joined_into = TRY(CaseId::parse(rows.text(11)));
    if (!rows.null(12)) found->earlier = TRY(CaseId::parse(rows.text(12)));
    if (!rows.null(13)) found->split_from = TRY(CaseId::parse(rows.text(13)));
  }
  {
    Rows rows = TRY(database.query("SELECT id FROM cases WHERE joined_into = $1 ORDER BY id", {id.text()}));
    while (TRY(rows.next())) found->joined.push_back(TRY(CaseId::parse(rows.text(0))));
  }
  {
    Rows rows = TRY(database.query(
        "SELECT DISTINCT kind, value FROM also WHERE " + std::string(kInCase) + "ORDER BY kind, value", {id.text()}));
    while (TRY(rows.next()))
      found->also.push_back(TRY(parse_observable(TRY(parse_observable_kind(rows.text(0))), rows.text(1))));
  }
  {
    Rows rows =
        TRY(database.query("SELECT body, (SELECT body FROM erasure WHERE erasure.evidence = evidence.id), (SELECT kept "
                           "FROM stamp WHERE to_seq >= evidence.seq ORDER BY to_seq LIMIT 1) FROM evidence WHERE " +
                               std::string(kInCase) + "ORDER BY seq",
                           {id.text()}));
    while (TRY(rows.next())) {
      Evidence piece = TRY(read_evidence_attached(TRY(parse_json(rows.text(0))))).evidence;
      if (!rows.null(1)) {
        const EvidenceErased event = TRY(read_evidence_erased(TRY(parse_json(rows.text(1)))));
        piece = Evidence{piece.id, {}, {}, 0, {}, event.blob, Evidence::Erased{event.ground, event.at}};
      } else if (piece.blob) {
        TRY(fill_in(piece, impl_->blobs));
      }
      if (!rows.null(2)) piece.stamped_at = TRY(read_stamp_kept(TRY(parse_json(rows.text(2))))).stamped_at;
      found->evidence.push_back(std::move(piece));
    }
  }
  {
    Rows rows =
        TRY(database.query("SELECT evidence_read.evidence, reader FROM evidence_read JOIN evidence ON "
                           "evidence_read.evidence = evidence.id WHERE " +
                               std::string(kInCase),
                           {id.text()}));
    while (TRY(rows.next()))
      found->opened_by[TRY(EvidenceId::parse(rows.text(0)))].insert(TRY(OfficerId::parse(rows.text(1))));
  }
  {
    Rows rows =
        TRY(database.query("SELECT body FROM fact WHERE " + std::string(kInCase) + "ORDER BY seq", {id.text()}));
    while (TRY(rows.next())) found->facts.push_back(TRY(read_fact_entered(TRY(parse_json(rows.text(0))))).fact);
  }
  {
    // Its own alone: an answer is about one target, and what is joined in has another.
    Rows rows = TRY(database.query("SELECT body FROM gate WHERE case_id = $1", {id.text()}));
    while (TRY(rows.next())) {
      GateAnswer answer = TRY(read_gate_answered(TRY(parse_json(rows.text(0))))).answer;
      found->gates.insert_or_assign(answer.gate, std::move(answer));
    }
  }
  {
    Rows rows = TRY(database.query("SELECT officer FROM worked WHERE " + std::string(kInCase), {id.text()}));
    while (TRY(rows.next())) found->worked_on_by.insert(TRY(OfficerId::parse(rows.text(0))));
  }
  for (HoldRow& row : TRY(holds(id)))
    if (!row.lifted) found->holds.push_back(std::move(row.hold));
  return *std::move(found);
}

}  // namespace cordon
