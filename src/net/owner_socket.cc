// A frame on the wire: four bytes, big endian, how many follow; then those. Open files travel beside the
// first of the four (unix(7), SCM_RIGHTS).
#include "net/owner_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>

namespace cordon {
namespace {

constexpr std::size_t kFrameMax = 8u << 20;
constexpr std::size_t kFilesMax = 64;
constexpr int kSecondsSilent = 10;

// What the other side may send as ancillary data of one message: our 64 files and not one more.
struct alignas(cmsghdr) FileSpace {
  std::array<char, CMSG_SPACE(kFilesMax * sizeof(int))> bytes{};
};

Error gone(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    return fail(Fault::Unavailable, "the other side of the socket was silent for too long");
  }
  return system_error("talking over the desk's socket", error);
}

Result<Nothing> send_bytes(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return gone(errno);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Nothing{};
}

std::vector<Fd> files_of(msghdr& message) {
  std::vector<Fd> files;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof number);
      files.emplace_back(number);
    }
  }
  return files;
}

// Reads exactly `size` bytes and the files beside them. NotFound when it ends before the first byte.
Result<Frame> receive_exactly(int socket, std::size_t size) {
  Frame frame;
  frame.bytes.resize(size);
  for (std::size_t at = 0; at < size;) {
    iovec piece{frame.bytes.data() + at, size - at};
    FileSpace space;
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = space.bytes.data();
    message.msg_controllen = space.bytes.size();
    const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return gone(errno);
    for (Fd& file : files_of(message)) frame.files.push_back(std::move(file));
    if ((message.msg_flags & MSG_CTRUNC) != 0 || frame.files.size() > kFilesMax) {
      return fail(Fault::Malformed, "more than 64 files beside one frame");
    }
    if (got == 0 && at == 0) return fail(Fault::NotFound, "the other side of the socket has ended");
    if (got == 0) return fail(Fault::Unavailable, "the other side of the socket ended in the middle of a frame");
    at += static_cast<std::size_t>(got);
  }
  return frame;
}

struct Address {
  sockaddr_un name{};
  Fd folder;  // held while the name is in use
};

// A unix socket's name has at most 107 bytes; the folder's descriptor makes a short one for any path.
Result<Address> address_of(const std::string& path) {
  Address address;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  address.folder = TRY(open_file(folder, O_PATH | O_DIRECTORY));
  const std::string file = path.substr(slash == std::string::npos ? 0 : slash + 1);
  const std::string name = "/proc/self/fd/" + std::to_string(address.folder.get()) + "/" + file;
  if (file.empty() || name.size() >= sizeof address.name.sun_path) {
    return fail(Fault::Usage, "the socket's file name is too long", path);
  }
  address.name.sun_family = AF_UNIX;
  std::memcpy(address.name.sun_path, name.data(), name.size());
  return address;
}

int at_address(int (*call)(int, const sockaddr*, socklen_t), int socket, const Address& address) {
  return call(socket, reinterpret_cast<const sockaddr*>(&address.name), sizeof address.name);
}

Result<Fd> new_socket() {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return system_error("making a unix socket", errno);
  return socket;
}

