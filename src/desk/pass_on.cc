#include "desk/pass_on.h"

#include <algorithm>
#include <span>

#include "base/digest.h"
#include "base/text.h"
#include "desk/couriers.h"
#include "law/refused.h"
#include "net/maildir.h"
#include "net/smtp.h"

namespace cordon {
namespace {

// What is refused by a label alone. A hotline's matter is nobody else's, and what is broken or says nothing is no mail
// of another desk.
bool is_not_ours(const ReadRecord& record) {
  if (record.outcome != Outcome::Refused || record.code == "csam") return false;
  return record.code == "out_of_scope" || find_refused(record.code) != nullptr;
}

// Lines as SMTP has them (RFC 5321 2.3.8), which is how the mail came before somebody stored it.
std::string with_crlf(std::string_view mail) {
  std::string out;
  out.reserve(mail.size() + mail.size() / 32 + 2);
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) out += '\r';
    out += mail[i];
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

// Into a folder of its own in the Maildir of notices (Maildir++), where the courier is one.
Result<Nothing> leave(const Desk& desk, std::string_view mail) {
  const Settings& settings = desk.settings();
  if (settings.courier == "maildir") {
    TRY(deliver_to_maildir(desk.paths().inside(settings.maildir) + "/.passed-on", sha256(mail).hex(), mail));
    return Nothing{};
  }
  const SmtpServer server = TRY(smtp_server(desk.paths(), settings));
  TRY(send_by_smtp(server, settings.operator_.address, settings.pass_on, with_crlf(mail)));
  return Nothing{};
}

}  // namespace

Result<Nothing> pass_on_what_is_not_ours(const Desk& desk, const Incoming& incoming, std::string_view bytes,
                                         std::vector<ReadRecord>& records) {
  if (desk.settings().pass_on.empty()) return Nothing{};
  if (const auto format = recognise(incoming, bytes); !format || *format != Format::Mail) return Nothing{};
  for (std::size_t first = 0; first < records.size();) {
    std::size_t end = first + 1;
    while (end < records.size() && records[end].offset == records[first].offset) ++end;
    const std::span<ReadRecord> mail(records.data() + first, end - first);
    first = end;
    if (!std::ranges::all_of(mail, is_not_ours)) continue;
    const Result<Nothing> left = leave(desk, bytes.substr(mail.front().offset, mail.front().length));
    const bool for_good = !left && (left.error().fault == Fault::Refused || left.error().fault == Fault::Malformed);
    if (!left && !for_good) return left.error();
    for (ReadRecord& record : mail) {
      if (left) record.code = "passed_on";
      record.reason += left ? "; passed on" : "; not passed on: " + printable(left.error().message, 200);
    }
  }
  return Nothing{};
}

}  // namespace cordon
