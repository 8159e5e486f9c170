// The reader of the list's XML: elements, attributes of the root, text; no document types, so no entity can be declared
// and nothing outside is named. It knows its place by a stack of names. Text is kept of five elements below
// CONSOLIDATED_LIST/ENTITIES/ENTITY and of nothing else, so that what the file says of people is gone as it is read.
#include "decision/un_list.h"

#include <algorithm>
#include <array>

#include "base/confined.h"
#include "base/text.h"
#include "base/xml.h"

namespace cordon {

namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kLongestUnText = 1000;
constexpr std::size_t kMostUnEntities = 10'000;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':';
}

struct Tag {
  enum class Kind { Open, Close, Empty };
  Kind kind = Kind::Open;
  std::string_view name, attributes;
};

class Xml {
 public:
  explicit Xml(std::string_view text) : rest_(text) {}

  // The next tag; `text` is what stands before it. Nothing at the end.
  Result<std::optional<Tag>> next(std::string_view& text) {
    for (;;) {
      const std::size_t open = rest_.find('<');
      text = rest_.substr(0, open);
      if (open == std::string_view::npos) return std::optional<Tag>();
      rest_.remove_prefix(open + 1);
      if (rest_.starts_with("!--")) {
        TRY(skip("-->"));
      } else if (rest_.starts_with('?')) {
        TRY(skip("?>"));
      } else if (rest_.starts_with('!')) {
        return fail(Fault::Malformed, "a document type or a CDATA section, which a list has not");
      } else {
        return tag();
      }
    }
  }

 private:
  Result<Nothing> skip(std::string_view until) {
    const std::size_t end = rest_.find(until);
    if (end == std::string_view::npos) return fail(Fault::Malformed, "the file ends in the middle");
    rest_.remove_prefix(end + until.size());
    return Nothing{};
  }
  Result<std::optional<Tag>> tag() {
    // A '>' may stand in a value between quotes.
    std::size_t end = 0;
    for (char quote = 0; end < rest_.size() && (quote != 0 || rest_[end] != '>'); ++end) {
      if (quote == 0 && (rest_[end] == '"' || rest_[end] == '\''))
        quote = rest_[end];
      else if (rest_[end] == quote)
        quote = 0;
    }
    if (end == rest_.size()) return fail(Fault::Malformed, "the file ends in the middle of a tag");
    std::string_view inside = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    Tag tag;
    if (inside.starts_with('/')) {
      tag.kind = Tag::Kind::Close;
      inside.remove_prefix(1);
    } else if (inside.ends_with('/')) {
      tag.kind = Tag::Kind::Empty;
      inside.remove_suffix(1);
    }
    const auto name_end = std::find_if_not(inside.begin(), inside.end(), is_name) - inside.begin();
    tag.name = inside.substr(0, static_cast<std::size_t>(name_end));
    tag.attributes = inside.substr(static_cast<std::size_t>(name_end));
    if (tag.name.empty() || tag.name.size() > 100) return fail(Fault::Malformed, "a tag without a name");
    return std::optional(tag);
  }
  std::string_view rest_;
};

std::string attribute(std::string_view attributes, std::string_view name) {
  const std::size_t at = attributes.find(std::string(name) + "=");
  if (at == std::string_view::npos || at + name.size() + 2 > attributes.size()) return {};
  const char quote = attributes[at + name.size() + 1];
  const std::size_t begin = at + name.size() + 2, end = attributes.find(quote, begin);
  if ((quote != '"' && quote != '\'') || end == std::string_view::npos) return {};
  return std::string(attributes.substr(begin, end - begin));
}

// "2026-11-20T05:00:03.203Z", or the day alone.
Result<Instant> when(const std::string& text) {
  const Result<Instant> whole = parse_rfc3339(text);
  return whole || text.size() != 10 ? whole : parse_rfc3339(text + "T00:00:00Z");
}

std::string read_confined_un_list(std::string_view, std::string_view xml) {
  const Result<UnEntities> list = UnEntities::read_xml(xml);
  if (!list) return to_text(Json::Object{{"error", list.error().message}, {"where", list.error().where}});
  return list->text();
}

const RegisterWorker kUnListWorker{{"un_list", nullptr, read_confined_un_list}};

}  // namespace

