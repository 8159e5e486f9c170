#include "match/open_index.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "base/files.h"
#include "observable/ip.h"

namespace cordon {

using namespace index_format;

namespace {

std::optional<std::uint32_t> read_v4(std::string_view text) {
  std::uint32_t address = 0, part = 0;
  unsigned digits = 0, dots = 0;
  for (const char c : text) {
    if (c == '.') {
      if (digits == 0 || ++dots > 3) return std::nullopt;
      address = address << 8 | part;
      part = digits = 0;
    } else if (c >= '0' && c <= '9' && digits < 3 && (digits == 0 || part != 0)) {
      part = part * 10 + static_cast<std::uint32_t>(c - '0');
      ++digits;
      if (part > 255) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (dots != 3 || digits == 0) return std::nullopt;
  return address << 8 | part;
}

EntryRef make_ref(std::size_t table, std::uint64_t place) { return {std::uint64_t{table} << 56 | place}; }

std::string_view key_of(std::size_t table, const ColdEntry& entry) {
  return table == kPrefixTable ? prefix_view(entry.text) : entry.text;
}

bool same_key(std::size_t table, const ColdEntry& entry, std::string_view key) {
  if (table == kPrefixTable) return entry.bytes.empty() && prefix_view(entry.text) == key;
  return same_canonical(entry, key);
}

bool takes(Match match, const ColdEntry& entry) { return match != Match::Below || entry.reach() == Reach::Below; }

// Of the entries of one key the answer is the worthiest; -1: none of them.
int worth_of(const std::optional<Context>& context, const ColdEntry& entry, Day today, OpenIndex::Wanted wanted) {
  if (!context) return -1;
  if (wanted == OpenIndex::Wanted::Valid && (entry.withdrawn() || today > context->valid_until)) return -1;
  return context->confidence + (context->standing == Standing::Active ? 1000 : 0);
}

// Which of two matches of one query is nearer.
bool nearer(Match match, std::size_t length, const Matched& than) {
  if (than.match == Match::None) return true;
  if (match != than.match) return match < than.match;
  return length > than.key_length;
}

}  // namespace

std::optional<ReadAddress> read_address(std::string_view canonical) {
  if (const auto v4 = read_v4(canonical)) return ReadAddress{true, address_of(*v4)};
  if (canonical.find(':') == std::string_view::npos) return std::nullopt;
  const auto v6 = read_ipv6(canonical);
  if (!v6 || ipv6_text(*v6) != canonical) return std::nullopt;
  return ReadAddress{false, address_of(std::span<const std::uint8_t, 16>(*v6))};
}

OpenIndex::~OpenIndex() {
  if (map_ != nullptr) ::munmap(const_cast<char*>(map_), size_);
}

Result<std::unique_ptr<const OpenIndex>> OpenIndex::open(const std::string& path, std::optional<PublicKey> key) {
  const Fd fd = TRY(open_file(path, O_RDONLY));
  struct stat about{};
  if (::fstat(fd.get(), &about) != 0) return system_error("cannot look at", errno, path);
  if (!S_ISREG(about.st_mode) || about.st_size < static_cast<off_t>(kRootBytes))
    return fail(Fault::Malformed, "not an index file", path);
  std::unique_ptr<OpenIndex> index(new OpenIndex);
  index->size_ = static_cast<std::size_t>(about.st_size);
  void* map = ::mmap(nullptr, index->size_, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (map == MAP_FAILED) return system_error("cannot map", errno, path);
  index->map_ = static_cast<const char*>(map);
  const std::string_view page(index->map_, kRootBytes);
  auto root = read_root(page);
  if (!root) return fail(root.error().fault, root.error().message, path);
  index->root_ = std::move(*root);
  if (index->root_.file_bytes != index->size_) return fail(Fault::Corrupt, "an index that is cut short, or more", path);
  if (key && *key != index->root_.key) return fail(Fault::NotFound, "another key signed this index", path);
  index->info_.path = path;
  index->info_.set = set_digest(page);
  if (auto read = index->read_sections(); !read) return fail(read.error().fault, read.error().message, path);
  return std::unique_ptr<const OpenIndex>(std::move(index));
}

Result<Nothing> OpenIndex::read_sections() {
  const auto bad = [](const char* what) { return fail(Fault::Corrupt, what); };
  std::set<std::pair<SectionType, std::uint32_t>> seen;
  for (const Section& section : root_.sections) {
    if (!seen.emplace(section.type, section.table).second) return bad("two sections of one kind");
    const std::string_view bytes(map_ + section.offset, section.length);
    IndexTable& table = tables_[section.table];
    switch (section.type) {
      case SectionType::Contexts:
        contexts_ = bytes;
        break;
      case SectionType::Sources:
        sources_ = bytes;
        break;
      case SectionType::Cold:
        table.cold = bytes;
        counts_[section.table] = section.count;
        break;
      case SectionType::Hot:
        if (section.table >= kTables || section.length % kBucketBytes != 0) return bad("a table that is cut");
        table.buckets = reinterpret_cast<const Bucket*>(bytes.data());
        table.total = section.length / kBucketBytes;
        table.places = bytes.data() + table.total * sizeof(Bucket);
        table.homes = section.homes;
        table.depths = section.depths;
        table.seed = hash_seed(root_.hash, section.table);
        if (table.homes == 0 || table.homes > 0xFFFFFFFFu || table.homes > table.total)
          return bad("a table with fewer buckets than it says");
        info_.hot_bytes += table.total * sizeof(Bucket);
        break;
      case SectionType::RangeRows:
        rows_ = bytes;
        first_expired_ = section.depths;
        break;
      case SectionType::V4Direct:
        v4_direct_ = read_direct(bytes);
        if (!v4_direct_) return bad("a table of ranges that is cut");
        break;
      case SectionType::V4Trie:
      case SectionType::V6Trie: {
        auto& trie = section.type == SectionType::V4Trie ? v4_trie_ : v6_trie_;
        trie = read_trie(bytes);
        if (!trie) return bad("a table of ranges that is cut");
        break;
      }
    }
  }
  const auto table_of = [this](ObservableKind kind) -> IndexTable& { return tables_[static_cast<std::size_t>(kind)]; };
  table_of(ObservableKind::Domain).above = table_of(ObservableKind::Domain).depths != 0;
  table_of(ObservableKind::Url).above = tables_[kPrefixTable].depths != 0;
  info_.version = kVersion;
  info_.made = root_.made;
  info_.generation = root_.generation;
  info_.base = root_.base;
  info_.key = root_.key;
  info_.ranges = root_.ranges;
  info_.withdrawn = root_.withdrawn;
  info_.total = root_.entries + root_.ranges;
  info_.file_bytes = size_;
  for (std::size_t table = 0; table < kTables; ++table) {
    if (counts_[table] == 0) continue;
    const auto kind = table == kPrefixTable ? ObservableKind::Url : static_cast<ObservableKind>(table);
    info_.entries[kind] += counts_[table];
  }
  return Nothing{};
}

// Queries become probes, a probe a bucket; its slot answers, or becomes a candidate, a candidate a place and then an
// entry: stages of 32 that take turns, so that the memory of one is on its way while the others are worked on.
class Batch {
 public:
  Batch(const OpenIndex& index, std::span<const Query> queries, Day today, std::span<Matched> answers,
        Certainty certainty, Lanes lanes, OpenIndex::Wanted wanted)
      : tables_(index.tables_),
        contexts_(index.contexts_),
        second_(index.root_.hash.second),
        generation_(index.root_.generation),
        queries_(queries.data()),
        asked_(static_cast<std::uint32_t>(queries.size())),
        answers_(answers.data()),
        today_(today),
        match_(match_buckets(lanes)),
        by_text_(certainty == Certainty::Text),
        wanted_(wanted) {}

  void run() {
    std::size_t idle = 0;
    for (std::size_t turn = 0; idle < kStages; ++turn) {
      Stage& fresh = stages_[turn % kStages];
      fill(fresh);
      idle = fresh.count == 0 ? idle + 1 : 0;
      compare(stages_[(turn + kStages - kCompare) % kStages]);
      locate(stages_[(turn + kStages - kLocate) % kStages]);
      confirm(stages_[(turn + 1) % kStages]);
    }
  }

 private:
  static constexpr std::size_t kWidth = 32;
  static constexpr std::size_t kCompare = 2, kLocate = 4, kStages = 7;  // turns until a line of memory has come
  struct Probe {
    const char* key;
    std::uint32_t length;
    std::uint32_t query;
    std::uint8_t table;
    Match match;
    std::uint8_t walked;  // buckets behind the home
  };
  struct Waiting {
    const Bucket* bucket;
    std::uint64_t print;
    Probe probe;
  };
  struct Candidate {
    std::uint64_t slot, offset;
    std::uint32_t probe;
    std::uint16_t said;  // a SlotAnswer's bits
  };
  struct Stage {
    std::size_t count = 0, candidates = 0;
    std::array<Probe, kWidth> probes;
    std::array<const Bucket*, kWidth> buckets;
    std::array<std::uint64_t, kWidth> prints;
    std::array<std::uint16_t, kWidth> slots;  // and whether the bucket spilled
    std::array<Candidate, kWidth * kSlots> found;
  };

  static void put(Stage& stage, std::size_t at, const Bucket* bucket, std::uint64_t print, const Probe& probe) {
    __builtin_prefetch(bucket);
    *(stage.buckets.data() + at) = bucket;
    *(stage.prints.data() + at) = print;
    *(stage.probes.data() + at) = probe;
  }

  void fill(Stage& stage) {
    std::size_t count = 0;
    for (; count < kWidth && !waiting_.empty(); waiting_.pop_back())
      put(stage, count++, waiting_.back().bucket, waiting_.back().print, waiting_.back().probe);
    const IndexTable* const tables = tables_.data();
    const Query* const queries = queries_;
    Matched* const answers = answers_;
    const std::uint64_t second = second_, generation = generation_;
    const std::uint32_t asked = asked_;
    std::uint32_t next = next_;
    for (; count < kWidth && next != asked; ++next) {
      const Query& query = queries[next];
      answers[next] = Matched{{}, generation};
      const auto table = static_cast<std::uint8_t>(query.kind);
      const IndexTable& in = tables[table];
      if (in.homes != 0) {
        const std::uint64_t hash = hash_from(in.seed, second, query.canonical);
        put(stage, count++, in.buckets + home_of(hash, in.homes), fingerprint(hash),
            {query.canonical.data(), static_cast<std::uint32_t>(query.canonical.size()), next, table, Match::Exact, 0});
      }
      if (in.above) count = fill_above(stage, count, next);
    }
    next_ = next;
    stage.count = count;
  }

  [[gnu::noinline]] std::size_t fill_above(Stage& stage, std::size_t count, std::uint32_t number) {
    for_each_key_above(tables_, queries_[number], [&](std::size_t table, std::string_view key, Match match) {
      const IndexTable& in = tables_[table];
      const std::uint64_t hash = hash_from(in.seed, second_, key);
      const char* text = key.data();
      const Waiting made{
          in.buckets + home_of(hash, in.homes),
          fingerprint(hash),
          {text, static_cast<std::uint32_t>(key.size()), number, static_cast<std::uint8_t>(table), match, 0}};
      if (count < kWidth)
        put(stage, count++, made.bucket, made.print, made.probe);
      else
        waiting_.push_back(made);
    });
    return count;
  }

  void compare(Stage& stage) {
    const std::size_t count = std::exchange(stage.count, 0);
    stage.candidates = 0;
    match_({stage.buckets.data(), count}, {stage.prints.data(), count}, {stage.slots.data(), count});
    const IndexTable* const tables = tables_.data();
    Matched* const answers = answers_;
    const bool by_text = by_text_;
    const Day valid_on = wanted_ == OpenIndex::Wanted::Valid ? today_ : Day();
    const std::uint16_t* const all_found = stage.slots.data();
    const Probe* const probes = stage.probes.data();
    const Bucket* const* const buckets = stage.buckets.data();
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned found = all_found[i];
      if (found == 0) continue;
      // What most hits are, in as few steps as can be: one slot, of the thing itself, which says all.
      if (const Probe& probe = probes[i];
          found < kOn && (found & (found - 1)) == 0 && probe.match == Match::Exact && !by_text) {
        const std::uint64_t* slot = buckets[i]->slots.data() + __builtin_ctz(found);
        if (const SlotAnswer said(*slot); !said.says_nothing()) {
          if (said.valid_on(valid_on))
            answer(answers[probe.query], probe, said,
                   static_cast<std::uint64_t>(slot - tables[probe.table].buckets->slots.data()));
          continue;
        }
      }
      for (unsigned slots = found % kOn; slots != 0; slots &= slots - 1)
        look_at(stage, i, static_cast<unsigned>(__builtin_ctz(slots)));
      if (found >= kOn) walk_on(stage, i);
    }
  }

  void look_at(Stage& stage, std::size_t i, unsigned slot) {
    const Probe& probe = stage.probes[i];
    const Bucket* bucket = stage.buckets[i];
    const IndexTable& in = tables_[probe.table];
    const auto number = static_cast<std::uint64_t>(bucket - in.buckets) * kSlots + slot;
    const SlotAnswer said(bucket->slots[slot]);
    if (!by_text_ && !said.says_nothing()) {
      take(probe, number, said);
    } else {
      __builtin_prefetch(in.places + number * kPlaceBytes);
      stage.found[stage.candidates++] = {number, 0, static_cast<std::uint32_t>(i), said.bits()};
    }
  }

  [[gnu::always_inline]] static void answer(Matched& to, const Probe& probe, SlotAnswer said, std::uint64_t slot) {
    to.entry = make_ref(OpenIndex::kSlotTable + probe.table, slot);
    to.match = probe.match;
    to.standing = said.standing();
    to.key_length = static_cast<std::uint16_t>(probe.length);
  }

  // The answer that a slot says itself.
  void take(const Probe& probe, std::uint64_t slot, SlotAnswer said) {
    if (wanted_ == OpenIndex::Wanted::Valid && !said.valid_on(today_)) return;
    Matched& to = answers_[probe.query];
    if (probe.match != Match::Exact &&
        ((probe.match == Match::Below && !said.below()) || !nearer(probe.match, probe.length, to)))
      return;
    answer(to, probe, said, slot);
  }

  void walk_on(const Stage& stage, std::size_t i) {
    const IndexTable& in = tables_[stage.probes[i].table];
    if (stage.probes[i].walked >= kMostSpilled || stage.buckets[i] + 1 >= in.buckets + in.total) return;
    waiting_.push_back({stage.buckets[i] + 1, stage.prints[i], stage.probes[i]});
    ++waiting_.back().probe.walked;
  }

  void locate(Stage& stage) {
    for (std::size_t i = 0; i < stage.candidates; ++i) {
      const Probe& probe = stage.probes[stage.found[i].probe];
      const IndexTable& in = tables_[probe.table];
      const std::uint64_t offset = stage.found[i].offset = in.offset_of(stage.found[i].slot);
      if (offset >= in.cold.size()) continue;
      const char* entry = in.cold.data() + offset;
      __builtin_prefetch(entry);
      if (probe.length > 56 && probe.table != static_cast<std::size_t>(ObservableKind::FileHash))
        __builtin_prefetch(entry + std::min<std::uint64_t>(64, in.cold.size() - 1 - offset));
    }
  }

  void confirm(Stage& stage) {
    ColdEntry entry;
    for (std::size_t i = 0; i < stage.candidates; ++i) {
      const Probe& probe = stage.probes[stage.found[i].probe];
      const std::string_view cold = tables_[probe.table].cold;
      std::uint64_t offset = stage.found[i].offset;
      if (!read_cold(cold, offset, entry) || !same_key(probe.table, entry, {probe.key, probe.length})) continue;
      if (const SlotAnswer said(stage.found[i].said); !said.says_nothing()) {
        take(probe, stage.found[i].slot, said);
        continue;
      }
      Matched& answer = answers_[probe.query];
      if (!nearer(probe.match, probe.length, answer)) continue;
      int best = -1;
      for (unsigned chain = 0; chain < kMostOfOneKey; ++chain) {
        const auto context = read_context(contexts_, entry.context);
        const int worth = takes(probe.match, entry) || wanted_ == OpenIndex::Wanted::Touched
                              ? worth_of(context, entry, today_, wanted_)
                              : -1;
        if (worth > best) {
          best = worth;
          answer = {make_ref(probe.table, offset / 8), generation_, probe.match, context->standing,
                    static_cast<std::uint16_t>(probe.length)};
        }
        if (!entry.more()) break;
        offset = entry.end;
        if (!read_cold(cold, offset, entry)) break;
      }
    }
    stage.candidates = 0;
  }

  const std::array<IndexTable, kTables + 1>& tables_;
  std::string_view contexts_;
  std::uint64_t second_, generation_;
  const Query* queries_;
  std::uint32_t next_ = 0, asked_;
  Matched* answers_;
  Day today_;
  MatchBuckets match_;
  bool by_text_;
  OpenIndex::Wanted wanted_;
  std::vector<Waiting> waiting_;  // keys beyond a stage's width, and buckets that spilled
  std::array<Stage, kStages> stages_;
};

void OpenIndex::lookup(std::span<const Query> queries, Day today, std::span<Matched> answers, Certainty certainty,
                       Lanes lanes, Wanted wanted) const {
  CORDON_CHECK(queries.size() == answers.size(), "an answer for each query");
  Batch(*this, queries, today, answers, certainty, lanes, wanted).run();
  if (!has_ranges()) return;
  std::vector<std::size_t> of_v4, of_v6;
  std::vector<std::uint32_t> v4, rows;
  std::vector<Address> v6;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].kind != ObservableKind::Ip || answers[i].match != Match::None) continue;
    const auto read = read_address(queries[i].canonical);
    if (!read) continue;
    if (read->v4) {
      v4.push_back(static_cast<std::uint32_t>(read->address.high >> 32));
      of_v4.push_back(i);
    } else {
      v6.push_back(read->address);
      of_v6.push_back(i);
    }
  }
  const auto answer = [&](const std::vector<std::size_t>& of) {
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (const auto best = range_entry(rows[i], today, wanted))
        answers[of[i]] = {best->ref, root_.generation, Match::Range, best->standing, 0};
    }
  };
  rows.resize(v4.size());
  range_rows(v4, rows);
  answer(of_v4);
  rows.resize(v6.size());
  range_rows(v6, rows);
  answer(of_v6);
}

