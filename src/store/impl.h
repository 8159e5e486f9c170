// What a Store holds; its functions are in store.cc and, by subject, beside it.
#pragma once

#include "store/database.h"
#include "store/store.h"

namespace cordon {

struct Store::Impl {
  mutable Database database;
  Blobs blobs;
  Volume volume;
  std::optional<RequestTaken> waiting = {};  // begin_request()

  // The reports of all batches, by their name and by what they are folded by.
  struct Runs {
    SortedRuns reports, folds;
  };
  mutable std::optional<Runs> runs = {};  // from the first question on
  // Opened, and every batch of the journal is in.
  Result<Runs*> caught_up() const;
  RunKey key_of_fold(const std::string& fold_key) const;
  Result<std::pair<BatchTaken, Instant>> batch_at(std::int64_t seq) const;
};

}  // namespace cordon
