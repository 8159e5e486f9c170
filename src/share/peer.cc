#include "share/peer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "share/object.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<PeerRole, std::string_view>, 5> kRoles{{
    {PeerRole::Member, "member"},
    {PeerRole::Observer, "observer"},
    {PeerRole::DialoguePartner, "dialogue_partner"},
    {PeerRole::Guest, "guest"},
    {PeerRole::Candidate, "candidate"},
}};

Json categories_json(const std::set<Category>& categories) {
  Json::Array list;
  for (const Category category : categories) list.emplace_back(name(category));
  return list;
}

Result<std::set<Category>> read_categories(const Json& body, std::string_view key) {
  std::set<Category> categories;
  for (const Json& text : TRY(body.list(key)))
    categories.insert(TRY(parse_category(text.string() ? *text.string() : std::string())));
  return categories;
}

Result<Peer> peer_of(const Json& body) {
  const Json* peer = body.find("peer");
  if (peer == nullptr) return fail(Fault::Malformed, "there is no peer in it", "peer");
  return read_peer(*peer);
}

Result<PeerSigners> signed_by_two(const Officer& border_officer, const Officer& approver) {
  TRY(may(border_officer, Act::KeepPeers));
  TRY(may(approver, Act::CountersignPeers));
  if (border_officer.id == approver.id)
    return fail(Fault::Refused, "a peer takes two people, a border officer and an approver (charter 10)");
  return PeerSigners{border_officer.id, approver.id};
}

constexpr std::array<std::pair<HeadState, std::string_view>, 5> kHeadStates{{
    {HeadState::First, "first"},
    {HeadState::Same, "same"},
    {HeadState::Grown, "grown"},
    {HeadState::Older, "older"},
    {HeadState::Split, "split_view"},
}};

Json head_json(const PeerHead& head) { return Json::Object{{"size", head.size}, {"root", head.root.hex()}}; }

Result<PeerHead> read_head(const Json& body) {
  PeerHead head;
  head.size = TRY(body.number("size"));
  head.root = TRY(parse_digest(TRY(body.text("root"))));
  return head;
}

}  // namespace

std::string_view name(PeerRole role) {
  return std::find_if(kRoles.begin(), kRoles.end(), [&](const auto& row) { return row.first == role; })->second;
}

Result<PeerRole> parse_peer_role(std::string_view text) {
  if (text == "partner") return PeerRole::DialoguePartner;
  std::vector<std::string> names;
  for (const auto& [role, word] : kRoles) {
    if (word == text) return role;
    names.emplace_back(word);
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no role of a peer; there are " + join(names, ", ") +
                                  ", and partner for dialogue_partner");
}

std::string_view name(PeerState state) { return state == PeerState::Active ? "active" : "suspended"; }

Result<PeerState> parse_peer_state(std::string_view text) {
  if (text == "active") return PeerState::Active;
  if (text == "suspended") return PeerState::Suspended;
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a peer");
}

std::string_view name(HeadState state) {
  return std::find_if(kHeadStates.begin(), kHeadStates.end(), [&](const auto& row) { return row.first == state; })
      ->second;
}

Result<HeadState> parse_head_state(std::string_view text) {
  const auto row =
      std::find_if(kHeadStates.begin(), kHeadStates.end(), [&](const auto& r) { return r.second == text; });
  if (row == kHeadStates.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no state of a head");
  return row->first;
}

Result<std::string> parse_desk_origin(std::string_view text) {
  const bool shape = text.size() >= 3 && text.size() <= 120 &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '+'; }) &&
                     text.substr(0, text.find('/')).find('.') != std::string_view::npos;
  if (!shape) {
    return fail(
        Fault::Malformed,
        "'" + printable(text, 60) + "' is no desk (its log's name, like desk.example.net/log, 120 characters at most)");
  }
  return std::string(text);
}

Result<std::string> parse_country(std::string_view text) {
  const bool shape =
      text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!shape)
    return fail(Fault::Malformed, "'" + printable(text, 20) + "' is no country (two capital letters, ISO 3166-1)");
  return std::string(text);
}

Json to_json(const PeerSigners& by) {
  return Json::Object{{"border_officer", by.border_officer.text()}, {"approver", by.approver.text()}};
}

Result<PeerSigners> read_peer_signers(const Json& body) {
  const Json* by = body.find("by");
  if (by == nullptr) return fail(Fault::Malformed, "nobody signed", "by");
  OfficerId border_officer = TRY(OfficerId::parse(TRY(by->text("border_officer"))));
  OfficerId approver = TRY(OfficerId::parse(TRY(by->text("approver"))));
  if (border_officer == approver) return fail(Fault::Malformed, "one person signed twice", "by");
  return PeerSigners{std::move(border_officer), std::move(approver)};
}

Json to_json(const Peer& peer) {
  Json body = Json::Object{{"desk", peer.desk},
                           {"country", peer.country},
                           {"role", name(peer.role)},
                           {"state", name(peer.state)},
                           {"key", to_base64(peer.key)},
                           {"charter", peer.charter.hex()},
                           {"agreed", categories_json(peer.agreed)},
                           {"annex", categories_json(peer.annex)},
                           {"head_at", to_rfc3339(peer.head_at)}};
  if (!peer.log_key.empty()) body.set("log_key", peer.log_key);
  if (peer.head) body.set("head", head_json(*peer.head));
  return body;
}

