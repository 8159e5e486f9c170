// Entry bundles (C2SP tlog-tiles): up to 256 leaves, each a big-endian uint16 length and that many bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

inline constexpr std::size_t kLongestLeaf = 65535;  // bytes

std::string write_bundle(std::span<const std::string> leaves);  // no leaf may be longer
// Exactly `count` leaves and nothing behind them; Corrupt names the leaf, counted from 0, where the bytes end early.
Result<std::vector<std::string>> read_bundle(std::string_view bytes, std::size_t count);

}  // namespace cordon
