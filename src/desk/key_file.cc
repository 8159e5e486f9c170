#include "desk/key_file.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/secret.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kSecret = 32, kCheck = 4;

}  // namespace

Result<Nothing> write_key_file(const std::string& path, std::string_view secret) {
  std::string text = to_hex(secret) + to_hex(sha256(secret).view().substr(0, kCheck));
  Result<Nothing> written = write_file(path, text, 0600);
  wipe(text);
  return written;
}

Result<std::string> read_key_file(const std::string& path) {
  std::string text = TRY(read_file(path, 1024));
  Result<std::string> bytes = from_hex(text);
  wipe(text);
  const bool checked = bytes && bytes->size() == kSecret + kCheck &&
                       sha256(bytes->substr(0, kSecret)).view().substr(0, kCheck) == bytes->substr(kSecret);
  if (!checked && !(bytes && bytes->size() == kSecret)) return fail(Fault::Corrupt, "the key is damaged", path);
  bytes->resize(kSecret);
  return bytes;
}

Result<Nothing> write_summed(const std::string& path, std::string_view line) {
  std::string text = std::string(line) + "\n" + sha256(line).hex() + "\n";
  Result<Nothing> written = write_file(path, text, 0600);
  wipe(text);
  return written;
}

Result<std::string> read_summed(const std::string& path) {
  constexpr std::size_t kLargest = 64u << 10;
  std::string text = TRY(read_file(path, kLargest));
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return text;
  std::string line = text.substr(0, end);
  const bool whole = std::string_view(text).substr(end + 1) == sha256(line).hex() + "\n";
  wipe(text);
  if (!whole)
    return fail(Fault::Corrupt, "it is damaged: the digest on its second line is not that of the first", path);
  return line;
}

}  // namespace cordon
