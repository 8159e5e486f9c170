// libmaxminddb over a file that is written here by the format's page (MaxMind DB 2.0): a binary tree of 32-bit records
// and, for each range, a number.
#include "bench/index_peer.h"

#if __has_include(<maxminddb.h>)
#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include "base/files.h"
#include "base/result.h"

namespace cordon::bench {
namespace {

struct TreeNode {
  std::uint32_t child[2] = {0, 0};
  std::uint32_t value = 0;
};

void put32(std::string& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift);
}

std::string database(const std::vector<BenchRange>& ranges) {
  std::vector<TreeNode> tree(1);
  std::uint32_t most = 0;
  for (const BenchRange& range : ranges) {
    std::uint32_t at = 0;
    for (int bit = 0; bit < range.bits; ++bit) {
      const unsigned side = range.start >> (63 - bit) & 1;
      if (tree[at].child[side] == 0) {
        tree[at].child[side] = static_cast<std::uint32_t>(tree.size());
        tree.emplace_back();
      }
      at = tree[at].child[side];
    }
    tree[at].value = range.value;
    most = std::max(most, range.value);
  }
  const auto inner = [&](std::uint32_t at) { return tree[at].child[0] != 0 || tree[at].child[1] != 0; };
  std::vector<std::uint32_t> number(tree.size());
  std::uint32_t nodes = 0;
  for (std::uint32_t i = 0; i < tree.size(); ++i)
    if (inner(i) || i == 0) number[i] = nodes++;
  std::vector<std::uint32_t> best(tree.size());
  std::string bytes(std::size_t{nodes} * 8, '\0');
  // A record is a node, or (nodes) for nothing, or (nodes + 16 + offset) for data. Children come behind their parents.
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    for (const unsigned side : {0u, 1u}) {
      const std::uint32_t child = tree[i].child[side];
      const std::uint32_t value = child != 0 && tree[child].value != 0 ? tree[child].value : best[i];
      if (child != 0) best[child] = value;
      if (!inner(i) && i != 0) continue;
      std::string record;
      put32(record, child != 0 && inner(child) ? number[child] : value == 0 ? nodes : nodes + 16 + (value - 1) * 5);
      bytes.replace(std::size_t{number[i]} * 8 + side * 4, 4, record);
    }
  }
  bytes.append(16, '\0');
  for (std::uint32_t value = 1; value <= most; ++value) {
    bytes += '\xC4';  // a 32-bit number of four bytes
    put32(bytes, value);
  }
  const auto text = [&](std::string_view word) {
    bytes += static_cast<char>(0x40 | word.size());
    bytes += word;
  };
  const auto number16 = [&](unsigned value) {
    bytes += '\xA2';
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value);
  };
  bytes += "\xAB\xCD\xEFMaxMind.com\xE9";
  text("binary_format_major_version");
  number16(2);
  text("binary_format_minor_version");
  number16(0);
  text("build_epoch");
  bytes += "\x08\x02";
  put32(bytes, 0);
  put32(bytes, 1'700'000'000);
  text("database_type");
  text("bench");
  text("description");
  bytes += '\xE0';
  text("ip_version");
  number16(4);
  text("languages");
  bytes.append("\x00\x04", 2);
  text("node_count");
  bytes += '\xC4';
  put32(bytes, nodes);
  text("record_size");
  number16(32);
  return bytes;
}

}  // namespace

std::function<std::uint64_t(const std::vector<std::uint32_t>&)> maxmind_ranges(const std::vector<BenchRange>& ranges,
                                                                               const std::string& file) {
  CORDON_CHECK(write_file(file, database(ranges)), "a file for libmaxminddb");
  const auto opened = std::shared_ptr<MMDB_s>(new MMDB_s{}, [](MMDB_s* of) {
    MMDB_close(of);
    delete of;
  });
  CORDON_CHECK(MMDB_open(file.c_str(), MMDB_MODE_MMAP, opened.get()) == MMDB_SUCCESS, "libmaxminddb reads our file");
  return [opened](const std::vector<std::uint32_t>& addresses) {
    std::uint64_t sum = 0;
    sockaddr_in socket{};
    socket.sin_family = AF_INET;
    for (const std::uint32_t address : addresses) {
      socket.sin_addr.s_addr = htonl(address);
      int error = 0;
      auto found = MMDB_lookup_sockaddr(opened.get(), reinterpret_cast<const sockaddr*>(&socket), &error);
      MMDB_entry_data_s data;
      if (found.found_entry && MMDB_get_value(&found.entry, &data, static_cast<const char*>(nullptr)) == MMDB_SUCCESS &&
          data.has_data)
        sum += data.uint32;
    }
    return sum;
  };
}

}  // namespace cordon::bench

#else

namespace cordon::bench {
std::function<std::uint64_t(const std::vector<std::uint32_t>&)> maxmind_ranges(const std::vector<BenchRange>&,
                                                                               const std::string&) {
  return {};
}
}  // namespace cordon::bench

#endif
