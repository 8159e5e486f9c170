#include "match/buckets.h"

namespace cordon::index_format {
namespace {

void match_scalar(std::span<const Bucket* const> buckets, std::span<const std::uint64_t> prints,
                  std::span<std::uint16_t> found) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    unsigned slots = buckets[i]->spilled() ? kOn : 0;
    for (unsigned slot = 0; slot < kSlots; ++slot)
      slots |= (print_of(buckets[i]->slots[slot]) == prints[i] ? 1u : 0u) << slot;
    found[i] = static_cast<std::uint16_t>(slots);
  }
}

#if defined(__x86_64__)

// The compilers' own vectors, which need no header of the processor's.
using Four = std::uint64_t __attribute__((vector_size(32)));
using FourReal = double __attribute__((vector_size(32)));

__attribute__((target("avx2"))) void match_avx2(std::span<const Bucket* const> buckets,
                                                std::span<const std::uint64_t> prints, std::span<std::uint16_t> found) {
  const Bucket* const* bucket = buckets.data();
  const std::uint64_t* prints_at = prints.data();
  std::uint16_t* found_at = found.data();
  for (std::size_t left = buckets.size(); left > 0; --left) {
    const auto* half = reinterpret_cast<const Four*>((*bucket++)->slots.data());
    const std::uint64_t one = *prints_at++;
    const Four print = {one, one, one, one};
    const auto low = reinterpret_cast<FourReal>((half[0] << 1 >> 17) == print);
    const auto high = reinterpret_cast<FourReal>((half[1] << 1 >> 17) == print);
    // The eighth slot's highest bit is that of the last of four signs.
    const int on = (__builtin_ia32_movmskpd256(reinterpret_cast<FourReal>(half[1])) & 8) << 5;
    *found_at++ =
        static_cast<std::uint16_t>(__builtin_ia32_movmskpd256(low) | __builtin_ia32_movmskpd256(high) << 4 | on);
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
