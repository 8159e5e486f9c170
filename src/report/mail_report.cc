#include "report/mail_report.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/archive.h"
#include "base/text.h"
#include "report/arf.h"
#include "report/forwarded.h"
#include "report/mail_tables.h"
#include "report/mapping.h"
#include "report/redact.h"
#include "report/text.h"
#include "report/xarf.h"

namespace cordon {
namespace {

constexpr std::size_t kMostLines = 64u << 10;  // of a part that may be X-ARF lines
constexpr std::size_t kMostTables = 16u << 20;

bool is_attached(const MailPart& part) {
  return part.enclosed > 0 || !part.file_name.empty() || !part.type.starts_with("text/");
}

// What no desk keeps, by type and size.
std::string dropped(const Mail& mail) {
  std::string list;
  for (const MailPart& part : mail.parts) {
    if (!is_attached(part) || part.type == "message/feedback-report") continue;
    list += "[dropped: " + printable(part.type, 60) + ", " + std::to_string(part.bytes.size()) + " bytes]\n";
  }
  return list;
}

// Readings of several parts of one mail, where a thing that two of them say counts once.
class Gathered {
 public:
  void add(std::vector<Reading> readings) {
    const std::size_t before = all_.size();  // of one part each row counts
    for (Reading& reading : readings) {
      const bool said =
          std::any_of(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(std::min(before, kCompared)),
                      [&](const Reading& other) { return same(other, reading); });
      if (!said) all_.push_back(std::move(reading));
    }
  }
  void add(Reading reading) {
    std::vector<Reading> one;
    one.push_back(std::move(reading));
    add(std::move(one));
  }
  bool empty() const { return all_.empty(); }
  std::vector<Reading> take() { return std::move(all_); }

 private:
  static constexpr std::size_t kCompared = 256;

  static bool same(const Reading& a, const Reading& b) {
    if (!a.code.empty() || !b.code.empty()) return false;
    const bool two_ids = !a.token.empty() && !b.token.empty() && a.token != b.token;
    return !two_ids && a.matter == b.matter && a.observables == b.observables && a.port == b.port &&
           a.seen_at == b.seen_at;
  }

  std::vector<Reading> all_;
};

std::vector<Reading> one(Reading reading) {
  std::vector<Reading> readings;
  readings.push_back(std::move(reading));
  return readings;
}

bool of_child_abuse(const std::vector<Reading>& readings) {
  return std::ranges::any_of(readings, [](const Reading& reading) { return reading.code == "csam"; });
}

// ---- 1, 2: what a program wrote for programs

std::vector<Reading> read_parts_of_json(const Mail& mail) {
  Gathered found;
  for (const MailPart& part : mail.parts) {
    if (part.enclosed > 0 || (part.type != "application/json" && part.type != "text/json")) continue;
    if (const auto record = parse_json(part.bytes); record && is_xarf(*record)) found.add(read_xarf(*record));
  }
  return found.take();
}

// Registrable names of the writer's own addresses: its site is not what it reports.
std::vector<std::string> own_names(const Mail& mail) {
  std::vector<std::string> names;
  for (const std::string& address : own_addresses(mail)) {
    const auto parsed = parse_observable(ObservableKind::Email, address);
    if (const auto name = parsed ? registrable_domain(*parsed) : std::nullopt) names.push_back(name->canonical());
  }
  return names;
}

// The places that stand on lines of their own: "http://a.example/b [192.0.2.1]"; and the addresses that a sentence
// calls one: "located at IP address 192.0.2.1".
std::vector<Observable> listed_places(std::string_view words, const std::vector<std::string>& own) {
  std::vector<Observable> places;
  const auto add = [&](ObservableKind kind, std::string_view text) {
    if (places.size() >= kMostObservables) return;
    auto place = parse_observable(kind, text);
    if (!place) return;
    const auto name = registrable_domain(*place);
    const bool its_own = name && std::ranges::find(own, name->canonical()) != own.end();
    if (!its_own && std::ranges::find(places, *place) == places.end()) places.push_back(std::move(*place));
  };
  for (const std::string_view line : split(words, '\n')) {
    std::vector<std::string_view> tokens;
    for (const std::string_view token : split(trim(line), ' ')) {
      if (!token.empty() && tokens.size() < 64) tokens.push_back(token);
    }
    const auto bracketed = [](std::string_view token) { return token.starts_with('[') && token.ends_with(']'); };
    const bool with_url = !tokens.empty() && tokens.front().find("://") != std::string_view::npos;
    const auto rest = tokens.begin() + (with_url ? 1 : 0);
    if (!tokens.empty() && std::all_of(rest, tokens.end(), bracketed)) {
      if (with_url) add(ObservableKind::Url, tokens.front());
      for (auto at = rest; at != tokens.end(); ++at) add(ObservableKind::Ip, at->substr(1, at->size() - 2));
      continue;
    }
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i] != "IP") continue;
      std::size_t next = i + 1;
      if (lower_ascii(tokens[next]).starts_with("addres") && next + 1 < tokens.size()) ++next;
      std::string_view word = tokens[next];
      while (!word.empty() && std::string_view(".,;").find(word.back()) != std::string_view::npos)
        word.remove_suffix(1);
      add(ObservableKind::Ip, word);
    }
  }
  return places;
}

std::vector<Reading> read_parts_of_lines(const Mail& mail) {
  Gathered found;
  const std::vector<Observable> places = listed_places(own_words(mail), own_names(mail));
  for (const MailPart& part : mail.parts) {
    const bool text = part.type.starts_with("text/") || part.type == "application/octet-stream";
    if (part.enclosed > 0 || !text || part.bytes.size() > kMostLines || !valid_utf8(part.bytes)) continue;
    // In the mail's own words the lines stand below a line of three dashes.
    std::string_view lines = part.bytes;
    if (const std::size_t rule = lines.find("\n---\n"); rule != std::string_view::npos) lines.remove_prefix(rule + 5);
    const Fields fields = read_fields(lines);
    if (!is_xarf_lines(fields)) continue;
    found.add(read_xarf_lines(fields, places));
  }
  return found.take();
}

