#include "report/profile.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "report/event_names.h"
#include "report/feed_time.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

Error wrong(std::string what, std::string where) { return fail(Fault::Malformed, std::move(what), std::move(where)); }

Result<Nothing> only_feed_keys(const Json& table, std::initializer_list<std::string_view> known,
                               const std::string& where) {
  if (table.object() == nullptr) return wrong("expected a table", where);
  for (const auto& [key, value] : *table.object()) {
    if (std::ranges::find(known, std::string_view(key)) != known.end()) continue;
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    return wrong("no key '" + printable(key, 40) + "' here; expected one of " + all, where);
  }
  return Nothing{};
}

// A text, or several.
Result<std::vector<std::string>> texts_of(const Json& value, const std::string& where) {
  std::vector<std::string> out;
  if (const std::string* one = value.string()) {
    out.push_back(*one);
  } else if (const Json::Array* list = value.array()) {
    for (const Json& item : *list) {
      if (item.string() == nullptr) return wrong("expected texts", where);
      out.push_back(*item.string());
    }
  } else {
    return wrong("expected a text or a list of texts", where);
  }
  if (out.size() > 200) return wrong("at most 200 texts", where);
  return out;
}

Result<std::string> text_key(const Json& table, std::string_view key, const std::string& where) {
  const Json* value = table.find(key);
  if (value == nullptr) return std::string();
  if (value->string() == nullptr) return wrong("expected a text", where + " " + std::string(key));
  return *value->string();
}

Result<bool> flag_key(const Json& table, std::string_view key, const std::string& where) {
  const Json* value = table.find(key);
  if (value == nullptr) return false;
  if (value->boolean() == nullptr) return wrong("expected true or false", where + " " + std::string(key));
  return *value->boolean();
}

// { state = "online" }, { kind = ["a", "b"] }, { ip = true }, { line = { has = "…" } }, { state = { not = "down" } }
Result<std::vector<FeedCondition>> read_conditions(const Json& table, const std::string& where) {
  if (table.object() == nullptr) return wrong("expected a table like { state = \"online\" }", where);
  std::vector<FeedCondition> out;
  for (const auto& [field, value] : *table.object()) {
    FeedCondition condition{field, FeedCondition::Is::OneOf, false, {}};
    const Json* said = &value;
    const std::string here = where + " " + printable(field, 40);
    if (const bool* flag = value.boolean()) {
      condition.is = *flag ? FeedCondition::Is::Present : FeedCondition::Is::Absent;
      out.push_back(std::move(condition));
      continue;
    }
    if (value.object() != nullptr) {
      TRY(only_feed_keys(value, {"has", "starts", "not", "lacks"}, here));
      if (value.object()->size() != 1) return wrong("expected one of has, lacks, starts, not", here);
      const std::string& how = value.object()->begin()->first;
      said = &value.object()->begin()->second;
      condition.negated = how == "not" || how == "lacks";
      if (how == "has" || how == "lacks") condition.is = FeedCondition::Is::Has;
      if (how == "starts") condition.is = FeedCondition::Is::Starts;
    }
    if (said->integer() != nullptr)
      condition.texts = {std::to_string(*said->integer())};
    else
      condition.texts = TRY(texts_of(*said, here));
    out.push_back(std::move(condition));
  }
  return out;
}

Result<std::vector<LinePattern>> read_patterns(const Json& value, const std::string& where) {
  std::vector<LinePattern> out;
  const std::vector<std::string> texts = TRY(texts_of(value, where));
  for (const std::string& text : texts) {
    auto pattern = read_line_pattern(text);
    if (!pattern) return wrong(pattern.error().message, where);
    out.push_back(*std::move(pattern));
  }
  return out;
}

