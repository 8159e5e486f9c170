// What a backup is for: a desk of it is the desk that was copied, or there is none. A copy that was interrupted,
// damaged, is older than what was signed, or would bring back what was erased, is told apart by name.
//
// Planted bugs, each seen to turn this red (tests/teeth):
//  1 backup-without-evidence   pieces of evidence are not among what a row names
//  2 restore-forgets-signer    how far the signer remembers the log is not asked
//  3 restore-brings-back       what the copy of the keys says was erased is not put on record
//  4 backup-sweeps-all         what a manifest names is taken for left over
//  5 backup-keeps-keys         copies of the keys are kept for good
#include "store/backup.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "base/samples_for_tests.h"
#include "base/text.h"
#include "desk/backup_command.h"
#include "desk/key_file.h"
#include "fault_desk.h"
#include "ledger/checkpoint.h"
#include "store/postgres_for_tests.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    key_file_ = work_.path() + "/backup.keys";
    ASSERT_TRUE(do_step(desk_.paths(), desk_.approve(), [](const Json&) {}));
  }

  Result<Json> back_up(bool with_keys = true, const Paths* of = nullptr) {
    const std::string key_file = exists(key_file_) ? "" : key_file_;
    return cordon::back_up(of == nullptr ? desk_.paths() : *of, {copies_, with_keys ? keys_ : "", key_file}, clock_,
                           {});
  }
  // The place with the signer's memory of the desk beside it, as on the machine whose desk was lost.
  Paths place(bool with_signer = true) {
    const Paths place(work_.path() + "/place" + std::to_string(++places_) + "/desk");
    EXPECT_TRUE(make_folder(place.desk.substr(0, place.desk.rfind('/'))));
    if (with_signer) fs::copy(desk_.paths().signer(), place.signer(), fs::copy_options::recursive);
    settle(place);
    return place;
  }
  RestoreFrom from() const {
    RestoreFrom from;
    from.folder = copies_;
    from.keys_folder = keys_;
    from.key_file = key_file_;
    return from;
  }
  Result<Json> restore(const Paths& to, const RestoreFrom& from) {
    return cordon::restore(to, from, clock_, random_, {});
  }
  static std::string nothing_left(const Paths& place) {
    if (exists(place.desk)) return "the desk";
    if (exists(place.desk + ".restoring")) return "half a desk";
    return exists(place.desk + ".restoring.signer") ? "half a signer" : "";
  }
  // Everything that the files of the record's copy, or of the keys', are.
  static std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }
  Json head(const Paths& paths) {
    const Result<Json> verdict = verify_journal(*record_of(paths), *open_blobs(paths, Blobs::Mode::Read));
    EXPECT_TRUE(verdict) << in_words(verdict.error());
    return verdict ? *verdict : Json();
  }
  void expect_sound(const Paths& paths) {
    EXPECT_EQ(damage(paths), "");
    const Result<Nothing> sound = scrub(paths, {}, clock_, [](const Json&) {}, {});
    EXPECT_TRUE(sound) << in_words(sound.error());
  }

  FaultDesk desk_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
  std::string key_file_;
  const std::string copies_ = work_.path() + "/copies", keys_ = work_.path() + "/keys";
  FixedClock clock_{*parse_rfc3339("2026-11-24T08:00:00Z")};  // as the steps of FaultDesk are taken
  SeededRandom random_{11};
  int places_ = 0;
};

// Planted bug 1.
TEST_F(Backup, a_desk_of_it_is_the_desk_that_was_copied_and_works) {
  const Result<Json> copied = back_up();
  ASSERT_TRUE(copied) << in_words(copied.error());
  const Paths to = place();
  const Result<Json> made = restore(to, from());
  ASSERT_TRUE(made) << in_words(made.error());
  EXPECT_EQ(to_text(head(to)), to_text(head(desk_.paths())));
  EXPECT_EQ(*read_file(to.checkpoint(), kAnySize), *read_file(desk_.paths().checkpoint(), kAnySize));
  for (const char* file : {"/cordon.toml", "/annex.toml", "/contacts.toml", "/border.toml", "/keys/items.key",
                           "/keys/items", "/keys/report.key", "/keys/log.key", "/keys/officers/analyst1.json"})
    EXPECT_EQ(*read_file(to.desk + file, kAnySize), *read_file(desk_.paths().desk + file, kAnySize)) << file;
  // Each blob, whatever says which there are: the same list serves the copy and who checks it.
  const std::vector<std::string> blobs = files_of(desk_.paths().evidence());
  EXPECT_EQ(files_of(to.evidence()).size(), blobs.size());
  for (const std::string& blob : blobs) {
    const std::string there = to.evidence() + blob.substr(desk_.paths().evidence().size());
    ASSERT_TRUE(exists(there)) << there;
    EXPECT_EQ(*read_file(there, kAnySize), *read_file(blob, kAnySize)) << there;
  }
  expect_sound(to);
  // It goes on: another report, another leaf under the same log's key, and the next backup of it is one more.
  ASSERT_TRUE(do_step(to, desk_.intake("after-the-fire.example.com"), [](const Json&) {}));
  expect_sound(to);
  const Result<Json> next = back_up(true, &to);
  ASSERT_TRUE(next) << in_words(next.error());
  EXPECT_EQ(next->number_or("number", 0), 2);
}

