#include "observable/platform.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

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

bool in_list(std::string_view list, std::string_view word) {
  const auto words = split(list, ' ');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The row that `host` belongs to.
const Name* find_name(std::string_view host) {
  const auto registrable = registrable_part(host);
  if (!registrable) return nullptr;
  const std::size_t dot = registrable->find('.');
  for (const Name& name : kNames)
    if (registrable->substr(0, dot) == name.label && in_list(name.endings, registrable->substr(dot + 1))) return &name;
  return nullptr;
}

std::string_view below(std::string_view host) {  // "m.search" of "m.search.example.com"
  const std::size_t length = registrable_part(host)->size();
  return length + 1 >= host.size() ? std::string_view() : host.substr(0, host.size() - length - 1);
}

bool own_host(const Name& name, std::string_view host) {
  return !name.tenants || in_list(" www m mobile api", below(host));  // the empty word: the name itself
}

// "/%73earch//x" -> {"search", "x"}: platforms decode, fold case and skip empty segments.
std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> all;
  for (const std::string_view part : split(path, '/'))
    if (!part.empty()) all.push_back(lower_ascii(percent_decoded(part)));
  return all;
}

bool path_fits(std::string_view pattern, const std::vector<std::string>& path) {
  const bool whole = pattern.ends_with('$');
  if (whole) pattern.remove_suffix(1);
  std::size_t i = 0;
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty()) continue;
    if (i == path.size() || (part != "*" && part != path[i])) return false;
    ++i;
  }
  return !whole || i == path.size();
}

bool has_key(const Url& url, std::string_view key) {
  if (!url.query()) return false;
  for (const std::string_view pair : split(*url.query(), '&'))
    if (equal_ignoring_case(percent_decoded(pair.substr(0, pair.find('='))), key)) return true;
  return false;
}

}  // namespace

bool may_be_platform(std::string_view label) {
  // For each length the first letters that platforms' names of that length have.
  static constexpr auto letters = [] {
    std::array<std::uint32_t, 32> by_length{};
    for (const Name& name : kNames) by_length[name.label.size()] |= 1u << (name.label[0] - 'a');
    return by_length;
  }();
  if (label.empty() || label.size() >= letters.size() || label[0] < 'a' || label[0] > 'z') return false;
  return (letters[label.size()] >> (label[0] - 'a') & 1) != 0;
}

bool is_platform_host(std::string_view host) {
  const Name* name = find_name(host);
  return name && own_host(*name, host);
}

Result<Nothing> refuse_platform_page(const Url& url) {
  const Name* name = url.host_kind() == Url::HostKind::Name ? find_name(url.host()) : nullptr;
  if (!name) return Nothing{};
  const auto path = segments(url.path());
  const auto labels = split(below(url.host()), '.');
  for (const Page& page : kPages) {
    if (page.platform != name->platform || !path_fits(page.path, path)) continue;
    if (!page.host.empty() && std::find(labels.begin(), labels.end(), page.host) == labels.end()) continue;
    if (!page.key.empty() && !has_key(url, page.key)) continue;
    return fail(Fault::Refused, "a " + std::string(page.what) +
                                    " page is never a target; name one item or account: " + printable(url.text()));
  }
  if (path.empty() && own_host(*name, url.host()))
    return fail(Fault::Refused, "a platform is no target, only an item or account on it: " + printable(url.text()));
  return Nothing{};
}

}  // namespace cordon
