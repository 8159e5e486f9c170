#include "desk/numbers.h"

#include "base/files.h"
#include "decision/rectification.h"
#include "ledger/checkpoint.h"
#include "ledger/tile_files.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"

namespace cordon {

namespace {

constexpr std::int64_t kLinesAtOnce = 4096;

}  // namespace

Result<PublicNumbers> public_numbers(Desk& desk) {
  Transparency& report = desk.numbers();
  const std::string note = TRY(read_file(desk.paths().checkpoint(), kLongestNote));
  const Checkpoint checkpoint = TRY(read_checkpoint(TRY(read_note(note)).text));
  const auto size = static_cast<std::int64_t>(checkpoint.head.size);
  for (auto from = static_cast<std::int64_t>(report.lines()); from < size;
       from = static_cast<std::int64_t>(report.lines())) {
    const std::vector<std::string> leaves = TRY(desk.store().leaves(from, std::min(kLinesAtOnce, size - from)));
    if (leaves.empty()) return fail(Fault::Corrupt, "the record has fewer lines than the published log");
    for (const std::string& leaf : leaves) TRY(report.add(leaf));
  }
  return PublicNumbers{report, checkpoint.head.root.hex()};
}

Result<Recounted> recount(const std::string& folder, const std::string& name, const PublicKey& key) {
  const LogVerdict verdict = TRY(verify_log(folder, name, key));
  const TreeHead& head = verdict.checkpoint.head;
  Recounted out{{}, head.root.hex()};
  for (std::uint64_t index = 0; index * kTileWidth < head.size; ++index) {
    for (const std::string& leaf : TRY(read_entries(folder, tile_at(kBundles, index, head.size))).items)
      TRY(out.report.add(leaf));
  }
  return out;
}

Result<Json> corrections_in(const std::string& folder, std::uint64_t size) {
  Json::Array out;
  std::int64_t here = 0;
  const std::string mark = R"("type":")" + std::string(kRectification) + "\"";
  for (std::uint64_t index = 0; index * kTileWidth < size; ++index) {
    for (const std::string& leaf : TRY(read_entries(folder, tile_at(kBundles, index, size))).items) {
      const std::int64_t number = here++;
      if (leaf.find(mark) == std::string::npos) continue;
      const Result<Json> line = parse_json(leaf);
      const Result<Correction> one = line ? read_correction(*line) : Result<Correction>(line.error());
      if (!one || one->line < 0 || one->line >= number) continue;
      const std::string wrong = TRY(read_leaf(folder, size, static_cast<std::uint64_t>(one->line)));
      if (leaf_hash(wrong).hex() != one->hash) continue;
      out.emplace_back(Json::Object{{"line", one->line}, {"by", number}, {"ground", one->ground}});
    }
  }
  return Json(std::move(out));
}

Result<Nothing> transparency(Desk& desk, Call&, const Emit& emit) {
  const PublicNumbers numbers = TRY(public_numbers(desk));
  emit(numbers.report.json(numbers.root));
  return Nothing{};
}

Result<Nothing> transparency_csv(Desk& desk, Call& call, const Emit&) {
  call.body = TRY(public_numbers(desk)).report.csv();
  call.media_type = "text/csv; charset=utf-8";
  return Nothing{};
}

}  // namespace cordon
