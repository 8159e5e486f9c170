// A file: "CORDONB2" | number of the key's slot u32 | size of the label u32 | the label, sealed | pieces | a table.
// Each piece is 64 KiB of the bytes, of which the last may be shorter, packed and sealed by itself, behind its sealed
// size as u32; the table has these sizes again, sealed, so that a piece is found without opening those before it. What
// is sealed is numbered (label 0, pieces from 1, the table last) and authenticates the first 16 bytes with itself.
// docs/formats/evidence.md has the same in more words, and what a desk of before wrote ("CORDONB1").
#include "store/blobs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/files.h"
#include "base/packed.h"
#include "base/text.h"
#include "base/zstd.h"
#include "store/blob_format.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestBlob = std::size_t{1} << 30;
constexpr std::size_t kLargestLabel = std::size_t{1} << 16;
constexpr std::size_t kPiece = std::size_t{1} << 16;
constexpr std::size_t kLargestPiece = kPiece + 1024;  // packed and sealed, where it does not get smaller
constexpr std::size_t kFront = 16;                    // before the head of the stream
constexpr std::string_view kMaking = "making.";

Error at_path(Error error, const std::string& path) {
  error.where = error.where.empty() ? path : path + ", " + error.where;
  return error;
}

// A blob, and the digest of what was read of it.
class Reading {
 public:
  Reading(std::unique_ptr<BlobReading> from, std::string path)
      : from_(std::move(from)), path_(std::move(path)), seen_(std::make_unique<Sha256>()) {}
  static Result<Reading> of(const BlobStore& home, const Digest& address) {
    std::unique_ptr<BlobReading> from = TRY(home.open(address));
    return Reading(std::move(from), home.place(address));
  }
  static Result<Reading> of_file(const std::string& path) {
    std::unique_ptr<BlobReading> from = TRY(read_blob_file(path));
    return Reading(std::move(from), path);
  }
  // `count` bytes, or fewer at its end. They stand until the next are read.
  Result<std::string_view> next(std::size_t count) {
    const std::string_view bytes = TRY(from_->next(count));
    seen_->add(bytes);
    return bytes;
  }
  Result<Nothing> go_to(std::uint64_t place) { return from_->go_to(place); }
  Result<std::uint64_t> size() const { return from_->size(); }
  Digest digest() { return seen_->finish(); }
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<BlobReading> from_;
  std::string path_;
  std::unique_ptr<Sha256> seen_;
};

// The encrypted bytes of one, opened as far as its label.
struct Opened {
  ItemKey item;
  KeyStore::Number number;
  std::string front, label;
  std::unique_ptr<OpeningStream> stream;  // of a desk of before
  std::uint64_t pieces() const { return (item.size + kPiece - 1) / kPiece; }
  std::size_t table() const { return static_cast<std::size_t>(4 * pieces()) + kTagMore; }  // sealed
  std::size_t size_of(std::uint64_t piece) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, item.size - piece * kPiece));
  }
};

// Nothing where the bytes lie as they came, and then `begin` has the first of them.
Result<std::optional<Opened>> open_encrypted(Reading& file, const std::optional<KeyStore>& keys, std::string& begin) {
  begin = TRY(file.next(kFront));
  if (!begins_sealed(begin) || begin.size() != kFront) return std::optional<Opened>();
  const bool in_pieces = begin.starts_with(kSealedBlob);
  const auto damaged = [&](std::string what) { return fail(Fault::Corrupt, std::move(what), file.path()); };
  if (!keys) return damaged("it is encrypted, and this desk has no keys for items");
  const KeyStore::Number number = u32_at(begin, kSealedBlob.size());
  const std::size_t label_size = u32_at(begin, kSealedBlob.size() + 4);
  if (label_size > kLargestLabel) return damaged("its label is too long");
  Result<ItemKey> item = keys->read(number);
  if (!item) return at_path(item.error(), file.path());
  if (item->size > kLargestBlob) return damaged("its size is out of range");
  Opened opened{*std::move(item), number, begin, {}, {}};
  if (!in_pieces) {
    const std::string head(TRY(file.next(kStreamHead)));
    if (head.size() != kStreamHead) return damaged("it ends too soon");
    opened.stream = std::make_unique<OpeningStream>(opened.item.key, head);
  }
  const std::size_t sealed_size = label_size + (in_pieces ? kTagMore : kPieceMore);
  const std::string_view sealed = TRY(file.next(sealed_size));
  if (sealed.size() != sealed_size) return damaged("it ends too soon");
  if (in_pieces) {
    const Result<Nothing> label = open_piece(opened.item.key, 0, sealed, begin, opened.label);
    if (!label) return at_path(label.error(), file.path());
  } else {
    const Result<Piece> piece = opened.stream->open(sealed, begin, opened.label);
    if (!piece) return at_path(piece.error(), file.path());
    if (*piece != Piece::More) return damaged("it ends with its label");
  }
  return std::optional<Opened>(std::move(opened));
}