void OpenIndex::range_rows(std::span<const std::uint32_t> addresses, std::span<std::uint32_t> rows) const {
  if (v4_direct_) return find_in(*v4_direct_, addresses, rows);
  std::fill(rows.begin(), rows.end(), 0);
  if (!v4_trie_) return;
  std::array<Address, 256> block;
  for (std::size_t i = 0; i < addresses.size(); i += block.size()) {
    const std::size_t count = std::min(block.size(), addresses.size() - i);
    for (std::size_t j = 0; j < count; ++j) block[j] = address_of(addresses[i + j]);
    find_in(*v4_trie_, std::span(block).first(count), rows.subspan(i, count));
  }
}

void OpenIndex::range_rows(std::span<const Address> addresses, std::span<std::uint32_t> rows) const {
  if (v6_trie_) return find_in(*v6_trie_, addresses, rows);
  std::fill(rows.begin(), rows.end(), 0);
}

std::optional<OpenIndex::RangeEntry> OpenIndex::range_entry(std::uint32_t row, Day today, Wanted wanted) const {
  const std::string_view cold = tables_[kRangeTable].cold;
  for (unsigned wider = 0; row != 0 && row <= rows_.size() / sizeof(RangeRow) && wider <= 128; ++wider) {
    const auto at = load<RangeRow>(rows_.data() + (row - 1) * sizeof(RangeRow));
    std::uint64_t offset = std::uint64_t{at.place} * 8;
    auto entry = read_cold(cold, offset);
    std::optional<RangeEntry> found;
    int best = -1;
    for (unsigned chain = 0; entry && chain < kMostOfOneKey; ++chain) {
      const auto context = read_context(contexts_, entry->context);
      const int worth = worth_of(context, *entry, today, wanted);
      if (worth > best) {
        best = worth;
        found = RangeEntry{make_ref(kRangeTable, offset / 8), context->standing};
      }
      if (!entry->more()) break;
      offset = entry->end;
      entry = read_cold(cold, offset);
    }
    if (found) return found;
    row = at.parent;
  }
  return std::nullopt;
}

