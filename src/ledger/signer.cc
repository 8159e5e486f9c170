#include "ledger/signer.h"

#include "base/text.h"

namespace cordon {

std::string write_sign_request(const SignRequest& request) {
  std::string out;
  for (const Digest& hash : request.consistency) out += to_base64(hash.view()) + "\n";
  return out + "\n" + write_checkpoint(request.checkpoint);
}

Result<SignRequest> read_sign_request(std::string_view text) {
  if (text.size() > kLongestNote) return fail(Fault::Malformed, "a request to sign has at most 1 MiB");
  SignRequest out;
  while (!text.starts_with('\n')) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return fail(Fault::Malformed, "no blank line after the proof");
    if (out.consistency.size() == kLongestProof) return fail(Fault::Malformed, "a proof has at most 64 hashes");
    out.consistency.push_back(TRY(read_hash(text.substr(0, end))));
    text.remove_prefix(end + 1);
  }
  out.checkpoint = TRY(read_checkpoint(text.substr(1)));
  return out;
}

Result<std::string> sign_next(const std::optional<LastSigned>& last, const SignRequest& request,
                              const std::string& name, const SecretKey& key, Instant now) {
  const std::string text = write_checkpoint(request.checkpoint);
  const TreeHead& head = request.checkpoint.head;
  if (!is_key_name(name) || !read_checkpoint(text)) return fail(Fault::Malformed, "no checkpoint that can be signed");
  if (request.checkpoint.origin != name) {
    return fail(Fault::Refused, "this key signs for " + name + ", not for another log",
                printable(request.checkpoint.origin));
  }
  if (!last) {
    if (head != TreeHead{}) {
      return fail(Fault::Refused,
                  "the signer remembers no checkpoint, so it signs none but the empty log's: a log of " +
                      std::to_string(head.size) + " lines may have been signed differently before");
    }
    return sign_note(text, name, key);
  }
  const Result<Checkpoint> before = open_checkpoint(last->note, name, key.public_key());
  if (!before) return fail(Fault::Corrupt, "the remembered checkpoint is not this signer's: " + before.error().message);
  if (head.size < before->head.size) {
    return fail(Fault::Refused, "the log went back from " + std::to_string(before->head.size) + " lines to " +
                                    std::to_string(head.size));
  }
  if (!verify_consistency(before->head, head, request.consistency)) {
    return fail(Fault::Refused, "the log of " + std::to_string(head.size) + " lines does not continue the one of " +
                                    std::to_string(before->head.size) + " that was signed");
  }
  std::string note = sign_note(text, name, key);
  if (note != last->note && last->at && now <= *last->at) {
    return fail(Fault::Unavailable, "time did not advance since the last head was signed at " + to_rfc3339(*last->at) +
                                        ": this machine's clock says " + to_rfc3339(now));
  }
  return note;
}

}  // namespace cordon
