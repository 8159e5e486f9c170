#include "match/format.h"

#include <algorithm>

#include "base/text.h"

namespace cordon::index_format {
namespace {

template <typename T>
void store(std::string& page, std::size_t at, T value) {
  std::memcpy(page.data() + at, &value, sizeof value);
}

void store_bytes(std::string& page, std::size_t at, std::string_view bytes) {
  std::memcpy(page.data() + at, bytes.data(), bytes.size());
}

template <typename Fixed>
Fixed load_fixed(std::string_view page, std::size_t at) {
  Fixed value{};
  std::memcpy(value.bytes.data(), page.data() + at, value.bytes.size());
  return value;
}

constexpr std::string_view kDigits = "0123456789abcdef";

// Each byte's two digits as they lie in memory.
constexpr std::array<std::uint16_t, 256> kPairs = [] {
  std::array<std::uint16_t, 256> pairs{};
  for (unsigned byte = 0; byte < 256; ++byte)
    pairs[byte] = static_cast<std::uint16_t>(static_cast<unsigned char>(kDigits[byte >> 4]) |
                                             static_cast<unsigned char>(kDigits[byte & 15]) << 8);
  return pairs;
}();

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 48;

}  // namespace

std::string write_root(Root root, const SecretKey& secret) {
  CORDON_CHECK(root.sections.size() <= kMostRows, "more sections than the root has rows for");
  root.key = secret.public_key();
  std::string page(kRootBytes, '\0');
  store_bytes(page, 0, kMagic);
  store(page, 16, kVersion);
  store(page, 20, static_cast<std::uint32_t>(root.sections.size()));
  store(page, 24, root.file_bytes);
  store(page, 32, root.generation);
  store(page, 40, root.made.ms);
  store(page, 48, root.hash.first);
  store(page, 56, root.hash.second);
  if (root.base) store_bytes(page, 64, root.base->view());
  store_bytes(page, 96, root.key.view());
  store(page, 128, root.withdrawn);
  store(page, 136, root.entries);
  store(page, 144, root.ranges);
  std::size_t at = kFirstRow;
  for (const Section& section : root.sections) {
    store(page, at, static_cast<std::uint32_t>(section.type));
    store(page, at + 4, section.table);
    store(page, at + 8, section.offset);
    store(page, at + 16, section.length);
    store(page, at + 24, section.count);
    store(page, at + 32, section.homes);
    store(page, at + 40, section.depths);
    store_bytes(page, at + 48, section.digest.view());
    at += kRowBytes;
  }
  store_bytes(page, kSignedBytes, secret.sign(std::string_view(page).substr(0, kSignedBytes)).view());
  return page;
}

Result<Root> read_root(std::string_view page) {
  if (page.size() != kRootBytes || page.substr(0, 16) != kMagic) return fail(Fault::Malformed, "not an index file");
  if (const auto version = load<std::uint32_t>(page.data() + 16); version != kVersion)
    return fail(Fault::Malformed, "an index of version " + std::to_string(version) + "; this program reads version 1");
  Root root;
  root.key = load_fixed<PublicKey>(page, 96);
  if (!verify(root.key, page.substr(0, kSignedBytes), load_fixed<Signature>(page, kSignedBytes)))
    return fail(Fault::Corrupt, "the signature over the root does not hold");
  root.file_bytes = load<std::uint64_t>(page.data() + 24);
  root.generation = load<std::uint64_t>(page.data() + 32);
  root.made.ms = load<std::int64_t>(page.data() + 40);
  root.hash = {load<std::uint64_t>(page.data() + 48), load<std::uint64_t>(page.data() + 56)};
  if (const auto base = load_fixed<Digest>(page, 64); base != Digest{}) root.base = base;
  root.withdrawn = load<std::uint64_t>(page.data() + 128);
  root.entries = load<std::uint64_t>(page.data() + 136);
  root.ranges = load<std::uint64_t>(page.data() + 144);
  const auto rows = load<std::uint32_t>(page.data() + 20);
  if (rows > kMostRows) return fail(Fault::Corrupt, "more sections than a root can name");
  std::uint64_t expected = kRootBytes;
  for (std::size_t at = kFirstRow; at < kFirstRow + rows * kRowBytes; at += kRowBytes) {
    const char* row = page.data() + at;
    const auto type = load<std::uint32_t>(row), table = load<std::uint32_t>(row + 4);
    Section section{static_cast<SectionType>(type), table,
                    load<std::uint64_t>(row + 8),   load<std::uint64_t>(row + 16),
                    load<std::uint64_t>(row + 24),  load<std::uint64_t>(row + 32),
                    load<std::uint64_t>(row + 40),  load_fixed<Digest>(page, at + 48)};
    if (type == 0 || section.type > SectionType::V6Trie || table > kRangeTable)
      return fail(Fault::Corrupt, "a section of a kind that does not exist");
    if (section.offset != expected || section.length > kMostBytes)
      return fail(Fault::Corrupt, "sections that do not follow one another");
    expected += padded(section.length);
    root.sections.push_back(section);
  }
  if (expected != root.file_bytes) return fail(Fault::Corrupt, "sections that do not end with the file");
  return root;
}

Digest set_digest(std::string_view page) { return sha256(page.substr(0, kSignedBytes)); }

std::string ColdEntry::canonical() const { return std::string(text) + to_hex(bytes); }

std::size_t text_part(std::string_view canonical) {
  std::size_t digits = 0;
  while (digits < canonical.size() && digits < 510 && is_lower_hex(canonical[canonical.size() - 1 - digits])) ++digits;
  digits -= digits % 2;
  return digits >= 32 ? canonical.size() - digits : canonical.size();
}

std::string pack_hex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
  return bytes;
}

