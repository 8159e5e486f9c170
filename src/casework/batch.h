// What a desk keeps of a batch: one run of items, each with its outcome, and one event that names the run by
// its digest (DESIGN 4, "Volume without a second log").
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "observable/sighting.h"

namespace cordon {

enum class ItemOutcome { Accepted, Duplicate, Refused, Quarantined };
std::string_view name(ItemOutcome outcome);
Result<ItemOutcome> parse_item_outcome(std::string_view text);

struct RunItem {
  std::int64_t position = 0;  // 1 for the first record of the batch
  ItemOutcome outcome = ItemOutcome::Refused;
  std::string code;  // empty when accepted
  std::string reason;
  std::optional<ReportId> report;      // accepted and duplicate
  std::optional<CaseId> case_id;       // accepted and duplicate, where a case was open or was opened for it
  bool opens_case = false;             // the first sighting of its fold key
  std::optional<CaseId> earlier = {};  // opens_case: the key's case before it, which was over for too long
  std::optional<Sighting> sighting;    // accepted
  std::string kept;                    // accepted: the record, redacted
  // Its tombstone (charter 8.4): no report, reason or text is left. Of one that opened a case the sighting stays, with
  // its target alone, for as long as the case does.
  bool erased = false;
  std::string item_digest = {};  // of a tombstone: 32 bytes, what the salted item had; none in a run of before
  std::optional<int> port = {};  // of a tombstone: what it left in its case's row
  std::optional<Instant> seen_at = {};
  std::optional<Matter> matter = {};  // of a tombstone that lost its case's target too: what the case was about
};

// What each item is hashed with, so that the digests which are left of erased items say nothing (charter 8.4): 32 bytes
// for the whole run, of which each item's come; once some items are erased, 16 bytes for each of the others. Both
// empty: a run of before.
struct RunSalts {
  std::string of_run;
  std::vector<std::string> of_items;
};

// The items in order of position, packed as docs/formats/run.md says.
std::string write_run(const std::vector<RunItem>& items, const RunSalts& salts = {});
Result<RunSalts> salts_of_run(std::string_view run);
// Each item's salt and the SHA-256 of salt and item; of a tombstone what is left, its digest. Empty of a run of before.
struct ItemSeal {
  std::string salt;  // empty: the item was erased, and its salt with it
  Digest digest;
};
Result<std::vector<ItemSeal>> seals_of_run(std::string_view run);
// SHA-256 over the items' digests: the same before and after some of them were erased. Nothing of before.
Result<std::optional<Digest>> digest_of_items(std::string_view run);
// Corrupt names the item. Runs of before, a JSON object a line, are read too.
Result<std::vector<RunItem>> read_run(std::string_view run);
// Single ones of them: a run is asked for the part with its landmarks and for the one that holds the item. `part` gives
// bytes of the run from one place on, fewer at its end.
class RunReading {
 public:
  using Part = std::function<Result<std::string>(std::uint64_t from, std::uint64_t count)>;
  explicit RunReading(Part part) : part_(std::move(part)) {}
  Result<RunItem> item(std::int64_t position);  // Corrupt where the run has none there

 private:
  Result<Nothing> read_landmarks();

  Part part_;
  std::string front_;  // of a run of before, all of it
  bool salt_of_each_ = false, whole_ = false;
  std::uint64_t items_ = 0, begin_ = 0;
  std::vector<std::uint64_t> marks_;  // from begin_ on
  std::optional<std::size_t> held_;   // the landmark from which `stretch_` is
  std::string stretch_;
};
Result<RunItem> read_item_of_run(std::string_view run, std::int64_t position);

// What a run says of each accepted item, in order and without parsing its identifiers again: a run is read so each time
// that a desk starts. Corrupt as read_run() is, as far as it is read.
struct Glance {
  std::int64_t position = 0;
  std::string_view report;         // 16 bytes
  std::string fold_key;            // as fold_key() of its sighting
  std::optional<Instant> seen_at;  // as the sighting's
};
Result<Nothing> glance_through(std::string_view run, const std::function<void(const Glance&)>& see);

// Event: a batch was taken in. Counts by outcome, and of the refused by code, so that what the law keeps out is
// counted and nothing of it kept.
struct BatchTaken {
  BatchId batch;
  std::string source;
  std::string file;  // its name as given, for the officer; never a path
  Digest run;        // where it lies (store/blobs.h)
  std::int64_t run_size = 0;
  // "accepted", "duplicate", "refused", "quarantined"; of the accepted "folded", which have no case; of the refused
  // "refused:copyright", …
  std::map<std::string, std::int64_t> counts;
  std::optional<Digest> items = {};  // digest_of_items(); none in a batch of before
  std::string machine = {};  // the name of the machine's key that it came with; empty: a person's hand, or before
};
Json to_json(const BatchTaken& event);
Result<BatchTaken> read_batch_taken(const Json& body);
// Event: somebody without an account reported and got a receipt. Who holds the receipt may follow the report; of them
// nothing else is known or kept (charter 8.2).
struct ReceiptGiven {
  Digest receipt;  // SHA-256 of the receipt's letters, so that the record opens no report to who reads it
  BatchId batch;
  ItemOutcome outcome = ItemOutcome::Refused;
  std::string code;               // why it was refused
  std::optional<CaseId> case_id;  // accepted and duplicate
};
Json to_json(const ReceiptGiven& event);
Result<ReceiptGiven> read_receipt_given(const Json& body);
BatchTaken describe_run(BatchId batch, std::string source, std::string file, const std::vector<RunItem>& items,
                        const Digest& run, std::size_t run_size);

}  // namespace cordon