Result<Peer> read_peer(const Json& body) {
  Peer peer;
  peer.desk = TRY(parse_desk_origin(TRY(body.text("desk"))));
  peer.country = TRY(parse_country(TRY(body.text("country"))));
  peer.role = TRY(parse_peer_role(TRY(body.text("role"))));
  peer.state = TRY(parse_peer_state(TRY(body.text("state"))));
  peer.key = TRY(parse_public_key(TRY(body.text("key"))));
  peer.charter = TRY(parse_digest(TRY(body.text("charter"))));
  peer.agreed = TRY(read_categories(body, "agreed"));
  peer.annex = TRY(read_categories(body, "annex"));
  peer.head_at = TRY(parse_rfc3339(TRY(body.text("head_at"))));
  peer.log_key = body.text_or("log_key");
  if (const Json* head = body.find("head")) peer.head = TRY(read_head(*head));
  return peer;
}

Json to_json(const PeerHeadSeen& event) {
  return Json::Object{{"desk", event.desk},
                      {"state", name(event.state)},
                      {"head", head_json(event.head)},
                      {"charter", event.charter.hex()},
                      {"note", event.note}};
}

Result<PeerHeadSeen> read_peer_head_seen(const Json& body) {
  PeerHeadSeen event;
  event.desk = TRY(parse_desk_origin(TRY(body.text("desk"))));
  event.state = TRY(parse_head_state(TRY(body.text("state"))));
  const Json* head = body.find("head");
  if (head == nullptr) return fail(Fault::Malformed, "a look at a log without its head");
  event.head = TRY(read_head(*head));
  event.charter = TRY(parse_digest(TRY(body.text("charter"))));
  event.note = TRY(body.text("note"));
  return event;
}

Json to_json(const PeerAdded& event) { return Json::Object{{"peer", to_json(event.peer)}, {"by", to_json(event.by)}}; }
Json to_json(const PeerChanged& event) {
  return Json::Object{{"peer", to_json(event.peer)}, {"by", to_json(event.by)}};
}
Json to_json(const PeerSuspended& event) {
  return Json::Object{{"desk", event.desk}, {"reason", event.reason}, {"by", event.by.text()}};
}

Result<PeerAdded> read_peer_added(const Json& body) {
  Peer peer = TRY(peer_of(body));
  PeerSigners by = TRY(read_peer_signers(body));
  return PeerAdded{std::move(peer), std::move(by)};
}

Result<PeerChanged> read_peer_changed(const Json& body) {
  Peer peer = TRY(peer_of(body));
  PeerSigners by = TRY(read_peer_signers(body));
  return PeerChanged{std::move(peer), std::move(by)};
}

Result<PeerSuspended> read_peer_suspended(const Json& body) {
  std::string desk = TRY(parse_desk_origin(TRY(body.text("desk"))));
  std::string reason = TRY(body.text("reason"));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return PeerSuspended{std::move(desk), std::move(reason), std::move(by)};
}

Result<PeerAdded> add_peer(Peer peer, const std::string& own_desk, const Officer& border_officer,
                           const Officer& approver) {
  if (peer.desk == own_desk) return fail(Fault::Refused, "a desk is no peer of itself", peer.desk);
  PeerSigners by = TRY(signed_by_two(border_officer, approver));
  return PeerAdded{std::move(peer), std::move(by)};
}

Result<PeerChanged> change_peer(Peer peer, const Officer& border_officer, const Officer& approver) {
  PeerSigners by = TRY(signed_by_two(border_officer, approver));
  return PeerChanged{std::move(peer), std::move(by)};
}

PeerHeadSeen see_head(const Peer& peer, PeerHead head, const std::optional<Digest>& root_then, const Digest& charter,
                      std::string note) {
  HeadState state = HeadState::First;
  if (peer.head) {
    state = head.size == peer.head->size  ? HeadState::Same
            : head.size > peer.head->size ? HeadState::Grown
                                          : HeadState::Older;
    const bool leads_on = state == HeadState::Older || (root_then && *root_then == peer.head->root);
    if (!leads_on) state = HeadState::Split;
  }
  return {peer.desk, state, head, charter, std::move(note)};
}

Peer after_look(Peer peer, const PeerHeadSeen& event, Instant at) {
  if (event.state == HeadState::Split) {
    peer.state = PeerState::Suspended;
    return peer;
  }
  peer.charter = event.charter;
  if (event.state == HeadState::Older) return peer;
  peer.head = event.head;
  peer.head_at = std::max(peer.head_at, at);
  return peer;
}

Result<PeerSuspended> suspend_peer(const Peer& peer, const Officer& officer, std::string reason) {
  TRY(may(officer, Act::SuspendPeer));
  if (!valid_utf8(reason) || trim(reason).size() < 10 || reason.size() > 1000)
    return fail(Fault::Malformed, "a reason has 10 to 1000 characters");
  if (peer.state == PeerState::Suspended) return fail(Fault::Conflict, "it is suspended already", peer.desk);
  return PeerSuspended{peer.desk, std::move(reason), officer.id};
}

}  // namespace cordon
