// Makes an index of any number of indicators within a bounded memory.
//
//   IndexBuilder builder({.made = clock.now()}, random);
//   for (…) if (const auto added = builder.add(indicator); !added) count(added.error());
//   const IndexInfo info = TRY(builder.write("phishing.cidx", key));
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sign.h"
#include "match/index.h"
#include "match/indicator.h"

namespace cordon {

struct BuildOptions {
  Instant made;
  std::uint64_t generation = 1;
  std::optional<Digest> base = {};              // makes a delta: only that may hold withdrawals
  std::size_t memory = std::size_t{512} << 20;  // held before it is spooled
  std::string spool = ".";                      // the folder for what does not fit
};

class IndexBuilder {
 public:
  // `random` gives the key of the fingerprints. The same key and the same set give the same bytes, in whatever order
  // they are added.
  IndexBuilder(BuildOptions options, Random& random);
  IndexBuilder(IndexBuilder&&) noexcept;
  ~IndexBuilder();

  // Refused or Malformed says why check_indicator() did not let it in, and leaves the builder as it was. Any other
  // fault (the spool's disk) ends the build. The same entry twice is one.
  Result<Nothing> add(const ListedIndicator& indicator);
  std::uint64_t added() const;

  // Once. A temporary file, fsync, rename over `path`, fsync of the folder.
  Result<IndexInfo> write(const std::string& path, const SecretKey& key);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cordon
