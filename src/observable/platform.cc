#include "observable/platform.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/ascii.h"
#include "base/text.h"
#include "observable/suffix.h"
#include "observable/url.h"

namespace cordon {
namespace {

struct Name {
  std::string_view platform;
  std::string_view label;    // with one of the endings it is the registrable name
  std::string_view endings;  // separated by spaces; only names that the platform holds itself
  bool tenants = false;      // users get host names below it
};
constexpr Name kNames[] = {
    {"google", "google",
     "com ad ae com.af com.ag al am co.ao com.ar as at com.au az ba com.bd be bf bg com.bh bi bj com.bn com.bo com.br "
     "bs bt co.bw by com.bz ca cat cd cf cg ch ci co.ck cl cm cn com.co co.cr com.cu cv com.cy cz de dj dk dm com.do "
     "dz com.ec ee com.eg es com.et fi com.fj fm fr ga ge gg com.gh com.gi gl gm gr com.gt gy com.hk hn hr ht hu "
     "co.id ie co.il im co.in iq is it je com.jm jo co.jp co.ke com.kh ki kg co.kr com.kw kz la com.lb li lk co.ls lt "
     "lu lv com.ly co.ma md me mg mk ml com.mm mn com.mt mu mv mw com.mx com.my co.mz com.na com.ng com.ni ne nl no "
     "com.np nr nu co.nz com.om com.pa com.pe com.pg com.ph com.pk pl pn com.pr ps pt com.py com.qa ro rs ru rw "
     "com.sa com.sb sc se com.sg sh si sk com.sl sm sn so sr st com.sv td tg co.th com.tj tl tm tn to com.tr tt "
     "com.tw co.tz com.ua co.ug co.uk com.uy co.uz com.vc co.ve co.vi com.vn vu ws co.za co.zm co.zw"},
    {"bing", "bing", "com"},
    {"yandex", "yandex", "com ru by kz uz az com.am com.ge co.il com.tr ee fr kg lt lv md tj tm eu net"},
    {"yandex", "ya", "ru"},
    {"dzen", "dzen", "ru"},
    {"baidu", "baidu", "com"},
    {"duckduckgo", "duckduckgo", "com"},
    {"yahoo", "yahoo", "com co.jp"},
    {"sogou", "sogou", "com"},
    {"so", "so", "com"},
    {"mailru", "mail", "ru"},
    {"naver", "naver", "com"},
    {"youtube", "youtube", "com"},
    {"youtube", "youtu", "be"},
    {"facebook", "facebook", "com"},
    {"facebook", "fb", "com me watch"},
    {"instagram", "instagram", "com"},
    {"threads", "threads", "net com"},
    {"x", "twitter", "com"},
    {"x", "x", "com"},
    {"tiktok", "tiktok", "com"},
    {"vk", "vk", "com ru"},
    {"vk", "vkontakte", "ru"},
    {"ok", "ok", "ru"},
    {"ok", "odnoklassniki", "ru"},
    {"rutube", "rutube", "ru"},
    {"telegram", "t", "me"},
    {"telegram", "telegram", "me org dog"},
    {"whatsapp", "whatsapp", "com"},
    {"reddit", "reddit", "com"},
    {"weibo", "weibo", "com cn"},
    {"douyin", "douyin", "com"},
    {"kuaishou", "kuaishou", "com"},
    {"bilibili", "bilibili", "com"},
    {"xiaohongshu", "xiaohongshu", "com"},
    {"zhihu", "zhihu", "com"},
    {"linkedin", "linkedin", "com cn"},
    {"pinterest", "pinterest", "com at ca ch cl co.kr co.uk com.au com.mx de dk es fr ie it jp nz ph pt ru se"},
    {"tumblr", "tumblr", "com", true},
    {"quora", "quora", "com"},
    {"medium", "medium", "com", true},
    {"twitch", "twitch", "tv"},
    {"snapchat", "snapchat", "com"},
    {"discord", "discord", "com gg"},
    {"wechat", "wechat", "com"},
};

// `path` is matched by whole segments from the start: "*" is any one segment, a final "$" the path's end.
// A row with a `key` asks for that query parameter too.
struct Page {
  std::string_view platform, host, path, key, what;
};
constexpr std::string_view kSearch = "search-result", kTag = "hashtag", kTopic = "topic", kTrend = "trend",
                           kFeed = "feed";
constexpr Page kPages[] = {
    {"google", "", "/search", "", kSearch},
    {"google", "", "/webhp", "", kSearch},
    {"google", "", "/images", "", kSearch},
    {"google", "", "/maps/search", "", kSearch},
    {"google", "trends", "/", "", kTrend},
    {"google", "", "/trends", "", kTrend},
    {"google", "news", "/topics", "", kTopic},
    {"google", "news", "/home", "", kFeed},
    {"google", "news", "/foryou", "", kFeed},
    {"bing", "", "/search", "", kSearch},
    {"bing", "", "/*/search", "", kSearch},
    {"yandex", "", "/search", "", kSearch},
    {"yandex", "", "/*/search", "", kSearch},
    {"yandex", "", "/images", "", kSearch},
    {"yandex", "", "/video", "text", kSearch},
    {"yandex", "", "/news", "", kFeed},
    {"dzen", "", "/search", "", kSearch},
    {"dzen", "", "/topic", "", kTopic},
    {"dzen", "", "/news", "", kFeed},
    {"dzen", "", "/tag", "", kTag},
    {"baidu", "", "/s$", "", kSearch},
    {"baidu", "", "/*/s$", "", kSearch},
    {"baidu", "", "/sf", "", kSearch},
    {"baidu", "image", "/search", "", kSearch},
    {"baidu", "tieba", "/f$", "kw", kTopic},
    {"baidu", "tieba", "/hottopic", "", kTrend},
    {"baidu", "top", "/", "", kTrend},
    {"duckduckgo", "", "/", "q", kSearch},
    {"yahoo", "search", "/", "", kSearch},
    {"yahoo", "", "/search", "", kSearch},
    {"sogou", "", "/web", "", kSearch},
    {"sogou", "weixin", "/", "", kSearch},
    {"sogou", "", "/", "query", kSearch},
    {"so", "", "/s$", "", kSearch},
    {"mailru", "", "/search", "", kSearch},
    {"naver", "search", "/", "", kSearch},
    {"youtube", "", "/results", "", kSearch},
    {"youtube", "", "/hashtag", "", kTag},
    {"youtube", "", "/feed", "", kFeed},
    {"youtube", "", "/trending", "", kTrend},
    {"youtube", "", "/*/search", "query", kSearch},
    {"facebook", "", "/hashtag", "", kTag},
    {"facebook", "", "/watch/hashtag", "", kTag},
    {"facebook", "", "/search", "", kSearch},
    {"facebook", "", "/watch/search", "", kSearch},
    {"facebook", "", "/topic", "", kTopic},
    {"facebook", "", "/topics", "", kTopic},
    {"facebook", "", "/home.php", "", kFeed},
    {"facebook", "", "/*/search", "q", kSearch},
    {"facebook", "", "/groups/*/search", "", kSearch},
    {"facebook", "", "/groups/feed", "", kFeed},
    {"instagram", "", "/explore", "", kTag},
    {"instagram", "", "/popular", "", kTopic},
    {"threads", "", "/search", "", kSearch},
    {"threads", "", "/tag", "", kTag},
    {"x", "", "/search", "", kSearch},
    {"x", "", "/search-advanced", "", kSearch},
    {"x", "", "/hashtag", "", kTag},
    {"x", "", "/explore", "", kTrend},
    {"x", "", "/i/trends", "", kTrend},
    {"x", "", "/i/topics", "", kTopic},
    {"x", "", "/home", "", kFeed},
    {"tiktok", "", "/tag", "", kTag},
    {"tiktok", "", "/discover", "", kTopic},
    {"tiktok", "", "/search", "", kSearch},
    {"tiktok", "", "/explore", "", kTrend},
    {"tiktok", "", "/foryou", "", kFeed},
    {"tiktok", "", "/*/explore", "", kTrend},
    {"tiktok", "", "/trending", "", kTrend},
    {"tiktok", "", "/topics", "", kTopic},
    {"tiktok", "", "/channel", "", kTopic},
    {"vk", "", "/search", "", kSearch},
    {"vk", "", "/feed", "", kFeed},
    {"vk", "", "/hashtag", "", kTag},
    {"vk", "", "/video/search", "", kSearch},
    {"vk", "", "/*", "q", kSearch},
    {"ok", "", "/search", "", kSearch},
    {"ok", "", "/feed", "", kFeed},
    {"ok", "", "/hot", "", kTrend},
    {"ok", "", "/dk", "st.query", kSearch},
    {"ok", "", "/topic$", "", kTopic},
    {"rutube", "", "/search", "", kSearch},
    {"rutube", "", "/tags", "", kTag},
    {"rutube", "", "/feeds", "", kFeed},
    {"telegram", "", "/s$", "", kFeed},
    {"telegram", "", "/s/*", "q", kSearch},
    {"reddit", "", "/search", "", kSearch},
    {"reddit", "", "/r/*/search", "", kSearch},
    {"reddit", "", "/r/all", "", kFeed},
    {"reddit", "", "/r/popular", "", kFeed},
    {"reddit", "", "/t", "", kTopic},
    {"reddit", "", "/topics", "", kTopic},
    {"weibo", "s", "/", "", kSearch},
    {"weibo", "huati", "/", "", kTopic},
    {"weibo", "", "/search", "", kSearch},
    {"weibo", "", "/hot", "", kTrend},
    {"weibo", "", "/newlogin", "", kFeed},
    {"weibo", "", "/p/*/super_index", "", kTopic},
    {"douyin", "", "/search", "", kSearch},
    {"douyin", "", "/hashtag", "", kTag},
    {"douyin", "", "/discover", "", kFeed},
    {"douyin", "", "/hot", "", kTrend},
    {"douyin", "", "/topic", "", kTopic},
    {"douyin", "", "/share/challenge", "", kTag},
    {"kuaishou", "", "/search", "", kSearch},
    {"kuaishou", "", "/tag", "", kTag},
    {"bilibili", "search", "/", "", kSearch},
    {"bilibili", "", "/v/popular", "", kTrend},
    {"bilibili", "", "/v/topic", "", kTopic},
    {"xiaohongshu", "", "/search_result", "", kSearch},
    {"xiaohongshu", "", "/explore$", "", kFeed},
    {"xiaohongshu", "", "/page/topics", "", kTopic},
    {"zhihu", "", "/search", "", kSearch},
    {"zhihu", "", "/topic", "", kTopic},
    {"zhihu", "", "/hot", "", kTrend},
    {"linkedin", "", "/feed$", "", kFeed},
    {"linkedin", "", "/feed/hashtag", "", kTag},
    {"linkedin", "", "/feed/topic", "", kTopic},
    {"linkedin", "", "/search", "", kSearch},
    {"linkedin", "", "/jobs/search", "", kSearch},
    {"linkedin", "", "/topics", "", kTopic},
    {"linkedin", "", "/pulse/topics", "", kTopic},
    {"pinterest", "", "/search", "", kSearch},
    {"pinterest", "", "/ideas", "", kTopic},
    {"pinterest", "", "/explore", "", kTopic},
    {"pinterest", "", "/topics", "", kTopic},
    {"tumblr", "", "/tagged", "", kTag},
    {"tumblr", "", "/search", "", kSearch},
    {"tumblr", "", "/explore", "", kTrend},
    {"tumblr", "", "/dashboard", "", kFeed},
    {"quora", "", "/topic", "", kTopic},
    {"quora", "", "/search", "", kSearch},
    {"medium", "", "/tag", "", kTag},
    {"medium", "", "/topic", "", kTopic},
    {"medium", "", "/topics", "", kTopic},
    {"medium", "", "/search", "", kSearch},
    {"medium", "", "/explore-topics", "", kTopic},
    {"medium", "", "/*/tagged", "", kTag},
    {"twitch", "", "/directory", "", kTopic},
    {"twitch", "", "/search", "", kSearch},
    {"snapchat", "", "/discover", "", kFeed},
    {"snapchat", "", "/topic", "", kTopic},
    {"discord", "", "/discovery", "", kTopic},
    {"discord", "", "/servers$", "", kTopic},
};

// The pages of each name's platform stand together.
struct PageRange {
  std::uint8_t from = 0, to = 0;
};
static_assert(std::size(kPages) < 0xff);
constexpr auto kRanges = [] {
  std::array<PageRange, std::size(kNames)> ranges{};
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    for (std::size_t page = 0; page < std::size(kPages); ++page) {
      if (kPages[page].platform != kNames[i].platform) continue;
      if (ranges[i].to == 0) ranges[i].from = static_cast<std::uint8_t>(page);
      ranges[i].to = static_cast<std::uint8_t>(page + 1);
    }
  return ranges;
}();
static_assert([] {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    for (std::size_t page = kRanges[i].from; page < kRanges[i].to; ++page)
      if (kPages[page].platform != kNames[i].platform) return false;
  return true;
}());

// `list` has one space between its words; the empty word is on a list that begins with a space.
constexpr bool in_list(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

// The registrable names of all platforms, by a hash of label and ending.
class Registered {
 public:
  constexpr Registered() {
    for (std::size_t i = 0; i < std::size(kNames); ++i)
      for (std::string_view rest = kNames[i].endings; !rest.empty();) {
        const std::string_view ending = rest.substr(0, rest.find(' '));
        std::size_t slot = hash(kNames[i].label, ending);
        while (slots_[slot].name != kNone) slot = (slot + 1) % slots_.size();
        slots_[slot] = {ending, static_cast<std::uint8_t>(i)};
        rest.remove_prefix(std::min(rest.size(), ending.size() + 1));
      }
  }
  const Name* find(std::string_view label, std::string_view ending) const {
    for (std::size_t slot = hash(label, ending); slots_[slot].name != kNone; slot = (slot + 1) % slots_.size())
      if (kNames[slots_[slot].name].label == label && slots_[slot].ending == ending) return &kNames[slots_[slot].name];
    return nullptr;
  }

 private:
  static constexpr std::uint8_t kNone = 0xff;
  static constexpr std::size_t hash(std::string_view label, std::string_view ending) {
    if (label.empty() || ending.empty()) return 0;
    const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    const std::size_t all = byte(label.front()) | byte(label.back()) << 8 | label.size() << 16 |
                            byte(ending.front()) << 24 | byte(ending.back()) << 32 | ending.size() << 40 |
                            byte(ending[ending.size() / 2]) << 48;
    return all * 0x9e3779b97f4a7c15 >> 54;
  }
  struct Slot {
    std::string_view ending;
    std::uint8_t name = kNone;
  };
  std::array<Slot, 1024> slots_{};
};
constexpr Registered kRegistered;
static_assert(std::size(kNames) < 0xff);

const Name* find_registered(std::string_view registrable) {
  const std::size_t dot = std::min(registrable.find('.'), registrable.size());
  const std::string_view label = registrable.substr(0, dot);
  if (!may_be_platform(label) || dot == registrable.size()) return nullptr;
  return kRegistered.find(label, registrable.substr(dot + 1));
}

// "m.search" of "m.search.example.com"
std::string_view below(std::string_view host, std::string_view registrable) {
  return registrable.size() + 1 >= host.size() ? std::string_view()
                                               : host.substr(0, host.size() - registrable.size() - 1);
}

bool own_host(const Name& name, std::string_view below) {
  return !name.tenants || in_list(" www m mobile api", below);  // the empty word: the name itself
}

// Whether `text` is `word` once percent-decoded and in lower case: platforms decode and fold case.
bool reads_as(std::string_view text, std::string_view word) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i, ++at) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      c = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (at >= word.size() || c != word[at]) return false;
  }
  return at == word.size();
}

