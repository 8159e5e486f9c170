// Following a profile: from a row to its events, and to what the worker answers.
#include <algorithm>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/packed.h"
#include "base/text.h"
#include "net/mail.h"
#include "report/event_names.h"
#include "report/feed_time.h"
#include "report/intelmq.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

constexpr std::size_t kMostCopied = 64u << 20;  // bytes, of what stands beside the list of a document

bool holds(const FeedCondition& condition, const Json& row) {
  const Json* member = feed_member(row, condition.field);
  const auto text = member != nullptr ? feed_text(*member) : std::nullopt;
  switch (condition.is) {
    case FeedCondition::Is::Present:
      return text.has_value() || (member != nullptr && (member->array() != nullptr || member->object() != nullptr));
    case FeedCondition::Is::Absent:
      return !text && (member == nullptr || (member->array() == nullptr && member->object() == nullptr));
    default:
      break;
  }
  const bool any = text && std::ranges::any_of(condition.texts, [&](const std::string& wanted) {
                     if (condition.is == FeedCondition::Is::Has) return text->find(wanted) != std::string::npos;
                     if (condition.is == FeedCondition::Is::Starts) return text->starts_with(wanted);
                     return equal_ignoring_case(*text, wanted);
                   });
  return any != condition.negated;
}

bool all_hold(const std::vector<FeedCondition>& conditions, const Json& row) {
  return std::ranges::all_of(conditions, [&](const FeedCondition& condition) { return holds(condition, row); });
}

// "{host}:{port}" with the members' texts; nothing when one is missing.
std::optional<std::string> composed(std::string_view pattern, const Json& row) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = pattern[at] == '{' ? pattern.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += pattern[at++];
      continue;
    }
    const Json* member = feed_member(row, pattern.substr(at + 1, end - at - 1));
    const auto text = member != nullptr ? feed_text(*member) : std::nullopt;
    if (!text) return std::nullopt;
    out += *text;
    at = end + 1;
  }
  return out;
}

// "109.230.155.061" as "109.230.155.61".
std::string without_padding(std::string_view text) {
  std::string out;
  for (const std::string_view part : split(text, '.')) {
    std::string_view digits = part;
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    if (!out.empty() || part.data() != text.data()) out += '.';
    out += digits;
  }
  return out;
}

// What the steps of a rule make of a text; nothing where one of them finds nothing.
std::optional<Json> stepped(const FeedRule& rule, std::string text) {
  for (const std::string& none : rule.none) {
    if (text == none) return std::nullopt;
  }
  if (!rule.after.empty()) {
    const std::size_t at = text.find(rule.after);
    if (at == std::string::npos) return std::nullopt;
    text.erase(0, at + rule.after.size());
  }
  if (!rule.before.empty()) text = text.substr(0, text.find(rule.before));
  if (!rule.after_last.empty()) {
    if (const std::size_t at = text.rfind(rule.after_last); at != std::string::npos)
      text.erase(0, at + rule.after_last.size());
  }
  text = std::string(trim(text));
  if (rule.lower) text = lower_ascii(text);
  if (rule.upper) {
    for (char& c : text) c = small(c) ? static_cast<char>(c & ~0x20) : c;
  }
  if (rule.unpad) text = without_padding(text);
  if (rule.map) {
    const auto found = rule.map->find(lower_ascii(text));
    if (found != rule.map->end()) return found->second;
    return rule.otherwise;
  }
  if (text.empty()) return std::nullopt;
  if (!rule.scheme.empty() && text.find("://") == std::string::npos) text = rule.scheme + "://" + text;
  if (!rule.split.empty()) {
    Json::Array parts;
    for (std::size_t at = 0; at <= text.size() && parts.size() < kMostEvents;) {
      const std::size_t end = std::min(text.find(rule.split, at), text.size());
      if (const std::string_view part = trim(std::string_view(text).substr(at, end - at)); !part.empty())
        parts.emplace_back(part);
      at = end + rule.split.size();
    }
    return Json(std::move(parts));
  }
  if (rule.number) {
    const auto number = parse_integer(text);
    return number ? std::optional<Json>(*number) : std::nullopt;
  }
  return Json(std::move(text));
}

