// What another finder found (iocextract's recorded calls), test vectors of wallets and accounts, and texts that hold
// nothing at all.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "bench/quality.h"
#include "observable/vectors_for_tests.h"

namespace cordon::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 16u << 20;

// Undoes every way of breaking that iocextract knows, more freely than the scanner may: to see whether what it
// reports is an identifier at all. Works on one identifier, never on prose.
std::string undo_all(std::string_view broken) {
  std::string text;
  constexpr std::string_view marks = "[](){}\\ \t";
  for (std::size_t at = 0; at < broken.size();) {
    std::size_t next = at;
    while (next < broken.size() && marks.find(broken[next]) != std::string_view::npos) ++next;
    const bool opened = next > at;
    std::string_view rest = broken.substr(next);
    char core = '\0';
    std::size_t length = 0;
    if (!rest.empty() && (rest[0] == '.' || rest[0] == '@' || rest[0] == ':' || rest[0] == ',' || rest[0] == '/')) {
      core = rest[0] == ',' && opened ? '.' : rest[0];
      length = 1;
    } else if (opened && rest.size() > 3 && equal_ignoring_case(rest.substr(0, 3), "dot") &&
               marks.find(rest[3]) != std::string_view::npos) {
      core = '.', length = 3;
    } else if (opened && rest.size() > 2 && equal_ignoring_case(rest.substr(0, 2), "at") &&
               marks.find(rest[2]) != std::string_view::npos) {
      core = '@', length = 2;
    }
    if (core == '\0') {
      if (opened) {
        text += broken.substr(at, next - at);
        at = next;
      } else {
        text += broken[at++];
      }
      continue;
    }
    at = next + length;
    if (core != '/')
      while (at < broken.size() && marks.find(broken[at]) != std::string_view::npos) ++at;
    text += core;
  }
  while (!text.empty() && marks.find(text.back()) != std::string_view::npos) text.pop_back();
  return text;
}

// A url's scheme, as iocextract lets it be broken: "hxxp", "h**p", "hxxp:\\", "http__", "ftx".
std::string undo_scheme(std::string text) {
  std::size_t end = 0;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '*')) ++end;
  std::size_t body = end;
  while (body < text.size() && std::string_view(":/\\_").find(text[body]) != std::string_view::npos) ++body;
  if (body == end || end == 0) return text;
  while (body < text.size() && text[body] == ' ') ++body;
  const std::string scheme = lower_ascii(text.substr(0, end));
  const bool secure = scheme.ends_with('s');
  if (scheme == "tcp" || scheme == "udp" || scheme == "sftp" || scheme == "ftps") {
    // No url of the charter: its host is what one can ask about.
    const std::string rest = text.substr(body);
    if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
    return rest.substr(0, rest.find_first_of(":/?# "));
  }
  if (scheme[0] == 'f') return "ftp://" + text.substr(body);
  return (secure ? "https://" : "http://") + text.substr(body);
}

struct Asked {
  const char* function;
  std::vector<FoundKind> kinds;
};
const std::vector<Asked>& asked() {
  static const std::vector<Asked> all{
      {"extract_urls", {FoundKind::Url, FoundKind::Domain, FoundKind::Ip}},
      {"extract_encoded_urls", {FoundKind::Url}},
      {"extract_emails", {FoundKind::Email}},
      {"extract_ipv4s", {FoundKind::Ip}},
      {"extract_ipv6s", {FoundKind::Ip}},
      {"extract_ips", {FoundKind::Ip}},
      {"extract_md5_hashes", {FoundKind::FileHash}},
      {"extract_sha1_hashes", {FoundKind::FileHash}},
      {"extract_sha256_hashes", {FoundKind::FileHash}},
      {"extract_sha512_hashes", {FoundKind::Sha512}},
      {"extract_hashes", {FoundKind::FileHash, FoundKind::Sha512}},
      {"extract_iocs", {FoundKind::Url, FoundKind::Ip, FoundKind::Email, FoundKind::FileHash, FoundKind::Sha512}},
  };
  return all;
}

bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Letters stand against `part` in `whole`: "words1[.]1[.]1[.]1words".
bool glued(std::string_view whole, std::string_view part) {
  const std::size_t at = whole.find(part);
  if (at == std::string_view::npos || part.empty()) return false;
  const std::size_t end = at + part.size();
  return (at > 0 && word(whole[at - 1]) && word(part.front())) ||
         (end < whole.size() && word(whole[end]) && word(part.back()));
}

// "example  [[[[ [ [ [ . )]) com": around one dot, at least four brackets with blanks between them.
bool heaped(std::string_view theirs) {
  std::size_t brackets = 0, blanks = 0;
  for (const char c : theirs) {
    if (std::string_view("[](){}").find(c) != std::string_view::npos) {
      ++brackets;
    } else if (c == ' ' || c == '\t') {
      ++blanks;
    } else if (c != '.') {
      brackets = blanks = 0;
    }
    if (brackets >= 4 && blanks >= 2) return true;
  }
  return false;
}

bool among(const Sight& sight, FoundKind kind, std::string_view canonical) {
  return std::any_of(sight.finds().begin(), sight.finds().end(),
                     [&](const Seen& seen) { return seen.kind == kind && seen.canonical == canonical; });
}

// Why what they found is not among our finds; empty where it is.
std::string not_seen(const Asked& asked_for, const std::string& input, const std::string& theirs, const Sight& sight) {
  std::string why;
  bool real = false;
  const std::string undone = undo_all(theirs);
  // "sftp://" and "ftps://" may count as ftp or only give their host; both are right.
  if (const std::string scheme = lower_ascii(undone.substr(0, 4)); scheme == "sftp" || scheme == "ftps") {
    const auto as_ftp = canonical_of(FoundKind::Url, "ftp" + undone.substr(4));
    for (const Seen& seen : sight.finds())
      if (as_ftp && seen.canonical == *as_ftp) return {};
  }
  for (const FoundKind kind : asked_for.kinds) {
    // "fdc4:…" begins with no scheme, "tcp://example.org" gives its host.
    const bool bare = kind != FoundKind::Url && canonical_of(kind, undone);
    const std::string value = bare ? undone : undo_scheme(undone);
    if (kind == FoundKind::Sha512 && (value.size() != 128 || !from_hex(value))) continue;
    const auto canonical = canonical_of(kind, value);
    if (!canonical) {
      if (why.empty())
        why = "no identifier: " + canonical.error().message.substr(0, canonical.error().message.find(':'));
      continue;
    }
    real = true;
    for (const Seen& seen : sight.finds()) {
      if ((seen.kind == kind && seen.canonical == *canonical) ||
          (kind == FoundKind::Sha512 && equal_ignoring_case(seen.written, theirs)))
        return {};
    }
    for (const Seen& seen : sight.held_back())
      if (seen.kind == kind && seen.canonical == *canonical) return "held back: " + std::string(reason(seen.held_back));
  }
  if (!real) return why;
  if (std::string_view(asked_for.function) == "extract_encoded_urls") {
    // The digits of one address, found as soon as nothing parts them.
    std::string close = input;
    std::erase_if(close, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
    const auto canonical = canonical_of(FoundKind::Url, undo_scheme(undo_all(theirs)));
    if (canonical && among(Sight(close), FoundKind::Url, *canonical)) return "encoded digits with blanks among them";
  }
  if (heaped(theirs)) return "a heap of brackets and blanks";
  if (glued(input, theirs)) return "inside a longer word";
  if (const std::size_t space = theirs.find(" /"); space != std::string::npos) {
    const auto first = canonical_of(FoundKind::Url, undo_scheme(undo_all(theirs.substr(0, space))));
    for (const Seen& seen : sight.finds())
      if (first && seen.canonical == *first) return "theirs goes on behind a space, ours ends there";
  }
  return sight.finds().empty() ? "LOST" : "found with other ends";
}

}  // namespace

