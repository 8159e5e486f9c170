#include "desk/answers.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <thread>

#include "base/confined.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/acts.h"
#include "desk/alerts.h"
#include "desk/contact_files.h"
#include "desk/flow.h"
#include "net/imap.h"
#include "net/mail.h"
#include "net/maildir.h"
#include "report/redact.h"

namespace cordon {

namespace {

constexpr std::size_t kMailsAtOnce = 200;
constexpr std::size_t kLettersAtOnce = 20;  // before the desk is free again
constexpr std::size_t kLongestPageAnswer = 5000;

constexpr std::array<std::pair<AnswerOutcome, std::string_view>, 9> kAnswerOutcomes{{
    {AnswerOutcome::Matched, "matched"},
    {AnswerOutcome::Unsure, "unsure"},
    {AnswerOutcome::Alert, "alert"},
    {AnswerOutcome::ForAnEye, "for_an_eye"},
    {AnswerOutcome::Unmatched, "unmatched"},
    {AnswerOutcome::Again, "again"},
    {AnswerOutcome::Own, "own"},
    {AnswerOutcome::Unreadable, "unreadable"},
    {AnswerOutcome::TooMany, "too_many"},
}};

// ── the confined worker ──

std::string read_reply_in_worker(std::string_view options, std::string_view item) {
  const Result<MailReply> reply = read_reply(item, options);
  if (reply) return to_text(Json::Object{{"reply", to_json(*reply)}});
  return to_text(Json::Object{{"why", printable(reply.error().message, 200)}});
}

const RegisterWorker kReplyWorker{{"reply", prepare_mail_reader, read_reply_in_worker}};

Result<std::vector<Result<MailReply>>> read_confined(const std::string& address,
                                                     const std::vector<std::string>& mails) {
  std::vector<std::string_view> items(mails.begin(), mails.end());
  ConfinedLimits limits;
  limits.cpu_seconds = 60;
  const std::vector<Result<std::string>> answers = TRY(run_confined("reply", address, items, limits));
  std::vector<Result<MailReply>> replies;
  for (const Result<std::string>& answer : answers) {
    if (!answer) {
      replies.emplace_back(answer.error());
      continue;
    }
    const Json read = TRY(parse_json(*answer));
    const Json* reply = read.find("reply");
    if (reply == nullptr) {
      replies.emplace_back(fail(Fault::Malformed, read.text_or("why")));
    } else {
      replies.push_back(read_reply_json(*reply));
    }
  }
  return replies;
}

// ── which request ──

Result<std::vector<NamedRequest>> named_by(Desk& desk, const MailReply& reply) {
  Store& store = desk.store();
  std::vector<NamedRequest> named;
  const auto add = [&](ReplyClue clue, const std::optional<NoticeId>& notice, bool request = true) -> Result<Nothing> {
    if (!notice) return Nothing{};
    const Action action = TRY(store.find_action(Sight::of_software(), *notice));
    const Proposal proposal = TRY(store.find_proposal(Sight::of_software(), action.proposal));
    named.push_back({clue, *notice, proposal.proposed.wish.contact, request});
    return Nothing{};
  };
  for (const std::string& code : reply.codes_of_address)
    TRY(add(ReplyClue::Address, TRY(store.notice_of_answer_code(sha256(code)))));
  for (const std::string& code : reply.codes) TRY(add(ReplyClue::Code, TRY(store.notice_of_answer_code(sha256(code)))));
  for (const std::string& id : reply.message_ids) {
    const std::optional<LetterRow> letter = TRY(store.letter(id));
    if (letter) TRY(add(ReplyClue::MessageId, letter->notice, letter->request));
  }
  return named;
}

// No address, no number of anybody and no code stays in them.
std::string kept_words(const std::string& text) { return redact(without_codes(text), {}, Phones::Redact); }

Result<Digest> keep_text(Desk& desk, const std::string& subject, const std::string& text,
                         const std::vector<ReplyAttachment>& attachments) {
  Json::Array list;
  for (const ReplyAttachment& one : attachments)
    list.push_back(Json::Object{{"name", kept_words(one.name)}, {"type", one.type}, {"size", one.size}});
  return desk.store().blobs().put(to_text(
      Json::Object{{"subject", kept_words(subject)}, {"text", kept_words(text)}, {"attachments", std::move(list)}}));
}

bool for_an_officer(const MailReply& reply, const ReplyMatch& match) {
  switch (reply.kind) {
    case ReplyKind::Human:
    case ReplyKind::Ticket:
      return true;
    case ReplyKind::Failed:
      return !match.failure_is_proven;
    case ReplyKind::Delivered:
    case ReplyKind::Delayed:
    case ReplyKind::OutOfOffice:
    case ReplyKind::Automatic:
      return false;
  }
  return true;
}

// What came back about a warning of a standing rule, by its Message-ID, which only its recipient and the servers on the
// way know: no line of the log shows it. A failure notice about the very address is put down and the address passed
// over; nothing where no warning is named.
Result<std::optional<TakenAnswer>> take_reply_to_alert(Desk& desk, const MailReply& reply, const std::string& token) {
  Store& store = desk.store();
  for (const std::string& id : reply.message_ids) {
    std::optional<LetterRow> letter = TRY(store.letter(id));
    if (!letter || letter->notice) continue;
    if (reply.kind == ReplyKind::Human) return std::optional(TakenAnswer{AnswerOutcome::ForAnEye});
    TakenAnswer taken{AnswerOutcome::Alert};
    taken.bounced = reply.kind == ReplyKind::Failed && letter->state == LetterState::Sent &&
                    recipient_key(desk, reply.failed_for) == letter->to;
    if (taken.bounced) {
      const Instant now = desk.now();
      LetterTried event;
      event.message_id = letter->message_id;
      event.to = letter->to;
      event.courier = "answer";
      event.tries = LetterTries{LetterState::Bounced, 1, letter->at, now, {}, "failure notice " + reply.status};
      TRY(store.append({{event, "software", {}}}, now, token, Json::Object{{"alert", letter->message_id}}));
      if (says_no_such_address(reply.status)) TRY(note_bounce(desk, reply.failed_for, now));
    }
    return std::optional(std::move(taken));
  }
  return std::optional<TakenAnswer>();
}

Result<TakenAnswer> take_reply(Desk& desk, const std::string& mail, const MailReply& reply) {
  Store& store = desk.store();
  if (reply.own) return TakenAnswer{AnswerOutcome::Own};
  const std::string token = "answer " + sha256(mail).hex();
  if (TRY(store.answer_to(token))) return TakenAnswer{AnswerOutcome::Again};
  const std::optional<ReplyMatch> match = match_reply(reply, TRY(named_by(desk, reply)));
  if (!match) {
    std::optional<TakenAnswer> of_alert = TRY(take_reply_to_alert(desk, reply, token));
    return of_alert ? *std::move(of_alert) : TakenAnswer{AnswerOutcome::Unmatched};
  }
  if (TRY(store.answers_of(match->notice)).size() >= kAnswersOfOne) return TakenAnswer{AnswerOutcome::TooMany};

  const Instant now = desk.now();
  const Action action = TRY(store.find_action(Sight::of_software(), match->notice));
  const bool bounces = match->failure_is_proven && find_move(action_moves(), action.state, ActionCommand::Bounce,
                                                             Mover::software(), action.notice.text());
  AnswerCame came{AnswerId::make(now, desk.random()), match->notice, now, reply.kind, match->clue};
  came.sure = match->sure;
  came.open = for_an_officer(reply, *match);
  came.sender = reply.from.substr(std::min(reply.from.size(), reply.from.find('@') + 1));
  if (reply.from.empty()) came.sender.clear();
  came.status = reply.status;
  came.ticket = kept_words(reply.ticket);
  came.proposed = reply.proposed;
  came.text = TRY(keep_text(desk, reply.subject, reply.text, reply.attachments));
  std::vector<Change> changes{{came, "software", {}}};
  if (bounces) {
    ActionWish wish{ActionCommand::Bounce};
    wish.words = "failure notice " + reply.status;
    const ActionMoved moved = TRY(decide(action, std::move(wish), Mover::software(), now));
    changes.push_back({moved, "software", {}});
  }
  TRY(store.append(changes, now, token, Json::Object{{"answer", came.id.text()}}));
  if (bounces && says_no_such_address(reply.status)) TRY(note_bounce(desk, reply.failed_for, now));
  return TakenAnswer{match->sure ? AnswerOutcome::Matched : AnswerOutcome::Unsure, {}, std::move(came), bounces};
}

}  // namespace

std::string_view name(AnswerOutcome outcome) {
  return std::find_if(kAnswerOutcomes.begin(), kAnswerOutcomes.end(),
                      [&](const auto& row) { return row.first == outcome; })
      ->second;
}

Result<std::vector<TakenAnswer>> take_answers(Desk& desk, const std::vector<std::string>& mails) {
  std::vector<TakenAnswer> taken;
  const std::vector<Result<MailReply>> replies = TRY(read_confined(desk.settings().operator_.address, mails));
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (!replies[i]) {
      taken.push_back({AnswerOutcome::Unreadable, replies[i].error().message});
      continue;
    }
    TakenAnswer one = TRY(take_reply(desk, mails[i], *replies[i]));
    taken.push_back(std::move(one));
  }
  return taken;
}

