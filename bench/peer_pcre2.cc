#include "bench/patterns.h"
#include "bench/peer.h"

#if __has_include(<pcre2.h>)
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

namespace cordon::bench {

void add_pcre2(Peers& peers) {
  for (const Rigour rigour : {Rigour::Exact, Rigour::Light}) {
    const std::string all = alternation(rigour);
    const auto* text = reinterpret_cast<PCRE2_SPTR>(all.data());
    int error = 0;
    PCRE2_SIZE where = 0;
    const std::shared_ptr<pcre2_code> code(pcre2_compile(text, all.size(), 0, &error, &where, nullptr),
                                           pcre2_code_free);
    if (!code || pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE) != 0) {
      peers.skipped.push_back({named("pcre2-jit", rigour), "it does not take the patterns"});
      continue;
    }
    const std::shared_ptr<pcre2_match_data> match(pcre2_match_data_create_from_pattern(code.get(), nullptr),
                                                  pcre2_match_data_free);
    peers.ready.push_back({named("pcre2-jit", rigour), kPatternsLack, true, [code, match](std::string_view subject) {
                             std::uint64_t count = 0;
                             const auto* bytes = reinterpret_cast<PCRE2_SPTR>(subject.data());
                             for (PCRE2_SIZE at = 0; at < subject.size();) {
                               if (pcre2_jit_match(code.get(), bytes, subject.size(), at, 0, match.get(), nullptr) < 0)
                                 break;
                               ++count;
                               at = pcre2_get_ovector_pointer(match.get())[1];
                             }
                             return count;
                           }});
  }
}

}  // namespace cordon::bench
#else
namespace cordon::bench {
void add_pcre2(Peers& peers) { peers.skipped.push_back({"pcre2-jit", "libpcre2-dev"}); }
}  // namespace cordon::bench
#endif
