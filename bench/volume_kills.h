// The work of `bench/volume` by a process that is killed, again and again.
#pragma once

#include <string>

#include "base/result.h"
#include "bench/volume_desk.h"

namespace cordon::bench {

// A feed is taken in, grouped and sent by a process that SIGKILL ends `options.kills` times at any moment, each time
// begun anew by the next one, which sends the feed's batches again from the first. At the end every event must be in
// one mail, once, and every mail in the Maildir once.
Result<Nothing> run_kills(const VolumeOptions& options, const std::string& folder);
// `options.burst` bytes lie in a source's folder at once, or as fast as they can be written, and are taken in by such
// a process; killed too where `options.kills` says so. At the end every event is in the record once, and the folder is
// empty. The memory is that of the process and its workers together.
Result<Nothing> run_burst(const VolumeOptions& options, const std::string& folder);

}  // namespace cordon::bench
