// The desk's record: one append-only journal and the tables that are folded from it, in SQLite or PostgreSQL (DESIGN
// 4).
//
// A journal row's digest is SHA-256 over the canonical JSON of {actor, at, body, leaf, prev, seq, token, type}, where
// prev is the row before it and leaf the SHA-256 of the leaf staged with it. Tables change only by apply() of an event,
// in the transaction that appends it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "decision/leaf.h"
#include "officer/permit.h"
#include "store/blobs.h"
#include "store/database.h"
#include "store/event.h"
#include "store/sorted_runs.h"

namespace cordon {

// A batch as who takes it in has it at hand: what its run holds, and what each item is folded by (of one that was not
// accepted, anything). So the run is not read again to append it.
struct BatchAtHand {
  std::vector<RunItem> items;
  std::vector<RunKey> fold_keys;
};

// One event to append, who did it ("software" or a login), and its line in the public log where the charter
// marks the transition L.
struct Change {
  Event event;
  std::string actor;
  std::optional<SealedLeaf> leaf;
  const BatchAtHand* at_hand = nullptr;  // of a BatchTaken, where somebody has it
};

struct CaseSummary {
  CaseId id;
  Matter matter;
  Observable target;
  CaseState state;
  Instant opened_at;
  std::int64_t reports;
};
struct CaseFilter {
  std::optional<Matter> matter;
  std::optional<CaseState> state;
  std::int64_t limit = 50;
  std::optional<CaseId> after;  // cursor: cases opened after this one, oldest first
};

struct JournalRow;
struct OutboxItem {
  NoticeId notice;
  ProposalId proposal;
  std::int64_t leaf_index;  // of the approval's leaf
  bool sent;
  std::string receipt;
};

struct Signers {
  Officer proposer, approver;
};

// One report of a case: what was kept of it, redacted.
struct ReportOfCase {
  ReportId id;
  std::string source;
  Instant at;  // when it came
  std::string text;
};

struct PeerRow {
  Peer peer;
  Instant since;                   // when it was added
  std::int64_t last_in, last_out;  // sequence numbers
};
// A bundle that was made for a peer, or one of its that was taken in.
struct Crossing {
  Instant at;  // by this desk's clock
  std::variant<BundleOffered, ReferencesReceived> what;
};

// Where the reports of batches are found again without a row each (store/sorted_runs.h), and the secret that what is
// written there is keyed with, so that nobody can ask it for a name (amendment 9). Empty: this store is not asked.
struct Volume {
  std::string folder, key;
  // Whose a source is, where one organisation has several: they are not independent of one another.
  std::map<std::string, std::string> organisations = {};
};

// How many reports of a case there are, and how many sources that are independent of one another said so: the first
// grows with every repetition, the second does not.
struct SaidOfCase {
  std::int64_t reports = 0;  // that were not erased
  std::int64_t sources = 0;
};

struct HoldRow {
  Hold hold;
  std::optional<HoldLifted> lifted;
};

// What a step of the daily job has before it (charter 8.3).
struct DueCase {
  CaseId id;
  Matter matter;
  CaseState state;
  Instant clock_at;
  bool act = false;
  bool held = false;  // all of it, by a hold on it
};

// How far a disciplined clock may be set back between two entries.
inline constexpr std::int64_t kClockSlackMs = 60'000;

class Store {
 public:
  // Makes the record of a new desk, in a file or at "postgresql://…"; Conflict if there is one.
  static Result<Store> create(const std::string& address, Blobs blobs, Volume volume = {});
  // Opens for the one writer (the caller holds the desk's lock), or read-only.
  enum class Mode { Write, Read };
  static Result<Store> open(const std::string& address, Blobs blobs, Mode mode, Volume volume = {});
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Appends all of `changes` in one transaction, fsynced when it returns. A token that was used before changes
  // nothing: answer_to() has the first answer. `answer` is kept for a token that is not empty. Unavailable: `at` is
  // more than kClockSlackMs before the last entry's time, so one of the two clocks was wrong, and nothing is written
  // back in time unless two admins say which (ClockCorrected).
  Result<Nothing> append(const std::vector<Change>& changes, Instant at, const std::string& token = {},
                         const Json& answer = {});
  Result<std::optional<Json>> answer_to(const std::string& token) const;
  // The time of the last entry, where `now` is too far before it.
  Result<std::optional<Instant>> entry_after(Instant now) const;