// What a piece holds, to `sink`.
Result<Nothing> unpack(const Opened& opened, std::uint64_t piece, std::string_view sealed, const Sink& sink) {
  std::string packed;
  TRY(open_piece(opened.item.key, piece + 1, sealed, opened.front, packed));
  bool given = false;
  const Source source = [&]() -> Result<std::string_view> {
    return std::exchange(given, true) ? std::string_view() : std::string_view(packed);
  };
  return decompress(source, opened.size_of(piece), sink);
}

Result<Nothing> read_pieces(Reading& file, const Opened& opened, const Sink& sink) {
  std::string sizes, table;
  for (std::uint64_t piece = 0; piece < opened.pieces(); ++piece) {
    const std::string size(TRY(file.next(4)));
    if (size.size() != 4 || u32_at(size, 0) > kLargestPiece) return fail(Fault::Corrupt, "a piece has no length");
    sizes += size;
    TRY(unpack(opened, piece, TRY(file.next(u32_at(size, 0))), sink));
  }
  TRY(open_piece(opened.item.key, opened.pieces() + 1, TRY(file.next(opened.table())), opened.front, table));
  if (table != sizes) return fail(Fault::Corrupt, "its table does not name its pieces");
  return Nothing{};
}

Result<Nothing> read_stream(Reading& file, const Opened& opened, const Sink& sink) {
  bool ended = false;
  std::string plain;
  const Source source = [&]() -> Result<std::string_view> {
    while (!ended) {
      const std::string_view sealed = TRY(file.next(kPiece + kPieceMore));
      ended = TRY(opened.stream->open(sealed, {}, plain)) == Piece::Last;
      if (!plain.empty()) return std::string_view(plain);
    }
    return std::string_view();
  };
  if (opened.item.size > 0) TRY(decompress(source, static_cast<std::size_t>(opened.item.size), sink));
  while (!ended) {
    if (!TRY(source()).empty()) return fail(Fault::Corrupt, "it holds more than it should");
  }
  return Nothing{};
}

// Everything that was put, to `sink`; Corrupt unless it is that, byte for byte, and the file has this address.
Result<Nothing> read_encrypted(Reading& file, const Opened& opened, const Digest& address, const Sink& sink) {
  Sha256 content;
  const Sink hashing = [&](std::string_view bytes) -> Result<Nothing> {
    content.add(bytes);
    return sink(bytes);
  };
  TRY(opened.stream ? read_stream(file, opened, hashing) : read_pieces(file, opened, hashing));
  if (!TRY(file.next(1)).empty()) return fail(Fault::Corrupt, "bytes stand behind its end");
  if (file.digest() != address) return fail(Fault::Corrupt, "the bytes no longer have the digest in their name");
  if (content.finish() != opened.item.content) return fail(Fault::Corrupt, "the bytes are not those that were put");
  return Nothing{};
}

