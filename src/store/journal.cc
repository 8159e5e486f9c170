// `cordon journal verify` and `replay`: the journal read again from its first row. Verify folds every event
// into a fresh database in memory and compares each table with the one on disk, row by row; a change in a row, a
// table, a run or a piece of evidence shows as a difference with its place.
#include "base/text.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/tables.h"
#include "store/wal.h"

namespace cordon {

namespace {

// What opens a line of the log lies beside it, for whom it concerns, until it is erased. It is in no event.
Result<Nothing> check_openings(Database& disk) {
  Rows rows = TRY(disk.query(
      "SELECT opening.leaf_index, opening, leaf FROM opening LEFT JOIN journal USING (leaf_index) ORDER BY 1"));
  while (TRY(rows.next())) {
    const Result<Json> leaf = parse_json(rows.text(2));
    if (leaf && leaf->find("commitment") == nullptr) continue;  // a line that hides nothing
    if (!opens(rows.text(1), rows.text(2)))
      return fail(Fault::Corrupt, "it does not open its line of the log", "opening " + std::to_string(rows.integer(0)));
  }
  return Nothing{};
}

Error at_row(Error error, std::int64_t seq) {
  const std::string where = "journal row " + std::to_string(seq);
  error.where = error.where.empty() ? where : where + ", " + error.where;
  if (error.fault != Fault::Unavailable && error.fault != Fault::Full) error.fault = Fault::Corrupt;
  return error;
}

// Bytes that an event names but folding does not read.
Result<Nothing> check_named_bytes(const Blobs& blobs, const Event& event) {
  if (const auto* attached = std::get_if<EvidenceAttached>(&event)) TRY(blobs.get(attached->evidence.content));
  if (const auto* proposed = std::get_if<Proposed>(&event)) TRY(blobs.get(proposed->body));
  if (const auto* answered = std::get_if<RequestAnswered>(&event)) TRY(blobs.get(answered->answer));
  if (const auto* offered = std::get_if<BundleOffered>(&event)) TRY(blobs.get(offered->file));
  return Nothing{};
}

struct Counts {
  std::int64_t rows = 0, leaves = 0;
  std::string head;
};

// Checks the chain of `journal` from the first row on and folds every event into `into`.
Result<Counts> fold_all(Database& journal, Database& into, const Blobs& blobs) {
  Counts counts;
  counts.head = Digest{}.hex();
  Rows rows = TRY(journal.query(std::string("SELECT ") + kRowColumns + " FROM journal ORDER BY seq"));
  while (TRY(rows.next())) {
    const JournalRow row = read_row(rows);
    const auto broken = [&](const std::string& what) { return at_row(fail(Fault::Corrupt, what), row.seq); };
    if (row.seq != counts.rows + 1) return broken("row " + std::to_string(counts.rows + 1) + " is missing");
    if (row.prev != counts.head) return broken("it does not follow the row before it");
    if (row.digest != digest_of(row)) return broken("its digest does not fit its bytes");
    if (row.leaf.has_value() != row.leaf_index.has_value()) return broken("a leaf without its place");
    if (row.leaf_index && *row.leaf_index != counts.leaves) return broken("a leaf is out of order");
    const Result<Json> body = parse_json(row.body);
    if (!body) return at_row(body.error(), row.seq);
    const Result<Event> event = read_event(row.type, *body);
    if (!event) return at_row(event.error(), row.seq);
    if (const Result<Nothing> named = check_named_bytes(blobs, *event); !named) return at_row(named.error(), row.seq);
    if (const Result<Nothing> applied = apply(into, blobs, *event, {row.seq, row.at, row.leaf_index}); !applied) {
      return at_row(applied.error(), row.seq);
    }
    counts.rows = row.seq;
    counts.leaves += row.leaf ? 1 : 0;
    counts.head = row.digest;
  }
  return counts;
}

std::string show_row(const Rows& rows) {
  std::vector<std::string> cells;
  for (int column = 0; column < rows.columns(); ++column)
    cells.push_back(rows.null(column) ? "NULL" : rows.text(column));
  return join(cells, "|");
}

Result<Nothing> compare(Database& disk, Database& folded, const FoldedTable& table) {
  const std::string sql = "SELECT * FROM " + table.name + " ORDER BY " + table.order;
  Rows here = TRY(disk.query(sql));
  Rows there = TRY(folded.query(sql));
  for (std::int64_t number = 1;; ++number) {
    const bool more_here = TRY(here.next());
    const bool more_there = TRY(there.next());
    if (!more_here && !more_there) return Nothing{};
    const std::string where = "table " + table.name + ", row " + std::to_string(number);
    if (more_here != more_there)
      return fail(Fault::Corrupt, more_here ? "a row that no event made" : "a row is missing", where);
    if (show_row(here) != show_row(there)) {
      return fail(
          Fault::Corrupt,
          "it holds '" + printable(show_row(here), 90) + "', the journal says '" + printable(show_row(there), 90) + "'",
          where);
    }
  }
}

Json report(const Counts& counts) {
  return Json::Object{{"rows", counts.rows}, {"leaves", counts.leaves}, {"head", counts.head}};
}

}  // namespace

Result<Json> verify_journal(const std::string& path, const Blobs& blobs) {
  TRY(check_write_ahead_log(path));
  Database disk = TRY(Database::open(path, Database::Open::Read));
  TRY(disk.execute("BEGIN"));  // one snapshot for everything that is compared
  {
    Rows rows = TRY(disk.query("PRAGMA integrity_check(1)"));
    if (TRY(rows.next()) && rows.text(0) != "ok") return fail(Fault::Corrupt, printable(rows.text(0)), path);
  }
  Database folded = TRY(Database::open(":memory:", Database::Open::Create));
  TRY(folded.execute(schema()));
  const Counts counts = TRY(fold_all(disk, folded, blobs));
  for (const FoldedTable& table : folded_tables()) TRY(compare(disk, folded, table));
  TRY(check_openings(disk));
  return report(counts);
}

Result<Nothing> fold_into_new_tables(Database& disk, const Blobs& blobs) {
  Transaction transaction = TRY(Transaction::begin(disk));
  const std::vector<FoldedTable>& tables = folded_tables();
  for (auto table = tables.rbegin(); table != tables.rend(); ++table)  // what refers to others goes first
    TRY(disk.execute("DROP TABLE IF EXISTS " + table->name));
  TRY(disk.execute(folded_schema()));
  TRY(fold_all(disk, disk, blobs));
  return transaction.commit();
}

Result<Json> replay_journal(const std::string& path, const Blobs& blobs) {
  Database disk = TRY(Database::open(path, Database::Open::Write));
  Transaction transaction = TRY(Transaction::begin(disk));
  TRY(disk.execute("PRAGMA defer_foreign_keys=ON"));
  for (const FoldedTable& table : folded_tables()) TRY(disk.execute("DELETE FROM " + table.name));
  const Counts counts = TRY(fold_all(disk, disk, blobs));
  TRY(transaction.commit());
  return report(counts);
}

}  // namespace cordon
