// Letters by their Message-ID, and what came back to them. The rules are referral's.
#include "base/text.h"
#include "store/impl.h"

namespace cordon {

namespace {

constexpr std::string_view kLetter = "SELECT message_id, notice, request, address, state, at, tries FROM letter ";

Result<LetterRow> read_letter(const Rows& row) {  // as kLetter
  LetterRow letter;
  letter.message_id = row.text(0);
  if (!row.null(1)) letter.notice = TRY(NoticeId::parse(row.text(1)));
  letter.request = row.integer(2) != 0;
  letter.to = row.text(3);
  letter.state = TRY(parse_letter_state(row.text(4)));
  letter.at = {row.integer(5)};
  if (!row.null(6)) letter.tries = TRY(read_letter_tries(TRY(parse_json(row.text(6)))));
  return letter;
}

constexpr std::string_view kAnswer =
    "SELECT a.state, a.body, a.settled, n.matter FROM answer a JOIN action n ON n.notice = a.notice ";

Result<KeptAnswer> read_answer_row(const Rows& row) {  // as kAnswer
  AnswerCame came = TRY(read_answer_came(TRY(parse_json(row.text(1)))));
  KeptAnswer answer{std::move(came)};
  answer.state = TRY(parse_answer_state(row.text(0)));
  if (!row.null(2)) answer.settled = TRY(read_answer_settled(TRY(parse_json(row.text(2)))));
  return answer;
}

}  // namespace

Result<std::vector<OutboxItem>> Store::waiting_notices(Instant now) const {
  std::vector<OutboxItem> items;
  Rows rows = TRY(
      impl_->database.query("SELECT o.notice, o.proposal, o.leaf_index, o.receipt FROM outbox o LEFT JOIN letter l ON "
                            "l.notice = o.notice AND "
                            "l.request = 1 WHERE o.sent = 0 AND (l.next_at IS NULL OR l.next_at <= $1) ORDER BY o.seq",
                            {now.ms}));
  while (TRY(rows.next())) {
    NoticeId notice = TRY(NoticeId::parse(rows.text(0)));
    ProposalId proposal = TRY(ProposalId::parse(rows.text(1)));
    items.push_back({std::move(notice), std::move(proposal), rows.integer(2), false, rows.text(3)});
  }
  return items;
}

Result<std::optional<LetterRow>> Store::letter(const std::string& message_id) const {
  Rows rows = TRY(impl_->database.query(std::string(kLetter) + "WHERE message_id = $1", {lower_ascii(message_id)}));
  if (!TRY(rows.next())) return std::optional<LetterRow>();
  LetterRow letter = TRY(read_letter(rows));
  return std::optional(std::move(letter));
}

Result<std::vector<LetterRow>> Store::letters_of(const NoticeId& id) const {
  std::vector<LetterRow> letters;
  Rows rows = TRY(
      impl_->database.query(std::string(kLetter) + "WHERE notice = $1 ORDER BY request DESC, message_id", {id.text()}));
  while (TRY(rows.next())) letters.push_back(TRY(read_letter(rows)));
  return letters;
}

Result<std::vector<LetterRow>> Store::alerts_given_up() const {
  std::vector<LetterRow> letters;
  Rows rows = TRY(impl_->database.query(
      std::string(kLetter) + "WHERE notice IS NULL AND state IN ('refused', 'undeliverable') ORDER BY message_id"));
  while (TRY(rows.next())) letters.push_back(TRY(read_letter(rows)));
  return letters;
}

Result<AddressBounces> Store::bounces_of(const std::string& address) const {
  Rows rows = TRY(impl_->database.query(
      "SELECT count(*), max(at) FROM letter WHERE address = $1 AND state IN ('refused', 'undeliverable', 'bounced')",
      {lower_ascii(address)}));
  AddressBounces bounces;
  if (!TRY(rows.next())) return bounces;
  bounces.count = rows.integer(0);
  if (!rows.null(1)) bounces.last = Instant{rows.integer(1)};
  return bounces;
}

Result<std::optional<NoticeId>> Store::notice_of_answer_code(const Digest& code) const {
  Rows rows = TRY(impl_->database.query("SELECT notice FROM outbox WHERE answer_code = $1", {code.hex()}));
  if (!TRY(rows.next())) return std::optional<NoticeId>();
  NoticeId notice = TRY(NoticeId::parse(rows.text(0)));
  return std::optional(std::move(notice));
}

Result<KeptAnswer> Store::find_answer(const Sight& sight, const AnswerId& id) const {
  const Error none = fail(Fault::NotFound, "there is no such answer", id.text());
  Rows rows = TRY(impl_->database.query(std::string(kAnswer) + "WHERE a.id = $1", {id.text()}));
  if (!TRY(rows.next())) return none;
  const Matter matter = TRY(parse_matter(rows.text(3)));
  if (!sight.sees(matter)) return none;
  return read_answer_row(rows);
}

Result<std::vector<KeptAnswer>> Store::answers_of(const NoticeId& id) const {
  std::vector<KeptAnswer> answers;
  Rows rows = TRY(impl_->database.query(std::string(kAnswer) + "WHERE a.notice = $1 ORDER BY a.seq", {id.text()}));
  while (TRY(rows.next())) answers.push_back(TRY(read_answer_row(rows)));
  return answers;
}

Result<std::vector<KeptAnswer>> Store::open_answers(const Sight& sight, std::int64_t limit) const {
  std::vector<KeptAnswer> answers;
  Rows rows =
      TRY(impl_->database.query(std::string(kAnswer) + "WHERE a.state = 'open' ORDER BY a.seq LIMIT $1", {limit}));
  while (TRY(rows.next())) {
    const Matter matter = TRY(parse_matter(rows.text(3)));
    if (sight.sees(matter)) answers.push_back(TRY(read_answer_row(rows)));
  }
  return answers;
}

Result<std::vector<Json>> Store::rows_of(const NoticeId& id) const {
  std::vector<Json> all;
  Rows rows = TRY(impl_->database.query(
      "SELECT seq, at, type, actor, body, leaf_index, digest FROM journal WHERE type IN ('proposed', 'approved', "
      "'notice_sent', 'letter_tried', 'action_moved', 'message_sent', 'party_moved', 'answer_came', 'answer_settled', "
      "'appeal_lodged', 'appeal_moved') AND (body LIKE $1 OR (type = 'approved' AND body LIKE '%' || (SELECT proposal "
      "FROM outbox WHERE notice = $2) || '%') OR (type = 'message_sent' AND EXISTS (SELECT 1 FROM message WHERE notice "
      "= $2 "
      "AND journal.body LIKE '%' || message.id || '%')) OR (type = 'answer_settled' AND EXISTS (SELECT 1 FROM answer "
      "WHERE notice = "
      "$2 AND journal.body LIKE '%' || answer.id || '%'))) ORDER BY seq",
      {"%\"" + id.text() + "\"%", id.text()}));
  while (TRY(rows.next())) {
    Json row = Json::Object{{"seq", rows.integer(0)}, {"at", to_rfc3339({rows.integer(1)})},
                            {"type", rows.text(2)},   {"actor", rows.text(3)},
                            {"body", rows.text(4)},   {"digest", rows.text(6)}};
    if (!rows.null(5)) row.set("leaf_index", rows.integer(5));
    all.push_back(std::move(row));
  }
  return all;
}

}  // namespace cordon
