// A sample of ordinary traffic, a log or a text: what hits much of it names something that ordinary people use, and is
// held back with the count (reliability F7, threat 16).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "match/index.h"
#include "match/indicator.h"
#include "observable/scan.h"

namespace cordon {

// What a find in a text asks an index: itself, and of a url its host too; how many of `asked` are filled. None for a
// context kind. The texts are the find's own.
std::size_t asked_by(const Find& find, std::array<Query, 2>& asked);

class TrafficSample {
 public:
  // More than `most_hits` is too much.
  explicit TrafficSample(std::uint64_t most_hits) : most_hits_(most_hits) {}
  std::uint64_t most_hits() const { return most_hits_; }
  // Finds of a text; a sample of many files is added file by file. Unavailable past 20 million different names.
  Result<Nothing> add(const std::string& path);
  void add(const Find& find);
  std::uint64_t finds() const { return finds_; }

  // How many finds of the sample the indicator would have hit.
  std::uint64_t hits(const ListedIndicator& indicator) const;

 private:
  std::uint64_t most_hits_;
  std::uint64_t finds_ = 0;
  // Under the kind's name: "domain harmful.net"; names below one count for it as ".harmful.net", paths below one as
  // "/harmful.net/a".
  std::unordered_map<std::string, std::uint64_t> counts_;
  std::map<std::pair<bool, std::array<std::uint8_t, 16>>, std::uint64_t> addresses_;
};

}  // namespace cordon
