#include "bench/peer.h"

#if __has_include(<simdjson.h>)
#include <simdjson.h>

#include <memory>

namespace cordon::bench {

std::function<std::uint64_t(const std::vector<std::string>&)> simdjson_dom() {
  const auto parser = std::make_shared<simdjson::dom::parser>();
  return [parser](const std::vector<std::string>& documents) {
    std::uint64_t bytes = 0;
    for (const std::string& one : documents) {  // each has simdjson's padding behind its end
      simdjson::dom::element root;
      if (parser->parse(one.data(), one.size() - simdjson::SIMDJSON_PADDING, false).get(root) == simdjson::SUCCESS)
        bytes += one.size() - simdjson::SIMDJSON_PADDING;
    }
    return bytes;
  };
}
std::size_t simdjson_padding() { return simdjson::SIMDJSON_PADDING; }

}  // namespace cordon::bench
#else
namespace cordon::bench {
std::function<std::uint64_t(const std::vector<std::string>&)> simdjson_dom() { return {}; }
std::size_t simdjson_padding() { return 0; }
}  // namespace cordon::bench
#endif