Result<FeedRule> read_rule(const Json& value, std::string_view name, bool of_field, const std::string& where) {
  FeedRule rule;
  if (value.string() != nullptr) {
    rule.from = {*value.string()};
    if (rule.from.front().empty()) return wrong("expected the name of a column or member", where);
    return rule;
  }
  if (value.object() == nullptr) return wrong("expected a column's name, or a table like { from = \"column\" }", where);
  TRY(only_feed_keys(value, {"from",  "is",     "pattern", "when",   "none",      "after",    "before", "after_last",
                             "lower", "upper",  "unpad",   "map",    "otherwise", "scheme",   "time",   "zone",
                             "split", "number", "list",    "base64", "json",      "patterns", "pairs"},
                     where));
  if (const Json* from = value.find("from")) rule.from = TRY(texts_of(*from, where + " from"));
  if (const Json* is = value.find("is")) rule.is = *is;
  rule.pattern = TRY(text_key(value, "pattern", where));
  const int sources = (rule.from.empty() ? 0 : 1) + (rule.is ? 1 : 0) + (rule.pattern.empty() ? 0 : 1);
  if (sources != 1) return wrong("expected exactly one of from, is, pattern", where);
  if (const Json* when = value.find("when")) rule.when = TRY(read_conditions(*when, where + " when"));
  if (const Json* none = value.find("none")) rule.none = TRY(texts_of(*none, where + " none"));
  rule.after = TRY(text_key(value, "after", where));
  rule.before = TRY(text_key(value, "before", where));
  rule.after_last = TRY(text_key(value, "after_last", where));
  rule.lower = TRY(flag_key(value, "lower", where));
  rule.upper = TRY(flag_key(value, "upper", where));
  rule.unpad = TRY(flag_key(value, "unpad", where));
  if (const Json* map = value.find("map")) {
    if (map->object() == nullptr) return wrong("expected a table like { bots = \"infected-system\" }", where + " map");
    rule.map.emplace();
    for (const auto& [text, meant] : *map->object()) rule.map->insert_or_assign(lower_ascii(text), meant);
  }
  if (const Json* otherwise = value.find("otherwise")) {
    if (!rule.map) return wrong("otherwise goes with a map", where);
    rule.otherwise = *otherwise;
  }
  rule.scheme = TRY(text_key(value, "scheme", where));
  rule.split = TRY(text_key(value, "split", where));
  rule.number = TRY(flag_key(value, "number", where));
  rule.list = TRY(flag_key(value, "list", where));
  if (const Json* time = value.find("time")) {
    rule.times = TRY(texts_of(*time, where + " time"));
    for (const std::string& format : rule.times) {
      if (!is_time_format(format))
        return wrong("'" + printable(format, 40) +
                         "' is no format of a time; expected unix, unix_ms, windows, or one like \"%d.%m.%Y %H:%M:%S\"",
                     where + " time");
    }
  }
  if (value.find("zone") != nullptr) {
    const auto zone = feed_zone(TRY(text_key(value, "zone", where)));
    if (!zone) return wrong("expected a zone like \"+05:00\"", where + " zone");
    rule.zone = *zone;
  }
  rule.base64 = TRY(flag_key(value, "base64", where));
  rule.json = TRY(flag_key(value, "json", where));
  if (const Json* patterns = value.find("patterns")) rule.patterns = TRY(read_patterns(*patterns, where + " patterns"));
  if (const Json* pairs = value.find("pairs")) {
    TRY(only_feed_keys(*pairs, {"between", "inside"}, where + " pairs"));
    rule.pairs = {TRY(text_key(*pairs, "between", where)), TRY(text_key(*pairs, "inside", where))};
    if (rule.pairs->first.empty() || rule.pairs->second.empty())
      return wrong(R"(expected { between = ";", inside = ":" })", where + " pairs");
  }
  const bool parses = rule.base64 || !rule.patterns.empty() || rule.pairs;
  if (!of_field && parses) return wrong("base64, patterns and pairs are for [fields]", where);
  const auto takes = takes_of(name);
  if (!of_field && takes && *takes != Takes::Time && (!rule.times.empty()))
    return wrong("time is for time.source, time.observation and extra.*", where);
  return rule;
}

Result<FeedRules> read_rules(const Json& table, bool of_fields, const std::string& where) {
  if (table.object() == nullptr) return wrong("expected a table", where);
  FeedRules rules;
  for (const auto& [name, value] : *table.object()) {
    const std::string here = where + " \"" + printable(name, 60) + "\"";
    if (!of_fields) {
      if (name.ends_with(".account"))
        return fail(Fault::Refused, "an account is a person's, and no record of a feed holds one (charter 4.8)", here);
      if (name == "raw" || name == "output")
        return fail(Fault::Refused, "the record is kept redacted; its raw bytes are not kept a second time", here);
      if (!is_event_name(name))
        return wrong(R"(no name of an event; expected one like "source.ip", or "extra.name" (docs/formats/intelmq.md))",
                     here);
    }
    std::vector<FeedRule>& all = rules[name];
    const bool several = value.array() != nullptr;
    if (several) {
      for (const Json& one : *value.array()) all.push_back(TRY(read_rule(one, name, of_fields, here)));
    } else {
      all.push_back(TRY(read_rule(value, name, of_fields, here)));
    }
    if (all.empty()) return wrong("expected where its value stands", here);
  }
  return rules;
}

