// The flow of a scan: blocks, anchors, verifiers.
//
// A text of 100 MB holds about a million identifiers, so 99 of 100 bytes only need to be seen not to matter, and each
// byte should be touched once for that, whatever the number of kinds. Every kind has one of a few things in it that
// seldom occur by chance: a dot between words, "://", fifteen word characters in a row, several colons, or a rare pair
// like "E-1". So:
//
//   1. 64 bytes at a time are classified into eight bitmaps (scan_classify.h: AVX2, or a table);
//   2. shifts and ANDs of the bitmaps give the anchors, one bit each;
//   3. from an anchor a verifier (scan_chain.cc, scan_url.cc, scan_token.cc) goes left and right along the bitmaps, and
//   judges what
//      it has read as the kind's parser would; the common forms without one allocation.
//
// The physical limit is step 1, several gigabytes a second; then come the anchors, some 20,000 in a megabyte of dense
// reports, at some tens of nanoseconds each. No byte is looked at more often than a constant: a verifier may go
// kReach bytes to either side, and what it has read as a whole is passed over by later anchors.
#include "observable/scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "observable/observable.h"
#include "observable/scan_classify.h"
#include "observable/scan_reading.h"

namespace cordon {
namespace {

constexpr Pos kWindow = 8 * 1024;  // classified at once; its bitmaps stay in the cache
static_assert(kWindow + 2 * Reading::kReach + 256 < Reading::kBlocks * 64);

class Flow {
 public:
  Flow(const ScanOptions& options, FindSink sink) : classifier_(options.lanes), reading_(options, sink) {}

  // Looks at all of the text that can be judged now: `text` begins at position `base` of the whole and reaches kReach
  // bytes or to the start before next().
  void go_on(std::string_view text, Pos base, bool last) {
    reading_.look_at(text, base);
    const Pos end = base + text.size();
    constexpr Pos ahead = Reading::kReach + 128;
    const Pos limit = last ? end : end > ahead ? (end - ahead) / 64 * 64 : 0;
    while (next_ < limit) {
      const Pos to = std::min(next_ + kWindow, limit);
      classify(text, base, last ? std::min(to + ahead, end + 64) : to + ahead - 64);
      for (Pos block = next_ / 64; block * 64 < to; ++block) read_block(block);
      next_ = to;
    }
  }
  Pos next() const { return next_; }

 private:
  void classify(std::string_view text, Pos base, Pos up_to) {
    const Pos end = base + text.size();
    while (classified_ * 64 < up_to) {
      const Pos from = classified_ * 64;
      if (from >= base + 3 && from + 67 <= end) {
        // As many as are whole, and stand in one row of the ring.
        const Pos row = Reading::kBlocks - classified_ % Reading::kBlocks;
        const Pos blocks = std::min({row, (up_to - from + 63) / 64, (end - 3 - from) / 64});
        classifier_.classify(text.data() + (from - base), blocks, &reading_.block(classified_));
        classified_ += blocks;
      } else {  // at an edge of the text: zeros are around it
        std::array<char, 3 + 64 + 3> padded{};
        const Pos first = from >= base + 3 ? from - 3 : base;
        const Pos behind = std::min(from + 67, end);
        if (first < behind)
          std::memcpy(padded.data() + (first + 3 - from), text.data() + (first - base), behind - first);
        classifier_.classify(padded.data() + 3, 1, &reading_.block(classified_));
        ++classified_;
      }
    }
  }

  void read_block(Pos number) {
    static const ByteClasses nothing{};
    const ByteClasses& c = reading_.block(number);
    const ByteClasses& next = reading_.block(number + 1);
    const ByteClasses& before = number > 0 ? reading_.block(number - 1) : nothing;
    const auto left = [](std::uint64_t here, std::uint64_t previous, unsigned n) {
      return here << n | previous >> (64 - n);
    };
    const auto right = [](std::uint64_t here, std::uint64_t following, unsigned n) {
      return here >> n | following << (64 - n);
    };

    const std::uint64_t text = c.word | c.high;
    const std::uint64_t dots = c.dot & left(text, before.word | before.high, 1) & right(text, next.word | next.high, 1);
    // Fifteen in a row, at the first.
    __extension__ using Wide = unsigned __int128;
    Wide run = static_cast<Wide>(next.word) << 64 | c.word;
    run &= run >> 1;
    run &= run >> 2;
    run &= run >> 4;
    run &= run >> 7;
    const std::uint64_t runs = static_cast<std::uint64_t>(run) & ~left(c.word, before.word, 1);
    // A colon behind four hex digits with another one within five bytes, or the first of eight in steps of three.
    std::uint64_t colons = 0;
    if (c.colon != 0) {
      const Wide all = static_cast<Wide>(next.colon) << 64 | c.colon;
      const Wide near = all >> 1 | all >> 2 | all >> 3 | all >> 4 | all >> 5;
      const std::uint64_t groups = left(c.hex, before.hex, 1) & left(c.hex, before.hex, 2) &
                                   left(c.hex, before.hex, 3) & left(c.hex, before.hex, 4);
      Wide pairs = all & all >> 3;
      pairs &= pairs >> 6;
      pairs &= pairs >> 12;
      colons = (c.colon & groups & static_cast<std::uint64_t>(near)) | static_cast<std::uint64_t>(pairs);
    }

    const std::uint64_t chains = dots | colons;
    std::uint64_t anchors = chains | runs | c.slash | c.rare;
    while (anchors != 0) {
      const auto bit = static_cast<unsigned>(std::countr_zero(anchors));
      anchors &= anchors - 1;
      const Pos at = number * 64 + bit;
      if (at < reading_.free()) continue;
      if ((chains >> bit & 1) != 0)
        read_chain(reading_, at);
      else if ((c.slash >> bit & 1) != 0)
        read_scheme(reading_, at);
      else if ((runs >> bit & 1) != 0)
        read_run(reading_, at);
      else
        read_rare(reading_, at);
    }
  }

