// What lies beside a desk of whom to ask, and is no part of its record: tables of addresses, and from which addresses
// mail came back. Losing it costs another bounce. docs/contacts.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "desk/settings.h"
#include "referral/address_table.h"

namespace cordon {

class Desk;

// In the order in which they were given; none where none were. Corrupt names the file.
Result<std::vector<std::shared_ptr<const AddressTable>>> load_address_tables(const Paths& paths);
// These instead of those of before, once all of them can be read; at most four. Gives how large each is.
Result<std::vector<std::size_t>> keep_address_tables(const Paths& paths, const std::vector<std::string>& files);

// Addresses from which mail came back, each with when it last did.
Result<std::map<std::string, Instant>> bounced_contacts(const Paths& paths);
// From now on this address is passed over, until an officer confirms it. Whoever reads bounces calls this.
Result<Nothing> note_bounce(Desk& desk, const std::string& address, Instant at);
// Somebody made sure of it: it is used again. NotFound where no mail came back from it. A desk that is being served
// knows it when it is next started.
Result<Nothing> confirm_contact(const Paths& paths, const std::string& address);

}  // namespace cordon
