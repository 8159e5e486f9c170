#include "store/sorted_runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "store/fingerprints.h"

namespace cordon {

namespace {

static_assert(std::endian::native == std::endian::little, "run files are little-endian");
static_assert(sizeof(Placed) == 32 && std::is_trivially_copyable_v<Placed>);

constexpr std::size_t kPage = 4096, kOnPage = 127;  // reports of a page; 32 bytes of it are its mark
constexpr std::size_t kTogether = 10;               // files of one level that become one of the next
constexpr std::size_t kPagesAtOnce = 64;            // of a file that is read through
constexpr std::string_view kMagic = "cordon-sorted 1\n";
constexpr std::size_t kListLimit = 1u << 20;

// Four lanes over a page's words: a changed bit changes its lane's value at every later step, for each step is
// one-to-one. Against accidents; whoever can change the desk's files can make the page anew (journal verify finds
// that).
struct Mark {
  std::array<std::uint64_t, 4> lanes{};
  auto operator<=>(const Mark&) const = default;
};
static_assert(sizeof(Mark) == 32);

struct Page {
  std::array<Placed, kOnPage> reports;
  Mark mark;
};
static_assert(sizeof(Page) == kPage);

Mark mark_of(const std::array<Placed, kOnPage>& reports, std::uint64_t number) {
  Mark mark{{number + 1, 2, 3, 4}};
  for (const Placed& one : reports) {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), &one, sizeof words);
    for (std::size_t lane = 0; lane < 4; ++lane)
      mark.lanes[lane] = std::rotl((mark.lanes[lane] ^ words[lane]) * 0x9E3779B97F4A7C15u, 29);
  }
  return mark;
}

// As Placed's own order has it, without a call for each comparison: keys are spread evenly, so the first eight bytes
// nearly always decide.
bool before(const Placed& a, const Placed& b) {
  const std::uint64_t front_a = key_front(a.key), front_b = key_front(b.key);
  return front_a != front_b ? front_a < front_b : a < b;
}

// By the first bits into heaps of a few, then each heap by itself: half a dozen times as fast as sorting all of them.
void sort_all(std::vector<Placed>& reports) {
  constexpr std::size_t kFew = 2048;
  if (reports.size() < kFew) return std::sort(reports.begin(), reports.end(), before);
  const int bits = std::min(static_cast<int>(std::bit_width(reports.size())) - 1, 16);
  const auto heap_of = [bits](const Placed& one) {
    return static_cast<std::size_t>(key_front(one.key) >> (64 - bits));
  };
  std::vector<std::size_t> ends(std::size_t{1} << bits);
  for (const Placed& one : reports) ++ends[heap_of(one)];
  std::size_t begin = 0;
  for (std::size_t& end : ends) begin += std::exchange(end, begin);
  std::vector<Placed> sorted(reports.size());
  for (const Placed& one : reports) sorted[ends[heap_of(one)]++] = one;
  begin = 0;
  for (const std::size_t end : ends) {
    if (end - begin > 1)
      std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(begin), sorted.begin() + static_cast<std::ptrdiff_t>(end),
                before);
    begin = end;
  }
  reports = std::move(sorted);
}

// One file: a head page, the pages of reports, then the front of each page's first key.
class RunFile {
 public:
  struct Head {
    std::array<char, 16> magic{};
    std::uint64_t reports = 0;
    std::uint64_t fronts_mark = 0;
  };

  static Result<RunFile> open(const std::string& path) {
    RunFile file;
    file.path_ = path;
    file.fd_ = TRY(open_file(path, O_RDONLY));
    const auto broken = [&] { return fail(Fault::Corrupt, "not a file of sorted reports, or not all of it", path); };
    Head head;
    if (!file.read_at(&head, sizeof head, 0)) return broken();
    if (std::string_view(head.magic.data(), head.magic.size()) != kMagic) return broken();
    const off_t size = ::lseek(file.fd_.get(), 0, SEEK_END);
    const std::uint64_t pages = head.reports / kOnPage + (head.reports % kOnPage != 0);
    if (head.reports > std::uint64_t{1} << 40 || size != static_cast<off_t>(kPage + pages * (kPage + 8)))
      return broken();
    file.reports_ = head.reports;
    file.fronts_.resize(pages);
    if (!file.read_at(file.fronts_.data(), pages * 8, kPage + pages * kPage)) return broken();
    if (mark_of_fronts(file.fronts_) != head.fronts_mark) return broken();
    return file;
  }

