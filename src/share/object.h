// What may stand at a border (charter 9.1): kinds of objects, their labels, and the indicator, the one object that a
// desk offers so far. No type here has a place for a reporter, a victim, an officer or the text of a report, so that
// no policy, however written, can let one through (charter 9.3, B3).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "law/matter.h"
#include "observable/observable.h"

namespace cordon {

enum class ObjectKind {
  Indicator,
  CaseSummary,
  EvidenceDescriptor,
  EvidencePayload,
  Request,  // to act
  Outcome,
  Alert,       // "your network is abused"
  Correction,  // a recall or revocation of what the peer received
  Statistic,   // and digests, proofs, the annex: public data
};
std::string_view name(ObjectKind kind);  // "indicator", "case_summary", …
Result<ObjectKind> parse_object_kind(std::string_view text);

enum class ObjectState { Active, Disputed, Revoked, Expired, InterimRelief };

Result<Category> parse_category(std::string_view text);  // parse_matter; an exposure is Refused: it never crosses

// What the policy looks at, and all that it can see.
struct BorderObject {
  ObjectKind kind = ObjectKind::Indicator;
  std::optional<Category> category;  // every kind has one but corrections and statistics
  std::set<ObservableKind> observables;
  Tlp tlp = Tlp::Red;
  Pap pap = Pap::Red;
  ObjectState state = ObjectState::Active;
  std::string origin;  // the desk that it comes from
  bool onward_ok = false;
  bool residency_lock = false;   // personal kinds are locked whatever this says (charter 8.2)
  bool transfer_basis = false;   // a legal basis for the transfer is on file
  bool sensitive = false;        // the target's holder is guarded (charter 11.3)
  bool victim_data = false;      // it says something about a victim or an uninvolved third party
  bool victim_wish = false;      // C11: the person shown asked for it
  bool mla_reference = false;    // a formal request with its number
  bool in_public_feed = false;   // anybody can read it already
  bool received_before = false;  // this peer holds it
  std::optional<Instant> expires_at;
};

// A shared identifier: made of a case in which two officers approved an act that was sent.
struct Indicator {
  std::string id;  // of STIX: "indicator--" and a UUID of version 5 (DESIGN 2.4)
  Category category;
  Observable observable;
  std::string national_article;
  Tlp tlp;
  Pap pap;
  Instant created, modified, valid_from, expires_at;
  std::string origin;
  ObjectState state = ObjectState::Active;
  bool sensitive = false;
  bool in_public_feed = false;
  bool received_before = false;
};
BorderObject describe(const Indicator& indicator, ObjectKind as);  // as Indicator or as Correction

}  // namespace cordon