std::optional<std::string> time_of(const FeedRule& rule, std::string_view text) {
  for (const std::string& format : rule.times) {
    if (auto at = feed_time(text, format, rule.zone)) return at;
  }
  return rule.times.empty() ? feed_time(text, rule.zone) : std::nullopt;
}

bool changes_text(const FeedRule& rule) {
  return !rule.none.empty() || !rule.after.empty() || !rule.before.empty() || !rule.after_last.empty() || rule.lower ||
         rule.upper || rule.unpad || rule.number || rule.map || !rule.scheme.empty() || !rule.split.empty();
}

// Calls `use` with each value that the rule's sources have, until one is taken.
template <typename Use>
bool each_source(const FeedRule& rule, const Json& row, const Use& use) {
  if (rule.is) return use(*rule.is);
  if (!rule.pattern.empty()) {
    auto text = composed(rule.pattern, row);
    if (!text) return false;
    const auto value = stepped(rule, *std::move(text));
    return value && use(*value);
  }
  for (const std::string& path : rule.from) {
    const Json* member = feed_member(row, path);
    if (member == nullptr || member->is_null()) {
      // A map speaks of what is not there, too.
      if (rule.map && rule.otherwise && &path == &rule.from.back()) return use(*rule.otherwise);
      continue;
    }
    if (!changes_text(rule)) {
      if (member->string() != nullptr && trim(*member->string()).empty()) continue;
      if (use(*member)) return true;
      continue;
    }
    const auto text = feed_text(*member);
    if (!text) {
      if (rule.map && rule.otherwise && &path == &rule.from.back()) return use(*rule.otherwise);
      continue;
    }
    const auto value = stepped(rule, *text);
    if (value && use(*value)) return true;
  }
  return false;
}

bool set_event(const std::string& name, const FeedRule& rule, const Json& row, Json& event) {
  if (!all_hold(rule.when, row)) return false;
  const auto takes = takes_of(name);
  return each_source(rule, row, [&](const Json& value) {
    if (takes == Takes::Time || (!takes && !rule.times.empty())) {
      const auto text = feed_text(value);
      const auto at = text ? time_of(rule, *text) : std::nullopt;
      if (at) event.set(name, *at);
      return at.has_value();
    }
    if (takes) {
      auto fits = fitted(name, *takes, value);
      if (!fits) return false;
      event.set(name, *std::move(fits));
      return true;
    }
    if (rule.json && value.string() != nullptr) {
      auto json = parse_json(*value.string());
      if (!json) return false;
      event.set(name, *std::move(json));
      return true;
    }
    event.set(name, rule.list && value.array() == nullptr ? Json(Json::Array{value}) : value);
    return true;
  });
}

void apply_rules(const FeedRules& rules, const Json& row, Json& event) {
  for (const auto& [name, all] : rules) {
    for (const FeedRule& rule : all) {
      if (set_event(name, rule, row, event)) break;
    }
  }
}

std::optional<Json> parsed_field(const FeedRule& rule, const Json& value) {
  const auto text = feed_text(value);
  if (!text)
    return rule.base64 || rule.json || rule.pairs || !rule.patterns.empty() ? std::nullopt : std::optional<Json>(value);
  std::string said = *text;
  if (rule.base64) {
    auto bytes = from_base64(said);
    if (!bytes || !valid_utf8(*bytes)) return std::nullopt;
    said = *std::move(bytes);
  }
  if (rule.json) {
    auto json = parse_json(said);
    if (!json) return std::nullopt;
    return *std::move(json);
  }
  Json row = Json::Object{};
  for (const LinePattern& pattern : rule.patterns) {
    if (match_line(pattern, said, row)) return row;
  }
  if (rule.pairs) {
    for (std::size_t at = 0; at <= said.size();) {
      const std::size_t end = std::min(said.find(rule.pairs->first, at), said.size());
      const std::string_view pair = std::string_view(said).substr(at, end - at);
      const std::size_t sign = pair.find(rule.pairs->second);
      if (sign != std::string_view::npos && !trim(pair.substr(0, sign)).empty()) {
        const std::string_view text_of_pair = trim(pair.substr(sign + rule.pairs->second.size()));
        if (!text_of_pair.empty()) row.set(trim(pair.substr(0, sign)), text_of_pair);
      }
      at = end + rule.pairs->first.size();
    }
    return row.object()->empty() ? std::nullopt : std::optional<Json>(std::move(row));
  }
  if (!rule.patterns.empty()) return std::nullopt;
  if (!rule.times.empty()) {
    const auto at = time_of(rule, said);
    return at ? std::optional<Json>(*at) : std::nullopt;
  }
  return Json(said);
}