  std::uint64_t reports() const { return reports_; }
  std::uint64_t pages() const { return fronts_.size(); }
  std::size_t on_page(std::uint64_t number) const {
    return number + 1 < pages() ? kOnPage : reports_ - number * kOnPage;
  }
  const std::string& path() const { return path_; }

  Result<Nothing> read_pages(std::uint64_t first, std::span<Page> into) const {
    if (!read_at(into.data(), into.size_bytes(), kPage + first * kPage))
      return fail(Fault::Unavailable, "a page cannot be read", path_);
    for (std::size_t i = 0; i < into.size(); ++i) {
      if (into[i].mark != mark_of(into[i].reports, first + i))
        return fail(Fault::Corrupt, "page " + std::to_string(first + i) + " is not what was written", path_);
    }
    return Nothing{};
  }

  // Calls see(report) for each of this key, in order, until it says false. Gives whether it may be asked of other
  // files.
  template <typename See>
  Result<bool> each_of(const RunKey& key, See see) const {
    const std::uint64_t front = key_front(key);
    // The key may begin on the page before the first one that begins with it.
    const auto page = std::lower_bound(fronts_.begin(), fronts_.end(), front);
    std::uint64_t number = static_cast<std::uint64_t>(page - fronts_.begin());
    if (number > 0) --number;
    for (; number < pages() && fronts_[number] <= front; ++number) {
      Page bytes;
      TRY(read_pages(number, {&bytes, 1}));
      const std::span<const Placed> all(bytes.reports.data(), on_page(number));
      const auto from =
          std::lower_bound(all.begin(), all.end(), key, [](const Placed& a, const RunKey& b) { return a.key < b; });
      for (auto one = from; one != all.end(); ++one) {
        if (one->key != key) return true;
        if (!see(*one)) return false;
      }
    }
    return true;
  }

  // Writes reports in their order to a new file; durable when it returns.
  class Writer {
   public:
    static Result<Writer> begin(const std::string& path) {
      Writer writer;
      writer.path_ = path;
      writer.fd_ = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
      writer.pending_.resize(kPage);  // the head, when all is known
      return writer;
    }
    Result<Nothing> add(const Placed& report) {
      page_.reports[reports_++ % kOnPage] = report;
      return reports_ % kOnPage == 0 ? end_page() : Nothing{};
    }
    Result<Nothing> finish() {
      if (reports_ % kOnPage != 0) TRY(end_page());
      pending_.append(reinterpret_cast<const char*>(fronts_.data()), fronts_.size() * 8);
      TRY(write_all(fd_.get(), pending_, path_));
      Head head;
      std::copy(kMagic.begin(), kMagic.end(), head.magic.begin());
      head.reports = reports_;
      head.fronts_mark = mark_of_fronts(fronts_);
      if (::pwrite(fd_.get(), &head, sizeof head, 0) != static_cast<ssize_t>(sizeof head))
        return system_error("writing the head of a run", errno, path_);
      sync_or_die(fd_.get(), path_);
      return Nothing{};
    }

   private:
    Result<Nothing> end_page() {
      for (std::size_t i = reports_ % kOnPage; i != 0 && i < kOnPage; ++i) page_.reports[i] = {};
      page_.mark = mark_of(page_.reports, fronts_.size());
      fronts_.push_back(key_front(page_.reports[0].key));
      pending_.append(reinterpret_cast<const char*>(&page_), kPage);
      if (pending_.size() < kPagesAtOnce * kPage) return Nothing{};
      TRY(write_all(fd_.get(), pending_, path_));
      pending_.clear();
      return Nothing{};
    }
    std::string path_;
    Fd fd_;
    std::string pending_;
    Page page_{};
    std::uint64_t reports_ = 0;
    std::vector<std::uint64_t> fronts_;
  };

