// C2SP tlog-proof v1: the inclusion of one line of a log, as a text that travels by itself
// (https://c2sp.org/tlog-proof).
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>                what the application needs to make the line again; nothing vouches for it
//   index 77
//   <hash, base64>                lowest first, one a line
//
//   <the signed checkpoint, as published>
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/tree.h"

namespace cordon {

struct TlogProof {
  std::string extra;  // may be empty
  std::uint64_t index = 0;
  Proof proof;
  std::string checkpoint;  // the signed note
};

std::string write_tlog_proof(const TlogProof& proof);
// Takes exactly what write_tlog_proof() writes and checks its form, not its truth. Malformed says what is wrong.
Result<TlogProof> read_tlog_proof(std::string_view text);

}  // namespace cordon
