// Where unpredictable bytes come from. Keys and salts take SystemRandom; a test takes SeededRandom and
// gets the same run again.
#pragma once

#include <cstdint>
#include <string>

namespace cordon {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::string bytes(std::size_t count) = 0;
};

class SystemRandom final : public Random {  // getrandom(2); a machine without it ends the process
 public:
  std::string bytes(std::size_t count) override;
};

class SeededRandom final : public Random {  // SplitMix64; for tests only
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::string bytes(std::size_t count) override;

 private:
  std::uint64_t state_;
};

}  // namespace cordon
