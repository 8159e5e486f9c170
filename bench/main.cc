// What `bench/scan` runs; bench/README.md says how to read it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "bench/figures.h"

namespace {

int usage() {
  std::fprintf(stderr,
               "usage: bench/scan [--quick] [--json] [--mb N] [--peers NAME,NAME…] [--no-linear | --linear]\n"
               "       bench/scan --quality [--list] [--json]\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  cordon::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--quick") {
      options.quick = true;
      options.megabytes = 13;
      options.rounds = 1;
    } else if (word == "--json") {
      options.json = true;
    } else if (word == "--quality") {
      options.quality = true;
    } else if (word == "--list") {
      options.list = true;
    } else if (word == "--linear") {
      options.speed = false;
    } else if (word == "--no-linear") {
      options.linear = false;
    } else if (word == "--stream" && more) {  // run_linear() starts this
      return cordon::bench::run_stream(std::strtoull(argv[i + 1], nullptr, 10));
    } else if (word == "--mb" && more) {
      const auto megabytes = cordon::parse_integer(argv[++i]);
      if (!megabytes || *megabytes < 1 || *megabytes > 2000) return usage();
      options.megabytes = static_cast<std::size_t>(*megabytes);
    } else if (word == "--peers" && more) {
      for (const std::string_view name : cordon::split(argv[++i], ',')) options.peers.emplace_back(name);
    } else {
      return usage();
    }
  }
  if (options.quality) return run_quality(options);
  const int speed = options.speed ? run_speed(options) : 0;
  const int linear = options.linear ? run_linear(options) : 0;
  return std::max(speed, linear);
}