  BlockClassifier classifier_;
  Pos classified_ = 0;  // blocks
  Pos next_ = 0;        // anchors before are done
  Reading reading_;
};

}  // namespace

void scan(std::string_view text, const ScanOptions& options, FindSink sink) {
  Flow flow(options, sink);
  flow.go_on(text, 0, true);
}

class Scanner::State {
 public:
  State(const ScanOptions& options, FindSink sink)
      : options_(options),
        sink_(sink),
        flow_(std::make_unique<Flow>(options, sink)),
        buffer_(std::max(options.buffer, kLeastBuffer), '\0') {}

  void feed(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t part = std::min(piece.size(), buffer_.size() - held_);
      std::memcpy(buffer_.data() + held_, piece.data(), part);
      held_ += part;
      piece.remove_prefix(part);
      if (held_ == buffer_.size()) make_room();
    }
  }

  void finish() {
    flow_->go_on({buffer_.data(), held_}, base_, true);
    flow_ = std::make_unique<Flow>(options_, sink_);
    base_ = 0, held_ = 0;
  }

 private:
  static constexpr std::size_t kLeastBuffer = 16 * 1024;
  static_assert(kLeastBuffer > 3 * Reading::kReach);

  void make_room() {
    flow_->go_on({buffer_.data(), held_}, base_, false);
    const Pos keep = flow_->next() > Reading::kReach ? (flow_->next() - Reading::kReach) / 64 * 64 : 0;
    const std::size_t done = keep - base_;
    std::memmove(buffer_.data(), buffer_.data() + done, held_ - done);
    held_ -= done, base_ = keep;
  }

  ScanOptions options_;
  FindSink sink_;
  std::unique_ptr<Flow> flow_;
  std::vector<char> buffer_;
  Pos base_ = 0;          // position of the buffer's first byte
  std::size_t held_ = 0;  // bytes in it
};

Scanner::Scanner(const ScanOptions& options, FindSink sink) : state_(std::make_unique<State>(options, sink)) {}
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner::~Scanner() = default;
void Scanner::feed(std::string_view piece) { state_->feed(piece); }
void Scanner::finish() { state_->finish(); }

std::vector<Found> scan_text(std::string_view text) {
  ScanOptions options;
  options.kinds = KindSet();
  for (const FoundKind kind : {FoundKind::Url, FoundKind::Domain, FoundKind::Ip, FoundKind::Onion, FoundKind::FileHash,
                               FoundKind::Email, FoundKind::Iban, FoundKind::Wallet})
    options.kinds.add(kind);
  std::vector<Found> all;
  scan(text, options, [&all](const Find& find) {
    if (find.has(FindFlag::InsideUrl)) return;
    auto observable = parse_observable(*target_kind(find.kind), find.canonical);
    CORDON_CHECK(observable, "a canonical text does not parse");
    all.push_back({*std::move(observable), find.offset, find.length, find.defanged});
  });
  return all;
}

std::uint64_t classify_only(std::string_view text, Lanes lanes) {
  const BlockClassifier classifier(lanes);
  std::array<ByteClasses, 256> out;
  std::uint64_t sum = 0;
  for (std::size_t at = 64; at + 64 * out.size() + 64 <= text.size(); at += 64 * out.size()) {
    classifier.classify(text.data() + at, out.size(), out.data());
    for (const ByteClasses& c : out) sum += c.word ^ c.stop ^ c.rare ^ c.hex;
  }
  return sum;
}

}  // namespace cordon