TEST_F(Backup, goes_from_one_home_to_the_other_and_back) {
  // A build without tools/install --test has no server; where the shared data is, ./test calls this skip a failure.
  if (PostgresServer::shared() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  ASSERT_TRUE(back_up());
  const Paths server_desk = place();
  RestoreFrom to_server = from();
  to_server.database = PostgresServer::shared()->new_address();
  const Result<Json> made = restore(server_desk, to_server);
  ASSERT_TRUE(made) << in_words(made.error());
  EXPECT_EQ(to_text(head(server_desk)), to_text(head(desk_.paths())));
  ASSERT_TRUE(do_step(server_desk, desk_.intake("at-the-server.example.com"), [](const Json&) {}));
  expect_sound(server_desk);
  // A damaged copy leaves no record in the database, and the place is as empty as before.
  const std::string segment = files_of(copies_ + "/segments").front();
  const std::string good = *read_file(segment, kAnySize);
  std::string bad = good;
  bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
  ASSERT_TRUE(write_file(segment, bad, 0600));
  RestoreFrom damaged = from();
  damaged.database = PostgresServer::shared()->new_address();
  EXPECT_FALSE(restore(place(), damaged));
  ASSERT_TRUE(write_file(segment, good, 0600));
  EXPECT_TRUE(restore(place(), damaged)) << "the same database takes a sound one";

  ASSERT_TRUE(back_up(true, &server_desk));
  const Paths back = place(false);
  fs::copy(server_desk.signer(), back.signer(), fs::copy_options::recursive);
  settle(back);
  RestoreFrom to_file = from();
  to_file.database = "desk.db";
  const Result<Json> again = restore(back, to_file);
  ASSERT_TRUE(again) << in_words(again.error());
  EXPECT_EQ(to_text(head(back)), to_text(head(server_desk)));
  expect_sound(back);
}

// Planted bug 4.
TEST_F(Backup, copies_only_what_is_new) {
  const Json first = *back_up();
  EXPECT_GT(first.number_or("new_blobs", 0), 5);
  const std::vector<std::string> before = files_of(copies_ + "/segments");
  const std::string bytes = *read_file(before.front(), kAnySize);
  EXPECT_EQ(back_up()->number_or("new_rows", -1), 0);
  ASSERT_TRUE(do_step(desk_.paths(), desk_.intake("one-more.example.com"), [](const Json&) {}));
  const Json second = *back_up();
  EXPECT_EQ(second.number_or("new_blobs", 0), 1);
  EXPECT_LT(second.number_or("new_bytes", 0), first.number_or("new_bytes", 0) / 2);
  EXPECT_EQ(files_of(copies_ + "/segments").size(), before.size() + 1);
  EXPECT_EQ(*read_file(before.front(), kAnySize), bytes);
  const Paths to = place();
  ASSERT_TRUE(restore(to, from()));
  EXPECT_EQ(to_text(head(to)), to_text(head(desk_.paths())));
}

// Nothing of it can be read by who has the copy: not a name, not a path, not a text.
TEST_F(Backup, shows_nothing_to_who_has_not_its_keys) {
  ASSERT_TRUE(back_up());
  for (const std::string& folder : {copies_, keys_})
    for (const std::string& file : files_of(folder)) {
      const std::string bytes = *read_file(file, kAnySize);
      for (const char* word : {"analyst1", "example.com", "batch_taken", "test-desk", "segments", "officers"})
        EXPECT_EQ(bytes.find(word), std::string::npos) << file << " " << word;
    }
}

// Planted bug: let SealedReader::more() pass over a piece that does not open.
TEST_F(Backup, a_bit_anywhere_in_a_copy_is_found_named_and_leaves_nothing) {
  const std::int64_t flips = samples("CORDON_BIT_FLIPS", 150, 500, 1000);
  ASSERT_TRUE(back_up());
  std::vector<std::string> files = files_of(copies_);
  for (const std::string& file : files_of(keys_)) files.push_back(file);
  SeededRandom chance(20261129);
  const auto below = [&](std::uint64_t limit) {
    std::uint64_t drawn = 0;
    for (const char byte : chance.bytes(6)) drawn = drawn << 8 | static_cast<unsigned char>(byte);
    return drawn % limit;
  };
  const Paths to = place();
  int found = 0;
  for (int i = 0; i < flips; ++i) {
    const std::string& file = files[below(files.size())];
    const std::string good = *read_file(file, kAnySize);
    const std::uint64_t bit = below(8 * good.size());
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1u << bit % 8));
    ASSERT_TRUE(write_file(file, bad, 0600));
    const Result<Json> made = restore(to, from());
    EXPECT_FALSE(made) << file << " bit " << bit;
    if (!made) {
      EXPECT_EQ(made.error().fault, Fault::Corrupt) << in_words(made.error());
      EXPECT_NE(made.error().where.find(file), std::string::npos) << file << " bit " << bit << in_words(made.error());
      ++found;
    }
    ASSERT_EQ(nothing_left(to), "");
    ASSERT_TRUE(write_file(file, good, 0600));
  }
  EXPECT_EQ(found, flips);
  std::cout << found << " of " << flips << " flips found and named\n";
  ASSERT_TRUE(restore(to, from())) << "it was sound all along";
}

