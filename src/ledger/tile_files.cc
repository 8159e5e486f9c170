#include "ledger/tile_files.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "ledger/bundle.h"

namespace cordon {

namespace {

constexpr std::size_t kHashSize = 32;
constexpr std::size_t kLongestBundle = kTileWidth * (2 + kLongestLeaf);

struct Stored {
  TilePlace place;  // of the file that was found; at least as wide as what was asked for
  std::string bytes;
};

// An error of reading a file of the log: the path is told relative to the folder, and a file that is longer than any
// tile is broken, not a wrong input.
Error about(Error error, const TilePlace& place) {
  if (error.fault == Fault::Malformed) error.fault = Fault::Corrupt;
  error.where = place.path();
  return error;
}

Result<std::string> read_stored(const std::string& folder, const TilePlace& place) {
  const std::size_t limit = place.level == kBundles ? kLongestBundle : kTileWidth * kHashSize;
  Result<std::string> bytes = read_file(folder + "/" + place.path(), limit);
  if (!bytes) return about(bytes.error(), place);
  return bytes;
}

Result<Stored> find_tile(const std::string& folder, const TilePlace& place) {
  Result<std::string> exact = read_stored(folder, place);
  if (exact) return Stored{place, *std::move(exact)};
  if (exact.error().fault != Fault::NotFound || place.full()) return exact.error();
  std::vector<std::uint64_t> widths = TRY(stored_widths(folder, place));
  widths.push_back(kTileWidth);
  for (const std::uint64_t width : widths) {
    if (width < place.width) continue;
    const TilePlace wider{place.level, place.index, width};
    Result<std::string> bytes = read_stored(folder, wider);
    if (bytes) return Stored{wider, *std::move(bytes)};
    if (bytes.error().fault != Fault::NotFound) return bytes.error();
  }
  return fail(Fault::NotFound, "missing, and there is no wider tile in its place", place.path());
}

}  // namespace

std::string TilePlace::full_path() const {
  std::string path;
  std::uint64_t rest = index;
  do {
    const std::string digits = std::to_string(rest % 1000);
    const std::string group = std::string(3 - digits.size(), '0') + digits;
    path = path.empty() ? group : "x" + group + "/" + path;
    rest /= 1000;
  } while (rest > 0);
  return "tile/" + (level == kBundles ? std::string("entries") : std::to_string(level)) + "/" + path;
}

std::string TilePlace::partial_folder() const { return full_path() + ".p"; }
std::string TilePlace::path() const { return full() ? full_path() : partial_folder() + "/" + std::to_string(width); }

std::uint64_t hashes_at(int level, std::uint64_t size) {
  if (level == kBundles) return size;
  return level >= 8 ? 0 : size >> (8 * level);
}

TilePlace tile_at(int level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t count = hashes_at(level, size);
  const std::uint64_t start = index * kTileWidth;
  return {level, index, start >= count ? 0 : std::min(kTileWidth, count - start)};
}

Result<TileRead<Digest>> read_tile(const std::string& folder, const TilePlace& place) {
  const Stored stored = TRY(find_tile(folder, place));
  const std::size_t expected = stored.place.width * kHashSize;
  if (stored.bytes.size() != expected) {
    return fail(Fault::Corrupt,
                "has " + std::to_string(stored.bytes.size()) + " bytes, expected " + std::to_string(expected),
                stored.place.path());
  }
  TileRead<Digest> out{stored.place.path(), {}};
  for (std::size_t i = 0; i < place.width; ++i) {
    out.items.push_back(TRY(digest_from_bytes(std::string_view(stored.bytes).substr(i * kHashSize, kHashSize))));
  }
  return out;
}

Result<TileRead<std::string>> read_entries(const std::string& folder, const TilePlace& place) {
  const Stored stored = TRY(find_tile(folder, place));
  Result<std::vector<std::string>> leaves = read_bundle(stored.bytes, stored.place.width);
  if (!leaves) return about(leaves.error(), stored.place);
  leaves->resize(place.width);
  return TileRead<std::string>{stored.place.path(), *std::move(leaves)};
}

Result<std::vector<std::uint64_t>> stored_widths(const std::string& folder, const TilePlace& place) {
  std::vector<std::uint64_t> widths;
  const Result<std::vector<std::string>> names = list_folder(folder + "/" + place.partial_folder());
  if (!names && names.error().fault == Fault::NotFound) return widths;  // no folder, no partial tile
  if (!names) return about(names.error(), place);
  for (const std::string& name : *names) {
    const Result<std::int64_t> width = parse_integer(name);
    if (!width || *width < 1 || *width >= static_cast<std::int64_t>(kTileWidth) || std::to_string(*width) != name)
      continue;
    if (static_cast<std::uint64_t>(*width) != place.width) widths.push_back(static_cast<std::uint64_t>(*width));
  }
  std::sort(widths.begin(), widths.end());
  return widths;
}

std::string tile_bytes(const std::vector<Digest>& hashes) {
  std::string out;
  for (const Digest& hash : hashes) out += hash.view();
  return out;
}

}  // namespace cordon
