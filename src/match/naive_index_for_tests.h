// What an index must answer, by looking at every indicator that could concern a query, and a made-up world of
// indicators and queries that lie close to one another. For tests and the bench.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "match/index.h"
#include "match/indicator.h"
#include "observable/ip.h"

namespace cordon::naive {

inline Entry entry_of(const ListedIndicator& of) {
  const auto* observable = std::get_if<Observable>(&of.what);
  Entry entry;
  if (observable != nullptr) entry.kind = observable->kind();
  entry.canonical = observable != nullptr ? observable->canonical() : std::get<IpRange>(of.what).text();
  entry.reach = of.reach;
  entry.standing = of.standing;
  entry.category = of.category;
  entry.source = of.source;
  entry.tlp = of.tlp;
  entry.pap = of.pap;
  entry.confidence = of.confidence;
  entry.added = of.added;
  entry.valid_until = of.valid_until;
  entry.id = of.id;
  entry.withdrawn = of.withdrawn;
  return entry;
}

class Index {
 public:
  void add(const ListedIndicator& indicator) {
    const Entry entry = entry_of(indicator);
    if (!entry.kind) {
      const auto& range = std::get<IpRange>(indicator.what);
      auto& at = ranges_[entry.canonical];
      at.first.push_back(entry);
      at.second.push_back(range);
      return;
    }
    auto& all =
        entry.reach == Reach::Prefix ? prefixes_[prefix_key(entry.canonical)] : exact_[{*entry.kind, entry.canonical}];
    if (std::find(all.begin(), all.end(), entry) == all.end()) all.push_back(entry);
  }

  struct Expected {
    Match match = Match::None;
    std::vector<Entry> best;  // equally good
  };
  Expected answer(const Query& query, Day today) const {
    Expected expected;
    const auto offer = [&](Match match, const std::vector<Entry>* entries) {
      if (entries == nullptr || expected.match != Match::None) return;
      for (const Entry& entry : *entries) {
        if (today > entry.valid_until || entry.withdrawn) continue;
        if (match == Match::Below && entry.reach != Reach::Below) continue;
        const auto worth = [](const Entry& of) { return std::pair(of.standing, of.confidence); };
        if (!expected.best.empty() && worth(entry) > worth(expected.best.front())) expected.best.clear();
        if (expected.best.empty() || worth(entry) == worth(expected.best.front())) expected.best.push_back(entry);
      }
      if (!expected.best.empty()) expected.match = match;
    };
    offer(Match::Exact, at(query.kind, std::string(query.canonical)));
    if (query.kind == ObservableKind::Domain) {
      std::string rest(query.canonical);
      while (rest.find('.') != std::string::npos) {
        rest = rest.substr(rest.find('.') + 1);
        offer(Match::Below, at(query.kind, rest));
      }
    }
    if (query.kind == ObservableKind::Url) {
      std::string key = prefix_key(query.canonical);
      for (;;) {
        const auto found = prefixes_.find(key);
        if (found != prefixes_.end()) offer(Match::Prefix, &found->second);
        if (key.find('/') == std::string::npos) break;
        key = key.substr(0, key.rfind('/'));
      }
    }
    if (query.kind == ObservableKind::Ip) {
      if (const auto ip = parse_ip(query.canonical); ip && ip->text() == query.canonical) {
        const auto self = parse_ip_range(ip->text() + (ip->is_v4() ? "/32" : "/128"));
        std::map<int, const std::vector<Entry>*> around;
        for (const auto& [text, entries] : ranges_)
          if (entries.second.front().covers(*self)) around[-entries.second.front().bits()] = &entries.first;
        for (const auto& [bits, entries] : around) offer(Match::Range, entries);
      }
    }
    return expected;
  }
  std::size_t ranges() const { return ranges_.size(); }