  // ── a request that may be sent again ──
  struct KnownRequest {
    Digest request;
    std::optional<std::string> answer;  // nothing when the desk stopped between doing it and answering
  };
  Result<std::optional<KnownRequest>> known_request(const Digest& id) const;
  // From here on the next append also says that this was taken, in its own transaction; one that changes nothing is
  // never taken. end_request() takes that back where nothing was appended, and gives whether something was.
  void begin_request(const RequestTaken& request);
  bool end_request();

  // ── what is so ──
  Result<DeskFounded> founded() const;  // NotFound before the first event
  // A report that was taken in, and the case that it is in, if any.
  struct KnownReport {
    std::optional<CaseId> case_id;  // where it is now; nothing while it waits without one
    ReportPlace place = {};
    std::optional<Matter> matter = {};
  };
  Result<std::optional<KnownReport>> find_report(const ReportId& report) const;
  // For a batch: afterwards came_before() costs no more than memory for nearly every report that is new; of a large
  // one, case_for_report() too, for nearly every key that no case has.
  Result<Nothing> ready_for_batch(std::size_t records) const;
  RunKey key_of_fold(std::string_view fold_key) const;
  // Of a key: where its reports wait that have no case, the newest `limit`.
  Result<std::vector<ReportPlace>> waiting(const std::string& fold_key, std::size_t limit) const;
  // Whether any report was folded by this key. `reports` and `sources` that said so are two numbers.
  Result<bool> folded_before(const std::string& fold_key) const;
  Result<SortedRuns::Count> count_folded(const std::string& fold_key) const;
  // What became of the report whose receipt has this digest. NotFound says nothing about how near a guess was.
  struct Followed {
    ReceiptGiven receipt;
    std::optional<CaseState> state;  // of the case that it is in
    Instant at = {};                 // when it came
    std::optional<Action> act = {};  // the last one about that case
  };
  Result<Followed> follow(const Digest& receipt) const;
  Result<std::optional<CaseId>> case_of_key(const std::string& fold_key) const;
  // The same for a report that comes now: a case whose last act ended before `ended_before` takes no more, and the next
  // one names it.
  struct TakesReports {
    std::optional<CaseId> case_id, earlier;
    std::int64_t from_batch = 0;  // rows of batches before it are of no report that was folded into it
  };
  Result<TakesReports> case_for_report(const std::string& fold_key, const RunKey& key, Instant ended_before) const;
  // The case of a report that came before, given the case of its key now. Nothing: it did not come before.
  Result<std::optional<KnownReport>> came_before(const ReportId& report, const TakesReports& now) const;
  // What a case holds takes a Sight (officer/permit.h): out of sight is NotFound, in the same words as what is not
  // there.
  Result<Case> find_case(const Sight& sight, const CaseId& id) const;  // with evidence, facts, gates
  Result<std::vector<ReportOfCase>> reports_of(const Sight& sight, const CaseId& id) const;  // newest first, at most 50
  Result<SaidOfCase> said_of(const Sight& sight, const CaseId& id) const;
  Result<std::vector<CaseSummary>> list_cases(const Sight& sight, const CaseFilter& filter) const;
  Result<std::int64_t> count_cases() const;
  Result<std::vector<Officer>> officers() const;
  Result<Officer> officer_by_login(const std::string& login) const;
  Result<Officer> officer_by_id(const OfficerId& id) const;
  Result<std::vector<OfficerKey>> officer_keys(const OfficerId& id) const;  // every key ever, oldest first
  Result<ApiKey> find_api_key(const ApiKeyId& id) const;
  Result<std::vector<ApiKey>> api_keys() const;  // oldest first, the ended ones too
  Result<Proposal> find_proposal(const Sight& sight, const ProposalId& id) const;
  Result<std::vector<Proposal>> proposals(const Sight& sight) const;  // newest first, at most 1000
  Result<std::vector<Proposal>> open_proposals_of(const OfficerId& proposer) const;
  // Who signed an approved proposal, each with the key that was in force at that place of the journal: an officer may
  // have got a new one since. The journal's order decides and not its times, which a machine's clock can turn back.
  Result<Signers> signers_of(const ProposalId& id) const;
  Result<std::vector<OutboxItem>> outbox(const Sight& sight) const;  // every approved notice, oldest first
  // Those that did not leave and may be tried at that time, oldest first.
  Result<std::vector<OutboxItem>> waiting_notices(Instant now) const;

