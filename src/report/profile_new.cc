// A profile proposed from a sample: which format it is, and what each column seems to hold by its name and its values.
// A guess is written down with its reason, so that whoever knows the feed can correct it.
#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.h"
#include "base/csv.h"
#include "base/text.h"
#include "report/feed_time.h"
#include "report/framing.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

constexpr std::size_t kSampled = 200;      // records that are looked at
constexpr std::size_t kMostProposed = 64;  // columns

struct SampledColumn {
  std::string name;
  std::vector<std::string> values;  // that say something
};

// What feeds write where they have nothing to say.
bool says_something(std::string_view text) {
  static constexpr std::string_view kNothing[] = {"", "-", "--", "?", "na", "n/a", "none", "null", "unknown"};
  return std::ranges::find(kNothing, lower_ascii(text)) == std::end(kNothing);
}

std::string quoted(std::string_view text) { return to_text(Json(text)); }

bool holds_for_all(const SampledColumn& column, bool (*is)(const std::string&)) {
  return !column.values.empty() && std::ranges::all_of(column.values, is);
}

bool ip_value(const std::string& text) { return parse_observable(ObservableKind::Ip, text).operator bool(); }
bool url_value(const std::string& text) {
  return text.find("://") != std::string::npos && text.find(' ') == std::string::npos;
}
bool domain_value(const std::string& text) {
  return text.find('/') == std::string::npos && text.find('@') == std::string::npos && !ip_value(text) &&
         parse_observable(ObservableKind::Domain, text).operator bool();
}
bool time_value(const std::string& text) { return feed_time(text, 0).has_value(); }

// Of the formats that are not read without being named, those that fit every value: two are two readings.
std::vector<std::string_view> time_formats(const SampledColumn& column) {
  static constexpr std::string_view kNamed[] = {
      "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",       "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
      "%d/%m/%Y %H:%M",    "%m/%d/%Y %H:%M", "%d/%m/%Y",       "%m/%d/%Y",          "%Y/%m/%d %H:%M:%S",
      "%Y/%m/%d %H:%M",    "%Y%m%d%H%M%S",   "%d %b %Y %H:%M", "%d-%b-%Y %H:%M:%S", "windows"};
  std::vector<std::string_view> fitting;
  for (const std::string_view format : kNamed) {
    const bool fits = !column.values.empty() && std::ranges::all_of(column.values, [&](const std::string& text) {
      return feed_time(text, format, 0).has_value();
    });
    if (fits) fitting.push_back(format);
  }
  return fitting;
}

// The type that a feed's own word seems to mean.
std::string_view type_of(const std::string& word) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"phish", "phishing"},
      {"c2", "c2-server"},
      {"c&c", "c2-server"},
      {"cnc", "c2-server"},
      {"controller", "c2-server"},
      {"botnet", "infected-system"},
      {"bot", "infected-system"},
      {"infect", "infected-system"},
      {"brute", "brute-force"},
      {"login", "brute-force"},
      {"malware", "malware-distribution"},
      {"payload", "malware-distribution"},
      {"ddos", "ddos"},
      {"spam", "spam"},
      {"scan", "scanner"},
      {"exploit", "exploit"},
      {"deface", "unauthorised-information-modification"},
      {"proxy", "proxy"}};
  const std::string lower = lower_ascii(word);
  for (const auto& [part, type] : kWords) {
    if (lower.find(part) != std::string::npos) return type;
  }
  return "undetermined";
}
bool integer_value(const std::string& text) { return parse_integer(text).operator bool(); }
bool country_value(const std::string& text) { return text.size() == 2 && letter(text[0]) && letter(text[1]); }
bool asn_value(const std::string& text) {
  const bool marked = text.size() > 2 && equal_ignoring_case(text.substr(0, 2), "as");
  return !text.substr(marked ? 2 : 0).empty() && all_digits(std::string_view(text).substr(marked ? 2 : 0));
}
template <std::size_t Digits>
bool hash_value(const std::string& text) {
  return text.size() == Digits && std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
}

// Lower-case words of a name: "SourceIp", "src_ip" and "source ip" hold the word "ip".
std::set<std::string> name_words(const std::string& name) {
  std::set<std::string> words;
  std::string word;
  char before = '\0';
  for (const char c : name) {
    if (!letter(c) && !digit(c)) {
      if (!word.empty()) words.insert(std::exchange(word, {}));
    } else {
      if (upper(c) && small(before) && !word.empty()) words.insert(std::exchange(word, {}));
      word += static_cast<char>(upper(c) ? c | 0x20 : c);
    }
    before = c;
  }
  if (!word.empty()) words.insert(word);
  return words;
}

