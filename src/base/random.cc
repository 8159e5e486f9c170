#include "base/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/result.h"

namespace cordon {

std::string SystemRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = getrandom(out.data() + done, count - done, 0);
    CORDON_CHECK(got > 0 || errno == EINTR, "the kernel gives no random bytes");
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return out;
}

std::string SeededRandom::bytes(std::size_t count) {
  std::string out;
  while (out.size() < count) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    for (int i = 0; i < 8 && out.size() < count; ++i) out += static_cast<char>(z >> (8 * i) & 0xFF);
  }
  return out;
}

}  // namespace cordon
