#include "match/never.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "observable/ip.h"

namespace cordon {
namespace {

// What a list would do with a line of this kind: the reason, "malformed" or "taken".
std::string fate(ObservableKind kind, const std::string& text, Reach reach = Reach::Exact,
                 Standing standing = Standing::Active, std::optional<Category> category = Category::Malware,
                 const NeverList& list = NeverList::bundled()) {
  if (const auto refused = refused_text(kind, text)) return std::string(name(refused->reason));
  const auto observable = parse_observable(kind, text);
  if (!observable) return "malformed";
  const ListedIndicator indicator{.what = *observable,
                                  .reach = reach,
                                  .standing = standing,
                                  .category = category,
                                  .source = "test",
                                  .added = {},
                                  .valid_until = Day::last(),
                                  .id = "case"};
  const auto refused = list.judge(indicator);
  return refused ? std::string(name(refused->reason)) : "taken";
}

std::string fate_of_range(const std::string& text, Standing standing = Standing::Reference,
                          std::optional<Category> category = Category::Malware) {
  const auto range = parse_ip_range(text);
  if (!range) return "malformed";
  const auto refused = NeverList::bundled().judge(ListedIndicator{.what = *range,
                                                                  .standing = standing,
                                                                  .category = category,
                                                                  .source = "test",
                                                                  .added = {},
                                                                  .valid_until = Day::last(),
                                                                  .id = "case"});
  return refused ? std::string(name(refused->reason)) : "taken";
}

std::string fate_of_hash(const std::string& bytes) { return fate(ObservableKind::FileHash, sha256(bytes).hex()); }

// Families of what is too broad, each with the one reason that is right. Planted bugs, each seen: of_name() looks at
// the name itself only; judge() of a url lets every path through; no reserved ranges; covers() instead of "covers or
// is covered" for a range.
TEST(Never, five_hundred_over_broad_things_are_refused_for_the_right_reason) {
  std::size_t count = 0;
  std::map<std::string, std::size_t> by_reason;
  const auto expect = [&](const std::string& got, const std::string& reason, const std::string& what) {
    EXPECT_EQ(got, reason) << what;
    ++count;
    ++by_reason[got];
  };
  const auto domain = [&](const std::string& text, const std::string& reason, Reach reach = Reach::Exact) {
    expect(fate(ObservableKind::Domain, text, reach), reason, text);
  };
  const auto url = [&](const std::string& text, const std::string& reason, Reach reach = Reach::Exact) {
    expect(fate(ObservableKind::Url, text, reach), reason, text);
  };

  for (const char* suffix : {"com",          "net",
                             "org",          "kz",
                             "ru",           "cn",
                             "uz",           "kg",
                             "tj",           "in",
                             "pk",           "ir",
                             "by",           "am",
                             "co.uk",        "com.kz",
                             "org.kz",       "edu.kz",
                             "com.cn",       "net.cn",
                             "com.ru",       "github.io",
                             "blogspot.com", "pages.dev",
                             "duckdns.org",  "herokuapp.com",
                             "workers.dev",  "netlify.app",
                             "vercel.app",   "web.app"}) {
    domain(suffix, "public_suffix");
    domain(std::string(suffix) + ".", "public_suffix");
    domain("*." + std::string(suffix), "pattern");
    url("https://" + std::string(suffix) + "/", "public_suffix");
  }
  for (const char* pattern : {"*", "*.*", "evil*.net", "^evil\\.net$", "evil.(?:net|org)", "[a-z]+.evil.net",
                              "bad[0-9].evil.net", "evil.+net"}) {
    domain(pattern, "pattern");
    url("http://" + std::string(pattern) + "/a", "pattern");
  }
  for (const char* platform :
       {"facebook.com", "youtube.com", "vk.com", "ok.ru", "t.me", "instagram.com", "x.com", "google.com", "google.kz",
        "yandex.ru", "yandex.kz", "bing.com", "baidu.com", "tiktok.com", "linkedin.com", "reddit.com"}) {
    domain(platform, "platform", Reach::Below);
    domain("www." + std::string(platform), "platform");
    url("https://" + std::string(platform), "platform");
    url("http://www." + std::string(platform) + "/#top", "platform");
  }
  for (const char* page :
       {"google.com/search?q=", "yandex.ru/search/?text=", "bing.com/search?q=", "vk.com/search?c[q]=",
        "x.com/search?q=", "x.com/hashtag/", "facebook.com/hashtag/", "instagram.com/explore/tags/", "tiktok.com/tag/",
        "youtube.com/results?q=", "linkedin.com/feed/hashtag/", "reddit.com/topics/", "weibo.com/hot/",
        "ok.ru/search?st.query=", "baidu.com/s?wd="}) {
    for (const char* word : {"word", "freedom", "loan"}) url("https://" + std::string(page) + word, "listed_page");
  }
  for (const char* site :
       {"wikipedia.org", "mozilla.org", "apple.com", "cloudflare.com", "kaspersky.com", "amazon.com", "cnn.com",
        "who.int", "gosuslugi.ru", "python.org", "debian.org", "nasa.gov", "adobe.com", "zoom.us", "paypal.com"}) {
    domain(site, "top_site");
    domain(site, "top_site", Reach::Below);
    domain("www." + std::string(site), "top_site");
    domain("a.very.deep.name." + std::string(site), "top_site");
    url("https://" + std::string(site) + "/", "host_root");
    url("http://" + std::string(site) + "/index.html", "host_root");
    url("https://" + std::string(site) + "/a/b/", "broad_path", Reach::Prefix);
  }
  for (const char* host : {"bit.ly", "tinyurl.com", "pastebin.com", "telegra.ph", "linktr.ee", "is.gd", "cutt.ly",
                           "mega.nz", "sharepoint.com", "ipfs.io"}) {
    domain(host, "shared_host");
    domain(host, "shared_host", Reach::Below);
    url("https://" + std::string(host), "host_root");
    url("https://" + std::string(host) + "/x", "broad_path", Reach::Prefix);
  }
  for (const char* host : {"someone.github.io", "bad.blogspot.com", "x.pages.dev"})
    url("https://" + std::string(host) + "/a/", "broad_path", Reach::Prefix);
  for (const char* path : {"/", "/?a=1", "/index.php"})
    url("http://harmful-host.net" + std::string(path), "broad_path", Reach::Prefix);

  for (const char* address : {"1.1.1.1", "8.8.8.8", "9.9.9.9", "77.88.8.8", "114.114.114.114", "198.41.0.4",
                              "170.247.170.2", "2001:500:2f::f"})
    expect(fate(ObservableKind::Ip, address), "infrastructure", address);
  for (const char* block : {"104.16.0", "104.17.5", "162.158.1", "172.64.3", "173.245.48", "141.101.64", "151.101.1",
                            "23.235.32", "199.232.5"}) {
    for (const char* last : {".0", ".1", ".77", ".255"}) {
      expect(fate(ObservableKind::Ip, std::string(block) + last), "shared_address", block);
      url("http://" + std::string(block) + last + "/", "host_root");
    }
    expect(fate_of_range(std::string(block) + ".0/24"), "shared_address", block);
  }
  for (const char* address : {"10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.5.5", "169.254.1.1", "100.64.0.1",
                              "192.0.2.1", "198.51.100.7", "203.0.113.9", "0.0.0.0", "224.0.0.1", "255.255.255.255",
                              "::1", "fe80::1", "fc00::1", "2001:db8::1", "ff02::1", "::"}) {
    expect(fate(ObservableKind::Ip, address), "reserved", address);
    const bool v6 = std::string(address).find(':') != std::string::npos;
    url(v6 ? "http://[" + std::string(address) + "]/a" : "http://" + std::string(address) + "/a", "reserved");
  }
  for (const char* host : {"localhost", "a.test", "host.example", "nowhere.invalid", "example.com", "www.example.org",
                           "example.net", "1.0.0.127.in-addr.arpa"}) {
    domain(host, "reserved");
    url("http://" + std::string(host) + "/x", "reserved");
  }
  for (int bits = 0; bits < 16; ++bits) {
    const std::string start = bits == 0 ? "0.0.0.0" : "128.0.0.0";
    expect(fate_of_range(start + "/" + std::to_string(bits)), "broad_range", std::to_string(bits));
  }
  for (int bits = 3; bits < 32; ++bits)
    expect(fate_of_range("2000::/" + std::to_string(bits)), "broad_range", std::to_string(bits));
  for (const char* range : {"45.9.20.0/24", "91.0.0.0/20", "2a00::/48"}) {
    expect(fate_of_range(range, Standing::Active), "broad_range", range);
    expect(fate(ObservableKind::Ip, range), "broad_range", range);
    expect(fate_of_range(range, Standing::Reference, Category::Fraud), "category", range);
    expect(fate_of_range(range, Standing::Reference, std::nullopt), "category", range);
  }
  for (const char* range : {"192.0.2.0/24", "10.0.0.0/16", "2001:db8::/32"})
    expect(fate_of_range(range), "reserved", range);
  expect(fate_of_range("1.1.0.0/16"), "infrastructure", "holds a resolver");
  expect(fate_of_range("104.16.0.0/16"), "shared_address", "holds a CDN");

  for (const char* digits : {"d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                             "44d88612fea8a8f36de82e1278abb02f", "MD5:D41D8CD98F00B204E9800998ECF8427E"})
    expect(fate(ObservableKind::FileHash, digits), "trivial_file", digits);
  for (const std::string& bytes : {std::string("\n"), std::string("\r\n"), std::string(" "), std::string("{}"),
                                   std::string("[]"), std::string("MZ")})
    expect(fate_of_hash(bytes), "trivial_file", bytes);
  for (std::size_t size = 1; size <= 65536; size *= 2)
    expect(fate_of_hash(std::string(size, '\0')), "trivial_file", "zeros");
  const auto pixel = from_base64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
  ASSERT_TRUE(pixel);
  expect(fate_of_hash(*pixel), "trivial_file", "the picture of one point");

  for (const char* university : {"mit.edu", "cs.nu.edu.kz", "ox.ac.uk", "www.pku.edu.cn", "ethz.ch", "tu-berlin.de"}) {
    for (const Category category : {Category::Fraud, Category::Drugs, Category::CrimeTools}) {
      const std::string page = "https://" + std::string(university) + "/~x/a";
      expect(fate(ObservableKind::Url, page, Reach::Exact, Standing::Reference, category), "guarded", page);
    }
  }
  for (const Category category : {Category::ChildSolicitation, Category::HumanTrafficking, Category::Laundering})
    expect(fate(ObservableKind::Ip, "45.9.20.1", Reach::Exact, Standing::Reference, category), "category", "ip");
  expect(fate(ObservableKind::Domain, "harmful-host.net", Reach::Exact, Standing::Active, std::nullopt), "no_case", "");

  EXPECT_GE(count, 500u);
  for (const auto& [reason, times] : by_reason) RecordProperty(reason, static_cast<int>(times));
}

TEST(Never, what_is_narrow_is_taken) {
  for (const char* domain : {"harmful-host.net", "login.harmful-host.net", "someone.github.io", "bad.blogspot.com",
                             "tenant.sharepoint.com", "wikipedia.org.harmful-host.net", "notgoogle-com.net"})
    EXPECT_EQ(fate(ObservableKind::Domain, domain), "taken") << domain;
  for (const char* url : {"https://bit.ly/3abcdef", "https://pastebin.com/raw/abc",
                          "https://docs.google.com/forms/d/abc/viewform", "https://someone.github.io/",
                          "http://harmful-host.net/", "http://104.16.1.1/a/b.exe", "https://t.me/some_account"})
    EXPECT_EQ(fate(ObservableKind::Url, url), "taken") << url;
  EXPECT_EQ(fate(ObservableKind::Url, "http://harmful-host.net/a/b/", Reach::Prefix), "taken");
  EXPECT_EQ(fate(ObservableKind::Email, "someone@gmail.com", Reach::Exact, Standing::Active, Category::Phishing),
            "taken");
  EXPECT_EQ(fate(ObservableKind::FileHash, sha256("a program").hex()), "taken");
  EXPECT_EQ(fate_of_range("45.9.20.0/24"), "taken");
}

// Planted bug: the guard is asked only where the category is another than C01.
TEST(Never, a_sensitive_holder_is_a_lead_for_its_owner_and_nothing_more) {
  const std::string page = "https://www.ethz.ch/wp-content/login.html";
  EXPECT_EQ(fate(ObservableKind::Url, page, Reach::Exact, Standing::Active, Category::Phishing), "guarded");
  EXPECT_EQ(fate(ObservableKind::Url, page, Reach::Exact, Standing::Reference, Category::Phishing), "taken");
  EXPECT_EQ(fate(ObservableKind::Url, page, Reach::Exact, Standing::Reference, Category::Fraud), "guarded");
  EXPECT_EQ(fate(ObservableKind::Url, page, Reach::Exact, Standing::Reference, std::nullopt), "guarded");
  NeverList own;
  ASSERT_TRUE(own.add_guarded("free-press.net  # a paper\n", "guard"));
  EXPECT_EQ(fate(ObservableKind::Domain, "www.free-press.net", Reach::Exact, Standing::Active, Category::Malware, own),
            "guarded");
  EXPECT_EQ(fate(ObservableKind::Domain, "free-press.net.harmful-host.net", Reach::Exact, Standing::Active,
                 Category::Malware, own),
            "taken");
}

TEST(Never, an_operator_adds_and_takes_nothing_away) {
  NeverList list = NeverList::bundled();
  const std::size_t before = list.size();
  ASSERT_TRUE(list.add(
      "# ours\nour-bank.kz\n91.195.0.0/16\nhttps://harmful-host.net/a\n" + sha256("ours").hex() + "\n  \n???\n",
      "own"));
  EXPECT_EQ(list.size(), before + 4);
  EXPECT_EQ(list.left_out(), 1u);
  EXPECT_EQ(fate(ObservableKind::Domain, "www.our-bank.kz", Reach::Exact, Standing::Active, Category::Malware, list),
            "operator_list");
  EXPECT_EQ(
      fate(ObservableKind::Url, "https://our-bank.kz/a/b", Reach::Exact, Standing::Active, Category::Malware, list),
      "operator_list");
  EXPECT_EQ(fate(ObservableKind::Ip, "91.195.3.4", Reach::Exact, Standing::Active, Category::Malware, list),
            "operator_list");
  EXPECT_EQ(
      fate(ObservableKind::Url, "https://harmful-host.net/a", Reach::Exact, Standing::Active, Category::Malware, list),
      "operator_list");
  EXPECT_EQ(
      fate(ObservableKind::FileHash, sha256("ours").hex(), Reach::Exact, Standing::Active, Category::Malware, list),
      "operator_list");
  EXPECT_EQ(fate(ObservableKind::Domain, "wikipedia.org", Reach::Exact, Standing::Active, Category::Malware, list),
            "top_site");
  EXPECT_EQ(fate(ObservableKind::Domain, "www.our-bank.kz"), "taken");  // the bundled list is as it was
  EXPECT_FALSE(list.add("\xff\xfe", "own"));
  EXPECT_FALSE(list.add("{\"list\":", "own"));
}

TEST(Never, each_refusal_has_a_name_and_a_line) {
  for (const Refusal reason : refusals()) {
    EXPECT_FALSE(name(reason).empty());
    EXPECT_GT(about(reason).size(), 20u) << name(reason);
  }
}

// Real lists of what is harmless: none of it may become active. Skips where they are not.
// Planted bug: the bundled top sites are not read.
TEST(Never, nothing_of_the_benign_lists_becomes_active) {
  const std::string folder = shared_data("benign/misp-warninglists");
  if (!is_folder(folder)) GTEST_SKIP() << "no " << folder;
  const auto entries = [&](const std::string& list) {
    const auto text = read_file(folder + "/" + list + ".json", std::size_t{16} << 20);
    const auto json = parse_json(text ? *text : "");
    return json ? *json->list("list") : Json::Array{};
  };
  std::size_t seen = 0;
  const auto expect_none = [&](const std::string& list, const std::string& text) {
    std::string_view host = text;
    while (host.starts_with('.')) host.remove_prefix(1);
    if (read_ipv6(host) || parse_ip(host)) {
      EXPECT_NE(fate(ObservableKind::Ip, std::string(host)), "taken") << list << ": " << text;
    } else {
      EXPECT_NE(fate(ObservableKind::Domain, std::string(host), Reach::Below), "taken") << list << ": " << text;
      EXPECT_NE(fate(ObservableKind::Url, "https://" + std::string(host) + "/"), "taken") << list << ": " << text;
    }
    ++seen;
  };
  for (const char* list : {"alexa",
                           "moz-top500",
                           "cisco_top1000",
                           "cisco_top10k",
                           "cloudflare-top10k",
                           "majestic_million",
                           "tranco10k",
                           "google",
                           "microsoft",
                           "microsoft-office365",
                           "microsoft-win10-connection-endpoints",
                           "captive-portals",
                           "crl-hostname",
                           "bank-website",
                           "university_domains",
                           "url-shortener",
                           "link-in-bio",
                           "public-ipfs-gateways",
                           "security-provider-blogpost",
                           "whats-my-ip",
                           "dax30",
                           "automated-malware-analysis",
                           "covid",
                           "tlds",
                           "second-level-tlds",
                           "rfc6761"})
    for (const Json& entry : entries(list)) expect_none(list, *entry.string());
  const auto top = read_file(shared_data("benign/top-sites/top-sites.json"), std::size_t{16} << 20);
  const auto top_json = parse_json(top ? *top : "[]");
  for (const Json& site : *top_json->array()) expect_none("top-sites", site.text_or("rootDomain"));
  for (const char* list : {"akamai", "cloudflare", "fastly", "bunny-net", "stackpath", "ovh-cluster", "parking-domain",
                           "public-dns-v6", "crl-ip", "rfc1918", "rfc5735", "rfc6598", "rfc3849", "multicast",
                           "ipv6-linklocal", "sinkholes", "wikimedia"}) {
    for (const Json& entry : entries(list)) {
      const std::string text = entry.string()->substr(0, entry.string()->find('/'));
      EXPECT_NE(fate(ObservableKind::Ip, text), "taken") << list << ": " << text;
      ++seen;
    }
  }
  for (const char* list : {"common-ioc-false-positive", "eicar.com", "empty-hashes"}) {
    for (const Json& entry : entries(list)) {
      EXPECT_NE(fate(ObservableKind::FileHash, *entry.string()), "taken") << list << ": " << *entry.string();
      ++seen;
    }
  }
  EXPECT_GT(seen, 60000u);
}

}  // namespace
}  // namespace cordon
