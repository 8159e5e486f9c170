// The tables folded from the journal, and the one function that changes them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/blobs.h"
#include "store/database.h"
#include "store/event.h"

namespace cordon {

// Journal and openings; and the folded tables with their version, whose CHECK constraints are written from the law's
// own tables, so that the database knows no matter, kind or state that the code does not.
Result<Nothing> lay_journal(Database& database);
Result<Nothing> lay_folded_tables(Database& database);

// Grows with every change of the folded tables. A desk of a lower one is folded again when its owner opens it: the
// journal's own table never changes.
inline constexpr std::int64_t kTablesVersion = 14;

inline constexpr std::int64_t kMovedAway = -1;  // of a copy that nothing opens any more; see move_record()

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
// What later events of a journal did to blobs that earlier ones name: who folds a journal again reads what is left.
struct Cuts {
  std::map<Digest, Digest> next;  // a batch's run → the one that took its place
  std::set<Digest> destroyed;     // frames of cases that are over
  Digest left_of(Digest run) const {
    for (auto later = next.find(run); later != next.end(); later = next.find(run)) run = later->second;
    return run;
  }
};
// Changes the folded tables, from the event and the blobs that it names alone. `cuts`: the event is folded again, from
// what all later ones left; none: it happens now. `run` is what the blob of a BatchTaken holds, for who just wrote it
// and need not read it again.
Result<Nothing> apply(Database& database, const Blobs& blobs, const Event& event, const Place& place,
                      const Cuts* cuts = nullptr, const std::vector<RunItem>* run = nullptr);

// Drops the folded tables of an earlier version and folds the journal into this one's, in one transaction.
Result<Nothing> fold_into_new_tables(Database& disk, const Blobs& blobs);

}  // namespace cordon