bool has_any(const std::set<std::string>& words, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(wanted, [&](std::string_view word) { return words.contains(std::string(word)); });
}

struct Guess {
  std::string name, rule, why;  // the event's name, what stands right of "=", and why
};

std::optional<Guess> guess_of(const SampledColumn& column, const std::set<std::string>& taken) {
  const std::set<std::string> words = name_words(column.name);
  const bool other = has_any(words, {"dst", "dest", "destination", "target", "remote", "victim"});
  const std::string side = other ? "destination." : "source.";
  const std::string from = quoted(column.name);
  const auto free = [&](const std::string& name) { return !taken.contains(name); };
  const auto guess = [&](const std::string& name, const std::string& why,
                         const std::string& rule = {}) -> std::optional<Guess> {
    if (!free(name)) return std::nullopt;
    return Guess{name, rule.empty() ? from : rule, why};
  };
  if (column.values.empty()) return std::nullopt;
  if (holds_for_all(column, ip_value)) return guess(side + "ip", "every value is an address");
  if (holds_for_all(column, url_value)) return guess(side + "url", "every value is a url");
  if (holds_for_all(column, hash_value<64>)) return guess("malware.hash.sha256", "64 hexadecimal digits");
  if (holds_for_all(column, hash_value<40>)) return guess("malware.hash.sha1", "40 hexadecimal digits");
  if (holds_for_all(column, hash_value<32>)) return guess("malware.hash.md5", "32 hexadecimal digits");
  if (holds_for_all(column, domain_value)) {
    if (has_any(words, {"rdns", "reverse", "ptr"})) return guess(side + "reverse_dns", "names, by the column's name");
    return guess(side + "fqdn", "every value is a domain");
  }
  const bool mixed = std::ranges::all_of(
      column.values, [](const std::string& text) { return ip_value(text) || domain_value(text) || url_value(text); });
  if (mixed && free(side + "ip") && free(side + "fqdn") && free(side + "url"))
    return Guess{side + "ip", from, "addresses, domains or urls, mixed: each name takes only what it is"};
  if (has_any(words, {"port", "dpt", "spt"}) && holds_for_all(column, integer_value))
    return guess(side + "port", "numbers, by the column's name");
  if (has_any(words, {"asn", "as"}) && holds_for_all(column, asn_value))
    return guess(side + "asn", "numbers, by the column's name");
  if (has_any(words, {"cc", "country", "geo"}) && holds_for_all(column, country_value))
    return guess(side + "geolocation.cc", "two letters, by the column's name");
  if (holds_for_all(column, time_value) &&
      (!holds_for_all(column, integer_value) ||
       has_any(words, {"time", "timestamp", "ts", "seen", "first", "last", "date", "epoch"})))
    return guess("time.source", "every value is a time; without a zone it is taken as UTC");
  if (const auto formats = time_formats(column); !formats.empty() && !holds_for_all(column, time_value)) {
    const std::string rule = "{ from = " + from + ", time = " + quoted(formats.front()) + " }";
    return guess("time.source",
                 formats.size() == 1
                     ? "taken as UTC; zone = \"+05:00\" beside it says otherwise"
                     : "day or month first? The sample does not say: " + quoted(formats[1]) + " fits as well",
                 rule);
  }
  if (has_any(words, {"malware", "family", "threat", "bot", "botnet", "signature"}))
    return guess("malware.name", "by the column's name");
  if (has_any(words, {"tlp"})) return guess("tlp", "by the column's name");
  if (has_any(words, {"proto", "protocol", "transport"})) return guess("protocol.transport", "by the column's name");
  if (has_any(words, {"target", "brand"})) return guess("event_description.target", "by the column's name");
  if (has_any(words, {"description", "comment", "note", "reason"}))
    return guess("event_description.text", "by the column's name");
  if (has_any(words, {"id", "uuid", "event"}) && free("extra.event_id"))
    return guess("extra.event_id", "by the column's name: a record that comes twice under it is one");
  return std::nullopt;
}

