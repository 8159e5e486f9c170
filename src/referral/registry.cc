#include "referral/registry.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "base/text.h"
#include "net/http_client.h"
#include "observable/domain.h"
#include "observable/ip.h"

namespace cordon {

namespace {

constexpr std::size_t kMostServices = 20'000;  // IANA's dns.json has about 1,200
constexpr std::size_t kMostEntities = 1'000;
constexpr std::size_t kMostContacts = 20;
constexpr std::size_t kLongestName = 120;

const std::string* text_at(const Json::Array& list, std::size_t i) {
  return i < list.size() ? list[i].string() : nullptr;
}

// The address that ends in "/", over TLS or of this machine; nothing where there is none (RFC 9224 section 3).
std::optional<std::string> base_of(const Json::Array& urls) {
  for (const Json& url : urls) {
    const std::string* text = url.string();
    if (text == nullptr || text->size() > 200) continue;
    const Result<http::Address> address = http::parse_address(*text);
    if (address && (address->scheme == "https" || address->loopback)) return text->ends_with('/') ? *text : *text + "/";
  }
  return std::nullopt;
}

Error bad_file(const std::string& file, std::size_t entry, const std::string& expected) {
  return fail(Fault::Malformed, "expected " + expected, file + ", service " + std::to_string(entry + 1));
}

// [[keys], [urls]] of each service.
template <typename Take>
Result<Nothing> each_service(const Json& map, const std::string& file, Take take) {
  const Json* services = map.find("services");
  if (services == nullptr || services->array() == nullptr)
    return fail(Fault::Malformed, "expected \"services\", a list (RFC 9224)", file);
  if (services->array()->size() > kMostServices) return fail(Fault::Malformed, "too many services", file);
  for (std::size_t i = 0; i < services->array()->size(); ++i) {
    const Json::Array* service = (*services->array())[i].array();
    if (service == nullptr || service->size() < 2 || (*service)[0].array() == nullptr ||
        (*service)[1].array() == nullptr)
      return bad_file(file, i, "two lists, of what it answers for and of its addresses");
    const std::optional<std::string> base = base_of(*(*service)[1].array());
    if (!base) continue;
    for (const Json& key : *(*service)[0].array()) {
      if (key.string() == nullptr) return bad_file(file, i, "text");
      TRY(take(*key.string(), *base, i));
    }
  }
  return Nothing{};
}

}  // namespace

Result<Nothing> RegistryMap::add_blocks(const Json& map, const std::string& file) {
  return each_service(map, file,
                      [&](const std::string& key, const std::string& base, std::size_t i) -> Result<Nothing> {
                        const Result<IpRange> range = parse_ip_range(key);
                        if (!range) return bad_file(file, i, "a block of addresses such as 192.0.2.0/24");
                        blocks_.push_back({*range, base});
                        return Nothing{};
                      });
}

Result<RegistryMap> RegistryMap::read(std::string_view dns, std::string_view ipv4, std::string_view ipv6) {
  RegistryMap map;
  const Json names = TRY(parse_json(dns));
  TRY(each_service(names, "dns.json",
                   [&](const std::string& key, const std::string& base, std::size_t i) -> Result<Nothing> {
                     const Result<std::string> ending = ascii_host(key);
                     if (!ending) return bad_file("dns.json", i, "the ending of a name");
                     map.names_.emplace(*ending, base);
                     return Nothing{};
                   }));
  const Json v4 = TRY(parse_json(ipv4));
  TRY(map.add_blocks(v4, "ipv4.json"));
  const Json v6 = TRY(parse_json(ipv6));
  TRY(map.add_blocks(v6, "ipv6.json"));
  std::sort(map.blocks_.begin(), map.blocks_.end(), [](const Block& a, const Block& b) {
    const int a_bits = a.range.bits(), b_bits = b.range.bits();
    return std::tie(b_bits, a.base) < std::tie(a_bits, b.base);
  });
  return map;
}

Result<std::string> RegistryMap::question(const Observable& host) const {
  if (host.kind() == ObservableKind::Ip) {
    const Ip address = TRY(parse_ip(host.canonical()));
    for (const Block& block : blocks_)
      if (block.range.covers(address)) return block.base + "ip/" + host.canonical();
  } else if (host.kind() == ObservableKind::Domain) {
    const std::optional<Observable> registered = registrable_domain(host);
    const std::string asked = registered ? registered->canonical() : host.canonical();
    // The longest ending that a registry answers for (RFC 9224 section 4).
    for (std::string_view ending = asked; !ending.empty();) {
      if (const auto found = names_.find(ending); found != names_.end()) return found->second + "domain/" + asked;
      const std::size_t dot = ending.find('.');
      ending = dot == std::string_view::npos ? std::string_view() : ending.substr(dot + 1);
    }
  } else {
    return fail(Fault::Usage, "a registry is asked about a domain or an address", host.canonical());
  }
  return fail(Fault::NotFound, "no registry is known that answers for it", host.canonical());
}

// ── answers ──

namespace {

bool has_role(const Json& entity, std::string_view wanted) {
  const Json* roles = entity.find("roles");
  if (roles == nullptr || roles->array() == nullptr) return false;
  return std::any_of(roles->array()->begin(), roles->array()->end(), [&](const Json& role) {
    return role.string() != nullptr && lower_ascii(*role.string()) == wanted;
  });
}

// One line of an entity's card (jCard, RFC 7095): [name, parameters, type, value, …].
struct CardLine {
  const Json* parameters;
  std::vector<std::string> values;
};

std::vector<CardLine> card_lines(const Json& entity, std::string_view wanted) {
  std::vector<CardLine> lines;
  const Json* card = entity.find("vcardArray");
  if (card == nullptr || card->array() == nullptr || card->array()->size() < 2) return lines;
  const Json::Array* all = (*card->array())[1].array();
  if (all == nullptr) return lines;
  for (const Json& one : *all) {
    const Json::Array* line = one.array();
    const std::string* name = line == nullptr ? nullptr : text_at(*line, 0);
    if (name == nullptr || lower_ascii(*name) != wanted || line->size() < 4) continue;
    CardLine found{&(*line)[1], {}};
    for (std::size_t i = 3; i < line->size(); ++i) {
      if (const std::string* value = (*line)[i].string()) found.values.push_back(*value);
      if (const Json::Array* several = (*line)[i].array())
        for (const Json& value : *several)
          if (value.string() != nullptr) found.values.push_back(*value.string());
    }
    lines.push_back(std::move(found));
  }
  return lines;
}

// A parameter's texts: {"type": "work"} or {"type": ["work", "abuse"]}.
std::vector<std::string> parameter(const Json& parameters, std::string_view name) {
  std::vector<std::string> all;
  const Json* given = parameters.find(name);
  if (given == nullptr) return all;
  if (given->string() != nullptr) all.push_back(lower_ascii(*given->string()));
  if (given->integer() != nullptr) all.push_back(std::to_string(*given->integer()));
  if (given->array() != nullptr)
    for (const Json& one : *given->array())
      if (one.string() != nullptr) all.push_back(lower_ascii(*one.string()));
  return all;
}

std::string name_on_card(const Json& entity) {
  for (const CardLine& line : card_lines(entity, "fn"))
    for (const std::string& value : line.values)
      if (!trim(value).empty()) return printable(trim(value), kLongestName);
  return {};
}

// Its mailboxes, the preferred first, then those that say they are for abuse.
std::vector<std::string> mailboxes_on_card(const Json& entity) {
  std::vector<std::tuple<int, int, std::size_t, std::string>> ranked;
  for (const CardLine& line : card_lines(entity, "email")) {
    const std::vector<std::string> preference = parameter(*line.parameters, "pref"),
                                   types = parameter(*line.parameters, "type");
    int rank = 101;  // RFC 6350 section 5.3: 1 to 100, 1 the best
    if (!preference.empty()) std::from_chars(preference[0].data(), preference[0].data() + preference[0].size(), rank);
    const bool for_abuse = std::any_of(types.begin(), types.end(),
                                       [](const std::string& type) { return type.find("abuse") != std::string::npos; });
    for (const std::string& value : line.values) {
      const Result<Observable> mailbox = parse_observable(ObservableKind::Email, value);
      if (mailbox) ranked.emplace_back(rank, for_abuse ? 0 : 1, ranked.size(), mailbox->canonical());
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> mailboxes;
  for (auto& [rank, use, place, address] : ranked) mailboxes.push_back(std::move(address));
  return mailboxes;
}

// Walks the entities, each before those within it.
class ContactSearch {
 public:
  explicit ContactSearch(Recipient acts) : acts_(acts) {}

  void entities_of(const Json& object, bool in_registrar) {
    const Json* all = object.find("entities");
    if (all == nullptr || all->array() == nullptr) return;
    for (const Json& entity : *all->array()) {
      if (++seen_ > kMostEntities) return;
      // Who registered a domain may be the very one that a request is about; of a network it is who runs it.
      if (acts_ == Recipient::Registrar && has_role(entity, "registrant")) continue;
      const bool registrar = in_registrar || has_role(entity, "registrar");
      if (has_role(entity, "abuse")) {
        for (std::string& mailbox : mailboxes_on_card(entity))
          (registrar ? first_ : second_)
              .push_back({std::move(mailbox), name_on_card(entity), RegistryContact::From::Role, acts_});
      }
      remarks_of(entity);
      entities_of(entity, registrar);
    }
  }

  // "% Abuse contact for '…' is 'abuse@example.net'" and its like.
  void remarks_of(const Json& object) {
    const Json* remarks = object.find("remarks");
    if (remarks == nullptr || remarks->array() == nullptr) return;
    for (const Json& remark : *remarks->array()) {
      const Json* lines = remark.find("description");
      if (lines == nullptr || lines->array() == nullptr) continue;
      for (const Json& line : *lines->array()) {
        if (line.string() == nullptr || line.string()->size() > 1'000 || ++lines_ > kMostEntities) continue;
        if (lower_ascii(*line.string()).find("abuse") == std::string::npos) continue;
        for (const Found& found : scan_text(*line.string()))
          if (found.observable.kind() == ObservableKind::Email)
            remarked_.push_back({found.observable.canonical(), {}, RegistryContact::From::Remark, acts_});
      }
    }
  }

  // The nearest first, each mailbox once; remarks only where no entity has the role.
  std::vector<RegistryContact> best_first() && {
    std::vector<RegistryContact> all;
    const auto take = [&](std::vector<RegistryContact>& some) {
      for (RegistryContact& one : some) {
        const bool twice =
            std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.address == one.address; });
        if (!twice && all.size() < kMostContacts) all.push_back(std::move(one));
      }
    };
    take(first_);
    take(second_);
    if (all.empty()) take(remarked_);
    return all;
  }

 private:
  Recipient acts_;
  std::vector<RegistryContact> first_, second_, remarked_;
  std::size_t seen_ = 0, lines_ = 0;
};

Result<Nothing> refused_by_registry(const Json& answer) {
  const Json* code = answer.find("errorCode");
  if (code == nullptr) return Nothing{};
  const std::int64_t number = code->integer() == nullptr ? 0 : *code->integer();
  const std::string said = printable(answer.text_or("title", "no reason given"), 80);
  if (number == 404) return fail(Fault::NotFound, "the registry knows nothing of it: " + said);
  return fail(Fault::Unavailable, "the registry answered " + std::to_string(number) + ": " + said);
}

Result<std::string> network_of(const Json& answer, const Observable& host) {
  const std::string start = TRY(answer.text("startAddress"));
  const std::string end = TRY(answer.text("endAddress"));
  const Ip first = TRY(parse_ip(start));
  const Ip last = TRY(parse_ip(end));
  const Ip asked = TRY(parse_ip(host.canonical()));
  const bool holds = first.is_v4() == asked.is_v4() && last.is_v4() == asked.is_v4() &&
                     first.bytes() <= asked.bytes() && asked.bytes() <= last.bytes();
  if (!holds) return fail(Fault::Malformed, "the answer is about another network", first.text() + " - " + last.text());
  return first.text() + " - " + last.text();
}

Result<std::string> domain_of(const Json& answer, const Observable& host) {
  const std::string written = TRY(answer.text("ldhName"));
  std::string name = TRY(ascii_host(written));
  const std::string& asked = host.canonical();
  const bool holds = asked == name || (asked.size() > name.size() && asked.ends_with("." + name));
  if (!holds) return fail(Fault::Malformed, "the answer is about another domain", name);
  return name;
}

}  // namespace

Result<RegistryAnswer> read_registry_answer(std::string_view bytes, const Observable& host) {
  if (bytes.size() > kLargestRegistryAnswer) return fail(Fault::Malformed, "the answer is larger than 1 MiB");
  const Json answer = TRY(parse_json(bytes));
  TRY(refused_by_registry(answer));
  const bool network = host.kind() == ObservableKind::Ip;
  if (!network && host.kind() != ObservableKind::Domain)
    return fail(Fault::Usage, "a registry is asked about a domain or an address", host.canonical());
  const std::string object_class = lower_ascii(answer.text_or("objectClassName"));
  if (object_class != (network ? "ip network" : "domain"))
    return fail(Fault::Malformed, std::string("expected an answer about ") + (network ? "an ip network" : "a domain"),
                printable(object_class, 40));
  RegistryAnswer read;
  Result<std::string> about = network ? network_of(answer, host) : domain_of(answer, host);
  if (!about) return about.error();
  read.about = *std::move(about);
  read.handle = printable(answer.text_or("handle"), kLongestName);
  const std::string country = lower_ascii(answer.text_or("country"));
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (network && country.size() == 2 && letter(country[0]) && letter(country[1])) read.country = country;
  ContactSearch search(network ? Recipient::Host : Recipient::Registrar);
  search.entities_of(answer, false);
  search.remarks_of(answer);
  read.contacts = std::move(search).best_first();
  return read;
}

Json to_json(const RegistryAnswer& answer) {
  Json::Array contacts;
  for (const RegistryContact& one : answer.contacts)
    contacts.push_back(Json::Object{{"address", one.address},
                                    {"name", one.name},
                                    {"from", one.from == RegistryContact::From::Role ? "role" : "remark"},
                                    {"acts", name(one.acts)}});
  return Json::Object{{"handle", answer.handle},
                      {"about", answer.about},
                      {"country", answer.country},
                      {"contacts", std::move(contacts)}};
}

Result<RegistryAnswer> read_kept_answer(const Json& kept) {
  RegistryAnswer answer;
  answer.handle = TRY(kept.text("handle"));
  answer.about = TRY(kept.text("about"));
  answer.country = TRY(kept.text("country"));
  for (const Json& one : TRY(kept.list("contacts"))) {
    RegistryContact contact;
    contact.address = TRY(one.text("address"));
    contact.name = TRY(one.text("name"));
    contact.from = one.text_or("from") == "role" ? RegistryContact::From::Role : RegistryContact::From::Remark;
    contact.acts = TRY(parse_recipient(TRY(one.text("acts"))));
    TRY(parse_observable(ObservableKind::Email, contact.address));
    answer.contacts.push_back(std::move(contact));
  }
  return answer;
}

}  // namespace cordon
