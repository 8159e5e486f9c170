#include "store/tables.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

std::string quoted(const std::vector<std::string>& words) { return "'" + join(words, "','") + "'"; }

std::string matter_ids() {
  std::vector<std::string> ids;
  for (const auto& row : offences()) ids.emplace_back(row.id);
  for (const auto& row : exposures()) ids.emplace_back(row.id);
  return quoted(ids);
}

std::string category_ids() {  // what crosses a border has a category; exposure never does
  std::vector<std::string> ids;
  for (const auto& row : offences()) ids.emplace_back(row.id);
  return quoted(ids);
}

std::string kind_names() {
  std::vector<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(ObservableKind::Handle); ++kind) {
    names.emplace_back(name(static_cast<ObservableKind>(kind)));
  }
  return quoted(names);
}

std::string case_states() {
  std::vector<std::string> names;
  for (int state = 0; state <= static_cast<int>(CaseState::Reopened); ++state) {
    names.emplace_back(name(static_cast<CaseState>(state)));
  }
  return quoted(names);
}

template <typename State>
std::string names_to(State last) {
  std::vector<std::string> names;
  for (int state = 0; state <= static_cast<int>(last); ++state) names.emplace_back(name(static_cast<State>(state)));
  return quoted(names);
}

// Charter 12.1 and 12.9: SQL itself refuses a name outside the closed list and one person signing twice.
constexpr std::string_view kJournalSchema = R"sql(
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL,
  token TEXT UNIQUE, answer TEXT, leaf TEXT, leaf_index INTEGER UNIQUE, prev TEXT NOT NULL, digest TEXT NOT NULL UNIQUE
) $ROWS;
CREATE TABLE opening (leaf_index INTEGER PRIMARY KEY, opening TEXT NOT NULL) $ROWS;
)sql";

