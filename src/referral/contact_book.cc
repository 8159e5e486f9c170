#include "referral/contact_book.h"

#include "base/text.h"
#include "observable/ip.h"

namespace cordon {

namespace {

// The block of `bits` bits around an address.
IpRange range_around(const Ip& address, int bits) {
  std::array<std::uint8_t, 16> start = address.bytes();
  const auto whole = static_cast<std::size_t>(bits / 8);
  for (std::size_t i = whole; i < start.size(); ++i)
    start[i] = i == whole ? static_cast<std::uint8_t>(start[i] & ~(0xFFu >> (bits % 8))) : std::uint8_t{0};
  const Result<IpRange> range = make_ip_range(address.is_v4(), start, bits);
  CORDON_CHECK(range, "the bits behind it are zero");
  return *range;
}

// What an entry that is for no block of addresses is for, in its one spelling.
Result<std::string> read_for(const std::string& text) {
  if (text == "*") return text;
  const std::string lower = lower_ascii(text);
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 10 && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (lower.starts_with("as") && digits(std::string_view(lower).substr(2))) {
    const std::int64_t number = TRY(parse_integer(std::string_view(lower).substr(2)));
    return "as" + std::to_string(number);
  }
  if (lower.starts_with("country:") && lower.size() == 10 &&
      lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 8) == std::string::npos)
    return lower;
  Result<Observable> host = parse_observable(ObservableKind::Domain, text);
  if (!host) host = parse_observable(ObservableKind::Ip, text);
  if (host) return host->canonical();
  return fail(Fault::Malformed,
              R"x("for" is a domain, an IP address, a block of addresses, "AS64500", "country:kz" or "*")x");
}

}  // namespace

Result<ContactBook> ContactBook::read(const Json& settings) {
  ContactBook book;
  for (const Json& entry : TRY(settings.list("contact"))) {
    const std::size_t place = book.contacts_.size();
    const std::string where = "contact " + std::to_string(place + 1);
    Contact contact;
    contact.recipient = TRY(parse_recipient(TRY(entry.text("recipient"))));
    contact.for_name = TRY(entry.text("for"));
    contact.name = TRY(entry.text("name"));
    const std::string address = TRY(entry.text("address"));
    Result<Observable> mailbox = parse_observable(ObservableKind::Email, address);
    if (!mailbox) return fail(Fault::Malformed, mailbox.error().message, where);
    contact.address = mailbox->canonical();
    if (const std::string day = entry.text_or("confirmed"); !day.empty()) {
      const Result<Instant> at = parse_rfc3339(day + "T00:00:00Z");
      if (!at) return fail(Fault::Malformed, R"("confirmed" is a day, like "2026-11-24")", where);
      contact.confirmed = *at;
    }
    Entries& entries = book.by_recipient_[contact.recipient];
    if (const Result<IpRange> range = parse_ip_range(contact.for_name)) {
      contact.for_name = range->text();
      entries.ranges.emplace(*range, place);
      (range->is_v4() ? entries.v4_lengths : entries.v6_lengths).insert(range->bits());
    } else {
      const Result<std::string> read = read_for(contact.for_name);
      if (!read) return fail(Fault::Malformed, read.error().message, where);
      contact.for_name = *read;
      entries.by_place = entries.by_place || read->starts_with("as") || read->starts_with("country:");
      entries.hosts.emplace(contact.for_name, place);
    }
    book.contacts_.push_back(std::move(contact));
  }
  return book;
}

AddressPlace ContactBook::place_of(const Observable& host) const {
  AddressPlace place;
  const Result<Ip> address = parse_ip(host.canonical());
  if (!address) {
    const std::string_view ending = std::string_view(host.canonical()).substr(host.canonical().rfind('.') + 1);
    if (host.kind() == ObservableKind::Domain && ending.size() == 2) place.country = ending;
    return place;
  }
  for (const std::shared_ptr<const AddressTable>& table : tables_) {
    AddressPlace said = table->place_of(*address);
    if (place.country.empty()) place.country = std::move(said.country);
    if (place.system == 0) place.system = said.system;
  }
  return place;
}

template <typename Take>
void ContactBook::each_for(Recipient recipient, const Observable& target, Take take) const {
  const auto of_recipient = by_recipient_.find(recipient);
  if (of_recipient == by_recipient_.end()) return;
  const Entries& entries = of_recipient->second;
  const auto enough = [&](std::string_view name) {
    const auto found = entries.hosts.find(name);
    return found != entries.hosts.end() && take(found->second);
  };
  const std::optional<Observable> host = host_of(target);
  const Result<Ip> address = host ? parse_ip(host->canonical()) : Result<Ip>(fail(Fault::NotFound, "no host"));
  if (address) {
    if (enough(host->canonical())) return;
    for (const int bits : address->is_v4() ? entries.v4_lengths : entries.v6_lengths)
      if (const auto found = entries.ranges.find(range_around(*address, bits)); found != entries.ranges.end())
        if (take(found->second)) return;
  } else if (host) {
    for (std::string_view name = host->canonical();;) {
      if (enough(name)) return;
      const std::size_t dot = name.find('.');
      if (dot == std::string_view::npos) break;
      name.remove_prefix(dot + 1);
    }
  }
  if (host && entries.by_place) {
    const AddressPlace place = place_of(*host);
    if (place.system != 0 && enough("as" + std::to_string(place.system))) return;
    if (!place.country.empty() && enough("country:" + place.country)) return;
  }
  enough("*");
}

std::vector<Contact> ContactBook::all_for(Recipient recipient, const Observable& target) const {
  std::vector<Contact> all;
  each_for(recipient, target, [&](std::size_t place) {
    all.push_back(contacts_[place]);
    return false;
  });
  return all;
}

Result<Contact> ContactBook::whom_to_ask(Recipient recipient, const Observable& target) const {
  const Contact* best = nullptr;
  each_for(recipient, target, [&](std::size_t place) {
    if (left_out_.empty() || !is_left_out(contacts_[place].address)) best = &contacts_[place];
    return best != nullptr;
  });
  if (best != nullptr) return *best;
  const std::optional<Observable> host = host_of(target);
  return fail(Fault::NotFound, "the contact book has no " + std::string(name(recipient)) + " for " +
                                   (host ? host->canonical() : target.canonical()) +
                                   "; add a [[contact]] to contacts.toml");
}

}  // namespace cordon