Result<FeedInput> read_feed_input(const Json& table) {
  const std::string where = "[input]";
  TRY(only_feed_keys(table,
                     {"format",    "encoding", "comment", "delimiter", "quotes",         "header",      "header_lines",
                      "columns",   "patterns", "carry",   "between",   "inside",         "keep_quotes", "table",
                      "skip_rows", "element",  "replace", "each",      "each_separator", "attachment"},
                     where));
  FeedInput input;
  static constexpr std::pair<std::string_view, FeedFormat> kFeedFormats[] = {
      {"csv", FeedFormat::Csv},    {"lines", FeedFormat::Lines},          {"pairs", FeedFormat::Pairs},
      {"json", FeedFormat::Json},  {"json-lines", FeedFormat::JsonLines}, {"html", FeedFormat::Html},
      {"xml", FeedFormat::Xml},    {"openioc", FeedFormat::OpenIoc},      {"stix", FeedFormat::Stix},
      {"words", FeedFormat::Words}};
  const std::string format = TRY(text_key(table, "format", where));
  const auto found =
      std::ranges::find(kFeedFormats, std::string_view(format), &std::pair<std::string_view, FeedFormat>::first);
  if (found == std::end(kFeedFormats))
    return wrong("expected csv, lines, pairs, json, json-lines, html, xml, openioc, stix or words", where + " format");
  input.format = found->second;
  const std::string encoding = TRY(text_key(table, "encoding", where));
  if (!encoding.empty() && encoding != "latin-1" && encoding != "utf-8")
    return wrong("expected utf-8 or latin-1", where + " encoding");
  input.latin1 = encoding == "latin-1";
  if (const Json* comment = table.find("comment")) input.comments = TRY(texts_of(*comment, where + " comment"));
  if (std::ranges::find(input.comments, "") != input.comments.end())
    return wrong("expected what a comment begins with", where + " comment");
  if (table.find("delimiter") != nullptr) input.delimiter = TRY(text_key(table, "delimiter", where));
  if (input.delimiter != "blank" && (input.delimiter.size() != 1 || input.delimiter == "\"" || input.delimiter == "\n"))
    return wrong("expected one character, or \"blank\" for any number of blanks", where + " delimiter");
  if (table.find("quotes") != nullptr) input.quotes = TRY(flag_key(table, "quotes", where));
  if (const Json* columns = table.find("columns")) input.columns = TRY(texts_of(*columns, where + " columns"));
  input.header = TRY(flag_key(table, "header", where));
  input.header_lines = table.number_or("header_lines", input.header ? 1 : 0);
  if (input.header_lines < 0 || input.header_lines > 100)
    return wrong("expected 0 to 100 lines", where + " header_lines");
  if (input.header && input.header_lines == 0) return wrong("a header is a line", where + " header_lines");
  if (input.format == FeedFormat::Csv && !input.header && input.columns.empty())
    return wrong("expected header = true, or columns = [...] with a name for each column", where);
  if (const Json* patterns = table.find("patterns"))
    input.patterns = TRY(read_patterns(*patterns, where + " patterns"));
  if (const Json* carry = table.find("carry")) input.carried = TRY(read_patterns(*carry, where + " carry"));
  if (input.format == FeedFormat::Lines && input.patterns.empty())
    return wrong("expected patterns = [\"{address} {name}\"]", where);
  if (table.find("between") != nullptr) input.between = TRY(text_key(table, "between", where));
  if (table.find("inside") != nullptr) input.inside = TRY(text_key(table, "inside", where));
  if (input.between.empty() || input.inside.empty()) return wrong("expected a text", where + " between, inside");
  input.keep_quotes = TRY(flag_key(table, "keep_quotes", where));
  if (const Json* chosen = table.find("table")) {
    TRY(only_feed_keys(*chosen, {"attribute", "value"}, where + " table"));
    input.table_attribute = TRY(text_key(*chosen, "attribute", where));
    input.table_value = TRY(text_key(*chosen, "value", where));
    if (input.table_attribute.empty())
      return wrong(R"(expected { attribute = "class", value = "list" })", where + " table");
  }
  input.skip_rows = table.number_or("skip_rows", 0);
  if (input.skip_rows < 0 || input.skip_rows > 100) return wrong("expected 0 to 100 rows", where + " skip_rows");
  input.element = TRY(text_key(table, "element", where));
  if (input.format == FeedFormat::Xml && input.element.empty())
    return wrong("expected element = \"entry\", the element that is a record", where);
  if (const Json* replace = table.find("replace")) {
    if (replace->array() == nullptr) return wrong(R"(expected pairs like [["[.]", "."]])", where + " replace");
    for (const Json& one : *replace->array()) {
      const std::vector<std::string> pair = TRY(texts_of(one, where + " replace"));
      if (pair.size() != 2 || pair.front().empty() || input.replace.size() == 50)
        return wrong(R"(expected pairs like [["[.]", "."]])", where + " replace");
      input.replace.emplace_back(pair[0], pair[1]);
    }
  }
  return input;
}

