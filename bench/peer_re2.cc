#include "bench/patterns.h"
#include "bench/peer.h"

#if __has_include(<re2/re2.h>)
#include <re2/re2.h>

#include <memory>

namespace cordon::bench {

void add_re2(Peers& peers) {
  for (const Rigour rigour : {Rigour::Exact, Rigour::Light}) {
    RE2::Options options(RE2::Latin1);
    options.set_max_mem(std::int64_t{256} << 20);  // its cache of states is not what we measure
    options.set_log_errors(false);
    const auto all = std::make_shared<RE2>(alternation(rigour), options);
    if (!all->ok()) {
      peers.skipped.push_back({named("re2", rigour), all->error()});
      continue;
    }
    peers.ready.push_back({named("re2", rigour), kPatternsLack, false, [all](std::string_view text) {
                             std::uint64_t count = 0;
                             const re2::StringPiece whole(text.data(), text.size());
                             re2::StringPiece match;
                             for (std::size_t at = 0; at < text.size();) {
                               if (!all->Match(whole, at, text.size(), RE2::UNANCHORED, &match, 1)) break;
                               ++count;
                               at = static_cast<std::size_t>(match.data() - text.data()) + match.size();
                             }
                             return count;
                           }});
  }
}

}  // namespace cordon::bench
#else
namespace cordon::bench {
void add_re2(Peers& peers) { peers.skipped.push_back({"re2", "libre2-dev"}); }
}  // namespace cordon::bench
#endif
