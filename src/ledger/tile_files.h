// The files of a log's folder (C2SP tlog-tiles v0.1.0): where a tile lies and how it is read.
//
// A folder is asked about a log of some size, and the tile that this size needs may have grown since: a partial tile
// of width W is then read as the first W hashes of the full tile, or of a wider partial one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace cordon {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr int kBundles = -1;  // the level of entry bundles, "entries"

struct TilePlace {
  int level;            // kBundles, or 0 and up
  std::uint64_t index;  // within the level
  std::uint64_t width;  // 1 to 256 hashes or entries

  bool full() const { return width == kTileWidth; }
  std::string full_path() const;       // "tile/0/x001/x234/067", relative to the log's folder
  std::string partial_folder() const;  // "tile/0/x001/x234/067.p"
  std::string path() const;            // the full path, or "tile/0/x001/x234/067.p/8"
};

// How many hashes a log of `size` leaves has at a level: floor(size / 256^level); for bundles, how many entries.
std::uint64_t hashes_at(int level, std::uint64_t size);
// The tile at `index` of a level as a log of `size` leaves has it. Width 0 when it has none.
TilePlace tile_at(int level, std::uint64_t index, std::uint64_t size);

template <typename Item>
struct TileRead {
  std::string path;  // the file that was read, relative to the folder
  std::vector<Item> items;
};
// Exactly `place.width` items. NotFound names the missing file; Corrupt a file of the wrong length.
Result<TileRead<Digest>> read_tile(const std::string& folder, const TilePlace& place);
Result<TileRead<std::string>> read_entries(const std::string& folder, const TilePlace& place);

// The other widths of this partial tile that lie in the folder, in order; a folder that is not there has none.
// Unavailable when the folder cannot be listed.
Result<std::vector<std::uint64_t>> stored_widths(const std::string& folder, const TilePlace& place);

std::string tile_bytes(const std::vector<Digest>& hashes);

}  // namespace cordon