Result<AnswerCame> take_page_answer(Desk& desk, const PageAnswer& given) {
  if (given.nonce.size() < 22 || given.nonce.size() > 100) return fail(Fault::Malformed, "the form has no nonce");
  if (!valid_utf8(given.text) || given.text.size() > kLongestPageAnswer)
    return fail(Fault::Malformed, "your words have at most 5000 characters", "text");
  ProposedStep step;
  if (given.result == "need_more") {
    step.command = ActionCommand::Acknowledge;
  } else {
    step.result = TRY(parse_answer_result(given.result));
    const bool declined = *step.result == AnswerResult::Declined;
    if (declined) step.reason = TRY(parse_decline_reason(given.reason.empty() ? "no_reason" : given.reason));
  }
  const Digest code = TRY(digest_of_receipt(given.code));
  const std::optional<NoticeId> notice = TRY(desk.store().notice_of_answer_code(code));
  if (!notice) return fail(Fault::NotFound, "no letter of this desk bears this code");
  const std::string token = "answer " + sha256(code.hex() + " " + given.nonce).hex();
  if (const std::optional<Json> first = TRY(desk.store().answer_to(token))) {
    const AnswerId id = TRY(AnswerId::parse(TRY(first->text("answer"))));
    return TRY(desk.store().find_answer(Sight::of_software(), id)).came;
  }
  if (TRY(desk.store().answers_of(*notice)).size() >= kAnswersOfOne)
    return fail(Fault::Refused, "this request was answered too often; write to the desk");
  const Instant now = desk.now();
  AnswerCame came{AnswerId::make(now, desk.random()), *notice, now, ReplyKind::Human, {}};
  came.sure = came.open = true;
  came.proposed = step;
  came.text = TRY(keep_text(desk, {}, given.text, {}));
  TRY(desk.store().append({{came, "outside", {}}}, now, token, Json::Object{{"answer", came.id.text()}}));
  return came;
}

