#include "desk/couriers.h"

#include "base/files.h"
#include "base/text.h"
#include "net/maildir.h"
#include "net/smtp.h"

namespace cordon {

namespace {

// Leaves each notice in a Maildir of the desk: nothing leaves the machine.
class MaildirCourier final : public Courier {
 public:
  explicit MaildirCourier(std::string folder) : folder_(std::move(folder)) {}
  std::string_view name() const override { return "maildir"; }
  Result<std::string> deliver(const Letter& letter, const Authority&) override {
    const Delivered delivered = TRY(deliver_to_maildir(folder_, letter.message_id, letter.mail));
    return std::string(delivered == Delivered::Already ? "it lay there already" : "delivered");
  }

 private:
  std::string folder_;
};

class SmtpCourier final : public Courier {
 public:
  SmtpCourier(SmtpServer server, std::string from) : talk_(std::move(server)), from_(std::move(from)) {}
  std::string_view name() const override { return "smtp"; }
  Result<std::string> deliver(const Letter& letter, const Authority&) override {
    reachable_ = false;
    SmtpAnswer answer = TRY(talk_.send(letter.answers.empty() ? from_ : letter.answers, letter.to, letter.mail));
    reachable_ = true;
    switch (answer.outcome) {
      case SmtpOutcome::Taken:
        return std::move(answer.line);
      case SmtpOutcome::Never:
        return fail(Fault::Refused, std::move(answer.line));
      case SmtpOutcome::Later:
        return fail(Fault::Unavailable, std::move(answer.line));
      case SmtpOutcome::Unknown:
        // It may lie there: it goes once more, under its Message-ID.
        return fail(Fault::Unavailable, "no answer came behind the mail: " + answer.line);
    }
    return fail(Fault::Unavailable, std::move(answer.line));
  }
  bool reachable() const override { return reachable_; }

 private:
  SmtpTalk talk_;
  std::string from_;
  bool reachable_ = true;
};

}  // namespace

Result<HandedOver> hand_over(Desk& desk, Courier& courier, const Letter& letter, const Authority& authority,
                             const NoticeId& notice, LetterOf of) {
  const std::optional<LetterRow> row = TRY(desk.store().letter(letter.message_id));
  const std::optional<LetterTries> before = row ? row->tries : std::nullopt;
  if (before && !may_try_now(*before, desk.now())) return HandedOver{HandedOver::How::Waits, before->line, {}};
  const bool paced = courier.name() == "smtp";
  if (paced && !desk.letters().take(letter.to.substr(letter.to.find('@') + 1)))
    return HandedOver{HandedOver::How::Waits, {}, {}};
  const Result<std::string> receipt = courier.deliver(letter, authority);
  if (receipt) return HandedOver{HandedOver::How::Taken, *receipt, {}};
  const Fault fault = receipt.error().fault;
  const bool later = fault == Fault::Unavailable && paced && courier.reachable();
  const bool never = fault == Fault::Refused || fault == Fault::Malformed;
  if (!never && !later) return receipt.error();
  const Instant now = desk.now();
  LetterTried event;
  event.message_id = letter.message_id;
  event.notice = notice;
  event.request = of == LetterOf::Request;
  if (of != LetterOf::Party) event.to = letter.to;
  event.courier = std::string(courier.name());
  event.tries =
      tried_again(before, later ? NotTaken::Later : NotTaken::Never, receipt.error().message, now, desk.random());
  Change change{event, "software", {}};
  if (event.tries.state == LetterState::Waiting) {
    TRY(desk.store().append({change}, now));
    return HandedOver{HandedOver::How::Waits, event.tries.line, {}};
  }
  return HandedOver{HandedOver::How::GivenUp, std::string(name(event.tries.state)) + ": " + event.tries.line,
                    std::move(change)};
}

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings) {
  if (settings.courier == "maildir")
    return std::unique_ptr<Courier>(new MaildirCourier(paths.inside(settings.maildir)));
  SmtpServer server{settings.smtp_url, settings.smtp_user, {}};
  if (!settings.smtp_authorities.empty()) server.authorities = paths.inside(settings.smtp_authorities);
  if (!settings.smtp_password_file.empty()) {
    server.password = trim(TRY(read_file(paths.inside(settings.smtp_password_file), 4096)));
  }
  return std::unique_ptr<Courier>(new SmtpCourier(std::move(server), settings.operator_.address));
}

}  // namespace cordon
