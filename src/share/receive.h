// What other desks send: an envelope is read inside a confined worker, checked against what is known of its sender,
// and its indicators are taken in as references, which never act (charter 6.10). Corrections always pass (B13).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "share/peer.h"
#include "share/policy.h"
#include "share/stix.h"

namespace cordon {

// One indicator of an envelope, every field parsed by its own parser.
struct ReceivedIndicator {
  std::string id;
  Instant modified, valid_until;
  Category category;
  Observable observable;
  Tlp tlp;
  Pap pap;
  std::set<Duty> duties;
};
Json to_json(const ReceivedIndicator& indicator);
Result<ReceivedIndicator> read_received_indicator(const Json& json);

struct RefusedItem {  // counted, and said by name; none of its content is kept
  std::string id;     // as far as it is one
  std::string code;   // "outside_the_list", "label", …
  std::string reason;
};
struct Envelope {
  std::string from, to;
  Digest charter;
  PublicKey key;
  Signature signature;
  Instant at;
  std::int64_t sequence = 0;
  std::vector<ReceivedIndicator> indicators;
  std::vector<std::string> recalled;  // ids
  std::vector<RefusedItem> refused;
};
Json to_json(const Envelope& envelope);
Result<Envelope> envelope_from_json(const Json& json);

// Reads a whole file. Malformed when the envelope is not as seal_envelope() writes it (not canonical, too large, too
// many objects); an object that is not as it must be is refused alone. A bundle's other objects (identities,
// markings, definitions) are not looked at. Meant for the worker; reading elsewhere is for tests.
Result<Envelope> read_envelope(std::string_view file);
// The same in a confined child.
Result<Envelope> read_envelope_confined(std::string_view file);

// What is recorded of a peer's objects. The file's indicators lie in a blob, so that they can be forgotten.
struct ReferencesReceived {
  std::string from;
  std::int64_t sequence = 0;
  Instant at;    // the sender's time
  Digest taken;  // of the blob: write_references()
  std::int64_t references = 0, recalls = 0;
  std::map<std::string, std::int64_t> refused;  // code → how many
};
Json to_json(const ReferencesReceived& event);
Result<ReferencesReceived> read_references_received(const Json& body);

struct References {  // the blob
  std::vector<ReceivedIndicator> taken;
  std::vector<std::string> recalled;
};
std::string write_references(const References& references);
Result<References> read_references(std::string_view blob);

// Everything that can be said against the envelope as a whole, in this order: the sender is no peer (Refused), the
// signature doesn't hold (NotFound: a verification said no), it is meant for another desk (Refused), it was taken in
// before (Conflict). `last_sequence` is the greatest that was taken in from this peer.
Result<Nothing> check_envelope(const Envelope& envelope, std::string_view file, const Peer* peer, const Self& self,
                               std::int64_t last_sequence);

// Decides about each object. B1 (peer not active, another charter, too old) refuses all indicators; where there is
// nothing to recall either, that is an error (Refused). `refused` of the envelope goes on with what is refused here.
struct Reception {
  References references;
  std::vector<RefusedItem> refused;
};
Result<Reception> receive(const Envelope& envelope, const Peer& peer, const Self& self, Instant now);

// One row of the table that all of this ends in.
struct Reference {
  std::string peer;
  ReceivedIndicator indicator;
  Instant received_at;
};

}  // namespace cordon
