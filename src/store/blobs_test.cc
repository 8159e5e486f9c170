#include "store/blobs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/files.h"
#include "base/zstd.h"
#include "store/s3_for_tests.h"

namespace cordon {
namespace {

namespace fs = std::filesystem;

// Each of the homes that blobs have: files, and an S3-compatible store.
enum class Lie { InFiles, InS3 };

class BlobsTest : public testing::TestWithParam<Lie> {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "cordon-blobs-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    if (GetParam() == Lie::InS3) s3_ = std::make_unique<FakeS3>();
  }
  void TearDown() override { fs::remove_all(folder_); }
  Blobs open(Blobs::Mode mode = Blobs::Mode::Write) const {
    return *Blobs::open(folder_ + "/evidence", folder_ + "/keys", mode,
                        s3_ ? s3_->store() : std::unique_ptr<BlobStore>());
  }
  std::string path_of(const Digest& address) const { return folder_ + "/evidence/" + blob_name(address); }
  // What lies under an address.
  std::string read(const Digest& address) { return s3_ ? s3_->objects[blob_name(address)] : file_of(path_of(address)); }
  void write(const Digest& address, const std::string& bytes) {
    if (s3_) {
      s3_->objects[blob_name(address)] = bytes;
    } else {
      write_file_at(path_of(address), bytes);
    }
  }
  static std::string file_of(const std::string& path) { return *read_file(path, 1u << 28); }
  static void write_file_at(const std::string& path, const std::string& bytes) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  std::size_t files_below(const std::string& folder) const {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ + "/" + folder)) files += entry.is_regular_file();
    return files;
  }

  std::string folder_;
  std::unique_ptr<FakeS3> s3_;
};
INSTANTIATE_TEST_SUITE_P(Homes, BlobsTest, testing::Values(Lie::InFiles, Lie::InS3),
                         [](const auto& home) { return home.param == Lie::InFiles ? "files" : "s3"; });

TEST_P(BlobsTest, what_was_put_comes_back_and_lies_under_the_digest_of_its_ciphertext) {
  Blobs blobs = open();
  SeededRandom random(4);
  for (const std::size_t size : {0u, 1u, 100u, 65535u, 65536u, 65537u, 131072u, 3000000u}) {
    for (const std::string& bytes : {random.bytes(size), std::string(size, 'x')}) {
      const auto address = blobs.put(bytes, "a label");
      ASSERT_TRUE(address) << address.error().message;
      EXPECT_EQ(sha256(read(*address)), *address);
      EXPECT_TRUE(*blobs.get(*address) == bytes) << size;
      EXPECT_TRUE(*open(Blobs::Mode::Read).get(*address) == bytes);
      const auto kept = blobs.look(*address);
      EXPECT_EQ(kept->content, sha256(bytes));
      EXPECT_EQ(kept->size, static_cast<std::int64_t>(size));
      EXPECT_EQ(kept->label, "a label");
      EXPECT_TRUE(kept->key);
    }
  }
  const Digest small = *blobs.put(std::string(3000000, 'x'));
  EXPECT_LT(read(small).size(), 4000u);
  EXPECT_EQ(blobs.look(small)->label, "");
  EXPECT_NE(*blobs.put("the same bytes"), *blobs.put("the same bytes"));
  struct stat about{};
  if (!s3_) {
    ASSERT_EQ(::stat(path_of(small).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
  }
  EXPECT_EQ(blobs.get(sha256("never put")).error().fault, Fault::NotFound);
}

// Planted bug: read_part() does not count the sizes that stand before the pieces.
TEST_P(BlobsTest, a_part_is_read_without_the_rest) {
  Blobs blobs = open();
  SeededRandom random(9);
  for (const std::size_t size : {0u, 5u, 65536u, 65537u, 400000u}) {
    const std::string bytes = random.bytes(size);
    const Digest address = *blobs.put(bytes, "a label");
    for (const std::uint64_t from : {0u, 4u, 65535u, 65536u, 131071u, 399999u, 400000u, 500000u}) {
      for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{70000}, UINT64_MAX}) {
        const auto part = blobs.part(address, from, count);
        ASSERT_TRUE(part) << part.error().message;
        EXPECT_TRUE(*part == bytes.substr(std::min<std::uint64_t>(from, size), count)) << size << ' ' << from;
      }
    }
  }
  EXPECT_EQ(blobs.part(sha256("never put"), 0, 1).error().fault, Fault::NotFound);
  const Digest address = *blobs.put(random.bytes(200000)), other = *blobs.put(random.bytes(200000));
  std::string changed = read(address);
  changed[150000] = static_cast<char>(changed[150000] ^ 1);
  write(address, changed);
  EXPECT_EQ(blobs.part(address, 140000, 10).error().fault, Fault::Corrupt);
  EXPECT_TRUE(blobs.part(address, 0, 10)) << "it reads no further than it must";
  write(address, read(other).substr(0, 190000));
  EXPECT_EQ(blobs.part(address, 0, 10).error().fault, Fault::Corrupt) << "cut short";
  const std::string plain = "plain bytes of a desk of before";
  write(sha256(plain), plain);
  EXPECT_EQ(*blobs.part(sha256(plain), 6, 5), "bytes");
}

