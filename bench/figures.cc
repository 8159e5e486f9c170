#include "bench/figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "base/json.h"

namespace cordon::bench {

namespace {

double seconds_by(clockid_t clock) {
  timespec own{};
  ::clock_gettime(clock, &own);
  rusage others{};
  ::getrusage(RUSAGE_CHILDREN, &others);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return static_cast<double>(own.tv_sec) + 1e-9 * static_cast<double>(own.tv_nsec) + seconds(others.ru_utime) +
         seconds(others.ru_stime);
}

}  // namespace

double cpu_seconds() { return seconds_by(CLOCK_THREAD_CPUTIME_ID); }
double cpu_seconds_of_all_threads() { return seconds_by(CLOCK_PROCESS_CPUTIME_ID); }

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of.empty() ? 0 : of[of.size() / 2];
}

double time_of(const std::function<void()>& work) {
  const double before = cpu_seconds();
  work();
  return cpu_seconds() - before;
}

void print_json(const Figure& figure, const std::string& bench) {
  Json line = Json::Object{{"bench", bench},
                           {"case", figure.of},
                           {"subject", figure.subject},
                           {"figure", figure.figure},
                           {"unit", figure.unit}};
  line.set("ratio_to", figure.ratio ? Json(figure.ratio_to) : Json());
  line.set("ratio", figure.ratio ? Json(*figure.ratio) : Json());
  std::printf("%s\n", to_text(line).c_str());
}

}  // namespace cordon::bench