TEST_F(Backup, a_part_that_is_gone_cut_or_anothers_is_refused) {
  ASSERT_TRUE(back_up());
  ASSERT_TRUE(do_step(desk_.paths(), desk_.intake("one-more.example.com"), [](const Json&) {}));
  ASSERT_TRUE(back_up());
  const std::vector<std::string> segments = files_of(copies_ + "/segments");
  ASSERT_EQ(segments.size(), 2u);
  const std::string first = *read_file(segments[0], kAnySize), second = *read_file(segments[1], kAnySize);
  const Paths to = place();
  const auto refused = [&](const std::string& what) {
    const Result<Json> made = restore(to, from());
    ASSERT_FALSE(made) << what;
    EXPECT_EQ(made.error().fault, Fault::Corrupt) << what << in_words(made.error());
    EXPECT_EQ(nothing_left(to), "") << what;
  };
  fs::remove(segments[1]);
  refused("gone");
  ASSERT_TRUE(write_file(segments[1], second.substr(0, second.size() / 2), 0600));
  refused("cut");
  ASSERT_TRUE(write_file(segments[1], first, 0600));
  refused("the other one");
  ASSERT_TRUE(write_file(segments[0], second, 0600));
  ASSERT_TRUE(write_file(segments[1], first, 0600));
  refused("swapped");
  // And another key, another desk's keys, a place that is taken: each with its own words.
  ASSERT_TRUE(write_file(segments[0], first, 0600));
  ASSERT_TRUE(write_file(segments[1], second, 0600));
  RestoreFrom wrong = from();
  wrong.key_file = work_.file("wrong", "record " + to_hex("k") + "\nitems 00\n");
  EXPECT_EQ(restore(to, wrong).error().fault, Fault::Malformed);
  EXPECT_EQ(restore(desk_.paths(), from()).error().fault, Fault::Conflict);
  ASSERT_TRUE(restore(to, from()));
}