  // ── letters, and what came back (store/letters.cc) ──
  Result<std::optional<LetterRow>> letter(const std::string& message_id) const;  // any case of letters
  Result<std::vector<LetterRow>> letters_of(const NoticeId& id) const;           // the request first
  Result<AddressBounces> bounces_of(const std::string& address) const;
  // Alerts that their recipients' servers did not take, and those recipients as the record names them.
  Result<std::vector<LetterRow>> alerts_given_up() const;
  Result<std::optional<NoticeId>> notice_of_answer_code(const Digest& code) const;  // whose letters bear it
  Result<KeptAnswer> find_answer(const Sight& sight, const AnswerId& id) const;
  Result<std::vector<KeptAnswer>> answers_of(const NoticeId& id) const;                        // oldest first
  Result<std::vector<KeptAnswer>> open_answers(const Sight& sight, std::int64_t limit) const;  // oldest first
  // What the journal says of a request and what followed it, in its order, each row with its digest.
  Result<std::vector<Json>> rows_of(const NoticeId& id) const;

  // ── what follows a request (store/acts.cc) ──
  Result<Action> find_action(const Sight& sight, const NoticeId& id) const;
  Result<std::vector<Action>> actions_of(const CaseId& id) const;  // of it and what is joined into it, oldest first
  Result<std::vector<NoticeId>> actions_due(Instant now, std::int64_t limit) const;
  // Whose next step hangs on something else than the clock: a notice to a party, an appeal.
  Result<std::vector<NoticeId>> actions_in(ActionState state, std::int64_t limit) const;
  // Looks at a request's target, oldest first; the requests whose next one is due; when it is; and the requests whose
  // target was down and is there again, while nobody has gone on with the case.
  Result<std::vector<TargetLooked>> looks_at(const NoticeId& id) const;
  Result<std::vector<NoticeId>> looks_due(Instant now, std::int64_t limit) const;
  Result<std::optional<Instant>> next_look_at(const NoticeId& id) const;
  Result<std::vector<NoticeId>> targets_back(const Sight& sight) const;
  Result<std::optional<NoticeId>> notice_of_code(const Digest& code) const;  // by which a party may appeal
  Result<std::int64_t> approval_leaf(const NoticeId& id) const;
  struct WaitingMessage {
    Message message;
    std::int64_t leaf_index = 0;
    bool sent = false;
  };
  Result<std::vector<WaitingMessage>> waiting_messages() const;  // oldest first
  Result<std::vector<WaitingMessage>> messages_of(const NoticeId& id) const;
  // Whether the journal says, after the event of that line, that this notice or message left: rows of tables may say
  // anything, and a journal only grows.
  Result<bool> left_after(std::int64_t leaf_index, const NoticeId& notice) const;
  Result<bool> left_after(std::int64_t leaf_index, const LetterId& message) const;
  // Who signed a release, in its order, each with the key that was in force at that place of the journal.
  Result<std::vector<Officer>> signers_of(const Message& message) const;
  Result<std::optional<PartyNotice>> party_notice(const NoticeId& id) const;
  Result<std::vector<NoticeId>> party_notices_due(Instant now, std::int64_t limit) const;
  Result<OpenEnds> open_ends(const CaseId& id) const;
  Result<std::vector<Proposal>> proposals_of(const CaseId& id) const;
  Result<std::vector<CaseId>> cases_in(CaseState state, Instant clock_before, std::int64_t limit) const;

