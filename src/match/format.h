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

enum class SectionType : std::uint32_t {
  Contexts = 1,
  Sources,
  Cold,       // of a table: the entries
  Hot,        // of a table: buckets of fingerprints
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
inline constexpr std::uint64_t padded(std::uint64_t length) { return (length + 63) / 64 * 64; }

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

// The keyed hash of a key: its upper half says the bucket, its lower 31 bits are the fingerprint, which is never 0.
std::uint64_t hash_key(const HashKey& key, std::uint32_t table, std::string_view text);
inline std::uint64_t home_of(std::uint64_t hash, std::uint64_t homes) { return (hash >> 32) * homes >> 32; }
inline std::uint32_t fingerprint(std::uint64_t hash) {
  const std::uint32_t bits = static_cast<std::uint32_t>(hash) & 0x7FFFFFFFu;
  return bits == 0 ? 1 : bits;
}

// A slot: the place of the entry in its cold section, in units of 8 bytes (lower 32 bits, never 0); the fingerprint
// (31 bits); the highest bit of a bucket's last slot says that keys of this bucket or of one before it lie further on.
struct alignas(64) Bucket {
  std::array<std::uint64_t, 8> slots{};
  bool spilled() const { return slots[7] >> 63 != 0; }
};
inline constexpr std::uint64_t kSpilled = std::uint64_t{1} << 63;
inline constexpr std::uint64_t make_slot(std::uint32_t print, std::uint32_t place) {
  return std::uint64_t{print} << 32 | place;
}
inline std::uint32_t place_of(std::uint64_t slot) { return static_cast<std::uint32_t>(slot); }
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
inline constexpr std::uint8_t make_flags(bool more, bool withdrawn, Reach reach) {
  return static_cast<std::uint8_t>((more ? 1 : 0) | (withdrawn ? 2 : 0) | static_cast<int>(reach) << 2);
}
// The entry at or, where only padding is left of its line, behind `offset`; nothing outside of the section.
std::optional<ColdEntry> read_cold(std::string_view section, std::uint64_t offset);
// How many bytes of `canonical` are text; the rest is an even number of lower-case hexadecimal digits, 32 to 510.
std::size_t text_part(std::string_view canonical);
std::string pack_hex(std::string_view digits);
bool same_canonical(const ColdEntry& entry, std::string_view canonical);

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
std::optional<Context> read_context(std::string_view section, std::uint32_t index);
std::optional<std::string_view> read_source(std::string_view section, std::uint32_t index);

struct RangeRow {  // 8 bytes: of the entry in the ranges' cold section, and of the next wider range, from 1
  std::uint32_t place = 0, parent = 0;
};

// What a Prefix key and a query's url are compared by; a loan of `url`.
std::string_view prefix_view(std::string_view url);
// How many labels a name, and how many parts behind its host a prefix has.
unsigned depth_of(std::uint32_t table, std::string_view key);

template <typename T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace cordon::index_format
