#include "desk/log_watch.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "ledger/bundle.h"
#include "ledger/tile_files.h"
#include "ledger/tiles.h"
#include "net/http_client.h"

namespace cordon {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestBundle = kTileWidth * (2 + kLongestLeaf);
constexpr std::size_t kLeavesAtOnce = 64 * kTileWidth;

class Elsewhere {
 public:
  explicit Elsewhere(std::string url) : url_(std::move(url)) {
    while (url_.ends_with('/')) url_.pop_back();
  }

  Result<std::string> get(const std::string& path, std::size_t largest) {
    const std::string url = url_ + "/" + path;
    http::Asked asked{"GET", url};
    asked.largest = largest;
    http::Answer answer = TRY(client_.ask(asked));
    if (answer.status == 404) return fail(Fault::NotFound, "it is missing", url);
    if (answer.status != 200)
      return fail(Fault::Unavailable, "the server answers " + std::to_string(answer.status), url);
    return std::move(answer.body);
  }
  Result<std::string> checkpoint() { return get("checkpoint", kLongestNote); }

  struct File {
    TilePlace place;  // that was found: a partial tile may have grown full meanwhile
    std::string bytes;
  };
  Result<File> tile(const TilePlace& place) {
    const std::size_t largest = place.level == kBundles ? kLargestBundle : kTileWidth * 32;
    Result<std::string> exact = get(place.path(), largest);
    if (exact) return File{place, *std::move(exact)};
    if (exact.error().fault != Fault::NotFound || place.full()) return exact.error();
    const TilePlace full{place.level, place.index, kTileWidth};
    Result<std::string> grown = get(full.path(), largest);
    if (!grown) return grown.error().fault == Fault::NotFound ? exact.error() : grown.error();
    return File{full, *std::move(grown)};
  }

  Result<std::vector<std::string>> bundle(const TilePlace& place) {
    const File file = TRY(tile(place));
    Result<std::vector<std::string>> leaves = read_bundle(file.bytes, file.place.width);
    if (!leaves) return fail(leaves.error().fault, leaves.error().message, file.place.path());
    leaves->resize(place.width);
    return leaves;
  }

