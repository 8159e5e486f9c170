#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "base/confined.h"
#include "base/text.h"

namespace cordon {
namespace {

struct Form {
  const char* name;
  std::function<void(struct archive*)> set;
};
const std::array<Form, 7> kForms{{
    {"zip", [](struct archive* a) { archive_write_set_format_zip(a); }},
    {"tar", [](struct archive* a) { archive_write_set_format_ustar(a); }},
    {"tar.gz", [](struct archive* a) { archive_write_set_format_ustar(a), archive_write_add_filter_gzip(a); }},
    {"tar.xz", [](struct archive* a) { archive_write_set_format_pax(a), archive_write_add_filter_xz(a); }},
    {"tar.bz2", [](struct archive* a) { archive_write_set_format_gnutar(a), archive_write_add_filter_bzip2(a); }},
    {"tar.zst", [](struct archive* a) { archive_write_set_format_ustar(a), archive_write_add_filter_zstd(a); }},
    {"7z", [](struct archive* a) { archive_write_set_format_7zip(a); }},
}};

using Members = std::vector<ArchiveMember>;

std::string pack(const Form& form, const Members& members, const char* password = nullptr) {
  std::string out(std::size_t{24} << 20, '\0');
  std::size_t used = 0;
  struct archive* a = archive_write_new();
  form.set(a);
  if (password != nullptr) {
    EXPECT_EQ(archive_write_set_options(a, "zip:encryption=traditional"), ARCHIVE_OK);
    archive_write_set_passphrase(a, password);
  }
  EXPECT_EQ(archive_write_open_memory(a, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const ArchiveMember& member : members) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(a, entry), ARCHIVE_OK) << archive_error_string(a);
    EXPECT_EQ(archive_write_data(a, member.bytes.data(), member.bytes.size()),
              static_cast<la_ssize_t>(member.bytes.size()));
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(a), ARCHIVE_OK) << archive_error_string(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}
const Form& form(std::string_view name) {
  for (const Form& one : kForms)
    if (one.name == name) return one;
  return kForms[0];
}

const Members kTwo{{"a.txt", "see http://example.org/a\n"}, {"b/c.txt", "192.0.2.1"}};

TEST(Archive, members_of_every_form_are_read) {
  for (const Form& one : kForms) {
    const std::string packed = pack(one, kTwo);
    EXPECT_TRUE(looks_like_archive(packed)) << one.name;
    const auto unpacked = unpack(packed);
    ASSERT_TRUE(unpacked) << one.name << ": " << unpacked.error().message;
    ASSERT_EQ(unpacked->members.size(), 2u) << one.name;
    EXPECT_EQ(unpacked->members[0].name, "a.txt") << one.name;
    EXPECT_EQ(unpacked->members[0].bytes, kTwo[0].bytes) << one.name;
    EXPECT_EQ(unpacked->members[1].bytes, kTwo[1].bytes) << one.name;
    EXPECT_TRUE(unpacked->passed_over.empty()) << one.name;
  }
  const auto alone =
      unpack(pack({"gz", [](struct archive* a) { archive_write_set_format_raw(a), archive_write_add_filter_gzip(a); }},
                  {{"x", "example.org"}}));
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(alone->members.at(0).name, "");
  EXPECT_EQ(alone->members.at(0).bytes, "example.org");
}

// Planted bugs that turn it red: a member() that does not ask archive_entry_is_encrypted, or looks_like_archive.
TEST(Archive, what_is_not_read_is_said) {
  const auto locked = unpack(pack(form("zip"), kTwo, "secret"));
  ASSERT_TRUE(locked) << locked.error().message;
  EXPECT_TRUE(locked->members.empty());
  EXPECT_EQ(join(locked->passed_over, "|"), "a.txt: encrypted|b/c.txt: encrypted");
  const auto nested = unpack(pack(form("tar"), {{"in.zip", pack(form("zip"), kTwo)}, {"a.txt", "a"}}));
  ASSERT_TRUE(nested) << nested.error().message;
  ASSERT_EQ(nested->members.size(), 1u);
  EXPECT_EQ(join(nested->passed_over, "|"), "in.zip: an archive within the archive is not opened");
  // No text: without a word.
  const auto binary = unpack(pack(form("zip"), {{"a.bin", std::string("\x7f"
                                                                      "ELF\0\0",
                                                                      6)},
                                                {"a.txt", "a"}}));
  ASSERT_TRUE(binary);
  EXPECT_EQ(binary->members.size(), 1u);
  EXPECT_TRUE(binary->passed_over.empty());
}

TEST(Archive, a_damaged_one_gives_what_came_before_the_damage) {
  const std::string packed = pack(form("tar"), {{"a.txt", "one"}, {"b.txt", std::string(5000, 'x')}});
  const auto cut = unpack(std::string_view(packed).substr(0, 1700));
  ASSERT_TRUE(cut) << cut.error().message;
  ASSERT_EQ(cut->members.front().bytes, "one");
  EXPECT_EQ(cut->passed_over.size(), 1u);
  std::string spoiled = pack(form("tar.gz"), kTwo);
  for (std::size_t i = 20; i < 40; ++i) spoiled[i] = static_cast<char>(i * 37);
  const auto none = unpack(spoiled);
  EXPECT_TRUE(!none || none->members.empty());
  EXPECT_EQ(unpack("no archive at all").error().fault, Fault::Malformed);
  EXPECT_EQ(unpack("").error().fault, Fault::Malformed);
}

// Planted bug that turns it red: within() that always says yes.
TEST(Archive, bombs_are_refused_whole) {
  const std::string many(std::size_t{20} << 20, 'a');
  for (const char* name : {"tar.gz", "zip", "tar.xz"}) {
    const auto bomb = unpack(pack(form(name), {{"a.txt", "before"}, {"b.txt", many}}));
    ASSERT_FALSE(bomb) << name;
    EXPECT_EQ(bomb.error().fault, Fault::Malformed);
    EXPECT_EQ(bomb.error().message, "it unpacks to more than 250 times its size") << name;
  }
  Members crowd;
  for (std::size_t i = 0; i <= archive_limits::kMembers; ++i) crowd.push_back({"m" + std::to_string(i), "x"});
  const auto crowded = unpack(pack(form("zip"), crowd));
  ASSERT_FALSE(crowded);
  EXPECT_EQ(crowded.error().message, "it holds more than 10000 members");
}

TEST(Archive, an_answer_is_read_or_refused_whole) {
  const std::string answer = unpack_unconfined(pack(form("zip"), kTwo));
  ASSERT_TRUE(read_unpacked(answer));
  for (std::size_t cut = 0; cut < answer.size(); ++cut)
    EXPECT_FALSE(read_unpacked(std::string_view(answer).substr(0, cut))) << cut;
  EXPECT_FALSE(read_unpacked(answer + "E"));
}

}  // namespace
}  // namespace cordon
