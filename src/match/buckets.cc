#include "match/buckets.h"

namespace cordon::index_format {
namespace {

void match_scalar(std::span<const Bucket* const> buckets, std::span<const std::uint64_t> prints,
                  std::span<std::uint8_t> slots) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    unsigned found = 0;
    for (unsigned slot = 0; slot < kSlots; ++slot)
      found |= (print_of(buckets[i]->slots[slot]) == prints[i] ? 1u : 0u) << slot;
    slots[i] = static_cast<std::uint8_t>(found);
  }
}

#if defined(__x86_64__)

// The compilers' own vectors, which need no header of the processor's.
using Four = std::uint64_t __attribute__((vector_size(32)));
using FourReal = double __attribute__((vector_size(32)));

__attribute__((target("avx2"))) void match_avx2(std::span<const Bucket* const> buckets,
                                                std::span<const std::uint64_t> prints, std::span<std::uint8_t> slots) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto* half = reinterpret_cast<const Four*>(buckets[i]->slots.data());
    const Four print = {prints[i], prints[i], prints[i], prints[i]};
    const auto low = reinterpret_cast<FourReal>((half[0] << 1 >> 17) == print);
    const auto high = reinterpret_cast<FourReal>((half[1] << 1 >> 17) == print);
    slots[i] = static_cast<std::uint8_t>(__builtin_ia32_movmskpd256(low) | __builtin_ia32_movmskpd256(high) << 4);
  }
}

#endif

}  // namespace

MatchBuckets match_buckets(Lanes lanes) {
#if defined(__x86_64__)
  if (lanes != Lanes::Scalar && __builtin_cpu_supports("avx2")) return match_avx2;
#endif
  static_cast<void>(lanes);
  return match_scalar;
}

}  // namespace cordon::index_format
