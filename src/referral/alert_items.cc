#include "referral/alert_items.h"

#include "base/csv.h"
#include "referral/notice.h"
#include "referral/wording.h"
#include "referral/xarf.h"

namespace cordon {

std::string item_id(const Alert& alert, std::size_t place) {
  return make_uuid8(sha256("cordon/alert-item/1\n" + alert.id.text() + "\n" + std::to_string(place)));
}

bool has_item_table(const Alert& alert) {
  return alert.format == AlertFormat::Csv || alert.items.size() > kItemsInWords;
}

std::string item_table(const Alert& alert) {
  std::string table = std::string(kItemColumns) + "\r\n";
  for (std::size_t i = 0; i < alert.items.size(); ++i) {
    const AlertItem& item = alert.items[i];
    const std::optional<Observable> host = host_of(item.target);
    std::vector<std::string> cells{std::to_string(i + 1),
                                   item_id(alert, i),
                                   to_rfc3339(item.observed_at),
                                   std::string(name(item.target.kind())),
                                   host ? host->canonical() : std::string(),
                                   item.port ? std::to_string(*item.port) : std::string(),
                                   item.target.canonical(),
                                   std::string(alert.matter.id())};
    cells.insert(cells.end(), item.evidence.begin(), item.evidence.end());
    cells.push_back(item.responsible);
    table += write_csv_record(cells, ',');
  }
  return table;
}

std::string_view xarf_file_of(const Alert& alert) {
  if (alert.format == AlertFormat::Csv || !has_xarf_type(alert.matter)) return {};
  for (const AlertItem& item : alert.items)
    if (host_of(item.target)) return alert.items.size() == 1 ? "xarf.json" : "xarf.jsonl";
  return {};
}

std::string xarf_reports(const Alert& alert, const Operator& sender, bool fictitious) {
  std::string reports;
  for (std::size_t i = 0; i < alert.items.size(); ++i) {
    const AlertItem& item = alert.items[i];
    const std::string id = item_id(alert, i);
    const XarfFacts report_of{
        id,        alert.matter,     item.target,
        item.port, item.observed_at, "Sent by a standing rule; no officer has looked at this item.",
        sender,    fictitious};
    const std::optional<Json> report = xarf_part(report_of);
    if (report) reports += to_text(*report) + (alert.items.size() > 1 ? "\n" : "");
  }
  return reports;
}

}  // namespace cordon