  Result<Appeal> find_appeal(const Sight& sight, const AppealId& id) const;
  Result<Appeal> appeal_by_receipt(const Digest& receipt) const;
  Result<std::vector<Appeal>> appeals(const Sight& sight, std::int64_t limit) const;  // newest first
  Result<std::vector<Appeal>> appeals_of(const NoticeId& id) const;                   // oldest first
  Result<std::vector<Appeal>> appeals_of_report(const Digest& receipt) const;
  Result<std::int64_t> peers_without_recall(const CaseId& id) const;  // that got its indicator and not that it is gone
  Result<std::vector<AppealId>> appeals_due(Instant now, std::int64_t limit) const;
  Result<std::vector<AppealId>> appeals_in(AppealState state, std::int64_t limit) const;
  Result<std::vector<Appeal>> appeals_over(Instant before, std::size_t limit) const;  // ended then or earlier

  // ── standing rules and their alerts (store/rules.cc) ──
  Result<StandingRule> find_rule(const RuleId& id) const;
  Result<std::vector<StandingRule>> rules(std::int64_t limit) const;  // newest first
  Result<std::vector<StandingRule>> rules_in_force() const;
  Result<std::vector<RuleId>> rules_due(Instant now, std::int64_t limit) const;
  // Who signed a rule that was approved, and who a recall, each with the key that was in force at that place.
  Result<Signers> signers_of(const RuleId& id) const;
  Result<std::vector<Officer>> signers_of(const AlertsRecalled& recall) const;
  struct AlertCounts {  // of items, and of mails
    std::int64_t waiting = 0, sent = 0, withheld = 0, recalling = 0, recalled = 0;
    std::int64_t mails_waiting = 0, mails_sent = 0;  // the latter with those that were taken back later
    std::int64_t left_out = 0;                       // of a rule
  };
  struct AlertBatchRow {
    AlertBatchId id;
    RuleId rule;
    Instant at;
    Digest blob, root;
    std::int64_t leaf_index = 0, alerts = 0;
    std::optional<AlertsRecalled> recalled = {};
    std::int64_t recall_leaf = 0;
    bool disposed = false;  // only its counts are left
  };
  Result<AlertBatchRow> find_alert_batch(const AlertBatchId& id) const;
  Result<std::vector<AlertBatchRow>> alert_batches_of(const RuleId& id, std::int64_t limit) const;  // newest first
  // Not disposed of, and with them what was kept for alerts; each with its id and its blob.
  Result<std::vector<std::pair<AlertBatchId, Digest>>> alert_blobs_before(Instant at, std::int64_t limit) const;
  Result<AlertCounts> count_alerts(const RuleId& id) const;
  Result<AlertCounts> count_alerts(const AlertBatchId& id) const;
  Result<std::int64_t> alerts_sent_since(const RuleId& id, Instant since) const;  // mails; later than that
  // The same by recipient, of all rules: how many mails.
  Result<std::map<std::string, std::int64_t>> mails_since(Instant since) const;
  // The rule has spoken of it, or is about to.
  Result<bool> alerted(const RuleId& id, const RunKey& key) const;
  // What waits for alerts to be composed of it: of each recipient how many items, and since when the oldest; in the
  // order of recipients.
  struct ItemsWaiting {
    std::string recipient;
    std::int64_t items = 0;
    Instant since;
  };
  Result<std::vector<ItemsWaiting>> items_waiting(const RuleId& id) const;
  struct PileRow {
    std::int64_t seq = 0;
    Digest blob;
    std::int64_t first_item = 0, items = 0;
  };
  Result<std::vector<PileRow>> piles_of(const RuleId& id, const std::string& recipient) const;  // oldest first
  struct LeavingAlert {
    AlertBatchId batch;
    std::int64_t position = 0;
    std::string recipient = {};
  };
  // In the order of their batches, whose ids are in the order of time.
  Result<std::vector<LeavingAlert>> alerts_waiting(const RuleId& id, std::int64_t limit) const;
  Result<LeavingAlert> find_waiting_alert(const AlertBatchId& batch, std::int64_t position) const;  // NotFound
  Result<std::vector<LeavingAlert>> recalls_waiting(std::int64_t limit) const;
  // Batches of reports that came from a source at or after this, oldest first.
  Result<std::vector<std::pair<BatchTaken, Instant>>> batches_from(const std::string& source, Instant since) const;

