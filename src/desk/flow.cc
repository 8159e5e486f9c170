#include "desk/flow.h"

#include <bit>
#include <utility>

#include "base/keyed_digest.h"
#include "base/text.h"
#include "decision/evidence.h"
#include "decision/reasons.h"
#include "desk/acts.h"
#include "desk/alerts.h"
#include "desk/break_glass.h"
#include "desk/couriers.h"
#include "desk/entities.h"
#include "desk/guard.h"
#include "desk/pass_on.h"
#include "desk/registry_book.h"
#include "desk/signer.h"
#include "desk/witnesses.h"
#include "law/offences.h"
#include "ledger/proof_file.h"
#include "ledger/tiles.h"
#include "referral/notice_proof.h"

namespace cordon {

namespace {

ItemOutcome outcome_of(const ReadRecord& record) {
  switch (record.outcome) {
    case Outcome::Accepted:
      return ItemOutcome::Accepted;
    case Outcome::Refused:
      return ItemOutcome::Refused;
    case Outcome::Quarantined:
      return ItemOutcome::Quarantined;
  }
  return ItemOutcome::Quarantined;
}

// The keys of one batch, each with a number of its own. Keys are digests, so their first bits scatter them.
class Numbered {
 public:
  explicit Numbered(std::size_t most) : slots_(std::bit_ceil(2 * most + 16)) { keys_.reserve(most); }
  // Its number; that of the next new one is how many there were.
  std::size_t number(const RunKey& key) {
    std::size_t at = key_front(key) >> (64 - std::countr_zero(slots_.size()));
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (keys_[slots_[at] - 1] == key) return slots_[at] - 1;
    }
    keys_.push_back(key);
    slots_[at] = static_cast<std::uint32_t>(keys_.size());
    return keys_.size() - 1;
  }

 private:
  std::vector<std::uint32_t> slots_;  // places in keys_ plus one
  std::vector<RunKey> keys_;
};

enum class FoldOnly { No, Several, Yes };

// Whether this desk's settings let the reports of a batch wait without a case ([intake] fold_only). Rows of a feed may,
// and those that a program put into a mail; else a mail or a text is somebody's words, and has a case at once whatever
// source it names.
FoldOnly fold_only(const Desk& desk, const Incoming& incoming, std::string_view bytes) {
  if (!desk.settings().fold_only.contains(incoming.source)) return FoldOnly::No;
  const Result<Format> format = recognise(incoming, bytes);
  const bool rows =
      format && (*format == Format::Csv || *format == Format::JsonLines || *format == Format::JsonDocument ||
                 *format == Format::List || (*format == Format::Feed && !reads_words(*incoming.feed)));
  return rows ? FoldOnly::Yes : format && *format == Format::Mail ? FoldOnly::Several : FoldOnly::No;
}

// Decides for each record of a batch whether it is new, and which case it belongs to.
class Folding {
 public:
  Folding(Desk& desk, const std::string& source, FoldOnly fold_only, AlertsAtIntake& alerts, std::size_t records)
      : desk_(desk),
        fold_only_(fold_only),
        alerts_(alerts),
        report_key_(desk.report_key()),
        ended_before_(desk.now() + -desk.settings().window_days * kDayMs),
        names_(records),
        keys_(records) {
    before_token_ = to_text(Json(Json::Array{source}));
    before_token_.back() = ',';
    batch_.items.reserve(records);
    batch_.fold_keys.reserve(records);
  }

