// A row of the journal as bytes, and its digest: the chain that journal.cc checks and store.cc extends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "store/database.h"

namespace cordon {

struct JournalRow {
  std::int64_t seq = 0;
  Instant at;
  std::string type, actor, body;
  std::optional<std::string> token, answer, leaf;
  std::optional<std::int64_t> leaf_index;
  std::string prev, digest;  // hex
};

Json covered_by_digest(const JournalRow& row);    // everything but the digest itself
std::string digest_of(const JournalRow& row);     // hex SHA-256 over that
Result<JournalRow> last_row(Database& database);  // its seq, at and digest; seq 0 and a zero digest in an empty journal
Result<Nothing> insert_row(Database& database, const JournalRow& row);
JournalRow read_row(const Rows& rows);  // columns in kRowColumns' order
inline constexpr const char* kRowColumns = "seq, at, type, actor, body, token, answer, leaf, leaf_index, prev, digest";

}  // namespace cordon
