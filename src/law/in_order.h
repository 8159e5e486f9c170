// Whether a closed list's table has one row for each of its values, in their order. Private to law.
#pragma once

#include <cstddef>

namespace cordon {

template <typename Row, std::size_t kSize, typename Key>
constexpr bool in_order(const Row (&rows)[kSize], Key Row::* key, Key last) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (static_cast<std::size_t>(rows[i].*key) != i) return false;
  }
  return rows[kSize - 1].*key == last;
}

}  // namespace cordon
