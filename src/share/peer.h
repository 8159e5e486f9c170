// The desks that this one exchanges objects with (charter 2.2, 6.11): who they are, in which role, under which key.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "law/terms.h"
#include "officer/officer.h"

namespace cordon {

// A role is a ceiling of what may be offered (charter 9.4), and gives nobody an order over another desk.
enum class PeerRole { Member, Observer, DialoguePartner, Guest, Candidate };
std::string_view name(PeerRole role);  // "dialogue_partner"
// "partner" is the narrower dialogue_partner until two people raise it (charter 2.2).
Result<PeerRole> parse_peer_role(std::string_view text);

enum class PeerState { Active, Suspended };
std::string_view name(PeerState state);
Result<PeerState> parse_peer_state(std::string_view text);

struct Peer {
  std::string desk;     // the origin of its log, "desk.example.net/log"
  std::string country;  // ISO 3166-1 alpha-2
  PeerRole role = PeerRole::Guest;
  PeerState state = PeerState::Active;
  PublicKey key;  // signs its bundles
  Digest charter;
  std::set<Category> agreed;  // what both desks agreed to exchange
  std::set<Category> annex;   // for which its annex names an article
  Instant head_at;            // when its log was last seen in order
  bool operator==(const Peer&) const = default;
};
Json to_json(const Peer& peer);
Result<Peer> read_peer(const Json& body);

// 3 to 120 printable ASCII characters without spaces, a host name first: what a log may be called.
Result<std::string> parse_desk_origin(std::string_view text);
Result<std::string> parse_country(std::string_view text);

// Two officers with different roles (charter 10: "change peer" takes two).
struct PeerSigners {
  OfficerId border_officer, approver;
};
Json to_json(const PeerSigners& by);
Result<PeerSigners> read_peer_signers(const Json& body);  // the member "by" of an event

struct PeerAdded {
  Peer peer;
  PeerSigners by;
};
struct PeerChanged {  // the whole peer as it is from now on; also ends a suspension
  Peer peer;
  PeerSigners by;
};
struct PeerSuspended {  // one person does, for suspending harms nobody's rights
  std::string desk;
  std::string reason;
  OfficerId by;
};
Json to_json(const PeerAdded& event);
Json to_json(const PeerChanged& event);
Json to_json(const PeerSuspended& event);
Result<PeerAdded> read_peer_added(const Json& body);
Result<PeerChanged> read_peer_changed(const Json& body);
Result<PeerSuspended> read_peer_suspended(const Json& body);

// ── decisions, pure ──
Result<PeerAdded> add_peer(Peer peer, const std::string& own_desk, const Officer& border_officer,
                           const Officer& approver);
Result<PeerChanged> change_peer(Peer peer, const Officer& border_officer, const Officer& approver);
Result<PeerSuspended> suspend_peer(const Peer& peer, const Officer& officer, std::string reason);

}  // namespace cordon
