// A few values inside a constexpr row of a table, with no allocation. A list longer than kMost does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

namespace cordon {

template <typename T>
class ShortList {
 public:
  static constexpr std::size_t kMost = 10;
  constexpr ShortList() = default;
  constexpr ShortList(std::initializer_list<T> items) : size_(items.size()) {
    std::copy(items.begin(), items.end(), items_.begin());
  }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool contains(const T& item) const { return std::find(begin(), end(), item) != end(); }

 private:
  std::array<T, kMost> items_{};
  std::size_t size_ = 0;
};

}  // namespace cordon