// The members that the holes of a text name.
void add_holes(std::string_view pattern, std::vector<std::string>& used) {
  for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
    const std::size_t end = pattern.find('}', at);
    if (end == std::string_view::npos) return;
    used.emplace_back(pattern.substr(at + 1, end - at - 1));
  }
}

void add_used(const FeedRules& rules, std::vector<std::string>& used) {
  for (const auto& [name, all] : rules) {
    for (const FeedRule& rule : all) {
      used.insert(used.end(), rule.from.begin(), rule.from.end());
      add_holes(rule.pattern, used);
      for (const FeedCondition& condition : rule.when) used.push_back(condition.field);
    }
  }
}

MissingColumns missing_of(const FeedProfile::Parts& parts, const std::vector<std::string>& columns) {
  MissingColumns missing;
  bool any = false;
  for (const std::string& name : parts.used) {
    const std::string_view first = std::string_view(name).substr(0, name.find('.'));
    const bool ours = first == "line" || first == "given" || first == "header" || first == "each" || first == "key";
    const bool made = parts.fields.contains(std::string(first)) || parts.fields.contains(name);
    const auto number = all_digits(name) ? parse_integer(name) : Result<std::int64_t>(Error{});
    const bool behind = number && *number > static_cast<std::int64_t>(columns.size());  // a column without a name
    if (ours || made || behind || name == ".") continue;
    const bool there = std::ranges::find(columns, name) != columns.end();
    any = any || there;
    if (!there && std::ranges::find(missing.names, name) == missing.names.end()) missing.names.push_back(name);
  }
  missing.all = !any && !missing.names.empty();
  return missing;
}

}  // namespace

bool is_event_name(std::string_view name) { return takes_of(name).has_value() || is_extra_name(name); }

