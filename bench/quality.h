// How exact the scanner is, on texts that others wrote and marked. Each set says what must be found; what is not, and
// what is found beyond it, is listed for a person to read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/figures.h"
#include "observable/observable.h"
#include "observable/scan.h"

namespace cordon::bench {

// A Find that owns its texts.
struct Seen {
  FoundKind kind;
  HeldBack held_back;
  bool defanged;
  std::uint64_t offset, length;
  std::string written, canonical;
};

// Every find in a text, those that are held back apart.
class Sight {
 public:
  explicit Sight(std::string_view text);

  const std::vector<Seen>& finds() const { return finds_; }
  const std::vector<Seen>& held_back() const { return held_back_; }
  std::size_t line_of(std::uint64_t offset) const;  // from 1
  // The finds that begin in a line, or in the few before it: the truth's makers also counted form feeds and Unicode's
  // line separators as ends.
  std::vector<const Seen*> in_line(std::size_t line) const;

 private:
  std::vector<Seen> finds_, held_back_;
  std::vector<std::uint64_t> line_starts_;
};

// The canonical text of `value`; Malformed or Refused where the kind's parser says so.
Result<std::string> canonical_of(FoundKind kind, std::string_view value);

enum class Verdict {
  Found,   // that value, of that kind
  Inside,  // as the host of a url or a mailbox, a hash in one, the start of a longer find, or without a "?" at its end
  HeldBack,  // only with --loose
  NoTarget,  // the kind's parser refuses it by the charter: no search could ask for it
  Unparsed,  // the marked text is no value of its kind: cut, or two things in one
  Missed,
};

// What became of each thing that a set says is there.
class Sheet {
 public:
  explicit Sheet(std::string set) : set_(std::move(set)) {}
  // `group` is a line of the table ("hash", "url"); `note` is for the list.
  void add(const std::string& group, Verdict verdict, const std::string& note);
  void beyond(const std::string& group, const std::string& note) { beyond_[group].push_back(note); }

  // found and inside over everything that is a value at all
  double recall(const std::string& group) const;
  void print(const Options& options, const std::map<std::string, double>& goals) const;
  bool reached(const std::map<std::string, double>& goals) const;

 private:
  std::string set_;
  std::map<std::string, std::map<Verdict, std::vector<std::string>>> rows_;
  std::map<std::string, std::vector<std::string>> beyond_;
};

// Judges one claim against the finds of a place.
Verdict judge(FoundKind kind, std::string_view value, const std::vector<const Seen*>& finds,
              const std::vector<const Seen*>& held_back, std::string* how);

// The sets. True where every goal is reached; a folder that is not there says so and is no failure.
bool judge_eset(const Options& options, const std::string& data);
bool judge_unit42(const Options& options, const std::string& data);
bool judge_volexity(const Options& options, const std::string& data);
bool judge_iocextract(const Options& options, const std::string& data);
bool judge_vectors(const Options& options, const std::string& data);
bool judge_benign(const Options& options, const std::string& data);

}  // namespace cordon::bench
