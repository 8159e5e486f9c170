// What a Store holds; its functions are in store.cc and, by subject, beside it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/keyed_digest.h"
#include "store/database.h"
#include "store/fingerprints.h"
#include "store/rows.h"
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
  RunKey key_of_fold(std::string_view fold_key) const;
  mutable std::optional<KeyedDigest> keyed = {};
  // The keys of all cases, so that a key which has none is not asked of the database; from the first large batch on.
  mutable std::optional<Fingerprints> case_keys = {};
  mutable std::optional<std::pair<Digest, RunReading>> last_run = {};  // that a report was read of
  // The keys of what a rule has spoken of, in the same way; from the first question on.
  struct Told {
    std::int64_t rule = 0;  // its row in the journal
    Fingerprints keys;
  };
  mutable std::map<RuleId, Told> told = {};
  Result<const Told*> told_by(const RuleId& id) const;
  void take_up(const AlertItemsKept& kept) const;
  // What was appended, after its commit: the sorted runs and the cases' keys get what they would read of it.
  void take_up(const BatchTaken& batch, const BatchAtHand& at_hand, const JournalRow& row) const;
  void take_up(const CaseOpened& opened) const;
  Result<std::pair<BatchTaken, Instant>> batch_at(std::int64_t seq) const;
  RunReading run_of(const BatchTaken& batch) const;
  // The item there, of a run that is read in parts: Corrupt where the sorted runs do not know its report at that place.
  Result<RunItem> item_at(RunReading& run, const ReportPlace& place) const;
  std::uint32_t number_of_source(const std::string& source) const;

  // Places that were cut out of batches and that the sorted runs may still name; and up to which row that is so.
  mutable std::vector<ReportPlace> to_forget = {};
  mutable std::int64_t cut_through = 0;
  Result<Nothing> finish_cuts_of_before();
  Result<Nothing> forget(Runs& from) const;
  bool cut_out(const ReportPlace& place) const;
  mutable bool to_forget_in_order = true;

  // A case by itself: its row's part of where its reports stand.
  struct Part {
    CaseId id;
    std::string matter;
    std::optional<std::string> kind, target, split_from, frame;
    std::int64_t from_seq = 0, from_position = 0;
  };
  Result<std::vector<Part>> parts_of(const CaseId& id) const;  // it first, then those joined into it
  Result<std::vector<Placed>> placed_in(const Part& part, std::size_t limit) const;
};

}  // namespace cordon