// ---- 3

bool is_copyright_notice(const Mail& mail) {
  return std::ranges::any_of(mail.parts, [](const MailPart& part) {
    const bool text = part.type.starts_with("text/") || part.type.ends_with("/xml");
    return part.enclosed == 0 && text && part.bytes.find("http://www.acns.net/ACNS") != std::string::npos;
  });
}

// ---- 4

// An attachment that may hold rows: what it is called, and its text, unpacked.
std::vector<ArchiveMember> tables_of(const Mail& mail, std::vector<Reading>& too_much) {
  std::vector<ArchiveMember> tables;
  std::size_t bytes = 0;
  for (const MailPart& part : mail.parts) {
    if (part.enclosed > 0) continue;
    std::vector<ArchiveMember> members;
    if (looks_like_archive(part.bytes)) {
      auto unpacked = read_unpacked(unpack_unconfined(part.bytes));  // this is the confined child already
      if (unpacked) members = std::move(unpacked->members);
      if (!unpacked)
        too_much = one(refuse("malformed", "an attachment that does not unpack: " + unpacked.error().message));
    } else if (part.type == "text/csv" || lower_ascii(part.file_name).ends_with(".csv")) {
      members.push_back({part.file_name, part.bytes});
    }
    for (ArchiveMember& member : members) {
      bytes += member.bytes.size();
      if (bytes > kMostTables) {
        too_much = one(refuse("too_many", "attachments with more rows than one mail may carry; send them as files"));
        return {};
      }
      tables.push_back(std::move(member));
    }
  }
  return tables;
}

std::vector<Reading> read_tables(std::optional<Matter> matter, const Mail& mail) {
  Gathered found;
  const std::string words = own_words(mail);
  std::vector<Reading> too_much;
  for (const ArchiveMember& table : tables_of(mail, too_much))
    found.add(read_csv_attachment(matter, table.name, table.bytes, words));
  if (!found.empty()) return found.take();
  if (!too_much.empty()) return too_much;
  // What is attached for programs says more than the words that repeat it.
  for (const MailPart& part : mail.parts) {
    if (part.enclosed == 0 && part.type == "text/plain" && !part.file_name.empty() && part.bytes.size() <= kMostLines)
      found.add(read_finding_fields(part.bytes));
  }
  for (const auto read : {read_url_list, read_address_lists, read_drawn_table, read_finding_fields}) {
    if (!found.empty()) continue;
    found.add(read(words));
    if (!found.empty() && words.size() + 4 >= kMostWords)  // there may be more of them
      return one(refuse("too_many", "a text with more rows than one mail may carry; send them as a file"));
  }
  return found.take();
}

// ---- 5, 6: what a person wrote

Reading read_passed_on(std::optional<Matter> matter, const PassedOn& inside, const Mail& mail) {
  Reading reading = read_text(matter, inside.text, own_addresses(mail));
  if (reading.code.empty() && !reading.seen_at) reading.seen_at = inside.sent_at;
  return reading;
}

Reading read_words(std::optional<Matter> matter, const Mail& mail) {
  const std::string own = own_words(mail);
  const std::string text = "Subject: " + mail.header("Subject") + "\n\n" + own;
  // Whoever breaks an address on purpose says what is reported.
  const std::vector<Found> named = scan_text(text);
  const bool pointed_out = std::ranges::any_of(named, [](const Found& find) { return find.defanged; });
  if (!pointed_out) {
    for (const auto& inside : {passed_on_attached(mail), passed_on_inline(own)}) {
      if (!inside) continue;
      Reading reading = read_passed_on(matter, *inside, mail);
      if (reading.code != "no_observable" && reading.code != "not_held") return reading;
    }
  }
  return read_text(matter, text, own_addresses(mail));
}

std::vector<Reading> read_any(std::optional<Matter> matter, const Mail& mail) {
  for (const MailPart& part : mail.parts) {
    if (part.enclosed > 0 || part.type != "message/feedback-report") continue;
    const Fields fields = read_fields(part.bytes);
    if (!equal_ignoring_case(first_field(fields, "feedback-type"), "xarf"))
      return one(read_feedback(fields, own_words(mail)));
  }
  for (const auto read : {read_parts_of_json, read_parts_of_lines}) {
    std::vector<Reading> readings = read(mail);
    if (of_child_abuse(readings)) return one(refuse_child_abuse());
    if (!readings.empty()) return readings;
  }
  if (is_copyright_notice(mail)) return one(refuse_name("copyright", "the notice"));
  std::vector<Reading> rows = read_tables(matter, mail);
  if (!rows.empty()) return rows;
  return one(read_words(matter, mail));
}

}  // namespace

std::vector<Reading> read_mail_report(std::optional<Matter> matter, const Mail& mail) {
  std::vector<Reading> readings = read_any(matter, mail);
  std::string id = printable(mail.header("Message-ID"), 250);
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  bool listed = false;
  for (Reading& reading : readings) {
    if (reading.code == "csam") continue;  // nothing of it is kept, its id included
    reading.token = id;
    if (!reading.code.empty() || listed) continue;
    listed = true;
    const std::string list = dropped(mail);
    if (!list.empty() && reading.kept.size() + list.size() + 1 <= kKeptLimit) reading.kept += "\n" + list;
  }
  return readings;
}

}  // namespace cordon
