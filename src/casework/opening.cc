#include "casework/opening.h"

#include <algorithm>

namespace cordon {

bool may_wait_without_case(Matter matter, ObservableKind kind) {
  const bool technical = kind == ObservableKind::Url || kind == ObservableKind::Domain || kind == ObservableKind::Ip ||
                         kind == ObservableKind::FileHash;
  return technical && (matter.exposure() != nullptr || matter == Matter(Category::Malware) ||
                       matter == Matter(Category::IllegalAccess) || matter == Matter(Category::ServiceAttack) ||
                       matter == Matter(Category::Phishing));
}

Json to_json(const CaseOpened& event) {
  return Json::Object{{"case", event.case_id.text()},      {"matter", event.matter.id()}, {"frame", event.frame.hex()},
                      {"reports", to_json(event.reports)}, {"by", event.by.text()},       {"at", to_rfc3339(event.at)}};
}

Result<CaseOpened> read_case_opened(const Json& body) {
  CaseId case_id = TRY(CaseId::parse(TRY(body.text("case"))));
  const Matter matter = TRY(parse_matter(TRY(body.text("matter"))));
  const Digest frame = TRY(parse_digest(TRY(body.text("frame"))));
  std::vector<ReportPlace> reports = TRY(read_places(body, "reports"));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return CaseOpened{std::move(case_id), matter, frame, std::move(reports), std::move(by), at};
}

Result<CaseOpened> open_case(CaseId id, Matter matter, ObservableKind kind, const std::optional<CaseId>& there,
                             std::vector<ReportPlace> waiting, const Digest& frame, OfficerId by, Instant now) {
  if (!may_wait_without_case(matter, kind))
    return fail(Fault::Refused, "a " + std::string(name(kind)) + " of " + std::string(matter.id()) +
                                    " has its case from the first report on, and is asked for inside of one "
                                    "(charter, amendment 10)");
  if (there) return fail(Fault::Conflict, "there is a case of it", there->text());
  if (waiting.empty()) return fail(Fault::NotFound, "no report of it waits under " + std::string(matter.id()));
  std::sort(waiting.begin(), waiting.end());
  if (waiting.size() > kMostOpenedWith)
    waiting.erase(waiting.begin(), waiting.end() - static_cast<std::ptrdiff_t>(kMostOpenedWith));
  return CaseOpened{std::move(id), matter, frame, std::move(waiting), std::move(by), now};
}

}  // namespace cordon
