#include "bench/patterns.h"
#include "bench/peer.h"

#if __has_include(<hs/hs.h>)
#include <hs/hs.h>

#include <memory>

namespace cordon::bench {
namespace {

struct Loaded {
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
  ~Loaded() {
    hs_free_scratch(scratch);
    hs_free_database(database);
  }
};

int count_one(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<std::uint64_t*>(count);
  return 0;
}

void add(Peers& peers, const std::string& name, const std::string& lacks, Rigour rigour, std::string Pattern::* which) {
  const auto all = patterns(rigour);
  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  for (const Pattern& pattern : all) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back((pattern.*which).c_str());
    flags.push_back(HS_FLAG_DOTALL);
  }
  const auto loaded = std::make_shared<Loaded>();
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       nullptr, &loaded->database, &error) != HS_SUCCESS) {
    peers.skipped.push_back({name, error->message});
    hs_free_compile_error(error);
    return;
  }
  if (hs_alloc_scratch(loaded->database, &loaded->scratch) != HS_SUCCESS) {
    peers.skipped.push_back({name, "no memory for its scratch"});
    return;
  }
  peers.ready.push_back({name, lacks, false, [loaded](std::string_view text) {
                           std::uint64_t count = 0;
                           hs_scan(loaded->database, text.data(), static_cast<unsigned>(text.size()), 0,
                                   loaded->scratch, count_one, &count);
                           return count;
                         }});
}

}  // namespace

void add_vectorscan(Peers& peers) {
  for (const Rigour rigour : {Rigour::Exact, Rigour::Light}) {
    add(peers, named("vectorscan", rigour),
        "only where a match ends, once for each possible end; " + std::string(kPatternsLack), rigour, &Pattern::full);
  }
  add(peers, "vectorscan-anchors", "only that something may be here: nothing is verified", Rigour::Exact,
      &Pattern::anchor);
}

}  // namespace cordon::bench
#else
namespace cordon::bench {
void add_vectorscan(Peers& peers) {
  for (const char* name : {"vectorscan", "vectorscan-anchors"}) peers.skipped.push_back({name, "libvectorscan-dev"});
}
}  // namespace cordon::bench
#endif
