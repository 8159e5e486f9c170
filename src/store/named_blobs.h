// Which blobs a desk's record rests on: whatever a row of the journal names, and whether it is to be there still. What
// no row names is left over from a crash between a blob and its event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "store/database.h"
#include "store/event.h"

namespace cordon {

std::vector<Digest> named_blobs(const Event& event);  // of what folding reads and of what it does not

struct NamedBlob {
  Digest address;
  std::int64_t row = 0;  // of the journal; the first that names it
  bool erased = false;   // the journal says so, and then with which slot of keys/items
  std::optional<std::int64_t> key = {};
};
// Every one of the rows behind `after`, sorted by address. Rows that cannot be read are passed over: `journal verify`
// says which they are. A look at the record is short: the journal only grows, so that rows are read a thousand at a
// time and nothing is held open between.
Result<std::vector<NamedBlob>> blobs_of_record(Database& record, std::int64_t after = 0);

// The last row that takes this blob back, as the journal is now; 0: none. (What a batch was cut to stands in such a row
// as well, so it is asked only of a blob that is not there.)
Result<std::int64_t> row_that_erases(Database& record, const Digest& blob);

// What the row is about, for whoever has to find it: {"row", "type"} and, as far as it has them, "case", "evidence",
// "batch", "proposal", "source", "to".
Result<Json> row_in_words(Database& record, std::int64_t row);

}  // namespace cordon
