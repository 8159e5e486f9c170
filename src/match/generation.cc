// The folder: base-N.cidx and change-N.cidx, each immutable, and `current`, which names the pair of now and the pair
// before it and is replaced by a rename. docs/formats/index.md has its lines.
#include "match/generation.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/files.h"
#include "base/text.h"
#include "match/open_index.h"

namespace cordon {
namespace {

constexpr std::string_view kHeading = "cordon-index-set/1";
constexpr std::size_t kLargestCurrent = 4096;
constexpr std::uint64_t kOfChange = std::uint64_t{1} << 63;  // of an EntryRef
constexpr auto kLookEvery = std::chrono::milliseconds(100);

struct NamedIndex {
  std::string file;
  Digest set;
  bool operator==(const NamedIndex&) const = default;
};
struct Pair {
  NamedIndex base;
  std::optional<NamedIndex> change;
  bool operator==(const Pair&) const = default;
};
struct Current {
  std::uint64_t generation = 0;
  Pair now;
  std::optional<Pair> before;
};

std::string lines_of(const Pair& pair, std::string_view when) {
  const auto line = [&](std::string_view what, const NamedIndex& index) {
    return join({std::string(when), std::string(what), index.file, index.set.hex()}, " ") + "\n";
  };
  return line("base", pair.base) + (pair.change ? line("change", *pair.change) : "");
}

std::string write_current(const Current& current, const SecretKey& key) {
  std::string text = std::string(kHeading) + "\ngeneration " + std::to_string(current.generation) + "\n" +
                     lines_of(current.now, "now") + (current.before ? lines_of(*current.before, "before") : "");
  return text + "signature " + to_base64(key.sign(text)) + "\n";
}

// A name of this folder and nothing else.
bool is_index_name(std::string_view file) {
  return file.ends_with(".cidx") && file.find('/') == std::string_view::npos &&
         (file.starts_with("base-") || file.starts_with("change-"));
}

Result<Current> read_current(std::string_view text, const std::optional<PublicKey>& key, const std::string& where) {
  const auto bad = [&](std::string what) { return fail(Fault::Corrupt, std::move(what), where); };
  const std::size_t last = text.rfind("signature ");
  if (last == std::string_view::npos || !text.ends_with('\n')) return bad("not signed");
  const auto signature = parse_signature(text.substr(last + 10, text.size() - last - 11));
  if (!signature) return bad("not signed");
  if (key && !verify(*key, text.substr(0, last), *signature))
    return fail(Fault::NotFound, "another key signed this", where);
  const auto lines = split(text.substr(0, last), '\n');
  if (lines.size() < 3 || lines[0] != kHeading || !lines[1].starts_with("generation "))
    return bad("not a list of indexes of version 1");
  Current current;
  const auto number = parse_integer(lines[1].substr(11));
  if (!number || *number < 1) return bad("a generation is a number from 1");
  current.generation = static_cast<std::uint64_t>(*number);
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    const auto words = split(lines[i], ' ');
    if (words.size() != 4 || !is_index_name(words[2])) return bad("a line that is none");
    const auto digest = parse_digest(words[3]);
    if (!digest) return bad("a line that is none");
    if (words[0] == "before" && !current.before) current.before.emplace();
    Pair& pair = words[0] == "before" ? *current.before : current.now;
    NamedIndex index{std::string(words[2]), *digest};
    if (words[1] == "base") {
      pair.base = std::move(index);
    } else {
      pair.change = std::move(index);
    }
  }
  if (current.now.base.file.empty()) return bad("no base is named");
  return current;
}

Result<std::shared_ptr<const Index>> open_named(const std::string& folder, const NamedIndex& named,
                                                const std::optional<PublicKey>& key) {
  auto index = TRY(Index::open(folder + "/" + named.file, key));
  if (index->info().set != named.set)
    return fail(Fault::Corrupt, "another index than the one that is named", named.file);
  return index;
}

// What makes two entries say the same thing of the same thing.
auto identity(const Entry& entry) { return std::tie(entry.kind, entry.canonical, entry.reach, entry.source); }

bool withdraws(const Entry& withdrawal, const Entry& entry) {
  return withdrawal.withdrawn && withdrawal.kind == entry.kind && withdrawal.canonical == entry.canonical &&
         (withdrawal.source.empty() || withdrawal.source == entry.source);
}

}  // namespace

