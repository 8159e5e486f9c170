// One log, one history (charter 11.2, row 13): whatever happens to a desk's folders, no two checkpoints that its key
// signed contradict one another. Scripts of a seed each start a desk, kill it at any file call between staging a line
// and answering (stage, tiles, sign, swap, publish), copy it and start both, move it, put older copies back, whole or
// in parts, with a witness, without one, with one that is away, and with one that claims to have seen more. Every note
// that the signer ever made is kept, with the lines that it stands for.
//
// Planted bugs, each seen to turn this red (tests/teeth):
//  1 signer-forgets-its-place the signer's memory is taken wherever it lies: a copied desk signs
//  2 witness-not-asked        what the witnesses saw is not asked before the first signature of a process
//  3 continue-unclaimed       `cordon log continue` does not have the witnesses cosign what follows: two places go on
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "base/samples_for_tests.h"
#include "desk/exit_code.h"
#include "desk/flow.h"
#include "desk/memory_file.h"
#include "desk/witness.h"
#include "desk/witnesses.h"
#include "ledger/naive_tree_for_tests.h"
#include "net/http_server.h"
#include "planned_step.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

const std::string kName = "history-desk.example.net/log";
const Instant kBegin = *parse_rfc3339("2026-11-24T08:00:00Z");

// The witness of all scripts, in this process, each with a memory of its own.
class WitnessServer {
 public:
  enum class Mood { Right, Away, ClaimsMore };
  WitnessServer()
      : server_(
            *http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) { return answer(request); })) {}
  void set(Witness* witness, Mood mood) {
    const std::lock_guard lock(mutex_);
    witness_ = witness;
    mood_ = mood;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/"; }

 private:
  http::Response answer(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    if (witness_ == nullptr || mood_ == Mood::Away) return {503, "text/plain", "away\n", {}};
    if (mood_ == Mood::ClaimsMore) return {409, "text/x.tlog.size", "1000000\n", {}};
    return witness_->answer(request);
  }
  std::mutex mutex_;
  Witness* witness_ = nullptr;
  Mood mood_ = Mood::Right;
  std::unique_ptr<http::Server> server_;
};

struct SignedNote {
  std::string note;
  TreeHead head;
  std::vector<std::string> lines;
};

class Histories : public testing::Test {
 protected:
  void SetUp() override {
    SeededRandom random(3);
    const FixedClock clock(kBegin);
    const Paths bare(templates_.path() + "/desk");
    ASSERT_TRUE(
        Desk::found(bare, Fresh{"Histories", "csirt", "desk@history-desk.example.net", kName, true}, clock, random));
    const Store store = *Store::open(*record_of(bare), *open_blobs(bare, Blobs::Mode::Read), Store::Mode::Read);
    log_key_ = store.founded()->log_key;
    ASSERT_TRUE(Witness::found(templates_.path() + "/witness", "witness.example.org", {log_key_}, random));
    witness_vkey_ = show_witness(templates_.path() + "/witness")->front().text_or("key");
    key_ = *parse_verifier_key(log_key_);
    ::setenv("CORDON_SIGNED_NOTES", (templates_.path() + "/signed").c_str(), 1);
  }
  void TearDown() override { ::unsetenv("CORDON_SIGNED_NOTES"); }

  std::string signed_file() const { return templates_.path() + "/signed"; }

  TemporaryFolder templates_{TemporaryFolder::Where::Memory};
  std::string log_key_, witness_vkey_;
  std::pair<std::string, PublicKey> key_{};
  WitnessServer server_;
};

struct HistoryTally {
  std::int64_t steps = 0, killed = 0, refused = 0, notes = 0, pairs = 0, contradictions = 0, moves = 0, older = 0;
};

