// Whom to ask: the operator's own book. docs/contacts.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/ip_range.h"
#include "observable/observable.h"

namespace cordon {

struct Contact {
  Recipient recipient = Recipient::Host;
  std::string for_name;  // a domain (and what lies under it), an IP address, a block of addresses, or "*"
  std::string address;   // where the request goes
  std::string name;
};

// A lookup takes as many steps as the name has labels or the book has lengths of blocks, however many entries there
// are (bench/contacts).
class ContactBook {
 public:
  // {"contact": [{"recipient": "host", "for": "example.org", "address": "abuse@example.net", "name": "…"}]}
  static Result<ContactBook> read(const Json& settings);
  // The narrowest entry for the target's host: a name or an address before what it lies under, that before "*"; of two
  // for one thing the first. NotFound says what to add to the book.
  Result<Contact> whom_to_ask(Recipient recipient, const Observable& target) const;
  std::size_t size() const { return contacts_.size(); }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  // The entries of one recipient, as places in `contacts_`.
  struct Entries {
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> hosts;  // names and addresses; "*"
    std::map<IpRange, std::size_t> ranges;
    std::set<int, std::greater<>> v4_lengths, v6_lengths;  // of `ranges`, the longest first
  };
  static const std::size_t* find(const Entries& entries, const Observable& host);
  std::vector<Contact> contacts_;
  std::map<Recipient, Entries> by_recipient_;
};

}  // namespace cordon
