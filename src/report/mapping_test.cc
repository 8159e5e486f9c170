#include "report/mapping.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

// "C05", "H03", a refusal's code, or "-" for a name in no table.
std::string_view said(const std::optional<Meaning>& meaning) {
  if (!meaning) return "-";
  if (const Matter* matter = std::get_if<Matter>(&*meaning)) return matter->number();
  return std::get<NotOurs>(*meaning).code;
}

struct Pair {
  std::string_view name, means;
};

// Planted bug: copyright/* mapped to C06.
TEST(Mapping, of_xarf_follows_the_charter) {
  const Pair kPairs[] = {{"content/phishing", "C05"},
                         {"content/malware", "C01"},
                         {"content/fraud", "C06"},
                         {"content/csam", "csam"},
                         {"content/csem", "csam"},
                         {"messaging/csam", "csam"},
                         {"content/remote_compromise", "C02"},
                         {"content/brand_infringement", "trademark"},
                         {"content/suspicious_registration", "out_of_scope"},
                         {"content/exposed_data", "leak"},
                         {"copyright/p2p", "copyright"},
                         {"copyright/anything", "copyright"},
                         {"connection/ddos", "C03"},
                         {"connection/infected-host", "C03"},
                         {"connection/login_attack", "C02"},
                         {"connection/sql_injection", "C02"},
                         {"connection/port_scan", "out_of_scope"},
                         {"connection/reconnaissance", "out_of_scope"},
                         {"connection/vulnerability_scan", "out_of_scope"},
                         {"connection/scraping", "out_of_scope"},
                         {"infrastructure/botnet", "C03"},
                         {"infrastructure/compromised-server", "C02"},
                         {"messaging/spam", "H03"},
                         {"messaging/bulk_messaging", "H03"},
                         {"vulnerability/open_service", "H01"},
                         {"vulnerability/misconfiguration", "H01"},
                         {"vulnerability/cve", "H02"},
                         {"reputation/blocklist", "out_of_scope"},
                         {"content/blasphemy", "-"},
                         {"", "-"}};
  for (const Pair& pair : kPairs) {
    const auto slash = pair.name.find('/');
    const auto type = slash == std::string_view::npos ? std::string_view() : pair.name.substr(slash + 1);
    EXPECT_EQ(said(xarf_meaning(pair.name.substr(0, slash), type)), pair.means) << pair.name;
  }
}

TEST(Mapping, of_intelmq_follows_the_charter_and_amendment_8) {
  const Pair kPairs[] = {{"infected-system", "C03"},
                         {"malware-distribution", "C01"},
                         {"c2-server", "C01"},
                         {"c2server", "C01"},
                         {"c&c", "C01"},
                         {"malware_configuration", "C01"},
                         {"dga-domain", "C01"},
                         {"malware", "C01"},
                         {"phishing", "C05"},
                         {"masquerade", "C05"},
                         {"unauthorised-use-of-resources", "C06"},
                         {"brute-force", "C02"},
                         {"ids-alert", "C02"},
                         {"exploit", "C02"},
                         {"system-compromise", "C02"},
                         {"privileged-account-compromise", "C02"},
                         {"unprivileged-account-compromise", "C02"},
                         {"application-compromise", "C02"},
                         {"unauthorised-information-access", "C02"},
                         {"unauthorised-information-modification", "C07"},
                         {"ddos", "C03"},
                         {"dos", "C03"},
                         {"ddos-amplifier", "H02"},
                         {"vulnerable-system", "H02"},
                         {"weak-crypto", "H02"},
                         {"potentially-unwanted-accessible", "H01"},
                         {"misconfiguration", "H01"},
                         {"spam", "H03"},
                         {"blacklist", "out_of_scope"},
                         {"scanner", "out_of_scope"},
                         {"proxy", "out_of_scope"},
                         {"tor", "tor"},
                         {"other", "other"},
                         {"undetermined", "unspecified"},
                         {"", "unspecified"},
                         {"test", "out_of_scope"},
                         {"harmful-speech", "hate_speech"},
                         {"violence", "out_of_scope"},
                         {"copyright", "copyright"},
                         {"burglary", "out_of_scope"},
                         {"sabotage", "out_of_scope"},
                         {"outage", "out_of_scope"},
                         {"extremism", "-"}};
  for (const Pair& pair : kPairs) EXPECT_EQ(said(intelmq_meaning(pair.name)), pair.means) << pair.name;
}

TEST(Mapping, of_feedback_types_takes_abuse_fraud_and_viruses) {
  const Pair kPairs[] = {{"abuse", "H03"},
                         {"Fraud", "C05"},
                         {"virus", "C01"},
                         {"not-spam", "out_of_scope"},
                         {"auth-failure", "out_of_scope"},
                         {"opt-out", "out_of_scope"},
                         {"other", "other"},
                         {"x", "-"}};
  for (const Pair& pair : kPairs) EXPECT_EQ(said(arf_meaning(pair.name)), pair.means) << pair.name;
}

// Planted bug: a name that is not in the table mapped by a word inside of it ("pre-phishing" in legacy_xarf_meaning()).
TEST(Mapping, of_what_programs_write_into_mail) {
  for (const auto& [name, means] : {Pair{"Login-Attack", "C02"},
                                    {"login_attack", "C02"},
                                    {"LoginAttack", "C02"},
                                    {"malware-attack", "C01"},
                                    {"phishing", "C05"},
                                    {"regbot", "H03"},
                                    {"Childabuse", "csam"},
                                    {"Port-Scan", "out_of_scope"},
                                    {"harvesting", "out_of_scope"},
                                    {"Trademark", "trademark"},
                                    {"info", "unspecified"},
                                    {"", "unspecified"},
                                    {"pre-phishing", "-"},
                                    {"harassment", "-"}})
    EXPECT_EQ(said(legacy_xarf_meaning(name)), means) << name;
  for (const auto& [finding, means] : {Pair{"VENDOR.MALWARE.URL.GEN", "C01"},
                                       {"Shadowserver Botnet Drone", "C03"},
                                       {"vendor-childabuse", "csam"},
                                       {"openresolver", "-"},
                                       {"no such thing", "-"},
                                       {"", "-"}})
    EXPECT_EQ(said(finding_meaning(finding)), means) << finding;
  for (const auto& [report, means] : {Pair{"scan_ntp", "H02"},
                                      {"scan_redis", "H01"},
                                      {"scan_something_new", "H01"},
                                      {"sinkhole_http_drone", "C03"},
                                      {"compromised_website", "C02"},
                                      {"blocklist", "out_of_scope"},
                                      {"something_else", "-"}})
    EXPECT_EQ(said(shadowserver_meaning(report)), means) << report;
  EXPECT_EQ(said(safe_browsing_meaning("1")), "C05");
  EXPECT_EQ(said(safe_browsing_meaning("9")), "-");
}

}  // namespace
}  // namespace cordon
