// The file is a row of slots of 128 bytes, which never cross a sector, so that a power cut leaves a slot as it was or
// as it should be. docs/formats/evidence.md has every byte.
#include "store/keys.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/packed.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kSlot = 128;
constexpr std::size_t kSum = 8;
constexpr std::size_t kBody = kSlot - kSum;
constexpr std::size_t kPlain = 32 + 32 + 8;  // key, SHA-256, size
constexpr std::size_t kClosedAt = 8;
constexpr std::string_view kKeysMagic = "CORDONK1";
constexpr char kTaken = 'K', kErased = 'E';
constexpr std::size_t kId = 16;
constexpr std::size_t kProofAt = 32;  // of the first slot: shows that the desk's key is this file's
static_assert(kClosedAt + kPlain + kClosedMore == kBody);

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::string with_sum(std::string body) {
  body.resize(kBody, '\0');
  return body + std::string(sha256(body).view().substr(0, kSum));
}

bool has_sum(std::string_view slot) {
  return sha256(slot.substr(0, kBody)).view().substr(0, kSum) == slot.substr(kBody);
}

bool never_written(std::string_view slot) {
  return std::all_of(slot.begin(), slot.end(), [](char c) { return c == '\0'; });
}

std::string begin_of(char state, KeyStore::Number number) {
  std::string begin{state, '\0', '\0', '\0'};
  append_u32(begin, number);
  return begin;
}

// Fewer bytes than asked for at the file's end.
Result<std::string> read_at(int fd, std::size_t count, std::uint64_t at, const std::string& where) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = ::pread(fd, bytes.data() + have, count - have, static_cast<off_t>(at + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", errno, where);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Result<CipherKey> desk_key(const std::string& path) {
  std::string hex = TRY(read_file(path, 1024));
  Result<std::string> bytes = from_hex(hex);
  wipe(hex);
  if (!bytes || bytes->size() != 32) return fail(Fault::Corrupt, "a key has 64 hex digits", path);
  Result<CipherKey> key = CipherKey::from_bytes(*bytes);
  wipe(*bytes);
  return key;
}

}  // namespace

Result<KeyStore> KeyStore::open(const std::string& folder, Mode mode) {
  const std::string key_path = folder + "/items.key", path = folder + "/items";
  SystemRandom random;  // never a seeded one: whoever knows the seed would have the keys
  if (mode == Mode::Write && !exists(path)) {
    TRY(make_folder(folder, 0700));
    if (!exists(key_path)) {
      std::string hex = to_hex(CipherKey::generate(random).view());
      Result<Nothing> written = write_file(key_path, hex, 0600);
      wipe(hex);
      TRY(std::move(written));
    }
    const CipherKey key = TRY(desk_key(key_path));
    std::string head(kKeysMagic);
    append_u32(head, kSlot);
    append_u32(head, 0);
    head += random.bytes(kId);
    head += close_value(key, {}, head, random);
    TRY(write_file(path, with_sum(head), 0600));
  }
  CipherKey key = TRY(desk_key(key_path));
  Fd file = TRY(open_file(path, mode == Mode::Write ? O_RDWR : O_RDONLY));
  const std::string head = TRY(read_at(file.get(), kSlot, 0, path));
  if (head.size() != kSlot || !head.starts_with(kKeysMagic) || !has_sum(head) ||
      little_endian(std::string_view(head).substr(8, 4)) != kSlot)
    return fail(Fault::Corrupt, "its first slot is damaged", path);
  if (!open_value(key, std::string_view(head).substr(kProofAt, kClosedMore),
                  std::string_view(head).substr(0, kProofAt)))
    return fail(Fault::Corrupt, "the items' keys were not wrapped under this key", key_path);
  KeyStore store(std::move(key), std::move(file), path, head.substr(16, kId));
  TRY(store.check_all());
  return store;
}

