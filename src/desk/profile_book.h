// Where feeds' profiles come from: those that the program comes with, by their names, and operators' own, which are
// files (docs/feeds.md).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "report/profile.h"

namespace cordon {

// A name of data/profiles, or a file: what has a '/' or ends in ".toml". An error says which file, which key, and what
// was expected.
Result<FeedProfile> load_profile(const std::string& name_or_file);
Result<FeedProfile> read_profile(std::string_view toml, const std::string& where);

// What --profile or [feeds.NAME] profile names, as the desk is told it: the profile's JSON, or the short form for the
// columns of a CSV (read_csv_profile), which has no [input].
Result<Json> profile_for_intake(const std::string& name_or_file);

}  // namespace cordon
