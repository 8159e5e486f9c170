#include "ledger/tiles.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "ledger/bundle.h"
#include "ledger/tile_files.h"

namespace cordon {

namespace {

// The hashes of a log of one size, each tile read once.
class Nodes {
 public:
  Nodes(const std::string& folder, std::uint64_t size) : folder_(folder), size_(size) {}

  // The head over the leaves [begin, end), where begin is a multiple of the power of two that is not below end - begin.
  // The recursion is as deep as the tree.
  Result<Digest> range(std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t count = end - begin;
    if (count == 0) return sha256("");
    if (std::has_single_bit(count)) return full_subtree(std::countr_zero(count), begin / count);
    const std::uint64_t middle = begin + split_point(count);
    const Digest left = TRY(range(begin, middle));
    return node_hash(left, TRY(range(middle, end)));
  }

 private:
  // A tile holds every eighth height; the heights between are hashed again from the tile below them.
  Result<Digest> full_subtree(int height, std::uint64_t index) {
    const int level = height / 8;
    const std::uint64_t width = std::uint64_t{1} << (height % 8);
    const std::uint64_t first = index * width;
    const std::vector<Digest>* hashes = TRY(tile(level, first / kTileWidth));
    return tree_root(std::span(*hashes).subspan(first % kTileWidth, width));
  }

  Result<const std::vector<Digest>*> tile(int level, std::uint64_t index) {
    const auto known = tiles_.find({level, index});
    if (known != tiles_.end()) return &known->second;
    TileRead<Digest> read = TRY(read_tile(folder_, tile_at(level, index, size_)));
    return &tiles_.emplace(std::pair(level, index), std::move(read.items)).first->second;
  }

  const std::string& folder_;
  std::uint64_t size_;
  std::map<std::pair<int, std::uint64_t>, std::vector<Digest>> tiles_;
};

Result<Nothing> check_size(std::uint64_t size) {
  if (size > kMostLeaves) return fail(Fault::Usage, "no log has " + std::to_string(size) + " lines");
  return Nothing{};
}

Result<Nothing> check_range(std::uint64_t size, std::uint64_t index) {
  if (index < size) return check_size(size);
  return fail(Fault::Usage, "a log of " + std::to_string(size) + " lines has no line " + std::to_string(index));
}

// The last, not yet full tile of each level.
class Levels {
 public:
  // Puts a leaf's hash on level 0. A level that fills is shown to `full` and goes up as one hash.
  template <typename Full>
  Result<Nothing> push(Digest hash, const Full& full) {
    for (std::size_t level = 0;; ++level) {  // as deep as the tiles: at most 8
      std::vector<Digest>& hashes = at(level);
      hashes.push_back(hash);
      if (hashes.size() < kTileWidth) return Nothing{};
      TRY(full(static_cast<int>(level), hashes));
      hash = tree_root(hashes);
      hashes.clear();
    }
  }
  std::vector<Digest>& at(std::size_t level) {
    if (hashes_.size() <= level) {
      hashes_.resize(level + 1);
      hashes_[level].reserve(kTileWidth);
    }
    return hashes_[level];
  }

  // The subtree that is not full yet, level by level: it is the last node of the level above.
  Digest root() const {
    std::vector<Digest> below;
    for (const std::vector<Digest>& hashes : hashes_) {
      std::vector<Digest> nodes = hashes;
      nodes.insert(nodes.end(), below.begin(), below.end());
      below.clear();
      if (!nodes.empty()) below.push_back(tree_root(nodes));
    }
    return tree_root(below);
  }