// ── what it said ──

Result<std::optional<ReadAnswer>> words_of(Desk& desk, const KeptAnswer& row) {
  const Result<std::string> kept = desk.store().blobs().get(row.came.text);
  if (!kept && kept.error().fault == Fault::NotFound) return std::optional<ReadAnswer>();
  if (!kept) return kept.error();
  const Json said = TRY(parse_json(*kept));
  ReadAnswer answer{row, said.text_or("subject"), said.text_or("text"), {}};
  for (const Json& one : TRY(said.list("attachments")))
    answer.attachments.push_back({one.text_or("name"), one.text_or("type"), one.number_or("size", 0)});
  return std::optional(std::move(answer));
}

Result<ReadAnswer> read_answer_text(Desk& desk, const Permit<Act::ReadCase>& reader, const AnswerId& id) {
  const KeptAnswer row = TRY(desk.store().find_answer(reader.sight(), id));
  std::optional<ReadAnswer> answer = TRY(words_of(desk, row));
  if (!answer) return fail(Fault::NotFound, "what it said was destroyed with its case", id.text());
  TRY(record_reading(desk, "notice", row.came.notice.text(), reader.officer()));
  return *std::move(answer);
}

// ── the mailbox ──

namespace {

Flag flag_of(const TakenAnswer& taken) {
  const bool done = taken.outcome == AnswerOutcome::Matched || taken.outcome == AnswerOutcome::Unsure ||
                    taken.outcome == AnswerOutcome::Again || taken.outcome == AnswerOutcome::Own ||
                    taken.outcome == AnswerOutcome::Alert;
  return done ? Flag::No : Flag::Yes;
}

void count(const TakenAnswer& taken, MailboxRead& read) {
  ++read.mails;
  ++(taken.outcome == AnswerOutcome::Matched  ? read.matched
     : taken.outcome == AnswerOutcome::Unsure ? read.unsure
                                              : read.others);
}

Result<Nothing> read_maildir(Desk& desk, std::mutex& in_use, MailboxRead& read) {
  const std::string box = desk.paths().inside(desk.settings().answers.maildir);
  for (;;) {
    const std::vector<std::string> files = TRY(new_mails(box, kMailsAtOnce));
    if (files.empty()) return Nothing{};
    std::vector<std::string> mails;
    for (const std::string& file : files) {
      Result<std::string> mail = read_file(box + "/new/" + file, kLargestAnswer);
      // One that is too large, or that another program took meanwhile, is read as an empty one: it names nothing.
      mails.push_back(mail ? *std::move(mail) : std::string());
    }
    std::vector<TakenAnswer> taken;
    {
      const std::lock_guard lock(in_use);
      taken = TRY(take_answers(desk, mails));
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
      count(taken[i], read);
      TRY(mark_taken(box, files[i], flag_of(taken[i])));
    }
  }
}

Result<Nothing> read_imap(Desk& desk, std::mutex& in_use, MailboxRead& read) {
  const AnswerSettings& settings = desk.settings().answers;
  ImapServer server{settings.imap, settings.imap_user, {}, settings.imap_folder};
  server.password = trim(TRY(read_file(desk.paths().inside(settings.imap_password_file), 4096)));
  if (!settings.imap_authorities.empty()) server.authorities = desk.paths().inside(settings.imap_authorities);
  ImapBox box(std::move(server));
  for (;;) {
    const std::vector<std::uint32_t> uids = TRY(box.not_taken(kMailsAtOnce));
    if (uids.empty()) return Nothing{};
    std::vector<std::string> mails;
    for (const std::uint32_t uid : uids) {
      Result<std::string> mail = box.fetch(uid, kLargestAnswer);
      if (!mail && mail.error().fault != Fault::Malformed) return mail.error();
      mails.push_back(mail ? *std::move(mail) : std::string());
    }
    std::vector<TakenAnswer> taken;
    {
      const std::lock_guard lock(in_use);
      taken = TRY(take_answers(desk, mails));
    }
    for (std::size_t i = 0; i < uids.size(); ++i) {
      count(taken[i], read);
      TRY(box.mark(uids[i], flag_of(taken[i]) == Flag::Yes ? ImapBox::Mark::TakenAndFlagged : ImapBox::Mark::Taken));
    }
  }
}

}  // namespace

