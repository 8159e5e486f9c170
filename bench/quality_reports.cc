// Threat reports whose authors also gave the list: ESET, Unit 42, Volexity. Each folder's SOURCE.md says how its truth
// was made and how far it can be trusted.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "bench/quality.h"
#include "report/csv.h"

namespace cordon::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 16u << 20;

using Row = std::vector<std::string>;

// The rows of a tab-separated file, without its header.
Result<std::vector<Row>> read_table(const std::string& path) {
  const std::string text = TRY(read_file(path, kLargest));
  std::vector<Row> rows;
  bool header = true;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!std::exchange(header, false) && !line.empty()) {
      const auto cells = split(line, '\t');
      rows.emplace_back(cells.begin(), cells.end());
    }
  }
  return rows;
}

bool skipped(const std::string& set, const Error& error) {
  std::printf("skipped: %s: %s %s\n", set.c_str(), error.message.c_str(), error.where.c_str());
  return true;
}

std::vector<const Seen*> all_of(const std::vector<Seen>& seen) {
  std::vector<const Seen*> all;
  for (const Seen& one : seen) all.push_back(&one);
  return all;
}

struct Claim {
  std::string group;
  FoundKind kind;
  std::string value;
};

FoundKind name_kind(std::string_view value) { return value.ends_with(".onion") ? FoundKind::Onion : FoundKind::Domain; }

// What a MISP type claims; more than one thing in "domain|ip".
std::vector<Claim> claims_of(const std::string& type, const std::string& value) {
  const auto parts = split(value, '|');
  const auto part = [&](std::size_t i) { return std::string(i < parts.size() ? parts[i] : ""); };
  if (type == "md5" || type == "sha1" || type == "sha256") return {{"hash", FoundKind::FileHash, value}};
  if (type == "filename|sha1") return {{"hash", FoundKind::FileHash, part(1)}};
  if (type == "domain") return {{"domain", name_kind(value), value}};
  if (type == "domain|ip") return {{"domain", name_kind(part(0)), part(0)}, {"ip", FoundKind::Ip, part(1)}};
  if (type == "ip-dst" || type == "ip-src" || type == "ip-dst|port") return {{"ip", FoundKind::Ip, part(0)}};
  if (type == "url" || type == "link") return {{"url", FoundKind::Url, value}};
  if (type == "email-dst") return {{"email", FoundKind::Email, value}};
  if (type == "vulnerability") return {{"cve", FoundKind::Cve, value}};
  return {};  // file names, mutexes and registry keys are no identifiers of infrastructure
}

// Every README of one report, as one text.
std::string readmes(const std::string& folder) {
  std::string text;
  std::error_code failed;
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed))
    if (entry.path().extension() == ".adoc") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths)
    if (const auto one = read_file(path, kLargest)) text += *one + "\n";
  return text;
}

}  // namespace

bool judge_eset(const Options& options, const std::string& data) {
  const std::string folder = data + "/reports/eset-malware-ioc";
  const auto rows = read_table(folder + "/truth.tsv");
  if (!rows) return skipped("eset", rows.error());
  Sheet sheet("eset");
  std::map<std::string, std::vector<Row>> by_report;
  for (const Row& row : *rows) by_report[row.at(0)].push_back(row);
  for (const auto& [report, claimed] : by_report) {
    const std::string text = readmes(folder + "/" + report);
    const Sight sight(text);
    const auto finds = all_of(sight.finds()), held_back = all_of(sight.held_back());
    std::set<std::string> hashes;
    std::string marked;
    for (const Row& row : claimed) {
      for (const Claim& claim : claims_of(row.at(1), row.at(2))) {
        if (claim.kind == FoundKind::FileHash) hashes.insert(lower_ascii(claim.value));
        marked += lower_ascii(claim.value) + "\n";
        if (row.at(3) != "1") continue;
        std::string how;
        const Verdict verdict = judge(claim.kind, claim.value, finds, held_back, &how);
        std::string note = report + " ";
        note += claim.value + (how.empty() ? "" : " (" + how + ")");
        sheet.add(claim.group, verdict, note);
        sheet.add("all", verdict, claim.group + " " + note);
      }
    }
    // Only the hashes of the lists are complete, so only they tell what is too much.
    for (const Seen& seen : sight.finds()) {
      const std::string hex = seen.canonical.substr(seen.canonical.find(':') + 1);
      if (seen.kind == FoundKind::FileHash && !hashes.contains(hex))
        sheet.beyond("hash", report + " line " + std::to_string(sight.line_of(seen.offset)) + " " + seen.written);
      if (seen.kind == FoundKind::Domain && !seen.defanged)
        sheet.beyond("domain in clear",
                     report + " line " + std::to_string(sight.line_of(seen.offset)) + " " + seen.written);
    }
  }
  const std::map<std::string, double> goals{{"all", 0.995}};
  sheet.print(options, goals);
  return sheet.reached(goals);
}

