// How an index is made: add() hashes each key at once and appends a record to one of 64 parts of its table, by the
// hash's highest bits; what does not fit into memory goes to a spool file. write() then takes part after part, sorts
// it, and so meets the keys in the order of their buckets: entries and buckets are both written from front to back.
#include "match/index_builder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/files.h"
#include "match/format.h"
#include "match/longest_prefix.h"

namespace cordon {
namespace {

using namespace index_format;

constexpr std::size_t kParts = 64;
constexpr std::uint64_t kKeysOfABucket = 5;  // of 8 slots: 12.8 bytes a key, and one key in 14 lies in a second line
constexpr std::size_t kRecordHead = 24;
// From here on the 64 MiB of DIR-24-8 are worth it.
constexpr std::size_t kManyRanges = 20'000;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// An entry on its way into the file.
struct Record {
  std::uint64_t hash = 0;
  std::uint32_t context = 0;
  std::uint8_t flags = 0;  // without `more`
  std::string_view text, bytes, id;
};

void append_record(std::string& to, const Record& record) {
  std::array<char, kRecordHead> head{};
  const auto text = static_cast<std::uint16_t>(record.text.size());
  std::memcpy(head.data(), &record.hash, 8);
  std::memcpy(head.data() + 8, &record.context, 4);
  std::memcpy(head.data() + 12, &text, 2);
  head[14] = static_cast<char>(record.bytes.size());
  head[15] = static_cast<char>(record.id.size());
  head[16] = static_cast<char>(record.flags);
  to.append(head.data(), head.size()).append(record.text).append(record.bytes).append(record.id);
}

Record read_record(std::string_view& from) {
  const char* head = from.data();
  const auto size = [head](std::size_t at) { return std::size_t{static_cast<std::uint8_t>(head[at])}; };
  Record record{
      load<std::uint64_t>(head), load<std::uint32_t>(head + 8), static_cast<std::uint8_t>(head[16]), {}, {}, {}};
  const std::size_t text = load<std::uint16_t>(head + 12), bytes = size(14), id = size(15);
  record.text = from.substr(kRecordHead, text);
  record.bytes = from.substr(kRecordHead + text, bytes);
  record.id = from.substr(kRecordHead + text + bytes, id);
  from.remove_prefix(kRecordHead + text + bytes + id);
  return record;
}

// One part of one table: what is in memory, and where the rest lies in the spool.
struct Part {
  std::string bytes;
  std::vector<std::pair<std::uint64_t, std::size_t>> spooled;  // offset, length
};

// A file that is written once, from front to back, in digested sections. Each write is a multiple of 2 MiB long and
// begins at one, so that the kernel may keep the file in pages of that size: random reads of a mapping of it then cost
// a half less.
class SectionWriter {
 public:
  SectionWriter(Fd fd, std::string path)
      : fd_(std::move(fd)), path_(std::move(path)), buffer_(kRootBytes, '\0'), digested_(kRootBytes) {}

  Result<Nothing> begin(SectionType type, std::size_t table) {
    section_ = {.type = type, .table = static_cast<std::uint32_t>(table), .offset = size()};
    digest_.emplace();
    return Nothing{};
  }
  Result<Nothing> put(std::string_view bytes) {
    buffer_.append(bytes);
    if (buffer_.size() < kPiece) return Nothing{};
    digest_rest();
    return write_out(buffer_.size() / kPiece * kPiece);
  }
  std::uint64_t length() const { return size() - section_.offset; }
  Section& section() { return section_; }
  Result<Nothing> end() {
    section_.length = length();
    TRY(put(std::string(padded(section_.length) - section_.length, '\0')));
    digest_rest();
    section_.digest = digest_->finish();
    sections_.push_back(section_);
    return Nothing{};
  }
  const std::vector<Section>& sections() const { return sections_; }
  std::uint64_t size() const { return written_ + buffer_.size(); }

