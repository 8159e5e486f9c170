// The power goes at any moment of a desk's work. What the desk writes, syncs, renames and says is written down by
// file_calls.cc while it works; then crash states are built from that, as a disk may leave them: of what was not yet
// synced nothing is there, or its beginning, or any part of it, torn at 512 bytes; a name that was made, changed or
// taken away counts only once its folder was synced. In each the desk must open within two seconds, hold whatever it
// had acknowledged by then, verify, and continue every checkpoint that it had published.
//
// CORDON_CRASH_STATES says how many are built (1,000; ./test --all: 20,000). A state that equals one before is not
// opened again.
//
// Planted bugs that turn it red (tests/teeth): `synchronous=NORMAL`; a file without fsync; a new name without an fsync
// of its folder; the word about a report before its commit; a checkpoint before its tiles.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"
#include "planned_step.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSector = 512;
constexpr std::size_t kWholeFile = std::size_t{1} << 30;

struct Operation {
  FileCall call;
  std::string path, other_path;
  std::int64_t offset, size;
  std::string bytes;
};

std::vector<Operation> read_operations(const std::string& trace) {
  const std::string all = *read_file(trace, kWholeFile);
  std::vector<Operation> operations;
  for (std::size_t at = 0; at < all.size();) {
    FileCallRecord record;
    std::memcpy(&record, all.data() + at, sizeof record);
    at += sizeof record;
    Operation operation{record.call,
                        all.substr(at, record.path_size),
                        all.substr(at + record.path_size, record.other_path_size),
                        record.offset,
                        record.size,
                        {}};
    at += record.path_size + record.other_path_size;
    if (record.call == FileCall::Write) {
      operation.bytes = all.substr(at, static_cast<std::size_t>(record.size));
      at += operation.bytes.size();
    }
    if (operation.path.ends_with("-shm")) continue;  // memory: a power cut leaves none
    const bool changes =
        record.call != FileCall::Open && record.call != FileCall::Read && record.call != FileCall::List;
    if (record.done == 1 && changes) operations.push_back(std::move(operation));
  }
  return operations;
}

// ── a disk: what is surely on it, and what may be ──

struct Node;
using NodePtr = std::shared_ptr<Node>;

struct Change {  // of a folder's names, at once: a rename is both
  std::string taken_away, put;
  NodePtr node;
};

struct Node {
  bool folder = false;
  std::string durable;             // a file's bytes
  std::vector<Operation> pending;  // its writes and truncations since its last fsync
  std::map<std::string, NodePtr> durable_names, names;
  std::vector<Change> pending_names;
};

void write_at(std::string& bytes, std::int64_t offset, std::string_view what) {
  const auto at = static_cast<std::size_t>(offset);
  if (bytes.size() < at + what.size()) bytes.resize(at + what.size(), '\0');
  bytes.replace(at, what.size(), what);
}

void carry_out(std::string& bytes, const Operation& operation) {
  if (operation.call == FileCall::Truncate) {
    bytes.resize(static_cast<std::size_t>(operation.size), '\0');
  } else {
    write_at(bytes, operation.offset, operation.bytes);
  }
}

void carry_out(std::map<std::string, NodePtr>& names, const Change& change) {
  if (!change.taken_away.empty()) names.erase(change.taken_away);
  if (change.node) names[change.put] = change.node;
}

class Disk {
 public:
  // What lies below `root` is there for good.
  explicit Disk(const std::string& root) : root_path_(root), root_(load(root)) {}

