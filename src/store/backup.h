// A copy of a desk's record that lies somewhere else (docs/formats/backup.md): segments, each with some rows of the
// journal and the blobs that these name, one behind the other and never changed, and a manifest that says which belong
// together. The tables, the runs and the tiles are made from them again.
//
// What may have to be forgotten, the items' keys and what opens lines of the log, lies in a part of its own, under a
// key of its own, which is kept apart and for 35 days at most: a piece that was erased is noise in every copy from then
// on.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/cipher.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "store/blobs.h"
#include "store/database.h"
#include "store/event.h"

namespace cordon {

inline constexpr std::int64_t kKeysKeptMs = 35 * kDayMs;

using TellProgress = std::function<void(const std::string&)>;

struct Segment {
  Digest digest;                  // of the file, which is named by it
  std::int64_t from = 0, to = 0;  // rows of the journal
  std::int64_t blobs = 0, size = 0;
};

struct Manifest {
  std::int64_t number = 0;
  Instant at;
  std::string desk;        // the log's name
  std::int64_t rows = 0;   // of the journal
  std::string head;        // digest of the last one, hex
  std::string checkpoint;  // the signed note
  Json settings;           // file name: its text
  std::vector<Segment> segments;
};

// Numbers of the manifests, or of the parts with keys, that lie in a backup's folder, in order.
Result<std::vector<std::int64_t>> manifests_in(const std::string& folder);
Result<std::vector<std::int64_t>> key_parts_in(const std::string& folder);
std::string manifest_path(const std::string& folder, std::int64_t number);
std::string key_part_path(const std::string& folder, std::int64_t number);

Result<Nothing> write_manifest(const std::string& folder, const CipherKey& key, const Manifest& manifest);
Result<Manifest> read_manifest(const std::string& folder, const CipherKey& key, std::int64_t number);

// ── the record ──

// How far the journal is and the note that was published before it: every line of the note is of these rows.
struct RecordHead {
  std::int64_t rows = 0;
  std::string head, checkpoint;
};
Result<RecordHead> look_at_head(Database& record, const std::string& checkpoint_file);

// The rows behind `after` up to `head`, and the blobs that they name, as new segments. Reads a thousand rows at a time
// and holds nothing open between: the journal only grows, so that a desk that is served meanwhile waits for nothing.
// A blob that was erased meanwhile moves `head` up to the row that says so.
Result<std::vector<Segment>> write_segments(Database& record, const Blobs& blobs, const std::string& folder,
                                            const CipherKey& key, const std::string& desk, std::int64_t after,
                                            RecordHead& head, const TellProgress& tell);

// Every row in order, and every blob laid into `evidence` but those in `erased`; Corrupt names the segment. Each file
// is compared with its name, each blob with its address.
class SegmentReading {
 public:
  SegmentReading(std::string folder, const CipherKey& key, const Manifest& manifest, std::string evidence,
                 TellProgress tell);
  ~SegmentReading();
  Result<std::optional<SqlValues>> next();  // the columns of kRowColumns; nothing at the end
  std::int64_t blobs() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ── what is kept apart ──

struct KeyPart {
  std::int64_t number = 0;
  Instant at;
  std::string desk;
  std::vector<std::pair<std::string, std::string>> files;      // below keys/, with their bytes
  std::vector<std::pair<std::int64_t, std::string>> openings;  // of lines of the log
  std::vector<EvidenceErased> erased;                          // everything that the journal said then
};
// `keys` is the desk's folder of keys; files whose name begins with "backup" stay there.
Result<Nothing> write_key_part(Database& record, const std::string& keys, const std::string& folder,
                               const CipherKey& key, const std::string& desk, std::int64_t number, Instant at);
Result<KeyPart> read_key_part(const std::string& folder, const CipherKey& key, std::int64_t number);
// Removes the parts that are older than 35 days, and gives how many.
Result<std::int64_t> forget_old_key_parts(const std::string& folder, const CipherKey& key, Instant now);

}  // namespace cordon
