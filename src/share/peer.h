// The desks that this one exchanges objects with (charter 2.2, 6.11): who they are, in which role, under which key.
#pragma once

#include <cstdint>
#include <optional>
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

// A head of a peer's log, as its key signed it.
struct PeerHead {
  std::int64_t size = 0;
  Digest root;
  bool operator==(const PeerHead&) const = default;
};

struct Peer {
  std::string desk;     // the origin of its log, "desk.example.net/log"
  std::string country;  // ISO 3166-1 alpha-2
  PeerRole role = PeerRole::Guest;
  PeerState state = PeerState::Active;
  PublicKey key;  // signs its bundles
  Digest charter;
  std::set<Category> agreed;          // what both desks agreed to exchange
  std::set<Category> annex;           // for which its annex names an article
  Instant head_at;                    // when its log was last seen in order
  std::string log_key = {};           // its log's verifier key (C2SP vkey); empty until two officers enter it
  std::optional<PeerHead> head = {};  // the newest that was seen of its log
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
// Two histories under one key, or another charter: what a look at a peer's log found (charter 6.11, 9.3 B1).
enum class HeadState {
  First,
  Same,
  Grown,
  Older,  // shorter than what was seen: the peer grows stale unless its log comes back
  Split,  // it contradicts what was seen: cut both ways at once
};
std::string_view name(HeadState state);
Result<HeadState> parse_head_state(std::string_view text);
struct PeerHeadSeen {
  std::string desk;
  HeadState state = HeadState::First;
  PeerHead head;
  Digest charter;    // that it names
  std::string note;  // the signed checkpoint: of a split view, one half of the proof
};
Json to_json(const PeerAdded& event);
Json to_json(const PeerChanged& event);
Json to_json(const PeerSuspended& event);
Result<PeerAdded> read_peer_added(const Json& body);
Result<PeerChanged> read_peer_changed(const Json& body);
Result<PeerSuspended> read_peer_suspended(const Json& body);
Json to_json(const PeerHeadSeen& event);
Result<PeerHeadSeen> read_peer_head_seen(const Json& body);

// ── decisions, pure ──
Result<PeerAdded> add_peer(Peer peer, const std::string& own_desk, const Officer& border_officer,
                           const Officer& approver);
Result<PeerChanged> change_peer(Peer peer, const Officer& border_officer, const Officer& approver);
// `root_then`: what its files give for the size that was seen before; nothing where they are shorter than that.
PeerHeadSeen see_head(const Peer& peer, PeerHead head, const std::optional<Digest>& root_then, const Digest& charter,
                      std::string note);
// What it means for the peer. A split view suspends it; another charter, or a log that does not come back, makes B1
// refuse it both ways.
Peer after_look(Peer peer, const PeerHeadSeen& event, Instant at);
Result<PeerSuspended> suspend_peer(const Peer& peer, const Officer& officer, std::string reason);

}  // namespace cordon