Result<std::shared_ptr<const Generation>> Generation::open(const std::string& path, std::optional<PublicKey> key) {
  if (is_folder(path)) return TRY(IndexReader::open(path, key)).current();
  const auto generation = std::make_shared<Generation>();
  generation->base_ = TRY(Index::open(path, key));
  generation->number_ = generation->base_->info().generation;
  return std::shared_ptr<const Generation>(generation);
}

struct Generation::Held {
  EntryRef ref;
  std::size_t nearness = 0;  // of those of one match, the longer key is nearer
  Concerning told;
};

std::vector<Generation::Held> Generation::held(const Query& query, Day today) const {
  std::vector<Held> out;
  const auto take = [&](const Index& index, std::uint64_t bit) {
    for (const OpenIndex::Place& place : index.inside().places(query)) {
      auto entry = index.inside().show(place.ref.place >> 56, place.entry);
      if (!entry) continue;
      Held one{{place.ref.place | bit}, 0, {std::move(*entry), place.match, EntryState::Valid}};
      const std::string& text = one.told.entry.canonical;
      if (place.match == Match::Below) one.nearness = text.size();
      if (place.match == Match::Prefix) one.nearness = prefix_key(text).size();
      if (place.match == Match::Range) {
        const auto bits = parse_integer(std::string_view(text).substr(text.rfind('/') + 1));
        one.nearness = bits ? static_cast<std::size_t>(*bits) : 0;
      }
      if (one.told.entry.withdrawn)
        one.told.state = EntryState::Withdrawn;
      else if (today > one.told.entry.valid_until)
        one.told.state = EntryState::Expired;
      out.push_back(std::move(one));
    }
  };
  take(*base_, 0);
  const std::size_t of_base = out.size();
  if (change_) take(*change_, kOfChange);
  for (std::size_t i = 0; i < out.size(); ++i) {
    Concerning& one = out[i].told;
    for (std::size_t j = of_base; j < out.size(); ++j) {
      const Entry& other = out[j].told.entry;
      if (withdraws(other, one.entry))
        one.state = EntryState::Withdrawn;
      else if (i < of_base && one.state != EntryState::Withdrawn && !other.withdrawn &&
               identity(other) == identity(one.entry))
        one.state = EntryState::Replaced;
    }
  }
  const auto rank = [](const Held& one) {  // the last so that equals stand in one order
    return std::tuple(one.told.match, -static_cast<std::int64_t>(one.nearness),
                      -static_cast<int>(one.told.entry.standing), -one.told.entry.confidence, one.ref);
  };
  std::sort(out.begin(), out.end(), [&](const Held& a, const Held& b) { return rank(a) < rank(b); });
  return out;
}

void Generation::lookup(std::span<const Query> queries, Day today, std::span<Matched> answers, Certainty certainty,
                        Lanes lanes) const {
  base_->lookup(queries, today, answers, certainty, lanes);
  for (Matched& answer : answers) answer.generation = number_;
  if (!change_) return;
  std::vector<Matched> touched(queries.size());
  change_->inside().lookup(queries, today, touched, Certainty::Print, lanes, OpenIndex::Wanted::Touched);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (touched[i].match == Match::None) continue;
    answers[i] = {{}, number_};
    for (const Held& one : held(queries[i], today)) {
      if (one.told.state != EntryState::Valid) continue;
      const std::size_t length = one.told.match == Match::Exact   ? queries[i].canonical.size()
                                 : one.told.match == Match::Range ? 0
                                                                  : one.nearness;
      answers[i] = {one.ref, number_, one.told.match, one.told.entry.standing, static_cast<std::uint16_t>(length)};
      break;
    }
  }
}

std::vector<Concerning> Generation::find(const Query& query, Day today) const {
  std::vector<Concerning> out;
  for (Held& one : held(query, today)) out.push_back(std::move(one.told));
  return out;
}