Result<std::string> parse_un_reference(std::string_view text) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const bool shape = text.size() == 7 && capital(text[0]) && capital(text[1]) && text[2] >= 'a' && text[2] <= 'z' &&
                     text[3] == '.' &&
                     std::all_of(text.begin() + 4, text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!shape) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no permanent reference of the list");
  if (text[2] == 'i')
    return fail(Fault::Refused,
                std::string(text) + " is an individual's; persons have no place here (charter 4.3, C16)");
  if (!text.starts_with("QDe") && !text.starts_with("TAe"))
    return fail(Fault::Refused, std::string(text) + " is of another regime; C16 takes QDe and TAe (charter 4.3)");
  return std::string(text);
}

Result<UnEntities> UnEntities::read_xml(std::string_view xml) {
  if (xml.size() > kLargestUnList) return fail(Fault::Malformed, "a list has at most 64 MiB");
  UnEntities list;
  Xml reader(xml);
  std::vector<std::string_view> path;
  std::string_view text;
  std::map<std::string, std::string, std::less<>> fields;
  bool whole = false;
  const auto in_entity = [&] { return path.size() >= 3 && path[1] == "ENTITIES" && path[2] == "ENTITY"; };
  while (const std::optional<Tag> tag = TRY(reader.next(text))) {
    if (whole) return fail(Fault::Malformed, "something stands behind the list");
    if (tag->kind != Tag::Kind::Close) {
      if (path.empty()) {
        if (tag->name != "CONSOLIDATED_LIST")
          return fail(Fault::Malformed, "this is no consolidated list; it begins with <CONSOLIDATED_LIST>");
        list.generated_ = TRY(when(attribute(tag->attributes, "dateGenerated")));
      }
      if (path.size() == kDeepest) return fail(Fault::Malformed, "its elements lie too deep in one another");
      if (tag->kind == Tag::Kind::Open) path.push_back(tag->name);
      if (path.size() == 3 && in_entity() && tag->name == "ENTITY") fields.clear();
      continue;
    }
    if (path.empty() || path.back() != tag->name)
      return fail(Fault::Malformed, "an element that was not opened is closed");
    if (path.size() == 4 && in_entity()) {
      for (const std::string_view kept : {"FIRST_NAME", "UN_LIST_TYPE", "REFERENCE_NUMBER", "LISTED_ON"}) {
        if (kept != tag->name) continue;
        const std::optional<std::string> said = xml_text(trim(text));
        if (!said || !valid_utf8(*said) || said->size() > kLongestUnText)
          return fail(Fault::Malformed, "an entity's text cannot be read, or is too long");
        fields[std::string(kept)] = *said;
      }
    }
    if (path.size() == 3 && in_entity()) {
      const std::string reference = fields["REFERENCE_NUMBER"];
      if (const Result<std::string> known = parse_un_reference(reference)) {
        if (list.entities_.size() == kMostUnEntities) return fail(Fault::Malformed, "too many entities");
        list.entities_.insert_or_assign(*known,
                                        UnEntity{fields["FIRST_NAME"], fields["UN_LIST_TYPE"], fields["LISTED_ON"]});
      }
    }
    path.pop_back();
    whole = path.empty();
  }
  if (!whole) return fail(Fault::Malformed, "the list ends in the middle");
  return list;
}

Result<UnEntities> UnEntities::read_xml_confined(std::string_view xml) {
  if (xml.size() > kLargestUnList) return fail(Fault::Malformed, "a list has at most 64 MiB");
  const std::vector<Result<std::string>> answers = TRY(run_confined("un_list", "", std::array{xml}));
  const std::string answer = TRY(answers.front());
  const Json json = TRY(parse_json(answer));
  if (json.find("error") != nullptr)
    return fail(Fault::Malformed, printable(json.text_or("error"), 300), printable(json.text_or("where"), 100));
  return read(answer);
}

Result<UnEntities> UnEntities::read(std::string_view text) {
  const Json json = TRY(parse_json(text));
  UnEntities list;
  list.generated_ = TRY(parse_rfc3339(TRY(json.text("generated"))));
  for (const Json& one : TRY(json.list("entities"))) {
    const std::string reference = TRY(parse_un_reference(TRY(one.text("reference"))));
    UnEntity entity{TRY(one.text("name")), TRY(one.text("list_type")), TRY(one.text("listed_on"))};
    list.entities_.insert_or_assign(reference, std::move(entity));
  }
  return list;
}

std::string UnEntities::text() const {
  Json::Array list;
  for (const auto& [reference, entity] : entities_)
    list.push_back(Json::Object{{"reference", reference},
                                {"name", entity.name},
                                {"list_type", entity.list_type},
                                {"listed_on", entity.listed_on}});
  return to_text(Json::Object{{"generated", to_rfc3339(generated_)}, {"entities", std::move(list)}});
}

