#include "observable/suffix.h"

#include <libpsl.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "observable/domain.h"
#include "observable/suffix_rules.h"

namespace cordon {
namespace {

// No rule of the list has more labels, and libpsl looks at no more.
constexpr int kMostLabels = 8;

// The newest of Debian's file and the copy inside libpsl; read once, then only read.
const psl_ctx_t* suffix_list() {
  static const psl_ctx_t* const list = [] {
    const psl_ctx_t* newest = psl_latest(nullptr);
    return newest ? newest : psl_builtin();
  }();
  return list;
}

constexpr std::array<std::string_view, 4> kRfc2606Tops{"test", "example", "invalid", "localhost"};

bool on_list(std::string_view name, int type) {
  return psl_is_public_suffix2(suffix_list(), std::string(name).c_str(), type | PSL_TYPE_NO_STAR_RULE) != 0;
}

}  // namespace

std::optional<Suffix> ask_libpsl(std::string_view name) {
  std::size_t start = name.size();
  for (int labels = 0; labels < kMostLabels && start != 0; ++labels) {
    const std::size_t dot = start < 2 ? std::string_view::npos : name.rfind('.', start - 2);
    start = dot == std::string_view::npos ? 0 : dot + 1;
  }
  for (;;) {
    const std::string_view tail = name.substr(start);
    if (on_list(tail, PSL_TYPE_ANY)) return Suffix{tail, !on_list(tail, PSL_TYPE_ICANN)};
    const std::size_t dot = tail.find('.');
    if (dot == std::string_view::npos) break;
    start += dot + 1;
  }
  const std::string_view top = name.substr(start);
  if (std::find(kRfc2606Tops.begin(), kRfc2606Tops.end(), top) != kRfc2606Tops.end()) return Suffix{top, false};
  return std::nullopt;
}

SuffixRules::SuffixRules() : entries_(std::size_t{1} << 14) {
  const char* file = psl_dist_filename();
  std::string path = file ? file : "";
  if (path.ends_with(".dafsa")) path.replace(path.size() - 5, 5, "dat");
  const auto list = read_file(path, 4u << 20);
  if (!list) return;
  pool_.reserve(list->size() + 64);
  bool is_private = false;
  for (const std::string_view line : split(*list, '\n')) {
    if (line.find("===BEGIN PRIVATE DOMAINS===") != std::string_view::npos) is_private = true;
    if (line.empty() || line.starts_with("//")) continue;
    if (!add_rule(trim(line), is_private)) return;
  }
  for (const std::string_view top : kRfc2606Tops)
    if (!add_rule(top, false)) return;
  pool_.append(kPadding, '\0');
  complete_ = rules_ > 1000;
}

bool SuffixRules::add_rule(std::string_view line, bool is_private) {
  const bool wild = line.starts_with("*.");
  const bool exception = line.starts_with('!');
  if (wild) line.remove_prefix(2);
  if (exception) line.remove_prefix(1);
  const auto name = ascii_host(line);
  if (!name) return false;
  const std::string padded = *name + std::string(kPadding, '\0');
  std::uint64_t hash = 0;
  for (std::size_t end = name->size(); end > 0;) {
    const std::size_t dot = std::string_view(padded).substr(0, end).rfind('.');
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    hash = label_hash(hash, std::string_view(padded).substr(start, end - start));
    const unsigned flags = start > 0   ? kParent
                           : wild      ? kWild | (is_private ? kPrivate : 0u)
                           : exception ? kException | (is_private ? kPrivate : 0u)
                                       : kRule | (is_private ? kPrivate : 0u);
    if (!put(hash, std::string_view(padded).substr(start, name->size() - start), static_cast<std::uint8_t>(flags)))
      return false;
    end = start == 0 ? 0 : start - 1;
  }
  // libpsl reads a compiled list of the same package; a few hundred rules tell whether it is the same one.
  if (wild || exception || ++rules_ % 32 != 0) return true;
  const auto known = ask_libpsl(*name);
  return known && known->text == *name && known->is_private == is_private;
}

bool SuffixRules::put(std::uint64_t hash, std::string_view tail, std::uint8_t flags) {
  std::size_t slot = hash & (entries_.size() - 1);
  for (; entries_[slot].flags != 0; slot = (slot + 1) & (entries_.size() - 1)) {
    Entry& entry = entries_[slot];
    if (entry.hash != hash >> 32 || text(entry) != tail) continue;
    entry.flags = (entry.flags | flags) & 0x1f;
    return true;
  }
  if (++used_ > entries_.size() * 3 / 4 || pool_.size() >= 1u << 20) return false;
  Entry& entry = entries_[slot];
  entry.hash = static_cast<std::uint32_t>(hash >> 32);
  entry.at = static_cast<std::uint32_t>(pool_.size()) & 0xfffff;
  entry.flags = flags & 0x1f;
  seen_[hash >> 8 & (kSeen - 1)] |= static_cast<std::uint8_t>(1u << (hash & 7));
  pool_ += static_cast<char>(static_cast<unsigned char>(tail.size()));
  pool_ += tail;
  return true;
}

const SuffixRules& SuffixRules::instance() {
  static const SuffixRules rules;
  return rules;
}

std::optional<Suffix> public_suffix(std::string_view name) {
  const SuffixRules& rules = SuffixRules::instance();
  constexpr std::size_t kMost = 256;
  if (!rules.complete() || name.size() > kMost || name.empty()) return ask_libpsl(name);
  std::array<char, kMost + SuffixRules::kPadding> padded{};
  std::copy(name.begin(), name.end(), padded.begin());
  const auto label_before = [name](std::size_t end) {
    const std::size_t dot = end == 0 ? std::string_view::npos : name.rfind('.', end - 1);
    return dot == std::string_view::npos ? 0 : dot + 1;
  };
  const std::string_view lasting(padded.data(), name.size());
  const std::size_t last = label_before(name.size());
  const SuffixMatch match =
      rules.longest(lasting, last, SuffixRules::label_hash(0, lasting.substr(last)), {}, label_before);
  if (match.kind == SuffixMatch::Kind::Unknown) return std::nullopt;
  return Suffix{name.substr(match.start), match.is_private};
}

std::optional<std::string_view> registrable_part(std::string_view name) {
  const auto suffix = public_suffix(name);
  if (!suffix || suffix->text.size() + 1 >= name.size()) return std::nullopt;
  const std::size_t before = name.size() - suffix->text.size() - 1;  // the dot
  const std::size_t dot = name.rfind('.', before - 1);
  return name.substr(dot == std::string_view::npos ? 0 : dot + 1);
}

}  // namespace cordon
