// Indicators that bench/index makes up: 40 % domains, 25 % URLs, 15 % IPv4 addresses, 20 % SHA-256, as public lists
// have them, the same for the same number and seed on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "law/terms.h"

namespace cordon::bench {

inline std::uint64_t mixed(std::uint64_t x) {  // SplitMix64
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return x ^ x >> 31;
}

struct MadeUp {
  ObservableKind kind;
  std::string canonical;
};
inline constexpr std::uint64_t kListed = 1, kUnlisted = 999;  // seeds
MadeUp make_up(std::uint64_t number, std::uint64_t seed);

// Texts one after another, as a scan hands them over.
class Texts {
 public:
  void add(const MadeUp& one);
  std::size_t size() const { return kinds_.size(); }
  ObservableKind kind(std::size_t i) const { return kinds_[i]; }
  std::string_view text(std::size_t i) const {
    return std::string_view(bytes_).substr(ends_[i], ends_[i + 1] - ends_[i]);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_{0};
  std::vector<ObservableKind> kinds_;
};

}  // namespace cordon::bench