void OpenIndex::collect(std::size_t table, std::uint64_t offset, std::string_view key, Match match,
                        std::vector<Place>& out) const {
  const std::string_view cold = tables_[table].cold;
  auto entry = read_cold(cold, offset);
  if (!entry || (table != kRangeTable && !same_key(table, *entry, key))) return;
  const std::size_t group = out.empty() ? 0 : out.back().group + 1;
  for (unsigned chain = 0; entry && chain < kMostOfOneKey; ++chain) {
    const auto context = read_context(contexts_, entry->context);
    if (context && takes(match, *entry)) out.push_back({make_ref(table, offset / 8), match, group, *entry, *context});
    if (!entry->more()) break;
    offset = entry->end;
    entry = read_cold(cold, offset);
  }
}

std::vector<OpenIndex::Place> OpenIndex::places(const Query& query) const {
  std::vector<Place> out;
  const auto take = [&](std::size_t table, std::string_view key, Match match) {
    const IndexTable& in = tables_[table];
    if (in.homes == 0) return;
    const std::uint64_t hash = hash_key(root_.hash, static_cast<std::uint32_t>(table), key);
    std::uint64_t at = home_of(hash, in.homes);
    for (unsigned walked = 0; walked <= kMostSpilled && at < in.total; ++walked, ++at) {
      for (std::size_t slot = 0; slot < kSlots; ++slot) {
        if (print_of(in.buckets[at].slots[slot]) == fingerprint(hash))
          collect(table, in.offset_of(at * kSlots + slot), key, match, out);
      }
      if (!in.buckets[at].spilled()) break;
    }
  };
  take(static_cast<std::size_t>(query.kind), query.canonical, Match::Exact);
  for_each_key_above(tables_, query, take);
  if (query.kind != ObservableKind::Ip || !has_ranges()) return out;
  const auto address = read_address(query.canonical);
  if (!address) return out;
  std::uint32_t row = 0;
  if (address->v4) {
    const auto v4 = static_cast<std::uint32_t>(address->address.high >> 32);
    range_rows(std::span(&v4, 1), std::span(&row, 1));
  } else {
    range_rows(std::span(&address->address, 1), std::span(&row, 1));
  }
  for (unsigned wider = 0; row != 0 && row <= rows_.size() / sizeof(RangeRow) && wider <= 128; ++wider) {
    const auto at = load<RangeRow>(rows_.data() + (row - 1) * sizeof(RangeRow));
    collect(kRangeTable, std::uint64_t{at.place} * 8, {}, Match::Range, out);
    row = at.parent;
  }
  return out;
}

