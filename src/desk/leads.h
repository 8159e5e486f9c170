// What the desk's indexes know of a case's observables. A lead is a hint for whoever reads the case, never a fact
// (charter 6.10): it is looked up when it is shown and stored nowhere, and no state, gate, notice, log line or peer
// ever sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "casework/case.h"
#include "desk/index_hits.h"
#include "match/generation.h"
#include "officer/permit.h"

namespace cordon {

class Desk;

struct Lead {
  Observable about;  // of the case: its target or what was seen beside it, or the host of such a url
  Hit hit;
  std::uint64_t generation;
};

// What `reader` may see of what `index` says about the case's observables. Left out are
//   what is not valid today, and the case's own active entry, which is not news to it;
//   categories out of the reader's sight, and what a case of this category may not ask (charter 8.1): it asks within
//   its own, and of C01, C02, C03 and C05 what may be looked up outside of any case, active entries of technical kinds.
//   An entry without a category is of none.
std::vector<Lead> leads_of(const Case& the_case, const Sight& reader, const Generation& index, Day today);

enum class IndexState : std::uint8_t { None, Read, Behind, NotReadable };  // behind: only an older one could be read
std::string_view name(IndexState state);                                   // "none", "read", "behind", "not_readable"

struct Leads {
  IndexState index = IndexState::None;
  std::vector<Lead> list = {};
};

// The folder that cordon.toml names. It may be missing, broken or made later: a desk works without it, and says on
// stderr when it can no longer be read and when it can again.
class ConsultedIndex {
 public:
  ConsultedIndex(std::string folder, std::optional<PublicKey> key) : folder_(std::move(folder)), key_(key) {}
  struct Now {
    IndexState state = IndexState::NotReadable;
    std::shared_ptr<const Generation> generation = {};  // none where it is not readable
  };
  Now now();  // what was published a second ago, or later

 private:
  void say(const std::optional<Error>& trouble);
  std::string folder_;
  std::optional<PublicKey> key_;
  std::optional<IndexReader> reader_;
  std::string said_;
};

// Of a case that the reader has just read, which is on record.
Leads read_leads(Desk& desk, const Permit<Act::ReadCase>& reader, const Case& the_case);

// "login[.]example[.]net": the entry's own text as a screen shows it.
std::string defanged(const Lead& lead);
Json show(const Lead& lead);
// The members that `leads` add to their case: none where no index is configured.
Json with_leads(Json the_case, const Leads& leads);

}  // namespace cordon
