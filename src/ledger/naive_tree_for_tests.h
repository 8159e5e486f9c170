// The definitions of RFC 6962 section 2.1, as they stand there, to compare the real code with; and what tests of a
// log's folder need.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"

namespace cordon {

class NaiveTree {
 public:
  explicit NaiveTree(const std::vector<std::string>& leaves) : leaves_(leaves) {}

  // MTH(D[begin:end])
  Digest mth(std::size_t begin, std::size_t end) {
    if (begin == end) return sha256("");
    const auto known = known_.find({begin, end});
    if (known != known_.end()) return known->second;
    Digest out;
    if (end - begin == 1) {
      out = sha256(std::string(1, '\0') + leaves_[begin]);
    } else {
      const std::size_t k = split(end - begin);
      out = sha256("\x01" + std::string(mth(begin, begin + k).view()) + std::string(mth(begin + k, end).view()));
    }
    return known_[{begin, end}] = out;
  }
  TreeHead head(std::size_t size) { return {size, mth(0, size)}; }

  // PATH(m, D[begin:end])
  Proof path(std::size_t m, std::size_t begin, std::size_t end) {
    const std::size_t n = end - begin;
    if (n <= 1) return {};
    const std::size_t k = split(n);
    Proof out = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
    out.push_back(m < k ? mth(begin + k, end) : mth(begin, begin + k));
    return out;
  }

  // SUBPROOF(m, D[begin:end], whole)
  Proof subproof(std::size_t m, std::size_t begin, std::size_t end, bool whole = true) {
    const std::size_t n = end - begin;
    if (m == n) return whole ? Proof{} : Proof{mth(begin, end)};
    const std::size_t k = split(n);
    Proof out = m <= k ? subproof(m, begin, begin + k, whole) : subproof(m - k, begin + k, end, false);
    out.push_back(m <= k ? mth(begin + k, end) : mth(begin, begin + k));
    return out;
  }

 private:
  static std::size_t split(std::size_t n) {
    std::size_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  }
  std::vector<std::string> leaves_;
  std::map<std::pair<std::size_t, std::size_t>, Digest> known_;
};

inline std::vector<std::string> some_leaves(std::size_t count, std::size_t first = 0) {
  std::vector<std::string> leaves;
  for (std::size_t i = first; i < first + count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

// A folder that goes with the test.
class TestFolder {
 public:
  TestFolder() {
    std::string name = std::filesystem::temp_directory_path() / "cordon-ledger-XXXXXX";
    CORDON_CHECK(::mkdtemp(name.data()) != nullptr, "a test needs a folder");
    path_ = name;
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  // Every file's bytes by its path relative to the folder.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      out[std::filesystem::relative(entry.path(), path_).string()] = *read_file(entry.path().string(), 1u << 24);
    }
    return out;
  }
  // Puts bytes in place without the care of write_file, which would make tests of many changes slow.
  void put(const std::string& name, std::string_view bytes) const {
    const Fd fd = *open_file(path_ + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CORDON_CHECK(write_all(fd.get(), bytes), "a test's file");
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(path_ + "/" + name); }

 private:
  std::string path_;
};

inline const std::string kTestLog = "desk.example.net/log";
inline SecretKey test_log_key() { return *SecretKey::from_seed(std::string(32, 'k')); }

// Publishes a checkpoint over what the folder holds.
inline TreeHead publish_for_test(const TestFolder& folder, const TreeHead& head) {
  folder.put("checkpoint", sign_note(write_checkpoint({kTestLog, head, {}}), kTestLog, test_log_key()));
  return head;
}

}  // namespace cordon
