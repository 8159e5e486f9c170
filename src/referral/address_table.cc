#include "referral/address_table.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"

// MaxMind DB, as far as it is read here (https://maxmind.github.io/MaxMind-DB/, version 2.0): a binary tree over the
// bits of an address; each node is two records of 24, 28 or 32 bits: below the number of nodes another node, that
// number itself "nothing", above it a place in the data. Then 16 bytes of zero, the data, and near the end of the file
// "\xab\xcd\xefMaxMind.com" and a map that says how large all of this is.

namespace cordon {

namespace {

constexpr std::string_view kMark = "\xab\xcd\xefMaxMind.com";
constexpr std::size_t kZeros = 16, kMostLines = 4'000'000;
constexpr int kDeepest = 8;

struct MmdbValue {
  std::string_view text;
  std::uint64_t number = 0;
  std::map<std::string_view, MmdbValue> members = {};
  const MmdbValue* find(std::string_view key) const {
    const auto found = members.find(key);
    return found == members.end() ? nullptr : &found->second;
  }
};

// One value of the data at `at`, which moves behind it. Malformed where it is cut, too deep or of many members.
class MmdbReader {
 public:
  explicit MmdbReader(std::string_view data) : data_(data) {}

  Result<MmdbValue> value(std::size_t& at, int depth = 0) {
    if (++values_ > 200 || depth > kDeepest) return broken();
    const std::uint64_t control = TRY(number(at, 1));
    auto type = static_cast<unsigned>(control >> 5);
    if (type == 1) {
      const auto more = static_cast<std::size_t>((control >> 3 & 3) + 1);
      std::uint64_t to = TRY(number(at, more));
      const std::uint64_t high = control & 7;
      if (more == 1) to |= high << 8;
      if (more == 2) to = (to | high << 16) + 2048;
      if (more == 3) to = (to | high << 24) + 526'336;
      auto there = static_cast<std::size_t>(to);
      return value(there, depth + 1);
    }
    if (type == 0) type = static_cast<unsigned>(TRY(number(at, 1))) + 7;
    std::uint64_t size = control & 31;
    if (size >= 29) {
      const std::uint64_t base = size == 29 ? 29 : size == 30 ? 285 : 65'821;
      size = base + TRY(number(at, static_cast<std::size_t>(size - 28)));
    }
    MmdbValue read;
    const auto length = static_cast<std::size_t>(size);
    switch (type) {
      case 2:  // text
        if (at > data_.size() || length > data_.size() - at) return broken();
        read.text = data_.substr(at, length);
        at += length;
        return read;
      case 5:
      case 6:
      case 9:  // whole numbers without a sign
        read.number = length > 8 ? 0 : TRY(number(at, length));
        return read;
      case 7:  // a map
        for (std::size_t i = 0; i < length; ++i) {
          const MmdbValue key = TRY(value(at, depth + 1));
          MmdbValue member = TRY(value(at, depth + 1));
          read.members.emplace(key.text, std::move(member));
        }
        return read;
      case 11:  // a list: nothing of it is asked
        for (std::size_t i = 0; i < length; ++i) TRY(value(at, depth + 1));
        return read;
      case 14:  // yes or no, in the size
        return read;
      default:  // bytes, floating numbers, signed and wide ones: passed over
        if (at > data_.size() || length > data_.size() - at) return broken();
        at += length;
        return read;
    }
  }