bool is_type_column(const SampledColumn& column) {
  if (column.values.size() < 2) return false;
  const std::set<std::string> words = name_words(column.name);
  const std::set<std::string> distinct(column.values.begin(), column.values.end());
  return has_any(words,
                 {"type", "category", "classification", "class", "kind", "report", "tag", "tags", "what", "attack"}) &&
         distinct.size() <= 20 &&
         std::ranges::all_of(distinct, [](const std::string& text) { return text.size() <= 60; });
}

void add_members(const Json& value, const std::string& path, int depth, std::vector<SampledColumn>& columns) {
  if (value.object() != nullptr && depth < 4) {
    for (const auto& [name, member] : *value.object())
      add_members(member, path.empty() ? name : path + "." + name, depth + 1, columns);
    return;
  }
  const auto text = feed_text(value);
  if (!text || !says_something(*text) || path.empty()) return;
  auto column = std::ranges::find(columns, path, &SampledColumn::name);
  if (column == columns.end()) {
    if (columns.size() == kMostProposed) return;
    columns.push_back({path, {}});
    column = columns.end() - 1;
  }
  column->values.push_back(*text);
}

struct Sampled {
  std::string input;  // the lines of [input]
  std::vector<SampledColumn> columns;
};

// The path to the list of records in a JSON object that wraps them: {"status": "ok", "data": [{…}]}.
std::string wrapped_list(const Json& json) {
  if (json.object() == nullptr) return {};
  for (const auto& [name, member] : *json.object()) {
    const Json::Array* list = member.array();
    if (list != nullptr && !list->empty() && list->front().object() != nullptr) return name;
  }
  return {};
}

Result<Sampled> sample_json(std::string_view text) {
  Sampled out;
  // Lines where each is a value, else one document; the first records are enough.
  const std::string_view first = trim(text.substr(0, text.find('\n')));
  const bool lines =
      first.size() < text.size() && first.starts_with('{') && json_value_end(first, 0, kRecordLimit) == first.size();
  out.input = lines ? "format = \"json-lines\"\n" : "format = \"json\"\n";
  std::size_t looked_at = 0;
  const auto records = frame(lines ? Format::JsonLines : Format::JsonDocument, text);
  if (!records) return records.error();
  for (const std::string_view record : *records) {
    if (looked_at++ == kSampled) break;
    const auto json = parse_json(record);
    if (!json || json->object() == nullptr) continue;
    const std::string list = lines ? std::string() : wrapped_list(*json);
    if (list.empty() || records->size() > 1) {
      add_members(*json, {}, 0, out.columns);
      continue;
    }
    out.input += "each = " + quoted(list) + "  # the list whose items are the records\n";
    for (const Json& item : *json->find(list)->array()) {
      if (looked_at++ == kSampled) break;
      Json wrapped;
      wrapped.set("each", item);
      add_members(wrapped, {}, 0, out.columns);
    }
  }
  return out;
}

bool is_identifier(const std::string& text) { return ip_value(text) || url_value(text) || domain_value(text); }

Sampled sample_lines(std::string_view text) {
  Sampled out;
  std::vector<std::string_view> lines;
  std::string comment;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view words = trim(line);
    if (words.empty()) continue;
    if (words.front() == '#' || words.front() == ';') {
      comment = std::string(1, words.front());
      continue;
    }
    if (lines.size() == kSampled) break;
    lines.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
  // The delimiter that gives all lines the same number of fields, the more the better.
  FeedInput input;
  input.delimiter = ",";
  std::size_t most = 1;
  for (const char* delimiter : {",", ";", "\t", "|", "#"}) {
    FeedInput tried;
    tried.delimiter = delimiter;
    std::size_t fields = 0;
    const bool even = std::ranges::all_of(lines, [&](std::string_view line) {
      bool sound = true;
      const std::size_t here = feed_cells(tried, line, sound).size();
      const bool same = sound && (fields == 0 || here == fields);
      fields = here;
      return same;
    });
    if (even && fields > most) most = fields, input.delimiter = delimiter;
  }
  out.input = "format = \"csv\"\n";
  if (input.delimiter != ",") out.input += "delimiter = " + quoted(input.delimiter) + "\n";
  if (!comment.empty()) out.input += "comment = [" + quoted(comment) + "]\n";
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : lines) {
    bool sound = true;
    rows.push_back(feed_cells(input, line, sound));
  }
  if (rows.empty()) return out;
  // A first line without an identifier, a time or a number, over lines that have some, names the columns.
  const auto says = [](const std::string& cell) {
    const std::string value(trim(cell));
    return is_identifier(value) || time_value(value) || (!value.empty() && integer_value(value));
  };
  const bool header = rows.size() > 1 && std::ranges::none_of(rows.front(), says) && std::ranges::any_of(rows[1], says);
  for (std::size_t i = 0; i < most && i < kMostProposed; ++i) {
    SampledColumn column{header && i < rows.front().size() ? std::string(trim(rows.front()[i])) : std::string(), {}};
    if (column.name.empty()) column.name = most == 1 ? "value" : "column" + std::to_string(i + 1);
    for (std::size_t row = header ? 1 : 0; row < rows.size(); ++row) {
      if (i < rows[row].size() && says_something(trim(rows[row][i]))) column.values.emplace_back(trim(rows[row][i]));
    }
    out.columns.push_back(std::move(column));
  }
  if (header) {
    out.input += "header = true  # the first line names the columns\n";
  } else {
    std::vector<std::string> names;
    for (const SampledColumn& column : out.columns) names.push_back(quoted(column.name));
    out.input += "columns = [" + join(names, ", ") + "]  # the lines have no header: name them as you like\n";
  }
  return out;
}

}  // namespace