namespace {

std::vector<Claim> unit42_claims(const std::string& type, const std::string& value) {
  if (type == "md5" || type == "sha1" || type == "sha256") return {{"hash", FoundKind::FileHash, value}};
  if (type == "ip" || type == "ipv6") return {{"ip", FoundKind::Ip, value}};
  if (type == "ip:port") return {{"ip", FoundKind::Ip, value.substr(0, value.find(':'))}};
  if (type == "domain") return {{"domain", name_kind(value), value}};
  if (type == "domain:port")
    return {{"domain", name_kind(value.substr(0, value.find(':'))), value.substr(0, value.find(':'))}};
  if (type == "url" || type == "url-noscheme") return {{"url", FoundKind::Url, value}};
  if (type == "email") return {{"email", FoundKind::Email, value}};
  return {{"other", FoundKind::Url, value}};  // tokens that their list-maker could not type
}

// Whether authors broke this one: what told an indicator from a reference.
struct Told {
  std::size_t right = 0, wrong = 0, unseen = 0, held_back = 0;
};

}  // namespace

bool judge_unit42(const Options& options, const std::string& data) {
  const std::string folder = data + "/reports/unit42-timely-threat-intel";
  const auto rows = read_table(folder + "/truth.tsv");
  const auto plain = read_table(folder + "/plain_urls.tsv");
  if (!rows) return skipped("unit42", rows.error());
  if (!plain) return skipped("unit42", plain.error());
  Sheet sheet("unit42");
  std::map<std::string, std::pair<std::vector<Row>, std::vector<Row>>> by_file;
  for (const Row& row : *rows) by_file[row.at(0)].first.push_back(row);
  for (const Row& row : *plain) by_file[row.at(0)].second.push_back(row);
  Told broken, clickable;
  std::vector<std::string> told_wrong;
  for (const auto& [file, claimed] : by_file) {
    const auto text = read_file(folder + "/" + file, kLargest);
    if (!text) continue;
    const Sight sight(*text);
    const auto held_back = all_of(sight.held_back());
    std::map<std::size_t, std::string> marked;  // by line: everything that is claimed there, as written
    for (const Row& row : claimed.first) {
      const std::size_t line = std::stoul(row.at(1));
      const auto finds = sight.in_line(line);
      marked[line] += lower_ascii(row.at(3)) + "\n" + lower_ascii(row.at(4)) + "\n";
      for (const Claim& claim : unit42_claims(row.at(2), row.at(3))) {
        std::string how;
        const Verdict verdict = judge(claim.kind, claim.value, finds, held_back, &how);
        std::string note = file + ":" + row.at(1) + " ";
        note += row.at(4) + (how.empty() ? "" : " (" + how + ")");
        for (const Seen* seen : finds)
          if (verdict == Verdict::Missed) note += " | " + std::string(name(seen->kind)) + " " + seen->canonical;
        sheet.add(claim.group, verdict, note);
        const auto canonical = canonical_of(claim.kind, claim.value);
        if (claim.kind == FoundKind::FileHash || !canonical) continue;
        for (const Seen* seen : finds) {
          if (seen->kind != claim.kind || seen->canonical != *canonical) continue;
          if (seen->defanged)
            ++broken.right;
          else if (seen->written.find_first_of("[]") != std::string::npos)
            ++broken.wrong, told_wrong.push_back("broken but said to be clickable: " + note);
          break;
        }
      }
    }
    for (const Row& row : claimed.second) {
      const std::size_t line = std::stoul(row.at(1));
      marked[line] += lower_ascii(row.at(2)) + "\n";
      const std::string note = file + ":" + row.at(1) + " " + row.at(2);
      const auto canonical = canonical_of(FoundKind::Url, row.at(2));
      const Seen* it = nullptr;
      for (const Seen* seen : sight.in_line(line))
        if (it == nullptr && seen->kind == FoundKind::Url && canonical && seen->canonical == *canonical) it = seen;
      if (it == nullptr) {
        const bool held = std::any_of(held_back.begin(), held_back.end(), [&](const Seen* seen) {
          return sight.line_of(seen->offset) == line && row.at(2).find(seen->written) != std::string::npos;
        });
        ++(held || !canonical ? clickable.held_back : clickable.unseen);
        if (!held && canonical) told_wrong.push_back("clickable, not found: " + note);
      } else if (it->defanged) {
        ++clickable.wrong;
        told_wrong.push_back("clickable but said to be broken: " + note);
      } else {
        ++clickable.right;
      }
    }
    // What is found where nothing was marked.
    for (const Seen& seen : sight.finds()) {
      if (!target_kind(seen.kind)) continue;
      const std::size_t line = sight.line_of(seen.offset);
      const std::string value =
          seen.canonical.substr(seen.kind == FoundKind::FileHash ? seen.canonical.find(':') + 1 : 0);
      if (marked[line].find(lower_ascii(seen.written)) != std::string::npos ||
          marked[line].find(lower_ascii(value)) != std::string::npos)
        continue;
      sheet.beyond(std::string(name(seen.kind)) + (seen.defanged ? " broken" : " in clear"),
                   file + ":" + std::to_string(line) + " " + seen.written);
    }
  }
  const std::map<std::string, double> goals{
      {"hash", 0.99}, {"ip", 0.99}, {"domain", 0.99}, {"url", 0.99}, {"email", 0.99}};
  sheet.print(options, goals);
  const auto share = [](const Told& told) {
    return static_cast<double>(told.right) / static_cast<double>(std::max<std::size_t>(told.right + told.wrong, 1));
  };
  const auto plain_right = static_cast<double>(clickable.right + clickable.held_back);
  const double told_apart = plain_right / static_cast<double>(std::max<std::size_t>(plain->size(), 1));
  if (options.json) {
    print_json({"unit42", "plain urls told apart", told_apart, "share", "goal", told_apart / 0.98});
    print_json({"unit42", "broken ones told apart", share(broken), "share"});
  } else {
    std::printf(
        "  plain URLs told apart: %.4f of 0.980 %s (%zu found and not called broken, %zu no targets by the "
        "charter, %zu called broken, %zu not found)\n",
        told_apart, told_apart >= 0.98 ? "reached" : "NOT reached", clickable.right, clickable.held_back,
        clickable.wrong, clickable.unseen);
    std::printf("  broken ones called so: %.4f\n", share(broken));
    if (options.list)
      for (const std::string& line : told_wrong) std::printf("    unit42 %s\n", printable(line, 300).c_str());
  }
  return sheet.reached(goals) && told_apart >= 0.98;
}

