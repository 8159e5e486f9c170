#include "library/cordon_scan.h"

#include <memory>
#include <utility>

#include "observable/scan.h"

namespace {

std::uint32_t flags_of(const cordon::Find& find) {
  using cordon::FindFlag;
  constexpr std::pair<FindFlag, std::uint32_t> kFlags[] = {
      {FindFlag::Confusable, CORDON_CONFUSABLE}, {FindFlag::SharedHost, CORDON_SHARED_HOST},
      {FindFlag::Reserved, CORDON_RESERVED},     {FindFlag::InsideUrl, CORDON_INSIDE_URL},
      {FindFlag::Decoded, CORDON_DECODED},       {FindFlag::Wrapped, CORDON_WRAPPED}};
  std::uint32_t flags = find.defanged ? std::uint32_t{CORDON_DEFANGED} : 0;
  for (const auto& [flag, bit] : kFlags)
    if (find.has(flag)) flags |= bit;
  if (!cordon::target_kind(find.kind)) flags |= CORDON_CONTEXT;
  return flags;
}

// Hands finds to a caller's sink, and counts them. The names are literals, so they end in a zero.
struct Counter {
  cordon_sink sink;
  void* context;
  std::uint64_t count = 0;
  void operator()(const cordon::Find& find) {
    ++count;
    cordon_find outward{};
    // Literals, as said above, which the check cannot know:
    outward.kind = cordon::name(find.kind).data();              // NOLINT(bugprone-suspicious-stringview-data-usage)
    outward.held_back = cordon::reason(find.held_back).data();  // NOLINT(bugprone-suspicious-stringview-data-usage)
    if (find.held_back == cordon::HeldBack::No) outward.held_back = "";
    outward.written = find.written.data();
    outward.written_length = find.written.size();
    outward.canonical = find.canonical.data();
    outward.canonical_length = find.canonical.size();
    outward.offset = find.offset;
    outward.flags = flags_of(find);
    sink(context, &outward);
  }
};

cordon::ScanOptions options_of(std::uint32_t options) {
  cordon::ScanOptions some;
  some.loose = (options & CORDON_SCAN_LOOSE) != 0;
  return some;
}

}  // namespace

struct cordon_scanner {
  Counter counter;
  cordon::Scanner scanner;
  cordon_scanner(std::uint32_t options, cordon_sink sink, void* context)
      : counter{sink, context}, scanner(options_of(options), counter) {}
};

std::uint64_t cordon_scan_text(const char* text, std::size_t length, std::uint32_t options, cordon_sink sink,
                               void* context) {
  Counter counter{sink, context};
  cordon::scan({text, length}, options_of(options), counter);
  return counter.count;
}

cordon_scanner* cordon_scanner_new(std::uint32_t options, cordon_sink sink, void* context) {
  return std::make_unique<cordon_scanner>(options, sink, context).release();
}

void cordon_scanner_feed(cordon_scanner* scanner, const char* piece, std::size_t length) {
  scanner->scanner.feed({piece, length});
}

std::uint64_t cordon_scanner_finish(cordon_scanner* scanner) {
  scanner->scanner.finish();
  return std::exchange(scanner->counter.count, 0);
}

void cordon_scanner_free(cordon_scanner* scanner) { const std::unique_ptr<cordon_scanner> owner(scanner); }
