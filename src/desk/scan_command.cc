// Files are read side by side, one at a time by each thread, in pieces into a buffer that is used again: memory does
// not grow with a file, a file that is cut short while it is read does no harm (a mapping would), and read(2) into a
// warm buffer costs less than mapping the same pages. What they print comes in the order of their names all the same:
// the file whose turn it is writes through, the others fill a buffer and then wait.
#include "desk/scan_command.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>

#include "base/archive.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/scan_output.h"
#include "observable/scan_document.h"

namespace cordon {
namespace {

constexpr std::size_t kBuffered = std::size_t{4} << 20;   // of one file whose turn has not come
constexpr std::size_t kDocument = std::size_t{4} << 20;   // a longer mail or page is read as text
constexpr std::size_t kWritten = std::size_t{256} << 10;  // rows go on in pieces of about this

using Counts = std::array<std::uint64_t, kFoundKinds>;

struct UniqueRow {
  FoundKind kind;
  std::string key, text;
};
struct RowsOfFile {
  std::string text;                // or, with --unique:
  std::vector<UniqueRow> uniques;  // what this file has first of itself; another file may have had it before
  std::size_t size = 0;
  Counts counts{};
};

// Standard output, shared by the files.
class Output {
 public:
  explicit Output(const ScanWish& wish) : wish_(wish) {}

  void write(std::size_t file, RowsOfFile&& rows) {
    std::unique_lock lock(mutex_);
    const std::size_t size = rows.size;
    if (file != turn_) {
      waiting_.resize(std::max(waiting_.size(), file + 1));
      waiting_[file].push_back(std::move(rows));
      held_[file % held_.size()] += size;
      turns_.wait(lock, [&] { return file == turn_ || held_[file % held_.size()] < kBuffered || failed_; });
      return;
    }
    print_waiting(file);
    print(rows);
  }
  void done(std::size_t file) {
    const std::lock_guard lock(mutex_);
    finished_.resize(std::max(finished_.size(), file + 1), false);
    finished_[file] = true;
    while (turn_ < finished_.size() && finished_[turn_]) {
      print_waiting(turn_);
      ++turn_;
    }
    // What the file whose turn it now is has in its buffer comes with its next rows, or when it is done.
    turns_.notify_all();
  }
  // Only when all is done.
  const Counts& counts() const { return counts_; }
  bool failed() const { return failed_; }

 private:
  void print_waiting(std::size_t file) {
    if (file >= waiting_.size()) return;
    for (const RowsOfFile& rows : waiting_[file]) print(rows);
    waiting_[file].clear();
    held_[file % held_.size()] = 0;
  }
  void print(const RowsOfFile& rows) {
    for (std::size_t kind = 0; kind < rows.counts.size(); ++kind) counts_[kind] += rows.counts[kind];
    put(rows.text);
    for (const UniqueRow& row : rows.uniques) {
      if (!seen_.insert(row.key).second) continue;
      ++counts_[static_cast<std::size_t>(row.kind)];
      put(row.text);
    }
  }
  void put(const std::string& text) {
    if (wish_.count || text.empty()) return;
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
    failed_ = true;
    turns_.notify_all();  // nobody waits for a turn that will not come
  }

