// Values as bytes, one after another, with nothing that says what they are: for what this program alone writes and
// reads, a million times over (a worker's answers, the items of a batch). What anybody else reads is JSON.
//
//   number   LEB128: seven bits a byte, the lowest first, in as few bytes as can be
//   text     its length as a number, then its bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cordon {

class PackedWriter {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  void raw(std::string_view value) { bytes_ += value; }  // of a length that the reader knows
  std::size_t size() const { return bytes_.size(); }
  void clear() { bytes_.clear(); }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  const std::string& bytes() const& { return bytes_; }
  std::string bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Bytes that end too early, and numbers that are written longer than they need be, make everything after them zero or
// empty, and good() false: ask it before what was read is used.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : left_(bytes) {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) return broken();
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      if (shift == 63 && byte > 1) return broken();
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return byte == 0 && shift > 0 ? broken() : value;
    }
    return broken();
  }
  // A number below `limit`: the values of an enumeration, a count that memory can hold.
  std::uint64_t number_below(std::uint64_t limit) {
    const std::uint64_t value = number();
    return value < limit ? value : broken();
  }
  std::string_view text() { return raw(number()); }
  std::string_view raw(std::uint64_t size) {
    if (size > left_.size()) {
      broken();
      return {};
    }
    const std::string_view value = left_.substr(0, size);
    left_.remove_prefix(size);
    return value;
  }
  bool good() const { return good_; }
  bool at_end() const { return left_.empty(); }
  std::string_view left() const { return left_; }

 private:
  std::uint64_t broken() {
    good_ = false;
    left_ = {};
    return 0;
  }
  std::string_view left_;
  bool good_ = true;
};

// Four bytes, little-endian: the numbers in the heads of files.
inline void append_u32(std::string& to, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(number >> shift & 0xff);
}

inline std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

}  // namespace cordon