std::vector<Concerning> Generation::find(const Observable& observable, Day today) const {
  return find(Query{observable.kind(), observable.canonical()}, today);
}

Entry Generation::entry(EntryRef ref) const {
  if ((ref.place & kOfChange) == 0) return base_->entry(ref);
  return change_ ? change_->entry({ref.place & ~kOfChange}) : Entry{};
}

Result<Nothing> Generation::for_each(const std::function<Result<Nothing>(const Entry&)>& each) const {
  if (!change_) return base_->for_each(each);
  std::map<std::pair<std::optional<ObservableKind>, std::string>, std::vector<Entry>> changed;
  TRY(change_->for_each([&](const Entry& entry) -> Result<Nothing> {
    changed[{entry.kind, entry.canonical}].push_back(entry);
    return Nothing{};
  }));
  const auto is_withdrawn = [](const std::vector<Entry>& by, const Entry& entry) {
    return std::any_of(by.begin(), by.end(), [&](const Entry& other) { return withdraws(other, entry); });
  };
  TRY(base_->for_each([&](const Entry& entry) -> Result<Nothing> {
    const auto at = changed.find({entry.kind, entry.canonical});
    if (at != changed.end() &&
        (is_withdrawn(at->second, entry) || std::any_of(at->second.begin(), at->second.end(), [&](const Entry& other) {
           return !other.withdrawn && identity(other) == identity(entry);
         })))
      return Nothing{};
    return each(entry);
  }));
  for (const auto& [thing, entries] : changed)
    for (const Entry& entry : entries)
      if (!entry.withdrawn && !is_withdrawn(entries, entry)) TRY(each(entry));
  return Nothing{};
}

Result<Nothing> Generation::verify() const {
  TRY(base_->verify());
  return change_ ? change_->verify() : Nothing{};
}

struct IndexReader::State {
  std::string folder;
  std::optional<PublicKey> key;
  std::mutex mutex;
  std::shared_ptr<const Generation> held;
  std::optional<Error> trouble;
  std::chrono::steady_clock::time_point looked;
  std::tuple<dev_t, ino_t, std::int64_t, std::int64_t> seen{};

  std::string path() const { return folder + "/current"; }

  Result<Nothing> load() {
    // A pair's files go only after two more publications; whoever is slower than that reads again.
    for (int tries = 0;; ++tries) {
      struct stat about{};
      if (::stat(path().c_str(), &about) != 0) return system_error("cannot look at", errno, path());
      const std::tuple now(about.st_dev, about.st_ino, std::int64_t{about.st_mtim.tv_sec},
                           std::int64_t{about.st_mtim.tv_nsec});
      if (held && now == seen) return Nothing{};
      auto next = load_once();
      if (!next && next.error().fault == Fault::NotFound && tries < 20 && exists(path())) continue;
      if (!next) return std::move(next).error();
      held = *next;
      seen = now;
      return Nothing{};
    }
  }
  Result<std::shared_ptr<const Generation>> load_once() const {
    const Current current = TRY(read_current(TRY(read_file(path(), kLargestCurrent)), key, path()));
    const auto generation = std::make_shared<Generation>();
    generation->number_ = current.generation;
    generation->base_ = TRY(open_named(folder, current.now.base, key));
    if (current.now.change) {
      generation->change_ = TRY(open_named(folder, *current.now.change, key));
      if (generation->change_->info().base != current.now.base.set)
        return fail(Fault::Corrupt, "a change to another base", current.now.change->file);
    }
    return std::shared_ptr<const Generation>(generation);
  }
};

IndexReader::IndexReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexReader::IndexReader(IndexReader&&) noexcept = default;
IndexReader::~IndexReader() = default;

Result<IndexReader> IndexReader::open(const std::string& folder, std::optional<PublicKey> key) {
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->key = key;
  TRY(state->load());
  state->looked = std::chrono::steady_clock::now();
  return IndexReader(std::move(state));
}

