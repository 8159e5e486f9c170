// The log as a folder of static files (C2SP tlog-tiles v0.1.0): checkpoint, tile/0/…, tile/1/…, tile/entries/…. Any web
// server can serve it. The file formats are described in docs/formats/log.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/tree.h"

namespace cordon {

// Adds leaves behind `from` existing ones and returns the new head. Reads only the right edge of the log. Derived data:
// running it again with the same leaves writes the same bytes. Every file is written durably before the call returns;
// a full tile is never rewritten with other bytes (Corrupt if that would happen, or if the right edge is broken).
// Malformed: a leaf of more than 65535 bytes. NotFound: a file of the first `from` leaves is missing.
//
// Of a tile that is still partial, the widths for `from` and for the new size are kept and others removed; of a tile
// that became full, its partial forms are removed.
Result<TreeHead> append_leaves(const std::string& folder, std::uint64_t from, const std::vector<std::string>& leaves);

// The head that append_leaves would give an empty log for these lines, hashed level by level as it does, without a
// file.
TreeHead head_of_lines(std::span<const std::string> lines);

// What follows reads O(log size) tiles, for any size up to what the folder holds. They trust the tiles: only a head
// that is compared with a signed checkpoint, or verify_log, says that these are right. Usage: an index or size out of
// range.
Result<TreeHead> head_from_tiles(const std::string& folder, std::uint64_t size);
Result<std::string> read_leaf(const std::string& folder, std::uint64_t size, std::uint64_t index);
Result<Proof> inclusion_proof(const std::string& folder, std::uint64_t size, std::uint64_t index);
Result<Proof> consistency_proof(const std::string& folder, std::uint64_t old_size, std::uint64_t new_size);

}  // namespace cordon
