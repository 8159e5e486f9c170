// `cordon evidence move`: all blobs of a desk to another home, each hashed on its way out and again where it came to.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "desk/settings.h"

namespace cordon {

// `to` is "s3://bucket/prefix", with the rest of [evidence] in cordon.toml beforehand, or "files". When it returns,
// cordon.toml names the new home; what lies in the old one stays. Doing it again goes on where it stopped.
Result<Json> move_evidence(const Paths& paths, const std::string& to);

}  // namespace cordon