std::shared_ptr<const Generation> IndexReader::current() const {
  const std::lock_guard lock(state_->mutex);
  const auto now = std::chrono::steady_clock::now();
  if (now - state_->looked >= kLookEvery) {
    state_->looked = now;
    auto loaded = state_->load();
    state_->trouble = loaded ? std::nullopt : std::optional(std::move(loaded).error());
  }
  return state_->held;
}

std::optional<Error> IndexReader::trouble() const {
  const std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

struct IndexPublisher::State {
  State(std::string in, SecretKey with, Random& chance, const Clock& time, FileLock held)
      : folder(std::move(in)), key(std::move(with)), random(chance), clock(time), lock(std::move(held)) {}

  std::string folder;
  SecretKey key;
  Random& random;
  const Clock& clock;
  FileLock lock;
  std::mutex mutex;
  std::optional<Current> current;
  using Thing = std::tuple<std::optional<ObservableKind>, std::string, Reach, std::string, bool>;
  std::map<Thing, ListedIndicator> changes;

  std::string path() const { return folder + "/current"; }
  std::uint64_t next_number() const { return current ? current->generation + 1 : 1; }

  static Thing thing_of(const ListedIndicator& one) {
    const auto* observable = std::get_if<Observable>(&one.what);
    return {observable != nullptr ? std::optional(observable->kind()) : std::nullopt,
            observable != nullptr ? observable->canonical() : std::get<IpRange>(one.what).text(), one.reach, one.source,
            one.withdrawn};
  }

  Result<Nothing> load() {
    current.reset();
    changes.clear();
    if (!exists(path())) return Nothing{};
    current = TRY(read_current(TRY(read_file(path(), kLargestCurrent)), key.public_key(), path()));
    return load_changes();
  }
  Result<Nothing> load_changes() {
    changes.clear();
    if (!current->now.change) return Nothing{};
    const auto index = TRY(open_named(folder, *current->now.change, key.public_key()));
    return index->for_each([&](const Entry& entry) -> Result<Nothing> {
      ListedIndicator one = TRY(to_indicator(entry));
      if (one.withdrawn) one.reach = Reach::Exact;  // the index holds it under every reach
      changes.insert_or_assign(thing_of(one), std::move(one));
      return Nothing{};
    });
  }

  // The files are on the disk; from this rename on they are what readers see.
  Result<std::uint64_t> publish(Pair pair) {
    Current next{next_number(), std::move(pair), current ? std::optional(current->now) : std::nullopt};
    TRY(write_file(path(), write_current(next, key)));
    current = std::move(next);
    sweep();
    return current->generation;
  }

  // Whatever no pair names: what is older, and what a killed process left.
  void sweep() const {
    std::set<std::string> named;
    const auto name = [&](const Pair& pair) {
      named.insert(pair.base.file);
      if (pair.change) named.insert(pair.change->file);
    };
    if (current) name(current->now);
    if (current && current->before) name(*current->before);
    const auto files = list_folder(folder);
    if (!files) return;
    for (const std::string& file : *files) {
      const bool half = file.find(".cidx.tmp") != std::string::npos || file.starts_with("current.tmp");
      const bool merging = file == merging_file || file.starts_with(merging_file + ".tmp");
      if ((half || (is_index_name(file) && !named.contains(file))) && (merging_file.empty() || !merging))
        ::unlink((folder + "/" + file).c_str());
    }
  }
  std::string merging_file;

  Result<NamedIndex> write(IndexBuilder builder, const std::string& file) const {
    const IndexInfo info = TRY(builder.write(folder + "/" + file, key));
    return NamedIndex{file, info.set};
  }

  Result<std::optional<NamedIndex>> write_changes(const Digest& base) {
    if (changes.empty()) return std::optional<NamedIndex>();
    IndexBuilder builder({.made = clock.now(), .generation = next_number(), .base = base, .spool = folder}, random);
    for (const auto& [thing, one] : changes) TRY(builder.add(one));
    return std::optional(TRY(write(std::move(builder), "change-" + std::to_string(next_number()) + ".cidx")));
  }
};

IndexPublisher::IndexPublisher(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexPublisher::IndexPublisher(IndexPublisher&&) noexcept = default;
IndexPublisher::~IndexPublisher() = default;

Result<IndexPublisher> IndexPublisher::open(const std::string& folder, SecretKey key, Random& random,
                                            const Clock& clock) {
  TRY(make_folder(folder));
  FileLock lock = TRY(FileLock::take(folder + "/lock"));
  auto state = std::make_unique<State>(folder, std::move(key), random, clock, std::move(lock));
  TRY(state->load());
  state->sweep();
  return IndexPublisher(std::move(state));
}

std::uint64_t IndexPublisher::changes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->changes.size();
}

Result<std::uint64_t> IndexPublisher::replace(IndexBuilder base) {
  const std::lock_guard lock(state_->mutex);
  const std::string file = "base-" + std::to_string(state_->next_number()) + ".cidx";
  Pair pair;
  pair.base = TRY(state_->write(std::move(base), file));
  const std::uint64_t number = TRY(state_->publish(std::move(pair)));
  state_->changes.clear();
  return number;
}

Result<std::uint64_t> IndexPublisher::change(std::span<const ListedIndicator> indicators) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->current) return fail(Fault::NotFound, "no base is published that could be changed", state_->folder);
  for (const ListedIndicator& one : indicators) TRY(check_indicator(one));
  const auto before = state_->changes;
  for (const ListedIndicator& one : indicators) state_->changes.insert_or_assign(State::thing_of(one), one);
  auto written = state_->write_changes(state_->current->now.base.set);
  auto published = written ? state_->publish({state_->current->now.base, *written})
                           : Result<std::uint64_t>(std::move(written).error());
  if (!published) state_->changes = before;
  return published;
}