bool may_command(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

class ThreadedListener final : public OwnerListener {
 public:
  ThreadedListener(std::string path, Handler handler) : path_(std::move(path)), handler_(std::move(handler)) {}

  ~ThreadedListener() override {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    CORDON_CHECK(::write(stop_.get(), &one, sizeof one) == sizeof one, "an eventfd takes one count");
    {
      const std::lock_guard lock(mutex_);
      if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);  // a handler that waits for its client wakes up
      stopping_ = true;
    }
    thread_.join();
    ::unlink(path_.c_str());
  }

  Result<Nothing> open() {
    struct stat old{};
    if (::lstat(path_.c_str(), &old) == 0) {
      if (!S_ISSOCK(old.st_mode)) return fail(Fault::Conflict, "a file that is no socket stands in the way", path_);
      ::unlink(path_.c_str());
    }
    const Address address = TRY(address_of(path_));
    socket_ = TRY(new_socket());
    stop_ = Fd(::eventfd(0, EFD_CLOEXEC));
    if (!stop_) return system_error("making an eventfd", errno, path_);
    // The mode is set before listen(2): until then nobody can connect.
    if (at_address(::bind, socket_.get(), address) != 0) return system_error("binding a socket", errno, path_);
    if (::chmod(path_.c_str(), 0600) != 0 || ::listen(socket_.get(), 16) != 0) {
      const int error = errno;
      ::unlink(path_.c_str());
      return system_error("listening on a socket", error, path_);
    }
    thread_ = std::thread([this] { serve(); });
    return Nothing{};
  }

 private:
  void serve() {
    while (true) {
      std::array<pollfd, 2> waiting = {pollfd{socket_.get(), POLLIN, 0}, pollfd{stop_.get(), POLLIN, 0}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
      if (waiting[1].revents != 0) return;
      if ((waiting[0].revents & POLLIN) != 0) answer_one();
    }
  }

  void answer_one() {
    Fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) {
      ::poll(nullptr, 0, 100);  // perhaps no file descriptor is left: do not spin
      return;
    }
    if (!may_command(client.get())) return;
    const timeval patience{kSecondsSilent, 0};
    ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      current_ = client.get();
    }
    {
      OwnerChannel channel(std::move(client));
      handler_(channel);
      const std::lock_guard lock(mutex_);
      current_ = -1;  // before the channel closes it: its number may soon be another file's
    }
  }

  const std::string path_;
  const Handler handler_;
  Fd socket_, stop_;
  std::mutex mutex_;
  int current_ = -1;       // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace

Result<Nothing> OwnerChannel::send(std::string_view bytes, const std::vector<int>& files) {
  if (bytes.size() > kFrameMax) return fail(Fault::Malformed, "a frame of over 8 MiB");
  if (files.size() > kFilesMax) return fail(Fault::Malformed, "more than 64 files beside one frame");
  std::array<char, 4> size{};
  for (std::size_t i = 0; i < size.size(); ++i) size[i] = static_cast<char>(bytes.size() >> (24 - 8 * i));
  iovec piece{size.data(), size.size()};
  FileSpace space;
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (!files.empty()) {
    message.msg_control = space.bytes.data();
    message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
    std::memcpy(CMSG_DATA(part), files.data(), files.size() * sizeof(int));
  }
  ssize_t sent = -1;
  do sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return gone(errno);
  TRY(send_bytes(socket_.get(), std::string_view(size.data(), size.size()).substr(static_cast<std::size_t>(sent))));
  return send_bytes(socket_.get(), bytes);
}

Result<Frame> OwnerChannel::receive() {
  Frame head = TRY(receive_exactly(socket_.get(), 4));
  std::size_t size = 0;
  for (const char c : head.bytes) size = size << 8 | static_cast<unsigned char>(c);
  if (size > kFrameMax) return fail(Fault::Malformed, "a frame of over 8 MiB");
  Result<Frame> body = receive_exactly(socket_.get(), size);
  if (!body && body.error().fault == Fault::NotFound) {
    return fail(Fault::Unavailable, "the other side of the socket ended in the middle of a frame");
  }
  if (!body) return body;
  if (!body->files.empty()) return fail(Fault::Malformed, "files beside the middle of a frame");
  head.bytes = std::move(body->bytes);
  return head;
}

bool OwnerChannel::has_ended() const {
  char byte = 0;
  const ssize_t got = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

Result<OwnerChannel> call_owner(const std::string& socket_path) {
  Result<Address> address = address_of(socket_path);
  if (!address) return address.error();
  Fd socket = TRY(new_socket());
  if (at_address(::connect, socket.get(), *address) == 0) return OwnerChannel(std::move(socket));
  if (errno == ENOENT || errno == ECONNREFUSED) return fail(Fault::NotFound, "nobody listens there", socket_path);
  return system_error("calling the desk", errno, socket_path);
}

Result<std::unique_ptr<OwnerListener>> OwnerListener::listen(const std::string& socket_path, Handler handler) {
  auto listener = std::make_unique<ThreadedListener>(socket_path, std::move(handler));
  TRY(listener->open());
  return std::unique_ptr<OwnerListener>(std::move(listener));
}

}  // namespace cordon
