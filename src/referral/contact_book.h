// Whom to ask: the operator's own book. docs/contacts.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/ip_range.h"
#include "observable/observable.h"
#include "referral/address_table.h"

namespace cordon {

struct Contact {
  Recipient recipient = Recipient::Host;
  // A domain (and what lies under it), an IP address, a block of addresses, "AS64500", "country:kz", or "*".
  std::string for_name;
  std::string address;  // where the request goes
  std::string name;
  std::optional<Instant> confirmed = {};  // the day that somebody last made sure of it
};

// A lookup takes as many steps as the name has labels or the book has lengths of blocks, however many entries there
// are (bench/contacts).
class ContactBook {
 public:
  // {"contact": [{"recipient": "host", "for": "example.org", "address": "abuse@example.net", "name": "…"}]}
  static Result<ContactBook> read(const Json& settings);
  // The narrowest entry for the target's host: a name or an address before what it lies under, that before the
  // network's number and the country, those before "*"; of two for one thing the first. One whose mail came back is
  // passed over. NotFound says what to add to the book.
  Result<Contact> whom_to_ask(Recipient recipient, const Observable& target) const;
  // Every entry that fits, the narrowest first, those whose mail came back too: for who explains it.
  std::vector<Contact> all_for(Recipient recipient, const Observable& target) const;
  // By which addresses have a country and a number; without them entries for those fit no address.
  void place_by(std::vector<std::shared_ptr<const AddressTable>> tables) { tables_ = std::move(tables); }
  // What the tables say, and for a name without any the country that it ends in.
  AddressPlace place_of(const Observable& host) const;
  // An address from which mail came back, until somebody confirms it.
  void leave_out(const std::string& address) { left_out_.insert(address); }
  void take_back(const std::string& address) { left_out_.erase(address); }
  bool is_left_out(const std::string& address) const { return left_out_.contains(address); }
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
    bool by_place = false;                                 // some are for a number or a country
  };
  // Gives `take` the places of what fits, the narrowest first, until it says that it has enough.
  template <typename Take>
  void each_for(Recipient recipient, const Observable& target, Take take) const;
  std::vector<std::shared_ptr<const AddressTable>> tables_;
  std::set<std::string, std::less<>> left_out_;
  std::vector<Contact> contacts_;
  std::map<Recipient, Entries> by_recipient_;
};

}  // namespace cordon
