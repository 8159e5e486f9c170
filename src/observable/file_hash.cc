#include "observable/file_hash.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cordon {
namespace {

struct Algorithm {
  std::string_view name;
  std::string_view hyphenated;
  std::size_t digits;
  std::string_view of_nothing;  // the hash of no bytes
};
constexpr std::array<Algorithm, 3> kAlgorithms = {{
    {"md5", "md-5", 32, "d41d8cd98f00b204e9800998ecf8427e"},
    {"sha1", "sha-1", 40, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"sha256", "sha-256", 64, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
}};

constexpr std::size_t kLongestHash = 96;

}  // namespace

Result<std::string> canonical_file_hash(std::string_view text) {
  if (text.size() > kLongestHash) return fail(Fault::Malformed, "too long for a file hash");
  text = trim(text);
  const std::size_t colon = text.find(':');
  const std::string_view named = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
  const std::string_view digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const auto algorithm = std::find_if(kAlgorithms.begin(), kAlgorithms.end(), [&](const Algorithm& row) {
    if (colon == std::string_view::npos) return digits.size() == row.digits;
    return equal_ignoring_case(named, row.name) || equal_ignoring_case(named, row.hyphenated);
  });
  if (algorithm == kAlgorithms.end() || digits.size() != algorithm->digits) {
    return fail(Fault::Malformed, "a file hash is md5, sha1 or sha256: 32, 40 or 64 hex digits");
  }
  const std::string hash = to_hex(TRY(from_hex(digits)));
  if (hash == algorithm->of_nothing) return fail(Fault::Refused, "the hash of an empty file");
  return std::string(algorithm->name) + ':' + hash;
}

Result<std::string> canonical_perceptual_hash(std::string_view text) {
  if (text.size() > kLongestHash) return fail(Fault::Malformed, "too long for a perceptual hash");
  text = trim(text);
  if (equal_ignoring_case(text.substr(0, 4), "pdq:")) text.remove_prefix(4);
  if (text.size() != 64) return fail(Fault::Malformed, "a PDQ hash has 64 hex digits");
  return "pdq:" + to_hex(TRY(from_hex(text)));
}

}  // namespace cordon
