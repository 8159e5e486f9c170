#include "store/rows.h"

#include "base/digest.h"

namespace cordon {

namespace {

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }
SqlValue value(const std::optional<std::string>& text) { return text ? SqlValue(*text) : SqlValue(); }
std::optional<std::string> optional_text(const Rows& rows, int column) {
  return rows.null(column) ? std::nullopt : std::optional(rows.text(column));
}

}  // namespace

Json covered_by_digest(const JournalRow& row) {
  return Json::Object{{"seq", row.seq},
                      {"at", row.at.ms},
                      {"type", row.type},
                      {"actor", row.actor},
                      {"body", row.body},
                      {"token", text_or_null(row.token)},
                      {"answer", text_or_null(row.answer)},
                      {"leaf", row.leaf ? Json(sha256(*row.leaf).hex()) : Json()},
                      {"leaf_index", row.leaf_index ? Json(*row.leaf_index) : Json()},
                      {"prev", row.prev}};
}

std::string digest_of(const JournalRow& row) { return sha256(to_text(covered_by_digest(row))).hex(); }

Result<JournalRow> last_row(Database& database) {
  Rows rows = TRY(database.query("SELECT seq, digest, at FROM journal ORDER BY seq DESC LIMIT 1"));
  JournalRow row;
  row.digest = Digest{}.hex();
  if (TRY(rows.next())) {
    row.seq = rows.integer(0);
    row.digest = rows.text(1);
    row.at = Instant{rows.integer(2)};
  }
  return row;
}

Result<Nothing> insert_row(Database& database, const JournalRow& row) {
  return database.run(
      std::string("INSERT INTO journal (") + kRowColumns + ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
      {row.seq, row.at.ms, row.type, row.actor, row.body, value(row.token), value(row.answer), value(row.leaf),
       row.leaf_index ? SqlValue(*row.leaf_index) : SqlValue(), row.prev, row.digest});
}

JournalRow read_row(const Rows& rows) {
  return {rows.integer(0),        {rows.integer(1)},      rows.text(2),
          rows.text(3),           rows.text(4),           optional_text(rows, 5),
          optional_text(rows, 6), optional_text(rows, 7), rows.null(8) ? std::nullopt : std::optional(rows.integer(8)),
          rows.text(9),           rows.text(10)};
}

}  // namespace cordon
