#include "probe/look.h"

#include <array>

#include "base/text.h"
#include "observable/ip.h"
#include "observable/url.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<TargetLook::Name, std::string_view>, 5> kNames{
    {{TargetLook::Name::Found, "found"},
     {TargetLook::Name::None, "none"},
     {TargetLook::Name::Unanswered, "unanswered"},
     {TargetLook::Name::Inside, "inside"},
     {TargetLook::Name::Literal, "literal"}}};
constexpr std::array<std::pair<TargetLook::Door, std::string_view>, 4> kDoors{{{TargetLook::Door::Untried, "untried"},
                                                                               {TargetLook::Door::Opened, "opened"},
                                                                               {TargetLook::Door::Closed, "closed"},
                                                                               {TargetLook::Door::Silent, "silent"}}};
constexpr std::array<std::pair<TargetLook::Page, std::string_view>, 4> kPages{
    {{TargetLook::Page::Untried, "untried"},
     {TargetLook::Page::NoHandshake, "no_handshake"},
     {TargetLook::Page::Cut, "cut"},
     {TargetLook::Page::Answered, "answered"}}};

template <typename Table, typename Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [one, word] : table)
    if (one == value) return word;
  return {};
}

template <typename Table>
Result<typename Table::value_type::first_type> value_of(const Table& table, const Json& body, std::string_view key) {
  const std::string said = TRY(body.text(std::string(key)));
  for (const auto& [one, word] : table)
    if (word == said) return one;
  return fail(Fault::Malformed, "'" + printable(said, 40) + "' is nothing that a look sees", std::string(key));
}

}  // namespace

Json to_json(const TargetLook& look) {
  Json body = Json::Object{{"at", to_rfc3339(look.at)},          {"resolver", look.resolver},
                           {"name", word_of(kNames, look.name)}, {"zone_denies", look.zone_denies},
                           {"door", word_of(kDoors, look.door)}, {"other_door", word_of(kDoors, look.other_door)},
                           {"page", word_of(kPages, look.page)}, {"status", look.status},
                           {"elsewhere", look.elsewhere},        {"whole", look.whole},
                           {"certificate", look.certificate}};
  if (look.body) body.set("body", look.body->hex());
  return body;
}

Result<TargetLook> read_target_look(const Json& body) {
  TargetLook look;
  look.at = TRY(parse_rfc3339(TRY(body.text("at"))));
  look.resolver = TRY(body.flag("resolver"));
  look.name = TRY(value_of(kNames, body, "name"));
  look.zone_denies = TRY(body.flag("zone_denies"));
  look.door = TRY(value_of(kDoors, body, "door"));
  look.other_door = TRY(value_of(kDoors, body, "other_door"));
  look.page = TRY(value_of(kPages, body, "page"));
  const std::int64_t status = body.number_or("status", -1);
  const bool answered = look.page == TargetLook::Page::Answered;
  if (answered ? status < 200 || status > 999 : status != 0)
    return fail(Fault::Malformed, "an answer has a status of 200 to 999, and nothing else has one", "status");
  look.status = static_cast<int>(status);
  look.elsewhere = TRY(body.flag("elsewhere"));
  look.whole = TRY(body.flag("whole"));
  look.certificate = TRY(body.flag("certificate"));
  if (body.find("body") != nullptr) look.body = TRY(parse_digest(TRY(body.text("body"))));
  if (look.body.has_value() != answered) return fail(Fault::Malformed, "an answer has a body's digest", "body");
  return look;
}

Result<std::string> place_of(const Observable& target) {
  const std::optional<Observable> host = host_of(target);
  const bool kind = target.kind() == ObservableKind::Url || target.kind() == ObservableKind::Domain ||
                    target.kind() == ObservableKind::Ip;
  if (!kind || !host || host->kind() == ObservableKind::Onion)
    return fail(Fault::Refused, "a look goes to a web address, a domain or an IP address; this is none",
                std::string(name(target.kind())));
  const Result<Ip> address = parse_ip(host->canonical());
  if (address && address->is_special())
    return fail(Fault::Refused, "this address names no host of the public network (RFC 6890)", address->text());
  if (target.kind() != ObservableKind::Url) {
    const bool v6 = address && !address->is_v4();
    return "http://" + (v6 ? "[" + host->canonical() + "]" : host->canonical()) + "/";
  }
  if (!target.canonical().starts_with("http://") && !target.canonical().starts_with("https://"))
    return fail(Fault::Refused, "a look goes over http or https only");
  return target.canonical();
}

}  // namespace cordon