std::optional<Entry> OpenIndex::show(std::size_t table, const ColdEntry& cold) const {
  const auto context = read_context(contexts_, cold.context);
  if (!context) return std::nullopt;
  const auto source = read_source(sources_, context->source);
  if (!source || cold.reach() > Reach::Prefix) return std::nullopt;
  Entry entry;
  if (table < kTables) entry.kind = table == kPrefixTable ? ObservableKind::Url : static_cast<ObservableKind>(table);
  entry.canonical = cold.canonical();
  entry.reach = cold.reach();
  entry.standing = context->standing;
  entry.category = context->category;
  entry.source = *source;
  entry.tlp = context->tlp;
  entry.pap = context->pap;
  entry.confidence = context->confidence;
  entry.added = context->added;
  entry.valid_until = context->valid_until;
  entry.id = cold.id;
  entry.withdrawn = cold.withdrawn();
  return entry;
}

std::optional<Entry> OpenIndex::entry(EntryRef ref) const {
  std::size_t table = ref.place >> 56 & 0x7F;
  std::uint64_t place = ref.place & 0xFFFFFFFFFFFFFFu;
  if (table >= kSlotTable && table < kSlotTable + kTables) {
    table -= kSlotTable;
    if (place >= tables_[table].total * kSlots) return std::nullopt;
    place = tables_[table].offset_of(place) / 8;
  } else if (place == 0) {
    return std::nullopt;
  } else if (table == kRowTable) {
    if (place > rows_.size() / sizeof(RangeRow)) return std::nullopt;
    table = kRangeTable;
    place = load<RangeRow>(rows_.data() + (place - 1) * sizeof(RangeRow)).place;
  }
  if (table > kRangeTable) return std::nullopt;
  const auto cold = read_cold(tables_[table].cold, place * 8);
  return cold ? show(table, *cold) : std::nullopt;
}

