// Which keys were never seen, from memory alone (DESIGN 4): a mutable table that only ever says "never" or "maybe".
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "store/sorted_runs.h"

namespace cordon {

// Says "never" of a key that was never put in, and "maybe" of all others and a few: a line of memory each, 31 marks of
// 16 bits and one that says whether some went on to the next.
class Fingerprints {
 public:
  explicit Fingerprints(std::uint64_t capacity) : lines_(capacity / 20 + 16), capacity_(capacity) {}
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t size() const { return size_; }
  void put(const RunKey& key) {
    const std::uint16_t mark = mark_of(key);
    for (std::uint64_t at = line_of(key);; at = at + 1 == lines_.size() ? 0 : at + 1) {
      Line& line = lines_[at];
      if (line.has(mark)) return;  // a key that is put in a million times takes one place
      if (line.count < kMarks) {
        line.marks[line.count++] = mark;
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
  static constexpr std::size_t kMarks = 31;
  struct alignas(64) Line {
    std::array<std::uint16_t, kMarks> marks{};
    std::uint8_t count = 0, goes_on = 0;
    bool has(std::uint16_t mark) const {
      bool any = false;
      for (std::size_t i = 0; i < kMarks; ++i) any |= marks[i] == mark;
      return any;
    }
  };
  static_assert(sizeof(Line) == 64);
  std::uint64_t line_of(const RunKey& key) const { return (key_front(key) >> 32) * lines_.size() >> 32; }
  static std::uint16_t mark_of(const RunKey& key) {  // never 0, which is an empty place
    const auto mark = static_cast<std::uint16_t>(key[10] << 8 | key[11]);
    return mark == 0 ? std::uint16_t{1} : mark;
  }
  std::vector<Line> lines_;
  std::uint64_t capacity_, size_ = 0;
};

}  // namespace cordon