// [fields]: members of the row that are made of others. Twice, so that one may name another.
void add_fields(const FeedRules& fields, Json& row) {
  for (int pass = 0; pass < 2; ++pass) {
    for (const auto& [name, all] : fields) {
      if (row.find(name) != nullptr && pass > 0) continue;
      for (const FeedRule& rule : all) {
        if (!all_hold(rule.when, row)) continue;
        std::optional<Json> made;
        each_source(rule, row, [&](const Json& value) {
          made = parsed_field(rule, value);
          return made.has_value();
        });
        if (!made) continue;
        row.set(name, *std::move(made));
        break;
      }
    }
  }
}

// What of a row stands beside the list at `path`, which is copied for no item.
Json without_member(const Json& row, std::string_view path) {
  if (row.object() == nullptr) return row;
  Json out = Json::Object{};
  for (const auto& [name, member] : *row.object()) {
    const bool here = path == name;
    const bool inside = path.size() > name.size() && path.starts_with(name) && path[name.size()] == '.';
    if (here) continue;
    out.set(name, inside ? without_member(member, path.substr(name.size() + 1)) : member);
  }
  return out;
}

// Goes over the items of the list that `path` leads to: "a.b", with "*" for every member of a table, whose names are
// then "key.1", "key.2", … A text is a list where `separator` is given. False when `on_item` says that it is enough.
template <typename OnItem>
bool each_item(const Json& at, std::string_view path, const std::string& separator, std::vector<std::string>& keys,
               const OnItem& on_item) {
  constexpr std::size_t kMostKeys = 4;
  if (path.starts_with('*')) {
    if (at.object() == nullptr || keys.size() == kMostKeys) return true;
    const std::string_view rest = path.substr(path.starts_with("*.") ? 2 : 1);
    for (const auto& [name, member] : *at.object()) {
      keys.push_back(name);
      const bool on = each_item(member, rest, separator, keys, on_item);
      keys.pop_back();
      if (!on) return false;
    }
    return true;
  }
  if (!path.empty()) {
    const std::size_t star = path.find(".*");
    const Json* member = feed_member(at, path.substr(0, star));
    if (member == nullptr || member->is_null()) return true;
    return each_item(*member, star == std::string_view::npos ? std::string_view() : path.substr(star + 1), separator,
                     keys, on_item);
  }
  if (const Json::Array* list = at.array()) {
    return std::ranges::all_of(*list, [&](const Json& item) { return on_item(item, keys); });
  }
  const auto text = feed_text(at);
  if (!text || separator.empty()) return on_item(at, keys);
  for (std::size_t from = 0; from <= text->size();) {
    const std::size_t end = std::min(text->find(separator, from), text->size());
    const std::string_view part = trim(std::string_view(*text).substr(from, end - from));
    if (!part.empty() && !on_item(Json(part), keys)) return false;
    from = end + separator.size();
  }
  return true;
}

// The members that have names of events already, flat or nested. What no record may hold is no such name.
void add_as_is(const std::vector<std::string>& drop, const Json& value, const std::string& path, int depth,
               Json& event) {
  if (std::ranges::find(drop, path) != drop.end()) return;
  if (!path.empty()) {
    if (const auto takes = takes_of(path)) {
      auto fits = fitted(path, *takes, value);
      if (fits && *takes == Takes::Time) {
        const auto at = feed_time(*fits->string(), 0);
        fits = at ? std::optional<Json>(*at) : std::nullopt;
      }
      if (fits) event.set(path, *std::move(fits));
      if (value.object() == nullptr) return;
    } else if (is_extra_name(path) && !value.is_null()) {
      event.set(path, value);
      return;
    }
  }
  if (value.object() == nullptr || depth == 4) return;
  for (const auto& [name, member] : *value.object()) {
    if (depth == 0 && (name == "line" || name == "given" || name == "header" || name == "key" || name == "each"))
      continue;
    add_as_is(drop, member, path.empty() ? name : path + "." + name, depth + 1, event);
  }
}