bool judge_iocextract(const Options& options, const std::string& data) {
  const auto text = read_file(data + "/vectors/iocextract/calls.jsonl", kLargest);
  if (!text) {
    std::printf("skipped: iocextract: no vectors/iocextract\n");
    return true;
  }
  std::map<std::string, std::vector<std::string>> reasons;
  std::size_t outputs = 0, found = 0;
  for (const std::string_view line : split(*text, '\n')) {
    if (trim(line).empty()) continue;
    const auto call = parse_json(line);
    if (!call) {
      reasons["their record is no strict JSON"].emplace_back(line);
      continue;
    }
    const std::string function = call->text_or("func"), input = call->text_or("input");
    const auto entry =
        std::find_if(asked().begin(), asked().end(), [&](const Asked& one) { return function == one.function; });
    const Json* output = call->find("output");
    if (entry == asked().end() || output == nullptr || output->array() == nullptr) continue;
    const Sight sight(input);
    std::vector<std::string> theirs_found;
    std::vector<std::pair<std::string, std::string>> theirs_not;  // with the reason
    for (const Json& one : *output->array()) {
      if (one.string() == nullptr) continue;
      ++outputs;
      const std::string& theirs = *one.string();
      if (const std::string why = not_seen(*entry, input, theirs, sight); why.empty())
        theirs_found.push_back(theirs);
      else
        theirs_not.emplace_back(theirs, why);
    }
    found += theirs_found.size();
    for (const auto& [theirs, reason] : theirs_not) {
      // Several of its expressions read the same place: "https://a.org /x" and "https://a.org".
      const bool other_reading = std::any_of(theirs_found.begin(), theirs_found.end(), [&](const std::string& seen) {
        return theirs.find(seen) != std::string::npos || seen.find(theirs) != std::string::npos;
      });
      std::string note = function + " " + input + " → theirs " + theirs + ", ours";
      for (const Seen& seen : sight.finds()) note += " " + std::string(name(seen.kind)) + " " + seen.canonical;
      reasons[other_reading && !reason.starts_with("no ") ? "another reading of one that is found" : reason].push_back(
          note);
    }
  }
  const std::size_t lost = reasons["LOST"].size(),
                    ends = reasons["found with other ends"].size() +
                           reasons["theirs goes on behind a space, ours ends there"].size();
  const double different = static_cast<double>(lost + ends) / static_cast<double>(std::max<std::size_t>(outputs, 1));
  const bool reached = lost == 0 && different <= 0.02;
  if (options.json) {
    print_json({"iocextract", "found", static_cast<double>(found), "of " + std::to_string(outputs)});
    print_json({"iocextract", "different", different, "share"});
    return reached;
  }
  std::printf(
      "\niocextract's recorded calls: %zu of its %zu outputs found; %.4f lost or with other ends (at most 0.020, "
      "0 lost) %s\n",
      found, outputs, different, reached ? "reached" : "NOT reached");
  std::vector<std::pair<std::size_t, std::string>> order;
  for (const auto& [why, notes] : reasons) order.emplace_back(notes.size(), why);
  std::sort(order.rbegin(), order.rend());
  for (const auto& [count, why] : order) {
    if (count == 0) continue;
    std::printf("  %6zu %s\n", count, printable(why, 160).c_str());
    if (!options.list) continue;
    const std::size_t most = why.starts_with("no identifier") ? 8 : 400;
    for (std::size_t i = 0; i < count && i < most; ++i)
      std::printf("    iocextract %s: %s\n", printable(why, 60).c_str(), printable(reasons[why][i], 400).c_str());
  }
  return reached;
}