Result<Nothing> OpenIndex::for_each(const std::function<Result<Nothing>(const Entry&)>& each) const {
  for (std::size_t table = 0; table <= kRangeTable; ++table) {
    const std::string_view cold = tables_[table].cold;
    std::uint64_t offset = cold.empty() ? 0 : 64;
    while (offset < cold.size()) {
      const auto entry = read_cold(cold, offset);
      const auto shown = entry ? show(table, *entry) : std::nullopt;
      if (!shown) return fail(Fault::Corrupt, "an entry that cannot be read", info_.path);
      TRY(each(*shown));
      offset = entry->end;
    }
  }
  return Nothing{};
}

Result<Nothing> OpenIndex::check_digests() const {
  for (const Section& section : root_.sections) {
    if (sha256({map_ + section.offset, padded(section.length)}) != section.digest)
      return fail(Fault::Corrupt,
                  "section " + std::to_string(static_cast<int>(section.type)) + " of table " +
                      std::to_string(section.table) + " is not what was signed",
                  info_.path);
  }
  return Nothing{};
}

// Each entry must be where a lookup would find it: the chain of each slot begins with a key whose hash leads there.
Result<Nothing> OpenIndex::check_table(std::size_t table) const {
  const IndexTable& in = tables_[table];
  const auto bad = [&](const char* what) {
    return fail(Fault::Corrupt, std::string(what) + " in table " + std::to_string(table), info_.path);
  };
  if (in.cold.empty() && in.homes == 0) return Nothing{};
  if (in.cold.empty() || in.homes == 0) return bad("entries or buckets missing");
  std::uint64_t reached = 0, spilled_since = 0;  // the first bucket of the run of spilled ones that ends before `at`
  for (std::uint64_t at = 0; at < in.total; ++at) {
    for (std::size_t i = 0; i < kSlots; ++i) {
      const std::uint64_t slot = in.buckets[at].slots[i], offset = in.offset_of(at * kSlots + i);
      if ((slot & ~kSpilled) == 0 && offset == 0) continue;
      auto entry = read_cold(in.cold, offset);
      if (!entry) return bad("a place outside of the entries");
      if (const SlotAnswer said(slot); !said.says_nothing()) {
        const auto context = read_context(contexts_, entry->context);
        if (!context || entry->more() || entry->withdrawn() ||
            said != SlotAnswer::of(context->valid_until, context->standing, entry->reach()))
          return bad("a slot that says what its entry does not");
      }
      const std::string key = table == kPrefixTable ? std::string(key_of(table, *entry)) : entry->canonical();
      const std::uint64_t hash = hash_key(root_.hash, static_cast<std::uint32_t>(table), key);
      const std::uint64_t home = home_of(hash, in.homes);
      if (print_of(slot) != fingerprint(hash) || home > at || home < spilled_since || at - home > kMostSpilled)
        return bad("an entry where no lookup finds it");
      for (unsigned chain = 0;; ++chain) {
        if (!entry || chain >= kMostOfOneKey || !same_key(table, *entry, key) || !show(table, *entry))
          return bad("an entry that cannot be read");
        const bool fits = table == kPrefixTable                                       ? entry->reach() == Reach::Prefix
                          : table == static_cast<std::size_t>(ObservableKind::Domain) ? entry->reach() != Reach::Prefix
                                                                                      : entry->reach() == Reach::Exact;
        if (!fits) return bad("a reach that the table does not have");
        const unsigned depth = depth_of(static_cast<std::uint32_t>(table), key);
        if (entry->reach() != Reach::Exact && (depth == 0 || depth > 64 || (in.depths >> (depth - 1) & 1) == 0))
          return bad("a reach that the table does not know of");
        ++reached;
        if (!entry->more()) break;
        entry = read_cold(in.cold, entry->end);
      }
    }
    if (!in.buckets[at].spilled()) spilled_since = at + 1;
  }
  std::uint64_t listed = 0;
  for (std::uint64_t offset = 64; offset < in.cold.size(); ++listed) {
    const auto entry = read_cold(in.cold, offset);
    if (!entry) return bad("an entry that cannot be read");
    offset = entry->end;
  }
  return reached == listed && listed == counts_[table] ? Result<Nothing>(Nothing{})
                                                       : bad("entries that no key leads to");
}

