// cordon_scan.h for C++17 and later. Only this header and that one are needed, and -lcordon_scan.
//
//   cordon_scan::scan(text, [](const cordon_scan::Find& find) { std::cout << find.kind << " " << find.canonical <<
//   "\n"; });
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "library/cordon_scan.h"

namespace cordon_scan {

// A loan until the call returns, as cordon_find is.
struct Find {
  std::string_view kind, held_back, written, canonical;
  std::uint64_t offset;
  std::uint32_t flags;  // CORDON_DEFANGED, …
  bool defanged() const { return (flags & CORDON_DEFANGED) != 0; }
};

namespace detail {
template <typename Call>
void hand_over(void* call, const cordon_find* find) {
  (*static_cast<Call*>(call))(Find{find->kind,
                                   find->held_back,
                                   {find->written, find->written_length},
                                   {find->canonical, find->canonical_length},
                                   find->offset,
                                   find->flags});
}
}  // namespace detail

// `call` is given each Find, left to right, and must not throw. Returns how many there were.
template <typename Call>
std::uint64_t scan(std::string_view text, Call call, std::uint32_t options = 0) {
  return cordon_scan_text(text.data(), text.size(), options, detail::hand_over<Call>, &call);
}

// For a text in pieces. Holds `call` as long as it lives.
template <typename Call>
class Scanner {
 public:
  explicit Scanner(Call call, std::uint32_t options = 0)
      : call_(std::make_unique<Call>(std::move(call))),
        scanner_(cordon_scanner_new(options, detail::hand_over<Call>, call_.get())) {}
  void feed(std::string_view piece) { cordon_scanner_feed(scanner_.get(), piece.data(), piece.size()); }
  std::uint64_t finish() { return cordon_scanner_finish(scanner_.get()); }

 private:
  struct Free {
    void operator()(cordon_scanner* scanner) const { cordon_scanner_free(scanner); }
  };
  std::unique_ptr<Call> call_;
  std::unique_ptr<cordon_scanner, Free> scanner_;
};

}  // namespace cordon_scan