// Those from `from` on, without reading what stands before and behind their pieces. Each piece's tag says that it is
// this item's and that piece of it; that the item is the one which was asked for, nothing here can say.
Result<std::string> read_part(Reading& file, const Opened& opened, std::uint64_t from, std::uint64_t count) {
  std::string bytes, table;
  if (from >= opened.item.size || count == 0) return bytes;
  const std::uint64_t to = from + std::min(count, opened.item.size - from);
  std::uint64_t at = kFront + opened.label.size() + kTagMore;
  const std::uint64_t size = TRY(file.size());
  if (size < at + opened.table()) return fail(Fault::Corrupt, "it ends too soon");
  TRY(file.go_to(size - opened.table()));
  const std::string_view sealed = TRY(file.next(opened.table()));
  TRY(open_piece(opened.item.key, opened.pieces() + 1, sealed, opened.front, table));
  const std::uint64_t first = from / kPiece;
  for (std::uint64_t piece = 0; piece < first; ++piece) at += 4 + u32_at(table, 4 * piece);
  const Sink keep = [&](std::string_view some) -> Result<Nothing> {
    bytes += some;
    return Nothing{};
  };
  for (std::uint64_t piece = first; piece * kPiece < to; ++piece) {
    const std::uint32_t length = u32_at(table, 4 * piece);
    if (piece == first) TRY(file.go_to(at));
    const std::string_view framed = TRY(file.next(4 + length));  // one that is cut short does not open
    TRY(unpack(opened, piece, framed.substr(std::min<std::size_t>(4, framed.size())), keep));
  }
  bytes.erase(0, static_cast<std::size_t>(from - first * kPiece));
  bytes.resize(static_cast<std::size_t>(to - from));
  return bytes;
}

}  // namespace

Result<Blobs> Blobs::open(std::string folder, const std::string& keys, Mode mode,
                          std::unique_ptr<BlobStore> elsewhere) {
  Result<KeyStore> store = KeyStore::open(keys, mode);
  if (!store && !(mode == Mode::Read && store.error().fault == Fault::NotFound)) return store.error();
  std::optional<KeyStore> opened;
  if (store) opened = *std::move(store);
  const bool is_elsewhere = elsewhere != nullptr;
  std::unique_ptr<BlobStore> home = is_elsewhere ? std::move(elsewhere) : files_of(folder);
  Blobs blobs(std::move(folder), std::move(home), is_elsewhere, std::move(opened));
  if (mode == Mode::Read || !exists(blobs.folder_)) return blobs;
  for (const std::string& name : TRY(list_folder(blobs.folder_))) {
    if (!name.starts_with(kMaking)) continue;
    const Result<std::int64_t> number = parse_integer(std::string_view(name).substr(kMaking.size()));
    if (number && *number > 0 && *number <= std::int64_t{blobs.keys_->taken()})
      TRY(blobs.keys_->erase(static_cast<KeyStore::Number>(*number)));
    if (::unlink((blobs.folder_ + "/" + name).c_str()) != 0)
      return system_error("cannot clear away", errno, blobs.folder_ + "/" + name);
  }
  return blobs;
}

// Gives the digest of what lies in the file.
Result<Digest> Blobs::write(const std::string& path, std::string_view bytes, std::string_view label,
                            const KeyStore::Taken& taken) const {
  const Fd fd = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  Sha256 written;
  const auto out = [&](std::string_view some) {
    written.add(some);
    return write_all(fd.get(), some, path);
  };
  std::string front(kSealedBlob), sealed, packed, length, table;
  append_u32(front, taken.number);
  append_u32(front, static_cast<std::uint32_t>(label.size()));
  std::uint64_t number = 0;
  const auto seal = [&](std::string_view what) { seal_piece(taken.key, number++, what, front, sealed); };
  seal(label);
  TRY(out(front));
  TRY(out(sealed));
  const Sink pack = [&](std::string_view some) -> Result<Nothing> {
    packed += some;
    return Nothing{};
  };
  while (!bytes.empty()) {
    packed.clear();
    TRY(compress(bytes.substr(0, kPiece), pack));
    bytes.remove_prefix(std::min(kPiece, bytes.size()));
    seal(packed);
    length.clear();
    append_u32(length, static_cast<std::uint32_t>(sealed.size()));
    table += length;
    TRY(out(length));
    TRY(out(sealed));
  }
  seal(table);
  TRY(out(sealed));
  sync_or_die(fd.get(), path);
  static_cast<void>(::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED));  // so that it is read back from the disk
  return written.finish();
}

