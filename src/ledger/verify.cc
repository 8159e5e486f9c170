// The leaves are the truth that is recomputed, and the signed root decides whom to believe. The first place where a
// tile differs from what the leaves say is remembered and the walk goes on with the leaves' hashes. At its end, if the
// leaves give the signed root, the tile is broken; if they do not, the bundle is.
#include "ledger/verify.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "ledger/bundle.h"
#include "ledger/tile_files.h"

namespace cordon {

namespace {

std::string place_of_leaf(const std::string& path, std::uint64_t leaf) {
  return path + ", entry " + std::to_string(leaf % kTileWidth) + " (leaf " + std::to_string(leaf) + ")";
}

class Walk {
 public:
  Walk(const std::string& folder, const TreeHead& head) : folder_(folder), head_(head) {}

  Result<std::uint64_t> run() {
    for (std::uint64_t index = 0; index * kTileWidth < head_.size; ++index) TRY(take_bundle(index));
    TRY(take_partial_tiles());
    TRY(judge());
    TRY(check_other_widths());
    return files_;
  }

 private:
  struct Difference {
    std::string tile, bundle;  // paths; the bundle's at level 0 only
    int level;
    std::uint64_t hash;  // counted through the whole level
  };

  Result<Nothing> take_bundle(std::uint64_t index) {
    const TileRead<std::string> bundle = TRY(read_entries(folder_, tile_at(kBundles, index, head_.size)));
    ++files_;
    std::vector<Digest> hashes;
    for (const std::string& leaf : bundle.items) hashes.push_back(leaf_hash(leaf));
    const bool last = bundle.items.size() < kTileWidth;
    if (last) last_entries_ = bundle.items;
    TRY(compare(tile_at(0, index, head_.size), hashes, bundle.path));
    if (last) {
      level(0) = std::move(hashes);
      return Nothing{};
    }
    return push(1, tree_root(hashes));
  }

  // A hash of a full tile; when it fills the tile above, that one is compared and goes up too, at most 8 levels.
  Result<Nothing> push(int at, const Digest& hash) {
    level(at).push_back(hash);
    if (level(at).size() < kTileWidth) return Nothing{};
    const std::vector<Digest> hashes = std::exchange(level(at), {});
    TRY(compare({at, full_tiles(at)++, kTileWidth}, hashes, {}));
    return push(at + 1, tree_root(hashes));
  }

  Result<Nothing> take_partial_tiles() {
    for (int at = 1; hashes_at(at, head_.size) > 0; ++at) {
      if (!level(at).empty()) TRY(compare({at, full_tiles(at), level(at).size()}, level(at), {}));
    }
    return Nothing{};
  }

  Result<Nothing> compare(const TilePlace& place, const std::vector<Digest>& hashes, const std::string& bundle) {
    const TileRead<Digest> tile = TRY(read_tile(folder_, place));
    ++files_;
    const auto differs = std::mismatch(hashes.begin(), hashes.end(), tile.items.begin()).first;
    if (differs == hashes.end()) return Nothing{};
    std::optional<Difference>& first = place.level == 0 ? at_leaves_ : above_;
    const auto offset = static_cast<std::uint64_t>(differs - hashes.begin());
    if (!first) first = Difference{tile.path, bundle, place.level, place.index * kTileWidth + offset};
    return Nothing{};
  }

  Result<Nothing> judge() {
    std::vector<Digest> below;  // the subtree that is not full, as the last node of the level above
    for (const Level& one : levels_) {
      std::vector<Digest> nodes = one.hashes;
      nodes.insert(nodes.end(), below.begin(), below.end());
      below.clear();
      if (!nodes.empty()) below.push_back(tree_root(nodes));
    }
    const bool leaves_are_right = tree_root(below) == head_.root;
    if (leaves_are_right && !at_leaves_ && !above_) return Nothing{};
    if (!leaves_are_right && !at_leaves_) {
      return fail(Fault::Corrupt, "the entries and their hashes agree with each other but not with the signed root",
                  "checkpoint");
    }
    const Difference& found = at_leaves_ ? *at_leaves_ : *above_;
    if (!leaves_are_right) {
      return fail(Fault::Corrupt, "the entry's hash is not the one that the signed root rests on",
                  place_of_leaf(found.bundle, found.hash));
    }
    std::string where = found.tile + ", hash " + std::to_string(found.hash % kTileWidth);
    if (found.level == 0) where += " (leaf " + std::to_string(found.hash) + ")";
    return fail(Fault::Corrupt, "the hash is not the one that the entries and the signed root give", where);
  }

  // The last tiles are right now; a narrower form must be their beginning, and a wider one must begin with them.
  Result<Nothing> check_other_widths() {
    for (int at = kBundles; at <= 0 || hashes_at(at, head_.size) > 0; ++at) {
      const TilePlace right = tile_at(at, hashes_at(at, head_.size) / kTileWidth, head_.size);
      if (right.width == 0) continue;
      const std::vector<std::uint64_t> widths = TRY(stored_widths(folder_, right));
      for (const std::uint64_t width : widths) {
        TRY(at == kBundles ? check_width({at, right.index, width}, last_entries_, read_entries)
                           : check_width({at, right.index, width}, level(at), read_tile));
        ++files_;
      }
    }
    return Nothing{};
  }

  template <typename Item>
  Result<Nothing> check_width(const TilePlace& place, const std::vector<Item>& right,
                              Result<TileRead<Item>> (*read)(const std::string&, const TilePlace&)) {
    const TileRead<Item> other = TRY(read(folder_, place));
    for (std::size_t i = 0; i < std::min(right.size(), other.items.size()); ++i) {
      if (other.items[i] == right[i]) continue;
      const std::string what = place.level == kBundles ? ", entry " : ", hash ";
      return fail(Fault::Corrupt, "differs from the tile that the signed root vouches for",
                  other.path + what + std::to_string(i));
    }
    return Nothing{};
  }

  struct Level {
    std::vector<Digest> hashes;  // of the tile that is being filled
    std::uint64_t full_tiles = 0;
  };
  Level& grown(int at) {
    if (levels_.size() <= static_cast<std::size_t>(at)) levels_.resize(static_cast<std::size_t>(at) + 1);
    return levels_[static_cast<std::size_t>(at)];
  }
  std::vector<Digest>& level(int at) { return grown(at).hashes; }
  std::uint64_t& full_tiles(int at) { return grown(at).full_tiles; }

  const std::string& folder_;
  const TreeHead& head_;
  std::uint64_t files_ = 0;
  std::vector<Level> levels_;
  std::vector<std::string> last_entries_;
  std::optional<Difference> at_leaves_, above_;
};

Result<Checkpoint> signed_checkpoint(const std::string& folder, const std::string& name, const PublicKey& key) {
  Result<std::string> note = read_file(folder + "/checkpoint", kLongestNote);
  if (!note && note.error().fault != Fault::Malformed)
    return fail(note.error().fault, note.error().message, "checkpoint");
  Result<Checkpoint> checkpoint = note ? open_checkpoint(*note, name, key) : Result<Checkpoint>(note.error());
  if (checkpoint) return checkpoint;
  const Error& error = checkpoint.error();
  return fail(Fault::Corrupt, error.message,
              error.where.empty() || !note ? "checkpoint" : "checkpoint, " + error.where);
}

}  // namespace

Result<LogVerdict> verify_log(const std::string& folder, const std::string& name, const PublicKey& key) {
  LogVerdict verdict{TRY(signed_checkpoint(folder, name, key)), 0};
  verdict.tiles = 1 + TRY(Walk(folder, verdict.checkpoint.head).run());
  return verdict;
}

}  // namespace cordon
