// A changed byte anywhere is found. What holds an archive together:
//
//   files ← manifest.json ← the opening of the export's line in the public log ← its commitment ← the log's signed root
#include "desk/evidence_export.h"

#include <map>

#include "base/files.h"
#include "base/text.h"
#include "decision/evidence.h"
#include "desk/archive_writer.h"
#include "desk/flow.h"
#include "desk/html.h"
#include "desk/stamping.h"
#include "ledger/proof_file.h"

namespace cordon {

namespace {

struct File {
  std::string name, bytes;
};

Json listed(const std::string& name, const Digest& digest, std::size_t size) {
  return Json::Object{{"name", name}, {"sha256", digest.hex()}, {"size", size}};
}

std::string_view custody_word(const std::string& type) {  // charter 7.2
  if (type == "evidence_attached") return "captured";
  if (type == "evidence_opened") return "viewed";
  if (type == "evidence_erased") return "disposed";
  return "exported";
}

// One chain an item, of what the journal says of it.
Result<std::string> write_custody(const Case& the_case, const std::vector<Json>& rows) {
  std::string text;
  std::map<EvidenceId, std::pair<std::int64_t, Digest>> ends;  // how many events, and the digest of the last
  for (const Json& row : rows) {
    const std::string type = TRY(row.text("type"));
    const Json body = TRY(parse_json(TRY(row.text("body"))));
    const std::int64_t seq = TRY(row.number("seq")), at = TRY(row.number("at"));
    for (const Evidence& piece : the_case.evidence) {
      auto end = ends.find(piece.id);
      if (body.find("evidence") != nullptr ? body.text_or("evidence") != piece.id.text() : end == ends.end()) continue;
      if (end == ends.end()) end = ends.emplace(piece.id, std::pair<std::int64_t, Digest>()).first;
      Json event = Json::Object{{"evidence", piece.id.text()},
                                {"seq", ++end->second.first},
                                {"prev", end->second.second.hex()},
                                {"type", custody_word(type)},
                                {"actor", row.text_or("actor")},
                                {"at", to_rfc3339({at})},
                                {"journal_seq", seq},
                                {"journal_digest", row.text_or("digest")}};
      if (body.find("purpose") != nullptr) event.set("purpose", body.text_or("purpose"));
      if (body.find("ground") != nullptr) event.set("ground", body.text_or("ground"));
      const std::string line = to_text(event);
      end->second.second = sha256(line);
      text += line + "\n";
    }
  }
  return text;
}

std::string write_rows(const std::vector<Json>& rows) {
  std::string text;
  for (const Json& row : rows) text += to_text(row) + "\n";
  return text;
}

// What a court reads on paper. In English, like the manifest.
std::string write_summary(const Desk& desk, const Case& the_case, const std::vector<Json>& rows,
                          const std::vector<Store::Stamp>& stamps, Instant at, ExportPurpose purpose) {
  const auto cells = [](std::initializer_list<std::string> texts) {
    Html row;
    for (const std::string& text : texts) row << Html::tag("td", text);
    return Html::tag("tr", row);
  };
  const auto heads = [](std::initializer_list<std::string> texts) {
    Html row;
    for (const std::string& text : texts) row << Html::tag("th", text);
    return Html::tag("tr", row);
  };
  Html pieces = heads({"Evidence", "Media type", "Bytes", "SHA-256", "What it shows"});
  for (const Evidence& piece : the_case.evidence) {
    pieces << (piece.erased ? cells({piece.id.text(), "", "", "",
                                     "erased on " + to_rfc3339(piece.erased->at) + ": " +
                                         std::string(name(piece.erased->ground))})
                            : cells({piece.id.text(), piece.media_type, std::to_string(piece.size), piece.content.hex(),
                                     piece.description}));
  }
  const auto stamped = [&](std::int64_t seq) -> std::string {
    for (const Store::Stamp& stamp : stamps)
      if (stamp.kept && stamp.asked.first <= seq && seq <= stamp.asked.last)
        return to_rfc3339(stamp.kept->stamped_at) + ", " + stamp.kept->authority;
    return "none yet";
  };
  Html custody = heads({"When", "What", "Who", "Evidence", "Row of the journal", "Time stamp"});
  for (const Json& row : rows) {
    const Result<Json> body = parse_json(row.text_or("body"));
    custody << cells({to_rfc3339({row.number_or("at", 0)}), std::string(custody_word(row.text_or("type"))),
                      row.text_or("actor"), body ? body->text_or("evidence", "every piece") : "",
                      std::to_string(row.number_or("seq", 0)), stamped(row.number_or("seq", 0))});
  }
  const Html page = html(
      Html::tag("h1", "Evidence of case " + the_case.id.text()),
      Html::tag("p", "Exported by " + desk.settings().operator_.name + " on " + to_rfc3339(at) +
                         ", for: " + std::string(name(purpose)) + ". Category: " + std::string(the_case.matter.id()) +
                         ". Target: " + defang(the_case.target) + "."),
      Html::tag("h2", "Pieces"), Html::tag("table", pieces), Html::tag("h2", "Custody"), Html::tag("table", custody),
      Html::tag("p", "Check it with: python3 verify.py ARCHIVE.tar --key VKEY, with the key of the log " +
                         desk.settings().operator_.origin +
                         " from where you trust it. This page says what the files beside it say, and proves nothing "
                         "by itself."));
  return "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Evidence</title>\n" + page.markup() +
         "\n</html>\n";
}

// The stamps that have come over rows of this case: each with what was stamped, the way of each row to its root, and
// the authority's token; and the certificates that the desk pins. Rows without one are named by the script.
Result<std::vector<File>> write_stamps(Desk& desk, const std::vector<Json>& rows) {
  Store& store = desk.store();
  std::vector<File> files;
  for (const Store::Stamp& stamp : TRY(store.stamps())) {
    if (!stamp.kept) continue;
    std::vector<std::int64_t> seqs;
    for (const Json& row : rows) {
      const std::int64_t seq = TRY(row.number("seq"));
      if (stamp.asked.first <= seq && seq <= stamp.asked.last) seqs.push_back(seq);
    }
    if (seqs.empty()) continue;
    const std::vector<Proof> proofs = TRY(prove_rows(store, stamp.asked, seqs));
    Json::Array covered;
    for (std::size_t i = 0; i < seqs.size(); ++i) {
      Json::Array path;
      for (const Digest& hash : proofs[i]) path.emplace_back(hash.hex());
      covered.push_back(Json::Object{{"seq", seqs[i]}, {"proof", std::move(path)}});
    }
    const std::string place = "stamps/" + stamp.asked.id.text();
    std::string token = TRY(store.blobs().get(stamp.kept->token));
    Json statement = TRY(parse_json(stamp_statement(desk.settings().operator_.origin, stamp.asked)));
    Json body = to_json(*stamp.kept).set("statement", std::move(statement)).set("rows", std::move(covered));
    files.push_back({place + ".json", to_text(body.set("token_file", place + ".tst"))});
    files.push_back({place + ".tst", std::move(token)});
  }
  const std::string& pinned = desk.settings().stamps.certificates;
  if (files.empty() || pinned.empty()) return files;
  if (Result<std::string> pem = read_file(desk.paths().inside(pinned), kLargestStamp))
    files.push_back({"stamps/pinned.pem", *std::move(pem)});
  return files;
}

Json shown_piece(const Evidence& piece) {
  if (piece.erased) {
    return Json::Object{{"evidence", piece.id.text()},
                        {"erased", name(piece.erased->ground)},
                        {"erased_at", to_rfc3339(piece.erased->at)}};
  }
  return Json::Object{{"evidence", piece.id.text()},    {"file", "items/" + piece.id.text()},
                      {"sha256", piece.content.hex()},  {"size", piece.size},
                      {"media_type", piece.media_type}, {"description", piece.description},
                      {"blob", blob_of(piece).hex()}};
}

}  // namespace

Result<ExportedEvidence> export_evidence(Desk& desk, const Permit<Act::ExportEvidence>& permit, const Officer& approver,
                                         const CaseId& case_id, ExportPurpose purpose, int fd) {
  Store& store = desk.store();
  const Officer& custodian = permit.officer();
  const Case the_case = TRY(store.find_case(permit.sight(), case_id));
  const Instant now = desk.now();
  const EvidenceExported event = TRY(cordon::export_evidence(the_case, purpose, custodian, approver, now));
  for (const Evidence& piece : the_case.evidence) {  // before it is on record that it went
    if (!piece.erased) TRY(store.blobs().get(blob_of(piece)));
  }
  TRY(publish(desk));  // so that what the journal has of the case stands in the log

  const std::string log_key = TRY(store.founded()).log_key;
  const std::vector<Json> rows = TRY(store.custody_rows(case_id));
  std::vector<File> files;
  files.push_back({"custody.jsonl", TRY(write_custody(the_case, rows))});
  files.push_back({"journal.jsonl", write_rows(rows)});
  for (const Json& row : rows) {
    const std::int64_t index = row.number_or("leaf_index", -1);
    if (index < 0) continue;
    const InclusionProof proof = TRY(prove_leaf(desk.paths().log(), static_cast<std::uint64_t>(index), log_key));
    files.push_back({"proofs/" + std::to_string(index) + ".json", write_inclusion(proof)});
  }
  for (File& file : TRY(write_stamps(desk, rows))) files.push_back(std::move(file));
  files.push_back({"summary.html", write_summary(desk, the_case, rows, TRY(store.stamps()), now, purpose)});
  files.push_back({"verify.py", std::string(evidence_verifier())});
  Json::Array items, names;
  std::size_t pieces = 0;
  for (const File& file : files) names.push_back(listed(file.name, sha256(file.bytes), file.bytes.size()));
  for (const Evidence& piece : the_case.evidence) {
    items.push_back(shown_piece(piece));
    if (piece.erased) continue;
    names.push_back(listed("items/" + piece.id.text(), piece.content, static_cast<std::size_t>(piece.size)));
    ++pieces;
  }
  const std::string manifest = to_text(Json::Object{{"format", "cordon-evidence/1"},
                                                    {"desk", desk.settings().operator_.origin},
                                                    {"case", case_id.text()},
                                                    {"category", the_case.matter.id()},
                                                    {"exported_at", to_rfc3339(now)},
                                                    {"purpose", name(purpose)},
                                                    {"items", std::move(items)},
                                                    {"files", std::move(names)}});
  const Leaf leaf{"custody",
                  now,
                  case_id.text(),
                  std::string(the_case.matter.id()),
                  "evidence",
                  "held",
                  "exported",
                  {"custodian", "approver"},
                  Json::Object{{"purpose", name(purpose)}},
                  Json::Object{{"case", case_id.text()},
                               {"purpose", name(purpose)},
                               {"custodian", event.custodian.text()},
                               {"approver", event.approver.text()},
                               {"manifest", sha256(manifest).hex()}}};
  TRY(store.append({{event, custodian.login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  TRY(publish(desk));

  const std::vector<Json> with_own = TRY(store.custody_rows(case_id));
  const std::int64_t index = TRY(with_own.back().number("leaf_index"));
  const InclusionProof proof = TRY(prove_leaf(desk.paths().log(), static_cast<std::uint64_t>(index), log_key));
  Json proof_json = TRY(parse_json(write_inclusion(proof)));
  Json opening = TRY(parse_json(TRY(store.opening(index))));
  const std::string own = to_text(Json::Object{{"log_key", log_key},
                                               {"row", with_own.back()},
                                               {"proof", std::move(proof_json)},
                                               {"opening", std::move(opening)}});
  TRY(add_to_archive(fd, "manifest.json", manifest));
  TRY(add_to_archive(fd, "export.json", own));
  for (const File& file : files) TRY(add_to_archive(fd, file.name, file.bytes));
  for (const Evidence& piece : the_case.evidence) {
    if (!piece.erased) TRY(add_to_archive(fd, "items/" + piece.id.text(), TRY(store.blobs().get(blob_of(piece)))));
  }
  TRY(end_archive(fd));
  return ExportedEvidence{event, sha256(manifest), pieces};
}

}  // namespace cordon
