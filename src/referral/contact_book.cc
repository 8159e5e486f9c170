#include "referral/contact_book.h"

#include <algorithm>

#include "base/text.h"

namespace cordon {

namespace {

// How narrowly an entry speaks of `host`: the length of the name that fits, 0 for "*", nothing if it does not.
std::optional<std::size_t> closeness(const std::string& for_name, const std::string& host) {
  if (for_name == "*") return 0;
  if (for_name == host) return for_name.size();
  const bool below =
      host.size() > for_name.size() && host.ends_with(for_name) && host[host.size() - for_name.size() - 1] == '.';
  return below ? std::optional(for_name.size()) : std::nullopt;
}

}  // namespace

Result<ContactBook> ContactBook::read(const Json& settings) {
  ContactBook book;
  for (const Json& entry : TRY(settings.list("contact"))) {
    const std::string where = "contact " + std::to_string(book.contacts_.size() + 1);
    Contact contact;
    contact.recipient = TRY(parse_recipient(TRY(entry.text("recipient"))));
    contact.for_name = TRY(entry.text("for"));
    contact.name = TRY(entry.text("name"));
    const std::string address = TRY(entry.text("address"));
    Result<Observable> mailbox = parse_observable(ObservableKind::Email, address);
    if (!mailbox) return fail(Fault::Malformed, mailbox.error().message, where);
    contact.address = mailbox->canonical();
    if (contact.for_name != "*") {
      Result<Observable> host = parse_observable(ObservableKind::Domain, contact.for_name);
      if (!host) host = parse_observable(ObservableKind::Ip, contact.for_name);
      if (!host) return fail(Fault::Malformed, R"x("for" is a domain, an IP address or "*")x", where);
      contact.for_name = host->canonical();
    }
    book.contacts_.push_back(std::move(contact));
  }
  return book;
}

Result<Contact> ContactBook::whom_to_ask(Recipient recipient, const Observable& target) const {
  const std::optional<Observable> host = host_of(target);
  const std::string host_name = host ? host->canonical() : std::string();
  const Contact* best = nullptr;
  std::size_t best_closeness = 0;
  for (const Contact& contact : contacts_) {
    const std::optional<std::size_t> close = closeness(contact.for_name, host_name);
    if (contact.recipient != recipient || !close) continue;
    if (best == nullptr || *close > best_closeness) {
      best = &contact;
      best_closeness = *close;
    }
  }
  if (best == nullptr) {
    return fail(Fault::NotFound, "the contact book has no " + std::string(name(recipient)) + " for " +
                                     (host ? host_name : target.canonical()) + "; add a [[contact]] to contacts.toml");
  }
  return *best;
}

}  // namespace cordon