Result<MailboxRead> read_mailbox(Desk& desk, std::mutex& in_use) {
  MailboxRead read;
  Result<Nothing> done = Nothing{};
  if (!desk.settings().answers.maildir.empty()) done = read_maildir(desk, in_use, read);
  if (!desk.settings().answers.imap.empty()) {
    const Result<Nothing> by_imap = read_imap(desk, in_use, read);
    if (!by_imap) done = by_imap;
  }
  if (!done) return done.error();
  return read;
}

// ── while it is served ──

struct MailClerk::Work {
  Desk& desk;
  std::mutex& in_use;
  Work(Desk& its_desk, std::mutex& guard) : desk(its_desk), in_use(guard) {}
  bool stop = false;
  std::mutex waiting = {};
  std::condition_variable wake = {};
  std::thread thread = {};

  void run() {
    constexpr std::int64_t kLookMs = 30'000;
    constexpr int kMostFailures = 5;
    Instant mailbox_at{0}, letters_at{0};
    int failures = 0;
    for (;;) {
      const Instant now = desk.now();
      if (now >= mailbox_at) {
        look_into_mailbox();
        mailbox_at = now + desk.settings().answers.every_minutes * 60'000;
      }
      if (now >= letters_at) {
        // A server that is away is left alone for longer each time, up to a quarter of an hour.
        failures = send_letters() ? 0 : std::min(failures + 1, kMostFailures);
        letters_at = now + (kLookMs << failures);
      }
      std::unique_lock lock(waiting);
      wake.wait_for(lock, std::chrono::milliseconds(kLookMs), [&] { return stop; });
      if (stop) return;
    }
  }

  void look_into_mailbox() {
    const Result<MailboxRead> read = read_mailbox(desk, in_use);
    const std::lock_guard lock(in_use);
    desk.mailbox_trouble() = read ? std::nullopt : std::optional(read.error());
    if (!read)
      std::fprintf(stderr, "cordon: the mailbox for answers was not read: %s; it is tried again\n",
                   read.error().message.c_str());
  }

  bool send_letters() {
    for (;;) {
      {
        const std::lock_guard lock(waiting);
        if (stop) return true;
      }
      const std::lock_guard lock(in_use);
      const Result<std::int64_t> sent = send_what_waits(desk, kLettersAtOnce);
      if (!sent) return may_wait(sent.error()) && sent.error().fault == Fault::Refused;
      if (*sent < static_cast<std::int64_t>(kLettersAtOnce)) return true;
    }
  }
};

MailClerk::MailClerk(Desk& desk, std::mutex& in_use) : work_(std::make_unique<Work>(desk, in_use)) {
  work_->thread = std::thread([work = work_.get()] { work->run(); });
}

MailClerk::~MailClerk() {
  {
    const std::lock_guard lock(work_->waiting);
    work_->stop = true;
  }
  work_->wake.notify_all();
  work_->thread.join();
}

}  // namespace cordon