  Result<Nothing> fold(ReadRecord record) {
    batch_.fold_keys.emplace_back();
    RunItem& item = batch_.items.emplace_back();
    item.position = static_cast<std::int64_t>(record.position);
    item.outcome = outcome_of(record);
    item.code = std::move(record.code);
    item.reason = std::move(record.reason);
    if (item.outcome != ItemOutcome::Accepted) return Nothing{};
    item.report = name_report(record);
    fold_key_.assign(fold_key(*record.sighting));
    const RunKey key = desk_.store().key_of_fold(fold_key_);
    const std::size_t number = keys_.number(key);
    if (number == cases_.size()) cases_.push_back(TRY(desk_.store().case_for_report(fold_key_, key, ended_before_)));
    const std::size_t name = names_.number(run_key(item.report->bytes()));
    const bool here = name < in_case_.size();
    std::optional<Store::KnownReport> known;
    if (!here) {
      known = TRY(desk_.store().came_before(*item.report, cases_[number]));
      in_case_.push_back(known ? known->case_id : std::nullopt);
    }
    if (here || known) {
      item.outcome = ItemOutcome::Duplicate;
      item.code = "duplicate";
      item.reason = "this report was taken in before";
      item.case_id = in_case_[name];
      return Nothing{};
    }
    Store::TakesReports& takes = cases_[number];
    // What officers have, or had, in a case is theirs; no rule speaks of it.
    const bool ours = takes.case_id || takes.earlier;
    Lane lane = Lane::AsEver;
    if (!ours && !alerts_.none())
      lane = TRY(alerts_.take(batch_.items.size() - 1, *item.report, *record.sighting, key));
    const bool is_row = fold_only_ == FoldOnly::Yes || (fold_only_ == FoldOnly::Several && record.of_several);
    // The next case of a key that officers worked on opens by itself.
    const bool waits = lane == Lane::Alert || lane == Lane::Wait ||
                       (lane == Lane::AsEver && is_row && !takes.earlier &&
                        may_wait_without_case(record.sighting->matter, record.sighting->observable.kind()));
    if (!takes.case_id && !waits) {
      takes.case_id = CaseId::make(desk_.now(), desk_.random());
      item.opens_case = true;
      item.earlier = std::exchange(takes.earlier, std::nullopt);
      takes.from_batch = INT64_MAX;  // what came before this batch is in another
    }
    item.case_id = in_case_[name] = takes.case_id;
    item.sighting = std::move(record.sighting);
    item.kept = std::move(record.kept);
    batch_.fold_keys.back() = key;
    return Nothing{};
  }

  BatchAtHand take() { return std::move(batch_); }

 private:
  // A report's name is derived from who sent it under which token and what it says, under the desk's own key, so that a
  // retry gets the same receipt and nobody outside can test whether a certain report came in (DESIGN "Receipts and
  // ids"): of the JSON text ["source","token","digest"].
  ReportId name_report(const ReadRecord& record) {
    text_.assign(before_token_);
    text_ += to_text(Json(record.token));
    text_ += ",\"";
    text_ += record.content.hex();
    text_ += "\"]";
    return ReportId::derive(report_key_.of(text_));
  }