constexpr std::string_view kFoldedSchema = R"sql(
CREATE TABLE founding (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) $ROWS;
CREATE TABLE officer (id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, body TEXT NOT NULL) $KEYED;
CREATE TABLE officer_key (
  officer TEXT NOT NULL REFERENCES officer, seq INTEGER NOT NULL, since INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
  by_one TEXT REFERENCES officer, by_two TEXT REFERENCES officer, PRIMARY KEY (officer, seq),
  CHECK ((by_one IS NULL) = (by_two IS NULL)),
  CHECK (by_one IS NULL OR (by_one <> by_two AND by_one <> officer AND by_two <> officer))
) $KEYED;
CREATE UNIQUE INDEX first_key_of_officer ON officer_key (officer) WHERE by_one IS NULL;
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, begins_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, by_one TEXT NOT NULL REFERENCES officer,
  by_two TEXT NOT NULL REFERENCES officer, issued TEXT NOT NULL, ended TEXT,
  CHECK (by_one <> by_two), CHECK (ends_at > begins_at AND ends_at - begins_at <= $LONGEST_KEY)
) $KEYED;
CREATE TABLE outcome (what TEXT PRIMARY KEY, count INTEGER NOT NULL) $KEYED;
CREATE TABLE cases (
  id TEXT PRIMARY KEY, matter TEXT NOT NULL CHECK (matter IN ($MATTERS)), kind TEXT CHECK (kind IN ($KINDS)),
  target TEXT, fold_key TEXT UNIQUE, port INTEGER, state TEXT NOT NULL CHECK (state IN ($STATES)),
  opened_at INTEGER NOT NULL, last_seen_at INTEGER, reports INTEGER NOT NULL CHECK (reports >= 0),
  live INTEGER NOT NULL CHECK (live >= 0 AND live <= reports), clock_at INTEGER, ends_at INTEGER, disposed_at INTEGER,
  from_seq INTEGER NOT NULL, from_position INTEGER NOT NULL, earlier TEXT REFERENCES cases,
  split_from TEXT REFERENCES cases, frame TEXT, joined_into TEXT REFERENCES cases,
  CHECK ((kind IS NULL) = (target IS NULL)), CHECK (target IS NOT NULL OR fold_key IS NULL), CHECK (joined_into <> id)
) $KEYED;
-- The queue, in order of opening, whatever it is narrowed to.
CREATE INDEX cases_in_state ON cases (state, id);
CREATE INDEX cases_of_matter ON cases (matter, id);
CREATE INDEX cases_of_matter_in_state ON cases (matter, state, id);
CREATE INDEX case_clock ON cases (clock_at) WHERE clock_at IS NOT NULL;
CREATE INDEX case_earlier ON cases (earlier) WHERE earlier IS NOT NULL;
CREATE INDEX case_split ON cases (split_from) WHERE split_from IS NOT NULL;
CREATE INDEX case_joined ON cases (joined_into) WHERE joined_into IS NOT NULL;
CREATE TABLE moved (
  batch INTEGER NOT NULL, position INTEGER NOT NULL, case_id TEXT NOT NULL REFERENCES cases,
  PRIMARY KEY (batch, position)
) $KEYED;
CREATE INDEX moved_to_case ON moved (case_id);
CREATE TABLE also (
  case_id TEXT NOT NULL REFERENCES cases, kind TEXT NOT NULL CHECK (kind IN ($KINDS)), value TEXT NOT NULL,
  reports INTEGER NOT NULL CHECK (reports > 0), PRIMARY KEY (case_id, kind, value)
) $KEYED;
CREATE TABLE batch (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, refused_at INTEGER, body TEXT NOT NULL
) $ROWS;
CREATE INDEX batch_refused ON batch (refused_at) WHERE refused_at IS NOT NULL;
CREATE TABLE receipt (receipt TEXT PRIMARY KEY, batch TEXT NOT NULL, body TEXT NOT NULL) $KEYED;
CREATE INDEX receipt_of_batch ON receipt (batch);
CREATE TABLE evidence (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, seq INTEGER NOT NULL, body TEXT NOT NULL
) $KEYED;
CREATE INDEX evidence_of_case ON evidence (case_id);
CREATE TABLE erasure (
  evidence TEXT PRIMARY KEY REFERENCES evidence, custodian TEXT REFERENCES officer,
  dpo TEXT REFERENCES officer, body TEXT NOT NULL, CHECK (custodian <> dpo),
  CHECK ((custodian IS NULL) = (dpo IS NULL))
) $KEYED;
CREATE TABLE hold (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, evidence TEXT REFERENCES evidence,
  begins_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, by_one TEXT NOT NULL REFERENCES officer,
  by_two TEXT NOT NULL REFERENCES officer, body TEXT NOT NULL, lifted TEXT,
  CHECK (by_one <> by_two), CHECK (ends_at > begins_at AND ends_at - begins_at <= $LONGEST_HOLD)
) $KEYED;
CREATE INDEX hold_of_case ON hold (case_id);
CREATE TABLE evidence_read (
  evidence TEXT NOT NULL REFERENCES evidence, reader TEXT NOT NULL REFERENCES officer, PRIMARY KEY (evidence, reader)
) $KEYED;
CREATE TABLE fact (seq INTEGER PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, body TEXT NOT NULL) $ROWS;
CREATE INDEX fact_of_case ON fact (case_id);
CREATE TABLE gate (
  case_id TEXT NOT NULL REFERENCES cases, gate TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (case_id, gate)
) $KEYED;
CREATE TABLE worked (
  case_id TEXT NOT NULL REFERENCES cases, officer TEXT NOT NULL REFERENCES officer, PRIMARY KEY (case_id, officer)
) $KEYED;
CREATE TABLE proposal (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, matter TEXT NOT NULL CHECK (matter IN ($MATTERS)),
  state TEXT NOT NULL CHECK (state IN ('proposed','returned','refused','lapsed','approved')),
  seq INTEGER NOT NULL, proposer TEXT NOT NULL REFERENCES officer, approver TEXT REFERENCES officer,
  proposed TEXT NOT NULL, approved TEXT, ended TEXT,
  CHECK (approver IS NULL OR approver <> proposer),
  CHECK ((state = 'approved') = (approver IS NOT NULL AND approved IS NOT NULL))
) $KEYED;
CREATE TABLE outbox (
  notice TEXT PRIMARY KEY, proposal TEXT NOT NULL UNIQUE REFERENCES proposal, seq INTEGER NOT NULL,
  leaf_index INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)), receipt TEXT NOT NULL DEFAULT '',
  answer_code TEXT UNIQUE
) $KEYED;
CREATE INDEX outbox_waiting ON outbox (seq) WHERE sent = 0;
-- A request after its approval, as decision/action.h has it; `due_at`: when the software does the next thing to it.
CREATE TABLE action (
  notice TEXT PRIMARY KEY, proposal TEXT NOT NULL UNIQUE REFERENCES proposal, case_id TEXT NOT NULL REFERENCES cases,
  matter TEXT NOT NULL CHECK (matter IN ($MATTERS)), state TEXT NOT NULL CHECK (state IN ($ACTION_STATES)),
  due_at INTEGER, code TEXT UNIQUE, seq INTEGER NOT NULL, body TEXT NOT NULL
) $KEYED;
CREATE INDEX action_of_case ON action (case_id);
CREATE INDEX action_in_state ON action (state, seq);
CREATE INDEX action_due ON action (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE message (
  id TEXT PRIMARY KEY, notice TEXT NOT NULL REFERENCES action, seq INTEGER NOT NULL, leaf_index INTEGER NOT NULL,
  body TEXT NOT NULL, receipt TEXT
) $KEYED;
CREATE INDEX message_waiting ON message (seq) WHERE receipt IS NULL;
CREATE INDEX message_of_notice ON message (notice);
-- Every letter about a request that left or was tried, by its Message-ID in small letters.
CREATE TABLE letter (
  message_id TEXT PRIMARY KEY, notice TEXT REFERENCES action, request INTEGER NOT NULL CHECK (request IN (0, 1)),
  address TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ($LETTER_STATES)), at INTEGER NOT NULL, next_at INTEGER,
  tries TEXT
) $KEYED;
CREATE INDEX letter_of_notice ON letter (notice);
CREATE INDEX letter_not_taken ON letter (address) WHERE state IN ('refused', 'undeliverable', 'bounced');
-- What came back (referral/reply.h).
CREATE TABLE answer (
  id TEXT PRIMARY KEY, notice TEXT NOT NULL REFERENCES action, seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'noted', 'taken', 'dismissed')), body TEXT NOT NULL, settled TEXT,
  CHECK ((settled IS NOT NULL) = (state IN ('taken', 'dismissed')))
) $KEYED;
CREATE INDEX answer_of_notice ON answer (notice);
CREATE INDEX answer_open ON answer (seq) WHERE state = 'open';
CREATE TABLE party_notice (
  notice TEXT PRIMARY KEY REFERENCES action, case_id TEXT NOT NULL REFERENCES cases,
  state TEXT NOT NULL CHECK (state IN ($PARTY_STATES)), deferrals INTEGER NOT NULL CHECK (deferrals IN (0, 1, 2)),
  due_at INTEGER, body TEXT NOT NULL
) $KEYED;
CREATE INDEX party_of_case ON party_notice (case_id);
CREATE INDEX party_due ON party_notice (due_at) WHERE due_at IS NOT NULL;
-- Looks at the targets of requests (referral/recheck.h), and what they say together: one row for each request whose
-- target may be looked at. `back`: it was down and is there again.
CREATE TABLE look (seq INTEGER PRIMARY KEY, notice TEXT NOT NULL REFERENCES action, body TEXT NOT NULL) $ROWS;
CREATE INDEX look_of_notice ON look (notice, seq);
CREATE TABLE recheck (
  notice TEXT PRIMARY KEY REFERENCES action, due_at INTEGER, back INTEGER NOT NULL CHECK (back IN (0, 1))
) $KEYED;
CREATE INDEX recheck_due ON recheck (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX recheck_back ON recheck (notice) WHERE back = 1;
CREATE TABLE appeal (
  id TEXT PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, notice TEXT REFERENCES action, report TEXT,
  case_id TEXT REFERENCES cases, matter TEXT CHECK (matter IN ($MATTERS)),
  state TEXT NOT NULL CHECK (state IN ($APPEAL_STATES)), reviewer TEXT REFERENCES officer, due_at INTEGER,
  body TEXT NOT NULL, CHECK ((notice IS NULL) <> (report IS NULL))
) $KEYED;
CREATE INDEX appeal_of_case ON appeal (case_id);
CREATE INDEX appeal_of_notice ON appeal (notice);
CREATE INDEX appeal_in_state ON appeal (state, id);
CREATE INDEX appeal_due ON appeal (due_at) WHERE due_at IS NOT NULL;
-- Standing rules, as decision/standing_rule.h has them: two people, and one rule at a time of a feed and category.
CREATE TABLE standing_rule (
  id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ($RULE_STATES)),
  matter TEXT NOT NULL CHECK (matter IN ($MATTERS)), feed TEXT NOT NULL, seq INTEGER NOT NULL, approved_seq INTEGER,
  proposer TEXT NOT NULL REFERENCES officer, approver TEXT REFERENCES officer, due_at INTEGER, body TEXT NOT NULL,
  CHECK (approver IS NULL OR approver <> proposer), CHECK ((approver IS NULL) = (approved_seq IS NULL)),
  CHECK (state NOT IN ('in_force', 'stopped') OR approver IS NOT NULL)
) $KEYED;
CREATE UNIQUE INDEX rule_of_feed ON standing_rule (feed, matter) WHERE state = 'in_force';
CREATE INDEX rule_due ON standing_rule (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE alert_batch (
  id TEXT PRIMARY KEY, rule TEXT NOT NULL REFERENCES standing_rule, seq INTEGER NOT NULL, leaf_index INTEGER NOT NULL,
  at INTEGER NOT NULL, blob TEXT NOT NULL, root TEXT NOT NULL, alerts INTEGER NOT NULL CHECK (alerts > 0),
  recalled TEXT, recalled_seq INTEGER, recall_leaf INTEGER, disposed_at INTEGER,
  CHECK ((recalled IS NULL) = (recalled_seq IS NULL)), CHECK ((recalled IS NULL) = (recall_leaf IS NULL))
) $KEYED;
CREATE INDEX alert_batch_of_rule ON alert_batch (rule, seq);
CREATE INDEX alert_batch_there ON alert_batch (at) WHERE disposed_at IS NULL;
CREATE TABLE alert (
  batch TEXT NOT NULL REFERENCES alert_batch, position INTEGER NOT NULL, rule TEXT NOT NULL REFERENCES standing_rule,
  recipient TEXT NOT NULL, items INTEGER NOT NULL CHECK (items > 0),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'withheld', 'recalling', 'recalled', 'apart')),
  sent_at INTEGER, PRIMARY KEY (batch, position)
) $KEYED;
CREATE INDEX alert_of_rule ON alert (rule, state, batch, position);
CREATE INDEX alert_sent ON alert (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX alert_recalling ON alert (batch) WHERE state = 'recalling';
CREATE TABLE alert_items (
  id TEXT PRIMARY KEY, rule TEXT NOT NULL REFERENCES standing_rule, at INTEGER NOT NULL, blob TEXT NOT NULL,
  disposed_at INTEGER
) $KEYED;
CREATE INDEX alert_items_there ON alert_items (at) WHERE disposed_at IS NULL;
CREATE TABLE alert_pile (
  rule TEXT NOT NULL REFERENCES standing_rule, recipient TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  batch TEXT NOT NULL, first_item INTEGER NOT NULL, items INTEGER NOT NULL CHECK (items > 0),
  PRIMARY KEY (rule, recipient, seq)
) $KEYED;
CREATE TABLE alert_told (rule INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (rule, key)) $KEYED;
CREATE TABLE alert_left_out (
  rule TEXT NOT NULL REFERENCES standing_rule, why TEXT NOT NULL, items INTEGER NOT NULL, PRIMARY KEY (rule, why)
) $KEYED;
CREATE TABLE published (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root TEXT NOT NULL) $ROWS;
CREATE TABLE stamp (
  id TEXT PRIMARY KEY, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL UNIQUE, at INTEGER NOT NULL,
  asked TEXT NOT NULL, kept TEXT, CHECK (from_seq <= to_seq)
) $KEYED;
CREATE TABLE request (id TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT) $KEYED;
-- What one officer did alone (charter 6.9); `due_at`: when the software takes it back.
CREATE TABLE break_glass (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, matter TEXT NOT NULL CHECK (matter IN ($MATTERS)),
  state TEXT NOT NULL CHECK (state IN ('used','confirmed','reversed')), due_at INTEGER, seq INTEGER NOT NULL,
  used_by TEXT NOT NULL REFERENCES officer, confirmed_by TEXT REFERENCES officer, leaf_index INTEGER NOT NULL,
  receipt TEXT, reversal_leaf INTEGER, reversal_receipt TEXT, body TEXT NOT NULL, CHECK (confirmed_by <> used_by),
  CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL)), CHECK ((state = 'reversed') = (reversal_leaf IS NOT NULL))
) $KEYED;
CREATE INDEX break_glass_due ON break_glass (due_at) WHERE due_at IS NOT NULL;
-- Lists that officers load: the newest of each.
CREATE TABLE kept_list (list TEXT PRIMARY KEY CHECK (list IN ('sensitive_holders','un_entities')), body TEXT NOT NULL) $KEYED;
CREATE TABLE sensitive_target (case_id TEXT PRIMARY KEY REFERENCES cases, at INTEGER NOT NULL, body TEXT NOT NULL) $KEYED;
CREATE TABLE peer (
  desk TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('member','observer','dialogue_partner','guest','candidate')),
  state TEXT NOT NULL CHECK (state IN ('active','suspended')), body TEXT NOT NULL,
  since INTEGER NOT NULL, last_in INTEGER NOT NULL DEFAULT 0, last_out INTEGER NOT NULL DEFAULT 0
) $KEYED;
CREATE TABLE crossing (
  seq INTEGER PRIMARY KEY, peer TEXT NOT NULL REFERENCES peer, way TEXT NOT NULL CHECK (way IN ('out','in')),
  at INTEGER NOT NULL, body TEXT NOT NULL
) $ROWS;
CREATE TABLE offered (
  peer TEXT NOT NULL REFERENCES peer, indicator TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES cases,
  at INTEGER NOT NULL, recalled INTEGER NOT NULL CHECK (recalled IN (0, 1)), PRIMARY KEY (peer, indicator)
) $KEYED;
CREATE TABLE reference (
  peer TEXT NOT NULL REFERENCES peer, indicator TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active','ended')), category TEXT CHECK (category IN ($CATEGORIES)),
  kind TEXT CHECK (kind IN ($KINDS)), value TEXT, expires_at INTEGER, body TEXT, received_at INTEGER NOT NULL,
  PRIMARY KEY (peer, indicator),
  CHECK ((state = 'active') = (category IS NOT NULL AND kind IS NOT NULL AND value IS NOT NULL AND
                               expires_at IS NOT NULL AND body IS NOT NULL))
) $KEYED;
)sql";

// Applies one kind of event each.
class Fold {
 public:
  Fold(Database& database, const Blobs& blobs, const Place& place, const Cuts* cuts, const std::vector<RunItem>* run)
      : db_(database), blobs_(blobs), place_(place), cuts_(cuts), run_(run) {}

