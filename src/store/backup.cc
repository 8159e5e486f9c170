#include "store/backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "base/packed.h"
#include "base/text.h"
#include "base/zstd.h"
#include "store/named_blobs.h"
#include "store/rows.h"
#include "store/sealed_file.h"

namespace cordon {

namespace {

constexpr std::string_view kFormat = "cordon-backup 1";
constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::size_t kRowsBytes = std::size_t{1} << 20;         // of rows that are packed together
constexpr std::uint64_t kLargestRows = std::uint64_t{1} << 30;   // of these, as they come out
constexpr std::uint64_t kSegmentBytes = std::uint64_t{1} << 28;  // then another segment begins
constexpr std::uint64_t kLargestText = (std::uint64_t{1} << 30) + (std::uint64_t{1} << 23);
constexpr char kRows = 'R', kBlob = 'B', kFile = 'F', kOpenings = 'O', kErasures = 'E';

std::string segments_of(const std::string& folder) { return folder + "/segments"; }

std::string eight_digits(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits;
}

Result<std::vector<std::int64_t>> numbers_in(const std::string& folder, std::string_view before) {
  std::vector<std::int64_t> numbers;
  if (!exists(folder)) return numbers;
  for (const std::string& name : TRY(list_folder(folder))) {
    if (!name.starts_with(before)) continue;
    const Result<std::int64_t> number = parse_integer(std::string_view(name).substr(before.size()));
    if (number && *number > 0 && std::string(before) + eight_digits(*number) == name) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// ── a row, packed ──

constexpr std::uint64_t kToken = 1, kAnswer = 2, kLeaf = 4, kLeafIndex = 8;  // which parts it has

void pack_row(PackedWriter& to, const JournalRow& row) {
  to.number(static_cast<std::uint64_t>(row.seq));
  to.number(static_cast<std::uint64_t>(row.at.ms));
  to.text(row.type);
  to.text(row.actor);
  to.text(row.body);
  to.number((row.token ? kToken : 0u) | (row.answer ? kAnswer : 0u) | (row.leaf ? kLeaf : 0u) |
            (row.leaf_index ? kLeafIndex : 0u));
  for (const std::optional<std::string>* text : {&row.token, &row.answer, &row.leaf})
    if (*text) to.text(**text);
  if (row.leaf_index) to.number(static_cast<std::uint64_t>(*row.leaf_index));
  to.text(row.prev);
  to.text(row.digest);
}

SqlValues unpack_row(PackedReader& from) {  // in kRowColumns' order
  SqlValues row;
  const auto integer = [&] { return static_cast<std::int64_t>(from.number_below(std::uint64_t{1} << 63)); };
  row.emplace_back(integer());
  row.emplace_back(integer());
  for (int text = 0; text < 3; ++text) row.emplace_back(std::string(from.text()));
  const std::uint64_t parts = from.number_below(16);
  for (const std::uint64_t part : {kToken, kAnswer, kLeaf})
    row.push_back((parts & part) != 0 ? SqlValue(std::string(from.text())) : SqlValue());
  row.push_back((parts & kLeafIndex) != 0 ? SqlValue(integer()) : SqlValue());
  for (int text = 0; text < 2; ++text) row.emplace_back(std::string(from.text()));
  return row;
}

// ── what lies in a sealed file ──

Result<Nothing> write_packed(SealedWriter& to, char what, std::string_view bytes) {
  std::string packed;
  TRY(compress(bytes, [&](std::string_view some) -> Result<Nothing> {
    packed += some;
    return Nothing{};
  }));
  TRY(to.write(std::string_view(&what, 1)));
  TRY(to.number(bytes.size()));
  return to.text(packed);
}

Result<std::string> read_packed(SealedReader& from) {
  const std::uint64_t size = TRY(from.number());
  if (size > kLargestRows) return fail(Fault::Corrupt, "a part is too large");
  std::string_view packed = TRY(from.text(kLargestText));
  std::string bytes;
  bytes.reserve(size);
  const Source source = [&]() -> Result<std::string_view> { return std::exchange(packed, {}); };
  TRY(decompress(source, size, [&](std::string_view some) -> Result<Nothing> {
    bytes += some;
    return Nothing{};
  }));
  return bytes;
}

Json to_json(const Segment& segment) {
  return Json::Object{{"digest", segment.digest.hex()},
                      {"from", segment.from},
                      {"to", segment.to},
                      {"blobs", segment.blobs},
                      {"size", segment.size}};
}

Result<Segment> read_segment(const Json& json) {
  Segment segment;
  segment.digest = TRY(parse_digest(TRY(json.text("digest"))));
  segment.from = TRY(json.number("from"));
  segment.to = TRY(json.number("to"));
  segment.blobs = TRY(json.number("blobs"));
  segment.size = TRY(json.number("size"));
  return segment;
}

Error in_file(Error error, const std::string& path) {
  if (error.fault == Fault::NotFound) error.message = "this part of the backup is gone";
  if (error.fault == Fault::Malformed || error.fault == Fault::NotFound) error.fault = Fault::Corrupt;
  error.where = error.where.empty() || error.where == path ? path : path + ", " + error.where;
  return error;
}

}  // namespace

Result<std::vector<std::int64_t>> manifests_in(const std::string& folder) {
  return numbers_in(folder + "/manifests", "");
}
Result<std::vector<std::int64_t>> key_parts_in(const std::string& folder) { return numbers_in(folder, "keys-"); }
std::string manifest_path(const std::string& folder, std::int64_t number) {
  return folder + "/manifests/" + eight_digits(number);
}
std::string key_part_path(const std::string& folder, std::int64_t number) {
  return folder + "/keys-" + eight_digits(number);
}

Result<Nothing> write_manifest(const std::string& folder, const CipherKey& key, const Manifest& manifest) {
  Json::Array segments;
  for (const Segment& segment : manifest.segments) segments.push_back(to_json(segment));
  const Json whole = Json::Object{{"format", kFormat},
                                  {"number", manifest.number},
                                  {"at", manifest.at.ms},
                                  {"desk", manifest.desk},
                                  {"rows", manifest.rows},
                                  {"head", manifest.head},
                                  {"settings", manifest.settings},
                                  {"checkpoint", manifest.checkpoint},
                                  {"segments", std::move(segments)}};
  TRY(make_folder(folder + "/manifests", 0700));
  SealedWriter file = TRY(SealedWriter::begin(manifest_path(folder, manifest.number), key, SealedKind::Manifest, ""));
  TRY(file.text(to_text(whole)));
  TRY(file.finish());
  return Nothing{};
}

Result<Manifest> read_manifest(const std::string& folder, const CipherKey& key, std::int64_t number) {
  const std::string path = manifest_path(folder, number);
  SealedReader file = TRY(SealedReader::open(path, key, SealedKind::Manifest));
  const auto read = [&]() -> Result<Manifest> {
    const std::string text(TRY(file.text(kLargestText)));
    if (!TRY(file.at_end())) return fail(Fault::Corrupt, "bytes stand behind its end");
    const Json whole = TRY(parse_json(text));
    if (TRY(whole.text("format")) != kFormat) return fail(Fault::Corrupt, "it is of another version");
    Manifest manifest;
    manifest.number = TRY(whole.number("number"));
    manifest.at = Instant{TRY(whole.number("at"))};
    manifest.desk = TRY(whole.text("desk"));
    manifest.rows = TRY(whole.number("rows"));
    manifest.head = TRY(whole.text("head"));
    manifest.checkpoint = TRY(whole.text("checkpoint"));
    if (const Json* settings = whole.find("settings")) manifest.settings = *settings;
    for (const Json& one : TRY(whole.list("segments"))) manifest.segments.push_back(TRY(read_segment(one)));
    if (manifest.number != number) return fail(Fault::Corrupt, "it is another one under this name");
    return manifest;
  };
  Result<Manifest> manifest = read();
  if (!manifest) return in_file(manifest.error(), path);
  return manifest;
}

// ── the record ──

Result<RecordHead> look_at_head(Database& record, const std::string& checkpoint_file) {
  constexpr std::size_t kLargestNote = 1u << 20;
  constexpr int kLooks = 50;
  for (int look = 0; look < kLooks; ++look) {
    RecordHead head;
    head.checkpoint = TRY(read_file(checkpoint_file, kLargestNote));
    const std::int64_t published = TRY(record.number("SELECT size FROM published"));
    const JournalRow last = TRY(last_row(record));
    head.rows = last.seq;
    head.head = last.digest;
    // "origin\nsize\n…". A note that is behind what the journal says was published is one that was just replaced.
    const std::vector<std::string_view> lines = split(head.checkpoint, '\n');
    const Result<std::int64_t> size = lines.size() > 1 ? parse_integer(lines[1]) : Result<std::int64_t>(0);
    if (size && *size >= published) return head;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fail(Fault::Corrupt, "the published checkpoint is older than the journal says", checkpoint_file);
}

Result<std::vector<Segment>> write_segments(Database& record, const Blobs& blobs, const std::string& folder,
                                            const CipherKey& key, const std::string& desk, std::int64_t after,
                                            RecordHead& head, const TellProgress& tell) {
  TRY(make_folder(segments_of(folder), 0700));
  std::multimap<std::int64_t, NamedBlob> named;  // by the row that names them first
  for (const NamedBlob& blob : TRY(blobs_of_record(record, after)))
    if (!blob.erased) named.emplace(blob.row, blob);
  std::vector<Segment> segments;
  std::optional<SealedWriter> file;
  Segment segment;
  std::uint64_t written = 0;
  const auto finish = [&](std::int64_t to) -> Result<Nothing> {
    const SealedWriter::Written done = TRY(file->finish(segments_of(folder)));
    segment.digest = done.digest;
    segment.size = static_cast<std::int64_t>(done.size);
    segment.to = to;
    segments.push_back(segment);
    file.reset();
    return Nothing{};
  };
  // Erased between our look at the journal and our look at the file: the journal has a row about it by now.
  const auto erased_now = [&](const Digest& blob) -> Result<bool> {
    const std::int64_t row = TRY(row_that_erases(record, blob));
    if (row == 0) return false;
    if (row > head.rows) {
      const JournalRow last = TRY(last_row(record));
      head.rows = last.seq;
      head.head = last.digest;
      for (const NamedBlob& one : TRY(blobs_of_record(record, last.seq)))
        if (!one.erased) named.emplace(one.row, one);
    }
    return true;
  };
  for (std::int64_t last = after; last < head.rows;) {
    PackedWriter packed;
    const std::int64_t first = last + 1;
    {
      Rows rows = TRY(record.query(
          std::string("SELECT ") + kRowColumns + " FROM journal WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
          {last, head.rows, kRowsAtOnce}));
      while (packed.size() < kRowsBytes && TRY(rows.next())) {
        const JournalRow row = read_row(rows);
        if (row.seq != last + 1)
          return fail(Fault::Corrupt, "row " + std::to_string(last + 1) + " of the journal is missing");
        pack_row(packed, row);
        last = row.seq;
      }
    }
    if (last < first) return fail(Fault::Corrupt, "row " + std::to_string(first) + " of the journal is missing");
    if (!file) {
      segment = {};
      segment.from = first;
      file = TRY(SealedWriter::begin(segments_of(folder) + "/next", key, SealedKind::Segment,
                                     to_text(Json::Object{{"desk", desk}, {"from", first}})));
      written = 0;
    }
    // The blobs first: whoever reads has them before the rows that name them.
    for (auto blob = named.lower_bound(first); blob != named.end() && blob->first <= last; ++blob) {
      const Result<std::string> bytes = blobs.as_it_lies(blob->second.address);
      if (!bytes && bytes.error().fault == Fault::NotFound && TRY(erased_now(blob->second.address))) continue;
      if (!bytes) return bytes.error();
      TRY(file->write(std::string_view(&kBlob, 1)));
      TRY(file->write(blob->second.address.view()));
      TRY(file->text(*bytes));
      ++segment.blobs;
      written += bytes->size();
    }
    TRY(write_packed(*file, kRows, packed.bytes()));
    written += packed.size();
    if (tell) tell("journal row " + std::to_string(last) + " of " + std::to_string(head.rows));
    if (written >= kSegmentBytes) TRY(finish(last));
  }
  if (file) TRY(finish(head.rows));
  return segments;
}

struct SegmentReading::State {
  std::string folder, evidence;
  const CipherKey& key;
  const Manifest& manifest;
  TellProgress tell;
  std::size_t next_segment = 0;
  std::optional<SealedReader> file = {};
  std::string path = {}, rows = {};
  std::size_t read = 0;  // bytes of `rows`
  std::int64_t last = 0, blobs = 0, blobs_of_file = 0;

  Result<bool> open() {
    if (next_segment == manifest.segments.size()) return false;
    const Segment& segment = manifest.segments[next_segment];
    path = segments_of(folder) + "/" + segment.digest.hex();
    if (segment.from != last + 1) return fail(Fault::Corrupt, "rows are missing before it");
    file = TRY(SealedReader::open(path, key, SealedKind::Segment));
    blobs_of_file = 0;
    const Json label = TRY(parse_json(file->label()));
    if (label.text_or("desk") != manifest.desk || label.number_or("from", 0) != segment.from)
      return fail(Fault::Corrupt, "it is of another place");
    return true;
  }

  Result<Nothing> close() {
    const Segment& segment = manifest.segments[next_segment++];
    const Digest digest = TRY(file->digest());
    if (digest != segment.digest) return fail(Fault::Corrupt, "its bytes no longer have the digest in its name");
    if (last != segment.to || blobs_of_file != segment.blobs)
      return fail(Fault::Corrupt, "it does not hold all it should");
    file.reset();
    if (tell) tell("row " + std::to_string(last) + " of " + std::to_string(manifest.rows));
    return Nothing{};
  }

  // Up to the next rows; false at the end of all segments.
  Result<bool> advance() {
    for (;;) {
      if (!file && !TRY(open())) return false;
      if (TRY(file->at_end())) {
        TRY(close());
        continue;
      }
      const std::string_view mark = TRY(file->bytes(1));
      const char what = mark.front();
      if (what == kBlob) {
        const std::string_view name = TRY(file->bytes(32));
        const Digest address = TRY(digest_from_bytes(name));
        const std::string_view bytes = TRY(file->text(kLargestText));
        TRY(Blobs::lay(evidence, address, bytes));
        ++blobs;
        ++blobs_of_file;
      } else if (what == kRows) {
        rows = TRY(read_packed(*file));
        read = 0;
        return true;
      } else {
        return fail(Fault::Corrupt, "a part that is not known");
      }
    }
  }
};

SegmentReading::SegmentReading(std::string folder, const CipherKey& key, const Manifest& manifest, std::string evidence,
                               TellProgress tell)
    : state_(std::make_unique<State>(State{std::move(folder), std::move(evidence), key, manifest, std::move(tell)})) {}
SegmentReading::~SegmentReading() = default;
std::int64_t SegmentReading::blobs() const { return state_->blobs; }

Result<std::optional<SqlValues>> SegmentReading::next() {
  State& state = *state_;
  if (state.read == state.rows.size()) {
    const Result<bool> more = state.advance();
    if (!more) return in_file(more.error(), state.path);
    if (!*more) {
      if (state.last != state.manifest.rows) return fail(Fault::Corrupt, "rows are missing at its end", state.folder);
      return std::optional<SqlValues>();
    }
  }
  PackedReader packed(std::string_view(state.rows).substr(state.read));
  SqlValues row = unpack_row(packed);
  if (!packed.good()) return fail(Fault::Corrupt, "a row that is not whole", state.path);
  state.read = state.rows.size() - packed.left().size();
  state.last = std::get<std::int64_t>(row.front());
  return std::optional(std::move(row));
}

// ── what is kept apart ──

namespace {

// Files and folders below keys/, as "officers/analyst1.json".
Result<Nothing> key_files(const std::string& keys, const std::string& below, std::vector<std::string>& into) {
  for (const std::string& name : TRY(list_folder(below.empty() ? keys : keys + "/" + below))) {
    const std::string path = below.empty() ? name : below + "/" + name;
    if (is_folder(keys + "/" + path)) {
      if (below.empty()) TRY(key_files(keys, path, into));
    } else if (!path.starts_with("backup") && path.find(".tmp") == std::string::npos) {
      into.push_back(path);
    }
  }
  return Nothing{};
}

}  // namespace

Result<Nothing> write_key_part(Database& record, const std::string& keys, const std::string& folder,
                               const CipherKey& key, const std::string& desk, std::int64_t number, Instant at) {
  constexpr std::size_t kLargestKeys = (std::size_t{1} << 24) * 128;  // every slot that there can be
  TRY(make_folder(folder, 0700));
  const Json label = Json::Object{{"format", kFormat}, {"desk", desk}, {"number", number}, {"at", at.ms}};
  SealedWriter file = TRY(SealedWriter::begin(key_part_path(folder, number), key, SealedKind::Keys, to_text(label)));
  std::vector<std::string> names;
  TRY(key_files(keys, "", names));
  for (const std::string& name : names) {
    std::string bytes = TRY(read_file(keys + "/" + name, kLargestKeys));
    // The desk writes slots meanwhile: what was read twice was no slot that was half written.
    for (int look = 0; name == "items" && look < 10; ++look) {
      std::string again = TRY(read_file(keys + "/" + name, kLargestKeys));
      const bool same = again.starts_with(bytes);
      bytes = std::move(again);
      if (same) break;
    }
    TRY(file.write(std::string_view(&kFile, 1)));
    TRY(file.text(name));
    TRY(file.text(bytes));
  }
  for (std::int64_t last = -1, read = kRowsAtOnce; read == kRowsAtOnce;) {
    Rows rows =
        TRY(record.query("SELECT leaf_index, opening FROM opening WHERE leaf_index > $1 ORDER BY leaf_index LIMIT $2",
                         {last, kRowsAtOnce}));
    PackedWriter packed;
    for (read = 0; TRY(rows.next()); ++read) {
      last = rows.integer(0);
      packed.number(static_cast<std::uint64_t>(last));
      packed.text(rows.text(1));
    }
    if (read > 0) TRY(write_packed(file, kOpenings, packed.bytes()));
  }
  Rows rows = TRY(record.query("SELECT body FROM journal WHERE type = 'evidence_erased' ORDER BY seq"));
  while (TRY(rows.next())) {
    TRY(file.write(std::string_view(&kErasures, 1)));
    TRY(file.text(rows.text(0)));
  }
  TRY(file.finish());
  return Nothing{};
}

Result<KeyPart> read_key_part(const std::string& folder, const CipherKey& key, std::int64_t number) {
  const std::string path = key_part_path(folder, number);
  SealedReader file = TRY(SealedReader::open(path, key, SealedKind::Keys));
  const auto read = [&]() -> Result<KeyPart> {
    KeyPart part;
    const Json label = TRY(parse_json(file.label()));
    if (label.text_or("format") != kFormat) return fail(Fault::Corrupt, "it is of another version");
    part.number = TRY(label.number("number"));
    part.at = Instant{TRY(label.number("at"))};
    part.desk = TRY(label.text("desk"));
    if (part.number != number) return fail(Fault::Corrupt, "it is another one under this name");
    while (!TRY(file.at_end())) {
      const std::string_view mark = TRY(file.bytes(1));
      const char what = mark.front();
      if (what == kFile) {
        std::string name(TRY(file.text(1024)));
        const bool inside = !name.empty() && !name.starts_with('/') && name.find("..") == std::string::npos;
        if (!inside) return fail(Fault::Corrupt, "a file that is not of keys/");
        std::string bytes(TRY(file.text(std::uint64_t{1} << 31)));
        part.files.emplace_back(std::move(name), std::move(bytes));
      } else if (what == kOpenings) {
        const std::string bytes = TRY(read_packed(file));
        PackedReader packed(bytes);
        while (!packed.at_end() && packed.good()) {
          const auto index = static_cast<std::int64_t>(packed.number_below(std::uint64_t{1} << 62));
          part.openings.emplace_back(index, std::string(packed.text()));
        }
        if (!packed.good()) return fail(Fault::Corrupt, "an opening that is not whole");
      } else if (what == kErasures) {
        const std::string body(TRY(file.text(1u << 20)));
        part.erased.push_back(TRY(read_evidence_erased(TRY(parse_json(body)))));
      } else {
        return fail(Fault::Corrupt, "a part that is not known");
      }
    }
    return part;
  };
  Result<KeyPart> part = read();
  if (!part) return in_file(part.error(), path);
  return part;
}

Result<std::int64_t> forget_old_key_parts(const std::string& folder, const CipherKey& key, Instant now) {
  std::int64_t forgotten = 0;
  for (const std::int64_t number : TRY(key_parts_in(folder))) {
    const std::string path = key_part_path(folder, number);
    const Result<SealedReader> file = SealedReader::open(path, key, SealedKind::Keys);
    if (!file) continue;  // of another key, or damaged: not ours to judge
    const Json label = TRY(parse_json(file->label()));
    if (now - Instant{label.number_or("at", now.ms)} <= kKeysKeptMs) continue;
    if (::unlink(path.c_str()) != 0) return system_error("cannot forget", errno, path);
    ++forgotten;
  }
  if (forgotten > 0) TRY(sync_folder(folder));
  return forgotten;
}

}  // namespace cordon
