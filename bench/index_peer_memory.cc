// Sets in this process's memory: the standard library's and Abseil's.
#include <malloc.h>

#include <unordered_set>

#include "bench/index_peer.h"

#if __has_include(<absl/container/flat_hash_set.h>)
#include <absl/container/flat_hash_set.h>
#define CORDON_HAS_ABSL
#endif

namespace cordon::bench {
namespace {

double allocated() {
  const auto info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

template <typename Set>
class MemorySet : public SetPeer {
 public:
  explicit MemorySet(const Texts& keys) {
    const double before = allocated();
    set_.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) set_.emplace(keys.text(i));
    bytes_ = allocated() - before;
  }
  std::uint64_t hits(const Texts& queries) override {
    std::uint64_t count = 0;
    std::string key;
    for (std::size_t i = 0; i < queries.size(); ++i) {
      key.assign(queries.text(i));
      count += set_.find(key) != set_.end() ? 1 : 0;
    }
    return count;
  }
  double bytes() override { return bytes_; }

 private:
  Set set_;
  double bytes_ = 0;
};

template <typename Set>
SetPeerKind memory_peer(std::string name, double goal) {
  SetPeerKind kind{.name = std::move(name), .goal = goal, .most = 10'000'000};
  kind.make = [](const Texts& keys, const std::string&) { return std::make_unique<MemorySet<Set>>(keys); };
  return kind;
}

}  // namespace

SetPeerKind unordered_set_peer() { return memory_peer<std::unordered_set<std::string>>("unordered_set", 40); }

SetPeerKind absl_peer() {
#ifdef CORDON_HAS_ABSL
  return memory_peer<absl::flat_hash_set<std::string>>("absl::flat_hash_set", 30);
#else
  return {.name = "absl::flat_hash_set", .lacks = "libabsl-dev"};
#endif
}

}  // namespace cordon::bench