  Result<Nothing> operator()(const DeskFounded& event) {
    return db_.run("INSERT INTO founding VALUES (1, $1)", {to_text(to_json(event))});
  }

  Result<Nothing> operator()(const LogBegun& event) {
    Rows rows = TRY(db_.query("SELECT body FROM founding"));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "a log of a desk that was not founded");
    DeskFounded founded = TRY(read_desk_founded(TRY(parse_json(rows.text(0)))));
    if (founded.origin != event.old_origin || founded.log_key != event.old_log_key)
      return fail(Fault::Corrupt, "it follows a log that is not this desk's", event.old_origin);
    founded.origin = event.origin;
    founded.log_key = event.log_key;
    founded.follows = event.follows();
    return db_.run("UPDATE founding SET body = $1", {to_text(to_json(founded))});
  }

  Result<Nothing> operator()(const OfficerEnrolled& event) {
    TRY(db_.run("INSERT INTO officer VALUES ($1, $2, $3)",
                {event.officer.id.text(), event.officer.login, to_text(to_json(event))}));
    return db_.run("INSERT INTO officer_key VALUES ($1, $2, $3, $4, NULL, NULL)",
                   {event.officer.id.text(), place_.seq, place_.at.ms, to_base64(event.officer.key)});
  }

  Result<Nothing> operator()(const OfficerRekeyed& event) {
    TRY(db_.run("INSERT INTO officer_key VALUES ($1, $2, $3, $4, $5, $6)",
                {event.officer.text(), place_.seq, place_.at.ms, to_base64(event.key), event.by[0].text(),
                 event.by[1].text()}));
    OfficerEnrolled officer = TRY(enrolled(event.officer));
    officer.officer.key = event.key;
    return db_.run("UPDATE officer SET body = $1 WHERE id = $2", {to_text(to_json(officer)), event.officer.text()});
  }

  Result<Nothing> operator()(const ApiKeyIssued& event) {
    return db_.run("INSERT INTO api_key VALUES ($1, $2, $3, $4, $5, $6, NULL)",
                   {event.id.text(), event.begins_at.ms, event.ends_at.ms, event.by[0].text(), event.by[1].text(),
                    to_text(to_json(event))});
  }

  Result<Nothing> operator()(const ApiKeyEnded& event) {
    const std::vector<SqlValue> id{event.id.text()};
    if (TRY(db_.number("SELECT count(*) FROM api_key WHERE id = $1 AND ended IS NULL", id)) != 1)
      return fail(Fault::Corrupt, "the end of a key that is not in force", event.id.text());
    return db_.run("UPDATE api_key SET ended = $1 WHERE id = $2", {to_text(to_json(event)), event.id.text()});
  }

  Result<Nothing> operator()(const RecordRead&) { return Nothing{}; }  // the journal's row is all there is of it

  Result<Nothing> operator()(const TimeCodeConfirmed&) { return Nothing{}; }  // the secret lies in keys/ alone

  Result<Nothing> operator()(const RequestTaken& event) {
    return db_.run("INSERT INTO request VALUES ($1, $2, NULL)", {event.id.hex(), event.request.hex()});
  }
  Result<Nothing> operator()(const RequestAnswered& event) {
    const std::vector<SqlValue> id{event.id.hex()};
    if (TRY(db_.number("SELECT count(*) FROM request WHERE id = $1 AND answer IS NULL", id)) != 1)
      return fail(Fault::Corrupt, "an answer to a request that waits for none", event.id.hex());
    return db_.run("UPDATE request SET answer = $1 WHERE id = $2", {event.answer.hex(), event.id.hex()});
  }

  Result<Nothing> operator()(const BatchTaken& event) {
    std::vector<RunItem> read;
    if (run_ == nullptr) {
      const std::string run = TRY(blobs_.get(left_of(event.run)));
      read = TRY(read_run(run));
      if (describe_run(event.batch, event.source, event.file, read, event.run, run.size()).counts != event.counts)
        return fail(Fault::Corrupt, "the batch's counts are not those of its run", event.batch.text());
      // When the journal is folded again: now, the run was made a moment ago.
      if (cuts_ != nullptr && event.items && TRY(digest_of_items(run)) != event.items)
        return fail(Fault::Corrupt, "the batch's items are not those that were taken in", event.batch.text());
    }
    const std::vector<RunItem>& items = run_ == nullptr ? read : *run_;
    // What was refused, and what waits without a case, ends by its batch's day (charter 8.3).
    const bool ends =
        event.counts.contains("refused") || event.counts.contains("quarantined") || event.counts.contains("folded");
    TRY(db_.run("INSERT INTO batch VALUES ($1, $2, $3, $4, $5)",
                {place_.seq, event.batch.text(), place_.at.ms, ends ? SqlValue(place_.at.ms) : SqlValue(),
                 to_text(to_json(event))}));
    for (const auto& [what, count] : event.counts) {
      TRY(db_.run(
          "INSERT INTO outcome VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET count = outcome.count + excluded.count",
          {what, count}));
    }
    std::map<CaseId, SeenAgain> again;
    for (const RunItem& item : items) {
      if (item.outcome == ItemOutcome::Accepted && item.case_id) TRY(accept(item, again[*item.case_id]));
    }
    for (const auto& [case_id, seen] : again) TRY(count(case_id, seen));
    return Nothing{};
  }

  Result<Nothing> operator()(const ReceiptGiven& event) {
    return db_.run("INSERT INTO receipt VALUES ($1, $2, $3)",
                   {event.receipt.hex(), event.batch.text(), to_text(to_json(event))});
  }

  Result<Nothing> operator()(const EvidenceAttached& event) {
    TRY(db_.run("INSERT INTO evidence VALUES ($1, $2, $3, $4)",
                {event.evidence.id.text(), event.case_id.text(), place_.seq, to_text(to_json(event))}));
    TRY(worked(event.case_id, event.by));
    return move_case(event.case_id, CaseCommand::Assess);
  }

  Result<Nothing> operator()(const EvidenceOpened& event) {
    return db_.run("INSERT INTO evidence_read VALUES ($1, $2) ON CONFLICT (evidence, reader) DO NOTHING",
                   {event.evidence.text(), event.by.text()});
  }

  Result<Nothing> operator()(const EvidenceErased& event) {
    const auto officer = [](const std::optional<OfficerId>& id) { return id ? SqlValue(id->text()) : SqlValue(); };
    return db_.run("INSERT INTO erasure VALUES ($1, $2, $3, $4)",
                   {event.evidence.text(), officer(event.custodian), officer(event.dpo), to_text(to_json(event))});
  }

  Result<Nothing> operator()(const EvidenceExported&) { return Nothing{}; }  // the journal's row is all there is of it

  Result<Nothing> operator()(const FactEntered& event) {
    TRY(db_.run("INSERT INTO fact VALUES ($1, $2, $3)", {place_.seq, event.case_id.text(), to_text(to_json(event))}));
    return worked(event.case_id, event.by);
  }

  Result<Nothing> operator()(const GateAnswered& event) {
    TRY(db_.run("INSERT INTO gate VALUES ($1, $2, $3) ON CONFLICT (case_id, gate) DO UPDATE SET body = excluded.body",
                {event.case_id.text(), std::string(name(event.answer.gate)), to_text(to_json(event))}));
    return worked(event.case_id, event.answer.answered_by);
  }

  Result<Nothing> operator()(const Proposed& event) {
    TRY(db_.run("INSERT INTO proposal VALUES ($1, $2, $3, 'proposed', $4, $5, NULL, $6, NULL, NULL)",
                {event.id.text(), event.case_id.text(), std::string(event.matter.id()), place_.seq,
                 event.proposer.text(), to_text(to_json(event))}));
    TRY(worked(event.case_id, event.proposer));
    return move_case(event.case_id, CaseCommand::Propose);
  }

  Result<Nothing> operator()(const Approved& event) {
    if (!place_.leaf_index) return fail(Fault::Corrupt, "an approval without its line in the log", event.id.text());
    TRY(db_.run("UPDATE proposal SET state = 'approved', approver = $1, approved = $2 WHERE id = $3",
                {event.approver.text(), to_text(to_json(event)), event.id.text()}));
    const Json proposed = TRY(proposed_json(event.id));
    const Instant ends_at = TRY(parse_rfc3339(TRY(proposed.text("sunset_at"))));
    TRY(db_.run("UPDATE cases SET ends_at = $2, clock_at = $2 WHERE id = $1 AND (ends_at IS NULL OR ends_at < $2)",
                {TRY(proposed.text("case")), ends_at.ms}));
    TRY(db_.run("INSERT INTO outbox (notice, proposal, seq, leaf_index) VALUES ($1, $2, $3, $4)",
                {TRY(proposed.text("notice")), event.id.text(), place_.seq, *place_.leaf_index}));
    const Action action = approved_action(TRY(read_proposed(proposed)));
    TRY(db_.run("INSERT INTO action VALUES ($1, $2, $3, $4, $5, NULL, NULL, $6, $7)",
                {action.notice.text(), action.proposal.text(), action.case_id.text(), TRY(proposed.text("matter")),
                 std::string(name(action.state)), place_.seq, to_text(to_json(action))}));
    return move_case(action.case_id, CaseCommand::DecideAct);
  }

  Result<Nothing> operator()(const Returned& event) {
    return end(event.id, ProposalState::Returned, to_text(to_json(event)));
  }
  Result<Nothing> operator()(const ProposalRefused& event) {
    return end(event.id, ProposalState::Refused, to_text(to_json(event)));
  }
  Result<Nothing> operator()(const Lapsed& event) { return end(event.id, ProposalState::Lapsed, {}); }

  Result<Nothing> operator()(const NoticeSent& event) {
    TRY(db_.run(
        "UPDATE outbox SET sent = 1, receipt = $1, answer_code = $3 WHERE notice = $2",
        {event.receipt, event.notice.text(), event.answer_code ? SqlValue(event.answer_code->hex()) : SqlValue()}));
    const Action action = TRY(sent(TRY(action_of(event.notice)), place_.at));
    TRY(put(action));
    const Proposed proposed = TRY(read_proposed(TRY(proposed_json(event.proposal))));
    TRY(letter_left(event.message_id, event.notice, true, proposed.wish.contact));
    if (has_affected_party(proposed)) {
      const PartyNotice party = party_notice_due(proposed, place_.at);
      TRY(db_.run(
          "INSERT INTO party_notice VALUES ($1, $2, $3, 0, NULL, $4)",
          {party.notice.text(), party.case_id.text(), std::string(name(party.state)), to_text(to_json(party))}));
    }
    if (may_look(action, proposed)) {
      const std::optional<Instant> next = next_look(place_.at, action.sunset_at, {});
      TRY(db_.run("INSERT INTO recheck VALUES ($1, $2, 0)",
                  {action.notice.text(), next ? SqlValue(next->ms) : SqlValue()}));
    }
    TRY(move_case(action.case_id, CaseCommand::Send));
    return move_case(action.case_id, CaseCommand::Await);
  }

  Result<Nothing> operator()(const ActionMoved& event) {
    const Action action = TRY(apply(TRY(action_of(event.notice)), event));
    TRY(put(action));
    if (event.command == ActionCommand::Bounce)
      TRY(db_.run("UPDATE letter SET state = 'bounced', at = $2 WHERE notice = $1 AND request = 1 AND state = 'sent'",
                  {event.notice.text(), place_.at.ms}));
    if (event.message) TRY(queue(*event.message));
    if (event.by) TRY(took_part(action.case_id, *event.by));
    if (event.second) TRY(took_part(action.case_id, *event.second));
    if (event.command == ActionCommand::Recall || event.command == ActionCommand::Expire)
      TRY(db_.run("UPDATE recheck SET due_at = NULL, back = 0 WHERE notice = $1", {event.notice.text()}));
    const std::optional<CaseCommand> meaning = meaning_for_case(event);
    return meaning ? move_case(action.case_id, *meaning) : Result<Nothing>(Nothing{});
  }

  Result<Nothing> operator()(const TargetLooked& event) {
    const Action action = TRY(action_of(event.notice));
    TRY(db_.run("INSERT INTO look VALUES ($1, $2, $3)", {place_.seq, event.notice.text(), to_text(to_json(event))}));
    std::vector<KeptLook> looks;
    Rows rows = TRY(db_.query("SELECT body FROM look WHERE notice = $1 ORDER BY seq", {event.notice.text()}));
    while (TRY(rows.next())) looks.push_back(TRY(read_target_looked(TRY(parse_json(rows.text(0))))).kept);
    const std::optional<Instant> next = next_look(action.sent_at.value_or(place_.at), action.sunset_at, looks);
    return db_.run(
        "UPDATE recheck SET due_at = $2, back = CASE WHEN $3 = 1 THEN 1 WHEN $4 = 1 THEN 0 ELSE back END "
        "WHERE notice = $1",
        {event.notice.text(), next ? SqlValue(next->ms) : SqlValue(), std::int64_t{event.back},
         std::int64_t{event.verdict.state == TargetState::Down}});
  }

  Result<Nothing> operator()(const MessageSent& event) {
    const std::vector<SqlValue> id{event.id.text()};
    if (TRY(db_.number("SELECT count(*) FROM message WHERE id = $1 AND receipt IS NULL", id)) != 1)
      return fail(Fault::Corrupt, "a message left that does not wait", event.id.text());
    const Message message = TRY(stored_as("SELECT body FROM message WHERE id = $1", event.id.text(), read_message));
    const std::string to = message.kind == MessageKind::Party ? std::string() : message.to;
    TRY(letter_left(event.message_id, message.notice, false, to));
    return db_.run("UPDATE message SET receipt = $1 WHERE id = $2", {event.receipt, event.id.text()});
  }

  Result<Nothing> operator()(const PartyMoved& event) {
    PartyNotice party =
        TRY(stored_as("SELECT body FROM party_notice WHERE notice = $1", event.notice.text(), read_party_notice));
    party = TRY(apply(std::move(party), event));
    const std::optional<PartyDue> due = next_due(party);
    TRY(db_.run("UPDATE party_notice SET state = $2, deferrals = $3, due_at = $4, body = $5 WHERE notice = $1",
                {party.notice.text(), std::string(name(party.state)), std::int64_t{party.deferrals},
                 due ? SqlValue(due->at.ms) : SqlValue(), to_text(to_json(party))}));
    if (event.message) TRY(queue(*event.message));
    if (event.by) TRY(took_part(party.case_id, *event.by));
    if (event.second) TRY(took_part(party.case_id, *event.second));
    return Nothing{};
  }

  Result<Nothing> operator()(const LetterTried& event) {
    const LetterTries& tries = event.tries;
    return db_.run(
        "INSERT INTO letter VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (message_id) DO UPDATE SET state = $5, "
        "at = $6, next_at = $7, tries = $8",
        {lower_ascii(event.message_id), event.notice ? SqlValue(event.notice->text()) : SqlValue(),
         std::int64_t{event.request ? 1 : 0}, lower_ascii(event.to), std::string(name(tries.state)), place_.at.ms,
         tries.next_at ? SqlValue(tries.next_at->ms) : SqlValue(), to_text(to_json(tries))});
  }

  Result<Nothing> operator()(const AnswerCame& event) {
    TRY(db_.run("INSERT INTO answer VALUES ($1, $2, $3, $4, $5, NULL)",
                {event.id.text(), event.notice.text(), place_.seq,
                 std::string(name(event.open ? AnswerState::Open : AnswerState::Noted)), to_text(to_json(event))}));
    return answers_changed(event.notice);
  }

  Result<Nothing> operator()(const AnswerSettled& event) {
    const AnswerCame came =
        TRY(stored_as("SELECT body FROM answer WHERE id = $1 AND state = 'open'", event.id.text(), read_answer_came));
    TRY(db_.run("UPDATE answer SET state = $2, settled = $3 WHERE id = $1",
                {event.id.text(), std::string(name(event.taken ? AnswerState::Taken : AnswerState::Dismissed)),
                 to_text(to_json(event))}));
    TRY(answers_changed(came.notice));
    return took_part(TRY(action_of(came.notice)).case_id, event.by);
  }

  Result<Nothing> operator()(const AppealLodged& event) {
    if (!place_.leaf_index) return fail(Fault::Corrupt, "an appeal without its line in the log", event.id.text());
    const auto or_null = [](const auto& id) { return id ? SqlValue(id->text()) : SqlValue(); };
    const Appeal appeal = receipted(event);
    return db_.run(
        "INSERT INTO appeal VALUES ($1, $2, $3, $4, $5, (SELECT matter FROM cases WHERE id = $5), $6, NULL, $7, $8)",
        {event.id.text(), event.receipt.hex(), or_null(event.notice),
         event.report ? SqlValue(event.report->hex()) : SqlValue(), or_null(event.case_id),
         std::string(name(appeal.state)), event.decide_by.ms, to_text(to_json(appeal))});
  }

  // Hearing an appeal is no work on its case: that would keep its reviewer from it.
  Result<Nothing> operator()(const AppealMoved& event) {
    Appeal appeal = TRY(stored_as("SELECT body FROM appeal WHERE id = $1", event.appeal.text(), read_appeal));
    appeal = TRY(apply(std::move(appeal), event));
    const std::optional<Instant> late = late_at(appeal);
    return db_.run("UPDATE appeal SET state = $2, reviewer = $3, due_at = $4, body = $5 WHERE id = $1",
                   {event.appeal.text(), std::string(name(appeal.state)),
                    appeal.reviewer ? SqlValue(appeal.reviewer->text()) : SqlValue(),
                    late ? SqlValue(late->ms) : SqlValue(), to_text(to_json(appeal))});
  }

  // ── standing rules ──

  Result<Nothing> operator()(const RuleProposed& event) {
    const StandingRule rule{event};
    const RuleTerms& terms = event.terms;
    return db_.run("INSERT INTO standing_rule VALUES ($1, $2, $3, $4, $5, NULL, $6, NULL, $7, $8)",
                   {terms.id.text(), std::string(name(rule.state)), std::string(terms.matter.id()), terms.feed.name,
                    place_.seq, terms.proposer.text(), lapses_at(rule)->ms, to_text(to_json(rule))});
  }

  // What waits of a rule that is in force no more never leaves.
  Result<Nothing> operator()(const RuleMoved& event) {
    const std::string id = event.rule.text();
    StandingRule rule = TRY(stored_as("SELECT body FROM standing_rule WHERE id = $1", id, read_standing_rule));
    rule = TRY(apply(std::move(rule), event));
    if (event.command == RuleCommand::Approve) {
      if (!place_.leaf_index) return fail(Fault::Corrupt, "a rule in force without its line in the log", id);
      TRY(db_.run("UPDATE standing_rule SET approver = $2, approved_seq = $3 WHERE id = $1",
                  {id, event.by->text(), place_.seq}));
    }
    const std::optional<Instant> due = lapses_at(rule);
    TRY(db_.run("UPDATE standing_rule SET state = $2, due_at = $3, body = $4 WHERE id = $1",
                {id, std::string(name(rule.state)), due ? SqlValue(due->ms) : SqlValue(), to_text(to_json(rule))}));
    if (rule.state == RuleState::InForce) return Nothing{};
    return db_.run("UPDATE alert SET state = 'withheld' WHERE rule = $1 AND state = 'waiting'", {id});
  }

  Result<Nothing> operator()(const AlertsComposed& event) {
    const std::string batch = event.batch.text(), rule = event.rule.text();
    if (!place_.leaf_index) return fail(Fault::Corrupt, "a batch of alerts without its line in the log", batch);
    const std::vector<SqlValue> of_rule{rule};
    if (TRY(db_.number("SELECT count(*) FROM standing_rule WHERE id = $1 AND state = 'in_force'", of_rule)) != 1)
      return fail(Fault::Corrupt, "alerts of a rule that is not in force", batch);
    TRY(db_.run("INSERT INTO alert_batch VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL, NULL, NULL)",
                {batch, rule, place_.seq, *place_.leaf_index, place_.at.ms, event.blob.hex(), event.root.hex(),
                 static_cast<std::int64_t>(event.alerts.size())}));
    std::int64_t position = 0;
    for (const AlertPile& one : event.alerts)
      TRY(db_.run("INSERT INTO alert VALUES ($1, $2, $3, $4, $5, 'waiting', NULL)",
                  {batch, position++, rule, one.recipient, one.items}));
    return told(rule, event.keys);
  }

  Result<Nothing> operator()(const AlertItemsKept& event) {
    const std::string batch = event.batch.text(), rule = event.rule.text();
    TRY(db_.run("INSERT INTO alert_items VALUES ($1, $2, $3, $4, NULL)", {batch, rule, event.at.ms, event.blob.hex()}));
    std::int64_t first = 0;
    for (const AlertPile& one : event.piles) {
      TRY(db_.run("INSERT INTO alert_pile VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  {rule, one.recipient, place_.seq, event.at.ms, batch, first, one.items}));
      first += one.items;
    }
    return told(rule, event.keys);
  }

  Result<Nothing> operator()(const AlertItemsTakenUp& event) {
    const std::string rule = event.rule.text();
    for (const auto& [recipient, through] : event.taken)
      TRY(db_.run("DELETE FROM alert_pile WHERE rule = $1 AND recipient = $2 AND seq <= $3",
                  {rule, recipient, through}));
    for (const auto& [why, items] : event.left_out)
      TRY(
          db_.run("INSERT INTO alert_left_out VALUES ($1, $2, $3) ON CONFLICT (rule, why) DO UPDATE SET items = "
                  "alert_left_out.items + excluded.items",
                  {rule, why, items}));
    const std::int64_t number = TRY(number_of_rule(rule));
    for (const std::string& key : event.freed)
      TRY(db_.run("DELETE FROM alert_told WHERE rule = $1 AND key = $2", {number, key}));
    return Nothing{};
  }

  // Its items wait again as a pile of their own, which has waited for ever: its time had come before.
  Result<Nothing> operator()(const AlertTakenApart& event) {
    const std::string batch = event.batch.text();
    Rows rows =
        TRY(db_.query("SELECT rule, recipient, items FROM alert WHERE batch = $1 AND position = $2 AND state = "
                      "'waiting'",
                      {batch, event.position}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "an alert was taken apart that does not wait", batch);
    const std::string rule = rows.text(0), recipient = rows.text(1);
    const std::int64_t items = rows.integer(2);
    TRY(db_.run("INSERT INTO alert_pile VALUES ($1, $2, $3, $4, $5, $6, $7)",
                {rule, recipient, place_.seq, std::int64_t{0}, batch, event.first_item, items}));
    return db_.run("UPDATE alert SET state = 'apart' WHERE batch = $1 AND position = $2", {batch, event.position});
  }

  Result<Nothing> operator()(const AlertLeft& event) {
    const std::vector<SqlValue> which{event.batch.text(), event.position,
                                      std::string(event.recall ? "recalling" : "waiting")};
    if (TRY(db_.number("SELECT count(*) FROM alert WHERE batch = $1 AND position = $2 AND state = $3", which)) != 1)
      return fail(Fault::Corrupt, "an alert left that does not wait", event.batch.text());
    if (event.courier != "by_hand") {
      Rows to = TRY(db_.query("SELECT recipient FROM alert WHERE batch = $1 AND position = $2",
                              {event.batch.text(), event.position}));
      TRY(to.next());
      const std::string recipient = to.text(0);
      TRY(letter_left(event.message_id, {}, false, recipient));
    }
    if (event.recall)
      return db_.run("UPDATE alert SET state = 'recalled' WHERE batch = $1 AND position = $2",
                     {event.batch.text(), event.position});
    return db_.run("UPDATE alert SET state = 'sent', sent_at = $3 WHERE batch = $1 AND position = $2",
                   {event.batch.text(), event.position, event.at.ms});
  }

  Result<Nothing> operator()(const AlertsRecalled& event) {
    const std::vector<SqlValue> batch{event.batch.text()};
    if (!place_.leaf_index) return fail(Fault::Corrupt, "a recall without its line in the log", event.batch.text());
    if (TRY(db_.number("SELECT count(*) FROM alert_batch WHERE id = $1 AND recalled IS NULL", batch)) != 1)
      return fail(Fault::Corrupt, "a recall of a batch that is none, or was taken back before", event.batch.text());
    TRY(db_.run("UPDATE alert_batch SET recalled = $2, recalled_seq = $3, recall_leaf = $4 WHERE id = $1",
                {event.batch.text(), to_text(to_json(event)), place_.seq, *place_.leaf_index}));
    TRY(db_.run("UPDATE alert SET state = 'withheld' WHERE batch = $1 AND state = 'waiting'", batch));
    return db_.run("UPDATE alert SET state = 'recalling' WHERE batch = $1 AND state = 'sent'", batch);
  }

  Result<Nothing> operator()(const CaseMoved& event) {
    TRY(move_case(event.case_id, event.command));
    if (event.by && !event.appeal) TRY(worked(event.case_id, *event.by));
    return Nothing{};
  }

  Result<Nothing> operator()(const CheckpointPublished& event) {
    return db_.run(
        "INSERT INTO published VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = "
        "excluded.root",
        {event.size, event.root.hex()});
  }

  // Only the log speaks of them.
  Result<Nothing> operator()(const LogContinued&) { return Nothing{}; }

  Result<Nothing> operator()(const ClockCorrected&) {
    return Nothing{};
  }  // Store::append() looks at the last row's time
  Result<Nothing> operator()(const LogRectified&) { return Nothing{}; }

  Result<Nothing> operator()(const StampAsked& event) {
    const std::int64_t before = TRY(db_.number("SELECT coalesce(max(to_seq), 0) FROM stamp"));
    if (event.first != before + 1 || event.last >= place_.seq)
      return fail(Fault::Corrupt, "a time stamp over other rows than those since the one before", event.id.text());
    return db_.run("INSERT INTO stamp VALUES ($1, $2, $3, $4, $5, NULL)",
                   {event.id.text(), event.first, event.last, place_.at.ms, to_text(to_json(event))});
  }
  Result<Nothing> operator()(const StampKept& event) {
    const std::vector<SqlValue> id{event.id.text()};
    if (TRY(db_.number("SELECT count(*) FROM stamp WHERE id = $1 AND kept IS NULL", id)) != 1)
      return fail(Fault::Corrupt, "a time stamp that nobody asked for", event.id.text());
    return db_.run("UPDATE stamp SET kept = $1 WHERE id = $2", {to_text(to_json(event)), event.id.text()});
  }

  Result<Nothing> operator()(const PeerAdded& event) {
    std::vector<SqlValue> values = columns(event.peer);
    values.emplace_back(place_.at.ms);
    return db_.run("INSERT INTO peer (desk, role, state, body, since) VALUES ($1, $2, $3, $4, $5)", values);
  }

  Result<Nothing> operator()(const PeerChanged& event) { return put(event.peer); }

  Result<Nothing> operator()(const PeerSuspended& event) {
    Peer peer = TRY(peer_of(event.desk));
    peer.state = PeerState::Suspended;
    return put(peer);
  }

  Result<Nothing> operator()(const PeerHeadSeen& event) {
    return put(after_look(TRY(peer_of(event.desk)), event, place_.at));
  }

  Result<Nothing> operator()(const BundleOffered& event) {
    TRY(db_.run("UPDATE peer SET last_out = $1 WHERE desk = $2", {event.sequence, event.to}));
    for (const OfferedItem& item : event.items) {
      TRY(
          db_.run("INSERT INTO offered VALUES ($1, $2, $3, $4, $5) ON CONFLICT (peer, indicator) DO UPDATE SET case_id "
                  "= excluded.case_id, at = excluded.at, recalled = excluded.recalled",
                  {event.to, item.indicator, item.case_id.text(), event.at.ms, std::int64_t{item.recalled}}));
    }
    return crossed(event.to, "out", to_json(event));
  }

  Result<Nothing> operator()(const ReferencesReceived& event) {
    const References references = TRY(read_references(TRY(blobs_.get(event.taken))));
    Peer peer = TRY(peer_of(event.from));
    // A message that was trusted shows the peer's charter and clock as its log's head does; any other shows nothing.
    if (!event.refused.contains("not_trusted") && event.at > peer.head_at) peer.head_at = event.at;
    TRY(put(peer));
    TRY(db_.run("UPDATE peer SET last_in = $1 WHERE desk = $2", {event.sequence, event.from}));
    for (const ReceivedIndicator& one : references.taken) {
      // What was recalled stays recalled: no later version of the same id brings it back.
      TRY(db_.run(
          "INSERT INTO reference VALUES ($1, $2, 'active', $3, $4, $5, $6, $7, $8) ON CONFLICT (peer, indicator) DO "
          "UPDATE SET category = excluded.category, kind = excluded.kind, value = excluded.value, expires_at = "
          "excluded.expires_at, body = excluded.body WHERE reference.state = 'active'",
          {event.from, one.id, std::string(name(one.category)), std::string(name(one.observable.kind())),
           one.observable.canonical(), one.valid_until.ms, to_text(to_json(one)), place_.at.ms}));
    }
    for (const std::string& id : references.recalled) {
      TRY(
          db_.run("INSERT INTO reference VALUES ($1, $2, 'ended', NULL, NULL, NULL, NULL, NULL, $3) ON CONFLICT (peer, "
                  "indicator) DO "
                  "UPDATE SET state = 'ended', category = NULL, kind = NULL, value = NULL, expires_at = NULL, "
                  "body = NULL",
                  {event.from, id, place_.at.ms}));
    }
    return crossed(event.from, "in", to_json(event));
  }

  Result<Nothing> operator()(const SensitiveListKept& event) { return keep_list("sensitive_holders", to_json(event)); }

  Result<Nothing> operator()(const GlassBroken& event) {
    if (!place_.leaf_index) return fail(Fault::Corrupt, "a use of break-glass without its line", event.id.text());
    TRY(db_.run(
        "INSERT INTO break_glass VALUES ($1, $2, $3, 'used', $4, $5, $6, NULL, $7, NULL, NULL, NULL, $8)",
        {event.id.text(), event.case_id.text(), std::string(event.matter.id()), (event.at + kGlassConfirmedWithinMs).ms,
         place_.seq, event.by.text(), *place_.leaf_index, to_text(to_json(event))}));
    return worked(event.case_id, event.by);
  }

  Result<Nothing> operator()(const GlassMoved& event) {
    if (!place_.leaf_index) return fail(Fault::Corrupt, "a step of break-glass without its line", event.id.text());
    const bool reversed = event.command == GlassCommand::Reverse;
    TRY(db_.run(
        "UPDATE break_glass SET state = $2, due_at = NULL, confirmed_by = $3, reversal_leaf = $4 WHERE id = $1",
        {event.id.text(), std::string(reversed ? "reversed" : "confirmed"),
         event.by ? SqlValue(event.by->text()) : SqlValue(), reversed ? SqlValue(*place_.leaf_index) : SqlValue()}));
    if (!event.by) return Nothing{};
    const GlassBroken broken =
        TRY(stored_as("SELECT body FROM break_glass WHERE id = $1", event.id.text(), read_glass_broken));
    return worked(broken.case_id, *event.by);
  }

  Result<Nothing> operator()(const GlassSent& event) {
    return db_.run(event.said == GlassState::Used ? "UPDATE break_glass SET receipt = $2 WHERE id = $1"
                                                  : "UPDATE break_glass SET reversal_receipt = $2 WHERE id = $1",
                   {event.id.text(), event.receipt});
  }

  Result<Nothing> operator()(const UnListKept& event) { return keep_list("un_entities", to_json(event)); }

  Result<Nothing> operator()(const SensitiveTargetMet& event) {
    return db_.run("INSERT INTO sensitive_target VALUES ($1, $2, $3) ON CONFLICT (case_id) DO NOTHING",
                   {event.case_id.text(), place_.at.ms, to_text(to_json(event))});
  }

  // ── the end of things ──

  Result<Nothing> operator()(const ReportErased& event) {
    TRY(cut(event.recut));
    if (event.opener) TRY(cut(*event.opener));
    if (event.ends_case) TRY(dispose(*event.case_id, Kept::CaseWithoutAct));
    return Nothing{};
  }

  Result<Nothing> operator()(const Disposed& event) {
    for (const BatchRecut& recut : event.batches) TRY(cut(recut));
    for (const std::int64_t seq : event.counted) {
      TRY(db_.run("DELETE FROM receipt WHERE batch = (SELECT id FROM batch WHERE seq = $1)", {seq}));
      TRY(db_.run("UPDATE batch SET refused_at = NULL WHERE seq = $1", {seq}));
    }
    for (const Disposed::Over& one : event.cases) TRY(dispose(one.case_id, one.kept));
    for (const AppealId& id : event.appeals) TRY(db_.run("DELETE FROM appeal WHERE id = $1", {id.text()}));
    for (const AlertBatchId& id : event.alerts) {
      TRY(db_.run("DELETE FROM alert WHERE batch = $1", {id.text()}));
      TRY(db_.run("UPDATE alert_batch SET disposed_at = $2 WHERE id = $1", {id.text(), place_.at.ms}));
      TRY(db_.run("UPDATE alert_items SET disposed_at = $2 WHERE id = $1", {id.text(), place_.at.ms}));
      TRY(db_.run("DELETE FROM alert_pile WHERE batch = $1", {id.text()}));
      // Its keys serve the rule alone.
      TRY(db_.run(
          "DELETE FROM alert_told WHERE rule IN (SELECT seq FROM standing_rule WHERE state <> 'in_force' AND id "
          "IN (SELECT rule FROM alert_items WHERE id = $1))",
          {id.text()}));
    }
    return Nothing{};
  }

  Result<Nothing> operator()(const HoldSet& event) {
    const Hold& hold = event.hold;
    return db_.run("INSERT INTO hold VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
                   {hold.id.text(), hold.case_id.text(), hold.evidence ? SqlValue(hold.evidence->text()) : SqlValue(),
                    hold.from.ms, hold.ends_at.ms, hold.custodian.text(), hold.second.text(), to_text(to_json(event))});
  }

  Result<Nothing> operator()(const HoldLifted& event) {
    const std::vector<SqlValue> id{event.hold.text()};
    if (TRY(db_.number("SELECT count(*) FROM hold WHERE id = $1 AND lifted IS NULL", id)) != 1)
      return fail(Fault::Corrupt, "a hold is lifted that is not there", event.hold.text());
    return db_.run("UPDATE hold SET lifted = $2 WHERE id = $1", {event.hold.text(), to_text(to_json(event))});
  }

  // ── folding undone ──

  Result<Nothing> operator()(const CaseSplit& event) {
    SqlValue kind, target;
    if (cuts_ == nullptr || !cuts_->destroyed.contains(event.frame)) {
      const CaseFrame frame = TRY(read_frame(TRY(blobs_.get(event.frame))));
      kind = std::string(name(frame.target.kind()));
      target = frame.target.canonical();
    }
    std::string matter;
    {
      Rows rows = TRY(db_.query("SELECT matter FROM cases WHERE id = $1", {event.case_id.text()}));
      if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no such case", event.case_id.text());
      matter = rows.text(0);
    }
    TRY(
        db_.run("INSERT INTO cases VALUES ($1, $2, $3, $4, NULL, NULL, 'open', $5, NULL, 0, 0, $5, NULL, NULL, $6, 0, "
                "NULL, $7, $8, NULL)",
                {event.new_case.text(), matter, kind, target, place_.at.ms, place_.seq, event.case_id.text(),
                 event.frame.hex()}));
    SeenAgain seen;
    std::int64_t batch = 0;
    std::vector<RunItem> items;
    for (const ReportPlace& place : event.reports) {
      if (place.batch != batch) items = TRY(items_at(batch = place.batch));
      const RunItem& item = *TRY(item_at(items, place.position));
      const std::optional<std::string> had = TRY(case_of_report(place, item));
      if (!had) return fail(Fault::Corrupt, "a report of no case is split off one", event.case_id.text());
      const std::string& from = *had;
      const std::int64_t live = item.erased ? 0 : 1;
      TRY(db_.run("UPDATE cases SET reports = reports - 1, live = live - $2 WHERE id = $1", {from, live}));
      TRY(
          db_.run("INSERT INTO moved VALUES ($1, $2, $3) ON CONFLICT (batch, position) DO UPDATE SET case_id = "
                  "excluded.case_id",
                  {place.batch, place.position, event.new_case.text()}));
      see(item, seen);
      if (item.erased) continue;
      for (const Observable& also : item.sighting->also) {
        TRY(no_longer_also(from, also));
        TRY(seen_also(event.new_case.text(), also));
      }
    }
    TRY(count(event.new_case, seen));
    TRY(touch(event.case_id));
    return worked(event.new_case, event.by);
  }

  // It holds its key from here on, and what waited has rows in `moved`, like what is split off.
  Result<Nothing> operator()(const CaseOpened& event) {
    SqlValue kind, target, key;
    if (cuts_ == nullptr || !cuts_->destroyed.contains(event.frame)) {
      const CaseFrame frame = TRY(read_frame(TRY(blobs_.get(event.frame))));
      if (frame.matter != event.matter)
        return fail(Fault::Corrupt, "its frame is of another category", event.case_id.text());
      kind = std::string(name(frame.target.kind()));
      target = frame.target.canonical();
      key = fold_key(frame.matter, frame.target.kind(), frame.target.canonical());
    }
    TRY(
        db_.run("INSERT INTO cases VALUES ($1, $2, $3, $4, $5, NULL, 'open', $6, NULL, 0, 0, $6, NULL, NULL, $7, 0, "
                "NULL, NULL, $8, NULL)",
                {event.case_id.text(), std::string(event.matter.id()), kind, target, key, place_.at.ms, place_.seq,
                 event.frame.hex()}));
    SeenAgain seen;
    std::int64_t batch = 0;
    std::vector<RunItem> items;
    for (const ReportPlace& place : event.reports) {
      if (place.batch != batch) items = TRY(items_at(batch = place.batch));
      const RunItem& item = *TRY(item_at(items, place.position));
      if (item.case_id) return fail(Fault::Corrupt, "a report that is in a case already", event.case_id.text());
      TRY(db_.run("INSERT INTO moved VALUES ($1, $2, $3)", {place.batch, place.position, event.case_id.text()}));
      see(item, seen);
      if (item.erased) continue;
      for (const Observable& also : item.sighting->also) TRY(seen_also(event.case_id.text(), also));
    }
    TRY(count(event.case_id, seen));
    return worked(event.case_id, event.by);
  }

  Result<Nothing> operator()(const CaseJoined& event) {
    TRY(db_.run("UPDATE cases SET joined_into = $2 WHERE id = $1", {event.case_id.text(), event.into.text()}));
    return worked(event.into, event.by);
  }

  Result<Nothing> operator()(const CaseParted& event) {
    TRY(db_.run("UPDATE cases SET joined_into = NULL WHERE id = $1 AND joined_into = $2",
                {event.case_id.text(), event.from.text()}));
    TRY(worked(event.case_id, event.by));
    return worked(event.from, event.by);
  }

 private:
  // What a batch adds to a case that is open: one change of its row, however often the batch names it.
  struct SeenAgain {
    std::int64_t reports = 0, live = 0;
    SqlValue port, last_seen_at;
  };

  Digest left_of(const Digest& run) const { return cuts_ == nullptr ? run : cuts_->left_of(run); }

  Result<BatchTaken> batch_at(std::int64_t seq) {
    Rows rows = TRY(db_.query("SELECT body FROM batch WHERE seq = $1", {seq}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no batch at journal row " + std::to_string(seq));
    return read_batch_taken(TRY(parse_json(rows.text(0))));
  }
  Result<std::vector<RunItem>> items_at(std::int64_t seq) {
    return read_run(TRY(blobs_.get(left_of(TRY(batch_at(seq)).run))));
  }
  static Result<const RunItem*> item_at(const std::vector<RunItem>& items, std::int64_t position) {
    const auto item = std::lower_bound(items.begin(), items.end(), position,
                                       [](const RunItem& one, std::int64_t wanted) { return one.position < wanted; });
    if (item == items.end() || item->position != position || item->outcome != ItemOutcome::Accepted)
      return fail(Fault::Corrupt, "no report stands there", "position " + std::to_string(position));
    return &*item;
  }

  // The case that holds a report: where it was folded, unless it was split off since; none, where it waits.
  Result<std::optional<std::string>> case_of_report(const ReportPlace& place, const RunItem& item) {
    Rows rows =
        TRY(db_.query("SELECT case_id FROM moved WHERE batch = $1 AND position = $2", {place.batch, place.position}));
    if (TRY(rows.next())) return std::optional(rows.text(0));
    return item.case_id ? std::optional(item.case_id->text()) : std::nullopt;
  }

  Result<std::int64_t> number_of_rule(const std::string& rule) {
    return db_.number("SELECT seq FROM standing_rule WHERE id = $1", {rule});
  }

  // In the order of the keys, which a table that lies in it takes several times as fast.
  Result<Nothing> told(const std::string& rule, std::vector<std::string> keys) {
    if (keys.empty()) return Nothing{};
    const std::int64_t number = TRY(number_of_rule(rule));
    std::sort(keys.begin(), keys.end());
    std::size_t next = 0;
    return db_.fill("alert_told", "rule, key", [&]() -> Result<std::optional<SqlValues>> {
      if (next == keys.size()) return std::optional<SqlValues>();
      return std::optional(SqlValues{number, keys[next++]});
    });
  }

  // A batch lies elsewhere, without some of its reports. Who folds the journal again never counted these.
  Result<Nothing> cut(const BatchRecut& recut) {
    BatchTaken batch = TRY(batch_at(recut.batch));
    std::map<std::int64_t, std::string> moved;
    {
      Rows rows = TRY(db_.query("SELECT position, case_id FROM moved WHERE batch = $1", {recut.batch}));
      while (TRY(rows.next())) moved.emplace(rows.integer(0), rows.text(1));
    }
    if (cuts_ == nullptr) {
      const std::vector<RunItem> items = TRY(read_run(TRY(blobs_.get(recut.old_run))));
      auto item = items.begin();
      std::vector<std::int64_t> erased = recut.erased;
      std::sort(erased.begin(), erased.end());
      for (const std::int64_t position : erased) {
        while (item != items.end() && item->position < position) ++item;
        if (item == items.end() || item->position != position)
          return fail(Fault::Corrupt, "no report stands there", batch.batch.text());
        const auto elsewhere = moved.find(position);
        if (item->erased || item->outcome != ItemOutcome::Accepted || (!item->case_id && elsewhere == moved.end()))
          continue;
        const std::string from = elsewhere != moved.end() ? elsewhere->second : item->case_id->text();
        TRY(db_.run("UPDATE cases SET live = live - 1 WHERE id = $1", {from}));
        for (const Observable& also : item->sighting->also) TRY(no_longer_also(from, also));
      }
    }
    for (const std::int64_t position : recut.erased)
      if (moved.contains(position))
        TRY(db_.run("DELETE FROM moved WHERE batch = $1 AND position = $2", {recut.batch, position}));
    batch.run = recut.new_run;
    batch.run_size = recut.run_size;
    return db_.run("UPDATE batch SET body = $2 WHERE seq = $1", {recut.batch, to_text(to_json(batch))});
  }

  // Of a case with an act the target stays, which the decision names as well.
  Result<Nothing> dispose(const CaseId& case_id, Kept kept) {
    const std::vector<SqlValue> id{case_id.text()};
    for (const char* of_case : {"DELETE FROM also WHERE case_id = $1", "DELETE FROM moved WHERE case_id = $1",
                                "DELETE FROM look WHERE notice IN (SELECT notice FROM action WHERE case_id = $1)",
                                "DELETE FROM recheck WHERE notice IN (SELECT notice FROM action WHERE case_id = $1)"})
      TRY(db_.run(of_case, id));
    TRY(db_.run("UPDATE cases SET clock_at = NULL, disposed_at = $2 WHERE id = $1", {case_id.text(), place_.at.ms}));
    if (kept != Kept::CaseWithoutAct) return Nothing{};
    for (const char* of_case : {"DELETE FROM fact WHERE case_id = $1", "DELETE FROM gate WHERE case_id = $1"})
      TRY(db_.run(of_case, id));
    return db_.run(
        "UPDATE cases SET kind = NULL, target = NULL, fold_key = NULL, port = NULL, last_seen_at = NULL "
        "WHERE id = $1",
        id);
  }

  // What an officer does in a case without an act begins its clock again (charter 8.3).
  Result<Nothing> touch(const CaseId& case_id) {
    return db_.run("UPDATE cases SET clock_at = $2 WHERE id = $1 AND ends_at IS NULL AND disposed_at IS NULL",
                   {case_id.text(), place_.at.ms});
  }

  Result<Nothing> seen_also(const std::string& case_id, const Observable& also) {
    return db_.run(
        "INSERT INTO also VALUES ($1, $2, $3, 1) ON CONFLICT (case_id, kind, value) DO UPDATE SET reports = "
        "also.reports + 1",
        {case_id, std::string(name(also.kind())), also.canonical()});
  }
  Result<Nothing> no_longer_also(const std::string& case_id, const Observable& also) {
    const std::vector<SqlValue> which{case_id, std::string(name(also.kind())), also.canonical()};
    TRY(db_.run("DELETE FROM also WHERE case_id = $1 AND kind = $2 AND value = $3 AND reports = 1", which));
    return db_.run("UPDATE also SET reports = reports - 1 WHERE case_id = $1 AND kind = $2 AND value = $3", which);
  }

  static void see(const RunItem& item, SeenAgain& seen) {
    const std::optional<int>& port = item.erased ? item.port : item.sighting->port;
    const std::optional<Instant>& at = item.erased ? item.seen_at : item.sighting->seen_at;
    ++seen.reports;
    seen.live += item.erased ? 0 : 1;
    if (seen.port.index() == 0 && port) seen.port = std::int64_t{*port};
    if (at) seen.last_seen_at = std::max(seen.last_seen_at, SqlValue(at->ms));  // nothing is before every time
  }

  Result<Nothing> accept(const RunItem& item, SeenAgain& again) {
    const std::string case_id = item.case_id->text();
    if (item.opens_case) {
      // Of a tombstone that lost its case's target too, only the matter is left.
      const Sighting* sighting = item.sighting ? &*item.sighting : nullptr;
      const Matter matter = sighting != nullptr ? sighting->matter : *item.matter;
      SqlValue kind, target, key;
      if (sighting != nullptr) {
        kind = std::string(name(sighting->observable.kind()));
        target = sighting->observable.canonical();
        key = fold_key(*sighting);
      }
      if (item.earlier)  // it gives its key up
        TRY(db_.run("UPDATE cases SET fold_key = NULL WHERE id = $1", {item.earlier->text()}));
      SeenAgain first;
      see(item, first);
      TRY(
          db_.run("INSERT INTO cases VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, 1, $9, $7, NULL, NULL, $10, $11, "
                  "$12, NULL, NULL, NULL)",
                  {case_id, std::string(matter.id()), kind, target, key, first.port, place_.at.ms, first.last_seen_at,
                   first.live, place_.seq, item.position, item.earlier ? SqlValue(item.earlier->text()) : SqlValue()}));
    } else {
      see(item, again);
    }
    if (item.erased) return Nothing{};
    for (const Observable& also : item.sighting->also) TRY(seen_also(case_id, also));
    return Nothing{};
  }

  Result<Nothing> count(const CaseId& case_id, const SeenAgain& seen) {
    if (seen.reports == 0) return Nothing{};
    return db_.run(
        "UPDATE cases SET reports = reports + $2, port = coalesce(port, $3), "
        "last_seen_at = CASE WHEN last_seen_at IS NULL OR last_seen_at < $4 THEN $4 ELSE last_seen_at END, "
        "live = live + $5 WHERE id = $1",
        {case_id.text(), seen.reports, seen.port, seen.last_seen_at, seen.live});
  }

  Result<Nothing> keep_list(const char* list, const Json& body) {
    return db_.run("INSERT INTO kept_list VALUES ($1, $2) ON CONFLICT (list) DO UPDATE SET body = excluded.body",
                   {std::string(list), to_text(body)});
  }

  Result<OfficerEnrolled> enrolled(const OfficerId& id) {
    Rows rows = TRY(db_.query("SELECT body FROM officer WHERE id = $1", {id.text()}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no such officer", id.text());
    return read_officer_enrolled(TRY(parse_json(rows.text(0))));
  }

  static std::vector<SqlValue> columns(const Peer& peer) {
    return {peer.desk, std::string(name(peer.role)), std::string(name(peer.state)), to_text(to_json(peer))};
  }

  Result<Nothing> crossed(const std::string& peer, const char* way, const Json& body) {
    return db_.run("INSERT INTO crossing VALUES ($1, $2, $3, $4, $5)",
                   {place_.seq, peer, std::string(way), place_.at.ms, to_text(body)});
  }

  Result<Nothing> put(const Peer& peer) {
    return db_.run("UPDATE peer SET role = $2, state = $3, body = $4 WHERE desk = $1", columns(peer));
  }

  Result<Peer> peer_of(const std::string& desk) {
    Rows rows = TRY(db_.query("SELECT body FROM peer WHERE desk = $1", {desk}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no such peer", desk);
    return read_peer(TRY(parse_json(rows.text(0))));
  }

  Result<Nothing> worked(const CaseId& case_id, const OfficerId& officer) {
    TRY(touch(case_id));
    return db_.run("INSERT INTO worked VALUES ($1, $2) ON CONFLICT (case_id, officer) DO NOTHING",
                   {case_id.text(), officer.text()});
  }

  Result<Nothing> move_case(const CaseId& case_id, CaseCommand command) {
    const CaseState now = TRY(state_of(case_id)), next = after(now, command);
    if (next == now) return Nothing{};
    return db_.run("UPDATE cases SET state = $1 WHERE id = $2", {std::string(name(next)), case_id.text()});
  }

  Result<CaseState> state_of(const CaseId& case_id) {
    Rows rows = TRY(db_.query("SELECT state FROM cases WHERE id = $1", {case_id.text()}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no such case", case_id.text());
    return parse_case_state(rows.text(0));
  }

  // A reviewer's release is no work on the case either.
  Result<Nothing> took_part(const CaseId& case_id, const OfficerId& officer) {
    const OfficerEnrolled who = TRY(enrolled(officer));
    if (may(who.officer, Act::ReadAppeals)) return Nothing{};
    return worked(case_id, officer);
  }

  template <typename T>
  Result<T> stored_as(std::string_view sql, const std::string& id, Result<T> (*read)(const Json&)) {
    Rows rows = TRY(db_.query(sql, {id}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "an event about what is not there", id);
    return read(TRY(parse_json(rows.text(0))));
  }
  Result<Action> action_of(const NoticeId& notice) {
    return stored_as("SELECT body FROM action WHERE notice = $1", notice.text(), read_action);
  }
  Result<Nothing> put(const Action& action) {
    const std::optional<ActionDue> due = next_due(action);
    return db_.run("UPDATE action SET state = $2, due_at = $3, code = $4, body = $5 WHERE notice = $1",
                   {action.notice.text(), std::string(name(action.state)), due ? SqlValue(due->at.ms) : SqlValue(),
                    action.code ? SqlValue(action.code->hex()) : SqlValue(), to_text(to_json(action))});
  }
  // While one of them waits for an officer, the clock reminds nobody (decision/action.cc: next_due).
  Result<Nothing> answers_changed(const NoticeId& notice) {
    Action action = TRY(action_of(notice));
    action.answer_waits =
        TRY(db_.number("SELECT count(*) FROM answer WHERE notice = $1 AND state = 'open'", {notice.text()})) > 0;
    return put(action);
  }
  // What was given up before it left stays so.
  Result<Nothing> letter_left(const std::string& message_id, const std::optional<NoticeId>& notice, bool request,
                              const std::string& to) {
    return db_.run(
        "INSERT INTO letter VALUES ($1, $2, $3, $4, 'sent', $5, NULL, NULL) ON CONFLICT (message_id) DO UPDATE SET "
        "state = CASE WHEN letter.state = 'waiting' THEN 'sent' ELSE letter.state END, at = $5, next_at = NULL",
        {lower_ascii(message_id), notice ? SqlValue(notice->text()) : SqlValue(), std::int64_t{request ? 1 : 0},
         lower_ascii(to), place_.at.ms});
  }
  // In the outbox, in the transaction that says why (DESIGN 4); it leaves once the line of that is published.
  Result<Nothing> queue(const Message& message) {
    if (!place_.leaf_index) return fail(Fault::Corrupt, "a message without its line in the log", message.id.text());
    return db_.run(
        "INSERT INTO message VALUES ($1, $2, $3, $4, $5, NULL)",
        {message.id.text(), message.notice.text(), place_.seq, *place_.leaf_index, to_text(to_json(message))});
  }

  // `why` is empty where nobody ended it.
  Result<Nothing> end(const ProposalId& id, ProposalState state, std::string why) {
    TRY(db_.run("UPDATE proposal SET state = $1, ended = nullif($2, '') WHERE id = $3",
                {std::string(name(state)), std::move(why), id.text()}));
    const CaseId case_id = TRY(case_of(id));
    TRY(touch(case_id));
    return move_case(case_id, CaseCommand::Return);
  }

  Result<Json> proposed_json(const ProposalId& id) {
    Rows rows = TRY(db_.query("SELECT proposed FROM proposal WHERE id = $1", {id.text()}));
    if (!TRY(rows.next())) return fail(Fault::Corrupt, "there is no such proposal", id.text());
    return parse_json(rows.text(0));
  }

  Result<CaseId> case_of(const ProposalId& id) { return CaseId::parse(TRY(TRY(proposed_json(id)).text("case"))); }

  Database& db_;
  const Blobs& blobs_;
  const Place& place_;
  const Cuts* cuts_;                 // folded again; nullptr: now
  const std::vector<RunItem>* run_;  // nullptr: it is read
};

}  // namespace

Result<Nothing> lay_journal(Database& database) {
  TRY(database.lay(std::string(kJournalSchema)));
  return database.only_grow("journal");
}

Result<Nothing> lay_folded_tables(Database& database) {
  std::string text(kFoldedSchema);
  text = replace_all(std::move(text), "$MATTERS", matter_ids());
  text = replace_all(std::move(text), "$CATEGORIES", category_ids());
  text = replace_all(std::move(text), "$KINDS", kind_names());
  text = replace_all(std::move(text), "$LONGEST_KEY", std::to_string(kApiKeyLongestMs));
  text = replace_all(std::move(text), "$LONGEST_HOLD", std::to_string(kHoldLongestDays * kDayMs));
  text = replace_all(std::move(text), "$STATES", case_states());
  text = replace_all(std::move(text), "$ACTION_STATES", names_to(kLastActionState));
  text = replace_all(std::move(text), "$PARTY_STATES", names_to(kLastPartyState));
  text = replace_all(std::move(text), "$APPEAL_STATES", names_to(kLastAppealState));
  text = replace_all(std::move(text), "$LETTER_STATES", names_to(LetterState::Bounced));
  text = replace_all(std::move(text), "$RULE_STATES", names_to(kLastRuleState));
  TRY(database.lay(text));
  return database.set_version(kTablesVersion);
}

const std::vector<FoldedTable>& folded_tables() {
  static const std::vector<FoldedTable> tables{
      {"founding", "one"},
      {"officer", "id"},
      {"officer_key", "officer, seq"},
      {"api_key", "id"},
      {"outcome", "what"},
      {"cases", "id"},
      {"moved", "batch, position"},
      {"also", "case_id, kind, value"},
      {"batch", "seq"},
      {"receipt", "receipt"},
      {"evidence", "id"},
      {"erasure", "evidence"},
      {"hold", "id"},
      {"evidence_read", "evidence, reader"},
      {"fact", "seq"},
      {"gate", "case_id, gate"},
      {"worked", "case_id, officer"},
      {"proposal", "id"},
      {"outbox", "notice"},
      {"action", "notice"},
      {"message", "id"},
      {"letter", "message_id"},
      {"answer", "id"},
      {"party_notice", "notice"},
      {"look", "seq"},
      {"recheck", "notice"},
      {"appeal", "id"},
      {"standing_rule", "id"},
      {"alert_batch", "id"},
      {"alert", "batch, position"},
      {"alert_items", "id"},
      {"alert_pile", "rule, recipient, seq"},
      {"alert_told", "rule, key"},
      {"alert_left_out", "rule, why"},
      {"published", "one"},
      {"stamp", "id"},
      {"request", "id"},
      {"break_glass", "id"},
      {"kept_list", "list"},
      {"sensitive_target", "case_id"},
      {"peer", "desk"},
      {"crossing", "seq"},
      {"offered", "peer, indicator"},
      {"reference", "peer, indicator"},
  };
  return tables;
}

Result<Nothing> apply(Database& database, const Blobs& blobs, const Event& event, const Place& place, const Cuts* cuts,
                      const std::vector<RunItem>* run) {
  return std::visit(Fold(database, blobs, place, cuts, run), event);
}

}  // namespace cordon