 private:
  static std::uint64_t mark_of_fronts(const std::vector<std::uint64_t>& fronts) {
    std::uint64_t mark = 1;
    for (const std::uint64_t front : fronts) mark = std::rotl((mark ^ front) * 0x9E3779B97F4A7C15u, 29);
    return mark;
  }
  bool read_at(void* into, std::size_t size, std::uint64_t at) const {
    auto* bytes = static_cast<char*>(into);
    while (size > 0) {
      const ssize_t got = ::pread(fd_.get(), bytes, size, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      bytes += got, at += static_cast<std::uint64_t>(got), size -= static_cast<std::size_t>(got);
    }
    return true;
  }
  std::string path_;
  Fd fd_;
  std::uint64_t reports_ = 0;
  std::vector<std::uint64_t> fronts_;
};

// Reads a file from its first report to its last.
class SortedReading {
 public:
  explicit SortedReading(const RunFile& file) : file_(&file), pages_(kPagesAtOnce) {}
  Result<const Placed*> next() {  // nullptr at the end
    if (at_ == file_->reports()) return static_cast<const Placed*>(nullptr);
    const std::uint64_t page = at_ / kOnPage;
    if (page >= end_) {
      const std::uint64_t count = std::min<std::uint64_t>(kPagesAtOnce, file_->pages() - page);
      TRY(file_->read_pages(page, std::span(pages_).first(count)));
      begin_ = page, end_ = page + count;
    }
    return static_cast<const Placed*>(&pages_[page - begin_].reports[at_++ % kOnPage]);
  }

 private:
  const RunFile* file_;
  std::vector<Page> pages_;
  std::uint64_t at_ = 0, begin_ = 0, end_ = 0;
};

struct Listed {
  std::string name;
  std::int64_t level = 0;
};

}  // namespace

RunKey run_key(std::string_view bytes) {
  RunKey key{};
  CORDON_CHECK(bytes.size() >= key.size(), "a key has 16 bytes");
  std::memcpy(key.data(), bytes.data(), key.size());
  return key;
}

struct SortedRuns::Impl {
  std::string folder;
  std::size_t in_memory = 0;
  std::int64_t on_disk = 0;  // every batch up to this row
  std::int64_t through = 0;
  std::int64_t next_name = 1;
  std::vector<Listed> listed;                // oldest first
  std::vector<RunFile> files;                // of the same places
  std::vector<Placed> fresh;                 // sorted
  std::optional<Fingerprints> fingerprints;  // from the first question on
  std::uint64_t distinct = 0;                // keys when it was outgrown last; 0: not counted

  std::string path(const std::string& name) const { return folder + "/" + name; }

  std::uint64_t size() const {
    std::uint64_t all = fresh.size();
    for (const RunFile& file : files) all += file.reports();
    return all;
  }

  Result<Nothing> read_list() {
    const Json list = TRY(parse_json(TRY(read_file(path("list.json"), kListLimit))));
    on_disk = through = TRY(list.number("through"));
    next_name = TRY(list.number("next"));
    for (const Json& one : TRY(list.list("files"))) {
      Listed file;
      file.name = TRY(one.text("name"));
      file.level = TRY(one.number("level"));
      if (file.name.find('/') != std::string::npos) return fail(Fault::Malformed, "a file's name is no path");
      files.push_back(TRY(RunFile::open(path(file.name))));
      listed.push_back(std::move(file));
    }
    return Nothing{};
  }

  Result<Nothing> write_list() {
    Json::Array all;
    for (const Listed& one : listed) all.push_back(Json::Object{{"name", one.name}, {"level", one.level}});
    const Json list = Json::Object{{"through", on_disk}, {"next", next_name}, {"files", std::move(all)}};
    return write_file(path("list.json"), to_text(list) + "\n", 0600);
  }

  // What an interrupted merge left.
  Result<Nothing> sweep() const {
    for (const std::string& name : TRY(list_folder(folder))) {
      const bool known = name == "list.json" ||
                         std::any_of(listed.begin(), listed.end(), [&](const Listed& one) { return one.name == name; });
      if (!known && name.ends_with(".run")) ::unlink(path(name).c_str());
    }
    return Nothing{};
  }

  // All reports of `from` in their order into a new file.
  Result<RunFile> merge(std::span<const RunFile> from, const std::string& name) const {
    std::vector<SortedReading> readings(from.begin(), from.end());
    std::vector<const Placed*> heads;
    for (SortedReading& reading : readings) heads.push_back(TRY(reading.next()));
    RunFile::Writer writer = TRY(RunFile::Writer::begin(path(name)));
    for (;;) {
      // There are ten at most: looking at each is cheaper than keeping them in order.
      std::size_t first = heads.size();
      for (std::size_t i = 0; i < heads.size(); ++i)
        if (heads[i] != nullptr && (first == heads.size() || before(*heads[i], *heads[first]))) first = i;
      if (first == heads.size()) break;
      TRY(writer.add(*heads[first]));
      heads[first] = TRY(readings[first].next());
    }
    TRY(writer.finish());
    return RunFile::open(path(name));
  }

