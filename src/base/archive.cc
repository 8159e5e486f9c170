// The child's answer is a row of records, of which the last is an end or a refusal. Numbers are as the machine has them
// (base/confined.cc says why), and the parent checks each.
//
//   'M' name bytes   a member         'P' words   a member that was passed over
//   'E'              the end          'R' words   the archive as a whole is refused
//
// where name, bytes and words are each a length of 8 bytes and so many bytes.
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "base/confined.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kTextOrNot = 4096;  // what of a member is looked at to tell
constexpr std::size_t kName = 4096;

void put(std::string& out, std::string_view bytes) {
  const std::uint64_t length = bytes.size();
  out.append(reinterpret_cast<const char*>(&length), sizeof length);
  out += bytes;
}

std::string refusal(std::string_view why) {
  std::string answer = "R";
  put(answer, why);
  return answer;
}

struct Closed {
  void operator()(struct archive* open) const { archive_read_free(open); }
};

std::string_view words_of(struct archive* open) {
  const char* words = archive_error_string(open);
  return words == nullptr ? std::string_view("damaged") : std::string_view(words);
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view packed) : packed_(packed), open_(archive_read_new()) {}

  std::string answer() {
    struct archive* const a = open_.get();
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_raw(a);
    if (archive_read_open_memory(a, packed_.data(), packed_.size()) != ARCHIVE_OK) return unreadable();
    for (std::size_t count = 0;; ++count) {
      struct archive_entry* entry = nullptr;
      const int read = archive_read_next_header(a, &entry);
      if (read == ARCHIVE_EOF) break;
      if (read < ARCHIVE_WARN) {
        if (count == 0) return unreadable();
        pass_over("the rest of it", words_of(a));
        break;
      }
      if (count == archive_limits::kMembers)
        return refusal("it holds more than " + std::to_string(archive_limits::kMembers) + " members");
      const bool alone = archive_format(a) == ARCHIVE_FORMAT_RAW;
      if (alone && archive_filter_count(a) < 2) return refusal("it is no archive that can be read");
      if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
      const bool goes_on = member(entry, alone);
      if (refused_) return refusal(*refused_);
      if (!goes_on) break;
    }
    return std::move(answer_) + 'E';
  }

 private:
  std::string unreadable() const {
    return refusal("it cannot be read as an archive: " + std::string(words_of(open_.get())));
  }

  void pass_over(std::string_view name, std::string_view why) {
    answer_ += 'P';
    put(answer_, std::string(name) + ": " + std::string(why));
  }

  bool within(std::size_t unpacked) {
    seen_ += unpacked;
    if (answer_.size() + held_ > archive_limits::kUnpacked)
      refused_ = "it unpacks to more than " + std::to_string(archive_limits::kUnpacked >> 20) + " MiB of text";
    if (seen_ > archive_limits::kRatioFrom && seen_ / archive_limits::kRatio > packed_.size())
      refused_ = "it unpacks to more than " + std::to_string(archive_limits::kRatio) + " times its size";
    return !refused_;
  }

  // False where nothing behind it can be read.
  bool member(struct archive_entry* entry, bool alone) {
    struct archive* const a = open_.get();
    const char* raw = archive_entry_pathname(entry);
    if (raw == nullptr) raw = archive_entry_pathname_utf8(entry);
    const std::string name = alone ? "" : std::string(raw == nullptr ? "?" : raw).substr(0, kName);
    if (archive_entry_is_encrypted(entry) != 0) {
      pass_over(name, "encrypted");
      return within(0);
    }
    std::string bytes;
    bool judged = false, kept = true;
    std::array<char, 64 << 10> piece;
    for (;;) {
      const la_ssize_t got = archive_read_data(a, piece.data(), piece.size());
      if (got < 0) {
        pass_over(name, words_of(a));
        if (got == ARCHIVE_FATAL) return false;
        break;
      }
      if (got > 0 && kept) bytes.append(piece.data(), static_cast<std::size_t>(got));
      held_ = bytes.size();
      if (!within(static_cast<std::size_t>(got))) return false;
      if (!judged && (bytes.size() >= kTextOrNot || got == 0)) {
        judged = true;
        const bool nested = looks_like_archive(bytes);
        if (nested) pass_over(name, "an archive within the archive is not opened");
        kept = !nested && bytes.substr(0, kTextOrNot).find('\0') == std::string::npos;
        if (!kept) bytes.clear();
      }
      if (got == 0) break;
    }
    held_ = 0;
    if (!kept || bytes.empty()) return true;
    answer_ += 'M';
    put(answer_, name);
    put(answer_, bytes);
    return within(0);
  }

  std::string_view packed_;
  std::unique_ptr<struct archive, Closed> open_;
  std::string answer_;
  std::optional<std::string> refused_;
  std::size_t seen_ = 0, held_ = 0;
};