// Published vectors, as a text around them: what is valid is found, what is not is not.
bool judge_vectors(const Options& options, const std::string& data) {
  Sheet sheet("vectors");
  const auto look = [&](const std::string& group, FoundKind kind, const std::string& value, bool valid) {
    const std::string text = "Send it to " + value + " today.";
    const Sight sight(text);
    const bool seen = std::any_of(sight.finds().begin(), sight.finds().end(),
                                  [&](const Seen& one) { return one.kind == kind && one.written == value; });
    if (valid)
      sheet.add(group, seen ? Verdict::Found : Verdict::Missed, value);
    else if (seen)
      sheet.beyond(group + " that are invalid", value);
  };
  if (const auto text = read_file(data + "/vectors/wallets/multicoin.jsonl", kLargest)) {
    for (const std::string_view line : split(*text, '\n')) {
      const auto one = parse_json(line);
      if (!one) continue;
      const Json* valid = one->find("valid");
      const std::string address = one->text_or("address");
      // Only what the kind's parser knows: other currencies are not of the charter's list.
      const bool known = parse_observable(ObservableKind::Wallet, address).operator bool();
      if (valid != nullptr && valid->boolean() != nullptr && *valid->boolean() && known)
        look("wallet", FoundKind::Wallet, address, true);
    }
  }
  if (const auto text = read_file(data + "/feeds/ofac-sanctioned-addresses/SOURCE.md", kLargest)) {
    for (const auto& entry : fs::directory_iterator(data + "/feeds/ofac-sanctioned-addresses")) {
      if (entry.path().extension() != ".txt") continue;
      const auto list = read_file(entry.path().string(), kLargest);
      if (!list) continue;
      for (std::string_view line : split(*list, '\n')) {
        line = trim(line);
        if (!line.empty()) look("ofac " + entry.path().stem().string(), FoundKind::Wallet, std::string(line), true);
      }
    }
  }
  if (const auto text = read_file(data + "/vectors/iban/examples.tsv", kLargest)) {
    for (const std::string_view line : split(*text, '\n'))
      for (const std::string_view cell : split(line, '\t'))
        if (cell.size() > 14 && parse_observable(ObservableKind::Iban, cell))
          look("iban", FoundKind::Iban, std::string(cell), true);
  }
  if (const auto text = read_file(data + "/vectors/phones/examples.tsv", kLargest)) {
    for (const std::string_view line : split(*text, '\n')) {
      const auto cells = split(line, '\t');
      if (cells.size() < 4) continue;
      std::string number = "+" + std::string(cells[1]);
      number += cells[3];
      if (parse_observable(ObservableKind::Phone, number)) look("phone", FoundKind::Phone, number, true);
    }
  }
  // A name or an address in prose is read as the kind's own parser reads it alone.
  const auto in_prose = [&](const std::string& group, FoundKind kind, const std::string& value) {
    const auto canonical = canonical_of(kind, value);
    if (!canonical || value.find_first_of(" \t\r\n") != std::string::npos) return;
    const std::string text = "It is at " + value + " today.";
    const Sight sight(text);
    std::vector<const Seen*> finds, held_back;
    for (const Seen& one : sight.finds()) finds.push_back(&one);
    for (const Seen& one : sight.held_back()) held_back.push_back(&one);
    std::string how;
    const Verdict verdict = judge(kind, value, finds, held_back, &how);
    std::string note = value + (how.empty() ? "" : " (" + how + ")") + ", ours";
    for (const Seen* one : finds) note += " " + std::string(name(one->kind)) + " " + one->canonical;
    sheet.add(group, verdict, note);
  };
  if (const auto text = read_file(data + "/vectors/publicsuffix/test_psl.txt", kLargest)) {
    for (const std::string_view line : split(*text, '\n')) {  // checkPublicSuffix('b.example.com', 'example.com');
      const auto quoted = split(line, '\'');
      if (line.starts_with("checkPublicSuffix(") && quoted.size() == 5)
        in_prose("name (psl)", FoundKind::Domain, std::string(quoted[1]));
    }
  }
  if (const auto vectors = read_vectors(data + "/vectors/whatwg-url/urltestdata.json");
      vectors && vectors->array() != nullptr) {
    for (const Json& one : *vectors->array()) {
      const std::string href = one.text_or("href");
      if (href.starts_with("http://") || href.starts_with("https://")) in_prose("url (whatwg)", FoundKind::Url, href);
    }
  }
  const std::map<std::string, double> goals{{"wallet", 1}, {"iban", 1}, {"phone", 1}};
  sheet.print(options, goals);
  return sheet.reached(goals);
}

