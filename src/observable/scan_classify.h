// Which of a few classes each byte belongs to, 64 bytes at a time, one bit a byte. The two implementations give the
// same bits for every input: a table looked up byte by byte, and AVX2's shuffles where the processor has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "observable/scan.h"

namespace cordon {

// Bit i of each is byte i of the block. Where a class looks at a neighbour, the neighbour may lie outside of the block.
struct ByteClasses {
  std::uint64_t word;   // ASCII letters and digits, '-', '_'
  std::uint64_t high;   // 0x80 and above
  std::uint64_t dot;    // '.'
  std::uint64_t hex;    // 0-9 A-F a-f
  std::uint64_t colon;  // ':'
  std::uint64_t stop;   // what may end a URL: up to 0x20, 0x7f, "'(),;<>[\]^`{|} and 0x80 and above
  std::uint64_t slash;  // ':' before '/', '\' or a closing bracket: what parts a scheme from a host
  // The beginning of something seldom: "E-1" (at the hyphen), "T1", "S1", "+1", "%1", ":@" (at the "@"), "dot", a
  // full-width full stop (at its second byte), a '.' behind an opening bracket, a backslash or a blank, or before a
  // closing bracket, "X_2 " (at the digit, for the "KZ86 " of an account).
  std::uint64_t rare;
};

class BlockClassifier {
 public:
  explicit BlockClassifier(Lanes lanes);
  bool wide() const { return wide_; }
  // `bytes` points at `blocks` times 64 bytes with three readable bytes before and behind.
  void classify(const char* bytes, std::size_t blocks, ByteClasses* out) const { classify_(bytes, blocks, out); }

 private:
  bool wide_;
  void (*classify_)(const char*, std::size_t, ByteClasses*);
};

bool has_avx2();

// The signs of a name of at most 64 bytes, which are readable whatever its length.
struct SignBits {
  std::uint64_t dots;
  bool underscore, doubled;  // "_"; "__" or "--"
};
SignBits sign_bits(const char* bytes, std::size_t size);

// Copies a URL's path; `other` if a sign is in it for which its parser must be asked: '*', '#', "/.", ".+", "%2". One
// byte before and kPathLane behind are readable, and writable at `to`.
constexpr std::size_t kPathLane = 16;
struct PathSigns {
  bool percent, other;
};
PathSigns copy_path_lanes(std::string_view path, char* to);

}  // namespace cordon