  Result<Json> counts() const;  // for status pages: {"cases":…, "reports":…, "outcomes":{…}}

  // ── what one officer did alone (charter 6.9) ──
  Result<Glass> find_glass(const Sight& sight, const NoticeId& id) const;
  Result<std::vector<Glass>> glasses(const Sight& sight) const;  // newest first, at most 1000
  Result<std::vector<Glass>> glasses_due(Instant now) const;
  struct WaitingGlass {
    Glass glass;
    GlassState said;  // what has not left yet: used, or reversed
    std::int64_t leaf_index;
  };
  Result<std::vector<WaitingGlass>> waiting_glasses() const;  // oldest first
  Result<Officer> signer_of_glass(const NoticeId& id) const;  // with the key that was in force then

  // ── the guard over sensitive holders (charter 11.3) ──
  Result<std::optional<SensitiveListKept>> sensitive_list() const;  // the one in force
  Result<bool> met_sensitive_target(const CaseId& id) const;        // that is on record of this case

  Result<std::optional<UnListKept>> un_list() const;  // the Security Council's, the one in force

  // ── peers (share) ──
  Result<std::vector<PeerRow>> peers() const;
  Result<PeerRow> find_peer(const std::string& desk) const;
  Result<std::vector<Proposal>> acts_sent() const;  // proposals approved and sent, oldest first
  Result<std::vector<std::string>> offered_to(const std::string& desk, Instant since) const;  // ids, not recalled
  Result<std::vector<Crossing>> crossings(std::int64_t limit) const;                          // newest first
  Result<std::vector<Reference>> references(Instant now) const;  // active ones whose time is not over

  // ── time stamps ──
  struct Stamp {
    StampAsked asked;
    Instant at;  // when it was asked for
    std::optional<StampKept> kept;
  };
  Result<std::vector<Stamp>> stamps() const;  // oldest first
  Result<std::optional<Stamp>> waiting_stamp() const;
  // The last row that a stamp was asked over, and whether rows came since that are worth another.
  struct Unstamped {
    std::int64_t last = 0;
    Instant asked_at;  // the last time
    bool more = false;
    bool exported = false;  // evidence left the desk since
  };
  Result<Unstamped> unstamped() const;
  Result<std::vector<Digest>> row_digests(std::int64_t first, std::int64_t last) const;

  // ── the log's staged leaves ──
  Result<std::int64_t> leaf_count() const;
  Result<std::vector<std::string>> leaves(std::int64_t from, std::int64_t count) const;
  Result<std::int64_t> published_size() const;                 // of the last CheckpointPublished; 0 before
  Result<std::string> opening(std::int64_t leaf_index) const;  // NotFound after its erasure

  // The rows of the journal about a case's evidence, in their order, each with its digest: what custody rests on.
  Result<std::vector<Json>> custody_rows(const CaseId& id) const;