  void apply_next(const Operation& operation) {
    const auto [parent, name] = place(operation.path);
    const auto here = parent->names.find(name);
    const NodePtr node = here == parent->names.end() ? nullptr : here->second;
    switch (operation.call) {
      case FileCall::Create:
        change(*parent, {"", name, std::make_shared<Node>()});
        return;
      case FileCall::MakeFolder: {
        auto folder = std::make_shared<Node>();
        folder->folder = true;
        change(*parent, {"", name, std::move(folder)});
        return;
      }
      case FileCall::Write:
      case FileCall::Truncate:
        CORDON_CHECK(node != nullptr, "a file that nobody made is written");
        node->pending.push_back(operation);
        return;
      case FileCall::Sync:
        sync(name.empty() ? *root_ : *node);
        return;
      case FileCall::Rename:
      case FileCall::Link: {
        const auto [other_parent, other_name] = place(operation.other_path);
        CORDON_CHECK(node != nullptr, "a file that nobody made is renamed");
        if (operation.call == FileCall::Rename && other_parent != parent) {
          // From folder to folder: what each folder says of it is on the disk when that folder was synced.
          change(*other_parent, {"", other_name, node});
          change(*parent, {name, "", nullptr});
        } else {
          change(*other_parent, {operation.call == FileCall::Rename ? name : "", other_name, node});
        }
        return;
      }
      case FileCall::Unlink:
      case FileCall::RemoveFolder:
        if (node) change(*parent, {name, "", nullptr});
        return;
      default:
        return;
    }
  }

  // What may survive a power cut now. What is in force for the names is drawn apart from what is for the bytes.
  using Image = std::vector<std::pair<std::string, std::string>>;  // path and bytes; folders end in "/"
  Image crash(SeededRandom& chance) const {
    Image image;
    add(*root_, "", Drawn{below(chance, 4), below(chance, 3)}, chance, image);
    return image;
  }

  static std::uint64_t below(SeededRandom& chance, std::uint64_t limit) {
    const std::string bytes = chance.bytes(4);
    std::uint64_t drawn = 0;
    for (const char byte : bytes) drawn = drawn << 8 | static_cast<unsigned char>(byte);
    return drawn % limit;
  }

 private:
  struct Drawn {
    std::uint64_t bytes;  // 0: none, 1: all, 2: the first ones, 3: any of them, torn
    std::uint64_t names;  // 0: none, 1: all, 2: the first ones
  };

  static NodePtr load(const std::string& path) {
    auto node = std::make_shared<Node>();
    node->folder = fs::is_directory(path);
    if (!node->folder) {
      node->durable = *read_file(path, kWholeFile);
      return node;
    }
    for (const auto& entry : fs::directory_iterator(path)) {
      const std::string name = entry.path().filename();
      if (!name.ends_with("-shm") && (entry.is_directory() || entry.is_regular_file()))
        node->names[name] = node->durable_names[name] = load(entry.path());
    }
    return node;
  }

  std::pair<NodePtr, std::string> place(const std::string& path) const {
    NodePtr parent = root_;
    std::string name;
    for (const std::string_view part : split(std::string_view(path).substr(root_path_.size()), '/')) {
      if (part.empty()) continue;
      if (!name.empty()) parent = parent->names.at(name);
      name = part;
    }
    return {parent, name};
  }

  static void change(Node& folder, Change change) {
    carry_out(folder.names, change);
    folder.pending_names.push_back(std::move(change));
  }

  static void sync(Node& node) {
    for (const Operation& operation : node.pending) carry_out(node.durable, operation);
    for (const Change& change : node.pending_names) carry_out(node.durable_names, change);
    node.pending.clear();
    node.pending_names.clear();
  }

  static std::string bytes_of(const Node& node, const Drawn& drawn, SeededRandom& chance) {
    std::string bytes = node.durable;
    const std::size_t first = drawn.bytes == 0   ? 0
                              : drawn.bytes == 2 ? below(chance, node.pending.size() + 1)
                                                 : node.pending.size();
    for (std::size_t i = 0; i < first; ++i) {
      const Operation& operation = node.pending[i];
      if (drawn.bytes != 3 || operation.call == FileCall::Truncate) {
        carry_out(bytes, operation);
        continue;
      }
      const std::uint64_t fate = below(chance, 10);
      if (fate < 4) continue;
      if (fate < 8) {
        carry_out(bytes, operation);
        continue;
      }
      const std::int64_t end = operation.offset + operation.size;  // torn: each sector for itself
      for (std::int64_t from = operation.offset; from < end;) {
        const std::int64_t to = std::min(end, (from / kSector + 1) * kSector);
        if (below(chance, 2) == 0)
          write_at(bytes, from,
                   std::string_view(operation.bytes)
                       .substr(static_cast<std::size_t>(from - operation.offset), static_cast<std::size_t>(to - from)));
        from = to;
      }
    }
    return bytes;
  }

