// A folder of indexes that changes while it is read: one large base, and over it one small change, which adds,
// replaces and withdraws. A change is live in a second, and a reader always holds a pair that belongs together.
//
//   auto publisher = TRY(IndexPublisher::open("desk/index", key, random, clock));
//   TRY(publisher.change({indicator}));             // desk/index/current names another pair now
//
//   auto reader = TRY(IndexReader::open("desk/index", key.public_key()));
//   const auto generation = reader.current();       // whoever holds it keeps it, whatever is published meanwhile
//   generation->lookup(queries, today, answers);    // answers[i].generation == generation->number()
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sign.h"
#include "match/index.h"
#include "match/index_builder.h"

namespace cordon {

class Generation {
 public:
  // What a path holds: an index file, which is then all there is, or a folder's newest pair. With a `key`, only what it
  // signed is taken.
  static Result<std::shared_ptr<const Generation>> open(const std::string& path, std::optional<PublicKey> key = {});

  std::uint64_t number() const { return number_; }  // rises by one with each publication, a roll back included
  const Index& base() const { return *base_; }
  const Index* change() const { return change_.get(); }
  const Index& newest() const { return change_ ? *change_ : *base_; }

  // As Index::lookup and find, of both together. A withdrawal in the change beats additions of the same thing in
  // either; an entry of the change replaces the base's of the same thing, reach and source.
  void lookup(std::span<const Query> queries, Day today, std::span<Matched> answers,
              Certainty certainty = Certainty::Text, Lanes lanes = Lanes::Best) const;
  std::vector<Concerning> find(const Query& query, Day today) const;
  std::vector<Concerning> find(const Observable& observable, Day today) const;
  Entry entry(EntryRef ref) const;  // of an answer of this very generation
  // Every entry that is neither withdrawn nor replaced.
  Result<Nothing> for_each(const std::function<Result<Nothing>(const Entry&)>& each) const;
  Result<Nothing> verify() const;

 private:
  friend class IndexReader;
  friend class IndexPublisher;
  struct Held;
  std::vector<Held> held(const Query& query, Day today) const;
  std::uint64_t number_ = 0;
  std::shared_ptr<const Index> base_, change_;
};

class IndexReader {
 public:
  // With a `key`, only what it signed is taken. NotFound where nothing was published yet.
  static Result<IndexReader> open(const std::string& folder, std::optional<PublicKey> key = {});
  IndexReader(IndexReader&&) noexcept;
  ~IndexReader();
  // The newest one that could be read; looks at the folder ten times a second at most. From any thread.
  std::shared_ptr<const Generation> current() const;
  // Why the newest could not be read, if so: the last good one goes on answering.
  std::optional<Error> trouble() const;

 private:
  struct State;
  explicit IndexReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One at a time for a folder, by a lock. What is published is on the disk when the call returns; a process that ends
// anywhere inside of a call leaves the generation before or the new one. From any thread, one call at a time; merge()
// alone may run beside the others.
class IndexPublisher {
 public:
  // Conflict: another process publishes there.
  static Result<IndexPublisher> open(const std::string& folder, SecretKey key, Random& random, const Clock& clock);
  IndexPublisher(IndexPublisher&&) noexcept;
  ~IndexPublisher();

  // All return the number of the new generation.
  Result<std::uint64_t> replace(IndexBuilder base);                           // another base and no change
  Result<std::uint64_t> change(std::span<const ListedIndicator> indicators);  // on top of the change that there is
  Result<std::uint64_t> merge();      // a base of both, without what has expired; takes as long as a build
  Result<std::uint64_t> roll_back();  // the pair before this one, under a new number; twice gives this one again
  std::uint64_t changes() const;      // how many entries the change holds: whoever publishes merges when it grows

 private:
  struct State;
  explicit IndexPublisher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cordon
