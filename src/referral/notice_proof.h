// The proof that goes with a notice, and what anybody makes of both without a desk: which desk wrote these exact bytes,
// which two officers approved them in which roles, and that the public log says so. To the byte:
// docs/formats/notice.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "decision/proposal.h"
#include "ledger/cosignature.h"
#include "ledger/proof_file.h"
#include "net/mail.h"

namespace cordon {

inline constexpr std::string_view kNoticeProofName = "notice.tlog-proof";

// The attachment of a letter, its bytes left out.
OutgoingPart notice_proof_part();

// ── what the approval's line in the log says of who approved (charter 5.2, 8.4) ──

// An officer outside the desk: the first 8 bytes of SHA-256("cordon/officer-key/1\n" || key) in hex.
std::string officer_key_id(const PublicKey& key);
// In the open: [{"key_id", "role"}, …], who proposed and who approved.
Json signers_in_plain(const Officer& proposer, const Officer& approver);
// Behind the commitment: their keys and signatures, so that whoever gets the opening needs nothing else.
Json signers_in_hidden(const Proposed& proposed, const Approved& approved, const Officer& proposer,
                       const Officer& approver);

// ── the proof ──

// `opening` is the line's own. Of the lines under the checkpoint the log's stays and those of these witnesses, with
// their keys: what nobody could check is left out.
Result<std::string> write_notice_proof(const InclusionProof& proof, const Json& opening,
                                       const std::vector<WitnessKey>& witnesses = {});

// "ABCD-EFGH-IJKL-MNOP": the first 10 bytes of the line's hash in the tree, in base 32. Short enough for a telephone;
// whoever has the log finds the line by it.
std::string notice_code(std::string_view leaf);

// What a mail of a desk shows, as an object (shape "NoticeVerdict"). `log_key` is the C2SP verifier key that the reader
// trusts; without one the key in the proof is used, and the verdict says so. Malformed: it is no notice, or not as a
// desk writes one; Corrupt: something does not fit what it is to prove. Pure, and meant for a confined worker.
Result<Json> check_notice(std::string_view mail, const std::string& log_key);

// ── later lines of the log about it ──

// What became of a notice: "in_force", or the state of the last line that ended or suspended it.
class NoticeState {
 public:
  explicit NoticeState(std::string notice) : notice_(std::move(notice)) {}
  void add(const Json& leaf, std::uint64_t index);  // each line behind the approval's, in order
  const std::string& state() const { return state_; }
  const std::string& since() const { return since_; }  // RFC 3339; empty while it is in force
  std::uint64_t index() const { return index_; }

 private:
  std::string notice_, state_ = "in_force", since_;
  std::uint64_t index_ = 0;
};

}  // namespace cordon