Result<FeedProfile> FeedProfile::read(const Json& profile) {
  TRY(only_feed_keys(
      profile, {"about", "input", "header", "fields", "event", "also", "lookup", "leave_out", "rest", "as_is", "drop"},
      "profile"));
  if (to_text(profile).size() > kLargestProfile) return wrong("a profile is at most 64 KiB", "profile");
  auto parts = std::make_shared<Parts>();
  const std::string about = TRY(text_key(profile, "about", "profile"));
  const Json* input = profile.find("input");
  if (input == nullptr) return wrong("expected a table [input] with format = \"csv\" or another", "profile");
  parts->input = TRY(read_feed_input(*input));
  if (const Json* each = input->find("each")) parts->each = TRY(texts_of(*each, "[input] each"));
  parts->each_separator = TRY(text_key(*input, "each_separator", "[input]"));
  if (input->find("attachment") != nullptr) {
    parts->attachment = lower_ascii(TRY(text_key(*input, "attachment", "[input]")));
    if (parts->attachment.empty()) return wrong("expected what its name ends in, like \".csv\"", "[input] attachment");
    Json inside = *input;
    inside.object()->erase("attachment");
    FeedProfile attached = TRY(FeedProfile::read(Json(profile).set("input", std::move(inside))));
    parts->attached = std::make_shared<const FeedProfile>(std::move(attached));
  }
  if (const Json* header = profile.find("header")) {
    if (header->object() == nullptr) return wrong("expected a table", "[header]");
    for (const auto& [name, one] : *header->object()) {
      const std::string here = "[header] " + printable(name, 40);
      TRY(only_feed_keys(one, {"after", "before"}, here));
      std::string after = TRY(text_key(one, "after", here)), before = TRY(text_key(one, "before", here));
      if (after.empty()) return wrong("expected { after = \"# updated: \" }", here);
      parts->header.emplace(name, std::pair(std::move(after), std::move(before)));
    }
  }
  if (const Json* fields = profile.find("fields")) parts->fields = TRY(read_rules(*fields, true, "[fields]"));
  const Json* event = profile.find("event");
  if (event == nullptr && profile.find("as_is") == nullptr)
    return wrong(R"(expected a table [event], like "source.ip" = "column")", "profile");
  if (event != nullptr) parts->event = TRY(read_rules(*event, false, "[event]"));
  if (const Json* also = profile.find("also")) {
    if (also->array() == nullptr) return wrong("expected [[also]] tables", "[[also]]");
    for (const Json& one : *also->array()) {
      TRY(only_feed_keys(one, {"when", "event"}, "[[also]]"));
      const Json* when = one.find("when");
      const Json* its = one.find("event");
      if (its == nullptr || parts->also.size() == 8) return wrong("expected an event in each, at most 8", "[[also]]");
      parts->also_when.push_back(when != nullptr ? TRY(read_conditions(*when, "[[also]] when"))
                                                 : std::vector<FeedCondition>{});
      parts->also.push_back(TRY(read_rules(*its, false, "[[also]] event")));
    }
  }
  if (const Json* lookups = profile.find("lookup")) {
    if (lookups->object() == nullptr) return wrong("expected a table for each column", "[lookup]");
    for (const auto& [field, table] : *lookups->object()) {
      const std::string here = "[lookup.\"" + printable(field, 40) + "\"]";
      if (table.object() == nullptr) return wrong("expected a row for each text of the column", here);
      FeedLookup lookup{field, {}};
      for (const auto& [text, row] : *table.object())
        lookup.rows.insert_or_assign(lower_ascii(text), TRY(read_rules(row, false, here + " " + printable(text, 40))));
      parts->lookups.push_back(std::move(lookup));
    }
  }
  if (const Json* left_out = profile.find("leave_out")) {
    if (left_out->array() == nullptr) return wrong("expected a list of tables like { state = \"down\" }", "leave_out");
    for (const Json& one : *left_out->array()) parts->left_out.push_back(TRY(read_conditions(one, "leave_out")));
  }
  parts->rest = TRY(text_key(profile, "rest", "profile"));
  if (!parts->rest.empty() && parts->rest != "extra" && !is_extra_name(parts->rest))
    return wrong("expected \"extra\" or a name below it", "rest");
  parts->as_is = TRY(text_key(profile, "as_is", "profile"));
  if (const Json* drop = profile.find("drop")) parts->drop = TRY(texts_of(*drop, "drop"));

  add_used(parts->event, parts->used);
  add_used(parts->fields, parts->used);
  for (const FeedRules& also : parts->also) add_used(also, parts->used);
  for (const FeedLookup& lookup : parts->lookups) {
    parts->used.push_back(lookup.field);
    for (const auto& [text, rules] : lookup.rows) add_used(rules, parts->used);
  }
  const auto add_conditions = [&](const std::vector<std::vector<FeedCondition>>& all) {
    for (const auto& conditions : all) {
      for (const FeedCondition& condition : conditions) parts->used.push_back(condition.field);
    }
  };
  add_conditions(parts->left_out);
  add_conditions(parts->also_when);
  for (const std::string& name : parts->used) {
    parts->uses_line = parts->uses_line || name == "line";
    parts->uses_given = parts->uses_given || name.starts_with("given");
  }
  if (parts->input.format == FeedFormat::Csv && !parts->input.columns.empty()) {
    const MissingColumns missing = missing_of(*parts, parts->input.columns);
    if (!missing.names.empty())
      return wrong(
          "a rule names the column '" + printable(missing.names.front(), 40) + "', which [input] columns has not",
          "profile");
  }
  return FeedProfile(profile, about, std::move(parts));
}

MissingColumns missing_columns(const FeedProfile& profile, std::string_view header) {
  const FeedInput& input = profile.parts().input;
  if (input.format != FeedFormat::Csv || !input.columns.empty() || profile.parts().attached) return {};
  return missing_of(profile.parts(), feed_columns(input, header));
}

Result<Nothing> check_given(const Json& given) {
  if (given.object() == nullptr) return wrong("expected a table", "given");
  for (const auto& [name, value] : *given.object()) {
    if (name.ends_with(".account") || !is_event_name(name))
      return wrong("no name of an event; expected one like \"feed.url\"", "given " + printable(name, 60));
    if (value.object() != nullptr || value.array() != nullptr || value.is_null())
      return wrong("expected a text, a number, true or false", "given " + printable(name, 60));
  }
  return Nothing{};
}

}  // namespace cordon
