// `cordon journal verify`, `replay` and `cordon move`: the journal read again from its first row. Verify folds every
// event into a fresh database in memory and compares each table with the one on disk, row by row; a change in a row, a
// table, a run or a piece of evidence shows as a difference with its place.
#include <set>

#include "base/text.h"
#include "store/named_blobs.h"
#include "store/postgres.h"
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

// Bytes that an event names but folding does not read, unless a later one destroyed them.
Result<Nothing> check_named_bytes(const Blobs& blobs, const Event& event, const std::set<EvidenceId>& erased,
                                  const Cuts& cuts) {
  if (std::holds_alternative<BatchTaken>(event) || std::holds_alternative<ReferencesReceived>(event) ||
      std::holds_alternative<CaseSplit>(event) || std::holds_alternative<CaseOpened>(event) ||
      !recuts_of(event).empty())
    return Nothing{};
  const auto* attached = std::get_if<EvidenceAttached>(&event);
  if (attached != nullptr && erased.contains(attached->evidence.id)) return Nothing{};
  for (const Digest& address : named_blobs(event))
    if (!cuts.destroyed.contains(address)) TRY(blobs.check(address));
  return Nothing{};
}

// The pieces that the journal says were erased: of them there are no bytes any more, and that is as it should be.
Result<std::set<EvidenceId>> erased_in(Database& journal) {
  std::set<EvidenceId> erased;
  Rows rows = TRY(journal.query("SELECT body FROM journal WHERE type = 'evidence_erased'"));
  while (TRY(rows.next())) {
    const Result<Json> body = parse_json(rows.text(0));
    const Result<EvidenceErased> event = body ? read_evidence_erased(*body) : Result<EvidenceErased>(body.error());
    if (event) erased.insert(event->evidence);  // what cannot be read is said with its row, below
  }
  return erased;
}

// What was cut out of batches, by two people or because its life was over, in the journal's order.
Result<std::vector<std::pair<std::int64_t, BatchRecut>>> cut_in(Database& journal, Cuts& cuts) {
  std::vector<std::pair<std::int64_t, BatchRecut>> all;
  Rows rows =
      TRY(journal.query("SELECT seq, type, body FROM journal WHERE type IN ('report_erased', 'disposed') ORDER "
                        "BY seq"));
  while (TRY(rows.next())) {
    const Result<Json> body = parse_json(rows.text(2));
    const Result<Event> event = body ? read_event(rows.text(1), *body) : Result<Event>(body.error());
    if (!event) continue;  // what cannot be read is said with its row, below
    for (const BatchRecut& recut : recuts_of(*event)) {
      cuts.next.emplace(recut.old_run, recut.new_run);
      all.emplace_back(rows.integer(0), recut);
    }
    for (const Destroyed& frame : frames_of(*event)) cuts.destroyed.insert(frame.blob);
  }
  return all;
}

struct Counts {
  std::int64_t rows = 0, leaves = 0;
  std::int64_t erased_reports = 0;
  std::int64_t erased = 0, unfinished = 0;  // erased; of these, those whose bytes the desk's owner has yet to destroy
  std::string head;
};

