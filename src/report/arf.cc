#include "report/arf.h"

#include <utility>

#include "base/text.h"
#include "report/mapping.h"
#include "report/redact.h"

namespace cordon {
namespace {

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

}  // namespace

Reading read_feedback(const Fields& fields, std::string_view told) {
  const std::string_view type = first_field(fields, "feedback-type");
  const auto meaning = arf_meaning(type);
  if (!meaning) return refuse_name(type, "Feedback-Type");
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning)) return refuse_not_ours("Feedback-Type", type, *no);
  Matter matter = std::get<Matter>(*meaning);

  // In a complaint about spam Reported-Domain is the complainer's provider as often as the sender's; only
  // fraud and viruses are about a place.
  std::vector<Candidate> candidates;
  if (matter != Matter(Exposure::SpamSource)) candidates = reported(fields);
  if (matter == Matter(Category::Phishing) && candidates.empty()) matter = Category::Fraud;
  if (const auto source = first_field(fields, "source-ip"); !source.empty()) {
    candidates.push_back({ObservableKind::Ip, std::string(source)});
  }
  Reading reading = choose(matter, candidates, read_port(first_field(fields, "source-port")));  // RFC 6692
  if (!reading.code.empty()) return reading;
  const auto arrival = first_field(fields, "arrival-date");
  reading.seen_at = lenient_time(arrival.empty() ? first_field(fields, "received-date") : arrival);

  std::string kept;
  for (const auto& [name, value] : fields) {
    if (!is_personal_field(name)) kept += name + ": " + value + "\n";
  }
  kept += "\n";
  kept += told;
  reading.kept = shorten(redact(kept, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

}  // namespace cordon
