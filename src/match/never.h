// What no indicator may be, whoever lists it: a name, an address or a file that belongs to everybody would make every
// mail and every log a hit (reliability 1.5, threat 16). The lists lie in data/never and in the program itself; an
// operator can add to them and take nothing away (docs/decisions/0013).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "match/indicator.h"

namespace cordon {

// Why something is not let into an index. Closed: a new way to be wrong gets a name here, and a row in name().
enum class Refusal : std::uint8_t {
  // it names too much
  Pattern,       // a wildcard or an expression
  PublicSuffix,  // "co.uk": everybody's name ends so
  Platform,      // a large platform itself
  ListedPage,    // a search, hashtag, topic, trend or feed page
  TopSite,       // a site that everybody uses, or what lies below it
  SharedHost,    // a host where anybody can put something: only one item there is a fair target
  HostRoot,      // the front page of such a host or site
  BroadPath,     // a path prefix that is a whole host, or is on a host of many, or a path with no host at all
  BroadRange,    // a block of addresses as a target, or wider than /16 (v6: /32)
  // it names the wrong one
  SharedAddress,   // an address of a CDN, of a cluster for web hosting or of parked names
  Infrastructure,  // of resolvers, root servers, certificate status, sinkholes
  Reserved,        // for documents and private networks (RFC 2606, 5737, 6761, 6890)
  TrivialFile,     // the hash of an empty file, of zeros, of the smallest picture
  TrustedRoot,     // a certificate that every browser trusts
  Guarded,         // its holder is sensitive (charter 11.3)
  OperatorList,    // on a list that this operator added
  // the charter does not hold it
  Category,     // no such category, or it holds no such kind (charter 4.4)
  NoCase,       // an active one without a category or a case
  BlastRadius,  // it hits too much of a sample of ordinary traffic
};
std::string_view name(Refusal reason);   // "pattern", "public_suffix", …
std::string_view about(Refusal reason);  // one line for an operator
std::span<const Refusal> refusals();     // all, in their order

struct Refused {
  Refusal reason;
  std::string by;  // what says so: an entry of a list ("google.com", "103.21.244.0/22"), a hash, a rule of the charter
  bool operator==(const Refused&) const = default;
};

class NeverList {
 public:
  NeverList();  // empty
  NeverList(const NeverList& other);
  NeverList(NeverList&& other) noexcept;
  ~NeverList();
  // The lists that the program carries.
  static const NeverList& bundled();

  // One entry a line, "#" for comments: hosts, addresses, ranges, hashes, urls; or a MISP warning list (JSON, whose
  // regular expressions are left out: no expression runs on outside text). A name covers what lies under it.
  Result<Nothing> add(std::string_view text, const std::string& where);
  // Hosts of sensitive holders (charter 11.3), one a line.
  Result<Nothing> add_guarded(std::string_view text, const std::string& where);
  // For a trial with names and addresses of documents (RFC 2606, 5737), which are refused otherwise.
  void allow_reserved() { reserved_allowed_ = true; }
  std::size_t size() const;
  bool empty() const;
  std::size_t left_out() const { return left_out_; }  // lines that were nothing of it

  // Why it may not be in an index; nothing where it may. A guarded holder stops every active indicator, and every
  // other one that is not of C01, C02 or C05 (charter 11.3: media get hacked too, and their owner is to be told).
  std::optional<Refused> judge(const ListedIndicator& indicator) const;
  // The lists' word about a thing alone, as an exact target.
  std::optional<Refused> judge(const Observable& observable) const;
  // The entry that holds this host, file or address, an address of a url or mailbox too: what `cordon scan` marks.
  std::optional<Refused> holds(const Observable& observable) const;
  // The guard's entry for its host.
  std::optional<Refused> guarded(const Observable& observable) const;

 private:
  struct Lists;
  std::unique_ptr<Lists> lists_;
  std::size_t left_out_ = 0;
  bool reserved_allowed_ = false;
};

// Why parse_observable() says no to `text`, in this list's words; nothing where it is merely malformed, or is fine.
std::optional<Refused> refused_text(ObservableKind kind, std::string_view text);

}  // namespace cordon
