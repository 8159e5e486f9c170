// "CORDONS1" | kind u32 | size of the label u32 | head of the stream 24 | the label, sealed, with the 16 bytes before
// the head as additional data | pieces of 65,536 bytes, each of which takes 17 more; the last is shorter, may be empty,
// and alone says that it is the last.
#include "store/sealed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/packed.h"

namespace cordon {

namespace {

constexpr std::string_view kSealedMagic = "CORDONS1";
constexpr std::size_t kSealedFront = 16;
constexpr std::size_t kSealedPiece = std::size_t{1} << 16;
constexpr std::size_t kLargestSealedLabel = std::size_t{1} << 16;

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

// ── writing ──

struct SealedWriter::State {
  State(const CipherKey& key, std::string at) : path(std::move(at)), stream(key) {}
  std::string making() const { return path + ".making"; }
  std::string path;
  Fd fd;
  SealingStream stream;
  Sha256 seen;
  std::uint64_t size = 0;
  std::string piece, sealed;

  Result<Nothing> out(std::string_view bytes) {
    seen.add(bytes);
    size += bytes.size();
    return write_all(fd.get(), bytes, making());
  }
};

SealedWriter::SealedWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedWriter::SealedWriter(SealedWriter&&) noexcept = default;
SealedWriter& SealedWriter::operator=(SealedWriter&& other) noexcept {
  std::swap(state_, other.state_);  // what was not finished goes with the other
  return *this;
}
SealedWriter::~SealedWriter() {
  if (state_ && state_->fd) ::unlink(state_->making().c_str());
}

Result<SealedWriter> SealedWriter::begin(const std::string& path, const CipherKey& key, SealedKind kind,
                                         std::string_view label) {
  CORDON_CHECK(label.size() <= kLargestSealedLabel, "a label is a few words");
  SealedWriter writer(std::make_unique<State>(key, path));
  State& state = *writer.state_;
  state.fd = TRY(open_file(state.making(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  std::string front(kSealedMagic);
  append_u32(front, static_cast<std::uint32_t>(kind));
  append_u32(front, static_cast<std::uint32_t>(label.size()));
  state.stream.seal(label, front, Piece::More, state.sealed);
  TRY(state.out(front));
  TRY(state.out(state.stream.head()));
  TRY(state.out(state.sealed));
  return writer;
}

Result<Nothing> SealedWriter::seal(bool last) {
  state_->stream.seal(state_->piece, {}, last ? Piece::Last : Piece::More, state_->sealed);
  state_->piece.clear();
  return state_->out(state_->sealed);
}

Result<Nothing> SealedWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view some = bytes.substr(0, kSealedPiece - state_->piece.size());
    state_->piece += some;
    bytes.remove_prefix(some.size());
    if (state_->piece.size() == kSealedPiece) TRY(seal(false));
  }
  return Nothing{};
}

Result<Nothing> SealedWriter::number(std::uint64_t value) {
  PackedWriter packed;
  packed.number(value);
  return write(packed.bytes());
}

Result<Nothing> SealedWriter::text(std::string_view value) {
  TRY(number(value.size()));
  return write(value);
}

Result<SealedWriter::Written> SealedWriter::finish(const std::string& named_by_digest_in) {
  TRY(seal(true));
  sync_or_die(state_->fd.get(), state_->making());
  const Written written{state_->seen.finish(), state_->size};
  const std::string path = named_by_digest_in.empty() ? state_->path : named_by_digest_in + "/" + written.digest.hex();
  if (::rename(state_->making().c_str(), path.c_str()) != 0) return system_error("cannot write", errno, path);
  state_->fd.close();
  TRY(sync_folder(folder_of(path)));
  return written;
}

// ── reading ──

struct SealedReader::State {
  std::string path, label;
  Fd fd;
  std::unique_ptr<OpeningStream> stream;
  Sha256 seen;
  std::string sealed, plain;  // a piece
  std::string held;           // opened and not yet given, from `at` on
  std::size_t at = 0;
  bool last = false;

  Error damaged(std::string what) const { return fail(Fault::Corrupt, std::move(what), path); }
  // `count` bytes, or fewer at the file's end.
  Result<std::string_view> next(std::size_t count) {
    sealed.resize(count);
    std::size_t have = 0;
    while (have < count) {
      const ssize_t got = ::read(fd.get(), sealed.data() + have, count - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("cannot read", errno, path);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    const std::string_view read = std::string_view(sealed).substr(0, have);
    seen.add(read);
    return read;
  }
};

SealedReader::SealedReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedReader::SealedReader(SealedReader&&) noexcept = default;
SealedReader& SealedReader::operator=(SealedReader&&) noexcept = default;
SealedReader::~SealedReader() = default;
const std::string& SealedReader::label() const { return state_->label; }

Result<SealedReader> SealedReader::open(const std::string& path, const CipherKey& key, SealedKind kind) {
  SealedReader reader(std::make_unique<State>());
  State& state = *reader.state_;
  state.path = path;
  state.fd = TRY(open_file(path, O_RDONLY));
  const std::string front(TRY(state.next(kSealedFront)));
  if (front.size() != kSealedFront || !front.starts_with(kSealedMagic) ||
      u32_at(front, 8) != static_cast<std::uint32_t>(kind))
    return state.damaged("this is no file of a backup, or not the one that it should be");
  const std::size_t label_size = u32_at(front, 12);
  if (label_size > kLargestSealedLabel) return state.damaged("its label is too long");
  const std::string head(TRY(state.next(kStreamHead)));
  if (head.size() != kStreamHead) return state.damaged("it ends too soon");
  state.stream = std::make_unique<OpeningStream>(key, head);
  const std::string_view sealed = TRY(state.next(label_size + kPieceMore));
  const Result<Piece> piece = state.stream->open(sealed, front, state.label);
  if (!piece || *piece != Piece::More)
    return state.damaged("it does not open: it was damaged, or the key is not that of this backup");
  return reader;
}

// The next piece behind what is held; false when there is none.
Result<bool> SealedReader::more() {
  State& state = *state_;
  if (state.last) return false;
  const std::string_view sealed = TRY(state.next(kSealedPiece + kPieceMore));
  const Result<Piece> piece = state.stream->open(sealed, {}, state.plain);
  if (!piece) return state.damaged("it is damaged, or not all of it is there");
  state.last = *piece == Piece::Last;
  if (state.last && !TRY(state.next(1)).empty()) return state.damaged("bytes stand behind its end");
  if (state.at > 0) {
    state.held.erase(0, state.at);
    state.at = 0;
  }
  state.held += state.plain;
  return true;
}

Result<std::string_view> SealedReader::bytes(std::uint64_t count) {
  State& state = *state_;
  while (state.held.size() - state.at < count)
    if (!TRY(more())) return state.damaged("it ends too soon");
  const std::string_view given = std::string_view(state.held).substr(state.at, count);
  state.at += count;
  return given;
}

Result<std::uint64_t> SealedReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::string_view one = TRY(bytes(1));
    const auto byte = static_cast<unsigned char>(one.front());
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return state_->damaged("a number is too long");
}

Result<std::string_view> SealedReader::text(std::uint64_t limit) {
  const std::uint64_t size = TRY(number());
  if (size > limit) return state_->damaged("a text is too long");
  return bytes(size);
}

Result<bool> SealedReader::at_end() {
  while (state_->held.size() == state_->at)
    if (!TRY(more())) return true;
  return false;
}

Result<Digest> SealedReader::digest() {
  CORDON_CHECK(state_->last, "the digest of a file that was not read to its end");
  return state_->seen.finish();
}

}  // namespace cordon
