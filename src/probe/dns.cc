#include "probe/dns.h"

#include <algorithm>

#include "base/text.h"

namespace cordon {

namespace {

constexpr std::size_t kHead = 12;
constexpr std::size_t kMostRecords = 64;  // of an answer; a datagram holds fewer
constexpr std::uint16_t kInternet = 1;

struct DnsRecord {
  std::string name;  // in lower case
  std::uint16_t type = 0;
  std::uint16_t internet = 0;
  std::size_t data = 0, size = 0;
};

class DnsReader {
 public:
  explicit DnsReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint16_t number(std::size_t at) const { return static_cast<std::uint16_t>(byte(at) << 8 | byte(at + 1)); }
  bool has(std::size_t at, std::size_t count) const { return at <= bytes_.size() && count <= bytes_.size() - at; }
  std::string_view part(std::size_t at, std::size_t count) const { return bytes_.substr(at, count); }

  // A name at `at`, which moves behind it. A pointer leads only backwards, so that no name goes round in a ring.
  Result<std::string> name(std::size_t& at) const {
    std::string text;
    std::size_t here = at, least = at;
    bool jumped = false;
    for (;;) {
      if (!has(here, 1)) return broken();
      const std::size_t length = byte(here);
      if (length >= 0xC0) {
        if (!has(here, 2)) return broken();
        const std::size_t to = (length & 0x3F) << 8 | byte(here + 1);
        if (!jumped) at = here + 2;
        jumped = true;
        if (to >= least || to < kHead) return broken();
        here = least = to;
        continue;
      }
      if (length > 63 || !has(here, 1 + length)) return broken();
      if (length == 0) break;
      if (!text.empty()) text += '.';
      text += part(here + 1, length);
      if (text.size() > 253) return broken();
      here += 1 + length;
    }
    if (!jumped) at = here + 1;
    return lower_ascii(text);
  }

  Result<DnsRecord> record(std::size_t& at) const {
    DnsRecord record;
    record.name = TRY(name(at));
    if (!has(at, 10)) return broken();
    record.type = number(at);
    record.internet = number(at + 2);
    record.size = number(at + 8);
    record.data = at + 10;
    if (!has(record.data, record.size)) return broken();
    at = record.data + record.size;
    return record;
  }

  static Error broken() { return fail(Fault::Malformed, "a broken answer of the domain name system"); }

 private:
  unsigned byte(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }
  std::string_view bytes_;
};

void put16(std::string& to, std::uint16_t value) {
  to += static_cast<char>(value >> 8);
  to += static_cast<char>(value & 255);
}

Result<Ip> address_in(std::string_view data) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy(data.begin(), data.end(), bytes.begin());
  if (data.size() == 16) return parse_ip(ipv6_text(bytes));
  return parse_ip(ipv4_text(static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
                            static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]));
}

}  // namespace

Result<std::string> write_dns_question(std::uint16_t id, std::string_view name, DnsType type) {
  std::string bytes;
  put16(bytes, id);
  bytes += std::string("\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10);  // recursion, one question
  if (name.size() > 253) return fail(Fault::Malformed, "a name has at most 253 bytes");
  for (const std::string_view label : name.empty() ? std::vector<std::string_view>() : split(name, '.')) {
    if (label.empty() || label.size() > 63) return fail(Fault::Malformed, "a label has 1 to 63 bytes");
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  bytes += '\0';
  put16(bytes, static_cast<std::uint16_t>(type));
  put16(bytes, kInternet);
  return bytes;
}

Result<DnsAnswer> read_dns_answer(std::string_view bytes, std::uint16_t id, std::string_view name, DnsType type) {
  const DnsReader reader(bytes);
  if (!reader.has(0, kHead)) return DnsReader::broken();
  const unsigned flags = reader.number(2);
  const bool is_answer = (flags & 0x8000u) != 0 && (flags & 0x7800u) == 0;
  if (!is_answer || reader.number(0) != id || reader.number(4) != 1) return DnsReader::broken();
  std::size_t at = kHead;
  const std::string asked = TRY(reader.name(at));
  if (asked != lower_ascii(name) || !reader.has(at, 4) || reader.number(at) != static_cast<std::uint16_t>(type) ||
      reader.number(at + 2) != kInternet)
    return fail(Fault::Malformed, "an answer to another question");
  at += 4;

  DnsAnswer answer;
  answer.cut = (flags & 0x0200u) != 0;
  const unsigned code = flags & 15u;
  if (code != 0 && code != 3) {
    answer.says = DnsAnswer::Says::Failed;
    return answer;
  }
  answer.says = code == 3 ? DnsAnswer::Says::NoSuchName : DnsAnswer::Says::Found;
  if (answer.cut) return answer;  // what is there may end in the middle of a record

  std::vector<DnsRecord> records;
  const std::size_t answers = reader.number(6), authority = reader.number(8);
  if (answers + authority > kMostRecords) return fail(Fault::Malformed, "more records than an answer has");
  for (std::size_t i = 0; i < answers + authority; ++i) {
    DnsRecord record = TRY(reader.record(at));
    if (record.internet != kInternet) continue;
    if (i >= answers) {
      answer.by_zone = answer.by_zone || record.type == static_cast<std::uint16_t>(DnsType::Soa);
    } else {
      records.push_back(std::move(record));
    }
  }

  std::string at_name = asked;
  for (int step = 0; step <= kLongestDnsChain; ++step) {
    const auto alias = std::find_if(records.begin(), records.end(), [&](const DnsRecord& record) {
      return record.type == 5 && record.name == at_name;
    });
    if (alias == records.end()) {
      const std::size_t size = type == DnsType::Aaaa ? 16 : 4;
      for (const DnsRecord& record : records) {
        if (type == DnsType::Soa || record.type != static_cast<std::uint16_t>(type) || record.name != at_name ||
            record.size != size || answer.addresses.size() == kMostDnsAddresses)
          continue;
        const Ip address = TRY(address_in(reader.part(record.data, record.size)));
        answer.addresses.push_back(address);
      }
      if (answer.says == DnsAnswer::Says::Found && answer.addresses.empty() && type != DnsType::Soa)
        answer.says = DnsAnswer::Says::Nothing;
      return answer;
    }
    std::size_t data = alias->data;
    at_name = TRY(reader.name(data));
  }
  return fail(Fault::Malformed, "a chain of names without an end");
}

}  // namespace cordon
