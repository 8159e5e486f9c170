// The walls of a confined parser, as the kernel keeps them. Private to base/confined.cc.
#pragma once

#include <cstddef>

namespace cordon {

// Sanitizers map terabytes of shadow memory, so a limit on address space would stop them at once.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsLimited = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kMemoryIsLimited = false;
#else
inline constexpr bool kMemoryIsLimited = true;
#endif
#else
inline constexpr bool kMemoryIsLimited = true;
#endif

// Leaves this process nothing but computing, reading descriptor 0 and writing 1 and 2, for good. False
// when the kernel refuses a wall that must stand; the process must then end without reading an item.
bool raise_walls(int cpu_seconds, std::size_t memory);

}  // namespace cordon
