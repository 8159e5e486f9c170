// What an index says of the finds of a text. A hit is a lead for an officer, never a fact by itself (charter 6.10).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "match/generation.h"
#include "observable/scan.h"

namespace cordon {

struct Hit {
  std::string asked;  // the find itself, or the host of a url
  Match match;
  Entry entry;
  int age_days;        // since its source first named it
  std::size_t others;  // entries that also concern it
};

class IndexHits {
 public:
  static constexpr std::size_t kTogether = 64;  // finds are best asked about so many at a time

  // A file or a folder (Generation::open). The key that must have signed it; any, where there is none.
  static Result<IndexHits> open(const std::string& path, const std::string& signed_by, Day today);
  // Of each find its hits, the nearest first: of the thing itself, then of its host. Safe from any number of threads.
  std::vector<std::vector<Hit>> of(std::span<const Find> finds) const;

 private:
  IndexHits(std::shared_ptr<const Generation> index, Day today) : index_(std::move(index)), today_(today) {}
  std::shared_ptr<const Generation> index_;
  Day today_;
};

Json show(const Hit& hit);
// "listed by list-a (reference, exact, 12 days)"
std::string in_a_line(const Hit& hit);

}  // namespace cordon