 private:
  std::vector<std::vector<Digest>> hashes_;
};

// Appending keeps the right edge of the log in memory.
class Edge {
 public:
  static Result<Edge> read(const std::string& folder, std::uint64_t size) {
    Edge edge(folder, size);
    const std::uint64_t last = size / kTileWidth;
    if (const TilePlace place = tile_at(kBundles, last, size); place.width > 0) {
      edge.entries_ = TRY(read_entries(folder, place)).items;
    }
    for (int level = 0; hashes_at(level, size) > 0; ++level) {
      const TilePlace place = tile_at(level, hashes_at(level, size) / kTileWidth, size);
      if (place.width == 0) continue;
      TileRead<Digest> tile = TRY(read_tile(folder, place));
      for (std::size_t i = 0; level == 0 && i < tile.items.size(); ++i) {
        if (tile.items[i] == leaf_hash(edge.entries_[i])) continue;
        return fail(Fault::Corrupt, "hash " + std::to_string(i) + " is not that of its entry", tile.path);
      }
      edge.levels_.at(static_cast<std::size_t>(level)) = std::move(tile.items);
    }
    return edge;
  }

  Result<Nothing> add(const std::string& leaf, const Digest& hash) {
    entries_.push_back(leaf);
    if (entries_.size() == kTileWidth) {
      TRY(put({kBundles, size_ / kTileWidth, kTileWidth}, write_bundle(entries_)));
      entries_.clear();
    }
    ++size_;
    return levels_.push(hash, [this](int level, const std::vector<Digest>& hashes) {
      return put({level, hashes_at(level, size_) / kTileWidth - 1, kTileWidth}, tile_bytes(hashes));
    });
  }

  // Writes the partial tiles.
  Result<Nothing> finish() {
    if (!entries_.empty()) TRY(put(tile_at(kBundles, size_ / kTileWidth, size_), write_bundle(entries_)));
    for (int level = 0; hashes_at(level, size_) > 0; ++level) {
      const TilePlace place = tile_at(level, hashes_at(level, size_) / kTileWidth, size_);
      if (place.width > 0) TRY(put(place, tile_bytes(levels_.at(static_cast<std::size_t>(level)))));
    }
    return Nothing{};
  }

  TreeHead head() const { return {size_, levels_.root()}; }

 private:
  Edge(const std::string& folder, std::uint64_t size) : folder_(folder), size_(size) {}

  Result<Nothing> put(const TilePlace& place, std::string_view bytes) {
    const std::string path = folder_ + "/" + place.path();
    const std::string holder = path.substr(0, path.rfind('/'));
    const Result<std::string> stored = read_file(path, bytes.size());
    if (stored && *stored == bytes) return sync_folder(holder);  // a crash may have come before its folder was synced
    const bool missing = !stored && stored.error().fault == Fault::NotFound;
    if (!stored && stored.error().fault == Fault::Unavailable) return stored.error();
    if (place.full() && !missing) return fail(Fault::Corrupt, "the full tile on disk has other bytes", place.path());
    TRY(make_folder(holder));
    return write_file(path, bytes);
  }

  const std::string& folder_;
  std::uint64_t size_;
  std::vector<std::string> entries_;
  Levels levels_;
};

// Only space is at stake, so a file that cannot be removed is left for the next time.
void remove_stale_partials(const std::string& folder, std::uint64_t from, std::uint64_t to) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  for (int level = kBundles; level <= 0 || hashes_at(level, to) > 0; ++level) {
    const std::uint64_t last = hashes_at(level, to) / kTileWidth;
    for (std::uint64_t index = hashes_at(level, from) / kTileWidth; index < last; ++index) {
      fs::remove_all(folder + "/" + TilePlace{level, index, kTileWidth}.partial_folder(), ignored);
    }
    const TilePlace now = tile_at(level, last, to);
    const TilePlace before = tile_at(level, last, from);
    const std::string partials = folder + "/" + now.partial_folder();
    const Result<std::vector<std::string>> names = list_folder(partials);
    if (!names) continue;
    for (const std::string& name : *names) {
      const bool kept = name == std::to_string(now.width) || name == std::to_string(before.width);
      if (!kept) fs::remove_all(partials + "/" + name, ignored);
    }
  }
}

}  // namespace