 private:
  const std::vector<Entry>* at(ObservableKind kind, const std::string& canonical) const {
    const auto found = exact_.find({kind, canonical});
    return found == exact_.end() ? nullptr : &found->second;
  }
  std::map<std::pair<ObservableKind, std::string>, std::vector<Entry>> exact_;
  std::map<std::string, std::vector<Entry>> prefixes_;
  std::map<std::string, std::pair<std::vector<Entry>, std::vector<IpRange>>> ranges_;
};

// Names, addresses and hashes from few parts, so that most of them are next to another: a letter more or less, a label
// above, another path, the same digits with one changed, a range inside of a range.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) {
    if (left_ == 0) {
      bytes_ = random_.bytes(8 * 512);
      left_ = 512;
    }
    std::uint64_t value;
    std::copy_n(bytes_.data() + 8 * --left_, 8, reinterpret_cast<char*>(&value));
    return value % limit;
  }

  std::string domain() {
    static constexpr std::string_view kLabels[] = {"a",       "b",
                                                   "ab",      "login",
                                                   "login1",  "xn--p1b6ci4b4b3a",
                                                   "mail",    "secure",
                                                   "secure-", "longer-label-of-some-length",
                                                   "a1234",   "a12345",
                                                   "a123456", "0123456789abcdef0123456789abcdef"};
    std::string name;
    for (std::uint64_t labels = below(4); labels > 0; --labels) {
      std::string label(kLabels[below(std::size(kLabels))]);
      while (label.ends_with('-')) label.pop_back();
      name += label + ".";
    }
    name += static_cast<char>('a' + below(26));
    name += std::to_string(below(40));
    return name + (below(2) == 0 ? ".com" : ".org");
  }
  std::string url() {
    static constexpr std::string_view kParts[] = {"a",    "b", "login", "index.php", "0123456789abcdef0123456789abcdef",
                                                  "x%2Fy"};
    std::string text = (below(2) == 0 ? "http://" : "https://") +
                       (below(4) == 0 ? domain() : "ab"[below(2)] + std::to_string(below(10)) + ".com") +
                       (below(4) == 0 ? ":8080" : "") + "/";
    for (std::uint64_t parts = below(4); parts > 0; --parts)
      text += std::string(kParts[below(std::size(kParts))]) + (parts > 1 || below(2) == 0 ? "/" : "");
    if (below(4) == 0) text += "?q=" + std::to_string(below(3));
    return text;
  }
  std::string ip() {
    if (below(3) == 0) return "2a02:6b8:" + hex(1 + below(3)) + "::" + hex(below(4) * 0x1000 + below(16));
    return "198." + std::to_string(40 + below(2)) + "." + std::to_string(below(8)) + "." + std::to_string(below(256));
  }
  std::string hash() {
    std::string digits;
    std::uint64_t seed = below(3000);
    const std::size_t length = below(2) == 0 ? 64 : 32;
    for (std::size_t i = 0; i < length; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      digits += "0123456789abcdef"[seed >> 60];
    }
    if (below(4) == 0) digits[below(length)] = "0123456789abcdef"[below(16)];
    return digits;
  }

  // A thing in its canonical text; nothing where what was made up is none.
  std::optional<Observable> thing() {
    const std::uint64_t which = below(10);
    const auto made = which < 4   ? parse_observable(ObservableKind::Domain, domain())
                      : which < 7 ? parse_observable(ObservableKind::Url, url())
                      : which < 8 ? parse_observable(ObservableKind::Ip, ip())
                                  : parse_observable(ObservableKind::FileHash, hash());
    if (!made) return std::nullopt;
    return *made;
  }

  std::optional<ListedIndicator> indicator() {
    static constexpr Category kCategories[] = {Category::Malware, Category::ServiceAttack, Category::Phishing};
    const Day start = Day::numbered(20'000);
    std::optional<std::variant<Observable, IpRange>> what;
    if (below(40) == 0) {
      std::string text = ip();
      const bool v4 = text.find(':') == std::string::npos;
      const auto address = v4 ? parse_ip_range(text + "/32") : parse_ip_range(text + "/128");
      const int bits = static_cast<int>(v4 ? 14 + below(19) : 28 + below(101));
      auto bytes = address->start();
      for (int bit = bits; bit < 128; ++bit)
        bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
      what = *make_ip_range(v4, bytes, bits);
    } else if (const auto made = thing()) {
      what = *made;
    } else {
      return std::nullopt;
    }
    ListedIndicator one{.what = *what,
                        .standing = below(5) == 0 ? Standing::Active : Standing::Reference,
                        .category = kCategories[below(std::size(kCategories))],
                        .source = "list-" + std::to_string(below(5)),
                        .tlp = static_cast<Tlp>(below(5)),
                        .pap = static_cast<Pap>(below(4)),
                        .confidence = static_cast<int>(below(101)),
                        .added = start.plus(static_cast<int>(below(30))),
                        .id = below(2) == 0 ? "case-" + std::to_string(below(1000)) : "x"};
    one.valid_until = one.added.plus(static_cast<int>(below(60)));
    if (below(3) == 0) one.reach = below(2) == 0 ? Reach::Below : Reach::Prefix;
    if (!check_indicator(one)) one.reach = Reach::Exact;
    if (!check_indicator(one)) one.standing = Standing::Reference;
    if (!check_indicator(one)) return std::nullopt;
    return one;
  }

  // Kind and canonical text. Mostly what could be listed; sometimes broken on purpose.
  std::pair<ObservableKind, std::string> query() {
    const std::uint64_t which = below(10);
    std::pair<ObservableKind, std::string> made = which < 4   ? std::pair(ObservableKind::Domain, domain())
                                                  : which < 7 ? std::pair(ObservableKind::Url, url())
                                                  : which < 8 ? std::pair(ObservableKind::Ip, ip())
                                                              : std::pair(ObservableKind::FileHash, hash());
    if (made.first == ObservableKind::FileHash)
      made.second = (made.second.size() == 64 ? "sha256:" : "md5:") + made.second;
    if (below(50) == 0 && !made.second.empty()) made.second[below(made.second.size())] = static_cast<char>(below(256));
    if (below(200) == 0) made.second.clear();
    if (below(200) == 0) made.second = std::string(below(40), '.') + made.second;
    return made;
  }

 private:
  static std::string hex(std::uint64_t value) {
    std::string digits;
    do digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
    while ((value >>= 4) != 0);
    return digits;
  }
  SeededRandom random_;
  std::string bytes_;
  std::size_t left_ = 0;
};

}  // namespace cordon::naive