// The next segment of a path, which loses it; empty at the end. Platforms skip empty ones.
std::string_view next_segment(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool path_fits(std::string_view pattern, std::string_view path) {
  const bool whole = pattern.ends_with('$');
  if (whole) pattern.remove_suffix(1);
  for (;;) {
    const std::string_view part = next_segment(pattern);
    if (part.empty()) break;
    const std::string_view segment = next_segment(path);
    if (segment.empty() || (part != "*" && !reads_as(segment, part))) return false;
  }
  return !whole || next_segment(path).empty();
}

bool has_label(std::string_view labels, std::string_view label) {
  while (!labels.empty()) {
    const std::string_view first = labels.substr(0, labels.find('.'));
    if (first == label) return true;
    labels.remove_prefix(std::min(labels.size(), first.size() + 1));
  }
  return false;
}

bool has_key(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (reads_as(pair.substr(0, pair.find('=')), key)) return true;
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return false;
}

constexpr std::string_view kFront = "front";

}  // namespace

bool may_be_platform(std::string_view label) {
  // For each length the first and the last letters that platforms' names of that length have.
  struct Letters {
    std::uint32_t first = 0, last = 0;
  };
  static constexpr auto letters = [] {
    std::array<Letters, 32> by_length{};
    for (const Name& name : kNames) {
      by_length[name.label.size()].first |= 1u << (name.label.front() & 31);
      by_length[name.label.size()].last |= 1u << (name.label.back() & 31);
    }
    return by_length;
  }();
  if (label.empty() || label.size() >= letters.size()) return false;
  const Letters& those = letters[label.size()];
  return (those.first >> (label.front() & 31) & those.last >> (label.back() & 31) & 1) != 0;
}

