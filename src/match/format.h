// The bytes of an index file, as docs/formats/index.md says them: what the builder writes and the reader reads.
// Nothing here believes a file: each reader of a place checks it against the section's end first.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/sign.h"
#include "match/indicator.h"

namespace cordon::index_format {

static_assert(std::endian::native == std::endian::little, "index files are little-endian and read in place");

inline constexpr std::string_view kMagic{"cordon-index\r\n\x1a\n", 16};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kRootBytes = 4096, kSignedBytes = 4032, kFirstRow = 192, kRowBytes = 96, kMostRows = 40;

// A table of the charter's kinds, in their order, and two more.
inline constexpr std::size_t kTables = 15;  // with a hot section
inline constexpr std::size_t kPrefixTable = 14, kRangeTable = 15;

template <typename T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

enum class SectionType : std::uint32_t {
  Contexts = 1,
  Sources,
  Cold,       // of a table: the entries
  Hot,        // of a table: buckets of slots, then the place of each slot's entry
  RangeRows,  // a row for each range
  V4Direct,   // DIR-24-8
  V4Trie,
  V6Trie,
};
struct Section {
  SectionType type{};
  std::uint32_t table = 0;
  std::uint64_t offset = 0, length = 0;
  std::uint64_t count = 0;   // of rows, entries, texts
  std::uint64_t homes = 0;   // of a hot section: how many buckets a hash can point to
  std::uint64_t depths = 0;  // of a hot section: bit d - 1 for a Below or Prefix key of d labels or path parts;
                             // of the range rows: the first day on which one of them has expired
  Digest digest{};
};
// What a section takes in the file; the digest covers it, so that no byte of a file is outside of one.
constexpr std::uint64_t padded(std::uint64_t length) { return (length + 63) / 64 * 64; }

struct HashKey {
  std::uint64_t first = 0, second = 0;
};
struct Root {
  std::uint64_t file_bytes = 0, generation = 0;
  Instant made;
  HashKey hash;
  std::optional<Digest> base;
  PublicKey key;
  std::uint64_t withdrawn = 0, entries = 0, ranges = 0;
  std::vector<Section> sections;
};
// 4096 bytes, signed; the key of `root` is that of `secret`.
std::string write_root(Root root, const SecretKey& secret);
// Malformed: another file or version. Corrupt: sections that do not follow one another to the end, or a signature that
// does not hold. Sections of a type that this version does not know are not skipped: the version would be another.
Result<Root> read_root(std::string_view page);
Digest set_digest(std::string_view page);

__extension__ using Wide = unsigned __int128;
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}
// Constants with as many ones as zeros.
inline constexpr std::uint64_t kOne = 0xA0761D6478BD642Fu, kTwo = 0xE7037ED1A0B428DBu, kThree = 0x8EBC6AF09C88C6E3u;

