// The desk's border: which indicators it has, what its policy says of them, the bundle that a peer gets, and what a
// peer's bundle leaves here. The rules are share's; here they meet the record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/desk.h"
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

// ── out ──

// What the border says of a case and a peer, with the reason in words.
struct Explained {
  Decision decision;
  std::string why;
};
Result<Explained> explain(Desk& desk, const CaseId& case_id, const std::string& to);

// Every indicator of the desk, judged for one peer, and the file that it gets. A border officer who had a part in a
// case leaves it out (charter 10). The offer is on record and in the log before the file is given.
struct LeftOut {
  CaseId case_id;
  Explained because;
};
struct Exported {
  std::string file;
  BundleOffered event;
  std::vector<LeftOut> left_out;
};
Result<Exported> export_to(Desk& desk, const std::string& to, const Officer& border_officer, const Officer& approver);

// ── in ──
struct Taken {
  ReferencesReceived event;
  std::vector<RefusedItem> refused;
};
Result<Taken> receive_file(Desk& desk, std::string_view file);

}  // namespace cordon
