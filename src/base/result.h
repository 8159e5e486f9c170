// The value a fallible call returns: what was asked for, or why it could not be had.
//
//   Result<Domain> d = parse_domain(text);
//   if (!d) return d.error();
//   use(*d);
//
// Inside a function that itself returns a Result, TRY does those two lines:
//
//   Domain d = TRY(parse_domain(text));
//
// One TRY that can fail after another value of the same braces was made leaks that value under GCC 12 (its
// statement expressions do not unwind a half-made aggregate), so members are read into names first.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cordon {

// Why a call failed. desk/exit_code.h maps these to exit codes and HTTP statuses; a new fault needs a
// row there, so add one only when some caller would act differently on it.
enum class Fault {
  NotFound,     // no such thing, or a verification said no
  Usage,        // the command or the machine is not as it must be
  Malformed,    // the input breaks its format
  Refused,      // the input is sound but the charter or a policy forbids it
  Conflict,     // somebody changed it first, or somebody else owns it
  Unavailable,  // a disk, peer or process failed; the same call may work later
  Full,         // the same for want of room on a disk: somebody has to make some first
  Corrupt,      // stored bytes do not match their hash or signature
};
std::string_view name(Fault fault);  // "malformed", …: the word that --json and the API show

struct Error {
  Fault fault;
  std::string message;  // one line for the operator: what is wrong and what was expected
  std::string where;    // file, record or field; may be empty
};

struct Nothing {};

template <typename T = Nothing>
class [[nodiscard]] Result {
 public:
  Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : either_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return either_.index() == 0; }
  T& operator*() & { return std::get<0>(either_); }
  const T& operator*() const& { return std::get<0>(either_); }
  T&& operator*() && { return std::get<0>(std::move(either_)); }
  T* operator->() { return &std::get<0>(either_); }
  const T* operator->() const { return &std::get<0>(either_); }
  const Error& error() const& { return std::get<1>(either_); }
  Error&& error() && { return std::get<1>(std::move(either_)); }

 private:
  std::variant<T, Error> either_;
};

inline Error fail(Fault fault, std::string message, std::string where = {}) {
  return {fault, std::move(message), std::move(where)};
}
// What a system call left in errno, as "doing X: No space left on device". Always Unavailable, except
// that a missing file is NotFound and a disk or quota without room is Full.
Error system_error(std::string_view doing, int error_number, std::string where = {});

// We can be wrong: a broken promise of our own code ends the process, in release too.
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace cordon

#define CORDON_CHECK(condition, why) \
  ((condition) ? static_cast<void>(0) : ::cordon::check_failed(#condition, why, __FILE__, __LINE__))

// A GNU statement expression: GCC and Clang both have it, and no standard C++20 form is as short.
// The counter gives each use its own name, so one TRY may stand inside another.
#define TRY(expression) CORDON_TRY_COUNTED(expression, __COUNTER__)
#define CORDON_TRY_COUNTED(expression, n) CORDON_TRY_NAMED(expression, n)
#define CORDON_TRY_NAMED(expression, n)              \
  __extension__({                                    \
    auto&& try_##n = (expression);                   \
    if (!try_##n) return std::move(try_##n).error(); \
    *std::move(try_##n);                             \
  })
