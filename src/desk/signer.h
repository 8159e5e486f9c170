// The signer: a process of its own that holds the log's key and remembers, outside the desk's folder, the last
// checkpoint that it signed, so that no restored or forked desk gets a second history signed (DESIGN "One signer").
#pragma once

#include <string>

#include "base/result.h"
#include "desk/settings.h"
#include "ledger/checkpoint.h"

namespace cordon {

// Runs `cordon signer` on this checkpoint and gives the signed note.
Result<std::string> ask_signer(const Paths& paths, const Checkpoint& checkpoint);

// After two admins said that the clock was wrong (store/founding.h): the signer takes its last note as signed now.
Result<Nothing> correct_signing_time(const Paths& paths, Instant now);

// What that process does: one request on stdin, one note on stdout. The note is remembered, durably, before it is
// given.
Result<Nothing> serve_signer(const Paths& paths, int in, int out);

}  // namespace cordon