  // The last ten files, while they are of one level, become one of the next.
  Result<Nothing> merge_by_tens() {
    while (listed.size() >= kTogether && listed[listed.size() - kTogether].level == listed.back().level) {
      const std::size_t from = listed.size() - kTogether;
      const Listed merged{std::to_string(next_name++) + ".run", listed.back().level + 1};
      RunFile file = TRY(merge(std::span(files).subspan(from), merged.name));
      std::vector<Listed> old(listed.begin() + static_cast<std::ptrdiff_t>(from), listed.end());
      listed.resize(from);
      files.erase(files.begin() + static_cast<std::ptrdiff_t>(from), files.end());
      listed.push_back(merged);
      files.push_back(std::move(file));
      TRY(write_list());
      for (const Listed& one : old) ::unlink(path(one.name).c_str());
    }
    return Nothing{};
  }

  Result<Nothing> flush() {
    if (on_disk == through) return Nothing{};
    if (!fresh.empty()) {
      const Listed file{std::to_string(next_name++) + ".run", 0};
      RunFile::Writer writer = TRY(RunFile::Writer::begin(path(file.name)));
      for (const Placed& one : fresh) TRY(writer.add(one));
      TRY(writer.finish());
      files.push_back(TRY(RunFile::open(path(file.name))));
      listed.push_back(file);
      fresh.clear();
    }
    on_disk = through;
    TRY(write_list());
    return merge_by_tens();
  }

  Result<Nothing> make_fingerprints() {
    // A quarter more than are known: reports of one key take one place, so where they were counted that counts.
    const std::uint64_t known = distinct > 0 ? distinct : size();
    fingerprints.emplace(std::max<std::uint64_t>(known + known / 4, 1u << 16));
    for (const RunFile& file : files) {
      SortedReading reading(file);
      while (const Placed* one = TRY(reading.next())) fingerprints->put(one->key);
    }
    for (const Placed& one : fresh) fingerprints->put(one.key);
    return Nothing{};
  }

  // A larger one is made at the next question.
  void outgrown(std::size_t more) {
    distinct = fingerprints->size() + more;
    fingerprints.reset();
  }

  template <typename See>
  Result<Nothing> each_of(const RunKey& key, See see) const {
    for (const RunFile& file : files)  // the large ones first
      if (!TRY(file.each_of(key, see))) return Nothing{};
    const auto from =
        std::lower_bound(fresh.begin(), fresh.end(), key, [](const Placed& a, const RunKey& b) { return a.key < b; });
    for (auto one = from; one != fresh.end() && one->key == key; ++one)
      if (!see(*one)) break;
    return Nothing{};
  }
};

