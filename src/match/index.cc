#include "match/index.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "match/open_index.h"

namespace cordon {

using namespace index_format;

std::string_view name(Match match) {
  constexpr std::array<std::string_view, 5> kNames{"none", "exact", "below", "prefix", "range"};
  return kNames[static_cast<std::size_t>(match)];
}

std::string_view name(EntryState state) {
  constexpr std::array<std::string_view, 4> kNames{"valid", "expired", "withdrawn", "replaced"};
  return kNames[static_cast<std::size_t>(state)];
}

Result<ListedIndicator> to_indicator(const Entry& entry) {
  std::optional<std::variant<Observable, IpRange>> what;
  if (entry.kind) {
    what = TRY(parse_observable(*entry.kind, entry.canonical));
  } else {
    what = TRY(parse_ip_range(entry.canonical));
  }
  return ListedIndicator{std::move(*what), entry.reach,       entry.standing, entry.category,
                         entry.source,     entry.tlp,         entry.pap,      entry.confidence,
                         entry.added,      entry.valid_until, entry.id,       entry.withdrawn};
}

Index::Index(std::unique_ptr<const OpenIndex> inside) : inside_(std::move(inside)) {}
Index::~Index() = default;

Result<std::shared_ptr<const Index>> Index::open(const std::string& path, std::optional<PublicKey> key) {
  std::unique_ptr<const OpenIndex> inside = TRY(OpenIndex::open(path, key));
  return std::shared_ptr<const Index>(new Index(std::move(inside)));
}

void Index::lookup(std::span<const Query> queries, Day today, std::span<Matched> answers, Certainty certainty,
                   Lanes lanes) const {
  inside_->lookup(queries, today, answers, certainty, lanes, OpenIndex::Wanted::Valid);
}

std::vector<Concerning> Index::find(const Query& query, Day today) const {
  std::vector<OpenIndex::Place> places = inside_->places(query);
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&places](std::size_t i) {
    const OpenIndex::Place& place = places[i];
    return std::tuple(place.group, -static_cast<int>(place.context.standing), -int{place.context.confidence}, i);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  std::vector<Concerning> out;
  for (const std::size_t i : order) {
    const OpenIndex::Place& place = places[i];
    auto entry = inside_->show(place.ref.place >> 56, place.entry);
    if (!entry) continue;
    const EntryState state = entry->withdrawn             ? EntryState::Withdrawn
                             : today > entry->valid_until ? EntryState::Expired
                                                          : EntryState::Valid;
    out.push_back({std::move(*entry), place.match, state});
  }
  return out;
}

std::vector<Concerning> Index::find(const Observable& observable, Day today) const {
  return find(Query{observable.kind(), observable.canonical()}, today);
}

namespace {

template <typename Addresses>
void find_ranges(const OpenIndex& inside, const Addresses& addresses, Day today, std::span<EntryRef> out) {
  constexpr std::size_t kBlock = 1024;
  std::array<std::uint32_t, kBlock> rows;
  const bool all_valid = inside.all_ranges_valid(today);
  for (std::size_t i = 0; i < addresses.size(); i += kBlock) {
    const std::size_t count = std::min(kBlock, addresses.size() - i);
    inside.range_rows(addresses.subspan(i, count), std::span(rows).first(count));
    for (std::size_t j = 0; j < count; ++j) {
      if (all_valid) {
        out[i + j] = OpenIndex::row_ref(rows[j]);
      } else {
        const auto best = inside.range_entry(rows[j], today, OpenIndex::Wanted::Valid);
        out[i + j] = best ? best->ref : EntryRef{};
      }
    }
  }
}

}  // namespace

void Index::ranges_of(std::span<const std::uint32_t> addresses, Day today, std::span<EntryRef> out) const {
  find_ranges(*inside_, addresses, today, out);
}

void Index::ranges_of(std::span<const std::array<std::uint8_t, 16>> addresses, Day today,
                      std::span<EntryRef> out) const {
  constexpr std::size_t kBlock = 1024;
  std::array<Address, kBlock> block;
  for (std::size_t i = 0; i < addresses.size(); i += kBlock) {
    const std::size_t count = std::min(kBlock, addresses.size() - i);
    for (std::size_t j = 0; j < count; ++j) block[j] = address_of(std::span<const std::uint8_t, 16>(addresses[i + j]));
    find_ranges(*inside_, std::span<const Address>(block).first(count), today, out.subspan(i, count));
  }
}

Entry Index::entry(EntryRef ref) const { return inside_->entry(ref).value_or(Entry{}); }

Result<Nothing> Index::for_each(const std::function<Result<Nothing>(const Entry&)>& each) const {
  return inside_->for_each(each);
}

const IndexInfo& Index::info() const { return inside_->info(); }

Result<Nothing> Index::verify() const {
  TRY(inside_->check_digests());
  return inside_->check_structure();
}

}  // namespace cordon