Result<Digest> Blobs::put(std::string_view bytes, std::string_view label) {
  CORDON_CHECK(keys_, "only the owner of a desk puts anything");
  if (bytes.size() > kLargestBlob || label.size() > kLargestLabel)
    return fail(Fault::Malformed, "this is more than a desk keeps in one piece");
  TRY(make_folder(folder_, 0700));
  const Digest content = sha256(bytes);
  const KeyStore::Taken taken = TRY(keys_->take(content, bytes.size()));
  const std::string making = folder_ + "/" + std::string(kMaking) + std::to_string(taken.number);
  const auto finish = [&]() -> Result<Digest> {
    const Digest address = TRY(write(making, bytes, label, taken));
    Reading file = TRY(Reading::of_file(making));
    std::string begin;
    std::optional<Opened> opened = TRY(open_encrypted(file, keys_, begin));
    if (!opened || opened->item.content != content || opened->label != label)
      return fail(Fault::Corrupt, "what was written is not what the disk holds", making);
    const Result<Nothing> same = read_encrypted(file, *opened, address, [](std::string_view) { return Nothing{}; });
    if (!same) return at_path(same.error(), making);
    TRY(home_->adopt(making, address));
    return address;
  };
  Result<Digest> address = finish();
  if (!address) {
    ::unlink(making.c_str());
    // The slot is of nothing now. If it cannot be written either, the next opening does it or it stays, of nothing.
    static_cast<void>(static_cast<bool>(keys_->erase(taken.number)));
  }
  return address;
}

// To `sink`, piece by piece; `holds` is given room for them first.
Result<Nothing> Blobs::read(const Digest& address, const Sink& sink, std::string* holds) const {
  Reading file = TRY(Reading::of(*home_, address));
  const std::string path = file.path();
  std::string begin;
  std::optional<Opened> opened = TRY(open_encrypted(file, keys_, begin));
  if (!opened) {
    std::size_t size = begin.size();
    TRY(sink(begin));
    for (;;) {
      const std::string_view some = TRY(file.next(kPiece));
      if (some.empty()) break;
      size += some.size();
      if (size > kLargestBlob) return fail(Fault::Corrupt, "it is too large", path);
      TRY(sink(some));
    }
    if (file.digest() != address)
      return fail(Fault::Corrupt, "the bytes no longer have the digest in their name", path);
    return Nothing{};
  }
  if (holds != nullptr)
    holds->reserve(static_cast<std::size_t>(std::min<std::uint64_t>(opened->item.size, kLargestBlob)));
  const Result<Nothing> read = read_encrypted(file, *opened, address, sink);
  if (!read) return at_path(read.error(), path);
  return Nothing{};
}

Result<std::string> Blobs::get(const Digest& address) const {
  std::string bytes;
  const auto keep = [&](std::string_view some) -> Result<Nothing> {
    bytes += some;
    return Nothing{};
  };
  TRY(read(address, keep, &bytes));
  return bytes;
}

Result<std::string> Blobs::part(const Digest& address, std::uint64_t from, std::uint64_t count) const {
  Reading file = TRY(Reading::of(*home_, address));
  std::string begin;
  const std::optional<Opened> opened = TRY(open_encrypted(file, keys_, begin));
  if (opened && !opened->stream) {
    Result<std::string> bytes = read_part(file, *opened, from, count);
    if (!bytes) return at_path(bytes.error(), file.path());
    return bytes;
  }
  const std::string all = TRY(get(address));
  return all.substr(std::min<std::uint64_t>(from, all.size()), count);
}

Result<Nothing> Blobs::check(const Digest& address) const {
  return read(address, [](std::string_view) { return Nothing{}; }, nullptr);
}

