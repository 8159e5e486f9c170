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

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

// Primes with as many ones as zeros.
constexpr std::uint64_t kOne = 0xA0761D6478BD642Fu, kTwo = 0xE7037ED1A0B428DBu, kThree = 0x8EBC6AF09C88C6E3u;

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

// A multiplication's two halves are folded into one another, 16 bytes at a time (the way of wyhash, which is in the
// public domain). The key makes which names share a bucket differ from file to file.
std::uint64_t hash_key(const HashKey& key, std::uint32_t table, std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = key.first ^ fold(key.second ^ table, kOne);
  std::uint64_t a = 0, b = 0;
  if (left <= 16) {
    if (left >= 8) {
      a = load<std::uint64_t>(at);
      b = load<std::uint64_t>(at + left - 8);
    } else if (left >= 4) {
      a = load<std::uint32_t>(at);
      b = load<std::uint32_t>(at + left - 4);
    } else if (left > 0) {
      a = static_cast<std::uint64_t>(static_cast<unsigned char>(at[0])) << 16 |
          static_cast<std::uint64_t>(static_cast<unsigned char>(at[left / 2])) << 8 |
          static_cast<unsigned char>(at[left - 1]);
    }
  } else {
    for (; left > 16; left -= 16, at += 16)
      state = fold(load<std::uint64_t>(at) ^ key.second, load<std::uint64_t>(at + 8) ^ state);
    a = load<std::uint64_t>(at + left - 16);
    b = load<std::uint64_t>(at + left - 8);
  }
  return fold(kTwo ^ text.size(), fold(a ^ key.second ^ kThree, b ^ state));
}

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

std::optional<ColdEntry> read_cold(std::string_view section, std::uint64_t offset) {
  if (offset % 8 != 0 || section.size() < 8 || offset > section.size() - 8) return std::nullopt;
  std::uint64_t head = load<std::uint64_t>(section.data() + offset);
  if (head == 0) {  // the next one did not fit into this line
    offset = padded(offset + 1);
    if (offset > section.size() - 8) return std::nullopt;
    head = load<std::uint64_t>(section.data() + offset);
    if (head == 0) return std::nullopt;
  }
  const std::uint64_t text = head & 0xFFFF, hex = head >> 16 & 0xFF, id = head >> 24 & 0xFF;
  const std::uint64_t length = text + hex + id;
  if (text + hex == 0 || length > section.size() - offset - 8) return std::nullopt;
  const char* at = section.data() + offset + 8;
  ColdEntry entry;
  entry.text = {at, text};
  entry.bytes = {at + text, hex};
  entry.id = {at + text + hex, id};
  entry.context = static_cast<std::uint32_t>(head >> 32 & 0xFFFFFF);
  entry.flags = static_cast<std::uint8_t>(head >> 56);
  entry.end = offset + (8 + length + 7) / 8 * 8;
  return entry;
}

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

bool same_canonical(const ColdEntry& entry, std::string_view canonical) {
  const std::size_t text = entry.text.size();
  if (canonical.size() != text + 2 * entry.bytes.size() || std::memcmp(canonical.data(), entry.text.data(), text) != 0)
    return false;
  unsigned differ = 0;
  const char* digits = canonical.data() + text;
  for (const char byte : entry.bytes) {
    differ |= static_cast<unsigned>(load<std::uint16_t>(digits) ^ kPairs[static_cast<unsigned char>(byte)]);
    digits += 2;
  }
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

std::optional<Context> read_context(std::string_view section, std::uint32_t index) {
  if (section.size() / kContextBytes <= index) return std::nullopt;
  const char* row = section.data() + std::size_t{index} * kContextBytes;
  const auto byte = [row](std::size_t at) { return static_cast<std::uint8_t>(row[at]); };
  if ((byte(0) > static_cast<std::uint8_t>(Category::TerroristFinancing) && byte(0) != 255) || byte(1) > 1 ||
      byte(2) > static_cast<std::uint8_t>(Tlp::Red) || byte(3) > static_cast<std::uint8_t>(Pap::Red) || byte(4) > 100)
    return std::nullopt;
  Context context;
  if (byte(0) != 255) context.category = static_cast<Category>(byte(0));
  context.standing = static_cast<Standing>(byte(1));
  context.tlp = static_cast<Tlp>(byte(2));
  context.pap = static_cast<Pap>(byte(3));
  context.confidence = byte(4);
  context.added = Day::numbered(load<std::uint16_t>(row + 6));
  context.valid_until = Day::numbered(load<std::uint16_t>(row + 8));
  context.source = load<std::uint32_t>(row + 12);
  return context;
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
