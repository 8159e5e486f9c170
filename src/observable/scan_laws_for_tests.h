// What holds for every text that is scanned; the tests and the fuzz target ask it of theirs.
#pragma once

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "observable/observable.h"
#include "observable/refang.h"
#include "observable/scan.h"
#include "observable/scan_classify.h"
#include "observable/scan_reading.h"
#include "observable/url.h"

namespace cordon {

struct KeptFind {
  FoundKind kind;
  HeldBack held_back;
  bool defanged;
  std::uint16_t flags;
  std::uint64_t offset, length;
  std::string written, canonical;
  bool operator==(const KeptFind&) const = default;
};

inline KeptFind keep(const Find& find) {
  return {find.kind,
          find.held_back,
          find.defanged,
          find.flags,
          find.offset,
          find.length,
          std::string(find.written),
          std::string(find.canonical)};
}

inline std::vector<KeptFind> scan_whole(std::string_view text, const ScanOptions& options = {}) {
  std::vector<KeptFind> all;
  scan(text, options, [&all](const Find& find) { all.push_back(keep(find)); });
  return all;
}

// In pieces of sizes that `seed` chooses.
inline std::vector<KeptFind> scan_pieces(std::string_view text, std::uint64_t seed, ScanOptions options = {}) {
  options.buffer = 0;  // the least
  std::vector<KeptFind> all;
  const auto take = [&all](const Find& find) { all.push_back(keep(find)); };
  Scanner scanner(options, take);
  while (!text.empty()) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const std::size_t size = std::min<std::size_t>(text.size(), 1 + (seed >> 33) % (seed >> 60 == 0 ? 9000 : 90));
    scanner.feed(text.substr(0, size));
    text.remove_prefix(size);
  }
  scanner.finish();
  return all;
}

// The two classifiers give the same bits.
inline void check_classes(std::string_view text) {
  if (!has_avx2()) return;
  constexpr std::size_t kEdge = 3;
  const std::size_t blocks = text.size() / 64 + 1;
  const std::string padded = std::string(kEdge, '\0') + std::string(text) + std::string(64 + kEdge, '\0');
  std::vector<ByteClasses> scalar(blocks), wide(blocks);
  BlockClassifier(Lanes::Scalar).classify(padded.data() + kEdge, blocks, scalar.data());
  BlockClassifier(Lanes::Avx2).classify(padded.data() + kEdge, blocks, wide.data());
  CORDON_CHECK(std::memcmp(scalar.data(), wide.data(), blocks * sizeof(ByteClasses)) == 0,
               "scalar and AVX2 classify differently");
}

// Says which text and which find before it stops.
inline void require(bool holds, const char* why, std::string_view text, const KeptFind& find) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s at %llu, written %s, canonical %s, in: %s\n", why, std::string(name(find.kind)).c_str(),
               static_cast<unsigned long long>(find.offset), printable(find.written, 400).c_str(),
               printable(find.canonical, 400).c_str(), printable(text, 600).c_str());
  CORDON_CHECK(holds, "a law of the scanner is broken");
}

inline void check_find(std::string_view text, const KeptFind& find) {
  require(find.length > 0 && find.offset + find.length <= text.size(), "a find must lie in the text", text, find);
  require(text.substr(find.offset, find.length) == find.written, "a find must be the bytes at its place", text, find);
  const auto kind = target_kind(find.kind);
  if (!kind) return;
  std::string written = find.written;
  if ((find.flags & static_cast<unsigned>(FindFlag::Wrapped)) != 0)
    std::erase_if(written, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
  if ((find.flags & static_cast<unsigned>(FindFlag::Decoded)) != 0)
    written = written.find('%') != std::string::npos ? percent_decoded(written) : decoded_address(written).text;
  const auto meant = parse_observable(*kind, refang(written));
  const bool refused = !meant && meant.error().fault == Fault::Refused;
  if (find.held_back == HeldBack::Platform || find.held_back == HeldBack::Pattern ||
      find.held_back == HeldBack::EmptyFile)
    require(refused, "the parser takes what the scanner says is refused", text, find);
  if (refused && find.held_back != HeldBack::No) return;
  const std::string read_as = meant ? meant->canonical() : meant.error().message;
  require(meant && read_as == find.canonical, ("the parser says " + read_as).c_str(), text, find);
  for (const std::string& again : {meant->canonical(), defang(*meant)}) {
    const auto read = parse_observable(*kind, again);
    require(read && *read == *meant, "a find must read back", text, find);
  }
  const unsigned shared = on_shared_host(*meant) ? static_cast<unsigned>(FindFlag::SharedHost) : 0u;
  const unsigned reserved = is_reserved(*meant) ? static_cast<unsigned>(FindFlag::Reserved) : 0u;
  constexpr unsigned kBoth = static_cast<unsigned>(FindFlag::SharedHost) | static_cast<unsigned>(FindFlag::Reserved);
  require((find.flags & kBoth) == (shared | reserved), "the flags are not what observable.h says", text, find);
}

inline void check_scan_laws(std::string_view text) {
  check_classes(text);
  ScanOptions loose;
  loose.loose = true;
  const std::vector<KeptFind> all = scan_whole(text, loose);
  std::vector<KeptFind> sure;
  std::uint64_t free_from = 0, url_from = 0;
  for (const KeptFind& find : all) {
    if ((find.flags & static_cast<unsigned>(FindFlag::InsideUrl)) != 0) {
      CORDON_CHECK(find.offset >= url_from && find.offset + find.length <= free_from,
                   "it must lie in the url before it");
    } else {
      require(find.offset >= free_from, "finds must not overlap", text, find);
      free_from = find.offset + find.length, url_from = find.offset;
    }
    check_find(text, find);
    if (find.held_back == HeldBack::No) sure.push_back(find);
  }
  CORDON_CHECK(scan_whole(text) == sure, "what is held back must not change the rest");
  if (has_avx2()) {
    loose.lanes = Lanes::Scalar;
    CORDON_CHECK(scan_whole(text, loose) == all, "scalar and AVX2 find different things");
  }
}

// Only what is longer than a scanner's buffer is cut at all.
inline void check_pieces(std::string_view text, std::uint64_t seed) {
  CORDON_CHECK(scan_pieces(text, seed) == scan_whole(text), "the answers depend on where the pieces end");
}

}  // namespace cordon
