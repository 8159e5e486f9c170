// How figures are taken and shown. CPU seconds of this thread, or of all, and of programs that it waited for, never
// wall time: the machine is shared. Absolute figures of two runs do not compare; ratios of one run do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cordon::bench {

struct Options {
  bool quick = false;  // ends within a minute; its ratios are rough
  bool json = false;   // JSON lines instead of tables
  bool linear = true;  // how time grows with size, too
  bool speed = true;
  bool quality = false;  // recall and precision instead of speed
  bool list = false;     // each miss and each doubtful find of --quality
  std::size_t megabytes = 104;
  int rounds = 3;
  std::vector<std::string> peers = {};  // only these; empty for all
};

double cpu_seconds();
double cpu_seconds_of_all_threads();
double median(std::vector<double> of);
double time_of(const std::function<void()>& work);

// One line of --json: {"bench","case","subject","figure","unit","ratio_to","ratio"}.
struct Figure {
  std::string of;  // the case
  std::string subject;
  double figure;
  std::string unit;
  std::string ratio_to = {};
  std::optional<double> ratio = {};
};
void print_json(const Figure& figure, const std::string& bench = "scan");

int run_speed(const Options& options);
int run_linear(const Options& options);
int run_stream(std::size_t megabytes);  // prints the most memory that it took, in MB
int run_quality(const Options& options);

}  // namespace cordon::bench
