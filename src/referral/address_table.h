// Whose an address is, by tables that the operator loads (`cordon contact load-tables`): its country and the number of
// its autonomous system. Not part of this program: docs/contacts.md says where they come from. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "observable/ip.h"

namespace cordon {

inline constexpr std::size_t kLargestAddressTable = 256u << 20;

struct AddressPlace {
  std::string country;       // ISO 3166-1 alpha-2 in lower case; empty: not known
  std::uint32_t system = 0;  // of the autonomous system; 0: not known
  bool operator==(const AddressPlace&) const = default;
};

class AddressTable {
 public:
  // A MaxMind DB file (format 2.0; `country_code`, `country.iso_code`, `autonomous_system_number`, `asn`), or lines of
  // first and last address and what is known of them, with tabs or commas between: "198.51.100.0  198.51.100.255  64500
  // KZ  NAME" as iptoasn.com has them, or without number and name. Malformed names the line. Nothing in the file is
  // believed: a broken record is one of which nothing is known.
  static Result<AddressTable> read(std::string bytes);
  // At most 128 steps, however large the table is.
  AddressPlace place_of(const Ip& address) const;

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  struct Row {
    bool v6 = false;
    Bytes first{}, last{};
    std::array<char, 2> country{};
    std::uint32_t system = 0;
  };
  Result<Nothing> read_tree();
  Result<Nothing> read_lines();
  std::uint32_t child(std::uint32_t node, bool right) const;
  AddressPlace place_at(std::size_t offset) const;
  std::string bytes_;        // of a MaxMind DB file; empty for lines
  std::size_t data_at_ = 0;  // where its data begins
  std::uint32_t nodes_ = 0, record_bits_ = 0;
  bool v6_tree_ = false;
  std::vector<Row> rows_;  // by v6, first
};

}  // namespace cordon
