#include "bench/volume_desk.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/files.h"
#include "base/text.h"
#include "bench/figures.h"
#include "bench/index_data.h"

namespace cordon::bench {

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
std::size_t peak_megabytes(int whose) {
  rusage usage{};
  ::getrusage(whose, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

void show_figure(const VolumeOptions& options, const std::string& subject, double figure, const std::string& unit,
                 double ratio) {
  if (options.json)
    print_json({"volume", subject, figure, unit, ratio > 0 ? "cordon, taken in and grouped" : "",
                ratio > 0 ? std::optional(ratio) : std::nullopt},
               "volume");
  else if (ratio > 0)
    std::printf("  %-52s %12.1f %s   cordon does %.0f times that\n", subject.c_str(), figure, unit.c_str(), ratio);
  else
    std::printf("  %-52s %12.1f %s\n", subject.c_str(), figure, unit.c_str());
  std::fflush(stdout);
}

namespace {

std::string recipient_name(std::uint64_t number) { return "p" + std::to_string(number) + ".example.net"; }

}  // namespace

std::string feed_lines(std::uint64_t from, std::uint64_t events, std::uint64_t recipients, Instant now) {
  std::string lines;
  lines.reserve(events * 360);
  for (std::uint64_t i = from; i < from + events; ++i) {
    const std::string host =
        "h" + std::to_string(mixed(i) % 1'000'000'007) + "-" + std::to_string(i) + "." + recipient_name(i % recipients);
    lines += R"({"classification.identifier":"loader","classification.taxonomy":"malicious-code",)"
             R"("classification.type":"malware-distribution","event_id":"e)" +
             std::to_string(i) + R"(","feed.accuracy":100.0,"feed.name":"volume","feed.provider":"Example list",)" +
             R"("malware.name":"mirai","protocol.application":"http","protocol.transport":"tcp","source.fqdn":")" +
             host + R"(","source.port":)" + std::to_string(1 + mixed(i) % 60'000) + R"(,"source.url":"http://)" + host +
             R"(/load.exe","time.source":")" + to_rfc3339(now + -static_cast<std::int64_t>(1 + i % 3'600'000)) +
             "\"}\n";
  }
  return lines;
}

Result<Nothing> found_volume_desk(const Paths& paths, const VolumeOptions& options, const Clock& clock,
                                  Random& random) {
  TRY(Desk::found(paths, Fresh{"Bench", "csirt", "desk@bench.example", "bench.example/log", true}, clock, random));
  const std::string settings = TRY(read_file(paths.settings(), 1u << 20));
  TRY(write_file(paths.settings(), settings + R"(
[intake]
fold_only = ["volume", "burst"]
[sources.burst]
kind = "folder"
place = "burst"
category = "malware"
[feeds.volume]
publisher = "Example list"
publisher_kind = "private"
machine = "volume-fetcher"
categories = { "malware-distribution" = "malware" }
)"));
  std::string contacts;
  for (std::uint64_t i = 0; i < options.recipients; ++i)
    contacts += "[[contact]]\nrecipient = \"host\"\nfor = \"" + recipient_name(i) + "\"\naddress = \"abuse@" +
                recipient_name(i) + "\"\nname = \"Provider\"\n";
  return write_file(paths.contacts(), contacts);
}

Result<StandingRule> approved_rule(Desk& desk, const VolumeOptions& options) {
  for (const auto& [login, role] : std::initializer_list<std::pair<const char*, Role>>{
           {"analyst1", Role::Analyst}, {"approver1", Role::Approver}, {"legal1", Role::LegalReviewer}})
    TRY(desk.enrol(login, {role}, "a password of the bench", {}));
  const SignedIn analyst = TRY(desk.sign_in("analyst1", "a password of the bench", {}));
  const SignedIn approver = TRY(desk.sign_in("approver1", "a password of the bench", {}));
  const auto may_propose = TRY(permit<Act::Propose>(analyst.officer));
  const auto may_approve = TRY(permit<Act::Approve>(approver.officer));
  const std::int64_t items = static_cast<std::int64_t>((options.events + options.recipients - 1) / options.recipients);
  const RuleWish wish{ActionKind::Alert,
                      Category::Malware,
                      {ObservableKind::Url, ObservableKind::Domain},
                      Effect::CleanCompromise,
                      Recipient::Host,
                      "volume",
                      kMostAlertsADay,
                      30,
                      std::min(kMostItemsOfAlert, items)};
  const StandingRule rule = TRY(propose_rule(desk, may_propose, analyst.key, wish));
  return approve_rule(desk, may_approve, approver.key, rule.terms().id, digest_of(rule.terms()));
}

}  // namespace cordon::bench