// While the desk is served, and by kill -9: the copy before stays whole, and the next one takes what was
// left out.
TEST_F(Backup, killed_anywhere_the_one_before_it_is_whole) {
  const std::int64_t kills = samples("CORDON_BACKUP_KILLS", 12, 60, 60);
  clock_ = FixedClock(SystemClock().now());  // as the program that is served has it
  ASSERT_TRUE(back_up());
  const std::string log = work_.path() + "/serve.log";
  const pid_t serving = start_cordon({"serve", "--desk", desk_.paths().desk, "--port", "0"}, log);
  for (int wait = 0; wait < 500 && !exists(desk_.paths().socket()); ++wait) ::usleep(10'000);
  SeededRandom chance(3);
  int interrupted = 0;
  for (int i = 0; i < kills; ++i) {
    std::string list = "domain\n";
    for (int n = 0; n < 200; ++n) list += "k" + std::to_string(i) + "-" + std::to_string(n) + ".kill.example.com\n";
    const Outcome taken = cordon({"intake", "--desk", desk_.paths().desk, "--quiet", "--source", "kill", "--category",
                                  "phishing", work_.file("list.csv", list)});
    ASSERT_EQ(taken.exit_code, 0) << taken.err;
    const std::int64_t before = manifests_in(copies_)->back();
    const pid_t copying =
        start_cordon({"backup", copies_, "--keys", keys_, "--desk", desk_.paths().desk}, work_.path() + "/backup.log");
    ::usleep(static_cast<useconds_t>(3'000 + static_cast<unsigned char>(chance.bytes(1).front()) * 1'500));
    ::kill(copying, SIGKILL);
    if (wait_for(copying) == -SIGKILL) ++interrupted;
    // The newest that there is, whichever it is, makes a desk.
    const std::int64_t newest = manifests_in(copies_)->back();
    EXPECT_TRUE(newest == before || newest == before + 1);
    RestoreFrom whole = from();
    whole.new_log = "test-desk.example.net/log" + std::to_string(i + 2);
    const Paths to = place(false);
    const Result<Json> made = restore(to, whole);
    ASSERT_TRUE(made) << in_words(made.error());
    fs::remove_all(to.desk);
  }
  const Result<Json> last = back_up();
  EXPECT_TRUE(last) << in_words(last.error());
  ::kill(serving, SIGTERM);
  EXPECT_EQ(wait_for(serving), 0);
  const Paths to = place();
  ASSERT_TRUE(restore(to, from()));
  EXPECT_EQ(to_text(head(to)), to_text(head(desk_.paths())));
  const std::vector<std::string> names = *list_folder(copies_ + "/segments");
  for (const std::string& name : names) EXPECT_EQ(name.size(), 64u) << name;
  EXPECT_GT(interrupted, 0);
  std::cout << interrupted << " of " << kills << " were killed before their end\n";
}

// Planted bug 2.
TEST_F(Backup, an_older_copy_is_a_rollback_and_the_old_log_is_not_signed_again) {
  ASSERT_TRUE(back_up());
  ASSERT_TRUE(do_step(desk_.paths(), desk_.intake("signed-after.example.com"), [](const Json&) {}));
  const Paths to = place();
  const std::string remembered = *read_file(to.signer_last(), kAnySize);
  const Result<Json> refused = restore(to, from());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::Refused);
  EXPECT_NE(refused.error().message.find("older than what was signed"), std::string::npos) << refused.error().message;
  EXPECT_EQ(nothing_left(to), "");
  EXPECT_EQ(*read_file(to.signer_last(), kAnySize), remembered);

  RestoreFrom anew = from();
  anew.new_log = "test-desk.example.net/log";
  EXPECT_EQ(restore(to, anew).error().fault, Fault::Usage) << "a new log has a new name";
  anew.new_log = "test-desk.example.net/second-log";
  const Result<Json> made = restore(to, anew);
  ASSERT_TRUE(made) << in_words(made.error());
  EXPECT_EQ(made->number_or("lost", -1), 1);
  const std::string note = *read_file(to.checkpoint(), kAnySize);
  EXPECT_TRUE(note.starts_with("test-desk.example.net/second-log\n")) << note;
  EXPECT_NE(note.find("\nfollows test-desk.example.net/log "), std::string::npos) << note;
  EXPECT_NE(*read_key_file(to.log_key()), *read_key_file(desk_.paths().log_key()));
  expect_sound(to);
  ASSERT_TRUE(do_step(to, desk_.intake("in-the-new-log.example.com"), [](const Json&) {}));
  expect_sound(to);
  // The record replays to the same desk, and a copy of it is a copy like any other.
  ASSERT_TRUE(replay_journal(*record_of(to), *open_blobs(to, Blobs::Mode::Read)));
  expect_sound(to);
  EXPECT_TRUE(back_up(true, &to)) << "it goes on from what it was made of";
  EXPECT_EQ(back_up().error().fault, Fault::Conflict) << "and the desk that went on without it is another history";
}

TEST_F(Backup, without_a_signer_that_remembers_it_a_log_does_not_go_on) {
  ASSERT_TRUE(back_up());
  const Paths to = place(false);
  const Result<Json> refused = restore(to, from());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::Refused);
  EXPECT_NE(refused.error().message.find("--new-log"), std::string::npos);
  EXPECT_EQ(nothing_left(to), "");
}

// ── what was erased ──

