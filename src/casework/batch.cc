#include "casework/batch.h"

#include <algorithm>
#include <array>

#include "base/packed.h"
#include "base/text.h"
#include "casework/case.h"

namespace cordon {

namespace {

constexpr std::string_view kMagic = "cordon-run 2\n";   // of before: no salts
constexpr std::string_view kSalted = "cordon-run 3\n";  // of before: then the run's salt as a text
constexpr std::string_view kMarked = "cordon-run 4\n";  // and how many items there are, and where each 64th begins
constexpr std::uint64_t kStride = 64;
constexpr std::uint64_t kRest = UINT64_MAX;  // as far as it goes
constexpr std::size_t kSaltOfRun = 32, kSaltOfItem = 16;
constexpr std::uint64_t kMostAlso = 64;
constexpr std::uint64_t kKinds = static_cast<std::uint64_t>(ObservableKind::Handle) + 1;

constexpr std::array<std::pair<ItemOutcome, std::string_view>, 4> kOutcomes{{
    {ItemOutcome::Accepted, "accepted"},
    {ItemOutcome::Duplicate, "duplicate"},
    {ItemOutcome::Refused, "refused"},
    {ItemOutcome::Quarantined, "quarantined"},
}};

Result<Observable> read_observable(const Json& stored) {
  return parse_observable(TRY(parse_observable_kind(TRY(stored.text("kind")))), TRY(stored.text("value")));
}

Result<Sighting> read_sighting(const Json& stored) {
  Sighting sighting{TRY(parse_matter(TRY(stored.text("matter")))), TRY(read_observable(stored)), {}, {}, {}};
  if (const Json* also = stored.find("also"); also != nullptr && also->array() != nullptr) {
    for (const Json& observable : *also->array()) sighting.also.push_back(TRY(read_observable(observable)));
  }
  if (stored.find("port") != nullptr) sighting.port = static_cast<int>(TRY(stored.number("port")));
  if (stored.find("seen_at") != nullptr) sighting.seen_at = TRY(parse_rfc3339(TRY(stored.text("seen_at"))));
  return sighting;
}

Result<RunItem> read_item(const Json& stored) {  // of a run of before
  RunItem item;
  item.position = TRY(stored.number("position"));
  item.outcome = TRY(parse_item_outcome(TRY(stored.text("outcome"))));
  item.code = stored.text_or("code");
  item.reason = stored.text_or("reason");
  if (stored.find("report") != nullptr) item.report = TRY(ReportId::parse(TRY(stored.text("report"))));
  if (stored.find("case") != nullptr) item.case_id = TRY(CaseId::parse(TRY(stored.text("case"))));
  item.opens_case = stored.find("opens_case") != nullptr;
  if (const Json* sighting = stored.find("sighting")) item.sighting = TRY(read_sighting(*sighting));
  item.kept = stored.text_or("kept");
  return item;
}

// What is so of every item, however it was written.
Result<RunItem> checked(RunItem item) {
  if (item.position < 1 || item.position >= std::int64_t{1} << 32)
    return fail(Fault::Malformed, "a position that no record has");
  if (item.sighting && item.sighting->port && (*item.sighting->port < 1 || *item.sighting->port > 65'535))
    return fail(Fault::Malformed, "a port that there is not");
  if (item.sighting && item.sighting->also.size() > kMostAlso)
    return fail(Fault::Malformed, "more identifiers than a record may name");
  if (item.earlier && !item.opens_case) return fail(Fault::Malformed, "a case before one that is not opened");
  if (item.erased) {
    if (item.report || !item.reason.empty() || !item.kept.empty())
      return fail(Fault::Malformed, "a tombstone with something in it");
    if (item.port && (*item.port < 1 || *item.port > 65'535)) return fail(Fault::Malformed, "a port that there is not");
    if (item.sighting && !(item.opens_case && item.sighting->also.empty()))
      return fail(Fault::Malformed, "a tombstone with more than its case's target");
    if (item.opens_case && !item.case_id) return fail(Fault::Malformed, "a case is opened that has no name");
    if (item.matter.has_value() != (item.opens_case && !item.sighting))
      return fail(Fault::Malformed, "a tombstone that does not say what its case was about");
    if (item.item_digest.size() != 32 && !item.item_digest.empty())
      return fail(Fault::Malformed, "a digest of another length");
    return item;
  }
  if ((item.outcome == ItemOutcome::Accepted) != (item.sighting && item.report))
    return fail(Fault::Malformed, item.sighting ? "a sighting in a record that was not accepted"
                                                : "an accepted record without its sighting and report");
  if (item.opens_case && !(item.sighting && item.case_id))
    return fail(Fault::Malformed, "a case is opened without a sighting");
  return item;
}

// Which of its parts an item has.
constexpr std::uint64_t kReport = 1, kCase = 2, kOpensCase = 4, kSighting = 8, kPort = 16, kSeenAt = 32, kErased = 64,
                        kEarlier = 128, kAll = 255;

std::uint64_t parts_of(const RunItem& item) {
  std::uint64_t has = (item.report ? kReport : 0) | (item.case_id ? kCase : 0) | (item.opens_case ? kOpensCase : 0) |
                      (item.erased ? kErased : 0) | (item.earlier ? kEarlier : 0);
  if (item.erased)
    return has | (item.sighting ? kSighting : 0) | (item.port ? kPort : 0) |
           (item.seen_at && item.seen_at->ms >= 0 ? kSeenAt : 0);
  if (!item.sighting) return has;
  has |= kSighting | (item.sighting->port ? kPort : 0);
  return has | (item.sighting->seen_at && item.sighting->seen_at->ms >= 0 ? kSeenAt : 0);
}

void write_item(const RunItem& item, PackedWriter& to) {
  const Sighting* sighting = item.sighting ? &*item.sighting : nullptr;
  to.number(static_cast<std::uint64_t>(item.position));
  to.number(static_cast<std::uint64_t>(item.outcome));
  const std::uint64_t has = parts_of(item);
  to.number(has);
  to.text(item.code);
  to.text(item.reason);
  if (item.report) to.raw(item.report->bytes());
  if (item.case_id) to.raw(item.case_id->bytes());
  if (item.earlier) to.raw(item.earlier->bytes());
  if (sighting != nullptr) {
    to.text(sighting->matter.number());
    const auto observable = [&to](const Observable& one) {
      to.number(static_cast<std::uint64_t>(one.kind()));
      to.text(one.canonical());
    };
    observable(sighting->observable);
    to.number(sighting->also.size());
    for (const Observable& one : sighting->also) observable(one);
  }
  if (item.matter) to.text(item.matter->number());
  const std::optional<int>& port = item.erased || sighting == nullptr ? item.port : sighting->port;
  const std::optional<Instant>& seen_at = item.erased || sighting == nullptr ? item.seen_at : sighting->seen_at;
  if ((has & kPort) != 0) to.number(static_cast<std::uint64_t>(*port));
  if ((has & kSeenAt) != 0) to.number(static_cast<std::uint64_t>(seen_at->ms));
  to.text(item.erased ? item.item_digest : item.kept);
}

Result<Observable> read_observable(PackedReader& from) {
  const auto kind = static_cast<ObservableKind>(from.number_below(kKinds));
  const std::string_view value = from.text();
  if (!from.good()) return fail(Fault::Malformed, "it ends too early");
  Observable observable = TRY(parse_observable(kind, value));
  if (observable.canonical() != value) return fail(Fault::Malformed, "a value that is not canonical");
  return observable;
}

constexpr std::uint64_t kNever = 253'402'300'800'000;  // 10000-01-01, in milliseconds

Result<Sighting> read_sighting(PackedReader& from) {
  const Matter matter = TRY(parse_matter(from.text()));
  Sighting sighting{matter, TRY(read_observable(from)), {}, {}, {}};
  for (std::uint64_t also = from.number_below(kMostAlso + 1); also > 0; --also)
    sighting.also.push_back(TRY(read_observable(from)));
  return sighting;
}

Result<RunItem> read_item(std::string_view packed) {
  PackedReader from(packed);
  RunItem item;
  item.position = static_cast<std::int64_t>(from.number_below(std::uint64_t{1} << 32));
  item.outcome = static_cast<ItemOutcome>(from.number_below(kOutcomes.size()));
  const std::uint64_t has = from.number_below(kAll + 1);
  item.code = from.text();
  item.reason = from.text();
  if ((has & kReport) != 0)
    if (const std::string_view bytes = from.raw(16); from.good()) item.report = ReportId::from_bytes(bytes);
  if ((has & kCase) != 0)
    if (const std::string_view bytes = from.raw(16); from.good()) item.case_id = CaseId::from_bytes(bytes);
  if ((has & kEarlier) != 0)
    if (const std::string_view bytes = from.raw(16); from.good()) item.earlier = CaseId::from_bytes(bytes);
  item.opens_case = (has & kOpensCase) != 0;
  item.erased = (has & kErased) != 0;
  if ((has & kSighting) != 0)
    item.sighting = TRY(read_sighting(from));
  else if ((has & (kPort | kSeenAt)) != 0 && !item.erased)
    return fail(Fault::Malformed, "a port or a time of no sighting");
  if (item.erased && item.opens_case && !item.sighting) item.matter = TRY(parse_matter(from.text()));
  std::optional<int>& port = item.erased ? item.port : item.sighting ? item.sighting->port : item.port;
  std::optional<Instant>& seen_at = item.erased ? item.seen_at : item.sighting ? item.sighting->seen_at : item.seen_at;
  if ((has & kPort) != 0) port = static_cast<int>(from.number_below(65'536));
  if ((has & kSeenAt) != 0) seen_at = Instant{static_cast<std::int64_t>(from.number_below(kNever))};
  (item.erased ? item.item_digest : item.kept) = from.text();
  if (!from.good() || !from.at_end()) return fail(Fault::Malformed, "it has another length than it says");
  return checked(std::move(item));
}

// What of it is an accepted one, and nothing of the others.
Result<std::optional<Glance>> glance_at(std::string_view packed) {
  PackedReader from(packed);
  Glance one;
  one.position = static_cast<std::int64_t>(from.number());
  if (from.number() != static_cast<std::uint64_t>(ItemOutcome::Accepted)) return std::optional<Glance>();
  const std::uint64_t has = from.number();
  if ((has & kErased) != 0) return std::optional<Glance>();
  from.text();  // code
  from.text();  // reason
  one.report = from.raw(16);
  if ((has & kCase) != 0) from.raw(16);
  if ((has & kEarlier) != 0) from.raw(16);
  const std::string_view matter = from.text();
  const auto kind = static_cast<ObservableKind>(from.number_below(kKinds));
  const std::string_view value = from.text();
  for (std::uint64_t also = from.number_below(kMostAlso + 1); also > 0; --also) {
    from.number();
    from.text();
  }
  if ((has & kPort) != 0) from.number();
  if ((has & kSeenAt) != 0) one.seen_at = Instant{static_cast<std::int64_t>(from.number())};
  if (!from.good()) return fail(Fault::Malformed, "it ends too early");
  one.fold_key = fold_key(TRY(parse_matter(matter)), kind, value);
  return std::optional(std::move(one));
}

// Where the 64th, the 128th… item begins, as u32 after the first one's beginning.
std::uint64_t size_of_marks(std::uint64_t items) { return items == 0 ? 0 : 4 * ((items - 1) / kStride); }

// The items of a run, one after the other, in any of its forms.
class Items {
 public:
  explicit Items(std::string_view run)
      : marked_(run.starts_with(kMarked)),
        salted_(marked_ || run.starts_with(kSalted)),
        packed_(salted_ || run.starts_with(kMagic)),
        left_(run) {
    if (packed_) left_.remove_prefix(kMagic.size());
    if (!salted_) return;
    PackedReader from(left_);
    salt_ = from.text();
    if (marked_) {
      items_ = from.number();
      marks_ = from.raw(size_of_marks(items_));
    }
    sound_ = from.good() && (salt_.empty() || salt_.size() == kSaltOfRun);
    left_ = from.left();
    all_ = left_.size();
  }
  bool at_end() const { return left_.empty() && sound_ && (!marked_ || number_ == items_); }
  bool salted() const { return salted_; }
  std::string_view salt_of_run() const { return salt_; }
  void skip() { take(); }
  // An item's bytes as they lie, and its salt where it is written beside it.
  struct Raw {
    std::string_view salt, bytes;
  };
  Result<Raw> raw() {
    return placed([&](std::string_view bytes) -> Result<Raw> { return Raw{salt_of_item_, bytes}; });
  }
  Result<RunItem> next() {
    return placed([&](std::string_view bytes) { return packed_ ? read_item(bytes) : read_line(bytes); });
  }
  Result<std::optional<Glance>> glance() {
    return placed([&](std::string_view bytes) -> Result<std::optional<Glance>> {
      if (packed_) return glance_at(bytes);
      line_ = TRY(read_line(bytes));
      if (line_.outcome != ItemOutcome::Accepted) return std::optional<Glance>();
      report_ = line_.report->bytes();
      return std::optional(Glance{line_.position, report_, fold_key(*line_.sighting), line_.sighting->seen_at});
    });
  }

 private:
  // What `read` makes of the next item; its place goes with an error.
  template <typename Read>
  auto placed(Read read) -> decltype(read(std::string_view())) {
    const std::optional<std::string_view> bytes = take();
    const auto where = [&] { return "item " + std::to_string(number_) + " of the run"; };
    if (!bytes) return fail(Fault::Corrupt, "the run ends inside an item", where());
    auto item = read(*bytes);
    if (!item) return fail(Fault::Corrupt, item.error().message, where());
    return item;
  }
  static Result<RunItem> read_line(std::string_view line) { return checked(TRY(read_item(TRY(parse_json(line))))); }
  std::optional<std::string_view> take() {
    if (marked_ && number_ > 0 && number_ % kStride == 0)
      sound_ = sound_ && number_ < items_ && u32_at(marks_, 4 * (number_ / kStride - 1)) == all_ - left_.size();
    ++number_;
    if (!sound_) return std::nullopt;
    if (packed_) {
      PackedReader from(left_);
      if (salted_ && salt_.empty()) salt_of_item_ = from.text();
      const std::string_view item = from.text();
      left_ = from.left();
      return from.good() ? std::optional(item) : std::nullopt;
    }
    const std::size_t end = left_.find('\n');
    const std::string_view line = left_.substr(0, end);
    left_.remove_prefix(std::min(line.size() + 1, left_.size()));
    return end == std::string_view::npos ? std::nullopt : std::optional(line);
  }
  bool marked_, salted_, packed_, sound_ = true;
  std::string_view left_, salt_, salt_of_item_, marks_;
  std::uint64_t items_ = 0, number_ = 0;
  std::size_t all_ = 0;  // bytes of items
  RunItem line_;         // of before, that glance() speaks of
  std::string report_;   // its name's bytes
};

}  // namespace

std::string_view name(ItemOutcome outcome) {
  return std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& row) { return row.first == outcome; })
      ->second;
}

Result<ItemOutcome> parse_item_outcome(std::string_view text) {
  const auto row = std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& r) { return r.second == text; });
  if (row == kOutcomes.end()) return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no outcome");
  return row->first;
}

std::string write_run(const std::vector<RunItem>& items, const RunSalts& salts) {
  const bool of_items = !salts.of_items.empty();
  CORDON_CHECK(!of_items || (salts.of_run.empty() && salts.of_items.size() == items.size()), "a salt for each item");
  PackedWriter all, one;
  std::string marks;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && i % kStride == 0) append_u32(marks, static_cast<std::uint32_t>(all.size()));
    one.clear();
    write_item(items[i], one);
    if (of_items) all.text(salts.of_items[i]);
    all.text(one.bytes());
  }
  CORDON_CHECK(all.size() < std::uint64_t{1} << 32, "a batch of so much is taken in by parts");
  PackedWriter run;
  if (of_items || !salts.of_run.empty()) {
    run.raw(kMarked);
    run.text(salts.of_run);
    run.number(items.size());
    run.raw(marks);
  } else {
    run.raw(kMagic);
  }
  run.raw(all.bytes());
  return std::move(run).bytes();
}

namespace {

// The salts of items, of which two come of each SHA-256 over the run's salt and a number.
class Salting {
 public:
  explicit Salting(std::string_view of_run) : of_run_(of_run) {}
  std::string_view next() {
    if (at_ % 2 == 0) {
      block_ = of_run_;
      for (std::size_t shift = 0; shift < 64; shift += 8) block_ += static_cast<char>(at_ / 2 >> shift & 0xff);
      two_ = sha256(block_);
    }
    return two_.view().substr(at_++ % 2 * kSaltOfItem, kSaltOfItem);
  }

