#include "report/arf.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/mapping.h"
#include "report/redact.h"
#include "report/text.h"
#include "report/xarf.h"

namespace cordon {
namespace {

constexpr std::size_t kMostFields = 1000;

using Fields = std::vector<std::pair<std::string, std::string>>;

// The header-like lines of a message/feedback-report part, names in lower case, folded lines joined.
Fields read_fields(std::string_view bytes) {
  Fields fields;
  for (std::string_view line : split(bytes, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (folded && !fields.empty()) {
      fields.back().second += " " + std::string(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || fields.size() == kMostFields) continue;
    fields.emplace_back(lower_ascii(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1))));
  }
  return fields;
}

std::string_view first(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

// Fields that name whoever complained or was written to.
bool is_personal(std::string_view name) {
  return name == "original-rcpt-to" || name == "original-mail-from" || name == "original-envelope-id" ||
         name.starts_with("redacted-") || name.starts_with("removal-");
}

// The words that the reporter wrote, or the mail that was passed on if there are none.
std::string words(const Mail& mail, bool enclosed) {
  std::string text;
  for (const std::string_view type : {"text/plain", "text/html"}) {
    for (const MailPart& part : mail.parts) {
      if (part.type != type || (part.enclosed > 0) != enclosed || !part.file_name.empty()) continue;
      text += part.bytes;
      if (!text.ends_with('\n')) text += '\n';
    }
    if (!trim(text).empty()) return text;
  }
  return {};
}

std::string attachments(const Mail& mail) {
  std::string list;
  for (const MailPart& part : mail.parts) {
    const bool text = part.enclosed == 0 && part.file_name.empty() && part.type.starts_with("text/");
    if (text || part.type == "message/feedback-report") continue;
    list += "[dropped: " + printable(part.type, 60) + ", " + std::to_string(part.bytes.size()) + " bytes]\n";
  }
  return list;
}

// What was complained about may name the thing in more than one way; RFC 5965 section 3.2 allows several
// Reported-URI and Reported-Domain fields.
std::vector<Candidate> reported(const Fields& fields) {
  std::vector<Candidate> candidates;
  for (const auto& [name, value] : fields) {
    if (name == "reported-uri") candidates.push_back({ObservableKind::Url, value});
  }
  for (const auto& [name, value] : fields) {
    if (name == "reported-domain") candidates.push_back({ObservableKind::Domain, value});
  }
  return candidates;
}

Reading read_feedback(const Mail& mail, const Fields& fields) {
  const std::string_view type = first(fields, "feedback-type");
  const auto meaning = arf_meaning(type);
  if (!meaning) return refuse_name(type, "Feedback-Type");
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning)) {
    return refuse(std::string(no->code), "Feedback-Type '" + printable(type, 60) + "': " + std::string(no->reason));
  }
  Matter matter = std::get<Matter>(*meaning);

  // In a complaint about spam Reported-Domain is the complainer's provider as often as the sender's; only
  // fraud and viruses are about a place.
  std::vector<Candidate> candidates;
  if (matter != Matter(Exposure::SpamSource)) candidates = reported(fields);
  if (matter == Matter(Category::Phishing) && candidates.empty()) matter = Category::Fraud;
  if (const auto source = first(fields, "source-ip"); !source.empty()) {
    candidates.push_back({ObservableKind::Ip, std::string(source)});
  }
  Json port;
  port.set("port", first(fields, "source-port"));  // RFC 6692
  Reading reading = choose(matter, candidates, port_member(port, "port"));
  if (!reading.code.empty()) return reading;
  const auto arrival = first(fields, "arrival-date");
  reading.seen_at = lenient_time(arrival.empty() ? first(fields, "received-date") : arrival);

  std::string kept;
  for (const auto& [name, value] : fields) {
    if (!is_personal(name)) kept += name + ": " + value + "\n";
  }
  kept += "\n" + words(mail, false) + attachments(mail);
  reading.kept = shorten(redact(kept, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

Reading read_words(std::optional<Matter> matter, const Mail& mail) {
  std::string text = "Subject: " + mail.header("Subject") + "\n\n" + words(mail, false);
  Reading reading = read_text(matter, text);
  if (reading.code == "no_observable") {
    // A mail that was passed on as it came: what it shows its reader is what is reported.
    if (const std::string original = words(mail, true); !original.empty()) {
      text += "\n" + original;
      reading = read_text(matter, text);
    }
  }
  if (!reading.code.empty()) return reading;
  reading.kept = shorten(redact(text + attachments(mail), reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

Reading read_any(std::optional<Matter> matter, const Mail& mail) {
  for (const MailPart& part : mail.parts) {
    if (part.enclosed == 0 && part.type == "message/feedback-report") {
      return read_feedback(mail, read_fields(part.bytes));
    }
  }
  for (const MailPart& part : mail.parts) {
    if (part.enclosed > 0 || (part.type != "application/json" && part.type != "text/json")) continue;
    if (const auto record = parse_json(part.bytes); record && is_xarf(*record)) return read_xarf(*record);
  }
  return read_words(matter, mail);
}

}  // namespace

Reading read_mail_report(std::optional<Matter> matter, const Mail& mail) {
  Reading reading = read_any(matter, mail);
  if (reading.code == "csam") return reading;  // nothing of it is kept, its id included
  std::string id = printable(mail.header("Message-ID"), 250);
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  reading.token = std::move(id);
  return reading;
}

}  // namespace cordon