  // The root comes last, when all that it says is known, and the file is on the disk.
  Result<Nothing> finish(std::string_view root) {
    TRY(write_out(buffer_.size()));
    if (::pwrite(fd_.get(), root.data(), root.size(), 0) != static_cast<ssize_t>(root.size()))
      return system_error("cannot write", errno, path_);
    sync_or_die(fd_.get(), path_);
    return Nothing{};
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{2} << 20;
  void digest_rest() {
    digest_->add(std::string_view(buffer_).substr(digested_));
    digested_ = buffer_.size();
  }
  Result<Nothing> write_out(std::size_t bytes) {
    TRY(write_all(fd_.get(), std::string_view(buffer_).substr(0, bytes), path_));
    written_ += bytes;
    buffer_.erase(0, bytes);
    digested_ -= std::min(digested_, bytes);
    return Nothing{};
  }

  Fd fd_;
  std::string path_;
  std::string buffer_;         // what is not written yet, the root's place first
  std::size_t digested_;       // of the buffer
  std::uint64_t written_ = 0;  // before the buffer
  Section section_;
  std::optional<Sha256> digest_;
  std::vector<Section> sections_;
};

// Appends an entry, and gives the place where it begins. None lies across two lines of memory that fits into one.
Result<std::uint32_t> put_entry(SectionWriter& out, const Record& record, bool more) {
  const std::size_t length = 8 + record.text.size() + record.bytes.size() + record.id.size();
  const std::size_t in_line = out.length() % 64;
  if (in_line != 0 && in_line + length > 64) TRY(out.put(std::string(64 - in_line, '\0')));
  const std::uint64_t place = out.length() / 8;
  if (place > 0xFFFFFFFFu) return fail(Fault::Usage, "more than 32 GiB of entries of one kind");
  const std::uint64_t head = record.text.size() | std::uint64_t{record.bytes.size()} << 16 |
                             std::uint64_t{record.id.size()} << 24 | std::uint64_t{record.context} << 32 |
                             std::uint64_t{static_cast<std::uint8_t>(record.flags | (more ? 1 : 0))} << 56;
  std::array<char, 8> bytes;
  std::memcpy(bytes.data(), &head, sizeof head);
  TRY(out.put({bytes.data(), bytes.size()}));
  TRY(out.put(record.text));
  TRY(out.put(record.bytes));
  TRY(out.put(record.id));
  if (length % 8 != 0) TRY(out.put(std::string(8 - length % 8, '\0')));
  return static_cast<std::uint32_t>(place);
}

struct Key {
  std::uint64_t hash;
  std::uint32_t place;
  std::uint16_t answer;
};

// Keys come by rising hash, so that each goes to the first free slot at or behind its home and none moves again.
Result<Nothing> put_buckets(SectionWriter& out, std::size_t table, std::vector<Key> keys, std::uint64_t depths) {
  TRY(out.begin(SectionType::Hot, table));
  const std::uint64_t homes = std::max<std::uint64_t>(1, (keys.size() + kKeysOfABucket - 1) / kKeysOfABucket);
  if (homes > 0xFFFFFFFFu) return fail(Fault::Usage, "more keys of one kind than an index holds");
  // Of keys that one search passes by, those of one fingerprint are told apart by their text alone.
  std::uint64_t free = 0;  // the next free slot of all
  for (std::size_t i = 0, run = 0; i < keys.size(); ++i) {
    const std::uint64_t home = home_of(keys[i].hash, homes);
    if (free <= home * kSlots) run = i;
    for (std::size_t j = run; j < i; ++j)
      if (fingerprint(keys[j].hash) == fingerprint(keys[i].hash)) keys[j].answer = keys[i].answer = 0;
    free = std::max(free, home * kSlots) + 1;
    if ((free - 1) / kSlots - home > kMostSpilled)
      return fail(Fault::Conflict, "too many keys at one place; build again");
  }
  const std::uint64_t buckets = std::max(homes, (free + kSlots - 1) / kSlots) + 1;  // an empty one ends every search
  Bucket bucket;
  std::uint64_t at = 0;  // the bucket that is being filled
  const auto put_bucket = [&]() -> Result<Nothing> {
    TRY(out.put({reinterpret_cast<const char*>(bucket.slots.data()), sizeof bucket}));
    bucket = {};
    ++at;
    return Nothing{};
  };
  free = 0;
  for (const Key& key : keys) {
    const std::uint64_t home = home_of(key.hash, homes);
    const std::uint64_t slot = std::max(free, home * kSlots);
    if (slot / kSlots > at && home <= at) bucket.slots[7] |= kSpilled;
    while (at < slot / kSlots) TRY(put_bucket());
    bucket.slots[slot % kSlots] |= make_slot(fingerprint(key.hash), key.answer);
    free = slot + 1;
  }
  while (at < buckets) TRY(put_bucket());
  std::array<std::uint32_t, kSlots> places{};
  at = free = 0;
  const auto put_places = [&]() -> Result<Nothing> {
    TRY(out.put({reinterpret_cast<const char*>(places.data()), sizeof places}));
    places = {};
    ++at;
    return Nothing{};
  };
  for (const Key& key : keys) {
    const std::uint64_t slot = std::max(free, home_of(key.hash, homes) * kSlots);
    while (at < slot / kSlots) TRY(put_places());
    places[slot % kSlots] = key.place;
    free = slot + 1;
  }
  while (at < buckets) TRY(put_places());
  out.section().count = keys.size();
  out.section().homes = homes;
  out.section().depths = depths;
  return out.end();
}

struct RangeRecord {
  IpRange range;
  std::uint32_t context;
  std::uint8_t flags;
  std::string id;
  auto order() const { return std::tie(range, context, flags, id); }
};

}  // namespace

class IndexBuilder::State {
 public:
  State(BuildOptions options, Random& random) : options_(std::move(options)) {
    const std::string key = random.bytes(16);
    hash_ = {load<std::uint64_t>(key.data()), load<std::uint64_t>(key.data() + 8)};
  }
  ~State() {
    if (!spool_path_.empty()) ::unlink(spool_path_.c_str());
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Result<Nothing> add(const ListedIndicator& indicator) {
    TRY(check_indicator(indicator));
    if (indicator.withdrawn && !options_.base) return fail(Fault::Refused, "only a change to another index withdraws");
    const std::uint32_t context = TRY(context_of(indicator));
    if (const auto* range = std::get_if<IpRange>(&indicator.what)) {
      ranges_.push_back({*range, context, make_flags(false, indicator.withdrawn, Reach::Exact), indicator.id});
    } else {
      const auto& observable = std::get<Observable>(indicator.what);
      const std::string& canonical = observable.canonical();
      const auto table = static_cast<std::uint32_t>(observable.kind());
      // What is withdrawn is withdrawn with every reach that it could have been listed with (check_indicator).
      const bool below = observable.kind() == ObservableKind::Domain && depth_of(table, canonical) <= 33;
      const unsigned parts =
          observable.kind() == ObservableKind::Url ? depth_of(kPrefixTable, prefix_view(canonical)) : 0;
      const bool prefix = parts >= 1 && parts <= 32;
      const Reach reach = !indicator.withdrawn ? indicator.reach : below ? Reach::Below : Reach::Exact;
      if (reach != Reach::Prefix) put(table, canonical, indicator, context, reach);
      if (reach == Reach::Prefix || (indicator.withdrawn && prefix))
        put(kPrefixTable, canonical, indicator, context, Reach::Prefix);
    }
    ++added_;
    if (held_ > options_.memory) TRY(spool());
    return Nothing{};
  }
  std::uint64_t added() const { return added_; }

  Result<IndexInfo> write(const std::string& path, const SecretKey& key) {
    const std::string temporary = path + ".tmp" + std::to_string(::getpid());
    Result<Nothing> written = write_temporary(temporary, key);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = system_error("cannot write", errno, path);
    if (!written) {
      ::unlink(temporary.c_str());
      return std::move(written).error();
    }
    TRY(sync_folder(folder_of(path)));
    return TRY(Index::open(path, key.public_key()))->info();
  }

 private:
  Result<std::uint32_t> context_of(const ListedIndicator& indicator) {
    Context context{indicator.category,
                    indicator.standing,
                    indicator.tlp,
                    indicator.pap,
                    static_cast<std::uint8_t>(std::clamp(indicator.confidence, 0, 100)),
                    indicator.added,
                    indicator.valid_until,
                    0};
    if (indicator.withdrawn) context = {};  // who withdraws what is all that counts
    if (indicator.source != last_source_ || sources_.empty()) {
      last_source_ = indicator.source;
      last_source_number_ =
          sources_.try_emplace(indicator.source, static_cast<std::uint32_t>(sources_.size())).first->second;
    }
    context.source = last_source_number_;
    if (!contexts_.empty() && context == last_context_) return last_context_number_;
    const auto bytes = write_context(context);
    const auto [at, fresh] =
        contexts_.try_emplace(std::string(bytes.data(), bytes.size()), static_cast<std::uint32_t>(contexts_.size()));
    if (fresh && contexts_.size() > kMostContexts) {
      contexts_.erase(at);
      return fail(Fault::Usage, "more than 16 million different contexts (dates, sources, labels) in one index");
    }
    last_context_ = context;
    return last_context_number_ = at->second;
  }

  void put(std::size_t table, std::string_view canonical, const ListedIndicator& indicator, std::uint32_t context,
           Reach reach) {
    Record record;
    record.hash =
        hash_key(hash_, static_cast<std::uint32_t>(table), table == kPrefixTable ? prefix_view(canonical) : canonical);
    record.context = context;
    record.flags = make_flags(false, indicator.withdrawn, reach);
    const std::size_t text = table == kPrefixTable ? canonical.size() : text_part(canonical);
    const std::string bytes = text == canonical.size() ? std::string() : pack_hex(canonical.substr(text));
    record.text = canonical.substr(0, text);
    record.bytes = bytes;
    record.id = indicator.id;
    std::string& to = tables_[table][record.hash >> 58].bytes;
    const std::size_t before = to.size();
    append_record(to, record);
    held_ += to.size() - before;
  }

  Result<Nothing> spool() {
    if (!spool_) {
      spool_path_ = options_.spool + "/.index-spool" + std::to_string(::getpid()) + "-" +
                    std::to_string(reinterpret_cast<std::uintptr_t>(this));
      spool_ = TRY(open_file(spool_path_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
      ::unlink(spool_path_.c_str());  // it ends with this process, however that ends
      spool_path_.clear();
    }
    for (auto& table : tables_) {
      for (Part& part : table) {
        if (part.bytes.empty()) continue;
        TRY(write_all(spool_.get(), part.bytes, "the spool"));
        part.spooled.emplace_back(spooled_, part.bytes.size());
        spooled_ += part.bytes.size();
        std::string().swap(part.bytes);
      }
    }
    held_ = 0;
    return Nothing{};
  }

  Result<std::string> take(Part& part) const {
    if (part.spooled.empty()) return std::move(part.bytes);
    std::size_t size = part.bytes.size();
    for (const auto& [offset, length] : part.spooled) size += length;
    std::string all(size, '\0');
    std::size_t at = 0;
    for (const auto& [offset, length] : part.spooled) {
      for (std::size_t done = 0; done < length;) {
        const ssize_t got =
            ::pread(spool_.get(), all.data() + at + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return system_error("cannot read", got < 0 ? errno : EIO, "the spool");
        done += static_cast<std::size_t>(got);
      }
      at += length;
    }
    std::copy(part.bytes.begin(), part.bytes.end(), all.begin() + static_cast<std::ptrdiff_t>(at));
    std::string().swap(part.bytes);
    return all;
  }

  Result<Nothing> write_temporary(const std::string& path, const SecretKey& key) {
    SectionWriter out(TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644)), path);
    TRY(put_contexts(out));
    Root root;
    root.generation = options_.generation;
    root.made = options_.made;
    root.hash = hash_;
    root.base = options_.base;
    for (std::size_t table = 0; table < kTables; ++table) TRY(put_table(out, table, root));
    TRY(put_ranges(out, root));
    root.sections = out.sections();
    root.file_bytes = out.size();
    return out.finish(write_root(std::move(root), key));
  }

  // Sources and contexts in an order that does not depend on which came first, and the new number of each.
  Result<Nothing> put_contexts(SectionWriter& out) {
    std::vector<std::uint32_t> source_number(sources_.size());
    std::string rows, texts;
    std::uint32_t number = 0;
    for (const auto& [text, old] : sources_) {
      source_number[old] = number++;
      const std::array<std::uint32_t, 2> row{static_cast<std::uint32_t>(8 * sources_.size() + texts.size()),
                                             static_cast<std::uint32_t>(text.size())};
      rows.append(reinterpret_cast<const char*>(row.data()), sizeof row);
      texts += text;
    }
    std::vector<std::pair<std::string, std::uint32_t>> sorted(contexts_.begin(), contexts_.end());
    contexts_.clear();
    for (auto& [bytes, old] : sorted) {
      const std::uint32_t source = source_number[load<std::uint32_t>(bytes.data() + 12)];
      std::memcpy(bytes.data() + 12, &source, sizeof source);
    }
    std::sort(sorted.begin(), sorted.end());
    context_number_.resize(sorted.size());
    TRY(out.begin(SectionType::Contexts, 0));
    out.section().count = sorted.size();
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      context_number_[sorted[i].second] = static_cast<std::uint32_t>(i);
      const Context context = *read_context(sorted[i].first, 0);
      said_.emplace_back(context.valid_until, context.standing);
      TRY(out.put(sorted[i].first));
    }
    TRY(out.end());
    TRY(out.begin(SectionType::Sources, 0));
    out.section().count = sources_.size();
    TRY(out.put(rows));
    TRY(out.put(texts));
    return out.end();
  }

  // What a slot says of a key with this one entry.
  std::uint16_t said_of(const Record& record) const {
    if ((record.flags & 2) != 0) return 0;
    return SlotAnswer::of(said_[record.context].first, said_[record.context].second, reach_of(record)).bits();
  }

  Result<Nothing> put_table(SectionWriter& out, std::size_t table, Root& root) {
    auto& parts = tables_[table];
    if (std::all_of(parts.begin(), parts.end(),
                    [](const Part& part) { return part.bytes.empty() && part.spooled.empty(); }))
      return Nothing{};
    std::vector<Key> keys;
    std::uint64_t depths = 0, entries = 0;
    const auto key_of = [table](const Record& record) {
      return table == kPrefixTable ? prefix_view(record.text) : record.text;
    };
    const auto order = [&](const Record& record) {
      return std::tuple(record.hash, key_of(record), record.bytes, record.text, record.context, record.flags,
                        record.id);
    };
    TRY(out.begin(SectionType::Cold, table));
    TRY(out.put(std::string(64, '\0')));  // so that no place is 0
    for (Part& part : parts) {
      const std::string bytes = TRY(take(part));
      std::vector<Record> records;
      for (std::string_view left = bytes; !left.empty();) {
        records.push_back(read_record(left));
        records.back().context = context_number_[records.back().context];
      }
      std::sort(records.begin(), records.end(), [&](const Record& a, const Record& b) {
        return a.hash != b.hash ? a.hash < b.hash : order(a) < order(b);
      });
      records.erase(
          std::unique(records.begin(), records.end(),
                      [&](const Record& a, const Record& b) { return a.hash == b.hash && order(a) == order(b); }),
          records.end());
      for (std::size_t first = 0; first < records.size();) {
        std::size_t end = first + 1;
        const auto same = [&](const Record& other) {
          return other.hash == records[first].hash && key_of(other) == key_of(records[first]) &&
                 other.bytes == records[first].bytes;
        };
        while (end < records.size() && same(records[end])) ++end;
        if (end - first > kMostOfOneKey)
          return fail(Fault::Usage, "more than 1024 entries of one thing: " + std::string(records[first].text));
        keys.push_back({records[first].hash, 0, end - first == 1 ? said_of(records[first]) : std::uint16_t{0}});
        for (std::size_t i = first; i < end; ++i) {
          const std::uint32_t place = TRY(put_entry(out, records[i], i + 1 < end));
          if (i == first) keys.back().place = place;
          if (reach_of(records[i]) != Reach::Exact)
            depths |=
                std::uint64_t{1} << (std::min(depth_of(static_cast<std::uint32_t>(table), key_of(records[i])), 64u) -
                                     1);
          root.withdrawn += (records[i].flags & 2) != 0 ? 1 : 0;
        }
        entries += end - first;
        first = end;
      }
    }
    out.section().count = entries;
    root.entries += entries;
    TRY(out.end());
    return put_buckets(out, table, std::move(keys), depths);
  }
  static Reach reach_of(const Record& record) { return static_cast<Reach>(record.flags >> 2 & 3); }

  Result<Nothing> put_ranges(SectionWriter& out, Root& root) {
    if (ranges_.empty()) return Nothing{};
    for (RangeRecord& record : ranges_) record.context = context_number_[record.context];
    const auto before = [](const RangeRecord& a, const RangeRecord& b) {
      if (a.range.is_v4() != b.range.is_v4()) return a.range.is_v4();
      return std::tuple(a.range.start(), a.range.bits(), a.context, a.flags, std::string_view(a.id)) <
             std::tuple(b.range.start(), b.range.bits(), b.context, b.flags, std::string_view(b.id));
    };
    std::sort(ranges_.begin(), ranges_.end(), before);
    ranges_.erase(
        std::unique(ranges_.begin(), ranges_.end(),
                    [&](const RangeRecord& a, const RangeRecord& b) { return !before(a, b) && !before(b, a); }),
        ranges_.end());
    std::vector<RangeRow> rows;
    std::array<std::vector<RangeValue>, 2> values;  // v4, v6
    std::vector<std::size_t> around;                // rows' first records that cover the present one, widest first
    std::vector<std::size_t> row_record;
    Day first_expired = Day::last();
    bool has_withdrawn = false;
    TRY(out.begin(SectionType::Cold, kRangeTable));
    TRY(out.put(std::string(64, '\0')));
    for (std::size_t first = 0; first < ranges_.size();) {
      std::size_t end = first + 1;
      while (end < ranges_.size() && ranges_[end].range == ranges_[first].range) ++end;
      if (end - first > kMostOfOneKey)
        return fail(Fault::Usage, "more than 1024 entries of one range: " + ranges_[first].range.text());
      const IpRange& range = ranges_[first].range;
      while (!around.empty() && !ranges_[row_record[around.back()]].range.covers(range)) around.pop_back();
      RangeRow row;
      row.parent = around.empty() ? 0 : static_cast<std::uint32_t>(around.back() + 1);
      const std::string text = range.text();
      for (std::size_t i = first; i < end; ++i) {
        const Record record{0, ranges_[i].context, ranges_[i].flags, text, {}, ranges_[i].id};
        const std::uint32_t place = TRY(put_entry(out, record, i + 1 < end));
        if (i == first) row.place = place;
        first_expired = std::min(first_expired, said_[ranges_[i].context].first.plus(1));
        has_withdrawn = has_withdrawn || (ranges_[i].flags & 2) != 0;
        root.withdrawn += (ranges_[i].flags & 2) != 0 ? 1 : 0;
      }
      around.push_back(rows.size());
      row_record.push_back(first);
      rows.push_back(row);
      values[range.is_v4() ? 0 : 1].push_back({address_of(std::span<const std::uint8_t, 16>(range.start())),
                                               range.bits(), static_cast<std::uint32_t>(rows.size())});
      first = end;
    }
    out.section().count = ranges_.size();
    root.ranges = ranges_.size();
    TRY(out.end());
    TRY(out.begin(SectionType::RangeRows, kRangeTable));
    out.section().count = rows.size();
    out.section().depths = has_withdrawn ? 0 : first_expired.number();
    TRY(out.put({reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(RangeRow)}));
    TRY(out.end());
    for (std::size_t six = 0; six < 2; ++six) {
      if (values[six].empty()) continue;
      const bool direct = six == 0 && values[six].size() >= kManyRanges;
      TRY(out.begin(direct     ? SectionType::V4Direct
                    : six == 0 ? SectionType::V4Trie
                               : SectionType::V6Trie,
                    kRangeTable));
      out.section().count = values[six].size();
      TRY(out.put(direct ? build_direct(values[six]) : build_trie(values[six])));
      TRY(out.end());
    }
    return Nothing{};
  }

  BuildOptions options_;
  HashKey hash_;
  std::array<std::array<Part, kParts>, kTables> tables_;
  std::vector<RangeRecord> ranges_;
  std::size_t held_ = 0;
  std::uint64_t added_ = 0;
  std::map<std::string, std::uint32_t> sources_;
  std::unordered_map<std::string, std::uint32_t> contexts_;
  std::string last_source_;
  std::uint32_t last_source_number_ = 0;
  Context last_context_;
  std::uint32_t last_context_number_ = 0;
  std::vector<std::uint32_t> context_number_;
  std::vector<std::pair<Day, Standing>> said_;  // by the new number: the last day
  Fd spool_;
  std::string spool_path_;
  std::uint64_t spooled_ = 0;
};

IndexBuilder::IndexBuilder(BuildOptions options, Random& random)
    : state_(std::make_unique<State>(std::move(options), random)) {}
IndexBuilder::IndexBuilder(IndexBuilder&&) noexcept = default;
IndexBuilder::~IndexBuilder() = default;
Result<Nothing> IndexBuilder::add(const ListedIndicator& indicator) { return state_->add(indicator); }
std::uint64_t IndexBuilder::added() const { return state_->added(); }
Result<IndexInfo> IndexBuilder::write(const std::string& path, const SecretKey& key) {
  return state_->write(path, key);
}

}  // namespace cordon
