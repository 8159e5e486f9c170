// The public numbers (charter 5.6): what this desk publishes of its log's lines, and the same again from a copy of the
// log's files.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "decision/transparency.h"
#include "desk/commands.h"

namespace cordon {

// Of every published line; counted on from where it stopped the last time. `root` is the published head's.
struct PublicNumbers {
  const Transparency& report;
  std::string root;
};
Result<PublicNumbers> public_numbers(Desk& desk);

// From the files alone: the folder is verified against the key first.
struct Recounted {
  Transparency report;
  std::string root;
};
Result<Recounted> recount(const std::string& folder, const std::string& name, const PublicKey& key);

// The lines that a later one of the log corrects: [{"line", "by", "ground"}]. Of a verified folder; a line that says it
// corrects another and does not name its hash is passed over.
Result<Json> corrections_in(const std::string& folder, std::uint64_t size);

Result<Nothing> transparency(Desk& desk, Call& call, const Emit& emit);
Result<Nothing> transparency_csv(Desk& desk, Call& call, const Emit& emit);

}  // namespace cordon
