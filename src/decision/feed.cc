#include "decision/feed.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<PublisherKind, std::string_view>, 4> kPublisherKinds{{
    {PublisherKind::Private, "private"},
    {PublisherKind::OtherState, "other_state"},
    {PublisherKind::OwnState, "own_state"},
    {PublisherKind::Operator, "operator"},
}};
constexpr std::size_t kLongestPublisher = 200, kMostLabels = 200, kMostFieldsOfGate = 8;

bool short_line(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && valid_utf8(text) && printable(text, most) == text;
}

// What a field may answer at all: a gate of one of its categories. The guard and the breadth are the software's to
// look at, and whatever else there is takes a person.
bool is_gate_of(const Feed& feed, Gate gate) {
  return std::any_of(feed.categories.begin(), feed.categories.end(), [&](const auto& one) {
    const Category* category = one.second.category();
    return category != nullptr && row(*category).gates.contains(gate);
  });
}

}  // namespace

std::string_view name(PublisherKind kind) {
  return std::find_if(kPublisherKinds.begin(), kPublisherKinds.end(),
                      [&](const auto& row) { return row.first == kind; })
      ->second;
}

Result<PublisherKind> parse_publisher_kind(std::string_view text) {
  for (const auto& [kind, spelling] : kPublisherKinds)
    if (spelling == text) return kind;
  return fail(Fault::Malformed, "'" + printable(text, 40) +
                                    "' is no kind of publisher; there are private, other_state, own_state, operator");
}

Result<Feed> read_feed(const Json& body) {
  static const std::set<std::string_view> kKnown{"name",    "publisher",  "publisher_kind", "own_sensor",
                                                 "machine", "categories", "fields",         "profile"};
  if (body.object() == nullptr) return fail(Fault::Malformed, "a feed is a table");
  for (const auto& [key, value] : *body.object())
    if (!kKnown.contains(key)) return fail(Fault::Malformed, "a feed has no member '" + printable(key, 60) + "'");
  Feed feed;
  feed.name = TRY(body.text("name"));
  feed.publisher = TRY(body.text("publisher"));
  feed.publisher_kind = TRY(parse_publisher_kind(TRY(body.text("publisher_kind"))));
  if (body.find("own_sensor") != nullptr) feed.own_sensor = TRY(body.flag("own_sensor"));
  feed.machine = TRY(body.text("machine"));
  if (!short_line(feed.name, 64) || !short_line(feed.machine, 64))
    return fail(Fault::Malformed, "a feed has a name, and the name of the machine's key that it comes with", "machine");
  if (!short_line(feed.publisher, kLongestPublisher))
    return fail(Fault::Malformed, "a feed's publisher is named in a line of at most 200 bytes", "publisher");
  if (feed.own_sensor && feed.publisher_kind != PublisherKind::Operator)
    return fail(Fault::Refused, "an own sensor is the operator's own; its publisher_kind is operator", "own_sensor");
  feed.profile = body.text_or("profile");
  if (!feed.profile.empty()) TRY(parse_digest(feed.profile));
  const Json* categories = body.find("categories");
  if (categories == nullptr || categories->object() == nullptr || categories->object()->empty() ||
      categories->object()->size() > kMostLabels)
    return fail(Fault::Malformed, "expected at least one label of the feed and the category that it means",
                "categories");
  for (const auto& [label, category] : *categories->object()) {
    const Matter matter = TRY(parse_matter(category.string() != nullptr ? *category.string() : std::string()));
    if (!short_line(label, 200))
      return fail(Fault::Malformed, "a label is one line of at most 200 bytes", "categories");
    feed.categories.emplace(label, matter);
  }
  if (const Json* fields = body.find("fields")) {
    if (fields->object() == nullptr) return fail(Fault::Malformed, "expected gates and the members that answer them");
    for (const auto& [spelling, members] : *fields->object()) {
      const Gate gate = TRY(parse_gate(spelling));
      if (!is_gate_of(feed, gate))
        return fail(Fault::Refused, spelling + " is no gate of this feed's categories that a field could answer",
                    "fields");
      std::vector<std::string>& named = feed.fields[gate];
      if (members.array() == nullptr || members.array()->empty() || members.array()->size() > kMostFieldsOfGate)
        return fail(Fault::Malformed, "expected 1 to 8 members of a record", "fields." + spelling);
      for (const Json& member : *members.array()) {
        if (member.string() == nullptr || !short_line(*member.string(), 100))
          return fail(Fault::Malformed, "a member's name is one line of at most 100 bytes", "fields." + spelling);
        named.push_back(*member.string());
      }
    }
  }
  return feed;
}

Json to_json(const Feed& feed) {
  Json::Object categories, fields;
  for (const auto& [label, matter] : feed.categories) categories.emplace(label, matter.id());
  for (const auto& [gate, members] : feed.fields)
    fields.emplace(std::string(name(gate)), Json::Array(members.begin(), members.end()));
  Json json = Json::Object{{"name", feed.name},
                           {"publisher", feed.publisher},
                           {"publisher_kind", name(feed.publisher_kind)},
                           {"own_sensor", feed.own_sensor},
                           {"machine", feed.machine},
                           {"categories", std::move(categories)},
                           {"fields", std::move(fields)}};
  if (!feed.profile.empty()) json.set("profile", feed.profile);
  return json;
}

bool answers(const Feed& feed, Gate gate, std::string_view record) {
  const auto members = feed.fields.find(gate);
  if (members == feed.fields.end()) return false;
  const Result<Json> read = parse_json(record);
  if (!read || read->object() == nullptr) return false;
  return std::all_of(members->second.begin(), members->second.end(),
                     [&](const std::string& member) { return !trim(read->text_or(member)).empty(); });
}

}  // namespace cordon