bool is_platform(std::string_view registrable) { return find_registered(registrable) != nullptr; }

bool is_platform_host(std::string_view host, std::string_view registrable) {
  const Name* name = find_registered(registrable);
  return name && own_host(*name, below(host, registrable));
}

bool is_platform_host(std::string_view host) {
  const auto registrable = registrable_part(host);
  return registrable && is_platform_host(host, *registrable);
}

std::string_view listed_page(std::string_view host, std::string_view registrable, std::string_view path,
                             std::string_view query) {
  const Name* name = find_registered(registrable);
  if (!name) return {};
  const std::string_view labels = below(host, registrable);
  std::string_view rest = path;
  const std::string_view first = next_segment(rest);
  const char initial = first.empty()                        ? '\0'
                       : first[0] >= 'A' && first[0] <= 'Z' ? static_cast<char>(first[0] | 0x20)
                                                            : first[0];
  const PageRange range = kRanges[static_cast<std::size_t>(name - kNames)];
  for (std::size_t i = range.from; i < range.to; ++i) {
    const Page& page = kPages[i];
    // Most are told apart by their first letter.
    if (page.path.size() > 1 && page.path[1] != '*' && page.path[1] != initial && initial != '%') continue;
    if (!path_fits(page.path, path)) continue;
    if (!page.host.empty() && !has_label(labels, page.host)) continue;
    if (!page.key.empty() && !has_key(query, page.key)) continue;
    return page.what;
  }
  return first.empty() && own_host(*name, labels) ? kFront : std::string_view();
}

Result<Nothing> refuse_platform_page(const Url& url) {
  const auto registrable = url.host_kind() == Url::HostKind::Name ? registrable_part(url.host()) : std::nullopt;
  if (!registrable) return Nothing{};
  const std::string_view query = url.query() ? std::string_view(*url.query()) : std::string_view();
  const std::string_view what = listed_page(url.host(), *registrable, url.path(), query);
  if (what.empty()) return Nothing{};
  if (what == kFront)
    return fail(Fault::Refused, "a platform is no target, only an item or account on it: " + printable(url.text()));
  return fail(Fault::Refused,
              "a " + std::string(what) + " page is never a target; name one item or account: " + printable(url.text()));
}

}  // namespace cordon