  Desk& desk_;
  FoldOnly fold_only_;
  AlertsAtIntake& alerts_;
  KeyedDigest report_key_;
  Instant ended_before_;
  std::string before_token_, text_, fold_key_;
  BatchAtHand batch_;
  Numbered names_, keys_;
  std::vector<std::optional<CaseId>> in_case_;  // by a report's number
  std::vector<Store::TakesReports> cases_;      // by a key's number
};

SealedLeaf leaf_of_batch(Desk& desk, const BatchTaken& batch, Instant at) {
  Json::Object counts;
  for (const auto& [what, count] : batch.counts) counts.emplace(what, count);
  const Leaf leaf{"batch",
                  at,
                  batch.batch.text(),
                  "",
                  "",
                  "",
                  "received",
                  {"software"},
                  Json::Object{{"counts", std::move(counts)}},
                  Json::Object{{"source", batch.source}, {"run", batch.run.hex()}}};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

// Of an approved proposal: what its line says of the two, and of a target that the guard stopped at first.
struct Approval {
  const Approved& approved;
  const Officer& proposer;
  const Officer& approver;
  bool sensitive = false;
};

SealedLeaf leaf_of_decision(Desk& desk, const Proposed& proposed, std::string_view to, std::vector<std::string> roles,
                            Instant at, const Approval* approval = nullptr) {
  Leaf leaf{"decision",
            at,
            proposed.id.text(),
            std::string(proposed.matter.id()),
            std::string(name(proposed.wish.kind)),
            "proposed",
            std::string(to),
            std::move(roles),
            Json::Object{{"effect", name(proposed.wish.effect)},
                         {"recipient", name(proposed.wish.recipient)},
                         {"binding", name(proposed.binding)},
                         {"national_article", proposed.national_article},
                         {"reply_by", to_rfc3339(proposed.reply_by)},
                         {"sunset_at", to_rfc3339(proposed.sunset_at)}},
            Json::Object{
                {"statement", statement(proposed)}, {"body", proposed.body.hex()}, {"notice", proposed.notice.text()}}};
  if (approval != nullptr) {
    const auto& [approved, proposer, approver, sensitive] = *approval;
    if (sensitive) leaf.plain.set("sensitive_target", "signed_off");  // how many went ahead (charter 5.6)
    leaf.plain.set("signers", signers_in_plain(proposer, approver));
    leaf.hidden.set("signers", signers_in_hidden(proposed, approved, proposer, approver));
  }
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

SealedLeaf leaf_of_sending(Desk& desk, const Proposed& proposed, const NoticeSent& sent, Instant at) {
  const Leaf leaf{
      "action",
      at,
      proposed.notice.text(),
      std::string(proposed.matter.id()),
      std::string(name(proposed.wish.kind)),
      "approved",
      "sent",
      {"software"},
      Json::Object{{"recipient", name(proposed.wish.recipient)}},
      Json::Object{{"contact", proposed.wish.contact}, {"receipt", sent.receipt}, {"body", proposed.body.hex()}}};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

}  // namespace

// ── 1. a batch comes in ──

namespace {

struct TakenBatch {
  BatchId batch;
  std::vector<RunItem> items;
};

// With a `receipt`, the one record's receipt is committed beside it.
Result<TakenBatch> take_in_batch(Desk& desk, const Incoming& incoming, const std::string& file, std::string_view bytes,
                                 const std::string& token, const Digest* receipt) {
  const std::string batch_token = token.empty() ? std::string() : "batch " + incoming.source + " " + token;
  if (!batch_token.empty()) {
    if (const std::optional<Json> first = TRY(desk.store().answer_to(batch_token))) {
      BatchId batch = TRY(BatchId::parse(TRY(first->text("batch"))));
      std::vector<RunItem> items = TRY(read_run(TRY(desk.store().run_of(batch))));
      return TakenBatch{std::move(batch), std::move(items)};
    }
  }
  std::vector<ReadRecord> records = TRY(read_batch(incoming, bytes));
  TRY(pass_on_what_is_not_ours(desk, incoming, bytes, records));
  TRY(desk.store().ready_for_batch(records.size()));
  AlertsAtIntake alerts = TRY(AlertsAtIntake::begin(desk, incoming));
  alerts.look_at(records);
  Folding folding(desk, incoming.source, fold_only(desk, incoming, bytes), alerts, records.size());
  for (ReadRecord& record : records) {
    if (record.token.empty()) record.token = token;
    TRY(folding.fold(std::move(record)));
  }
  records = {};

  const Instant at = desk.now();
  BatchAtHand batch = folding.take();
  const std::string run = write_run(batch.items, {desk.random().bytes(32), {}});
  const Digest blob = TRY(desk.store().blobs().put(run));
  const BatchId id = BatchId::make(at, desk.random());
  BatchTaken event = describe_run(id, incoming.source, file, batch.items, blob, run.size());
  event.items = TRY(digest_of_items(run));
  event.machine = incoming.machine;
  std::vector<Change> changes{{event, "software", leaf_of_batch(desk, event, at), &batch}};
  if (receipt != nullptr) {
    const RunItem& item = batch.items.front();
    changes.push_back({ReceiptGiven{*receipt, id, item.outcome, item.code, item.case_id}, "software", {}});
  }
  TRY(alerts.finish(changes, at));
  TRY(desk.store().append(changes, at, batch_token, Json::Object{{"batch", id.text()}, {"run", event.run.hex()}}));
  return TakenBatch{id, std::move(batch.items)};
}

// Crockford's letters without I, L, O and U: read aloud and typed from paper. 5 bits each.
constexpr std::string_view kReceiptLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kReceiptLength = 20;  // 100 bits

Incoming from_the_public(const Desk& desk, const PublicReport& report) {
  return {std::string(kPublicForm), "report.txt", report.matter, {}, desk.now(), Format::Form};
}

std::string as_typed(const PublicReport& report) {
  std::string place = report.where;
  std::replace(place.begin(), place.end(), '\n', ' ');
  return place + "\n\n" + report.what + "\n";
}

}  // namespace

std::string letters_of(const Digest& digest) {
  std::string letters;
  for (std::size_t i = 0; i < kReceiptLength; ++i) {
    if (i > 0 && i % 5 == 0) letters += '-';
    letters += kReceiptLetters[digest.bytes[i] & 31u];
  }
  return letters;
}

// As it was typed: any case, with or without dashes and spaces, O for 0 and I or L for 1.
Result<Digest> digest_of_receipt(std::string_view typed) {
  std::string letters;
  for (const char given : typed) {
    if (given == '-' || given == ' ') continue;
    char c = given >= 'a' && given <= 'z' ? static_cast<char>(given - 'a' + 'A') : given;
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (kReceiptLetters.find(c) == std::string_view::npos || letters.size() == kReceiptLength)
      return fail(Fault::Malformed, "a receipt has 20 letters and digits, like ABCDE-FGH23-45678-9JKMN");
    letters += c;
  }
  if (letters.size() != kReceiptLength)
    return fail(Fault::Malformed, "a receipt has 20 letters and digits, like ABCDE-FGH23-45678-9JKMN");
  return sha256(letters);
}

Result<std::vector<RunItem>> take_in(Desk& desk, const Incoming& incoming, const std::string& file,
                                     std::string_view bytes, const std::string& token) {
  return TRY(take_in_batch(desk, incoming, file, bytes, token, nullptr)).items;
}

Result<PublicReceipt> take_in_from_the_public(Desk& desk, const PublicReport& report) {
  if (report.nonce.size() < 22 || report.nonce.size() > 100) return fail(Fault::Malformed, "the form has no nonce");
  const Incoming incoming = from_the_public(desk, report);
  const std::string letters = letters_of(hmac_sha256(desk.report_key(), "receipt " + report.nonce));
  const Digest receipt = TRY(digest_of_receipt(letters));
  const TakenBatch taken =
      TRY(take_in_batch(desk, incoming, std::string(kPublicForm), as_typed(report), report.nonce, &receipt));
  TRY(publish(desk));
  const RunItem& item = taken.items.front();
  return PublicReceipt{letters, item.outcome, item.code};
}

Result<std::string> would_be_refused(const Desk& desk, const PublicReport& report) {
  return TRY(read_batch(from_the_public(desk, report), as_typed(report))).front().code;
}

Result<Store::Followed> follow_report(const Store& store, std::string_view receipt) {
  return store.follow(TRY(digest_of_receipt(receipt)));
}

// ── 2. officers read and assess ──

Result<Nothing> record_reading(Desk& desk, std::string what, std::string id, const Officer& reader) {
  return desk.store().append({{RecordRead{std::move(what), std::move(id), reader.id}, reader.login, {}}}, desk.now());
}

Result<Case> read_case(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseId& case_id) {
  Case the_case = TRY(desk.store().find_case(reader.sight(), case_id));
  TRY(record_reading(desk, "case", case_id.text(), reader.officer()));
  return the_case;
}

Result<std::vector<ReportOfCase>> read_reports(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseId& case_id) {
  std::vector<ReportOfCase> reports = TRY(desk.store().reports_of(reader.sight(), case_id));
  TRY(record_reading(desk, "reports", case_id.text(), reader.officer()));
  return reports;
}

Result<std::vector<CaseSummary>> read_queue(Desk& desk, const Permit<Act::ReadCase>& reader, const CaseFilter& filter) {
  std::vector<CaseSummary> cases = TRY(desk.store().list_cases(reader.sight(), filter));
  TRY(record_reading(desk, "queue", filter.matter ? std::string(filter.matter->id()) : std::string(),
                     reader.officer()));
  return cases;
}

Result<EvidenceId> attach(Desk& desk, const Permit<Act::AttachEvidence>& permit, const CaseId& case_id,
                          std::string_view bytes, std::string media_type, std::string description) {
  const Officer& officer = permit.officer();
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  if (const Category* category = the_case.matter.category();
      category != nullptr && row(*category).evidence_mode == EvidenceMode::RestrictedCapture &&
      !officer.roles.contains(Role::Custodian))
    return fail(Fault::Refused,
                "evidence of " + std::string(the_case.matter.id()) + " is a custodian's to attach (charter 4.4)",
                case_id.text());
  const Evidence evidence{EvidenceId::make(desk.now(), desk.random()), sha256(bytes), std::move(media_type),
                          static_cast<std::int64_t>(bytes.size()), std::move(description)};
  EvidenceAttached event = TRY(attach_evidence(the_case, evidence, officer.id));
  event.evidence.blob = TRY(desk.store().blobs().put(bytes, write_label(evidence)));
  TRY(desk.store().append({{event, officer.login, {}}}, desk.now()));
  return evidence.id;
}

Result<std::string> open_piece(Desk& desk, const Permit<Act::OpenEvidence>& permit, const CaseId& case_id,
                               const EvidenceId& evidence) {
  const Officer& officer = permit.officer();
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const EvidenceOpened event = TRY(open_evidence(the_case, evidence, officer.id));
  std::string bytes;
  for (const Evidence& piece : the_case.evidence) {
    if (piece.id == evidence) bytes = TRY(desk.store().blobs().get(blob_of(piece)));
  }
  TRY(desk.store().append({{event, officer.login, {}}},
                          desk.now()));  // the reading is on record before the bytes leave
  return bytes;
}

Result<EvidenceErased> erase_piece(Desk& desk, const Permit<Act::EraseEvidence>& permit, const Officer& dpo,
                                   const CaseId& case_id, const EvidenceId& evidence, ErasureGround ground) {
  const Officer& custodian = permit.officer();
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const Instant now = desk.now();
  EvidenceErased event = TRY(erase_evidence(the_case, evidence, {}, ground, custodian, dpo, now));
  const Result<Blobs::Kept> kept = desk.store().blobs().look(event.blob);
  if (!kept) return kept.error();
  if (kept->key) event.key = std::int64_t{*kept->key};
  const Leaf leaf{"custody",
                  now,
                  evidence.text(),
                  std::string(the_case.matter.id()),
                  "evidence",
                  "held",
                  "disposed",
                  {"custodian", "dpo"},
                  Json::Object{{"ground", name(ground)}},
                  Json::Object{{"case", case_id.text()}, {"blob", event.blob.hex()}}};
  TRY(desk.store().append({{event, custodian.login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  TRY(desk.store().finish_erasures(&event));
  return event;
}

Result<Nothing> note_fact(Desk& desk, const Permit<Act::EnterFact>& permit, const CaseId& case_id, Fact fact) {
  const Officer& officer = permit.officer();
  const Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  const FactEntered event = TRY(enter_fact(the_case, std::move(fact), officer.id));
  return desk.store().append({{event, officer.login, {}}}, desk.now());
}

Result<Nothing> answer(Desk& desk, const Officer& officer, const CaseId& case_id, GateAnswer gate_answer) {
  const Act act = gate_answer.gate == Gate::LegalReview       ? Act::SignLegalGate
                  : gate_answer.gate == Gate::SensitiveTarget ? Act::SignSensitiveGate
                                                              : Act::AnswerGate;
  TRY(may(officer, act));
  if (gate_answer.gate == Gate::UnReference && gate_answer.answer == "entity_listed") {
    const std::optional<UnEntities> list = TRY(un_entities(desk.store()));
    TRY(check_un_reference(gate_answer.basis, list ? &*list : nullptr, desk.now()));
  }
  const GateAnswered event =
      TRY(answer_gate(TRY(desk.store().find_case(sight_of(officer), case_id)), std::move(gate_answer)));
  return desk.store().append({{event, officer.login, {}}}, desk.now());
}

// ── 3. an analyst proposes ──

namespace {

// C16 rests on an entity that is on the list now, and no longer (charter 4.3, 4.4).
Result<Nothing> check_on_list(Desk& desk, const Case& the_case) {
  if (the_case.matter != Matter(Category::TerroristEntity)) return Nothing{};
  const auto answered = the_case.gates.find(Gate::UnReference);
  if (answered == the_case.gates.end()) return Nothing{};  // check_wish() says so
  const std::optional<UnEntities> list = TRY(un_entities(desk.store()));
  TRY(check_un_reference(answered->second.basis, list ? &*list : nullptr, desk.now()));
  return Nothing{};
}

}  // namespace

Result<Proposed> propose_request(Desk& desk, const Permit<Act::Propose>& permit, const SecretKey& key,
                                 const CaseId& case_id, Wish wish) {
  const Officer& analyst = permit.officer();
  const std::vector<Officer> officers = TRY(desk.store().officers());
  TRY(check_not_receive_only(officers));
  Case the_case = TRY(desk.store().find_case(permit.sight(), case_id));
  TRY(check_switched_on(the_case.matter, desk.annex(), officers));
  TRY(check_on_list(desk, the_case));
  const Guarded guard = TRY(guard_of(desk.store(), the_case, wish.kind, desk.now()));
  TRY(note_sensitive_target(desk, the_case, wish.kind, guard));
  TRY(check_wish(the_case, wish, desk.annex(), guard, analyst));
  TRY(check_reasons(reasons_of(the_case, wish), the_case.matter, TRY(reasons_elsewhere(desk.store(), the_case))));
  wish.contact = TRY(whom_to_ask(desk, wish.recipient, the_case.target));

  const Instant now = desk.now();
  const ProposalId id = ProposalId::make(now, desk.random());
  const NoticeId notice = NoticeId::make(now, desk.random());
  const Deadlines ends = deadlines(the_case.matter, the_case.target.kind(), now);
  // The automatic answer stands in the request beside the officers'.
  if (!spared_by_the_guard(the_case.matter, wish.kind) && !guard.sensitive)
    the_case.gates.insert_or_assign(
        Gate::SensitiveTarget,
        GateAnswer{Gate::SensitiveTarget, std::string(guard.answer()), guard.basis, {}, analyst.id});
  const std::string body = TRY(compose_body(the_case, wish, desk.annex(), desk.settings().operator_, id, notice, now,
                                            ends.reply_by, ends.sunset_at));
  Proposed event = TRY(propose(the_case, wish, desk.annex(), guard, analyst, key, id, notice, now, body));
  event.blob = TRY(desk.store().blobs().put(body));
  TRY(desk.store().append({{event, analyst.login, {}}}, now));
  return event;
}

Result<std::vector<std::string>> reasons_elsewhere(const Store& store, const Case& the_case) {
  std::vector<std::string> reasons;
  std::set<CaseId> seen{the_case.id};
  seen.insert(the_case.joined.begin(), the_case.joined.end());
  for (const Proposal& other : TRY(store.proposals(Sight::of_software()))) {
    if (other.proposed.matter != the_case.matter || !seen.insert(other.proposed.case_id).second) continue;
    const Case elsewhere = TRY(store.find_case(Sight::of_software(), other.proposed.case_id));
    if (elsewhere.facts.empty()) continue;  // what it said is gone
    reasons.push_back(reasons_of(elsewhere, other.proposed.wish));
    if (reasons.size() == kStatementsCompared) break;
  }
  return reasons;
}

// ── 4. another officer decides ──

Result<std::vector<Proposal>> read_requests(Desk& desk, const Permit<Act::ReadCase>& reader) {
  std::vector<Proposal> proposals = TRY(desk.store().proposals(reader.sight()));
  TRY(record_reading(desk, "proposals", "", reader.officer()));
  return proposals;
}

Result<ReadProposal> read_request(Desk& desk, const Permit<Act::ReadCase>& reader, const ProposalId& id) {
  Proposal proposal = TRY(desk.store().find_proposal(reader.sight(), id));
  std::string body = TRY(desk.store().blobs().get(proposal.proposed.body_blob()));
  TRY(record_reading(desk, "proposal", id.text(), reader.officer()));
  return ReadProposal{std::move(proposal), std::move(body)};
}

Result<Approved> approve_request(Desk& desk, const Permit<Act::Approve>& permit, const SecretKey& key,
                                 const ProposalId& id, const Digest& digest) {
  const Officer& approver = permit.officer();
  TRY(check_not_receive_only(TRY(desk.store().officers())));
  const Proposal proposal = TRY(desk.store().find_proposal(permit.sight(), id));
  const Case the_case = TRY(desk.store().find_case(permit.sight(), proposal.proposed.case_id));
  const Instant now = desk.now();
  const std::string body = TRY(desk.store().blobs().get(proposal.proposed.body_blob()));
  TRY(check_on_list(desk, the_case));
  const Guarded guard = TRY(guard_of(desk.store(), the_case, proposal.proposed.wish.kind, now));
  const Approved event = TRY(approve(the_case, proposal, guard, approver, key, digest, body, now));
  // Who lost their key since then has no open proposal any more: this is the key that signed it.
  const Officer proposer = TRY(desk.store().officer_by_id(proposal.proposed.proposer));
  const Approval approval{event, proposer, approver, guard.sensitive};
  TRY(desk.store().append(
      {{event, approver.login,
        leaf_of_decision(desk, proposal.proposed, "effective", {"analyst", "approver"}, now, &approval)}},
      now));
  return event;
}

Result<Nothing> return_request(Desk& desk, const Permit<Act::ReturnProposal>& permit, const ProposalId& id,
                               std::string reason) {
  const Proposal proposal = TRY(desk.store().find_proposal(permit.sight(), id));
  const Returned event = TRY(send_back(proposal, permit.officer(), std::move(reason)));
  return desk.store().append({{event, permit.officer().login, {}}}, desk.now());
}

Result<Nothing> refuse_request(Desk& desk, const Permit<Act::RefuseProposal>& permit, const ProposalId& id,
                               std::string reason) {
  const Officer& officer = permit.officer();
  const Proposal proposal = TRY(desk.store().find_proposal(permit.sight(), id));
  const ProposalRefused event = TRY(refuse(proposal, officer, std::move(reason)));
  const Instant now = desk.now();
  return desk.store().append(
      {{event, officer.login, leaf_of_decision(desk, proposal.proposed, "refused", {"analyst", "approver"}, now)}},
      now);
}

// ── 5. the log, before the act ──

Result<std::vector<std::string>> lines_below(const Store& store, const Settings& settings, const LeafFrame& frame) {
  std::vector<std::string> lines{"charter sha256:" + frame.charter.hex(), "operator " + settings.operator_.kind};
  if (const std::string follows = TRY(store.founded()).follows; !follows.empty()) lines.push_back("follows " + follows);
  if (const std::optional<SensitiveListKept> guard = TRY(store.sensitive_list()))
    lines.push_back("sensitive-holders " + guard->country + " " + to_rfc3339(guard->dated).substr(0, 10) +
                    " sha256:" + guard->digest.hex());
  return lines;
}

Result<Nothing> publish(Store& store, const Paths& paths, const Settings& settings, const LeafFrame& frame,
                        Instant now) {
  const std::int64_t published = TRY(store.published_size());
  const std::int64_t staged = TRY(store.leaf_count());
  if (staged == published && exists(paths.checkpoint())) return Nothing{};
  const std::vector<std::string> leaves = TRY(store.leaves(published, staged - published));
  const TreeHead head = TRY(append_leaves(paths.log(), static_cast<std::uint64_t>(published), leaves));
  const Checkpoint checkpoint{settings.operator_.origin, head, TRY(lines_below(store, settings, frame))};
  const std::string note = TRY(ask_signer(paths, checkpoint));
  TRY(write_file(paths.checkpoint(), note));
  return store.append({{CheckpointPublished{staged, head.root}, "software", {}}}, now);
}

Result<Nothing> publish(Desk& desk) {
  if (desk.no_signing()) return *desk.no_signing();
  TRY(publish(desk.store(), desk.paths(), desk.settings(), desk.leaf_frame(), desk.now()));
  if (desk.witness_clerk()) desk.witness_clerk()();
  return Nothing{};
}

// ── 6. what two officers approved, leaves ──

namespace {

Result<bool> send_one(Desk& desk, Courier& courier, const OutboxItem& item) {
  Store& store = desk.store();
  TRY(check_not_receive_only(TRY(store.officers())));
  const Proposal proposal = TRY(store.find_proposal(Sight::of_software(), item.proposal));
  if (!proposal.approved)
    return fail(Fault::Refused, "a notice in the outbox that nobody approved", item.notice.text());
  const Signers signers = TRY(store.signers_of(item.proposal));
  const std::string body = TRY(store.blobs().get(proposal.proposed.body_blob()));
  const Authority authority =
      TRY(make_authority(proposal.proposed, *proposal.approved, signers.proposer, signers.approver, body));

  const Action action = TRY(store.find_action(Sight::of_software(), item.notice));
  TRY(may_send(action, authority));
  if (TRY(store.left_after(item.leaf_index, item.notice)))
    return fail(Fault::Refused, "the journal says that it left already", item.notice.text());

  const std::optional<LetterNote> note = TRY(note_for_letter(desk, item.leaf_index, proposal.approved->at));
  if (!note) return false;
  const std::string log_key = TRY(store.founded()).log_key;
  const InclusionProof proof =
      TRY(prove_leaf_under(note->note, desk.paths().log(), static_cast<std::uint64_t>(item.leaf_index), log_key));
  const Json opening = TRY(parse_json(TRY(store.opening(item.leaf_index))));
  std::vector<WitnessKey> witnesses;
  for (const WitnessAt& one : desk.settings().witnesses) witnesses.push_back(one.key);
  const Letter letter = TRY(write_letter(proposal.proposed, desk.settings().operator_, desk.annex().fictitious(), body,
                                         TRY(write_notice_proof(proof, opening, witnesses)), notice_code(proof.leaf),
                                         answer_way(desk, item.notice)));
  // What its recipient will check: that the line under the log's signature is about these bytes and these two people.
  // Rows of tables and officers' keys in them may be anybody's; that line is not.
  if (const Result<Json> checked = check_notice(letter.mail, log_key); !checked)
    return fail(Fault::Refused, "no authority to send: " + checked.error().message, item.notice.text());
  if (opening.find("hidden")->text_or("statement") != statement(proposal.proposed))
    return fail(Fault::Refused, "no authority to send: the line of the log is about another request",
                item.notice.text());
  HandedOver handed = TRY(hand_over(desk, courier, letter, authority, item.notice, LetterOf::Request));
  if (handed.how == HandedOver::How::Waits) return false;

  // One that was given up is a bounce as any other (charter 6.4): an officer takes it from there, and it comes to its
  // end.
  const bool taken = handed.how == HandedOver::How::Taken;
  NoticeSent event{item.notice, item.proposal, std::string(courier.name()), handed.receipt, letter.message_id};
  event.answer_code = TRY(digest_of_receipt(answer_way(desk, item.notice).code));
  const Instant now = desk.now();
  const Action left = TRY(sent(action, now));
  ActionWish next{taken ? ActionCommand::Deliver : ActionCommand::Bounce};
  if (taken) next.code = TRY(party_code(desk, item.notice)).digest;
  if (!taken) next.words = handed.receipt;
  const ActionMoved moved = TRY(decide(left, std::move(next), Mover::software(), now));
  std::vector<Change> changes;
  if (handed.change) changes.push_back(std::move(*handed.change));
  changes.push_back({event, "software", leaf_of_sending(desk, proposal.proposed, event, now)});
  changes.push_back({moved, "software", {}});
  TRY(store.append(changes, now));
  if (note->late) TRY(left_late(desk));
  return taken;
}

}  // namespace

AnswerWay answer_way(const Desk& desk, const NoticeId& notice) {
  return {letters_of(hmac_sha256(desk.report_key(), "answer " + notice.text())), desk.settings().answers.plus_address};
}

Result<std::int64_t> send_approved(Desk& desk, std::int64_t most) {
  const std::int64_t published = TRY(desk.store().published_size());
  const std::unique_ptr<Courier> courier = TRY(make_courier(desk.paths(), desk.settings()));
  std::int64_t tried = 0;
  Result<std::int64_t> left =
      send_each(TRY(desk.store().waiting_notices(desk.now())), [&](const OutboxItem& item) -> Result<bool> {
        if (item.leaf_index >= published || tried >= most) return false;
        const Result<bool> gone = send_one(desk, *courier, item);
        if (gone && *gone) ++tried;
        return gone;
      });
  TRY(publish(desk));
  return left;
}

Result<std::vector<OutboxItem>> read_notices(Desk& desk, const Permit<Act::ReadCase>& reader) {
  std::vector<OutboxItem> outbox = TRY(desk.store().outbox(reader.sight()));
  TRY(record_reading(desk, "notices", "", reader.officer()));
  return outbox;
}

Result<Nothing> finish_what_was_left(Desk& desk) {
  // Under a clock that is behind the record nothing is due, and the desk opens for the two who can say why.
  if (TRY(desk.store().entry_after(desk.now()))) return Nothing{};
  for (const Proposal& proposal : TRY(desk.store().proposals(Sight::of_software()))) {
    if (const std::optional<Lapsed> event = lapse(proposal, desk.now()))
      TRY(desk.store().append({{*event, "software", {}}}, desk.now()));
  }
  TRY(do_what_is_due(desk));
  TRY(publish(desk));
  // A courier that cannot be reached, or whose disk is full, must not keep the desk shut: the letter waits.
  const Result<std::int64_t> sent = send_what_waits(desk);
  if (!sent && !may_wait(sent.error())) return sent.error();
  return Nothing{};
}

}  // namespace cordon
