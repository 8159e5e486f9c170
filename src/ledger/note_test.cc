#include "ledger/note.h"

#include <gtest/gtest.h>

#include "ledger/naive_tree_for_tests.h"

namespace cordon {
namespace {

const std::string kText = "first\n\nthird line, after an empty one\n";

std::string signed_text() { return sign_note(kText, kTestLog, test_log_key()); }
PublicKey public_key() { return test_log_key().public_key(); }

TEST(Note, opens_with_its_key) {
  const auto text = open_note(signed_text(), kTestLog, public_key());
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, kText);
}

// Planted: open_note takes the first signature by this name without verify(). Red.
TEST(Note, any_one_bit_turned_is_noticed) {
  const std::string note = signed_text();
  for (std::size_t bit = 0; bit < 8 * note.size(); ++bit) {
    std::string turned = note;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(open_note(turned, kTestLog, public_key())) << "byte " << bit / 8;
  }
}

TEST(Note, a_wrong_signature_and_a_missing_one_are_different_answers) {
  Note note = *read_note(signed_text());
  EXPECT_EQ(open_note(write_note(note), "other.example.net/log", public_key()).error().fault, Fault::NotFound);
  EXPECT_EQ(
      open_note(write_note(note), kTestLog, SecretKey::from_seed(std::string(32, 'o'))->public_key()).error().fault,
      Fault::NotFound);
  note.text = "another text\n";
  EXPECT_EQ(open_note(write_note(note), kTestLog, public_key()).error().fault, Fault::Corrupt);
  note.signatures[0].signature.pop_back();
  EXPECT_EQ(open_note(write_note(note), kTestLog, public_key()).error().fault, Fault::Corrupt);
}

TEST(Note, signatures_by_others_are_passed_over) {
  Note note = *read_note(signed_text());
  note.signatures.insert(note.signatures.begin(), {kTestLog, "abcd", "the same name under another key id"});
  note.signatures.push_back({"witness.example.org", "efgh", "x"});
  EXPECT_TRUE(open_note(write_note(note), kTestLog, public_key()));
}

TEST(Note, a_second_signature_by_us_must_be_right_too) {
  Note note = *read_note(signed_text());
  note.signatures.push_back({kTestLog, note.signatures[0].key_id, std::string(64, 'x')});
  EXPECT_EQ(open_note(write_note(note), kTestLog, public_key()).error().fault, Fault::Corrupt);
}

TEST(Note, sixteen_signatures_are_taken_and_seventeen_refused) {
  Note note{kText, {}};
  note.signatures.assign(kMostSignatures, {"a.example.org", "abcd", "x"});
  EXPECT_TRUE(read_note(write_note(note)));
  note.signatures.push_back({"a.example.org", "abcd", "x"});
  EXPECT_FALSE(read_note(write_note(note)));
}

TEST(Note, is_read_strictly) {
  const std::string line = signed_text().substr(kText.size() + 1);
  ASSERT_TRUE(read_note(kText + "\n" + line));
  const std::string broken[] = {
      "",
      "\n",
      kText,
      kText + line,
      kText + "\n",
      kText + "\n" + line + "\n",
      kText + "\n" + line.substr(0, line.size() - 1),
      kText + "\n" + line.substr(3),
      kText + "\n- " + line.substr(4),
      kText + "\n" + line.substr(0, line.size() - 1) + " \n",
      kText + "\n" + replace_all(line, kTestLog + " ", kTestLog + "  "),
      kText + "\n" + replace_all(line, kTestLog, ""),
      kText + "\n" + replace_all(line, kTestLog, "a+b"),
      kText + "\n" + replace_all(line, kTestLog, "a\u00a0b"),
      kText + "\n" + replace_all(line, kTestLog, "a\tb"),
      kText + "\n\u2014 a.example.org YWJjZA==\n",  // a key id and nothing else
      kText + "\n\u2014 a.example.org YWJjZGX=\n",  // bits left over in the base64
      "tab\there\n\n" + line,
      "carriage return\r\n\n" + line,
      "\xff\n\n" + line,
  };
  for (const std::string& note : broken) EXPECT_FALSE(read_note(note)) << note;
  EXPECT_FALSE(read_note(std::string(kLongestNote, 'a') + "\n\n" + line));
}

TEST(VerifierKey, is_read_back_and_each_changed_character_refused) {
  const std::string vkey = verifier_key(kTestLog, public_key());
  const auto back = parse_verifier_key(vkey);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->first, kTestLog);
  EXPECT_EQ(back->second, public_key());
  for (std::size_t i = 0; i < vkey.size(); ++i) {
    std::string changed = vkey;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(parse_verifier_key(changed)) << changed;
  }
  EXPECT_FALSE(parse_verifier_key(""));
  EXPECT_FALSE(parse_verifier_key("+"));
  EXPECT_FALSE(parse_verifier_key("a+b"));
}

}  // namespace
}  // namespace cordon