// extra.* of everything that no rule names, with lower-case names.
void add_rest(const FeedProfile::Parts& parts, const Json& value, const std::string& path, int depth, Json& event) {
  const auto covers = [&](const std::string& used) { return path == used || path.starts_with(used + "."); };
  if (!path.empty() && (std::ranges::any_of(parts.used, covers) || std::ranges::any_of(parts.drop, covers))) return;
  if (value.object() != nullptr && depth < 8) {
    for (const auto& [name, member] : *value.object()) {
      if (path.empty() && (name == "line" || name == "given" || name == "header" || name == "key" || name == "each" ||
                           parts.fields.contains(name)))
        continue;
      add_rest(parts, member, path.empty() ? name : path + "." + name, depth + 1, event);
    }
    return;
  }
  if (value.is_null() || (value.string() != nullptr && trim(*value.string()).empty())) return;
  std::string name = parts.rest + "." + lower_ascii(path);
  for (char& c : name) c = c == ' ' || c == '/' ? '_' : c;
  if (is_extra_name(name) && event.find(name) == nullptr) event.set(name, value);
}

}  // namespace

const Json* feed_member(const Json& row, std::string_view path) {
  if (const Json::Array* list = row.array()) {
    const std::string_view number = path.substr(0, path.find('.'));
    const auto index = all_digits(number) && !number.empty() ? parse_integer(number) : Result<std::int64_t>(Error{});
    if (!index || *index >= static_cast<std::int64_t>(list->size())) return nullptr;
    const Json& item = (*list)[static_cast<std::size_t>(*index)];
    return number.size() == path.size() ? &item : feed_member(item, path.substr(number.size() + 1));
  }
  if (path == ".") return &row;
  if (row.object() == nullptr) return nullptr;
  if (const Json* member = row.find(path)) return member;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const Json* member = row.find(path.substr(0, dot));
    if (member == nullptr) continue;
    if (const Json* found = feed_member(*member, path.substr(dot + 1))) return found;
  }
  return nullptr;
}

namespace {

FeedEvent no_event(std::string code, std::string reason, std::string said = {}) {
  return {Json(), std::move(code), std::move(reason), std::move(said)};
}

void add_events(const FeedProfile::Parts& parts, const FeedBatch& batch, Json row, bool several,
                std::vector<FeedEvent>& out) {
  if (row.object() == nullptr) {
    out.push_back(no_event("malformed", "a record is a JSON object", to_text(row)));
    return;
  }
  add_fields(parts.fields, row);
  std::string said = several ? to_text(row) : std::string();
  const bool left_out = std::ranges::any_of(
      parts.left_out, [&](const std::vector<FeedCondition>& conditions) { return all_hold(conditions, row); });
  if (left_out) {
    out.push_back(no_event("left_out", "the feed's profile leaves this record out", std::move(said)));
    return;
  }
  Json event = batch.given;
  const Json* as_is = parts.as_is.empty() ? nullptr : parts.as_is == "." ? &row : feed_member(row, parts.as_is);
  if (as_is != nullptr) add_as_is(parts.drop, *as_is, {}, 0, event);
  apply_rules(parts.event, row, event);
  for (const FeedLookup& lookup : parts.lookups) {
    const Json* member = feed_member(row, lookup.field);
    const auto text = member != nullptr ? feed_text(*member) : std::nullopt;
    auto found = lookup.rows.find(lower_ascii(text.value_or("")));
    if (found == lookup.rows.end()) found = lookup.rows.find("*");
    if (found != lookup.rows.end()) apply_rules(found->second, row, event);
  }
  if (!parts.rest.empty()) add_rest(parts, row, {}, 0, event);
  out.push_back({std::move(event), {}, {}, said});
  for (std::size_t i = 0; i < parts.also.size(); ++i) {
    if (!all_hold(parts.also_when[i], row)) continue;
    Json another = batch.given;
    apply_rules(parts.also[i], row, another);
    out.push_back({std::move(another), {}, {}, said + "#" + std::to_string(i + 1)});
  }
}

}  // namespace