// Planted bug: write the label, or the bytes, without sealing them.
TEST_P(BlobsTest, nothing_of_what_was_put_lies_in_plain) {
  Blobs blobs = open();
  const std::string bytes = "canary-9d1f0e57 in the bytes", label = "canary-9d1f0e57 in the label";
  ASSERT_TRUE(blobs.put(bytes, label));
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file()) all[entry.path()] = file_of(entry.path().string());
  if (s3_) {  // every byte that left the machine
    EXPECT_EQ(s3_->objects.size(), 1u);
    for (const http::Request& request : s3_->heard) {
      std::string& sent = all[request.method + request.target];
      for (const auto& [name, value] : request.headers) sent += name + value;
      sent += request.body;
    }
  }
  for (const auto& [where, found] : all) {
    EXPECT_EQ(found.find("canary"), std::string::npos) << where;
    for (const Digest& digest : {sha256(bytes), sha256(label)}) {
      EXPECT_EQ(found.find(digest.hex()), std::string::npos) << where;
      EXPECT_EQ(found.find(std::string(digest.view())), std::string::npos) << where;
    }
  }
}

// Planted bugs: drop the comparison with the address in read_encrypted(); there, and let a piece that does not open
// pass.
TEST_P(BlobsTest, any_changed_byte_and_any_cut_is_found) {
  Blobs blobs = open();
  SeededRandom random(5);
  const Digest address = *blobs.put(random.bytes(70000), "a label");
  const std::string good = read(address);
  std::vector<std::size_t> places{
      0, 7, 8, 12, 15, 16, 38, 39, 42, 43, 63, 64, 65600, good.size() - 30, good.size() - 1};
  for (std::size_t at = 100; at < good.size(); at += 997) places.push_back(at);
  for (const std::size_t at : places) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    write(address, changed);
    const auto got = blobs.get(address);
    ASSERT_FALSE(got) << at;
    EXPECT_EQ(got.error().fault, Fault::Corrupt) << at;
    EXPECT_NE(got.error().where.find(address.hex()), std::string::npos) << got.error().where;
    write(address, good.substr(0, at));
    EXPECT_EQ(blobs.get(address).error().fault, Fault::Corrupt) << at;
  }
  write(address, good + "x");
  EXPECT_EQ(blobs.get(address).error().fault, Fault::Corrupt);
  const Digest other = *blobs.put("other bytes");
  write(address, read(other));  // a sound file in another's place
  EXPECT_EQ(blobs.get(address).error().fault, Fault::Corrupt);
}

// Sealed as it should be, by somebody who has the keys, and still not the bytes that were hashed when they came; so it
// is written in the form of today and in that of desks before, which is still read.
// Planted bugs: drop the comparison with the slot's digest in read_encrypted(); that of the sizes with the table in
// read_pieces().
TEST_P(BlobsTest, bytes_that_are_not_those_of_the_slot_are_found) {
  Blobs blobs = open();
  auto keys = KeyStore::open(folder_ + "/keys", KeyStore::Mode::Write);
  const auto packed = [](std::string_view bytes) {
    std::string small;
    EXPECT_TRUE(compress(bytes, [&](std::string_view some) {
      small += some;
      return Result<Nothing>(Nothing{});
    }));
    return small;
  };
  const auto lay = [&](const std::string& file) {
    write(sha256(file), file);
    return sha256(file);
  };
  const auto stream = [&](std::string_view hashed, std::string_view bytes) {
    const auto taken = keys->take(sha256(hashed), bytes.size());
    SealingStream sealing(taken->key);
    const std::string front = std::string("CORDONB1") + static_cast<char>(taken->number) + std::string(7, '\0');
    std::string sealed;
    sealing.seal("", front, Piece::More, sealed);
    std::string file = front + sealing.head() + sealed;
    sealing.seal(packed(bytes), "", Piece::Last, sealed);
    return lay(file + sealed);
  };
  const auto pieces = [&](std::string_view hashed, std::string_view bytes, char in_table) {
    const auto taken = keys->take(sha256(hashed), bytes.size());
    const std::string front = std::string("CORDONB2") + static_cast<char>(taken->number) + std::string(7, '\0');
    std::string sealed;
    seal_piece(taken->key, 0, "", front, sealed);
    std::string file = front + sealed;
    seal_piece(taken->key, 1, packed(bytes), front, sealed);
    std::string size(1, static_cast<char>(sealed.size()));
    size += std::string(3, '\0');
    file += size + sealed;
    size[0] = static_cast<char>(size[0] + in_table);
    seal_piece(taken->key, 2, size, front, sealed);
    return lay(file + sealed);
  };
  EXPECT_EQ(*blobs.get(stream("one", "one")), "one");
  EXPECT_EQ(*blobs.part(stream("one", "one"), 1, 1), "n");
  EXPECT_EQ(*blobs.get(pieces("one", "one", 0)), "one");
  for (const Digest& wrong : {stream("one", "two"), pieces("one", "two", 0), pieces("one", "one", 1)}) {
    const auto other = blobs.get(wrong);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().fault, Fault::Corrupt);
  }
}