bool same_digits(std::string_view packed, std::string_view text) {
  const char* digits = text.data();
  // Four bytes' digits a step.
  const char* bytes = packed.data();
  std::uint64_t differ = 0;
  std::size_t left = packed.size();
  const auto pair = [&bytes](std::size_t i) { return std::uint64_t{kPairs[static_cast<unsigned char>(bytes[i])]}; };
  for (; left >= 4; left -= 4, digits += 8, bytes += 4)
    differ |= load<std::uint64_t>(digits) ^ (pair(0) | pair(1) << 16 | pair(2) << 32 | pair(3) << 48);
  for (; left > 0; --left, digits += 2, ++bytes) differ |= load<std::uint16_t>(digits) ^ pair(0);
  return differ == 0;
}

std::array<char, kContextBytes> write_context(const Context& context) {
  std::array<char, kContextBytes> row{};
  row[0] = static_cast<char>(context.category ? static_cast<int>(*context.category) : 255);
  row[1] = static_cast<char>(context.standing);
  row[2] = static_cast<char>(context.tlp);
  row[3] = static_cast<char>(context.pap);
  row[4] = static_cast<char>(context.confidence);
  const std::uint16_t added = context.added.number(), until = context.valid_until.number();
  std::memcpy(row.data() + 6, &added, sizeof added);
  std::memcpy(row.data() + 8, &until, sizeof until);
  std::memcpy(row.data() + 12, &context.source, sizeof context.source);
  return row;
}

std::optional<std::string_view> read_source(std::string_view section, std::uint32_t index) {
  const std::uint64_t row = std::uint64_t{index} * 8;
  if (section.size() < 8 || row > section.size() - 8) return std::nullopt;
  const std::uint64_t offset = load<std::uint32_t>(section.data() + row);
  const std::uint64_t length = load<std::uint32_t>(section.data() + row + 4);
  if (offset > section.size() || length > section.size() - offset) return std::nullopt;
  return section.substr(offset, length);
}

std::string_view prefix_view(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('?'));
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

unsigned depth_of(std::uint32_t table, std::string_view key) {
  if (table == kPrefixTable) return static_cast<unsigned>(std::count(key.begin(), key.end(), '/'));
  return static_cast<unsigned>(std::count(key.begin(), key.end(), '.')) + 1;
}

}  // namespace cordon::index_format
