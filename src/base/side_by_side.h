// The same work on many things, on all processors: for pure work whose result each thing keeps for itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace cordon {

// Calls work(0) to work(count - 1), each once, in any order and some at once, and returns when all are done. They may
// share what nobody changes.
template <typename Work>
void side_by_side(std::size_t count, const Work& work) {
  const std::size_t crew = std::min<std::size_t>(count, std::max(1u, std::thread::hardware_concurrency()));
  const auto part = [&](std::size_t number) {
    for (std::size_t i = number; i < count; i += crew) work(i);
  };
  std::vector<std::thread> others;
  for (std::size_t number = 1; number < crew; ++number) others.emplace_back(part, number);
  if (crew > 0) part(0);
  for (std::thread& one : others) one.join();
}

}  // namespace cordon
