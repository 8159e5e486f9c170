// Peers, what was offered to them, and what they sent.
#include "base/text.h"
#include "store/impl.h"
#include "store/store.h"

namespace cordon {

namespace {

constexpr std::string_view kPeer = "SELECT body, since, last_in, last_out FROM peer ";

Result<PeerRow> read_peer_row(const Rows& row) {  // as kPeer
  Peer peer = TRY(read_peer(TRY(parse_json(row.text(0)))));
  return PeerRow{std::move(peer), {row.integer(1)}, row.integer(2), row.integer(3)};
}

}  // namespace

Result<std::vector<PeerRow>> Store::peers() const {
  std::vector<PeerRow> peers;
  Rows rows = TRY(impl_->database.query(std::string(kPeer) + "ORDER BY desk"));
  while (TRY(rows.next())) peers.push_back(TRY(read_peer_row(rows)));
  return peers;
}

Result<PeerRow> Store::find_peer(const std::string& desk) const {
  Rows rows = TRY(impl_->database.query(std::string(kPeer) + "WHERE desk = $1", {desk}));
  if (!TRY(rows.next())) return fail(Fault::NotFound, "there is no peer '" + printable(desk, 120) + "'");
  return read_peer_row(rows);
}

Result<std::vector<Proposal>> Store::acts_sent() const {
  std::vector<Proposal> acts;
  Rows rows = TRY(impl_->database.query(
      "SELECT proposed, approved FROM proposal JOIN outbox ON outbox.proposal = proposal.id WHERE sent = 1 ORDER BY "
      "outbox.seq"));
  while (TRY(rows.next())) {
    Proposed proposed = TRY(read_proposed(TRY(parse_json(rows.text(0)))));
    Approved approved = TRY(read_approved(TRY(parse_json(rows.text(1)))));
    acts.push_back({std::move(proposed), ProposalState::Approved, std::move(approved)});
  }
  return acts;
}

Result<std::vector<std::string>> Store::offered_to(const std::string& desk, Instant since) const {
  std::vector<std::string> ids;
  Rows rows = TRY(impl_->database.query("SELECT indicator FROM offered WHERE peer = $1 AND at > $2 AND recalled = 0",
                                        {desk, since.ms}));
  while (TRY(rows.next())) ids.push_back(rows.text(0));
  return ids;
}

Result<std::vector<Crossing>> Store::crossings(std::int64_t limit) const {
  std::vector<Crossing> crossings;
  Rows rows = TRY(impl_->database.query("SELECT way, at, body FROM crossing ORDER BY seq DESC LIMIT $1", {limit}));
  while (TRY(rows.next())) {
    const Json body = TRY(parse_json(rows.text(2)));
    const Instant at{rows.integer(1)};
    if (rows.text(0) == "out") {
      crossings.push_back({at, TRY(read_bundle_offered(body))});
    } else {
      crossings.push_back({at, TRY(read_references_received(body))});
    }
  }
  return crossings;
}

Result<std::vector<Reference>> Store::references(Instant now) const {
  std::vector<Reference> references;
  Rows rows = TRY(impl_->database.query(
      "SELECT peer, body, received_at FROM reference WHERE state = 'active' AND expires_at > $1 ORDER BY peer, "
      "indicator",
      {now.ms}));
  while (TRY(rows.next())) {
    ReceivedIndicator indicator = TRY(read_received_indicator(TRY(parse_json(rows.text(1)))));
    references.push_back({rows.text(0), std::move(indicator), {rows.integer(2)}});
  }
  return references;
}

}  // namespace cordon
