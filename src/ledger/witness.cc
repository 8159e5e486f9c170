#include "ledger/witness.h"

#include <algorithm>

#include "base/text.h"
#include "ledger/cosignature.h"

namespace cordon {

namespace {

constexpr std::string_view kOld = "old ";

WitnessAnswer no(int status, std::string_view words) { return {status, std::string(words) + "\n"}; }

Result<std::uint64_t> read_old_size(std::string_view line) {
  const std::string_view digits = line.starts_with(kOld) ? line.substr(kOld.size()) : std::string_view();
  const Result<std::int64_t> size = parse_integer(digits);
  if (!size || *size < 0 || static_cast<std::uint64_t>(*size) > kMostLeaves || std::to_string(*size) != digits)
    return fail(Fault::Malformed, "expected \"old N\", digits without leading zeros", "line 1");
  return static_cast<std::uint64_t>(*size);
}

}  // namespace

std::string write_add_checkpoint(const AddCheckpoint& request) {
  std::string out = std::string(kOld) + std::to_string(request.old_size) + "\n";
  for (const Digest& hash : request.proof) out += to_base64(hash.view()) + "\n";
  return out + "\n" + request.note;
}

Result<AddCheckpoint> read_add_checkpoint(std::string_view body) {
  if (body.size() > kLongestNote) return fail(Fault::Malformed, "a request has at most 1 MiB");
  AddCheckpoint out;
  for (std::size_t number = 1;; ++number) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) return fail(Fault::Malformed, "no blank line before the checkpoint");
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (number == 1) {
      out.old_size = TRY(read_old_size(line));
      continue;
    }
    if (line.empty()) break;
    if (out.proof.size() == kLongestWitnessProof) return fail(Fault::Malformed, "a proof has at most 63 hashes");
    const Result<Digest> hash = read_hash(line);
    if (!hash) return fail(Fault::Malformed, hash.error().message, "line " + std::to_string(number));
    out.proof.push_back(*hash);
  }
  if (body.empty()) return fail(Fault::Malformed, "no checkpoint after the blank line");
  out.note = std::string(body);
  return out;
}

std::variant<SignedRequest, WitnessAnswer> open_request(std::string_view body, std::span<const WitnessedLog> logs) {
  Result<AddCheckpoint> asked = read_add_checkpoint(body);
  if (!asked) return no(400, asked.error().message);
  Result<Note> note = read_note(asked->note);
  // Signatures that cannot be read are wrong signatures (403), if what they should sign can.
  const std::size_t blank = is_note_text(asked->note) ? asked->note.rfind("\n\n") : std::string::npos;
  if (!note && blank == std::string::npos) return no(400, note.error().message);
  Result<Checkpoint> checkpoint = read_checkpoint(std::string_view(asked->note).substr(0, blank + 1));
  if (!checkpoint) return no(400, checkpoint.error().message);
  const auto log =
      std::find_if(logs.begin(), logs.end(), [&](const WitnessedLog& one) { return one.origin == checkpoint->origin; });
  if (log == logs.end()) return no(404, "this witness does not follow that log");
  if (!note) return no(403, "invalid signature: " + note.error().message);
  std::vector<NoteSignature> right;
  for (const NoteSignature& line : note->signatures) {
    for (const PublicKey& key : log->keys) {
      if (line.name != log->origin || line.key_id != key_id(log->origin, key)) continue;
      if (!open_note(write_note({note->text, {line}}), log->origin, key))
        return no(403, "invalid signature: the checkpoint is not what the log's key signed");
      right.push_back(line);
      break;
    }
  }
  if (right.empty()) return no(403, "invalid signature: none by a key of this log");
  if (asked->old_size > checkpoint->head.size) return no(400, "the old size is larger than the checkpoint's");
  note->signatures = std::move(right);
  return SignedRequest{*std::move(asked), *std::move(checkpoint), *std::move(note)};
}

Result<WitnessAnswer> decide_request(const SignedRequest& request, const std::optional<std::string>& latest,
                                     const std::string& name, const SecretKey& key, std::uint64_t seconds) {
  TreeHead last;
  if (latest) {
    const Result<Note> kept = read_note(*latest);
    Result<Checkpoint> checkpoint = kept ? read_checkpoint(kept->text) : Result<Checkpoint>(kept.error());
    const std::vector<WitnessKey> self{{name, key.public_key()}};
    const Result<std::vector<Cosigned>> ours =
        kept ? cosigned_by(*kept, self) : Result<std::vector<Cosigned>>(kept.error());
    if (!checkpoint || !ours || ours->empty() || checkpoint->origin != request.checkpoint.origin)
      return fail(Fault::Corrupt, "what is kept of this log is not what this witness cosigned",
                  printable(request.checkpoint.origin));
    last = checkpoint->head;
    if (seconds < ours->front().seconds)
      return fail(Fault::Unavailable, "this witness's clock is behind what it cosigned last", name);
  }
  const TreeHead& head = request.checkpoint.head;
  const bool contradiction = latest && head.size == last.size && head.root != last.root;
  const auto answer = [&](int status, std::string body) {
    return WitnessAnswer{status, std::move(body), {}, contradiction};
  };
  if (request.asked.old_size != last.size) return answer(409, std::to_string(last.size) + "\n");
  if (head.size == 0 && head.root != TreeHead{}.root) return answer(422, "the empty log has another root\n");
  if (!verify_consistency(last, head, request.asked.proof))
    return answer(422, "the consistency proof does not show that this log continues what was seen\n");
  const NoteSignature cosignature = cosign(request.note.text, seconds, name, key);
  Note keep = request.note;
  keep.signatures.push_back(cosignature);
  return WitnessAnswer{200, write_signatures({cosignature}), write_note(keep), false};
}

}  // namespace cordon
