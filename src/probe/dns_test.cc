// Planted bugs, each seen red: an answer about another name that gives addresses; a pointer that may lead forwards.
#include "probe/dns.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

std::string record_of(std::string_view owner, std::string_view type, std::string_view data) {
  std::string bytes(owner);
  bytes += type;
  bytes += std::string("\0\1\0\0\0\0\0", 7) + static_cast<char>(data.size());
  return bytes + std::string(data);
}
const std::string kA("\0\1", 2), kCname("\0\5", 2), kSoa("\0\6", 2), kPointer("\xC0\x0C", 2);

// An answer to the question that write_dns_question() made, with these records.
std::string answer_to(std::string question, char code, std::vector<std::string> answers,
                      std::vector<std::string> authority = {}) {
  question[2] = '\x81';
  question[3] = static_cast<char>('\x80' | code);
  question[7] = static_cast<char>(answers.size());
  question[9] = static_cast<char>(authority.size());
  for (const std::string& one : answers) question += one;
  for (const std::string& one : authority) question += one;
  return question;
}
const std::string kQuestion = *write_dns_question(77, "bad.example.org", DnsType::A);
Result<DnsAnswer> read(const std::string& bytes) { return read_dns_answer(bytes, 77, "bad.example.org", DnsType::A); }

TEST(Dns, addresses_at_the_end_of_the_chain_count) {
  const std::string other("\1b\7example\3net\0", 15);
  const auto chain =
      read(answer_to(kQuestion, 0, {record_of(kPointer, kCname, other), record_of(other, kA, "\x0B\2\3\4")}));
  ASSERT_TRUE(chain) << chain.error().message;
  ASSERT_EQ(chain->addresses.size(), 1u);
  EXPECT_EQ(chain->addresses[0].text(), "11.2.3.4");
  EXPECT_EQ(chain->says, DnsAnswer::Says::Found);
  const auto beside = read(answer_to(kQuestion, 0, {record_of(other, kA, "\x0B\2\3\4")}));
  ASSERT_TRUE(beside);
  EXPECT_TRUE(beside->addresses.empty()) << "nobody asked for that name";
  EXPECT_EQ(beside->says, DnsAnswer::Says::Nothing);
}

TEST(Dns, a_no_is_a_zones_own_or_merely_a_resolvers) {
  const auto by_zone = read(answer_to(kQuestion, 3, {}, {record_of(kPointer, kSoa, std::string(22, '\0'))}));
  ASSERT_TRUE(by_zone) << by_zone.error().message;
  EXPECT_EQ(by_zone->says, DnsAnswer::Says::NoSuchName);
  EXPECT_TRUE(by_zone->by_zone);
  EXPECT_FALSE(read(answer_to(kQuestion, 3, {}))->by_zone);
  EXPECT_EQ(read(answer_to(kQuestion, 2, {}))->says, DnsAnswer::Says::Failed);
}

TEST(Dns, what_answers_another_question_or_is_broken_is_no_answer) {
  const std::string good = answer_to(kQuestion, 0, {record_of(kPointer, kA, "\x0B\2\3\4")});
  ASSERT_TRUE(read(good));
  EXPECT_FALSE(read_dns_answer(good, 78, "bad.example.org", DnsType::A));
  EXPECT_FALSE(read_dns_answer(good, 77, "other.example.org", DnsType::A));
  EXPECT_FALSE(read_dns_answer(good, 77, "bad.example.org", DnsType::Aaaa));
  EXPECT_FALSE(read(kQuestion)) << "a question";
  for (std::size_t cut = 0; cut < good.size(); ++cut) EXPECT_FALSE(read(good.substr(0, cut))) << cut;
  const std::string to_itself = "\xC0" + std::string(1, static_cast<char>(kQuestion.size()));
  EXPECT_FALSE(read(answer_to(kQuestion, 0, {record_of(to_itself, kA, "\x0B\2\3\4")})));
  EXPECT_FALSE(read(answer_to(kQuestion, 0, {record_of("\xC0\xFF", kA, "\x0B\2\3\4")})));
}

TEST(Dns, a_ring_of_names_ends) {
  EXPECT_FALSE(read(answer_to(kQuestion, 0, {record_of(kPointer, kCname, kPointer)})));
}

TEST(Dns, a_name_that_no_question_holds_is_refused) {
  EXPECT_FALSE(write_dns_question(1, "a..b", DnsType::A));
  EXPECT_FALSE(write_dns_question(1, std::string(64, 'a') + ".org", DnsType::A));
  EXPECT_EQ(write_dns_question(1, "", DnsType::Soa)->size(), 17u);
}

}  // namespace
}  // namespace cordon
