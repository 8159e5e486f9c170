#include "desk/archive_writer.h"

#include <string>

#include "base/files.h"

namespace cordon {

namespace {

constexpr std::size_t kBlock = 512;

std::string octal(std::size_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; number >>= 3) text[i] = static_cast<char>('0' + (number & 7));
  return text;
}

std::string tar_header(std::string_view name, std::size_t size) {
  CORDON_CHECK(name.size() < 100, "a name in an archive has at most 99 bytes");
  std::string head(kBlock, '\0');
  const auto put = [&](std::size_t at, std::string_view bytes) { head.replace(at, bytes.size(), bytes); };
  put(0, name);
  put(100, "0000600");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size, 11));
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  std::size_t sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return head;
}

}  // namespace

Result<Nothing> add_to_archive(int fd, std::string_view name, std::string_view bytes) {
  TRY(write_all(fd, tar_header(name, bytes.size()), "the archive"));
  TRY(write_all(fd, bytes, "the archive"));
  return write_all(fd, std::string((kBlock - bytes.size() % kBlock) % kBlock, '\0'), "the archive");
}

Result<Nothing> end_archive(int fd) { return write_all(fd, std::string(2 * kBlock, '\0'), "the archive"); }

}  // namespace cordon
