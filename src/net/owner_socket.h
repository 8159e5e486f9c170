// The unix socket on which a running desk takes commands: frames of a length and bytes, with open files
// beside them (SCM_RIGHTS), so that `intake` hands over descriptors and never paths.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace cordon {

struct Frame {
  std::string bytes;      // at most 8 MiB
  std::vector<Fd> files;  // at most 64
};

class OwnerChannel {  // one side of a connection
 public:
  explicit OwnerChannel(Fd socket) : socket_(std::move(socket)) {}
  Result<Nothing> send(std::string_view bytes, const std::vector<int>& files = {});
  Result<Frame> receive();  // NotFound at an orderly end
  bool has_ended() const;   // the other side has gone
 private:
  Fd socket_;
};

Result<OwnerChannel> call_owner(const std::string& socket_path);  // NotFound when nobody listens

// Answers connections one at a time, in order, on a thread of its own until it is destroyed. The socket file
// is 0600; a stale one is replaced (the desk's lock, taken before, says that it is stale).
class OwnerListener {
 public:
  using Handler = std::function<void(OwnerChannel&)>;
  static Result<std::unique_ptr<OwnerListener>> listen(const std::string& socket_path, Handler handler);
  virtual ~OwnerListener() = default;
};

}  // namespace cordon