class BackupOfErased : public Backup {
 protected:
  void SetUp() override {
    Backup::SetUp();
    const std::unique_ptr<Desk> open = *Desk::open(desk_.paths(), clock_, random_);
    for (const auto& [login, role] : {std::pair("custodian1", Role::Custodian), std::pair("dpo1", Role::Dpo)}) {
      const Credential credential = *make_credential(FaultDesk::password_of(login), random_, Cost::Test);
      ASSERT_TRUE(write_summed(desk_.paths().credential(login), to_text(to_json(credential))));
      officers_.push_back({OfficerId::make(clock_.now(), random_), login, {role}, credential.key});
      ASSERT_TRUE(open->store().append({{OfficerEnrolled{officers_.back(), {}}, "software", {}}}, clock_.now()));
    }
    std::string piece;
    ASSERT_TRUE(do_step(*open, desk_.attach(), [&](const Json& line) { piece = line.text_or("evidence"); }));
    evidence_ = *EvidenceId::parse(piece);
    the_case_ = *CaseId::parse(desk_.attach().arguments.text_or("case"));
    bytes_ = desk_.attach().body;
  }
  void erase() {
    const std::unique_ptr<Desk> open = *Desk::open(desk_.paths(), clock_, random_);
    const Case found = *open->store().find_case(Sight::of_software(), *the_case_);
    for (const Evidence& piece : found.evidence) {
      if (piece.id != *evidence_) continue;
      blob_ = *piece.blob;
      const EvidenceErased event{*the_case_,
                                 *evidence_,
                                 blob_,
                                 std::int64_t{*open->store().blobs().look(blob_)->key},
                                 ErasureGround::Retention,
                                 officers_[0].id,
                                 officers_[1].id,
                                 clock_.now()};
      ASSERT_TRUE(open->store().append({{event, "custodian1", {}}}, clock_.now()));
      ASSERT_TRUE(open->store().finish_erasures(&event));
    }
  }
  void expect_gone(const Paths& paths) {
    expect_sound(paths);
    const Blobs blobs = *open_blobs(paths, Blobs::Mode::Read);
    EXPECT_FALSE(blobs.get(blob_));
    Database record = *Database::open(*record_of(paths), Database::Open::Read);
    EXPECT_EQ(*record.number("SELECT count(*) FROM erasure"), 1);
    // Not even its key, which would open the ciphertext that the copy of the record holds.
    for (KeyStore::Number slot = 1; slot <= blobs.keys()->taken(); ++slot) {
      const Result<ItemKey> key = blobs.keys()->read(slot);
      EXPECT_FALSE(key && key->content == sha256(bytes_)) << slot;
    }
  }

  std::vector<Officer> officers_;
  std::optional<EvidenceId> evidence_;
  std::optional<CaseId> the_case_;
  Digest blob_;
  std::string bytes_;
};

// Planted bug 3.
TEST_F(BackupOfErased, newer_keys_over_an_older_record_leave_it_erased) {
  ASSERT_TRUE(back_up());
  erase();
  ASSERT_TRUE(back_up());
  RestoreFrom older = from();
  older.number = 1;
  const Paths to = place();
  older.new_log = "test-desk.example.net/second-log";
  const Result<Json> made = restore(to, older);
  ASSERT_TRUE(made) << in_words(made.error());
  EXPECT_EQ(made->number_or("erased_again", 0), 1);
  expect_gone(to);
}

TEST_F(BackupOfErased, older_keys_under_a_newer_record_are_erased_again) {
  ASSERT_TRUE(back_up());
  erase();
  ASSERT_TRUE(back_up(false));
  const Paths to = place();
  const Result<Json> made = restore(to, from());
  ASSERT_TRUE(made) << in_words(made.error());
  expect_gone(to);
}

TEST_F(BackupOfErased, older_keys_than_what_the_record_needs_are_refused_with_the_reason) {
  ASSERT_TRUE(back_up());
  ASSERT_TRUE(do_step(desk_.paths(), desk_.intake("after-the-keys.example.com"), [](const Json&) {}));
  ASSERT_TRUE(back_up(false));
  const Paths to = place();
  const Result<Json> made = restore(to, from());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::Refused);
  EXPECT_NE(made.error().message.find("copy of the keys"), std::string::npos) << made.error().message;
  EXPECT_EQ(nothing_left(to), "");
}

// Planted bug 5.
TEST_F(BackupOfErased, copies_of_keys_are_kept_for_35_days_and_no_longer) {
  ASSERT_TRUE(back_up());
  clock_.advance(20 * kDayMs);
  ASSERT_TRUE(back_up());
  EXPECT_EQ(key_parts_in(keys_)->size(), 2u);
  clock_.advance(16 * kDayMs);
  EXPECT_EQ(back_up()->number_or("keys_forgotten", 0), 1);
  EXPECT_EQ(*key_parts_in(keys_), (std::vector<std::int64_t>{2, 3}));
}

}  // namespace
}  // namespace cordon::testing_desk
