// A folder with files of a test, which goes with it; the key and the days of the tests of indexes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/sign.h"
#include "match/indicator.h"

namespace cordon {

inline const Day kToday = Day::numbered(20'040);
inline const Day kListDay = *parse_day("2026-11-24");  // of the lists that are read and exported

inline SecretKey test_key() { return *SecretKey::from_seed(std::string(32, 'k')); }

class Folder {
 public:
  Folder() {
    std::string shape = testing::TempDir() + "cordon-match-XXXXXX";
    CORDON_CHECK(::mkdtemp(shape.data()) != nullptr, "no temporary folder");
    path_ = shape;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string file(const std::string& name, std::string_view bytes) const {
    CORDON_CHECK(write_file(file(name), bytes), "cannot write");
    return file(name);
  }

 private:
  std::string path_;
};

}  // namespace cordon
