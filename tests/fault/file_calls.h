// What the shared object of file_calls.cc does to a process that is linked with it or has it in LD_PRELOAD: it counts
// the calls on files below one folder, fails one of them or all from one on, cuts a write short, kills the process in
// the place of a call, or writes down what was done, for the fault tests to run it again up to any point.
//
// The plan lies in a file that every process of a run maps, so that the desk and its signer count as one. A process
// finds it by the environment (kFileCallsVariable), or is given it by attach_file_calls().
#pragma once

#include <atomic>
#include <cstdint>

namespace cordon::testing_desk {

inline constexpr char kFileCallsVariable[] = "CORDON_FILE_CALLS";

// The kinds of calls, as a trace names them.
enum class FileCall : char {
  Open = 'o',
  Create = 'c',  // open() of what was not there
  List = 'L',
  Read = 'R',
  Write = 'w',
  Truncate = 't',
  Sync = 's',
  Rename = 'r',
  Link = 'l',
  Unlink = 'u',
  MakeFolder = 'm',
  RemoveFolder = 'x',
};

struct FileCallsPlan {
  enum class Fail : std::int32_t { Nothing, Once, FromThenOn, ShortWrite, Kill };
  char below[256];  // paths that begin with this count
  char trace[256];  // where every call is written down; empty: nowhere
  Fail fail;
  std::int32_t error;  // errno of a call that is failed
  std::int64_t at;     // the first call is 1
  std::atomic<std::int64_t> calls, failed;
  std::atomic<std::int32_t> failed_process;  // of the first one that failed
  std::atomic<char> failed_call;
  char failed_path[256];
};

// Before each call in a trace; two paths (the second of a rename or a link) and the bytes of a write follow.
struct FileCallRecord {
  FileCall call;
  std::uint8_t done;  // 1: the kernel did it
  std::uint16_t path_size, other_path_size;
  std::int64_t offset, size;  // of a write; a truncation's size
};

extern "C" void attach_file_calls(const char* plan);  // nullptr: no more

}  // namespace cordon::testing_desk