  // ── the end of things (charter 8.3, 8.4) ──
  Result<std::vector<HoldRow>> holds(const std::optional<CaseId>& of = {}) const;  // oldest first
  // Cases of which the clock began at or before these, oldest first: `unworked` for those in which no officer did
  // anything, `worked` for other ones without an act, `acted` for those with one. Held ones have an end of their own.
  struct DueBefore {
    Instant unworked, worked, acted;
  };
  Result<std::vector<DueCase>> due_cases(const DueBefore& before, Instant now, bool held, std::int64_t limit) const;
  // Batches of which something was refused or waits without a case, that came at or before this, oldest first.
  struct DueBatch {
    std::int64_t batch = 0, run_size = 0;  // its row, its bytes
  };
  Result<std::vector<DueBatch>> due_batches(Instant before, std::int64_t limit) const;
  struct Family {
    std::vector<CaseId> cases;         // the case and what is joined into it
    std::vector<ReportPlace> openers;  // where the target of each stands; of one that was split off, nowhere
    std::vector<Destroyed> frames;
  };
  Result<Family> family(const CaseId& id) const;
  // Where its reports stand, those of joined ones too; at most `limit` of a key. Some may be tombstones by now.
  Result<std::vector<ReportPlace>> places_of(const CaseId& id, std::size_t limit) const;
  // Writes the batch anew with tombstones and gives what an event says of it; the old one is still there. Nothing where
  // all of these are tombstones already. `caseless`: what was not accepted, and what waits without a case, goes too.
  struct Cut {
    BatchRecut recut;
    std::int64_t reports = 0, refused = 0;  // how many of each go
  };
  Result<std::optional<Cut>> cut_batch(std::int64_t batch, std::set<std::int64_t> positions,
                                       const std::set<std::int64_t>& emptied, bool caseless);
  // Once the event is on record: destroys the old keys and bytes. The sorted runs still name the places until
  // forget_places(), which writes them anew.
  Result<Nothing> finish_cuts(const std::vector<BatchRecut>& recuts, const std::vector<Destroyed>& frames);
  Result<Nothing> forget_places();
  Result<Nothing> wipe_deleted();               // what the database keeps of deleted rows beside its tables
  Result<std::uint64_t> count_reports() const;  // that the sorted runs hold
  // The run of a batch as it lies now.
  Result<std::string> run_of(const BatchId& batch) const;

  // Destroys the keys and the bytes of whatever is on record as erased and still has them: after each erasure, and
  // after a crash. `only`: of this one.
  Result<Nothing> finish_erasures(const EvidenceErased* only = nullptr);

  Blobs& blobs();
  const Blobs& blobs() const;

 private:
  struct Impl;
  Result<Nothing> read_back(const JournalRow& written) const;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Reads every row again from the first: chain, digests, run blobs, leaves; folds all events into a fresh
// database and compares every table with the one on disk. Corrupt names the row and what differs. Gives counts.
Result<Json> verify_journal(const std::string& address, const Blobs& blobs);
// Rebuilds every table from the journal (after verifying its chain), in one transaction. The caller holds the lock.
Result<Json> replay_journal(const std::string& address, const Blobs& blobs);

// ── from a copy (`cordon restore`) ──

// A record of these rows and openings at an empty place, its tables folded from them, in one transaction: every digest,
// the chain and every blob that is named are checked, but those of `also_erased`, whose keys went after the last row.
// Gives counts.
Result<Json> make_record(const std::string& to, const Blobs& blobs, const RowSource& rows, const RowSource& openings,
                         const std::set<EvidenceId>& also_erased);
// Takes a record away that was just made.
Result<Nothing> remove_record(const std::string& address);

// ── to another home (`cordon move`) ──

// Conflict where a record is already, Unavailable or Usage where none can be.
Result<Nothing> may_hold_a_record(const std::string& address);
// Copies journal and openings to an empty place in one transaction, folds the tables there anew, and compares every row
// of every table with the one here. A copy that an earlier attempt finished is compared alone. Gives counts.
Result<Json> copy_record(const std::string& from, const std::string& to, const Blobs& blobs);
// From here on no Store opens this copy. Doing it again changes nothing.
Result<Nothing> retire_record(const std::string& address);

}  // namespace cordon