// Planted bug: let a piece that does not open pass.
TEST_P(BlobsTest, a_key_of_another_item_opens_nothing) {
  Blobs blobs = open();
  const Digest one = *blobs.put("one"), two = *blobs.put("two");
  std::string mixed = read(one);
  mixed[8] = read(two)[8];  // the number of its slot
  write(sha256(mixed), mixed);
  EXPECT_EQ(blobs.get(sha256(mixed)).error().fault, Fault::Corrupt);
  EXPECT_EQ(blobs.look(sha256(mixed)).error().fault, Fault::Corrupt);
}

// Planted bug: take everything for encrypted.
TEST_P(BlobsTest, what_a_desk_of_before_wrote_is_still_read) {
  const std::string bytes = "plain bytes of a desk of before";
  write(sha256(bytes), bytes);
  for (const auto mode : {Blobs::Mode::Read, Blobs::Mode::Write}) {  // the reader finds no keys
    const Blobs blobs = open(mode);
    EXPECT_EQ(*blobs.get(sha256(bytes)), bytes);
    EXPECT_EQ(blobs.look(sha256(bytes))->content, sha256(bytes));
    EXPECT_EQ(blobs.look(sha256(bytes))->size, static_cast<std::int64_t>(bytes.size()));
  }
  write(sha256(bytes), "plain bytes of a desk of Before");
  EXPECT_EQ(open().get(sha256(bytes)).error().fault, Fault::Corrupt);
}

// Planted bug: leave the loop over making.* out of Blobs::open().
TEST_P(BlobsTest, what_a_crash_left_half_written_is_cleared_away_with_its_key) {
  {
    Blobs blobs = open();
    ASSERT_TRUE(blobs.put("one"));
  }
  auto keys = KeyStore::open(folder_ + "/keys", KeyStore::Mode::Write);
  ASSERT_EQ(keys->take(sha256("two"), 3)->number, 2u);
  write_file_at(folder_ + "/evidence/making.2", "CORDONB1 half of it");
  write_file_at(folder_ + "/evidence/making.77", "of no slot");
  const Blobs blobs = open();
  EXPECT_EQ(files_below("evidence"), s3_ ? 0u : 1u);
  EXPECT_TRUE(*keys->erased(2));
  EXPECT_FALSE(*keys->erased(1));
}

TEST_P(BlobsTest, without_its_key_nothing_is_left_to_read) {
  const Digest address = *open().put("one");
  ASSERT_TRUE(KeyStore::open(folder_ + "/keys", KeyStore::Mode::Write)->erase(1));
  EXPECT_EQ(open().get(address).error().fault, Fault::NotFound);
  fs::remove_all(folder_ + "/keys");
  EXPECT_EQ(open(Blobs::Mode::Read).get(address).error().fault, Fault::Corrupt);
}

// Planted bug: each() stops after its first page (s3_blobs.cc).
TEST_P(BlobsTest, what_is_erased_is_gone_and_the_rest_is_listed) {
  Blobs blobs = open();
  std::set<Digest> put;
  for (int i = 0; i < 5; ++i) put.insert(*blobs.put("piece " + std::to_string(i)));
  const std::unique_ptr<BlobStore> home = s3_ ? s3_->store() : files_of(folder_ + "/evidence");
  const auto listed = [&] {
    std::set<Digest> found;
    EXPECT_TRUE(home->each([&](const Digest& address) {
      EXPECT_TRUE(found.insert(address).second);
      return Result<Nothing>(Nothing{});
    }));
    return found;
  };
  EXPECT_EQ(listed(), put);
  const Digest gone = *put.begin();
  const std::optional<KeyStore::Number> key = blobs.look(gone)->key;
  EXPECT_TRUE(*home->has(gone));
  EXPECT_FALSE(*blobs.erased(gone, key));
  for (int twice = 0; twice < 2; ++twice) EXPECT_TRUE(blobs.erase(gone, key));
  EXPECT_TRUE(*blobs.erased(gone, key));
  EXPECT_FALSE(*home->has(gone));
  put.erase(gone);
  EXPECT_EQ(listed(), put);
  EXPECT_EQ(blobs.get(gone).error().fault, Fault::NotFound);
}

}  // namespace
}  // namespace cordon