  static void add(const Node& node, const std::string& path, const Drawn& drawn, SeededRandom& chance, Image& image) {
    if (!node.folder) {
      image.emplace_back(path, bytes_of(node, drawn, chance));
      return;
    }
    if (!path.empty()) image.emplace_back(path + "/", "");
    std::map<std::string, NodePtr> names = node.durable_names;
    const std::size_t first = drawn.names == 0   ? 0
                              : drawn.names == 1 ? node.pending_names.size()
                                                 : below(chance, node.pending_names.size() + 1);
    for (std::size_t i = 0; i < first; ++i) carry_out(names, node.pending_names[i]);
    for (const auto& [name, child] : names) add(*child, path + "/" + name, drawn, chance, image);
  }

  std::string root_path_;
  NodePtr root_;
};

// ── the work that is written down ──

struct Recording {
  std::vector<Step> steps;
  std::vector<Operation> operations;
};

struct Acknowledged {
  std::size_t step;
  Json line;
};

class PowerCut : public testing::Test {
 protected:
  // The first steps through one open desk, as when it is served; the others each through their own, as commands do.
  Recording record() {
    Recording recording{
        {desk_.intake("first-bank.example.com"), desk_.attach(), desk_.fact(), desk_.propose(),
         desk_.intake("second-bank.example.com"), desk_.approve(), desk_.intake("third-bank.example.com")},
        {}};
    const std::string work = work_.path() + "/live";
    CORDON_CHECK(make_folder(work), "no folder");
    desk_.copy_to(work);
    PlanFile plan(work_.path() + "/plan");
    const std::string trace = work_.path() + "/trace";
    const Paths paths(work + "/desk");
    trace.copy(plan.plan(paths.desk, FileCallsPlan::Fail::Nothing, 0, 0).trace, 255);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv(kFileCallsVariable, plan.path().c_str(), 1);
      attach_file_calls(plan.path().c_str());
      const Fd said = *open_file(paths.desk + ".said", O_WRONLY | O_CREAT, 0600);
      std::size_t number = 0;
      const auto say = [&](const Json& line) {
        CORDON_CHECK(
            write_all(said.get(),
                      to_text(Json::Object{{"step", static_cast<std::int64_t>(number)}, {"line", line}}) + "\n"),
            "said");
      };
      bool done = true;
      {
        const FixedClock clock(*parse_rfc3339("2026-11-24T08:00:00Z"));
        SeededRandom random(7);
        const std::unique_ptr<Desk> desk = *Desk::open(paths, clock, random);
        for (; number < 4; ++number) done = done && do_step(*desk, recording.steps[number], say);
      }
      for (; number < recording.steps.size(); ++number) done = done && do_step(paths, recording.steps[number], say);
      ::_exit(done ? 0 : 1);
    }
    EXPECT_EQ(wait_for(child), 0);
    recording.operations = read_operations(trace);
    return recording;
  }

  FaultDesk desk_;
  TemporaryFolder work_{TemporaryFolder::Where::Memory};
};

// What the desk had told anybody, up to an operation: lines of answers, and checkpoints under the log's address.
struct Told {
  std::vector<Acknowledged> lines;
  std::vector<TreeHead> checkpoints;
};

void hear(const Operation& operation, const std::string& live, std::map<std::string, std::string>& drafts, Told& told) {
  if (operation.call == FileCall::Write && operation.path == live + "/desk.said") {
    const Json said = *parse_json(trim(operation.bytes));
    told.lines.push_back({static_cast<std::size_t>(said.number_or("step", -1)), *said.find("line")});
  }
  if (operation.call == FileCall::Write && operation.path.starts_with(live + "/desk/log/checkpoint"))
    drafts[operation.path] = operation.bytes;
  if (operation.call == FileCall::Rename && operation.other_path == live + "/desk/log/checkpoint") {
    const std::string& note = drafts[operation.path];
    told.checkpoints.push_back((*read_checkpoint(note.substr(0, note.find("\n\n") + 1))).head);
  }
}