class Script {
 public:
  using Mood = WitnessServer::Mood;
  Script(std::uint64_t seed, const std::string& templates, const std::pair<std::string, PublicKey>& key,
         WitnessServer& server, const std::string& witness_vkey, HistoryTally& tally)
      : chance_(seed), key_(key), server_(server), tally_(tally), plan_(work_.path() + "/plan") {
    fs::remove(templates + "/signed");
    signed_ = templates + "/signed";
    witnessed_ = below(3) != 0;
    places_.push_back(work_.path() + "/p0");
    copy(templates, places_[0]);
    settle(at(0));
    if (!witnessed_) return;
    const std::string toml = *read_file(at(0).settings(), kAnySize);
    CORDON_CHECK(
        static_cast<bool>(write_file(at(0).settings(), toml + "\n[log]\nwitnesses = [ { url = \"" + server.url() +
                                                           "\", key = \"" + witness_vkey + "\" } ]\n")),
        "settings");
    fs::copy(templates + "/witness", work_.path() + "/witness", fs::copy_options::recursive);
    witness_ = *Witness::open(work_.path() + "/witness", clock_);
    mood(Mood::Right);
  }
  ~Script() { server_.set(nullptr, Mood::Away); }

  void run() {
    const std::size_t steps = 8 + below(8);
    snapshots_.push_back({0, work_.path() + "/s0", size_at(0)});
    copy(places_[0], snapshots_[0].folder);
    for (std::size_t i = 0; i < steps; ++i) {
      const std::size_t place = below(3) != 0 ? at_home() : below(places_.size());
      switch (below(11)) {
        case 10:
          two_go_on(place);
          break;
        case 0:
          start_two(place);
          break;
        case 1:
          move(place);
          break;
        case 2:
          put_back(place);
          break;
        case 3:
          if (!snapshots_.empty()) whole_disk_goes_back(place);
          break;
        case 4:
          mood(below(6) == 0 ? Mood::ClaimsMore : below(2) == 0 ? Mood::Away : Mood::Right);
          break;
        case 5:
          snapshots_.push_back({place, work_.path() + "/s" + std::to_string(snapshots_.size()), size_at(place)});
          copy(places_[place], snapshots_.back().folder);
          break;
        default:
          work(place, below(3) == 0);
      }
    }
    mood(Mood::Right);
    for (std::size_t place = 0; place < places_.size(); ++place) work(place, false);
  }