SortedRuns::SortedRuns(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SortedRuns::SortedRuns(SortedRuns&&) noexcept = default;
SortedRuns& SortedRuns::operator=(SortedRuns&&) noexcept = default;
SortedRuns::~SortedRuns() = default;

Result<SortedRuns> SortedRuns::open(std::string folder, std::size_t in_memory) {
  auto impl = std::make_unique<Impl>();
  impl->folder = std::move(folder);
  impl->in_memory = in_memory;
  TRY(make_folder(impl->folder, 0700));
  if (exists(impl->path("list.json"))) TRY(impl->read_list());
  TRY(impl->sweep());
  return SortedRuns(std::move(impl));
}

std::int64_t SortedRuns::through() const { return impl_->through; }
std::uint64_t SortedRuns::size() const { return impl_->size(); }

Result<Nothing> SortedRuns::add(std::int64_t batch, std::vector<Placed> reports) {
  if (batch <= impl_->through) return Nothing{};
  sort_all(reports);
  if (impl_->fingerprints) {
    if (impl_->fingerprints->size() + reports.size() > impl_->fingerprints->capacity())
      impl_->outgrown(reports.size());
    else
      for (const Placed& one : reports) impl_->fingerprints->put(one.key);
  }
  if (impl_->fresh.empty()) {
    impl_->fresh = std::move(reports);
  } else {
    std::vector<Placed> fresh;
    fresh.reserve(impl_->fresh.size() + reports.size());
    std::merge(impl_->fresh.begin(), impl_->fresh.end(), reports.begin(), reports.end(), std::back_inserter(fresh),
               before);
    impl_->fresh = std::move(fresh);
  }
  impl_->through = batch;
  return impl_->fresh.size() < impl_->in_memory ? Nothing{} : impl_->flush();
}

Result<bool> SortedRuns::holds(const RunKey& key) {
  if (!impl_->fingerprints) TRY(impl_->make_fingerprints());
  if (!impl_->fingerprints->maybe(key)) return false;
  bool any = false;
  TRY(impl_->each_of(key, [&](const Placed&) {
    any = true;
    return false;
  }));
  return any;
}

Result<std::vector<Placed>> SortedRuns::find(const RunKey& key, std::size_t limit) const {
  std::vector<Placed> found;
  TRY(impl_->each_of(key, [&](const Placed& one) {
    found.push_back(one);
    return found.size() < limit;
  }));
  std::sort(found.begin(), found.end());
  return found;
}

Result<SortedRuns::Count> SortedRuns::count(const RunKey& key) const {
  Count count;
  std::vector<std::uint32_t> sources;
  TRY(impl_->each_of(key, [&](const Placed& one) {
    ++count.reports;
    count.first_seen = count.reports == 1 ? one.seen : std::min(count.first_seen, one.seen);
    count.last_seen = std::max(count.last_seen, one.seen);
    if (sources.empty() || sources.back() != one.source) sources.push_back(one.source);
    return true;
  }));
  std::sort(sources.begin(), sources.end());
  count.sources = static_cast<std::uint64_t>(std::unique(sources.begin(), sources.end()) - sources.begin());
  return count;
}

Result<Nothing> SortedRuns::flush() { return impl_->flush(); }

Result<SortedRuns::OnDisk> SortedRuns::verify_folder(const std::string& folder) {
  constexpr int kLooks = 5;
  for (int look = 0;; ++look) {
    SortedRuns runs(std::make_unique<Impl>());
    runs.impl_->folder = folder;
    if (!exists(runs.impl_->path("list.json"))) return OnDisk{};
    const Result<Nothing> read = runs.impl_->read_list();
    // A file that was merged into another between the list and this.
    if (!read && read.error().fault == Fault::NotFound && look < kLooks) continue;
    if (!read) return read.error();
    for (const Listed& one : runs.impl_->listed) {
      const Result<std::int64_t> number = parse_integer(std::string_view(one.name).substr(0, one.name.find('.')));
      if (!number || *number >= runs.impl_->next_name)
        return fail(Fault::Corrupt, "its list would give a name out again", runs.impl_->path("list.json"));
    }
    TRY(runs.verify());
    return OnDisk{runs.size(), runs.through()};
  }
}

Result<Nothing> SortedRuns::forget(std::vector<std::pair<std::uint32_t, std::uint32_t>> places) {
  std::sort(places.begin(), places.end());
  const auto goes = [&](const Placed& one) {
    return std::binary_search(places.begin(), places.end(), std::pair(one.batch, one.position));
  };
  if (places.empty()) return Nothing{};
  std::erase_if(impl_->fresh, goes);
  impl_->fingerprints.reset();
  std::vector<std::string> old;
  for (std::size_t i = 0; i < impl_->files.size(); ++i) {
    bool any = false;
    SortedReading looking(impl_->files[i]);
    for (const Placed* one = TRY(looking.next()); one != nullptr && !any; one = TRY(looking.next())) any = goes(*one);
    if (!any) continue;
    const std::string name = std::to_string(impl_->next_name++) + ".run";
    RunFile::Writer writer = TRY(RunFile::Writer::begin(impl_->path(name)));
    SortedReading reading(impl_->files[i]);
    while (const Placed* one = TRY(reading.next()))
      if (!goes(*one)) TRY(writer.add(*one));
    TRY(writer.finish());
    impl_->files[i] = TRY(RunFile::open(impl_->path(name)));
    old.push_back(std::exchange(impl_->listed[i].name, name));
  }
  if (old.empty()) return Nothing{};
  TRY(impl_->write_list());
  for (const std::string& name : old) ::unlink(impl_->path(name).c_str());
  return Nothing{};
}

Result<Nothing> SortedRuns::verify() const {
  for (const RunFile& file : impl_->files) {
    SortedReading reading(file);
    std::optional<Placed> last;
    while (const Placed* one = TRY(reading.next())) {
      if (last && *one < *last) return fail(Fault::Corrupt, "reports out of their order", file.path());
      last = *one;
    }
  }
  return Nothing{};
}

}  // namespace cordon
