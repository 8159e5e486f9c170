#include "bench/index_data.h"

#include <array>
#include <cstdio>

namespace cordon::bench {
namespace {

constexpr std::array<std::string_view, 16> kEndings{"com", "net",  "org",  "info",   "ru", "cn",  "xyz", "top",
                                                    "io",  "club", "site", "online", "kz", "icu", "su",  "biz"};
constexpr std::array<std::string_view, 32> kSyllables{"se",  "cu",  "re",    "lo",    "gin",   "pay", "bank",  "mail",
                                                      "ver", "ify", "up",    "date",  "cloud", "ser", "vice",  "app",
                                                      "le",  "ama", "zon",   "micro", "soft",  "ac",  "count", "web",
                                                      "net", "tel", "egram", "bit",   "coin",  "fly", "box",   "drop"};

std::string name_of(std::uint64_t number) {
  const std::uint64_t more = mixed(number);
  std::string name;
  for (std::uint64_t i = 0; i < 2 + (number >> 60) % 3; ++i) name += kSyllables[number >> (5 * i) & 31];
  name += '-';
  for (unsigned i = 0; i < 6; ++i) name += "abcdefghijklmnopqrstuvwxyz012345"[more >> (5 * i) & 31];
  if ((number >> 40 & 1) != 0) {
    name += '.';
    for (unsigned i = 0; i < 4; ++i) name += static_cast<char>('a' + (more >> (36 + 4 * i) & 15));
    name += '9';  // no name that anybody has
  }
  return name + "." + std::string(kEndings[number >> 44 & 15]);
}

}  // namespace

MadeUp make_up(std::uint64_t number, std::uint64_t seed) {
  const std::uint64_t first = mixed(number * 2 + seed * 0x1000003), second = mixed(first), which = number % 20;
  if (which < 8) return {ObservableKind::Domain, name_of(first)};
  if (which < 13) {
    std::array<char, 16> file{};
    std::snprintf(file.data(), file.size(), "%08x", static_cast<unsigned>(mixed(second)));
    return {ObservableKind::Url, "http://" + name_of(first) + "/" + std::string(kSyllables[second >> 50 & 31]) + "/" +
                                     file.data() + ((first >> 50 & 1) != 0 ? ".php" : ".exe")};
  }
  if (which < 16) {
    std::string address = std::to_string(1 + (first & 127) + (first >> 7 & 63));
    for (const unsigned shift : {13u, 21u, 29u}) address += "." + std::to_string(first >> shift & 255);
    return {ObservableKind::Ip, address};
  }
  std::string hash = "sha256:";
  std::uint64_t state = first;
  for (unsigned i = 0; i < 4; ++i) {
    state = mixed(state);
    for (unsigned digit = 0; digit < 16; ++digit) hash += "0123456789abcdef"[state >> (4 * digit) & 15];
  }
  return {ObservableKind::FileHash, hash};
}

void Texts::add(const MadeUp& one) {
  bytes_ += one.canonical;
  ends_.push_back(bytes_.size());
  kinds_.push_back(one.kind);
}

}  // namespace cordon::bench
