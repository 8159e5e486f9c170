#include "ledger/bundle.h"

namespace cordon {

std::string write_bundle(std::span<const std::string> leaves) {
  std::string out;
  for (const std::string& leaf : leaves) {
    CORDON_CHECK(leaf.size() <= kLongestLeaf, "a leaf's length has 16 bits");
    out += static_cast<char>(leaf.size() >> 8);
    out += static_cast<char>(leaf.size() & 0xFF);
    out += leaf;
  }
  return out;
}

Result<std::vector<std::string>> read_bundle(std::string_view bytes, std::size_t count) {
  std::vector<std::string> leaves;
  while (leaves.size() < count) {
    const auto octet = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t length = bytes.size() < 2 ? 0 : octet(0) << 8 | octet(1);
    if (bytes.size() < 2 + length) {
      return fail(Fault::Corrupt,
                  "ends inside entry " + std::to_string(leaves.size()) + " of " + std::to_string(count));
    }
    leaves.emplace_back(bytes.substr(2, length));
    bytes.remove_prefix(2 + length);
  }
  if (!bytes.empty()) {
    return fail(Fault::Corrupt,
                "has " + std::to_string(bytes.size()) + " bytes behind its " + std::to_string(count) + " entries");
  }
  return leaves;
}

}  // namespace cordon