  const ScanWish& wish_;
  std::mutex mutex_;
  std::condition_variable turns_;
  std::size_t turn_ = 0;
  std::deque<std::vector<RowsOfFile>> waiting_;
  std::array<std::size_t, 1024> held_{};  // more than there are threads, so no two open files share one
  std::vector<bool> finished_;
  std::unordered_set<std::string> seen_;
  Counts counts_{};
  std::atomic<bool> failed_ = false;
};

struct Shared {
  const ScanWish& wish;
  const NeverList& never_list;
  const IndexHits* index;  // or nothing
  Output& output;
  bool quiet;  // stop at the first find
  std::atomic<bool> found = false;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::size_t> files = 0;
  bool enough() const { return (quiet && found) || output.failed(); }
};

// Up to `room` bytes; fewer only where the text ends.
Result<std::size_t> read_some(int fd, const std::string& where, std::span<char> room, Shared& shared) {
  std::size_t have = 0;
  while (have < room.size()) {
    const ssize_t got = ::read(fd, room.data() + have, room.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", errno, where);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
    shared.bytes += static_cast<std::uint64_t>(got);
  }
  return have;
}

// Scans what `fd` holds. A mail or a page, by its content, is read whole and as its reader sees it. A text of one piece
// is scanned where it lies; a longer one goes through a Scanner, and `settle` is called behind each piece.
template <typename Settle>
Result<Nothing> scan_all_of(int fd, const std::string& where, Window& window, Shared& shared, FindSink sink,
                            Settle settle) {
  const ScanOptions& options = shared.wish.options;
  std::size_t got = TRY(read_some(fd, where, window.room().first(Window::kPiece), shared));
  std::string_view piece = window.add(got);
  bool ended = got < Window::kPiece;
  const bool as_text = shared.wish.raw || shared.wish.rewrite != Rewrite::No;
  if (const DocumentForm form = document_form(piece); form != DocumentForm::Text && !as_text) {
    window.widen(kDocument + Window::kPiece);
    while (!ended && window.end() <= kDocument) {
      got = TRY(read_some(fd, where, window.room().first(Window::kPiece), shared));
      window.add(got);
      ended = got < Window::kPiece;
    }
    piece = window.slice(0, window.end());
    if (ended) {
      scan_document(piece, form, options, sink);
      return Nothing{};
    }
  }
  if (ended) {
    scan(piece, options, sink);
    return Nothing{};
  }
  Scanner scanner(options, sink);
  for (;;) {
    scanner.feed(piece);
    settle();
    if (ended || shared.enough()) break;
    got = TRY(read_some(fd, where, window.room().first(Window::kPiece), shared));
    piece = window.add(got);
    ended = got < Window::kPiece;
  }
  scanner.finish();
  return Nothing{};
}

// One file's finds as rows.
class FileRows {
 public:
  FileRows(const std::string& file, std::size_t number, Shared& shared)
      : file_(file), number_(number), shared_(shared), wish_(shared.wish), window_(!shared.wish.count) {}

  Result<Nothing> read(int fd) {
    const auto sink = [this](const Find& find) { take(find); };
    const Result<Nothing> done = scan_all_of(fd, file_, window_, shared_, sink, [this] {
      settle(false);
      if (rows_.size > kWritten) hand_over();
    });
    settle(true);
    hand_over();
    return done;
  }

 private:
  // A find whose context has not all come yet, or about which the index has not been asked.
  struct Pending {
    Find find;
    std::string written, canonical;
    std::vector<Hit> hits;
  };

  void take(const Find& find) {
    if (wish_.only_defanged && !find.defanged) return;
    if (shared_.quiet && !wish_.only_hits) {
      shared_.found = true;
      return;
    }
    if (wish_.context == 0 && shared_.index == nullptr) return row(find, {});
    pending_.push_back({find, std::string(find.written), std::string(find.canonical), {}});
    if (pending_.size() - asked_ < IndexHits::kTogether) return;
    if (wish_.context == 0) return settle(false);
    ask();
  }
  void ask() {
    std::vector<Find> finds;
    for (std::size_t i = asked_; i < pending_.size(); ++i) {
      Pending& one = pending_[i];
      one.find.written = one.written;
      one.find.canonical = one.canonical;
      finds.push_back(one.find);
    }
    if (shared_.index != nullptr) {
      auto hits = shared_.index->of(finds);
      for (std::size_t i = 0; i < hits.size(); ++i) pending_[asked_ + i].hits = std::move(hits[i]);
    }
    asked_ = pending_.size();
  }
  void settle(bool at_end) {
    ask();
    while (!pending_.empty()) {
      const Pending& first = pending_.front();
      if (!at_end && first.find.offset + first.find.length + 4 * wish_.context > window_.end()) return;
      if (!wish_.only_hits || !first.hits.empty()) row(first.find, first.hits);
      pending_.pop_front();
      --asked_;
    }
  }
  void row(const Find& find, std::span<const Hit> hits) {
    shared_.found = true;
    if (shared_.quiet) return;
    const auto kind = static_cast<std::size_t>(find.kind);
    if (wish_.unique) {
      std::string key(1, static_cast<char>(kind));
      key += find.canonical;
      if (!seen_.insert(key).second) return;
      std::string text;
      if (!wish_.count) render(text, find, hits);
      rows_.size += key.size() + text.size();
      rows_.uniques.push_back({find.kind, std::move(key), std::move(text)});
      return;
    }
    ++rows_.counts[kind];
    if (wish_.count) return;
    const std::size_t before = rows_.text.size();
    render(rows_.text, find, hits);
    rows_.size += rows_.text.size() - before;
  }
  void render(std::string& out, const Find& find, std::span<const Hit> hits) {
    ScanRow row{file_, find, window_.place(find.offset), never_listed(shared_.never_list, find)};
    row.hits = hits;
    if (wish_.context > 0) {
      const std::uint64_t reach = 4 * wish_.context;  // bytes of so many characters
      const std::uint64_t from = std::max(window_.begin(), find.offset - std::min(find.offset, reach));
      const std::string_view near = window_.slice(from, find.offset + find.length + reach);
      row.context = around(near, static_cast<std::size_t>(find.offset - from), static_cast<std::size_t>(find.length),
                           wish_.context);
    }
    append_row(out, row, wish_);
  }
  void hand_over() { shared_.output.write(number_, std::exchange(rows_, {})); }

  const std::string& file_;
  std::size_t number_;
  Shared& shared_;
  const ScanWish& wish_;
  Window window_;
  RowsOfFile rows_;
  std::deque<Pending> pending_;
  std::size_t asked_ = 0;  // of them
  std::unordered_set<std::string> seen_;
};

// --defang and --refang: the text itself, its identifiers written the other way. What the scanner may still find is
// held back, which is less than what the window keeps.
class Rewriter {
 public:
  Rewriter(const std::string& file, Shared& shared)
      : file_(file), shared_(shared), wish_(shared.wish), window_(false) {}

  Result<Nothing> read(int fd) {
    const auto sink = [this](const Find& find) { take(find); };
    const Result<Nothing> done = scan_all_of(fd, file_, window_, shared_, sink, [this] {
      const std::uint64_t settled = window_.end() - std::min<std::uint64_t>(window_.end(), Window::kKept);
      if (settled > written_) copy_to(settled);
    });
    copy_to(window_.end());
    flush();
    return done;
  }

 private:
  void take(const Find& find) {
    shared_.found = true;
    if (find.offset < written_ || find.has(FindFlag::Decoded) || (wish_.only_defanged && !find.defanged)) return;
    copy_to(find.offset);
    put(rewritten(find, wish_.rewrite));
    written_ = find.offset + find.length;
  }
  void copy_to(std::uint64_t offset) {
    put(window_.slice(written_, offset));
    written_ = offset;
  }
  void put(std::string_view text) {
    rows_.text += text;
    if (rows_.text.size() > kWritten) flush();
  }
  void flush() {
    rows_.size = rows_.text.size();
    shared_.output.write(0, std::exchange(rows_, {}));
  }

  const std::string& file_;
  Shared& shared_;
  const ScanWish& wish_;
  Window window_;
  RowsOfFile rows_;
  std::uint64_t written_ = 0;
};

// Every regular file below a folder, in order of name; links are not followed, so there is no ring.
void add_files(const std::string& path, std::vector<std::string>& files, std::vector<Error>& errors) {
  const auto names = list_folder(path);
  if (!names) {
    errors.push_back(names.error());
    return;
  }
  for (const std::string& name : *names) {
    const std::string inside = (path.ends_with('/') ? path : path + "/") + name;
    struct stat about{};
    if (::lstat(inside.c_str(), &about) != 0) {
      errors.push_back(system_error("cannot look at", errno, inside));
    } else if (S_ISDIR(about.st_mode)) {
      add_files(inside, files, errors);
    } else if (S_ISREG(about.st_mode)) {
      files.push_back(inside);
    }
  }
}

Result<Fd> open_to_scan(const std::string& path) {
  if (path == "-") return Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  Fd fd = TRY(open_file(path, O_RDONLY));
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

// Of a regular file, by its first bytes.
bool is_archive(int fd) {
  struct stat about{};
  std::array<char, kArchiveBeginning> bytes;
  if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return false;
  const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), 0);
  return got > 0 && looks_like_archive({bytes.data(), static_cast<std::size_t>(got)});
}

// "logs.zip!app/a.log"; what was packed alone is called as its archive without the last ending.
std::string member_name(const std::string& archive, const std::string& name) {
  const std::string file = archive.substr(archive.rfind('/') + 1);
  return archive + "!" + (name.empty() ? file.substr(0, file.rfind('.')) : name);
}

// A file that lives in memory and nowhere else: a member is read as any other file is.
Result<Fd> as_file(const std::string& bytes, const std::string& where) {
  Fd fd(::memfd_create("member", MFD_CLOEXEC));
  if (!fd) return system_error("no memory for a member", errno, where);
  TRY(write_all(fd.get(), bytes, where));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return system_error("cannot read", errno, where);
  return fd;
}

// On a terminal, once a second's work is behind us: how far it is, on stderr, where no row goes.
class Progress {
 public:
  Progress(const Shared& shared, std::size_t files)
      : shared_(shared), files_(files), on_(::isatty(2) != 0 && ::isatty(1) == 0) {}
  void show() {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    if (!on_ || seconds < 1) return;
    const double megabytes = static_cast<double>(shared_.bytes) / 1e6;
    std::fprintf(stderr, "\r%zu of %zu files, %.0f MB, %.0f MB/s ", shared_.files.load(), files_, megabytes,
                 megabytes / seconds);
    shown_ = true;
  }
  void clear() const {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  const Shared& shared_;
  std::size_t files_;
  bool on_, shown_ = false;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

class Run {
 public:
  Run(const Typed& typed, const ScanWish& wish, const NeverList& never_list, const IndexHits* index)
      : typed_(typed), wish_(wish), output_(wish), shared_{wish, never_list, index, output_, typed.quiet} {}

  int run(const std::vector<std::string>& paths) {
    std::vector<std::string> files;
    std::vector<Error> errors;
    for (const std::string& path : paths) {
      if (path != "-" && is_folder(path))
        add_files(path, files, errors);
      else
        files.push_back(path);
    }
    for (const Error& error : errors) complain(error);
    if (!typed_.quiet) {
      const std::string header = first_row(wish_);
      static_cast<void>(std::fwrite(header.data(), 1, header.size(), stdout));
    }
    scan_all(files);
    if (wish_.count && !typed_.quiet) print_counts();
    if (std::fflush(stdout) != 0 || output_.failed())
      complain(fail(Fault::Unavailable, "the output cannot be written"));
    return failed_ ? 2 : shared_.found ? 0 : 1;
  }

 private:
  void scan_all(const std::vector<std::string>& files) {
    std::size_t threads = wish_.threads != 0 ? wish_.threads : std::max(1u, std::thread::hardware_concurrency());
    if (wish_.rewrite != Rewrite::No) threads = 1;
    threads = std::min(threads, files.size());
    Progress progress(shared_, files.size());
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t running = threads;
    std::vector<std::thread> crew;
    for (std::size_t i = 0; i < threads; ++i) {
      crew.emplace_back([&] {
        for (std::size_t file = 0; (file = next++) < files.size() && !shared_.enough();) scan_one(files[file], file);
        const std::lock_guard lock(mutex);
        --running;
        ended.notify_all();
      });
    }
    {
      std::unique_lock lock(mutex);
      while (!ended.wait_for(lock, std::chrono::milliseconds(250), [&] { return running == 0; })) progress.show();
    }
    for (std::thread& one : crew) one.join();
    progress.clear();
  }

  void scan_one(const std::string& file, std::size_t number) {
    const auto fd = open_to_scan(file);
    Result<Nothing> done = Nothing{};
    if (!fd)
      done = fd.error();
    else if (wish_.rewrite != Rewrite::No)
      done = Rewriter(file, shared_).read(fd->get());
    else if (file != "-" && !wish_.raw && is_archive(fd->get()))
      done = scan_archive(fd->get(), file, number);
    else
      done = FileRows(file, number, shared_).read(fd->get());
    if (!done) complain(done.error());
    ++shared_.files;
    if (wish_.rewrite == Rewrite::No) output_.done(number);
  }

  Result<Nothing> scan_archive(int fd, const std::string& file, std::size_t number) {
    const std::string packed = TRY(read_all(fd, archive_limits::kPacked, file));
    const auto unpacked = unpack(packed);
    if (!unpacked) return fail(unpacked.error().fault, unpacked.error().message, file);
    for (const ArchiveMember& member : unpacked->members) {
      if (shared_.enough()) return Nothing{};
      const std::string name = member_name(file, member.name);
      const Fd bytes = TRY(as_file(member.bytes, name));
      TRY(FileRows(name, number, shared_).read(bytes.get()));
    }
    const std::vector<std::string>& not_read = unpacked->passed_over;
    if (not_read.empty()) return Nothing{};
    std::string more = not_read.size() > 1 ? " (and " + std::to_string(not_read.size() - 1) + " more)" : "";
    return fail(Fault::Malformed, "not read: " + printable(not_read.front(), 200) + more, file);
  }

  void complain(const Error& error) {
    const std::lock_guard lock(complaints_);
    static_cast<void>(report(error, typed_.json));
    failed_ = true;
  }

  void print_counts() const {
    for (const FoundKind kind : found_kinds()) {
      const std::uint64_t count = output_.counts()[static_cast<std::size_t>(kind)];
      if (count == 0) continue;
      if (wish_.format == ScanFormat::Json) {
        const Json line = Json::Object{{"kind", name(kind)}, {"count", static_cast<std::int64_t>(count)}};
        std::printf("%s\n", to_text(line).c_str());
      } else {
        std::printf("%s%c%llu\n", std::string(name(kind)).c_str(), wish_.format == ScanFormat::Csv ? ',' : '\t',
                    static_cast<unsigned long long>(count));
      }
    }
  }

  const Typed& typed_;
  const ScanWish& wish_;
  Output output_;
  Shared shared_;
  std::mutex complaints_;
  std::atomic<bool> failed_ = false;
};

Result<NeverList> read_never_list(const std::string& path) {
  NeverList list;
  if (!path.empty()) TRY(list.add(TRY(read_file(path, std::size_t{256} << 20)), path));
  return list;
}

}  // namespace

int scan_command(const Typed& typed) {
  std::signal(SIGPIPE, SIG_DFL);  // `cordon scan … | head` ends without a word, as grep does
  const auto wish = read_wish(typed.arguments, typed.json, ::isatty(1) != 0);
  if (!wish) return report(wish.error(), typed.json), 2;
  const auto never_list = read_never_list(wish->never_list);
  if (!never_list) return report(never_list.error(), typed.json), 2;
  std::optional<IndexHits> index;
  if (!wish->index.empty()) {
    auto opened = IndexHits::open(wish->index, wish->signed_by, Day::of(SystemClock().now()));
    if (!opened) return report(opened.error(), typed.json), 2;
    index.emplace(*std::move(opened));
  }
  if (typed.paths.empty() && ::isatty(0) != 0) {
    report(fail(Fault::Usage, "nothing to scan: name files or folders, or send a text to standard input"), typed.json);
    return 2;
  }
  return Run(typed, *wish, *never_list, index ? &*index : nullptr)
      .run(typed.paths.empty() ? std::vector<std::string>{"-"} : typed.paths);
}

}  // namespace cordon
