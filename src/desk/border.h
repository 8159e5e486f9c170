// The desk's border: which indicators it has, what its policy says of them, the bundle that a peer gets, and what a
// peer's bundle leaves here. The rules are share's; here they meet the record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
#include "officer/permit.h"
#include "share/exportable.h"
#include "share/receive.h"

namespace cordon {

Result<Policy> load_policy(const Paths& paths);  // the empty one where there is no border.toml

// The key that signs what goes to peers. Not the log's, which only the signer reads. A desk older than this key gets
// one when it is first needed.
Result<Nothing> make_node_key(const Paths& paths, Random& random);
Result<SecretKey> node_key(Desk& desk);

// What a peer's officers have to enter to make this desk a peer of theirs: {desk, key, charter, categories}.
Result<Json> introduce(Desk& desk);

// ── peers ──
Result<Nothing> add_peer(Desk& desk, Peer peer, const Officer& border_officer, const Officer& approver);
Result<Nothing> change_peer(Desk& desk, Peer peer, const Officer& border_officer, const Officer& approver);
Result<Nothing> suspend_peer(Desk& desk, const std::string& peer, const Officer& officer, std::string reason);

// Looks at a peer's log in a folder (a mirror, as `cordon log watch` keeps one): all of it is verified under the key
// that two officers entered, and its head compared with what was seen before. A split view suspends the peer, and the
// log says so; another charter, or an older head that stays, makes B1 refuse it both ways.
Result<PeerHeadSeen> look_at_peer(Desk& desk, const std::string& peer, const std::string& folder);

// ── out ──

// What the border says of a case and a peer; in_words() of desk/labels.h says why. The reading is on record.
Result<Decision> explain(Desk& desk, const Permit<Act::ReadBorder>& who, const CaseId& case_id, const std::string& to);

// Every indicator of the desk, judged for one peer, and the file that it gets. A border officer who had a part in a
// case leaves it out, and who does not see its category gives nothing of it away but a recall (charter 10). The offer
// and what was held back are on record, and the offer in the log, before the file is given.
struct Exported {
  std::string file;
  BundleOffered event;
};
Result<Exported> export_to(Desk& desk, const std::string& to, const Officer& border_officer, const Officer& approver);

// ── what went over it and what did not, newest first; as far as the officer sees it. The reading is on record ──

struct GivenOut {
  Instant at;
  std::string to;
  std::int64_t sequence;
  CaseId case_id;
  Category category;
  Observable target;
  bool recalled;
  std::string rule;
  PeerSigners by;
};
struct HeldAtBorder {
  Instant at;
  std::string to;
  std::int64_t sequence;
  CaseId case_id;
  Category category;
  Observable target;
  Decision decision;
};
struct CameIn {
  Instant at;
  ReferencesReceived event;
};
struct BorderView {
  std::vector<PeerRow> peers;
  Policy policy;
  std::vector<GivenOut> given;  // withdrawals too
  std::vector<HeldAtBorder> held;
  std::vector<CameIn> came;
  std::vector<Reference> references;
  bool cut = false;  // there is more of them than are shown
};
inline constexpr std::int64_t kFilesShown = 100;
inline constexpr std::size_t kLinesShown = 200;  // of each list
Result<BorderView> read_border(Desk& desk, const Permit<Act::ReadBorder>& who);
// What peers list, all of it.
Result<std::vector<Reference>> list_references(Desk& desk, const Permit<Act::ReadBorder>& who);

// What an indicator made of a sent act is worth while its case stands so.
ObjectState state_of(CaseState state);
// The same with the act itself: what was recalled is revoked for good, whatever becomes of the case, and what is
// suspended is in dispute (charter 6.7, 12.24). For what crosses the border and for the desk's own indexes alike.
Result<ObjectState> state_of_indicator(const Store& store, const Case& the_case, const NoticeId& act);

// ── in ──
struct Taken {
  ReferencesReceived event;
  std::vector<RefusedItem> refused;
};
Result<Taken> receive_file(Desk& desk, std::string_view file);

}  // namespace cordon