Result<TreeHead> append_leaves(const std::string& folder, std::uint64_t from, const std::vector<std::string>& leaves) {
  if (from > kMostLeaves || leaves.size() > kMostLeaves - from) return fail(Fault::Malformed, "no log is that long");
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].size() > kLongestLeaf) {
      return fail(Fault::Malformed,
                  "a line of the log has at most 65535 bytes, this one " + std::to_string(leaves[i].size()),
                  "leaf " + std::to_string(from + i));
    }
  }
  Edge edge = TRY(Edge::read(folder, from));
  std::size_t at = 0;
  for (; at + 2 <= leaves.size(); at += 2) {
    const std::array<Digest, 2> hashes = leaf_hashes(leaves[at], leaves[at + 1]);
    TRY(edge.add(leaves[at], hashes[0]));
    TRY(edge.add(leaves[at + 1], hashes[1]));
  }
  if (at < leaves.size()) TRY(edge.add(leaves[at], leaf_hash(leaves[at])));
  TRY(edge.finish());
  remove_stale_partials(folder, from, from + leaves.size());
  return edge.head();
}

TreeHead head_of_lines(std::span<const std::string> lines) {
  Levels levels;
  const auto push = [&](const Digest& hash) {
    const Result<Nothing> pushed =
        levels.push(hash, [](int, const std::vector<Digest>&) -> Result<Nothing> { return Nothing{}; });
    CORDON_CHECK(static_cast<bool>(pushed), "nothing can fail here");
  };
  std::size_t at = 0;
  for (; at + 2 <= lines.size(); at += 2) {
    for (const Digest& hash : leaf_hashes(lines[at], lines[at + 1])) push(hash);
  }
  if (at < lines.size()) push(leaf_hash(lines[at]));
  return {lines.size(), levels.root()};
}

Result<TreeHead> head_from_tiles(const std::string& folder, std::uint64_t size) {
  TRY(check_size(size));
  return TreeHead{size, TRY(Nodes(folder, size).range(0, size))};
}

Result<std::string> read_leaf(const std::string& folder, std::uint64_t size, std::uint64_t index) {
  TRY(check_range(size, index));
  TileRead<std::string> bundle = TRY(read_entries(folder, tile_at(kBundles, index / kTileWidth, size)));
  return std::move(bundle.items[index % kTileWidth]);
}

// RFC 6962 section 2.1.1, from the root down.
Result<Proof> inclusion_proof(const std::string& folder, std::uint64_t size, std::uint64_t index) {
  TRY(check_range(size, index));
  Nodes nodes(folder, size);
  Proof proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_point(end - begin);
    if (index < middle) {
      proof.push_back(TRY(nodes.range(middle, end)));
      end = middle;
    } else {
      proof.push_back(TRY(nodes.range(begin, middle)));
      begin = middle;
    }
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// RFC 6962 section 2.1.2, from the root down to the subtree that ends where the old log ended.
Result<Proof> consistency_proof(const std::string& folder, std::uint64_t old_size, std::uint64_t new_size) {
  TRY(check_size(new_size));
  if (old_size > new_size) {
    return fail(Fault::Usage, "a log of " + std::to_string(new_size) + " lines never had " + std::to_string(old_size));
  }
  Proof proof;
  if (old_size == 0 || old_size == new_size) return proof;
  Nodes nodes(folder, new_size);
  std::uint64_t begin = 0;
  std::uint64_t end = new_size;
  while (end != old_size) {
    const std::uint64_t middle = begin + split_point(end - begin);
    if (old_size <= middle) {
      proof.push_back(TRY(nodes.range(middle, end)));
      end = middle;
    } else {
      proof.push_back(TRY(nodes.range(begin, middle)));
      begin = middle;
    }
  }
  // The old log's own root is known to whoever asks; a subtree inside of it is not.
  if (begin != 0) proof.push_back(TRY(nodes.range(begin, end)));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

}  // namespace cordon