 private:
  static Error broken() { return fail(Fault::Malformed, "a broken record of a MaxMind DB file"); }
  Result<std::uint64_t> number(std::size_t& at, std::size_t length) const {
    if (at > data_.size() || length > data_.size() - at) return broken();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(data_[at + i]);
    at += length;
    return value;
  }
  std::string_view data_;
  int values_ = 0;
};

bool is_country(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

AddressPlace place_in(const MmdbValue& value) {
  AddressPlace place;
  const MmdbValue* country = value.find("country_code");
  if (country == nullptr) country = value.find("country");
  if (country != nullptr && country->text.empty()) country = country->find("iso_code");
  if (country != nullptr && is_country(country->text)) place.country = lower_ascii(country->text);
  for (const std::string_view key : {"autonomous_system_number", "asn"})
    if (const MmdbValue* system = value.find(key); system != nullptr && system->number <= UINT32_MAX)
      place.system = static_cast<std::uint32_t>(system->number);
  return place;
}

}  // namespace

Result<AddressTable> AddressTable::read(std::string bytes) {
  if (bytes.size() > kLargestAddressTable) return fail(Fault::Malformed, "a table has at most 256 MiB");
  AddressTable table;
  table.bytes_ = std::move(bytes);
  if (table.bytes_.rfind(kMark) != std::string::npos) {
    TRY(table.read_tree());
  } else {
    TRY(table.read_lines());
    table.bytes_.clear();
  }
  return table;
}

Result<Nothing> AddressTable::read_tree() {
  const std::string_view all = bytes_;
  std::size_t at = all.rfind(kMark) + kMark.size();
  const MmdbValue about = TRY(MmdbReader(all).value(at));
  const auto said = [&](std::string_view key) {
    const MmdbValue* value = about.find(key);
    return value == nullptr ? std::uint64_t{0} : value->number;
  };
  const std::uint64_t bits = said("record_size"), nodes = said("node_count");
  if (said("binary_format_major_version") != 2 || (bits != 24 && bits != 28 && bits != 32) || nodes == 0 ||
      (said("ip_version") != 4 && said("ip_version") != 6))
    return fail(Fault::Malformed, "expected a MaxMind DB file of format 2 with 24, 28 or 32 bits a record");
  if (nodes > all.size() || nodes * bits / 4 + kZeros > all.size())
    return fail(Fault::Malformed, "the MaxMind DB file is shorter than its tree");
  nodes_ = static_cast<std::uint32_t>(nodes);
  record_bits_ = static_cast<std::uint32_t>(bits);
  v6_tree_ = said("ip_version") == 6;
  data_at_ = static_cast<std::size_t>(nodes * bits / 4 + kZeros);
  return Nothing{};
}

Result<Nothing> AddressTable::read_lines() {
  std::size_t number = 0;
  for (std::string_view line : split(bytes_, '\n')) {
    const std::string where = "line " + std::to_string(++number);
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (rows_.size() == kMostLines) return fail(Fault::Malformed, "a table has at most 4,000,000 lines", where);
    std::vector<std::string_view> cells = split(line, line.find('\t') == std::string_view::npos ? ',' : '\t');
    for (std::string_view& cell : cells) {
      cell = trim(cell);
      if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    }
    if (cells.size() < 3)
      return fail(Fault::Malformed, "expected first and last address, and a country or number", where);
    const Result<Ip> first = parse_ip(cells[0]), last = parse_ip(cells[1]);
    if (!first || !last || first->is_v4() != last->is_v4() || last->bytes() < first->bytes())
      return fail(Fault::Malformed, "expected the first and the last address of a block", where);
    Row row{!first->is_v4(), first->bytes(), last->bytes(), {}, 0};
    for (std::size_t i = 2; i < std::min(cells.size(), std::size_t{4}); ++i) {
      const Result<std::int64_t> whole = parse_integer(cells[i]);
      if (whole && *whole >= 0 && *whole <= UINT32_MAX) row.system = static_cast<std::uint32_t>(*whole);
      if (is_country(cells[i])) {
        const std::string country = lower_ascii(cells[i]);
        row.country = {country[0], country[1]};
      }
    }
    rows_.push_back(row);
  }
  std::sort(rows_.begin(), rows_.end(),
            [](const Row& a, const Row& b) { return std::tie(a.v6, a.first) < std::tie(b.v6, b.first); });
  for (std::size_t i = 1; i < rows_.size(); ++i)
    if (rows_[i].v6 == rows_[i - 1].v6 && rows_[i].first <= rows_[i - 1].last)
      return fail(Fault::Malformed, "two blocks of the table overlap");
  if (rows_.empty()) return fail(Fault::Malformed, "the table is empty");
  return Nothing{};
}

std::uint32_t AddressTable::child(std::uint32_t node, bool right) const {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at])); };
  const std::size_t at = std::size_t{node} * record_bits_ / 4;
  if (record_bits_ == 28) {
    const std::uint32_t middle = byte(at + 3);
    const std::size_t from = at + (right ? 4 : 0);
    return (right ? middle & 15 : middle >> 4) << 24 | byte(from) << 16 | byte(from + 1) << 8 | byte(from + 2);
  }
  const std::size_t width = record_bits_ / 8;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | byte(at + (right ? width : 0) + i);
  return value;
}

AddressPlace AddressTable::place_at(std::size_t offset) const {
  const std::string_view data = std::string_view(bytes_).substr(data_at_);
  std::size_t at = offset;
  const Result<MmdbValue> value = MmdbReader(data).value(at);
  return value ? place_in(*value) : AddressPlace{};
}

AddressPlace AddressTable::place_of(const Ip& address) const {
  if (!rows_.empty()) {
    const auto after = std::upper_bound(rows_.begin(), rows_.end(), std::pair(!address.is_v4(), address.bytes()),
                                        [](const std::pair<bool, Bytes>& asked, const Row& row) {
                                          return std::tie(asked.first, asked.second) < std::tie(row.v6, row.first);
                                        });
    if (after == rows_.begin()) return {};
    const Row& row = *(after - 1);
    if (row.v6 == address.is_v4() || row.last < address.bytes()) return {};
    return {row.country[0] == 0 ? std::string() : std::string(row.country.data(), 2), row.system};
  }
  if (!v6_tree_ && !address.is_v4()) return {};
  std::uint32_t node = 0;
  const auto step = [&](bool right) {
    if (node < nodes_) node = child(node, right);
  };
  if (v6_tree_ && address.is_v4())
    for (int i = 0; i < 96; ++i) step(false);
  const unsigned bits = address.is_v4() ? 32 : 128;
  for (unsigned i = 0; i < bits; ++i) step((address.bytes()[i / 8] >> (7 - i % 8) & 1) != 0);
  if (node <= nodes_) return {};
  const std::size_t offset = node - nodes_;
  return offset < kZeros ? AddressPlace{} : place_at(offset - kZeros);
}

}  // namespace cordon
