// What a bucket has for a fingerprint: the one step of a lookup that has a fast twin (AVX2), chosen at run time.
#pragma once

#include <cstdint>
#include <span>

#include "match/format.h"
#include "observable/scan.h"

namespace cordon::index_format {

// For each bucket a bit for each of its slots whose fingerprint is the one beside it, and kOn if it spilled. All three
// are equally long.
inline constexpr std::uint16_t kOn = 1u << kSlots;
using MatchBuckets = void (*)(std::span<const Bucket* const> buckets, std::span<const std::uint64_t> prints,
                              std::span<std::uint16_t> found);
MatchBuckets match_buckets(Lanes lanes);  // Best and Avx2 are the scalar twin on a processor without AVX2

}  // namespace cordon::index_format
