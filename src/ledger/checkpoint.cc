#include "ledger/checkpoint.h"

#include "base/text.h"

namespace cordon {

namespace {

Result<std::uint64_t> read_size(std::string_view text) {
  const Result<std::int64_t> size = parse_integer(text);
  if (!size || *size < 0 || static_cast<std::uint64_t>(*size) > kMostLeaves || std::to_string(*size) != text) {
    return fail(Fault::Malformed, "expected the tree's size, digits without leading zeros", "line 2");
  }
  return static_cast<std::uint64_t>(*size);
}

}  // namespace

Result<Digest> read_hash(std::string_view base64) {
  const Result<std::string> bytes = from_base64(base64);
  if (!bytes || bytes->size() != 32) return fail(Fault::Malformed, "expected a hash, 32 bytes in base64");
  return digest_from_bytes(*bytes);
}

std::string write_checkpoint(const Checkpoint& checkpoint) {
  std::string out = checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
                    to_base64(checkpoint.head.root.view()) + "\n";
  for (const std::string& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> read_checkpoint(std::string_view text) {
  if (text.size() > kLongestNote) return fail(Fault::Malformed, "a checkpoint has at most 1 MiB");
  if (!is_note_text(text)) {
    return fail(Fault::Malformed, "a checkpoint is UTF-8 without control characters and ends in a line break");
  }
  const std::vector<std::string_view> lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.size() < 3) return fail(Fault::Malformed, "a checkpoint has an origin, a size and a root hash");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) return fail(Fault::Malformed, "empty", "line " + std::to_string(i + 1));
  }
  Checkpoint out;
  out.origin = lines[0];
  out.head.size = TRY(read_size(lines[1]));
  const Result<Digest> root = read_hash(lines[2]);
  if (!root) return fail(Fault::Malformed, root.error().message, "line 3");
  out.head.root = *root;
  out.extensions.assign(lines.begin() + 3, lines.end());
  return out;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const std::string& name, const PublicKey& key) {
  Checkpoint checkpoint = TRY(read_checkpoint(TRY(open_note(note, name, key))));
  if (checkpoint.origin != name) {
    return fail(Fault::Corrupt, "the checkpoint is of the log " + printable(checkpoint.origin) + ", not of " + name);
  }
  return checkpoint;
}

}  // namespace cordon