namespace {

// An address as it may be kept: without the name, password and keys that open it.
std::string without_keys(std::string url) {
  static constexpr std::string_view kSecret[] = {
      "key",    "apikey",    "api_key",        "token",           "access_token",
      "secret", "auth",      "pass",           "password",        "receipt",
      "sig",    "signature", "awsaccesskeyid", "x-amz-signature", "x-amz-credential",
      "session"};
  const std::size_t host = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  const std::size_t path = std::min(url.find_first_of("/?#", host), url.size());
  if (const std::size_t at = url.substr(0, path).rfind('@'); at != std::string::npos && at >= host)
    url.erase(host, at + 1 - host);
  const std::size_t query = url.find('?');
  if (query == std::string::npos) return url;
  std::string kept;
  for (const std::string_view one : split(std::string_view(url).substr(query + 1), '&')) {
    const std::string name = lower_ascii(one.substr(0, one.find('=')));
    if (one.empty() || std::ranges::find(kSecret, name) != std::end(kSecret)) continue;
    kept += (kept.empty() ? "?" : "&") + std::string(one);
  }
  return url.substr(0, query) + kept;
}

}  // namespace

FeedBatch feed_batch(const FeedProfile& profile, Json given, std::string_view head, std::string_view header) {
  FeedBatch batch;
  if (given.object() != nullptr) batch.given = std::move(given);
  for (const char* name : {"feed.url", "feed.documentation"}) {
    if (const Json* url = batch.given.find(name); url != nullptr && url->string() != nullptr)
      batch.given.set(name, without_keys(*url->string()));
  }
  head = head.substr(0, kHeadLimit);
  for (const auto& [name, marks] : profile.parts().header) {
    const std::size_t at = head.find(marks.first);
    if (at == std::string_view::npos) continue;
    std::string_view text = head.substr(at + marks.first.size());
    text = text.substr(0, text.find('\n'));
    if (!marks.second.empty()) text = text.substr(0, text.find(marks.second));
    if (text = trim(text); !text.empty() && valid_utf8(text)) batch.head.set(name, text);
  }
  if (profile.parts().input.format == FeedFormat::Csv) batch.columns = feed_columns(profile.parts().input, header);
  return batch;
}

namespace {

// A batch that is a mail: the records of its attachments.
std::vector<FeedEvent> attached_events(const FeedProfile::Parts& parts, const FeedBatch& batch,
                                       std::string_view record) {
  std::vector<FeedEvent> out;
  const auto mail = read_mail(record);
  if (!mail) {
    out.push_back(no_event("malformed", printable(mail.error().message, 200)));
    return out;
  }
  bool any = false;
  for (const MailPart& part : mail->parts) {
    if (!lower_ascii(part.file_name).ends_with(parts.attachment)) continue;
    any = true;
    FeedBatch inside = feed_batch(*parts.attached, batch.given, part.bytes, feed_header(*parts.attached, part.bytes));
    inside.matter = batch.matter;
    const auto records = frame_feed(*parts.attached, part.bytes);
    if (!records) out.push_back(no_event("too_long", records.error().message, part.bytes));
    if (!records) continue;
    for (const std::string_view one : *records) {
      if (out.size() > kMostEvents) break;
      for (FeedEvent& event : feed_events(*parts.attached, inside, one)) {
        if (event.said.empty()) event.said = one;
        out.push_back(std::move(event));
      }
    }
  }
  if (!any)
    out.push_back(no_event("no_records",
                           "the mail has no attachment whose name ends in '" + printable(parts.attachment, 40) + "'"));
  else if (out.empty())
    out.push_back(no_event("no_records", "the mail's attachment holds no record"));
  if (out.size() > kMostEvents) {
    out.clear();
    out.push_back(no_event("too_long", "more than " + std::to_string(kMostEvents) + " records in one document"));
  }
  return out;
}

}  // namespace