 private:
  std::string url_;
  http::Client client_;
};

Result<Nothing> put(const std::string& folder, const std::string& path, std::string_view bytes) {
  const std::string whole = folder + "/" + path;
  TRY(make_folder(whole.substr(0, whole.rfind('/'))));
  return write_file(whole, bytes);
}

std::string log_of(const WatchedLog& watched) { return watched.folder + "/log"; }

// The lines [from, to) of a mirror whose tiles hold at least `size` of them.
Result<std::vector<std::string>> lines_between(const std::string& folder, std::uint64_t size, std::uint64_t from,
                                               std::uint64_t to) {
  std::vector<std::string> out;
  for (std::uint64_t index = from / kTileWidth; index * kTileWidth < to; ++index) {
    const std::vector<std::string> lines = TRY(read_entries(folder, tile_at(kBundles, index, size))).items;
    for (std::uint64_t i = 0; i < lines.size(); ++i) {
      const std::uint64_t at = index * kTileWidth + i;
      if (from <= at && at < to) out.push_back(lines[i]);
    }
  }
  return out;
}

// The mirror of what was seen before, made again from its own lines: what was appended behind it proved wrong.
Result<Nothing> cut_back(const WatchedLog& watched, const std::string& note, const TreeHead& head) {
  const std::string old = log_of(watched), made = old + ".making";
  std::error_code failed;
  fs::remove_all(made, failed);
  if (note.empty()) {  // nothing was seen before
    fs::remove_all(old, failed);
    return Nothing{};
  }
  TRY(make_folder(made));
  TreeHead now;
  while (now.size < head.size) {
    const std::uint64_t to = std::min<std::uint64_t>(head.size, now.size + kLeavesAtOnce);
    now = TRY(append_leaves(made, now.size, TRY(lines_between(old, head.size, now.size, to))));
  }
  if (now.root != head.root) return fail(Fault::Corrupt, "what was seen before is damaged", old);
  TRY(write_file(made + "/checkpoint", note));
  fs::remove_all(old, failed);
  fs::rename(made, old, failed);
  if (failed) return fail(Fault::Unavailable, "cannot put the mirror in its place: " + failed.message(), old);
  return Nothing{};
}

// A folder evidence/N of its own.
Result<std::string> evidence_folder(const WatchedLog& watched) {
  for (int number = 1;; ++number) {
    std::string folder = watched.folder + "/evidence/" + std::to_string(number);
    if (exists(folder)) continue;
    TRY(make_folder(folder));
    return folder;
  }
}

// Two notes that one key signed and that cannot both be true.
Result<Json> contradiction(const std::string& folder, const std::string& first, const Checkpoint& before,
                           const std::string& second, const Checkpoint& after,
                           const std::optional<std::uint64_t>& differs) {
  TRY(write_file(folder + "/first.note", first));
  TRY(write_file(folder + "/second.note", second));
  Json line = Json::Object{
      {"state", "contradiction"},
      {"log", before.origin},
      {"first", Json::Object{{"size", static_cast<std::int64_t>(before.head.size)}, {"root", before.head.root.hex()}}},
      {"second", Json::Object{{"size", static_cast<std::int64_t>(after.head.size)}, {"root", after.head.root.hex()}}}};
  if (differs) line.set("differs_from_line", static_cast<std::int64_t>(*differs));
  TRY(write_file(folder + "/what.json", to_text(line) + "\n"));
  return fail(Fault::NotFound,
              "the log contradicts what it signed before: " + std::to_string(before.head.size) + " lines, root " +
                  before.head.root.hex() + ", and " + std::to_string(after.head.size) + " lines, root " +
                  after.head.root.hex() +
                  (differs ? "; they differ from line " + std::to_string(*differs) : std::string()) +
                  "; both signed notes are kept",
              folder);
}

std::optional<std::uint64_t> first_difference(const std::string& ours, const std::string& theirs, std::uint64_t size) {
  for (std::uint64_t from = 0; from < size; from += kTileWidth) {
    const std::uint64_t to = std::min<std::uint64_t>(size, from + kTileWidth);
    const auto a = lines_between(ours, size, from, to), b = lines_between(theirs, size, from, to);
    if (!a || !b) return std::nullopt;
    for (std::size_t i = 0; i < a->size() && i < b->size(); ++i)
      if ((*a)[i] != (*b)[i]) return from + i;
  }
  return std::nullopt;
}

// The new lines do not lead to the new root: either its files are not what it signs, or it signs another history.
Result<Json> judge_growth(const WatchedLog& watched, const std::string& before_note, const Checkpoint& before,
                          const std::string& after_note) {
  TRY(cut_back(watched, before_note, before.head));
  const std::string folder = TRY(evidence_folder(watched)), theirs = folder + "/log";
  const Result<Nothing> fetched = fetch_log(watched.url, theirs);
  const Result<LogVerdict> verdict =
      fetched ? verify_log(theirs, watched.name, watched.key) : Result<LogVerdict>(fetched.error());
  if (!verdict) {
    TRY(write_file(folder + "/second.note", after_note));
    return fail(Fault::Corrupt,
                "the log's files are not what its checkpoint signs: " + verdict.error().message + " (" +
                    verdict.error().where + "); what it gave is kept",
                folder);
  }
  if (verdict->checkpoint.head.size >= before.head.size &&
      TRY(head_from_tiles(theirs, before.head.size)) == before.head) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return fail(Fault::Unavailable, "the log changed while it was read, or was fetched in parts of two ages",
                watched.url);
  }
  const std::string theirs_note = TRY(read_file(theirs + "/checkpoint", kLongestNote));
  return contradiction(
      folder, before_note, before, theirs_note, verdict->checkpoint,
      first_difference(log_of(watched), theirs, std::min(before.head.size, verdict->checkpoint.head.size)));
}

}  // namespace

bool is_url(const std::string& place) { return place.starts_with("http://") || place.starts_with("https://"); }

Result<Nothing> fetch_log(const std::string& url, const std::string& folder) {
  Elsewhere there(url);
  const std::string note = TRY(there.checkpoint());
  const std::uint64_t size = TRY(read_checkpoint(TRY(read_note(note)).text)).head.size;
  for (int level = kBundles; level <= 0 || hashes_at(level, size) > 0; ++level) {
    for (std::uint64_t index = 0; tile_at(level, index, size).width > 0; ++index) {
      const Elsewhere::File file = TRY(there.tile(tile_at(level, index, size)));
      TRY(put(folder, file.place.path(), file.bytes));
    }
  }
  return put(folder, "checkpoint", note);
}

