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
    Entries& entries = book.by_recipient_[contact.recipient];
    if (const Result<IpRange> range = parse_ip_range(contact.for_name)) {
      contact.for_name = range->text();
      entries.ranges.emplace(*range, place);
      (range->is_v4() ? entries.v4_lengths : entries.v6_lengths).insert(range->bits());
    } else {
      if (contact.for_name != "*") {
        Result<Observable> host = parse_observable(ObservableKind::Domain, contact.for_name);
        if (!host) host = parse_observable(ObservableKind::Ip, contact.for_name);
        if (!host)
          return fail(Fault::Malformed, R"x("for" is a domain, an IP address, a block of addresses or "*")x", where);
        contact.for_name = host->canonical();
      }
      entries.hosts.emplace(contact.for_name, place);
    }
    book.contacts_.push_back(std::move(contact));
  }
  return book;
}

const std::size_t* ContactBook::find(const Entries& entries, const Observable& host) {
  if (host.kind() == ObservableKind::Ip) {
    if (const auto found = entries.hosts.find(host.canonical()); found != entries.hosts.end()) return &found->second;
    const Result<Ip> address = parse_ip(host.canonical());
    CORDON_CHECK(address, "an address is one");
    for (const int bits : address->is_v4() ? entries.v4_lengths : entries.v6_lengths)
      if (const auto found = entries.ranges.find(range_around(*address, bits)); found != entries.ranges.end())
        return &found->second;
    return nullptr;
  }
  for (std::string_view name = host.canonical();;) {
    if (const auto found = entries.hosts.find(name); found != entries.hosts.end()) return &found->second;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return nullptr;
    name.remove_prefix(dot + 1);
  }
}

Result<Contact> ContactBook::whom_to_ask(Recipient recipient, const Observable& target) const {
  const std::optional<Observable> host = host_of(target);
  if (const auto of_recipient = by_recipient_.find(recipient); of_recipient != by_recipient_.end()) {
    const Entries& entries = of_recipient->second;
    if (const std::size_t* place = host ? find(entries, *host) : nullptr) return contacts_[*place];
    if (const auto any = entries.hosts.find("*"); any != entries.hosts.end()) return contacts_[any->second];
  }
  return fail(Fault::NotFound, "the contact book has no " + std::string(name(recipient)) + " for " +
                                   (host ? host->canonical() : target.canonical()) +
                                   "; add a [[contact]] to contacts.toml");
}

}  // namespace cordon