std::vector<FeedEvent> feed_events(const FeedProfile& profile, const FeedBatch& batch, std::string_view record) {
  const FeedProfile::Parts& parts = profile.parts();
  if (parts.attached) return attached_events(parts, batch, record);
  std::vector<FeedEvent> out;
  FeedRows read = feed_rows(parts, batch, record);
  if (!read.problem.empty()) {
    out.push_back(no_event(read.problem == "not UTF-8" ? "encoding" : "malformed", read.problem));
    return out;
  }
  const bool several = read.rows.size() + read.unread.size() > 1 || !parts.each.empty() || !parts.also.empty();
  std::size_t copied = 0;  // bytes of what stands beside the lists
  for (Json& row : read.rows) {
    if (out.size() > kMostEvents || copied > kMostCopied) break;
    if (row.object() != nullptr) {
      if (!parts.header.empty()) row.set("header", batch.head);
      if (parts.uses_given) row.set("given", batch.given);
    }
    if (parts.each.empty()) {
      add_events(parts, batch, std::move(row), several, out);
      continue;
    }
    if (row.object() != nullptr) add_fields(parts.fields, row);
    const std::size_t before = out.size();
    for (const std::string& path : parts.each) {
      const bool starred = path.starts_with('*');
      const Json beside = starred ? Json(Json::Object{}) : without_member(row, path.substr(0, path.find(".*")));
      const std::size_t size = to_text(beside).size();
      std::vector<std::string> keys;
      each_item(row, path, parts.each_separator, keys, [&](const Json& item, const std::vector<std::string>& named) {
        Json one = beside;
        one.set("each", item);
        for (std::size_t i = 0; i < named.size(); ++i) {
          Json key = one.find("key") != nullptr ? *one.find("key") : Json(Json::Object{});
          one.set("key", std::move(key.set(std::to_string(i + 1), named[i])));
        }
        add_events(parts, batch, std::move(one), several, out);
        copied += size;
        return out.size() <= kMostEvents && copied <= kMostCopied;
      });
      if (out.size() > before) break;
    }
    // Where none of the lists is there, the row is the one event.
    if (out.size() == before) add_events(parts, batch, std::move(row), several, out);
  }
  if (copied > kMostCopied) {
    out.clear();
    out.push_back(no_event("too_long", "too much stands beside the list of this document; split it"));
    return out;
  }
  for (const std::string& why : read.unread) out.push_back(no_event("malformed", why, why));
  if (out.empty()) out.push_back(no_event("no_records", "no record in it that the profile describes"));
  if (out.size() > kMostEvents) {
    out.clear();
    out.push_back(no_event("too_long", "more than " + std::to_string(kMostEvents) + " records in one document"));
  }
  return out;
}

Reading read_feed_event(const FeedEvent& event, std::optional<Matter> matter) {
  if (!event.code.empty()) return refuse(event.code, event.reason);
  Json kept = Json::Object{};
  for (const auto& [name, value] : *event.event.object()) {
    const bool about = name == "source.url" || name == "destination.url";
    const std::string* text = value.string();
    const bool address = text != nullptr && !about && text->find("://") != std::string::npos;
    kept.set(name, address ? Json(without_keys(*text)) : value);
  }
  return read_intelmq(kept, matter);
}

std::string write_feed_answers(const FeedProfile& profile, const FeedBatch& batch, std::string_view record) {
  constexpr std::size_t kMostAnswers = 12u << 20;  // bytes; a worker may answer 16 MiB
  const std::vector<FeedEvent> events = feed_events(profile, batch, record);
  PackedWriter answer;
  answer.number(events.size());
  for (const FeedEvent& event : events) {
    Reading reading = read_feed_event(event, batch.matter);
    if (answer.size() > kMostAnswers)
      reading = refuse("too_long", "the records of this document are more than is kept of one; split it");
    const Digest digest = sha256(event.said);
    answer.text(events.size() == 1 ? std::string_view() : digest.view());
    answer.text(write_answer(reading));
  }
  return std::move(answer).bytes();
}

}  // namespace cordon
