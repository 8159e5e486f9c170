// The member annex: which article of national law gives the operator its power, for each category (charter 0.3).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "law/matter.h"

namespace cordon {

class Annex {
 public:
  // {"state": "…", "fictitious": true, "articles": {"phishing": "…"}, "redress": "…"}; a name outside the closed list
  // is Refused, an empty article Malformed.
  static Result<Annex> read(const Json& settings);
  const std::string& state() const { return state_; }
  bool fictitious() const { return fictitious_; }           // every notice then carries a watermark
  const std::string& redress() const { return redress_; }   // where a recipient complains, in words
  std::optional<std::string> article(Matter matter) const;  // exposure needs none and has none
  Digest digest() const;

 private:
  std::string state_, redress_;
  bool fictitious_ = false;
  std::map<Matter, std::string> articles_;
};

}  // namespace cordon
