// Which keys were never seen, from memory alone (DESIGN 4): a mutable table that only ever says "never" or "maybe".
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "store/sorted_runs.h"

namespace cordon {

// Says "never" of a key that was never put in, and "maybe" of all others and one in a hundred: a line of memory each,
// 42 marks of 12 bits, how many there are, and whether some went on to the next. Two bytes a key when it is full.
class Fingerprints {
 public:
  explicit Fingerprints(std::uint64_t capacity) : lines_(capacity / kFull + 16), capacity_(capacity) {}
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t size() const { return size_; }
  void put(const RunKey& key) {
    const std::uint16_t mark = mark_of(key);
    for (std::uint64_t at = line_of(key);; at = at + 1 == lines_.size() ? 0 : at + 1) {
      Line& line = lines_[at];
      if (line.has(mark)) return;  // a key that is put in a million times takes one place
      if (line.count < kMarks) {
        line.add(mark);
        ++size_;
        return;
      }
      line.goes_on = 1;
    }
  }
  bool maybe(const RunKey& key) const {
    const std::uint16_t mark = mark_of(key);
    for (std::uint64_t at = line_of(key);; at = at + 1 == lines_.size() ? 0 : at + 1) {
      const Line& line = lines_[at];
      const bool any = line.has(mark);
      if (any || line.goes_on == 0) return any;
    }
  }

 private:
  static constexpr std::size_t kMarks = 42, kFull = 34;  // of a line, and on average when the table is full
  // The marks' low bytes, side by side so that one look finds those that fit, and their upper halves in pairs.
  struct alignas(64) Line {
    std::array<std::uint8_t, kMarks> low{};
    std::array<std::uint8_t, kMarks / 2> high{};
    std::uint8_t count : 7 = 0, goes_on : 1 = 0;
    unsigned high_of(std::size_t i) const { return high[i / 2] >> (i % 2 * 4) & 15u; }
    bool has(std::uint16_t mark) const {
      for (std::size_t from = 0; from < count;) {
        const void* found = std::memchr(low.data() + from, mark & 0xff, count - from);
        if (found == nullptr) return false;
        const auto at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - low.data());
        if (high_of(at) == static_cast<unsigned>(mark >> 8)) return true;
        from = at + 1;
      }
      return false;
    }
    void add(std::uint16_t mark) {
      const std::size_t at = count;
      low[at] = static_cast<std::uint8_t>(mark);
      high[at / 2] = static_cast<std::uint8_t>(high[at / 2] | (mark >> 8) << (at % 2 * 4));
      count = static_cast<std::uint8_t>(count + 1) & 127u;
    }
  };
  static_assert(sizeof(Line) == 64);
  std::uint64_t line_of(const RunKey& key) const { return (key_front(key) >> 32) * lines_.size() >> 32; }
  static std::uint16_t mark_of(const RunKey& key) {
    return static_cast<std::uint16_t>((key[10] << 8 | key[11]) & 0xfff);
  }
  std::vector<Line> lines_;
  std::uint64_t capacity_, size_ = 0;
};

}  // namespace cordon
