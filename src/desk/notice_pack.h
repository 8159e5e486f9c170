// `cordon notice pack`: everything that was sent about one request and came back, in one archive that can be checked
// without a desk. What is in it: docs/answers.md, "The complaint pack".
#pragma once

#include "base/digest.h"
#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

struct PackedNotice {
  std::size_t files = 0;
  Digest manifest;
};

// On record, like each reading of what a case holds, before the first byte is written to `fd`. Equal records and logs
// give equal bytes. What went with its case is named as gone.
Result<PackedNotice> pack_notice(Desk& desk, const Permit<Act::ReadCase>& reader, const NoticeId& notice, int fd);

}  // namespace cordon