 private:
  std::string of_run_, block_;
  Digest two_;
  std::uint64_t at_ = 0;
};

// Each item's salt and digest, in order; of a run with salts.
template <typename See>
Result<Nothing> each_seal(std::string_view run, See see) {
  Items all(run);
  Salting salting(all.salt_of_run());
  std::string salted;
  while (!all.at_end()) {
    const Items::Raw one = TRY(all.raw());
    const std::string_view salt = all.salt_of_run().empty() ? one.salt : salting.next();
    if (salt.empty()) {
      const RunItem tombstone = TRY(read_item(one.bytes));
      const Result<Digest> left = digest_from_bytes(tombstone.item_digest);
      if (!left) return fail(Fault::Corrupt, "it has no salt", "item " + std::to_string(tombstone.position));
      see(salt, *left);
    } else {
      salted.assign(salt);
      salted += one.bytes;
      see(salt, sha256(salted));
    }
  }
  return Nothing{};
}

}  // namespace

Result<RunSalts> salts_of_run(std::string_view run) {
  RunSalts salts;
  Items all(run);
  if (!all.salted()) return salts;
  salts.of_run = all.salt_of_run();
  if (!salts.of_run.empty()) return salts;
  while (!all.at_end()) salts.of_items.emplace_back(TRY(all.raw()).salt);
  return salts;
}

Result<std::vector<ItemSeal>> seals_of_run(std::string_view run) {
  std::vector<ItemSeal> seals;
  if (!Items(run).salted()) return seals;
  TRY(each_seal(run,
                [&](std::string_view salt, const Digest& digest) { seals.push_back({std::string(salt), digest}); }));
  return seals;
}

Result<std::optional<Digest>> digest_of_items(std::string_view run) {
  if (!Items(run).salted()) return std::optional<Digest>();
  Sha256 digests;
  TRY(each_seal(run, [&](std::string_view, const Digest& digest) { digests.add(digest.view()); }));
  return std::optional(digests.finish());
}

Result<std::vector<RunItem>> read_run(std::string_view run) {
  std::vector<RunItem> items;
  Items all(run);
  while (!all.at_end()) items.push_back(TRY(all.next()));
  return items;
}

Result<RunItem> read_item_of_run(std::string_view run, std::int64_t position) {
  Items all(run);
  for (std::int64_t before = 1; before < position && !all.at_end(); ++before) all.skip();
  RunItem item = TRY(all.next());
  if (item.position != position) return fail(Fault::Corrupt, "the run has no item " + std::to_string(position));
  return item;
}

Result<Nothing> RunReading::read_landmarks() {
  constexpr std::size_t kFirst = std::size_t{1} << 16;
  front_ = TRY(part_(0, kFirst));
  if (!front_.starts_with(kMarked)) {
    whole_ = true;
    if (front_.size() == kFirst) front_ = TRY(part_(0, kRest));
    return Nothing{};
  }
  for (;;) {
    PackedReader from(front_);
    from.raw(kMarked.size());
    salt_of_each_ = from.text().empty();
    items_ = from.number();
    const std::size_t at = front_.size() - from.left().size();
    const std::string_view marks = from.raw(size_of_marks(items_));
    if (from.good()) {
      begin_ = front_.size() - from.left().size();
      marks_.push_back(0);
      for (std::uint64_t i = 0; i < marks.size() / 4; ++i) marks_.push_back(u32_at(marks, 4 * i));
      return Nothing{};
    }
    const std::uint64_t wanted = at + size_of_marks(items_);
    if (items_ == 0 || items_ >= std::uint64_t{1} << 32 || wanted <= front_.size()) break;
    const std::size_t had = front_.size();
    front_ = TRY(part_(0, wanted));
    if (front_.size() <= had) break;
  }
  return fail(Fault::Corrupt, "the run ends inside its landmarks");
}

Result<RunItem> RunReading::item(std::int64_t position) {
  if (front_.empty()) TRY(read_landmarks());
  if (whole_) return read_item_of_run(front_, position);
  const std::string where = "item " + std::to_string(position) + " of the run";
  if (position < 1 || static_cast<std::uint64_t>(position) > items_)
    return fail(Fault::Corrupt, "the run has no item " + std::to_string(position));
  const std::uint64_t number = static_cast<std::uint64_t>(position) - 1;
  const auto mark = static_cast<std::size_t>(number / kStride);
  if (held_ != mark) {
    const std::uint64_t from = begin_ + marks_[mark];
    const std::uint64_t to = mark + 1 < marks_.size() ? begin_ + marks_[mark + 1] : kRest;
    if (to < from) return fail(Fault::Corrupt, "the run's landmarks are in disorder", where);
    stretch_ = to <= front_.size() ? front_.substr(from, to - from) : TRY(part_(from, to - from));
    held_ = mark;
  }
  PackedReader from(stretch_);
  std::string_view bytes;
  for (std::uint64_t i = number / kStride * kStride; i <= number; ++i) {
    if (salt_of_each_) from.text();
    bytes = from.text();
  }
  if (!from.good()) return fail(Fault::Corrupt, "the run ends inside an item", where);
  Result<RunItem> item = read_item(bytes);
  if (!item) return fail(Fault::Corrupt, item.error().message, where);
  if (item->position != position) return fail(Fault::Corrupt, "the run has no item " + std::to_string(position));
  return item;
}

Result<Nothing> glance_through(std::string_view run, const std::function<void(const Glance&)>& see) {
  Items all(run);
  while (!all.at_end()) {
    if (const std::optional<Glance> one = TRY(all.glance())) see(*one);
  }
  return Nothing{};
}

Json to_json(const BatchTaken& event) {
  Json::Object counts;
  for (const auto& [what, count] : event.counts) counts.emplace(what, count);
  Json body = Json::Object{{"batch", event.batch.text()}, {"source", event.source},     {"file", event.file},
                           {"run", event.run.hex()},      {"run_size", event.run_size}, {"counts", std::move(counts)}};
  if (event.items) body.set("items", event.items->hex());
  if (!event.machine.empty()) body.set("machine", event.machine);
  return body;
}

Json to_json(const ReceiptGiven& event) {
  return Json::Object{{"receipt", event.receipt.hex()},
                      {"batch", event.batch.text()},
                      {"outcome", name(event.outcome)},
                      {"code", event.code},
                      {"case", event.case_id ? Json(event.case_id->text()) : Json()}};
}

Result<ReceiptGiven> read_receipt_given(const Json& body) {
  const Digest receipt = TRY(parse_digest(TRY(body.text("receipt"))));
  BatchId batch = TRY(BatchId::parse(TRY(body.text("batch"))));
  const ItemOutcome outcome = TRY(parse_item_outcome(TRY(body.text("outcome"))));
  std::string code = TRY(body.text("code"));
  std::optional<CaseId> case_id;
  if (const std::string text = body.text_or("case"); !text.empty()) case_id = TRY(CaseId::parse(text));
  return ReceiptGiven{receipt, std::move(batch), outcome, std::move(code), std::move(case_id)};
}

Result<BatchTaken> read_batch_taken(const Json& body) {
  BatchId batch = TRY(BatchId::parse(TRY(body.text("batch"))));
  std::string source = TRY(body.text("source"));
  std::string file = TRY(body.text("file"));
  const Digest run = TRY(parse_digest(TRY(body.text("run"))));
  const std::int64_t run_size = TRY(body.number("run_size"));
  BatchTaken event{std::move(batch), std::move(source), std::move(file), run, run_size, {}};
  const Json* counts = body.find("counts");
  if (counts == nullptr || counts->object() == nullptr) return fail(Fault::Malformed, "expected counts in the batch");
  for (const auto& [what, count] : *counts->object()) {
    if (count.integer() == nullptr) return fail(Fault::Malformed, "expected a whole number in \"" + what + "\"");
    event.counts[what] = *count.integer();
  }
  if (body.find("items") != nullptr) event.items = TRY(parse_digest(TRY(body.text("items"))));
  event.machine = body.text_or("machine");
  return event;
}

BatchTaken describe_run(BatchId batch, std::string source, std::string file, const std::vector<RunItem>& items,
                        const Digest& run, std::size_t run_size) {
  BatchTaken event{std::move(batch), std::move(source), std::move(file), run, static_cast<std::int64_t>(run_size), {}};
  std::array<std::int64_t, kOutcomes.size()> by_outcome{};
  std::int64_t folded = 0;
  for (const RunItem& item : items) {
    ++by_outcome[static_cast<std::size_t>(item.outcome)];
    if (item.outcome == ItemOutcome::Refused) ++event.counts["refused:" + item.code];
    if (item.outcome == ItemOutcome::Accepted && !item.case_id) ++folded;
  }
  for (const auto& [outcome, word] : kOutcomes) {
    if (const std::int64_t count = by_outcome[static_cast<std::size_t>(outcome)]; count > 0)
      event.counts.emplace(word, count);
  }
  if (folded > 0) event.counts.emplace("folded", folded);
  return event;
}

}  // namespace cordon