bool judge_volexity(const Options& options, const std::string& data) {
  const std::string folder = data + "/reports/volexity-threat-intel";
  if (!is_folder(folder)) return skipped("volexity", fail(Fault::NotFound, "no such folder", folder));
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".csv") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  Sheet sheet("volexity");
  for (const std::string& path : paths) {
    const auto text = read_file(path, kLargest);
    if (!text) continue;
    const Sight sight(*text);
    for (std::size_t at = 0, end = 0; at < text->size(); at = end) {
      end = csv_record_end(*text, at, ',', kLargest);
      const auto record = parse_csv_record(std::string_view(*text).substr(at, end - at), ',');
      if (!record || record->size() < 2) continue;
      const std::string& value = (*record)[0];
      const std::string& type = (*record)[1];
      Claim claim{type, FoundKind::Url, value};
      if (type == "file")
        claim.kind = FoundKind::FileHash;
      else if (type == "hostname")
        claim.kind = name_kind(value);
      else if (type == "ipaddress")
        claim.kind = FoundKind::Ip;
      else if (type.starts_with("email"))
        claim.kind = FoundKind::Email;
      else if (type != "url")
        continue;
      if (type == "file" && value.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) continue;  // a name
      std::vector<const Seen*> finds, held_back;
      for (const Seen& seen : sight.finds())
        if (seen.offset >= at && seen.offset <= at + value.size()) finds.push_back(&seen);
      for (const Seen& seen : sight.held_back())
        if (seen.offset >= at && seen.offset <= at + value.size()) held_back.push_back(&seen);
      std::string how;
      const Verdict verdict = judge(claim.kind, value, finds, held_back, &how);
      const std::string note = fs::path(path).parent_path().parent_path().filename().string() + " " + value +
                               (how.empty() ? "" : " (" + how + ")");
      sheet.add(type, verdict, note);
      sheet.add("all", verdict, type + " " + note);
    }
  }
  const std::map<std::string, double> goals{{"all", 0.99}};
  sheet.print(options, goals);
  return sheet.reached(goals);
}

}  // namespace cordon::bench