// A slot that was never written ends the file: one behind it would have been written before the one in front of it
// was on disk.
Result<Nothing> KeyStore::check_all() {
  constexpr std::size_t kAtOnce = std::size_t{1} << 20;
  Number first = 1;  // of the piece that is read
  for (;;) {
    const std::string piece = TRY(read_at(file_.get(), kAtOnce, std::uint64_t{first} * kSlot, path_));
    const auto count = static_cast<Number>(piece.size() / kSlot);  // a part of a slot was never acknowledged
    for (Number i = 0; i < count; ++i) {
      const std::string_view slot = std::string_view(piece).substr(i * kSlot, kSlot);
      const Number number = first + i;
      if (never_written(slot)) continue;
      const bool sound = number <= kMost && has_sum(slot) && (slot[0] == kTaken || slot[0] == kErased) &&
                         little_endian(slot.substr(4, 4)) == number && number == next_;
      if (!sound) return fail(Fault::Corrupt, "this slot is damaged, or the one before it is gone", place(number));
      next_ = number + 1;
    }
    first += count;
    if (piece.size() < kAtOnce) return Nothing{};
  }
}

std::string KeyStore::place(Number number) const { return path_ + ", slot " + std::to_string(number); }

// The file's id and the slot's own first bytes: a slot that was moved does not open.
std::string KeyStore::about(std::string_view slot) const { return id_ + std::string(slot.substr(0, kClosedAt)); }

// From the file and not from memory, for another process may have written it.
Result<std::string> KeyStore::slot(Number number) const {
  std::string slot = TRY(read_at(file_.get(), kSlot, std::uint64_t{number} * kSlot, path_));
  if (number == 0 || slot.size() != kSlot || never_written(slot))
    return fail(Fault::Corrupt, "this slot was never taken", place(number));
  if (!has_sum(slot) || little_endian(std::string_view(slot).substr(4, 4)) != number)
    return fail(Fault::Corrupt, "this slot is damaged", place(number));
  return slot;
}

Result<Nothing> KeyStore::write(Number number, const std::string& slot) {
  const std::uint64_t at = std::uint64_t{number} * kSlot;
  std::size_t done = 0;
  while (done < slot.size()) {
    const ssize_t put = ::pwrite(file_.get(), slot.data() + done, slot.size() - done, static_cast<off_t>(at + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("cannot write", errno, place(number));
    done += static_cast<std::size_t>(put);
  }
  sync_or_die(file_.get(), path_);
  return Nothing{};
}

Result<KeyStore::Taken> KeyStore::take(const Digest& content, std::uint64_t size) {
  if (next_ > kMost) return fail(Fault::Unavailable, "every slot for an item's key is taken", path_);
  SystemRandom random;
  CipherKey key = CipherKey::generate(random);
  std::string plain = std::string(key.view()) + std::string(content.view());
  for (int shift = 0; shift < 64; shift += 8) plain += static_cast<char>(size >> shift & 0xff);
  std::string body = begin_of(kTaken, next_);
  body += close_value(desk_key_, plain, about(body), random);
  wipe(plain);
  TRY(write(next_, with_sum(std::move(body))));
  return Taken{next_++, std::move(key)};
}

Result<ItemKey> KeyStore::read(Number number) const {
  const std::string slot = TRY(this->slot(number));
  if (slot[0] == kErased) return fail(Fault::NotFound, "this item's key was erased", place(number));
  Result<std::string> plain =
      open_value(desk_key_, std::string_view(slot).substr(kClosedAt, kPlain + kClosedMore), about(slot));
  if (!plain || slot[0] != kTaken) return fail(Fault::Corrupt, "this slot does not open", place(number));
  const std::string_view whole = *plain;
  CipherKey key = TRY(CipherKey::from_bytes(whole.substr(0, 32)));
  const Digest content = TRY(digest_from_bytes(whole.substr(32, 32)));
  const std::uint64_t size = little_endian(whole.substr(64));
  wipe(*plain);
  return ItemKey{std::move(key), content, size};
}

Result<bool> KeyStore::erased(Number number) const { return TRY(slot(number))[0] == kErased; }

Result<Nothing> KeyStore::erase(Number number) {
  if (TRY(erased(number))) return Nothing{};
  return write(number, with_sum(begin_of(kErased, number)));
}

}  // namespace cordon