  // Each pair of notes: the lines of the shorter one begin those of the longer, and each root is that of its lines.
  void judge() {
    std::map<std::uint64_t, std::map<Digest, const SignedNote*>> heads;
    for (const auto& [text, one] : notes_) {
      NaiveTree tree(one.lines);
      EXPECT_EQ(tree.head(one.lines.size()), one.head) << "a root that is not that of its lines";
      heads[one.head.size].emplace(one.head.root, &one);
    }
    tally_.notes += static_cast<std::int64_t>(notes_.size());
    std::vector<const SignedNote*> all;
    for (const auto& [size, by_root] : heads)
      for (const auto& [root, one] : by_root) all.push_back(one);
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        ++tally_.pairs;
        const SignedNote *before = all[i], *after = all[j];
        NaiveTree tree(after->lines);
        const bool consistent = before->head.size <= after->head.size &&
                                verify_consistency(before->head, after->head,
                                                   before->head.size == 0 || before->head.size == after->head.size
                                                       ? Proof{}
                                                       : tree.subproof(before->head.size, 0, after->head.size));
        if (!consistent) ++tally_.contradictions;
      }
    }
  }

 private:
  struct Snapshot {
    std::size_t place;
    std::string folder;
    std::uint64_t size;
  };

  std::size_t below(std::size_t limit) {
    std::uint64_t draw = 0;
    for (const char byte : chance_.bytes(8)) draw = draw << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::size_t>(draw % limit);
  }
  Paths at(std::size_t place) const { return Paths(places_[place] + "/desk"); }
  void mood(Mood mood) {
    mood_ = mood;
    server_.set(witness_.get(), mood);
  }
  static void copy(const std::string& from, const std::string& to) {
    fs::create_directories(to);
    for (const char* part : {"/desk", "/desk.signer"}) {
      fs::remove_all(to + part);
      if (fs::exists(from + part)) fs::copy(from + part, to + part, fs::copy_options::recursive);
    }
  }
  std::optional<Checkpoint> memory(std::size_t place) {
    const Result<Memory> memory = read_memory(at(place).signer_last(), kLongestNote);
    if (!memory) return std::nullopt;
    const auto checkpoint = open_checkpoint(memory->text, key_.first, key_.second);
    return checkpoint ? std::optional(*checkpoint) : std::nullopt;
  }
  std::uint64_t size_at(std::size_t place) {
    const std::optional<Checkpoint> last = memory(place);
    return last ? last->head.size : 0;
  }
  bool bears_out_its_memory(std::size_t place) {
    const std::optional<Checkpoint> last = memory(place);
    if (!last || last->head.size == 0) return true;
    const Result<TreeHead> head = head_from_tiles(at(place).log(), last->head.size);
    return head && head->root == last->head.root;
  }
  std::uint64_t seen_by_witness() const {
    if (!witness_) return 0;
    const auto lines = show_witness(work_.path() + "/witness");
    return static_cast<std::uint64_t>((*lines)[1].number_or("size", 0));
  }

  // A process at a place: opens the desk, which finishes what was left, adds lines, publishes, shows them to the
  // witness; or is killed on the way, at a file call.
  void work(std::size_t place, bool killed) {
    ++tally_.steps;
    const Paths paths = at(place);
    const std::string below_here = paths.desk;
    plan_.plan(below_here, killed ? FileCallsPlan::Fail::Kill : FileCallsPlan::Fail::Nothing, 0,
               static_cast<std::int64_t>(1 + below(140)));
    const std::size_t lines = 1 + below(3);
    const bool shows = below(5) != 0;
    const std::string salt = chance_.bytes(16);
    const pid_t child = ::fork();
    CORDON_CHECK(child >= 0, "a test's process cannot be started");
    if (child == 0) ::_exit(in_child(paths, lines, shows, salt));
    const int code = wait_for(child);
    tally_.killed += code < 0 ? 1 : 0;
    tally_.refused += code == 4 ? 1 : 0;
    EXPECT_TRUE(code == 0 || code == 4 || killed || ruined_) << "exit " << code;
    gather(place);
  }

  int in_child(const Paths& paths, std::size_t lines, bool shows, const std::string& salt) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    CORDON_CHECK(std::freopen("/dev/null", "w", stderr) != nullptr, "quiet");
    ::setenv(kFileCallsVariable, plan_.path().c_str(), 1);  // for the signer
    attach_file_calls(plan_.path().c_str());
    SystemRandom random;
    const Result<std::unique_ptr<Desk>> desk = Desk::open(paths, clock_, random);
    if (!desk) return outward(desk.error().fault).exit_code;
    for (std::size_t i = 0; i < lines; ++i) {
      const std::string what = to_hex(salt) + std::to_string(i);
      const Leaf leaf{"test", clock_.now(), what, "", "", "", "done", {"software"}, Json::Object{}, Json::Object{}};
      const Result<Nothing> staged =
          (*desk)->store().append({{RecordRead{"queue", what, OfficerId::make(clock_.now(), random)}, "software",
                                    seal_leaf(leaf, (*desk)->leaf_frame(), random)}},
                                  clock_.now());
      if (!staged) return outward(staged.error().fault).exit_code;
    }
    if (const Result<Nothing> done = publish(**desk); !done) return outward(done.error().fault).exit_code;
    if (shows && !(*desk)->settings().witnesses.empty() && !cosign_now(**desk)) return 1;
    return (*desk)->no_signing() ? 4 : 0;
  }

  // What was signed meanwhile, and the lines of it as they now lie in the record of who signed it.
  void gather(std::size_t place) {
    std::set<std::string> texts;
    if (const Result<std::string> given = read_file(signed_, kAnySize)) {
      std::string rest = *given;
      for (std::size_t end = rest.find('\0'); end != std::string::npos; end = rest.find('\0')) {
        texts.insert(rest.substr(0, end));
        rest.erase(0, end + 1);
      }
      fs::remove(signed_);
    }
    if (const Result<Memory> memory = read_memory(at(place).signer_last(), kLongestNote)) texts.insert(memory->text);
    if (const Result<std::string> note = read_file(at(place).checkpoint(), kLongestNote)) {
      const Note published = *read_note(*note);
      texts.insert(write_note({published.text, {published.signatures.front()}}));
    }
    std::optional<Store> store;
    for (const std::string& text : texts) {
      if (notes_.contains(text)) continue;
      const auto checkpoint = open_checkpoint(text, key_.first, key_.second);
      ASSERT_TRUE(checkpoint) << text;
      if (!store)
        store.emplace(
            *Store::open(*record_of(at(place)), *open_blobs(at(place), Blobs::Mode::Read), Store::Mode::Read));
      notes_[text] = {text, checkpoint->head, *store->leaves(0, static_cast<std::int64_t>(checkpoint->head.size))};
    }
  }

  // A copy beside the first; both are started.
  void start_two(std::size_t place) {
    if (places_.size() > 4) return;
    places_.push_back(work_.path() + "/p" + std::to_string(places_.size()));
    copy(places_[place], places_.back());
    work(place, below(3) == 0);
    work(places_.size() - 1, below(3) == 0);
    if (below(2) == 0) expect_continue(places_.size() - 1, false);
  }

  // To another place: the first was stopped in order, with all it signed shown to the witness, and signs no more.
  void move(std::size_t place) {
    if (places_.size() > 4) return;
    ++tally_.moves;
    const std::uint64_t size = size_at(place);
    const bool shown = witness_ && mood_ == Mood::Right && is_at_home(place) && seen_by_witness() == size;
    places_.push_back(work_.path() + "/p" + std::to_string(places_.size()));
    copy(places_[place], places_.back());
    if (shown) fs::remove_all(places_[place] + "/desk.signer");  // the operator's part
    expect_continue(places_.size() - 1, shown);
    work(places_.size() - 1, below(3) == 0);
  }
  // Two copies of a place that was stopped in order, and both are told to go on, one or both killed on the way: at most
  // one is given the log, and what the other signed does not contradict it.
  void two_go_on(std::size_t place) {
    if (places_.size() > 4 || !witness_ || mood_ != Mood::Right || !is_at_home(place)) return;
    work(place, false);
    if (seen_by_witness() != size_at(place)) return;
    ++tally_.moves;
    std::vector<std::size_t> both;
    for (int i = 0; i < 2; ++i) {
      both.push_back(places_.size());
      places_.push_back(work_.path() + "/p" + std::to_string(places_.size()));
      copy(places_[place], places_.back());
    }
    fs::remove_all(places_[place] + "/desk.signer");  // the operator's part
    std::set<std::size_t> given;
    for (const bool again : {false, true}) {
      for (const std::size_t one : both) {
        if (go_on(one, !again && below(3) == 0)) given.insert(one);  // who was killed tries again
        work(one, !again && below(3) == 0);
      }
    }
    EXPECT_LE(given.size(), 1u) << "two places were given one log";
  }
  // Whether a process of its own is given the log.
  bool go_on(std::size_t place, bool killed) {
    const Paths paths = at(place);
    plan_.plan(paths.desk, killed ? FileCallsPlan::Fail::Kill : FileCallsPlan::Fail::Nothing, 0,
               static_cast<std::int64_t>(1 + below(60)));
    const pid_t child = ::fork();
    CORDON_CHECK(child >= 0, "a test's process cannot be started");
    if (child == 0) {
      CORDON_CHECK(std::freopen("/dev/null", "w", stderr) != nullptr, "quiet");
      ::setenv(kFileCallsVariable, plan_.path().c_str(), 1);  // for the signer
      attach_file_calls(plan_.path().c_str());
      ::_exit(continue_log(paths, clock_) ? 0 : 4);
    }
    const int code = wait_for(child);
    tally_.killed += code < 0 ? 1 : 0;
    gather(place);
    return code == 0;
  }
  // A place that may sign, so that much is signed; any where there is none.
  std::size_t at_home() {
    for (std::size_t place = places_.size(); place-- > 0;)
      if (is_at_home(place)) return place;
    return below(places_.size());
  }
  bool is_at_home(std::size_t place) {
    const Result<Memory> memory = read_memory(at(place).signer_last(), kLongestNote);
    return memory && memory->at_home;
  }
  // `cordon log continue`: only where the witness confirms, and the test only asks it to where it should refuse, or
  // may.
  void expect_continue(std::size_t place, bool may) {
    const std::uint64_t size = size_at(place);
    if (!may && witness_ && mood_ == Mood::Right && seen_by_witness() == size) return;  // a false word nobody can tell
    // A desk that was put back beside a signer who remembers more bears out no such tree, and nothing is signed for it.
    may = may && bears_out_its_memory(place);
    const Result<Nothing> done = continue_log(at(place), clock_);
    EXPECT_EQ(static_cast<bool>(done), may) << (done ? "" : done.error().message);
  }

  // An older copy in the place of what there is: all of it, or some of it; over the files, or in their place.
  void put_back(std::size_t place) {
    if (snapshots_.empty()) return;
    ++tally_.older;
    const std::string from = snapshots_[below(snapshots_.size())].folder;
    const std::string to = places_[place];
    switch (below(5)) {
      case 0:
        copy(from, to);
        break;
      case 1:
        fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        break;
      case 2:  // the desk alone: the signer remembers more
        fs::remove_all(to + "/desk");
        fs::copy(from + "/desk", to + "/desk", fs::copy_options::recursive);
        break;
      case 3:  // the signer alone
        if (!fs::exists(from + "/desk.signer")) return;
        fs::copy(from + "/desk.signer", to + "/desk.signer",
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        break;
      default:  // tiles of another age
        fs::remove_all(to + "/desk/log");
        fs::copy(from + "/desk/log", to + "/desk/log", fs::copy_options::recursive);
    }
    ruined_ = true;  // a desk may find its files broken, which is another answer
    if (below(2) == 0) work(place, false);
  }

  // A snapshot of a machine takes the signer's place along. Only a witness can tell, and only what it saw.
  void whole_disk_goes_back(std::size_t place) {
    for (const Snapshot& snapshot : snapshots_) {
      if (snapshot.place != place) continue;
      if (!witness_ || mood_ != Mood::Right || seen_by_witness() <= snapshot.size) continue;
      copy(snapshot.folder, places_[place]);
      settle(at(place));
      ++tally_.older;
      work(place, false);
      return;
    }
  }

  std::string log_key() const { return verifier_key(key_.first, key_.second); }

  SeededRandom chance_;
  FixedClock clock_{kBegin};
  std::pair<std::string, PublicKey> key_;
  WitnessServer& server_;
  HistoryTally& tally_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
  PlanFile plan_;
  std::string signed_;
  bool witnessed_ = false, ruined_ = false;
  std::unique_ptr<Witness> witness_;
  Mood mood_ = Mood::Right;
  std::vector<std::string> places_;
  std::vector<Snapshot> snapshots_;
  std::map<std::string, SignedNote> notes_;
};

TEST_F(Histories, no_two_notes_of_one_key_contradict_one_another) {
  const auto scripts = static_cast<std::uint64_t>(samples("CORDON_HISTORIES", 40, 100, 500));
  HistoryTally tally;
  for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
    SCOPED_TRACE("script " + std::to_string(seed));
    Script script(seed, templates_.path(), key_, server_, witness_vkey_, tally);
    script.run();
    script.judge();
    ASSERT_EQ(tally.contradictions, 0);
    if (HasFailure()) return;
  }
  std::cout << scripts << " scripts, " << tally.steps << " starts: " << tally.killed << " killed, " << tally.refused
            << " refused; " << tally.moves << " moves, " << tally.older << " older copies put back; " << tally.notes
            << " notes, " << tally.pairs << " pairs, " << tally.contradictions << " contradictions\n";
  EXPECT_GT(tally.refused, static_cast<std::int64_t>(scripts) / 2);
  EXPECT_GT(tally.notes, static_cast<std::int64_t>(scripts) * 3);
}

}  // namespace
}  // namespace cordon::testing_desk