Result<std::string> propose_profile(std::string_view sample, std::string_view file_name) {
  if (sample.starts_with("\xEF\xBB\xBF")) sample.remove_prefix(3);
  sample = sample.substr(0, 1u << 20);
  if (const std::size_t end = sample.rfind('\n'); sample.size() == 1u << 20 && end != std::string_view::npos)
    sample = sample.substr(0, end);
  if (!valid_utf8(sample)) return fail(Fault::Malformed, "not UTF-8", std::string(file_name));
  const std::string_view text = trim(sample);
  if (text.empty()) return fail(Fault::Malformed, "empty", std::string(file_name));
  if (text.front() == '<')
    return fail(Fault::Malformed,
                "HTML and XML are not guessed; `cordon profile show viriback` and `show cleanmx-phishing` are examples",
                std::string(file_name));
  Sampled sampled;
  if (text.front() == '{' || text.front() == '[')
    sampled = TRY(sample_json(text));
  else
    sampled = sample_lines(sample);

  std::set<std::string> taken;
  std::string event, others, type;
  bool about_something = false;
  for (const SampledColumn& column : sampled.columns) {
    if (type.empty() && is_type_column(column)) {
      const std::set<std::string> distinct(column.values.begin(), column.values.end());
      std::vector<std::string> rows;
      for (const std::string& value : distinct) rows.push_back(quoted(value) + " = " + quoted(type_of(value)));
      type =
          "# What each of its words means, as far as they say it; \"undetermined\" is refused.\n"
          "\"classification.type\" = { from = " +
          quoted(column.name) + ", map = { " + join(rows, ", ") + " }, otherwise = \"undetermined\" }\n";
      continue;
    }
    const auto guess = guess_of(column, taken);
    if (!guess) {
      others += "# " + quoted(column.name) +
                (column.values.empty() ? ": empty in the sample\n"
                                       : ": like " + printable(quoted(column.values.front()), 60) + "\n");
      continue;
    }
    taken.insert(guess->name);
    event += quoted(guess->name) + " = " + guess->rule + "  # " + guess->why + "\n";
    if (guess->why.starts_with("addresses, domains or urls")) {
      for (const char* also : {"fqdn", "url"}) {
        const std::string name = guess->name.substr(0, guess->name.find('.') + 1) + also;
        taken.insert(name);
        event += quoted(name) + " = " + guess->rule + "\n";
      }
    }
    about_something = about_something || guess->name.starts_with("source.") || guess->name.starts_with("malware.hash");
  }
  if (!about_something)
    return fail(Fault::Malformed, "no column of it holds addresses, domains, urls or hashes", std::string(file_name));
  if (type.empty())
    type =
        "# What the feed is about: phishing, malware-distribution, c2-server, infected-system, brute-force, …\n"
        "# \"undetermined\" is refused, so put in the right one.\n"
        "\"classification.type\" = { is = \"undetermined\" }\n";
  return "# Proposed by `cordon profile new`. Look at each line, then: cordon profile check THIS-FILE SAMPLE\n"
         "about = " +
         quoted("Proposed for " + printable(file_name.substr(file_name.rfind('/') + 1), 60)) + "\n\n[input]\n" +
         sampled.input + "\n[event]\n" + type + event +
         (others.empty() ? "" : "\n# Not used; a name like \"extra.count\" takes anything:\n" + others);
}

}  // namespace cordon
