// STIX 2.1 (OASIS, 2021): the bundle that a peer gets, written field by field from an allow-list, and the envelope
// that signs it. docs/border.md shows both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "observable/stix_terms.h"
#include "share/exportable.h"

namespace cordon {

std::string stix_identity(std::string_view desk);  // "identity--…", a public value
std::string stix_extension();                      // "extension-definition--…", the same in every desk

// An indicator's id says nothing to who doesn't hold the indicator: it is keyed with a secret of the desk. The same
// desk gives the same id to all peers, so that they can tell a double from a second source. A redacted form of it
// would be another object under another id, never this id with other content (interchange rule 5).
std::string stix_indicator_id(std::string_view key, Category category, const Observable& observable);

struct Parcel {  // what goes into the envelope beside the bundle
  std::string from, to;
  Digest charter;
  Instant at;
  std::int64_t sequence = 0;  // of this pair of desks, from 1
};

// A bundle for one peer. All exportables were decided for that peer.
Json write_bundle(const std::vector<Exportable>& objects, const Parcel& parcel);

// The file: canonical JSON (RFC 8785) of {at, bundle, charter, extension_definition, from, key, sequence,
// signature, to} and a line feed. The
// signature covers everything but itself: kEnvelopeHeading, then the same bytes without the member "signature".
inline constexpr std::string_view kEnvelopeHeading = "cordon/border-envelope/1\n";
inline constexpr std::size_t kLargestEnvelope = 16u << 20;
inline constexpr std::size_t kMostObjects = 10'000;
std::string seal_envelope(Json bundle, const Parcel& parcel, const SecretKey& key);
// The bytes that the signature of such a file covers; Malformed when there is none.
Result<std::string> signed_part(std::string_view file);

// Event: a bundle was made for a peer by two officers. What it held is a blob of the desk. What was looked at for it
// and held back stands beside it with the decision, so that the event is also the record of that reading.
struct OfferedItem {
  CaseId case_id;
  std::string indicator;  // its STIX id
  bool recalled = false;
  std::string rule;  // that let it pass; of events before this was kept, ""
};
struct WithheldItem {
  CaseId case_id;
  Decision decision;  // without duties: nothing went that they could bind
};
struct BundleOffered {
  std::string to;
  std::int64_t sequence = 0;
  Instant at;
  Digest file, policy;
  std::vector<OfferedItem> items;
  PeerSigners by;
  std::vector<WithheldItem> withheld = {};
  // Where the file lies, encrypted; under its own digest in desks of before (store/blobs.h).
  std::optional<Digest> blob = {};
  const Digest& file_blob() const { return blob ? *blob : file; }
};
Json to_json(const BundleOffered& event);
Result<BundleOffered> read_bundle_offered(const Json& body);

}  // namespace cordon