namespace {

// What looks like a permanent reference in a sentence.
std::vector<std::string> references_in(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i + 7 <= text.size(); ++i) {
    const Result<std::string> one = parse_un_reference(text.substr(i, 7));
    const bool apart =
        (i == 0 || !is_name(text[i - 1])) && (i + 7 == text.size() || !(text[i + 7] >= '0' && text[i + 7] <= '9'));
    if (apart && (one || one.error().fault == Fault::Refused)) found.emplace_back(text.substr(i, 7));
  }
  return found;
}

}  // namespace

Result<std::string> check_un_reference(std::string_view basis, const UnEntities* list, Instant now) {
  const std::vector<std::string> named = references_in(basis);
  std::optional<std::string> reference;
  for (const std::string& one : named) {
    const std::string known = TRY(parse_un_reference(one));
    if (reference && *reference != known)
      return fail(Fault::Refused, "the answer names several entities; a case is about one (G_UN_REFERENCE)");
    reference = known;
  }
  if (!reference)
    return fail(Fault::Refused,
                "the answer names no permanent reference of an entity, such as QDe.004 (G_UN_REFERENCE)");
  if (list == nullptr)
    return fail(Fault::Refused, "the Security Council's list was never loaded here: `cordon entities load`");
  if (list->stale(now))
    return fail(Fault::Refused, "the list is stale: it was generated on " +
                                    to_rfc3339(list->generated()).substr(0, 10) + "; load the newest");
  if (!list->lists(*reference))
    return fail(Fault::Refused, *reference + " does not stand on the list of " +
                                    to_rfc3339(list->generated()).substr(0, 10) + ": delisted, or never listed");
  return *reference;
}

std::optional<std::string> un_reference_of(const Case& the_case) {
  const auto answer = the_case.gates.find(Gate::UnReference);
  if (answer == the_case.gates.end() || answer->second.answer != "entity_listed") return std::nullopt;
  const std::vector<std::string> named = references_in(answer->second.basis);
  return named.empty() ? std::nullopt : std::optional(named.front());
}

Json to_json(const UnListKept& event) {
  Json::Array by;
  for (const OfficerId& id : event.by) by.emplace_back(id.text());
  return Json::Object{{"digest", event.digest.hex()},
                      {"blob", event.blob.hex()},
                      {"generated", to_rfc3339(event.generated)},
                      {"entities", event.entities},
                      {"delisted", Json::Array(event.delisted.begin(), event.delisted.end())},
                      {"by", std::move(by)}};
}

Result<UnListKept> read_un_list_kept(const Json& body) {
  UnListKept event;
  event.digest = TRY(parse_digest(TRY(body.text("digest"))));
  event.blob = TRY(parse_digest(TRY(body.text("blob"))));
  event.generated = TRY(parse_rfc3339(TRY(body.text("generated"))));
  event.entities = TRY(body.number("entities"));
  for (const Json& one : TRY(body.list("delisted")))
    event.delisted.push_back(TRY(parse_un_reference(one.string() ? *one.string() : std::string())));
  for (const Json& id : TRY(body.list("by")))
    event.by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  if (event.by.size() != 2) return fail(Fault::Malformed, "two people load a list");
  return event;
}

Result<UnListKept> keep_un_list(const UnEntities& list, const UnEntities* before, const Officer& one,
                                const Officer& other, Instant now) {
  TRY(may(one, Act::KeepEntityList));
  TRY(may(other, Act::CountersignEntityList));
  if (one.id == other.id || one.key == other.key)
    return fail(Fault::Refused, "it takes two different people to load the list (charter 10)");
  if (list.stale(now) || list.generated() > now + kDayMs)
    return fail(Fault::Refused, "the list was generated on " + to_rfc3339(list.generated()).substr(0, 10) +
                                    "; one of the last 30 days is needed");
  if (before != nullptr && list.generated() < before->generated())
    return fail(Fault::Refused, "it is older than the one that is in force");
  UnListKept event;
  event.digest = list.digest();
  event.generated = list.generated();
  event.entities = static_cast<std::int64_t>(list.entities().size());
  event.by = {one.id, other.id};
  if (before != nullptr)
    for (const auto& [reference, entity] : before->entities())
      if (!list.lists(reference)) event.delisted.push_back(reference);
  return event;
}

}  // namespace cordon
