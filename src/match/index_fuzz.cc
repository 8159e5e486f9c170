// A hostile index: the input is what stands behind the root's fixed fields, and the signature is made right, so that
// nothing but the reader's own care stands between it and the bytes. Laws: it is refused or answers; the fast and the
// plain twin and find() agree; and where its structure holds, each of its entries is found.
//
// Input: 8 bytes, of which the first two say the day; 3840 of section rows; then the sections.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/files.h"
#include "match/index_builder.h"
#include "match/open_index.h"

namespace {

using namespace cordon;
using namespace cordon::index_format;

std::optional<std::string> sealed(std::string_view input) {
  constexpr std::size_t kRows = kMostRows * kRowBytes;
  if (input.size() < 8 + kRows) return std::nullopt;
  const SecretKey key = *SecretKey::from_seed(std::string(32, 'f'));
  Root root;
  root.hash = {1, 2};
  const std::string_view rows = input.substr(8, kRows), bytes = input.substr(8 + kRows);
  std::uint64_t offset = kRootBytes;
  for (std::size_t at = 0; at < kRows && offset - kRootBytes < bytes.size(); at += kRowBytes) {
    const char* row = rows.data() + at;
    Section section;
    section.type = static_cast<SectionType>(1 + load<std::uint32_t>(row) % 8);
    section.table = load<std::uint32_t>(row + 4) % 16;
    section.offset = offset;
    // What a mutation makes of a length is mostly past the end; that refusal is seen often enough.
    section.length = std::min<std::uint64_t>(load<std::uint32_t>(row + 16), bytes.size() - (offset - kRootBytes));
    section.count = load<std::uint64_t>(row + 24);
    section.homes = load<std::uint64_t>(row + 32);
    section.depths = load<std::uint64_t>(row + 40);
    offset += padded(section.length);
    root.sections.push_back(section);
  }
  root.file_bytes = offset;
  std::string file = write_root(root, key) + std::string(bytes);
  file.resize(offset, '\0');
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto file = sealed(input);
  if (!file) return 0;
  const Fd memory(::memfd_create("index", MFD_CLOEXEC));
  CORDON_CHECK(memory && write_all(memory.get(), *file), "memory for a file");
  const auto index = Index::open("/proc/self/fd/" + std::to_string(memory.get()));
  if (!index) return 0;
  const Day today = Day::numbered(static_cast<std::uint16_t>(data[0] | data[1] << 8));

  std::vector<std::pair<ObservableKind, std::string>> asked{{ObservableKind::Domain, "a.b.example.com"},
                                                            {ObservableKind::Url, "http://example.com/a/b?c"},
                                                            {ObservableKind::Ip, "198.40.1.2"},
                                                            {ObservableKind::Ip, "2a02:6b8::1"},
                                                            {ObservableKind::Domain, ""}};
  const auto listed = (*index)->for_each([&](const Entry& entry) -> Result<Nothing> {
    if (asked.size() < 300 && entry.kind) asked.emplace_back(*entry.kind, entry.canonical);
    return Nothing{};
  });
  const bool sound = listed && (*index)->inside().check_structure();
  std::vector<Query> queries;
  for (const auto& [kind, text] : asked) queries.push_back({kind, text});
  std::vector<Matched> fast(queries.size()), plain(queries.size());
  (*index)->lookup(queries, today, fast);
  (*index)->lookup(queries, today, plain, Certainty::Text, Lanes::Scalar);
  std::vector<Matched> print(queries.size()), plain_print(queries.size());
  (*index)->lookup(queries, today, print, Certainty::Print);
  (*index)->lookup(queries, today, plain_print, Certainty::Print, Lanes::Scalar);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    CORDON_CHECK(fast[i].entry == plain[i].entry && fast[i].match == plain[i].match, "the twins agree");
    CORDON_CHECK(print[i].entry == plain_print[i].entry && print[i].match == plain_print[i].match,
                 "the twins agree by print");
    if (sound && fast[i].match != Match::None)
      CORDON_CHECK(print[i].match != Match::None, "what the text says, the print says");
    if (print[i].match != Match::None) (*index)->entry(print[i].entry);
    const auto found = (*index)->find(queries[i], today);
    if (sound && i >= 5) CORDON_CHECK(!found.empty(), "what is listed is found");
    const auto valid =
        std::find_if(found.begin(), found.end(), [](const Concerning& one) { return one.state == EntryState::Valid; });
    if (sound) {
      CORDON_CHECK((valid != found.end()) == (fast[i].match != Match::None), "find() and lookup() agree");
      if (valid != found.end()) CORDON_CHECK(valid->match == fast[i].match, "find() and lookup() agree on how");
    }
    if (fast[i].match != Match::None) (*index)->entry(fast[i].entry);
  }
  return 0;
}