void prepare() {
  static_cast<void>(std::setlocale(LC_CTYPE, "C.UTF-8"));  // names of members are read by it
}

std::string parse(std::string_view, std::string_view item) { return unpack_unconfined(item); }

const RegisterWorker kArchiveWorker{{"archive", prepare, parse}};

// Takes a length and so many bytes from the front of `from`.
std::optional<std::string_view> take(std::string_view& from) {
  std::uint64_t length = 0;
  if (from.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, from.data(), sizeof length);
  from.remove_prefix(sizeof length);
  if (length > from.size()) return std::nullopt;
  const std::string_view bytes = from.substr(0, length);
  from.remove_prefix(length);
  return bytes;
}

}  // namespace

bool looks_like_archive(std::string_view beginning) {
  using namespace std::string_view_literals;
  for (const std::string_view mark :
       {"PK\3\4"sv, "PK\5\6"sv, "\x1f\x8b\x08"sv, "\xfd\x37zXZ\0"sv, "7z\xbc\xaf\x27\x1c"sv, "\x28\xb5\x2f\xfd"sv})
    if (beginning.starts_with(mark)) return true;
  if (beginning.starts_with("BZh") && beginning.substr(4, 6) == "1AY&SY") return true;
  return beginning.size() >= 263 && beginning.substr(257, 5) == "ustar";  // POSIX and GNU both
}

std::string unpack_unconfined(std::string_view archive) { return Unpacker(archive).answer(); }

Result<Unpacked> read_unpacked(std::string_view answer) {
  const auto nonsense = [] { return fail(Fault::Malformed, "the unpacker's answer is broken"); };
  Unpacked unpacked;
  while (!answer.empty()) {
    const char what = answer.front();
    answer.remove_prefix(1);
    if (what == 'E') {
      if (!answer.empty()) return nonsense();
      return unpacked;
    }
    const auto first = take(answer);
    if (!first) return nonsense();
    if (what == 'R') return fail(Fault::Malformed, printable(*first, 300));
    if (what == 'P') {
      unpacked.passed_over.emplace_back(*first);
      continue;
    }
    const auto bytes = take(answer);
    if (what != 'M' || !bytes) return nonsense();
    unpacked.members.push_back({std::string(*first), std::string(*bytes)});
  }
  return nonsense();
}

Result<Unpacked> unpack(std::string_view archive) {
  if (archive.size() > archive_limits::kPacked)
    return fail(Fault::Malformed,
                "an archive of more than " + std::to_string(archive_limits::kPacked >> 20) + " MiB is not opened");
  ConfinedLimits limits;
  limits.cpu_seconds = 20;
  limits.item_seconds = 30;
  limits.answer = archive_limits::kUnpacked + (std::size_t{1} << 20);
  const auto answers = TRY(run_confined("archive", "", std::array{archive}, limits));
  const std::string answer = TRY(answers.front());
  return read_unpacked(answer);
}

}  // namespace cordon