namespace {

// "11.7.3.1": no address of the handbook looks like that but these two.
bool like_a_section(std::string_view address) {
  if (address == "8.8.8.8" || address.starts_with("10.")) return false;
  const auto parts = split(address, '.');
  return parts.size() == 4 && parts[0] != "0" && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return part.size() == 1 || (part.size() == 2 && part[0] == '1');
         });
}

}  // namespace

// Nothing of criminal infrastructure stands in these; each find is shown with what stands around it.
bool judge_benign(const Options& options, const std::string& data) {
  bool reached = true;
  if (!options.json) std::printf("\nharmless texts\n");
  for (const char* set : {"udhr", "user-agents", "debian-handbook-html", "kazakh-ui-text", "attack-descriptions"}) {
    std::map<std::string, std::pair<std::size_t, std::string>> finds;  // by kind and value: how often, and where first
    std::map<std::string, std::size_t> kinds;
    std::vector<std::string> paths;
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(data + "/benign/" + set, failed)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && name != "SOURCE.md" && name != "copyright" && !name.starts_with("LICENSE"))
        paths.push_back(entry.path().string());
    }
    if (paths.empty()) {
      std::printf("skipped: benign/%s\n", set);
      continue;
    }
    std::sort(paths.begin(), paths.end());
    std::size_t addresses = 0, sections = 0;
    for (const std::string& path : paths) {
      auto text = read_file(path, kLargest);
      if (!text) continue;
      if (path.ends_with(".jsonl")) {  // the prose in it, not its packing
        std::string prose;
        for (const std::string_view line : split(*text, '\n'))
          if (const auto one = parse_json(line)) prose += one->text_or("text") + "\n\n";
        text = std::move(prose);
      }
      const Sight sight(*text);
      for (const Seen& seen : sight.finds()) {
        ++kinds[std::string(name(seen.kind))];
        const std::size_t from = seen.offset > 40 ? seen.offset - 40 : 0;
        auto& [count, where] = finds[std::string(name(seen.kind)) + " " + seen.canonical];
        if (count++ == 0)
          where =
              fs::path(path).filename().string() + ": " + text->substr(from, seen.length + (seen.offset - from) + 30);
        if (seen.kind == FoundKind::Ip && seen.canonical.find(':') == std::string::npos) ++addresses;
        if (seen.kind == FoundKind::Ip && like_a_section(seen.canonical)) ++sections;
      }
    }
    std::size_t all = 0;
    for (const auto& [kind, count] : kinds) all += count;
    if (std::string_view(set) == "udhr") reached = reached && all == 0;
    if (std::string_view(set) == "user-agents") reached = reached && addresses == 0;
    if (std::string_view(set) == "debian-handbook-html") reached = reached && sections == 0;
    if (options.json) {
      print_json({"benign", set, static_cast<double>(all), "finds"});
      continue;
    }
    std::printf("  %-22s %6zu finds, %zu different:", set, all, finds.size());
    for (const auto& [kind, count] : kinds) std::printf(" %zu %s", count, kind.c_str());
    if (sections > 0) std::printf("; %zu like section numbers", sections);
    std::printf("\n");
    if (!options.list) continue;
    for (const auto& [value, seen] : finds)
      std::printf("    %s %zux %s | %s\n", set, seen.first, printable(value, 120).c_str(),
                  printable(seen.second, 200).c_str());
  }
  return reached;
}

}  // namespace cordon::bench