// The keyed hash of a key: its upper half says the bucket, its lower 47 bits are the fingerprint, which is never 0.
// A multiplication's two halves are folded into one another, 16 bytes at a time (the way of wyhash, which is in the
// public domain). The key makes which names share a bucket differ from file to file. `seed` is hash_seed() of a table.
inline std::uint64_t hash_seed(const HashKey& key, std::uint32_t table) {
  return key.first ^ fold(key.second ^ table, kOne);
}
inline std::uint64_t hash_from(std::uint64_t seed, std::uint64_t second, std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = seed, a = 0, b = 0;
  if (left > 16) {
    for (; left > 16; left -= 16, at += 16)
      state = fold(load<std::uint64_t>(at) ^ second, load<std::uint64_t>(at + 8) ^ state);
    a = load<std::uint64_t>(at + left - 16);
    b = load<std::uint64_t>(at + left - 8);
  } else if (left >= 8) {
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
  return fold(kTwo ^ text.size(), fold(a ^ second ^ kThree, b ^ state));
}
inline std::uint64_t hash_key(const HashKey& key, std::uint32_t table, std::string_view text) {
  return hash_from(hash_seed(key, table), key.second, text);
}
inline std::uint64_t home_of(std::uint64_t hash, std::uint64_t homes) { return (hash >> 32) * homes >> 32; }
inline std::uint64_t fingerprint(std::uint64_t hash) {
  const std::uint64_t bits = hash & 0x7FFF'FFFF'FFFFu;
  return bits == 0 ? 1 : bits;
}

// A slot: what it says of its key (lower 16 bits) and the fingerprint (47 bits, 0 in an empty slot); the highest bit of
// a bucket's last slot says that keys of this bucket or of one before it lie further on.
inline constexpr std::size_t kSlots = 8;
struct alignas(64) Bucket {
  std::array<std::uint64_t, kSlots> slots{};
  bool spilled() const { return slots[7] >> 63 != 0; }
};
inline constexpr std::uint64_t kSpilled = std::uint64_t{1} << 63;
inline std::uint64_t print_of(std::uint64_t slot) { return slot << 1 >> 17; }
// What a bucket takes in its section: its slots, and behind all buckets the place of each slot's entry in the cold
// section, in units of 8 bytes, 4 bytes each.
inline constexpr std::size_t kPlaceBytes = 4, kBucketBytes = sizeof(Bucket) + kSlots * kPlaceBytes;

// What a slot says of its key: the last day on which it matches, counted from the end of 2019 (14 bits), whether it is
// active, and whether it answers for what is below it. 0 says nothing: the key has several entries, or one that
// withdraws or whose day is not to be said in so few bits, and they must be read.
class SlotAnswer {
 public:
  constexpr explicit SlotAnswer(std::uint64_t slot) : bits_(static_cast<std::uint16_t>(slot)) {}
  static SlotAnswer of(Day valid_until, Standing standing, Reach reach) {
    const int days = int{valid_until.number()} - kBefore;
    if (days < 1 || days > kDays) return SlotAnswer(0);
    return SlotAnswer(static_cast<std::uint64_t>(days) | (standing == Standing::Active ? kActive : 0u) |
                      (reach == Reach::Below ? kBelow : 0u));
  }
  bool says_nothing() const { return bits_ == 0; }
  bool valid_on(Day day) const { return int{day.number()} - kBefore <= (bits_ & kDays); }
  Standing standing() const { return (bits_ & kActive) != 0 ? Standing::Active : Standing::Reference; }
  bool below() const { return (bits_ & kBelow) != 0; }
  std::uint16_t bits() const { return bits_; }
  bool operator==(const SlotAnswer&) const = default;

 private:
  static constexpr int kBefore = 18'261, kDays = 0x3FFF;
  static constexpr std::uint16_t kActive = 1u << 14, kBelow = 1u << 15;
  std::uint16_t bits_;
};
constexpr std::uint64_t make_slot(std::uint64_t print, std::uint16_t answer) { return print << 16 | answer; }
// The builder keeps within these, and a reader stops at them whatever the file says.
inline constexpr unsigned kMostSpilled = 64, kMostOfOneKey = 1024;

// An entry of a cold section: 8 bytes, then text, hex bytes and id, then zeros up to a multiple of 8.
struct ColdEntry {
  std::string_view text;   // the canonical text without its long tail of hexadecimal digits
  std::string_view bytes;  // which is here, two digits a byte
  std::string_view id;
  std::uint32_t context = 0;  // a row of the contexts
  std::uint8_t flags = 0;
  std::uint64_t end = 0;                          // offset behind it
  bool more() const { return (flags & 1) != 0; }  // the next entry has the same key
  bool withdrawn() const { return (flags & 2) != 0; }
  Reach reach() const { return static_cast<Reach>(flags >> 2 & 3); }
  std::string canonical() const;
};
inline constexpr std::uint32_t kMostContexts = 1u << 24;
constexpr std::uint8_t make_flags(bool more, bool withdrawn, Reach reach) {
  return static_cast<std::uint8_t>((more ? 1 : 0) | (withdrawn ? 2 : 0) | static_cast<int>(reach) << 2);
}
// Reads the entry at or, where only padding is left of its line, behind `offset`; false where there is none. In the
// header, as every hit of a lookup comes by.
inline bool read_cold(std::string_view section, std::uint64_t offset, ColdEntry& entry) {
  if (offset % 8 != 0 || section.size() < 8 || offset > section.size() - 8) return false;
  auto head = load<std::uint64_t>(section.data() + offset);
  if (head == 0) {  // the next one did not fit into this line
    offset = padded(offset + 1);
    if (offset > section.size() - 8) return false;
    head = load<std::uint64_t>(section.data() + offset);
  }
  const std::uint64_t text = head & 0xFFFF, hex = head >> 16 & 0xFF, id = head >> 24 & 0xFF;
  const std::uint64_t length = text + hex + id;
  if (text + hex == 0 || length > section.size() - offset - 8) return false;
  const char* at = section.data() + offset + 8;
  entry.text = {at, text};
  entry.bytes = {at + text, hex};
  entry.id = {at + text + hex, id};
  entry.context = static_cast<std::uint32_t>(head >> 32 & 0xFFFFFF);
  entry.flags = static_cast<std::uint8_t>(head >> 56);
  entry.end = offset + (8 + length + 7) / 8 * 8;
  return true;
}
inline std::optional<ColdEntry> read_cold(std::string_view section, std::uint64_t offset) {
  ColdEntry entry;
  return read_cold(section, offset, entry) ? std::optional(entry) : std::nullopt;
}
// How many bytes of `canonical` are text; the rest is an even number of lower-case hexadecimal digits, 32 to 510.
std::size_t text_part(std::string_view canonical);
std::string pack_hex(std::string_view digits);
bool same_digits(std::string_view bytes, std::string_view digits);  // twice as many of them
// Whether both begin with the same `length` bytes, which both have, without a call for a handful of words.
inline bool same_text(std::string_view begins, std::string_view text, std::size_t length) {
  const char *a = begins.data(), *b = text.data();
  if (length < 8) return std::memcmp(a, b, length) == 0;
  std::uint64_t differ = load<std::uint64_t>(a + length - 8) ^ load<std::uint64_t>(b + length - 8);
  for (std::size_t at = 0; at + 8 < length; at += 8)
    differ |= load<std::uint64_t>(a + at) ^ load<std::uint64_t>(b + at);
  return differ == 0;
}
inline bool same_canonical(const ColdEntry& entry, std::string_view canonical) {
  const std::size_t text = entry.text.size();
  return canonical.size() == text + 2 * entry.bytes.size() && same_text(canonical, entry.text, text) &&
         (entry.bytes.empty() || same_digits(entry.bytes, canonical.substr(text)));
}

struct Context {  // a row of 16 bytes
  std::optional<Category> category;
  Standing standing{};
  Tlp tlp{};
  Pap pap{};
  std::uint8_t confidence = 0;
  Day added, valid_until;
  std::uint32_t source = 0;
  bool operator==(const Context&) const = default;
};
inline constexpr std::size_t kContextBytes = 16;
std::array<char, kContextBytes> write_context(const Context& context);
inline std::optional<Context> read_context(std::string_view section, std::uint32_t index) {
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
std::optional<std::string_view> read_source(std::string_view section, std::uint32_t index);

struct RangeRow {  // 8 bytes: of the entry in the ranges' cold section, and of the next wider range, from 1
  std::uint32_t place = 0, parent = 0;
};

// What a Prefix key and a query's url are compared by; a loan of `url`.
std::string_view prefix_view(std::string_view url);
// How many labels a name, and how many parts behind its host a prefix has.
unsigned depth_of(std::uint32_t table, std::string_view key);

}  // namespace cordon::index_format