// Checks the chain of `journal` from the first row on and folds every event into `into`.
// `also_erased`: pieces whose key went after the last of these rows.
Result<Counts> fold_all(Database& journal, Database& into, const Blobs& blobs,
                        const std::set<EvidenceId>& also_erased = {}) {
  Counts counts;
  counts.head = Digest{}.hex();
  std::set<EvidenceId> erased = TRY(erased_in(journal));
  erased.insert(also_erased.begin(), also_erased.end());
  Cuts cuts;
  for (const auto& [seq, recut] : TRY(cut_in(journal, cuts))) {
    const Result<bool> finished = blobs.erased(recut.old_run, recut.key);
    if (!finished) return at_row(finished.error(), seq);
    counts.erased_reports += static_cast<std::int64_t>(recut.erased.size());
    counts.unfinished += *finished ? 0 : 1;
  }
  Rows rows = TRY(journal.scan(std::string("SELECT ") + kRowColumns + " FROM journal ORDER BY seq"));
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
    if (const Result<Nothing> named = check_named_bytes(blobs, *event, erased, cuts); !named)
      return at_row(named.error(), row.seq);
    if (const auto* gone = std::get_if<EvidenceErased>(&*event)) {
      const Result<bool> finished = blobs.erased(gone->blob, gone->key);
      if (!finished) return at_row(finished.error(), row.seq);
      ++counts.erased;
      counts.unfinished += *finished ? 0 : 1;
    }
    if (const Result<Nothing> applied = apply(into, blobs, *event, {row.seq, row.at, row.leaf_index}, &cuts);
        !applied) {
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

// `says` names what `folded` is.
Result<Nothing> compare(Database& disk, Database& folded, const FoldedTable& table, const std::string& says) {
  const std::string sql = "SELECT * FROM " + table.name + " ORDER BY " + table.order;
  Rows here = TRY(disk.scan(sql));
  Rows there = TRY(folded.scan(sql));
  for (std::int64_t number = 1;; ++number) {
    const bool more_here = TRY(here.next());
    const bool more_there = TRY(there.next());
    if (!more_here && !more_there) return Nothing{};
    const std::string where = "table " + table.name + ", row " + std::to_string(number);
    if (more_here != more_there)
      return fail(Fault::Corrupt, more_here ? "a row that no event made" : "a row is missing", where);
    if (show_row(here) != show_row(there)) {
      return fail(Fault::Corrupt,
                  "it holds '" + printable(show_row(here), 90) + "', " + says + " says '" +
                      printable(show_row(there), 90) + "'",
                  where);
    }
  }
}

// What refers to others goes before them.
std::vector<FoldedTable> from_the_last() { return {folded_tables().rbegin(), folded_tables().rend()}; }

Json report(const Counts& counts) {
  Json said =
      Json::Object{{"rows", counts.rows}, {"leaves", counts.leaves}, {"head", counts.head}, {"erased", counts.erased}};
  if (counts.erased_reports > 0) said.set("erased_reports", counts.erased_reports);
  if (counts.unfinished > 0) said.set("erasures_unfinished", counts.unfinished);
  return said;
}

}  // namespace

Result<Json> verify_journal(const std::string& address, const Blobs& blobs) {
  if (!is_postgres(address)) TRY(check_write_ahead_log(address));
  Database disk = TRY(Database::open(address, Database::Open::Read));
  const Transaction snapshot = TRY(Transaction::begin(disk, Access::Snapshot));  // for everything that is compared
  if (const Result<Nothing> sound = disk.check(); !sound)
    return fail(sound.error().fault, sound.error().message, shown(address));
  Database folded = TRY(Database::open(":memory:", Database::Open::Create));
  const Transaction unseen = TRY(Transaction::begin(folded));
  TRY(lay_folded_tables(folded));
  const Counts counts = TRY(fold_all(disk, folded, blobs));
  for (const FoldedTable& table : folded_tables()) TRY(compare(disk, folded, table, "the journal"));
  TRY(check_openings(disk));
  return report(counts);
}

Result<Nothing> fold_into_new_tables(Database& disk, const Blobs& blobs) {
  Transaction transaction = TRY(Transaction::begin(disk));
  TRY(disk.execute("DROP TABLE IF EXISTS report"));  // of before version 8; sorted runs have it now
  for (const FoldedTable& table : from_the_last()) TRY(disk.execute("DROP TABLE IF EXISTS " + table.name));
  TRY(lay_folded_tables(disk));
  TRY(fold_all(disk, disk, blobs));
  return transaction.commit();
}

Result<Json> replay_journal(const std::string& address, const Blobs& blobs) {
  Database disk = TRY(Database::open(address, Database::Open::Write));
  Transaction transaction = TRY(Transaction::begin(disk));
  for (const FoldedTable& table : from_the_last()) TRY(disk.execute("DELETE FROM " + table.name));
  const Counts counts = TRY(fold_all(disk, disk, blobs));
  TRY(transaction.commit());
  return report(counts);
}

// ── from a copy ──

Result<Json> make_record(const std::string& to, const Blobs& blobs, const RowSource& rows, const RowSource& openings,
                         const std::set<EvidenceId>& also_erased) {
  Database target = TRY(Database::open(to, Database::Open::Create));
  if (TRY(target.version()) != 0) return fail(Fault::Conflict, "there is a desk's record already", shown(to));
  Transaction transaction = TRY(Transaction::begin(target));
  TRY(lay_journal(target));
  TRY(target.fill("journal", kRowColumns, rows));
  TRY(target.fill("opening", "leaf_index, opening", openings));
  TRY(lay_folded_tables(target));
  const Counts counts = TRY(fold_all(target, target, blobs, also_erased));
  TRY(transaction.commit());
  return report(counts);
}

Result<Nothing> remove_record(const std::string& address) {
  Database database = TRY(Database::open(address, Database::Open::Write));
  Transaction transaction = TRY(Transaction::begin(database));
  for (const FoldedTable& table : from_the_last()) TRY(database.execute("DROP TABLE IF EXISTS " + table.name));
  TRY(database.execute("DROP TABLE IF EXISTS opening; DROP TABLE IF EXISTS journal"));
  TRY(database.set_version(0));
  return transaction.commit();
}

// ── to another home ──

Result<Nothing> may_hold_a_record(const std::string& address) {
  Database database = TRY(Database::open(address, Database::Open::Create));
  if (TRY(database.version()) == 0) return Nothing{};
  return fail(Fault::Conflict, "there is a desk's record already", shown(address));
}

namespace {

const std::vector<FoldedTable>& kept_tables() {
  static const std::vector<FoldedTable> tables{{"journal", "seq"}, {"opening", "leaf_index"}};
  return tables;
}

Result<Nothing> copy(Database& from, Database& to, const FoldedTable& table, const std::string& columns) {
  Rows rows = TRY(from.scan("SELECT " + columns + " FROM " + table.name + " ORDER BY " + table.order));
  return to.fill(table.name, columns, [&rows]() -> Result<std::optional<SqlValues>> {
    if (!TRY(rows.next())) return std::optional<SqlValues>();
    SqlValues row;
    for (int column = 0; column < rows.columns(); ++column)
      row.push_back(rows.null(column) ? SqlValue() : SqlValue(rows.text(column)));
    return std::optional(std::move(row));
  });
}

Result<Nothing> copy_into_empty(Database& from, Database& to, const Blobs& blobs) {
  Transaction transaction = TRY(Transaction::begin(to));
  TRY(lay_journal(to));
  TRY(copy(from, to, kept_tables()[0], kRowColumns));
  TRY(copy(from, to, kept_tables()[1], "leaf_index, opening"));
  TRY(lay_folded_tables(to));
  TRY(fold_all(to, to, blobs));
  return transaction.commit();
}

}  // namespace

Result<Json> copy_record(const std::string& from, const std::string& to, const Blobs& blobs) {
  Database source = TRY(Database::open(from, Database::Open::Write));
  Database target = TRY(Database::open(to, Database::Open::Create));
  const std::int64_t here = TRY(source.version());
  if (here != kTablesVersion && here != kMovedAway)
    return fail(Fault::Usage, "this record's tables are of another version; `cordon status` brings them up to date",
                shown(from));
  const std::int64_t there = TRY(target.version());
  if (there != 0 && there != kTablesVersion) return fail(Fault::Conflict, "there is a record already", shown(to));
  const Transaction snapshot = TRY(Transaction::begin(source, Access::Snapshot));
  if (there == 0) TRY(copy_into_empty(source, target, blobs));

  const Transaction reading = TRY(Transaction::begin(target, Access::Snapshot));
  if (TRY(last_row(target)).digest != TRY(last_row(source)).digest)
    return fail(Fault::Conflict, "there is another record already", shown(to));
  for (const FoldedTable& table : kept_tables()) TRY(compare(target, source, table, "the record that is moved"));
  for (const FoldedTable& table : folded_tables()) TRY(compare(target, source, table, "the record that is moved"));
  // And each row by its own digest, as it now lies there.
  Database folded = TRY(Database::open(":memory:", Database::Open::Create));
  const Transaction unseen = TRY(Transaction::begin(folded));
  TRY(lay_folded_tables(folded));
  return report(TRY(fold_all(target, folded, blobs)));
}

Result<Nothing> retire_record(const std::string& address) {
  Database database = TRY(Database::open(address, Database::Open::Write));
  Transaction transaction = TRY(Transaction::begin(database));
  TRY(database.set_version(kMovedAway));
  return transaction.commit();
}

}  // namespace cordon
