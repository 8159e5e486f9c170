#include "ledger/cosignature.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cordon {
namespace {

const std::string kSeenText = "desk.example.net/log\n2\n/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM=\n";
constexpr std::uint64_t kAt = 1'790'000'000;

SecretKey key_of(char letter) { return *SecretKey::from_seed(std::string(32, letter)); }
WitnessKey witness_of(char letter) {
  return {std::string("witness.example.org/") + letter, key_of(letter).public_key()};
}
NoteSignature by(char letter, std::uint64_t seconds = kAt) {
  return cosign(kSeenText, seconds, witness_of(letter).name, key_of(letter));
}
std::string note_by_log() { return sign_note(kSeenText, "desk.example.net/log", key_of('k')); }

TEST(Cosignature, says_when_it_was_made) {
  EXPECT_EQ(cosigned_message(kSeenText, 1679315147), "cosignature/v1\ntime 1679315147\n" + kSeenText);
  EXPECT_EQ(*read_cosignature(kSeenText, by('a'), witness_of('a')), kAt);
}

// Planted: the time is not part of what is signed. Red.
TEST(Cosignature, any_one_bit_turned_is_noticed) {
  const NoteSignature right = by('a');
  for (std::size_t bit = 0; bit < right.signature.size() * 8; ++bit) {
    NoteSignature turned = right;
    turned.signature[bit / 8] = static_cast<char>(turned.signature[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(read_cosignature(kSeenText, turned, witness_of('a'))) << bit;
  }
  EXPECT_FALSE(read_cosignature(kSeenText + "one more line\n", right, witness_of('a')));
  EXPECT_FALSE(read_cosignature(kSeenText, right, witness_of('b')));
}

TEST(Cosignature, without_a_time_is_none) {
  NoteSignature timeless = by('a');
  timeless.signature = std::string(8, '\0') + std::string(key_of('a').sign(cosigned_message(kSeenText, 0)).view());
  EXPECT_FALSE(read_cosignature(kSeenText, timeless, witness_of('a')));
}

// Planted: the key id of both kinds is made with 0x01. Red.
TEST(Cosignature, a_logs_key_and_a_witnesss_are_told_apart) {
  const WitnessKey witness = witness_of('a');
  EXPECT_EQ(*parse_witness_key(witness_vkey(witness)), witness);
  EXPECT_FALSE(parse_verifier_key(witness_vkey(witness)));
  EXPECT_FALSE(parse_witness_key(verifier_key(witness.name, witness.key)));
  const Note signed_as_log = *read_note(sign_note(kSeenText, witness.name, key_of('a')));
  EXPECT_TRUE(cosigned_by(signed_as_log, std::vector{witness})->empty());
}

TEST(Cosignature, only_known_witnesses_count_and_a_wrong_line_by_one_spoils_the_note) {
  Note note = *read_note(note_by_log());
  note.signatures.push_back(by('a', kAt));
  note.signatures.push_back(by('a', kAt + 5));
  note.signatures.push_back(by('b'));
  const std::vector<Cosigned> found = *cosigned_by(note, std::vector{witness_of('a'), witness_of('c')});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].seconds, kAt + 5);
  note.signatures[3].signature[20] ^= 1;
  EXPECT_TRUE(cosigned_by(note, std::vector{witness_of('a')}));
  EXPECT_FALSE(cosigned_by(note, std::vector{witness_of('b')}));
}

TEST(Cosignature, of_an_answer_is_moved_to_the_note) {
  const std::string answer = write_signatures({by('b'), by('a')});
  const std::string once = *with_cosignature(note_by_log(), answer, witness_of('a'));
  EXPECT_EQ(once, note_by_log() + write_signatures({by('a')}));
  const std::string later = *with_cosignature(once, write_signatures({by('a', kAt + 60)}), witness_of('a'));
  EXPECT_EQ(later, note_by_log() + write_signatures({by('a', kAt + 60)}));
  EXPECT_EQ(with_cosignature(once, answer, witness_of('c')).error().fault, Fault::NotFound);
  NoteSignature wrong = by('c');
  wrong.signature[30] ^= 1;
  EXPECT_EQ(with_cosignature(once, write_signatures({wrong}), witness_of('c')).error().fault, Fault::Corrupt);
  EXPECT_EQ(with_cosignature(once, "no signature\n", witness_of('c')).error().fault, Fault::Malformed);
}

TEST(Cosignature, a_note_takes_sixteen_lines_in_all) {
  std::string note = note_by_log();
  for (char letter = 'a'; letter < 'a' + 15; ++letter)
    note = *with_cosignature(note, write_signatures({by(letter)}), witness_of(letter));
  EXPECT_EQ(read_note(note)->signatures.size(), 16u);
  EXPECT_EQ(with_cosignature(note, write_signatures({by('z')}), witness_of('z')).error().fault, Fault::Refused);
}

}  // namespace
}  // namespace cordon
