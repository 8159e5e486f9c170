#include "ledger/tlog_proof.h"

#include "base/text.h"
#include "ledger/checkpoint.h"

namespace cordon {

namespace {

constexpr std::string_view kFirst = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kLongest = 4u << 20;  // a note of 1 MiB, 64 hashes, and what goes with a line of 64 KiB

// The next line, without its end; nothing where none ends any more.
Result<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return fail(Fault::Malformed, "the proof ends inside a line");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Result<std::uint64_t> read_index(std::string_view digits) {
  const Result<std::int64_t> index = parse_integer(digits);
  if (!index || *index < 0 || static_cast<std::uint64_t>(*index) >= kMostLeaves || std::to_string(*index) != digits)
    return fail(Fault::Malformed, "expected a line's number, from 0, without leading zeros", "index");
  return static_cast<std::uint64_t>(*index);
}

}  // namespace

std::string write_tlog_proof(const TlogProof& proof) {
  std::string out = std::string(kFirst) + "\n";
  if (!proof.extra.empty()) out += "extra " + to_base64(proof.extra) + "\n";
  out += "index " + std::to_string(proof.index) + "\n";
  for (const Digest& hash : proof.proof) out += to_base64(hash.view()) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<TlogProof> read_tlog_proof(std::string_view text) {
  const std::string_view whole = text;
  if (text.size() > kLongest) return fail(Fault::Malformed, "a proof has at most 4 MiB");
  if (TRY(take_line(text)) != kFirst) return fail(Fault::Malformed, "expected " + std::string(kFirst), "line 1");
  TlogProof out;
  std::string_view line = TRY(take_line(text));
  if (line.starts_with("extra ")) {
    Result<std::string> extra = from_base64(line.substr(6));
    if (!extra || extra->empty()) return fail(Fault::Malformed, "expected base64", "extra");
    out.extra = *std::move(extra);
    line = TRY(take_line(text));
  }
  if (!line.starts_with("index ")) return fail(Fault::Malformed, "expected \"index N\"", "index");
  out.index = TRY(read_index(line.substr(6)));
  for (line = TRY(take_line(text)); !line.empty(); line = TRY(take_line(text))) {
    if (out.proof.size() == kLongestProof) return fail(Fault::Malformed, "a proof has at most 64 hashes", "proof");
    const Result<Digest> hash = read_hash(line);
    if (!hash) return fail(Fault::Malformed, hash.error().message, "proof");
    out.proof.push_back(*hash);
  }
  out.checkpoint = std::string(text);
  const Result<Note> note = read_note(out.checkpoint);
  if (!note) return fail(Fault::Malformed, note.error().message, "checkpoint");
  if (write_note(*note) != out.checkpoint) return fail(Fault::Malformed, "expected one signed note", "checkpoint");
  if (write_tlog_proof(out) != whole) return fail(Fault::Malformed, "not written as C2SP tlog-proof writes it");
  return out;
}

}  // namespace cordon