// The build goes on beside other changes: what was changed meanwhile, and what this merge holds already, is the change
// to the new base. To add or withdraw what the base has or lacks already changes nothing.
Result<std::uint64_t> IndexPublisher::merge() {
  Generation pair;
  std::string file;
  const Instant now = state_->clock.now();
  std::optional<IndexBuilder> builder;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->current) return fail(Fault::NotFound, "no base is published that could be merged", state_->folder);
    const auto key = state_->key.public_key();
    pair.base_ = TRY(open_named(state_->folder, state_->current->now.base, key));
    if (state_->current->now.change) pair.change_ = TRY(open_named(state_->folder, *state_->current->now.change, key));
    file = "base-m" + std::to_string(state_->next_number()) + ".cidx";
    state_->merging_file = file;
    builder.emplace(BuildOptions{.made = now, .generation = state_->next_number(), .spool = state_->folder},
                    state_->random);  // here, as others may draw from it meanwhile
  }
  const auto built = [&]() -> Result<NamedIndex> {
    TRY(pair.for_each([&](const Entry& entry) -> Result<Nothing> {
      if (entry.valid_until < Day::of(now)) return Nothing{};
      return builder->add(TRY(to_indicator(entry)));
    }));
    return state_->write(std::move(*builder), file);
  }();
  const std::lock_guard lock(state_->mutex);
  state_->merging_file.clear();
  if (!built) return built.error();
  const Pair& present = state_->current->now;
  if (present.base.set != pair.base_->info().set) {
    state_->sweep();
    return fail(Fault::Conflict, "another base was published meanwhile", state_->folder);
  }
  const bool same = present.change.has_value() == (pair.change_ != nullptr) &&
                    (!present.change || present.change->set == pair.change_->info().set);
  auto kept = state_->changes;
  if (same) state_->changes.clear();
  auto change = state_->write_changes(built->set);
  auto published = change ? state_->publish({*built, *change}) : Result<std::uint64_t>(std::move(change).error());
  if (!published) state_->changes = std::move(kept);
  return published;
}

Result<std::uint64_t> IndexPublisher::roll_back() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->current || !state_->current->before)
    return fail(Fault::NotFound, "there is no generation before this one", state_->folder);
  const std::uint64_t number = TRY(state_->publish(*state_->current->before));
  TRY(state_->load_changes());
  return number;
}

}  // namespace cordon