Result<std::string> Blobs::as_it_lies(const Digest& address) const {
  Reading file = TRY(Reading::of(*home_, address));
  std::string bytes;
  for (;;) {
    const std::string_view some = TRY(file.next(kPiece));
    if (some.empty()) break;
    if (bytes.size() > kLargestBlob + (kLargestBlob >> 8) + kLargestLabel)
      return fail(Fault::Corrupt, "it is too large", file.path());
    bytes += some;
  }
  if (file.digest() != address)
    return fail(Fault::Corrupt, "the bytes no longer have the digest in their name", file.path());
  return bytes;
}

Result<Nothing> Blobs::lay(const std::string& folder, const Digest& address, std::string_view bytes) {
  const std::string path = folder + "/" + blob_name(address);
  if (sha256(bytes) != address)
    return fail(Fault::Corrupt, "the bytes have another digest than their name", address.hex());
  TRY(make_folder(path.substr(0, path.rfind('/')), 0700));
  const Fd fd = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  return write_all(fd.get(), bytes, path);
}

Result<std::vector<Blobs::Lying>> Blobs::lying() const {
  std::vector<Lying> files;
  if (elsewhere_) {
    // When it was put there is not said, so none is ever taken for old.
    TRY(home_->each([&](const Digest& address) -> Result<Nothing> {
      files.push_back({blob_name(address), address, 0, {INT64_MAX}});
      return Nothing{};
    }));
  }
  if (!exists(folder_)) return files;
  const auto add = [&](const std::string& name, std::optional<Digest> address) -> Result<Nothing> {
    struct stat about{};
    if (::lstat((folder_ + "/" + name).c_str(), &about) != 0) {
      if (errno == ENOENT) return Nothing{};  // it was being written, or has been erased since
      return system_error("cannot read", errno, folder_ + "/" + name);
    }
    files.push_back({name,
                     address,
                     static_cast<std::int64_t>(about.st_size),
                     {static_cast<std::int64_t>(about.st_mtim.tv_sec) * 1000 + about.st_mtim.tv_nsec / 1'000'000}});
    return Nothing{};
  };
  for (const std::string& outer : TRY(list_folder(folder_))) {
    if (!is_folder(folder_ + "/" + outer)) {
      TRY(add(outer, {}));
      continue;
    }
    for (const std::string& name : TRY(list_folder(folder_ + "/" + outer))) {
      const Result<Digest> address = parse_digest(name);
      const bool sound = address && address->hex() == name && name.starts_with(outer) && outer.size() == 2;
      TRY(add(outer + "/" + name, sound ? std::optional(*address) : std::nullopt));
    }
  }
  return files;
}

Result<Nothing> Blobs::remove_left_over(const Lying& file) {
  if (!file.address) {
    if (::unlink((folder_ + "/" + file.name).c_str()) != 0 && errno != ENOENT)
      return system_error("cannot remove", errno, folder_ + "/" + file.name);
    return Nothing{};
  }
  const Result<Kept> kept = look(*file.address);
  std::optional<std::int64_t> key;
  if (kept && kept->key) key = std::int64_t{*kept->key};
  return erase(*file.address, key);
}

Result<Blobs::Kept> Blobs::look(const Digest& address) const {
  Reading file = TRY(Reading::of(*home_, address));
  std::string begin;
  std::optional<Opened> opened = TRY(open_encrypted(file, keys_, begin));
  if (!opened) return Kept{address, static_cast<std::int64_t>(TRY(file.size())), {}, {}};
  return Kept{opened->item.content, static_cast<std::int64_t>(opened->item.size), std::move(opened->label),
              opened->number};
}

Result<Nothing> Blobs::erase(const Digest& address, std::optional<std::int64_t> key) {
  CORDON_CHECK(keys_, "only the owner of a desk erases anything");
  if (key) TRY(keys_->erase(static_cast<KeyStore::Number>(*key)));
  return home_->remove(address, key ? BlobStore::Overwrite::No : BlobStore::Overwrite::Yes);
}

Result<bool> Blobs::erased(const Digest& address, std::optional<std::int64_t> key) const {
  if (TRY(home_->has(address))) return false;
  if (!key) return true;
  if (!keys_) return fail(Fault::Corrupt, "the desk's keys for items are gone");
  return keys_->erased(static_cast<KeyStore::Number>(*key));
}

}  // namespace cordon