Result<Json> watch_once(const WatchedLog& watched) {
  Elsewhere there(watched.url);
  const std::string note = TRY(there.checkpoint());
  const Result<Checkpoint> opened = open_checkpoint(note, watched.name, watched.key);
  if (!opened) return fail(Fault::Corrupt, opened.error().message, watched.url + "/checkpoint");
  const Checkpoint& now = *opened;
  Json line = Json::Object{
      {"log", now.origin}, {"size", static_cast<std::int64_t>(now.head.size)}, {"root", now.head.root.hex()}};
  const std::string mirror = log_of(watched), seen = mirror + "/checkpoint";
  Checkpoint before{now.origin, {}, {}};
  std::string before_note;
  if (exists(seen)) {
    before_note = TRY(read_file(seen, kLongestNote));
    const Result<Checkpoint> read = open_checkpoint(before_note, watched.name, watched.key);
    if (!read) return fail(Fault::Usage, "this folder holds what was seen of another log", seen);
    before = *read;
  }
  TRY(make_folder(mirror));
  if (now.head.size <= before.head.size && !before_note.empty()) {
    const TreeHead ours = TRY(head_from_tiles(mirror, now.head.size));
    if (ours != now.head) return contradiction(TRY(evidence_folder(watched)), before_note, before, note, now, {});
    line.set("state", now.head.size == before.head.size ? "same" : "older");
    if (now.head.size < before.head.size) return line;
  } else {
    TreeHead head = before.head;
    while (head.size < now.head.size) {
      std::vector<std::string> fresh;
      const std::uint64_t from = head.size;
      for (std::uint64_t at = from; at < now.head.size && fresh.size() < kLeavesAtOnce;) {
        const std::vector<std::string> lines = TRY(there.bundle(tile_at(kBundles, at / kTileWidth, now.head.size)));
        for (std::uint64_t i = at % kTileWidth; i < lines.size(); ++i, ++at) fresh.push_back(lines[i]);
      }
      const Result<TreeHead> grown = append_leaves(mirror, from, fresh);
      if (!grown) return judge_growth(watched, before_note, before, note);
      head = *grown;
    }
    if (head != now.head) return judge_growth(watched, before_note, before, note);
    line.set("state", before_note.empty() ? "new" : "grown");
  }
  // The same text with more cosignatures is the better note.
  TRY(write_file(seen, note));
  Json::Array cosigned;
  for (const Cosigned& one : TRY(cosigned_by(TRY(read_note(note)), watched.witnesses)))
    cosigned.emplace_back(one.witness.name);
  if (!watched.witnesses.empty()) line.set("cosigned", std::move(cosigned));
  return line;
}

Result<Nothing> watch(const WatchedLog& watched, int seconds_between, const std::function<void(const Json&)>& tell) {
  for (;;) {
    const Result<Json> line = watch_once(watched);
    if (!line && line.error().fault != Fault::Unavailable) return line.error();
    if (!line) {
      tell(Json::Object{{"log", watched.name}, {"state", "away"}, {"why", line.error().message}});
    } else if (line->text_or("state") != "same") {
      tell(*line);
    }
    std::this_thread::sleep_for(std::chrono::seconds(seconds_between));
  }
}

Result<LogCopy> LogCopy::of(const std::string& place) {
  if (!is_url(place)) return LogCopy(place, false);
  std::error_code failed;
  std::string folder = fs::temp_directory_path(failed).string() + "/cordon-log-XXXXXX";
  if (failed || ::mkdtemp(folder.data()) == nullptr) return system_error("cannot make a folder", errno, folder);
  LogCopy copy(folder, true);
  TRY(fetch_log(place, folder));
  return copy;
}

LogCopy::LogCopy(LogCopy&& other) noexcept
    : folder_(std::move(other.folder_)), fetched_(std::exchange(other.fetched_, false)) {}

LogCopy::~LogCopy() {
  std::error_code ignored;
  if (fetched_) fs::remove_all(folder_, ignored);
}

}  // namespace cordon
