#include "desk/couriers.h"

#include "base/files.h"
#include "base/text.h"
#include "desk/alerts.h"
#include "desk/contact_files.h"
#include "desk/key_file.h"
#include "net/http_client.h"
#include "net/maildir.h"

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

// Letters to who takes them by POST (docs/answers.md, "By webhook"); any other goes on to the courier behind.
class WebhookCourier final : public Courier {
 public:
  WebhookCourier(std::unique_ptr<Courier> others, const Settings& settings, std::string authorities, SecretKey key)
      : others_(std::move(others)),
        webhooks_(settings.webhooks),
        authorities_(std::move(authorities)),
        origin_(settings.operator_.origin),
        key_(std::move(key)) {}
  std::string_view name() const override { return posted_ ? "webhook" : others_->name(); }
  bool reachable() const override { return posted_ || others_->reachable(); }
  Result<std::string> deliver(const Letter& letter, const Authority& authority) override {
    const auto webhook = webhooks_.find(lower_ascii(letter.to));
    posted_ = webhook != webhooks_.end();
    if (!posted_) return others_->deliver(letter, authority);
    const std::string body = to_text(Json::Object{{"format", "cordon-letter/1"},
                                                  {"desk", origin_},
                                                  {"message_id", letter.message_id},
                                                  {"to", letter.to},
                                                  {"mail", letter.mail}});
    http::Asked asked{"POST", webhook->second};
    asked.headers = {{"Content-Type", "application/json"},
                     {"Idempotency-Key", letter.message_id},
                     {"Cordon-Key", to_base64(key_.public_key())},
                     {"Cordon-Signature", to_base64(key_.sign("cordon/letter/1\n" + body))}};
    asked.body = body;
    asked.authorities = authorities_;
    const http::Answer answer = TRY(client_.ask(asked));
    const std::string line = "HTTP " + std::to_string(answer.status) + " " + printable(answer.body, 200);
    if (answer.status >= 200 && answer.status < 300) return line;
    const bool for_good = answer.status >= 400 && answer.status < 500 && answer.status != 408 && answer.status != 429;
    return fail(for_good ? Fault::Refused : Fault::Unavailable, line);
  }

 private:
  std::unique_ptr<Courier> others_;
  std::map<std::string, std::string> webhooks_;
  std::string authorities_, origin_;
  SecretKey key_;
  http::Client client_;
  bool posted_ = false;
};

}  // namespace

Result<SmtpServer> smtp_server(const Paths& paths, const Settings& settings) {
  SmtpServer server{settings.smtp_url, settings.smtp_user, {}};
  if (!settings.smtp_authorities.empty()) server.authorities = paths.inside(settings.smtp_authorities);
  if (!settings.smtp_password_file.empty())
    server.password = trim(TRY(read_file(paths.inside(settings.smtp_password_file), 4096)));
  return server;
}

Result<HandedOver> hand_over(Desk& desk, Courier& courier, const Letter& letter, const Authority& authority,
                             const std::optional<NoticeId>& notice, LetterOf of) {
  const std::optional<LetterRow> row = TRY(desk.store().letter(letter.message_id));
  const std::optional<LetterTries> before = row ? row->tries : std::nullopt;
  if (before && !may_try_now(*before, desk.now())) return HandedOver{HandedOver::How::Waits, before->line, {}};
  if (courier.name() != "maildir" && !desk.letters().take(letter.to.substr(letter.to.find('@') + 1)))
    return HandedOver{HandedOver::How::Waits, {}, {}};
  const Result<std::string> receipt = courier.deliver(letter, authority);
  if (receipt) return HandedOver{HandedOver::How::Taken, *receipt, {}};
  const Fault fault = receipt.error().fault;
  const bool later = fault == Fault::Unavailable && courier.name() != "maildir" && courier.reachable();
  const bool never = fault == Fault::Refused || fault == Fault::Malformed;
  if (!never && !later) return receipt.error();
  const Instant now = desk.now();
  LetterTried event;
  event.message_id = letter.message_id;
  event.notice = notice;
  event.request = of == LetterOf::Request;
  if (of != LetterOf::Party) event.to = of == LetterOf::Alert ? recipient_key(desk, letter.to) : letter.to;
  event.courier = std::string(courier.name());
  event.tries =
      tried_again(before, later ? NotTaken::Later : NotTaken::Never, receipt.error().message, now, desk.random());
  Change change{event, "software", {}};
  if (event.tries.state == LetterState::Waiting) {
    TRY(desk.store().append({change}, now));
    return HandedOver{HandedOver::How::Waits, event.tries.line, {}};
  }
  const bool gone = event.tries.state == LetterState::Undeliverable || says_no_such_address(event.tries.line);
  if (of != LetterOf::Party && gone) TRY(note_bounce(desk, letter.to, now));
  return HandedOver{HandedOver::How::GivenUp, std::string(name(event.tries.state)) + ": " + event.tries.line,
                    std::move(change)};
}

namespace {

Result<std::unique_ptr<Courier>> mail_courier(const Paths& paths, const Settings& settings) {
  if (settings.courier == "maildir")
    return std::unique_ptr<Courier>(new MaildirCourier(paths.inside(settings.maildir)));
  SmtpServer server = TRY(smtp_server(paths, settings));
  return std::unique_ptr<Courier>(new SmtpCourier(std::move(server), settings.operator_.address));
}

}  // namespace

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings) {
  std::unique_ptr<Courier> by_mail = TRY(mail_courier(paths, settings));
  if (settings.webhooks.empty()) return by_mail;
  SecretKey key = TRY(SecretKey::from_seed(TRY(read_key_file(paths.node_key()))));
  const std::string& authorities = settings.webhook_authorities;
  return std::unique_ptr<Courier>(new WebhookCourier(
      std::move(by_mail), settings, authorities.empty() ? authorities : paths.inside(authorities), std::move(key)));
}

}  // namespace cordon
