// Whom to ask: for now a file that the operator keeps.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "law/terms.h"
#include "observable/observable.h"

namespace cordon {

struct Contact {
  Recipient recipient = Recipient::Host;
  std::string for_name;  // a domain (and what lies under it), an IP address, or "*"
  std::string address;   // where the request goes
  std::string name;
};

class ContactBook {
 public:
  // {"contact": [{"recipient": "host", "for": "example.org", "address": "abuse@example.net", "name": "…"}]}
  static Result<ContactBook> read(const Json& settings);
  // The narrowest entry for the target's host; NotFound says what to add to the book.
  Result<Contact> whom_to_ask(Recipient recipient, const Observable& target) const;

 private:
  std::vector<Contact> contacts_;
};

}  // namespace cordon
