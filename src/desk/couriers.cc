#include "desk/couriers.h"

#include "base/files.h"
#include "base/text.h"
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
  SmtpCourier(SmtpServer server, std::string from) : server_(std::move(server)), from_(std::move(from)) {}
  std::string_view name() const override { return "smtp"; }
  Result<std::string> deliver(const Letter& letter, const Authority&) override {
    return send_by_smtp(server_, from_, letter.to, letter.mail);
  }

 private:
  SmtpServer server_;
  std::string from_;
};

}  // namespace

Result<SmtpServer> smtp_server(const Paths& paths, const Settings& settings) {
  SmtpServer server{settings.smtp_url, settings.smtp_user, {}};
  if (!settings.smtp_password_file.empty())
    server.password = trim(TRY(read_file(paths.inside(settings.smtp_password_file), 4096)));
  return server;
}

Result<std::unique_ptr<Courier>> make_courier(const Paths& paths, const Settings& settings) {
  if (settings.courier == "maildir")
    return std::unique_ptr<Courier>(new MaildirCourier(paths.inside(settings.maildir)));
  SmtpServer server = TRY(smtp_server(paths, settings));
  return std::unique_ptr<Courier>(new SmtpCourier(std::move(server), settings.operator_.address));
}

}  // namespace cordon