void lay_out(const Disk::Image& image, const std::string& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto& [path, bytes] : image) {
    if (path.ends_with("/")) {
      fs::create_directory(folder + path);
    } else {
      const Fd fd = *open_file(folder + path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
      CORDON_CHECK(write_all(fd.get(), bytes), "a state cannot be laid out");
    }
  }
}

Digest digest_of(const Disk::Image& image, std::size_t told) {
  std::string all = std::to_string(told);
  for (const auto& [path, bytes] : image) all += path + '\0' + std::to_string(bytes.size()) + '\0' + bytes;
  return sha256(all);
}

TEST_F(PowerCut, at_any_moment_loses_nothing_that_was_acknowledged) {
  const char* wanted = std::getenv("CORDON_CRASH_STATES");
  const std::size_t states = wanted == nullptr ? 1000 : static_cast<std::size_t>(std::atoll(wanted));
  const Recording recording = record();
  ASSERT_FALSE(HasFailure());
  const std::string live = work_.path() + "/live", state = work_.path() + "/state";
  const Paths paths(state + "/desk");

  const std::string start = work_.path() + "/start";
  ASSERT_TRUE(make_folder(start));
  desk_.copy_to(start);
  // Paths of the recording lie below live/, so the disk of its beginning is moved there.
  fs::rename(live, live + ".after");
  fs::rename(start, live);
  Disk disk(live);
  fs::rename(live, start);

  SeededRandom chance(20261128);
  Told told;
  std::map<std::string, std::string> drafts;
  std::set<Digest> seen;
  std::size_t built = 0;
  double slowest = 0;
  const std::size_t cuts = recording.operations.size();
  for (std::size_t cut = 0; cut <= cuts; ++cut) {
    if (cut > 0) {
      disk.apply_next(recording.operations[cut - 1]);
      hear(recording.operations[cut - 1], live, drafts, told);
    }
    for (; built < states * (cut + 1) / (cuts + 1); ++built) {
      const Disk::Image image = disk.crash(chance);
      if (!seen.insert(digest_of(image, told.lines.size() + told.checkpoints.size())).second) continue;
      lay_out(image, state);
      settle(paths);
      SCOPED_TRACE("state " + std::to_string(built) + ", after operation " + std::to_string(cut) + " of " +
                   std::to_string(cuts) + (cut == 0 ? "" : ": " + recording.operations[cut - 1].path));
      const auto began = std::chrono::steady_clock::now();
      {
        const FixedClock clock(*parse_rfc3339("2026-11-24T08:01:00Z"));
        SeededRandom random(99);
        const Result<std::unique_ptr<Desk>> desk = Desk::open(paths, clock, random);
        ASSERT_TRUE(desk) << "it does not open: " << desk.error().message << " " << desk.error().where;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        slowest = std::max(slowest, took.count());
        for (const Acknowledged& one : told.lines) ASSERT_EQ(missing(**desk, recording.steps[one.step], one.line), "");
      }
      for (const TreeHead& head : told.checkpoints) {
        const Result<TreeHead> now = head_from_tiles(paths.log(), head.size);
        ASSERT_TRUE(now && *now == head) << "a published checkpoint of " << head.size << " lines is contradicted";
      }
      ASSERT_EQ(damage(paths), "");
    }
  }
  std::cout << built << " states over " << cuts << " operations, " << seen.size() << " different ones opened; "
            << told.lines.size() << " acknowledgements, " << told.checkpoints.size() << " checkpoints; slowest start "
            << slowest << " s\n";
  EXPECT_LT(slowest, 2.0);
  EXPECT_GE(told.lines.size(), recording.steps.size());
}

}  // namespace
}  // namespace cordon::testing_desk