Result<Nothing> OpenIndex::check_ranges() const {
  const auto bad = [&] { return fail(Fault::Corrupt, "a range that no address leads to", info_.path); };
  std::uint64_t reached = 0;
  for (std::uint32_t row = 1; row <= rows_.size() / sizeof(RangeRow); ++row) {
    const auto at = load<RangeRow>(rows_.data() + (row - 1) * sizeof(RangeRow));
    if (at.parent >= row) return bad();
    auto entry = read_cold(tables_[kRangeTable].cold, std::uint64_t{at.place} * 8);
    if (!entry) return bad();
    const auto range = parse_ip_range(entry->canonical());
    if (!range) return bad();
    const Address start = address_of(std::span<const std::uint8_t, 16>(range->start()));
    std::uint32_t found = 0;
    if (range->is_v4()) {
      const auto v4 = static_cast<std::uint32_t>(start.high >> 32);
      range_rows(std::span(&v4, 1), std::span(&found, 1));
    } else {
      range_rows(std::span(&start, 1), std::span(&found, 1));
    }
    while (found > row && found <= rows_.size() / sizeof(RangeRow))
      found = load<RangeRow>(rows_.data() + (found - 1) * sizeof(RangeRow)).parent;
    if (found != row) return bad();
    for (unsigned chain = 0; chain < kMostOfOneKey; ++chain) {
      if (!entry || !show(kRangeTable, *entry)) return bad();
      ++reached;
      if (!entry->more()) break;
      entry = read_cold(tables_[kRangeTable].cold, entry->end);
    }
  }
  return reached == counts_[kRangeTable] ? Result<Nothing>(Nothing{}) : bad();
}

Result<Nothing> OpenIndex::check_structure() const {
  for (std::size_t table = 0; table < kTables; ++table) TRY(check_table(table));
  return check_ranges();
}

}  // namespace cordon
