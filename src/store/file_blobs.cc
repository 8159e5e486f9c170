#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/files.h"
#include "store/blob_store.h"

namespace cordon {

namespace {

class FileReading final : public BlobReading {
 public:
  FileReading(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<std::string_view> next(std::size_t count) override {
    buffer_.resize(count);
    std::size_t have = 0;
    while (have < count) {
      const ssize_t got = ::read(fd_.get(), buffer_.data() + have, count - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("cannot read", errno, path_);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    return std::string_view(buffer_).substr(0, have);
  }
  Result<Nothing> go_to(std::uint64_t place) override {
    if (::lseek(fd_.get(), static_cast<off_t>(place), SEEK_SET) < 0) return system_error("cannot read", errno, path_);
    return Nothing{};
  }
  Result<std::uint64_t> size() const override {
    struct stat about{};
    if (::fstat(fd_.get(), &about) != 0) return system_error("cannot read", errno, path_);
    return static_cast<std::uint64_t>(about.st_size);
  }

 private:
  Fd fd_;
  std::string path_, buffer_;
};

class FileBlobs final : public BlobStore {
 public:
  explicit FileBlobs(std::string folder) : folder_(std::move(folder)) {}

  Result<Nothing> adopt(const std::string& from, const Digest& address) override {
    const std::string path = place(address);
    const std::string folder = path.substr(0, path.rfind('/'));
    TRY(make_folder(folder, 0700));
    if (::rename(from.c_str(), path.c_str()) != 0) return system_error("cannot write", errno, path);
    TRY(sync_folder(folder));
    // The name that it had too: one that came back with a power cut would be cleared away, and its key with it.
    return sync_folder(from.substr(0, from.rfind('/')));
  }

  Result<std::unique_ptr<BlobReading>> open(const Digest& address) const override {
    return read_blob_file(place(address));
  }

  Result<bool> has(const Digest& address) const override { return exists(place(address)); }

  Result<Nothing> remove(const Digest& address, Overwrite overwrite) override {
    const std::string path = place(address);
    if (!exists(path)) return Nothing{};
    if (overwrite == Overwrite::Yes) {
      const Fd fd = TRY(open_file(path, O_WRONLY | O_NOFOLLOW));
      struct stat about{};
      if (::fstat(fd.get(), &about) != 0) return system_error("cannot erase", errno, path);
      const std::string zeros(std::size_t{1} << 16, '\0');
      for (auto left = static_cast<std::size_t>(about.st_size); left > 0; left -= std::min(left, zeros.size()))
        TRY(write_all(fd.get(), std::string_view(zeros).substr(0, left), path));
      sync_or_die(fd.get(), path);
    }
    if (::unlink(path.c_str()) != 0) return system_error("cannot erase", errno, path);
    return sync_folder(path.substr(0, path.rfind('/')));
  }

  Result<Nothing> each(const std::function<Result<Nothing>(const Digest&)>& one) const override {
    if (!exists(folder_)) return Nothing{};
    for (const std::string& name : TRY(list_folder(folder_))) {
      if (name.size() != 2 || !is_folder(folder_ + "/" + name)) continue;
      for (const std::string& file : TRY(list_folder(folder_ + "/" + name))) {
        const Result<Digest> address = parse_digest(file);
        if (address && blob_name(*address) == name + "/" + file) TRY(one(*address));
      }
    }
    return Nothing{};
  }

  std::string place(const Digest& address) const override { return folder_ + "/" + blob_name(address); }

 private:
  std::string folder_;
};

}  // namespace

std::string blob_name(const Digest& address) {
  const std::string hex = address.hex();
  return hex.substr(0, 2) + "/" + hex;
}

Result<std::unique_ptr<BlobReading>> read_blob_file(const std::string& path) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  return std::unique_ptr<BlobReading>(std::make_unique<FileReading>(std::move(fd), path));
}

std::unique_ptr<BlobStore> files_of(std::string folder) { return std::make_unique<FileBlobs>(std::move(folder)); }

}  // namespace cordon
