// Time stamps over the journal's rows: which were asked for, and what came.
#include "store/impl.h"

namespace cordon {

namespace {

Result<Store::Stamp> read_stamp(const Rows& row) {  // asked, at, kept
  StampAsked asked = TRY(read_stamp_asked(TRY(parse_json(row.text(0)))));
  Store::Stamp stamp{std::move(asked), {row.integer(1)}, {}};
  if (!row.null(2)) stamp.kept = TRY(read_stamp_kept(TRY(parse_json(row.text(2)))));
  return stamp;
}

}  // namespace

Result<std::vector<Store::Stamp>> Store::stamps() const {
  std::vector<Stamp> stamps;
  Rows rows = TRY(impl_->database.query("SELECT asked, at, kept FROM stamp ORDER BY to_seq"));
  while (TRY(rows.next())) stamps.push_back(TRY(read_stamp(rows)));
  return stamps;
}

Result<std::optional<Store::Stamp>> Store::waiting_stamp() const {
  Rows rows =
      TRY(impl_->database.query("SELECT asked, at, kept FROM stamp WHERE kept IS NULL ORDER BY to_seq LIMIT 1"));
  if (!TRY(rows.next())) return std::optional<Stamp>();
  return std::optional<Stamp>(TRY(read_stamp(rows)));
}

Result<Store::Unstamped> Store::unstamped() const {
  Unstamped unstamped;
  {
    Rows rows = TRY(impl_->database.query("SELECT to_seq, at FROM stamp ORDER BY to_seq DESC LIMIT 1"));
    if (TRY(rows.next())) unstamped = {rows.integer(0), {rows.integer(1)}, false, false};
  }
  // A desk at rest asks for nothing: what stamps themselves wrote is worth none.
  Rows rows = TRY(impl_->database.query(
      "SELECT 1 FROM journal WHERE seq > $1 AND type NOT IN ('stamp_asked', 'stamp_kept') LIMIT 1", {unstamped.last}));
  unstamped.more = TRY(rows.next());
  unstamped.exported =
      TRY(impl_->database.number("SELECT count(*) FROM journal WHERE seq > $1 AND type = 'evidence_exported'",
                                 {unstamped.last})) > 0;
  return unstamped;
}

Result<std::vector<Digest>> Store::row_digests(std::int64_t first, std::int64_t last) const {
  std::vector<Digest> digests;
  Rows rows =
      TRY(impl_->database.query("SELECT digest FROM journal WHERE seq >= $1 AND seq <= $2 ORDER BY seq LIMIT $3",
                                {first, last, kMostRowsOfStamp}));
  while (TRY(rows.next())) digests.push_back(TRY(parse_digest(rows.text(0))));
  return digests;
}

}  // namespace cordon
