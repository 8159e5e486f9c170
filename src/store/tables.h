// The tables folded from the journal, and the one function that changes them.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/blobs.h"
#include "store/event.h"
#include "store/sqlite.h"

namespace cordon {

// Every statement of the schema: journal, openings, and the folded tables, whose CHECK constraints are written from
// the law's own tables, so that the database knows no matter, kind or state that the code does not.
std::string schema();
std::string later_schema();  // the part that an older desk may lack; it makes what is missing and nothing else

struct FoldedTable {
  std::string name;
  std::string order;  // the columns that order its rows
};
const std::vector<FoldedTable>& folded_tables();

// Where an event stands in the journal.
struct Place {
  std::int64_t seq = 0;
  Instant at;
  std::optional<std::int64_t> leaf_index;
};
// Changes the folded tables, from the event and the blobs that it names alone.
Result<Nothing> apply(Database& database, const Blobs& blobs, const Event& event, const Place& place);

}  // namespace cordon
