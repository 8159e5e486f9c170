// Somebody else's engine, held against the same bytes. Each peer_*.cc includes one third-party library where this
// machine has it, and gives nothing where not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cordon::bench {

struct Peer {
  std::string name;
  std::string lacks;                                          // what its answer leaves to do
  bool slow = false;                                          // runs on the mixed corpus only
  std::function<std::uint64_t(std::string_view)> count = {};  // matches; what it allocates is made before
};
struct Skipped {
  std::string name, why;
};

struct Peers {
  std::vector<Peer> ready;
  std::vector<Skipped> skipped;
};

void add_vectorscan(Peers& peers);  // two of them: full patterns, anchors only
void add_re2(Peers& peers);
void add_pcre2(Peers& peers);
void add_ripgrep(Peers& peers, const std::string& file);  // which must hold the mixed corpus

// simdjson's DOM over JSON documents: bytes parsed. Not a finder of anything; the bar for reading JSON at all.
// Each text must have `simdjson_padding()` bytes behind its end, which belong to no document. Empty where the library
// is missing.
std::function<std::uint64_t(const std::vector<std::string>&)> simdjson_dom();
std::size_t simdjson_padding();

}  // namespace cordon::bench
