#include "match/sources.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "match/folder_for_tests.h"

namespace cordon {
namespace {

NeverList trial() {
  NeverList list = NeverList::bundled();
  list.allow_reserved();
  return list;
}

SourceTerms terms_of(std::optional<Category> category = Category::Phishing) {
  return {.source = "list-a", .category = category, .today = kListDay, .id = "case-1"};
}

// One line for each offer: its place and what became of it.
std::vector<std::string> fates(SourceFormat format, const std::string& path, const SourceTerms& terms,
                               const TrafficSample* sample = nullptr) {
  std::vector<std::string> all;
  const NeverList never_list = trial();
  const auto done = read_source(format, path, [&](const Offer& offer) -> Result<Nothing> {
    const Admission answer = admit(offer, terms, never_list, sample);
    std::string fate = std::to_string(offer.place) + " ";
    if (const auto* indicator = std::get_if<ListedIndicator>(&answer)) {
      const auto* observable = std::get_if<Observable>(&indicator->what);
      fate += observable != nullptr ? std::string(name(observable->kind())) + " " + observable->canonical()
                                    : "range " + std::get<IpRange>(indicator->what).text();
      if (indicator->reach != Reach::Exact) fate += " " + std::string(name(indicator->reach));
      if (indicator->category != terms.category)
        fate += " " + (indicator->category ? std::string(name(*indicator->category)) : "none");
    } else if (const auto* refused = std::get_if<Refused>(&answer)) {
      fate += "refused " + std::string(name(refused->reason));
    } else if (const auto* error = std::get_if<Error>(&answer)) {
      fate += std::string(name(error->fault));
    } else {
      fate += "expired";
    }
    all.push_back(fate);
    return Nothing{};
  });
  if (!done) all.push_back("file " + std::string(name(done.error().fault)));
  return all;
}

using Fates = std::vector<std::string>;

ListedIndicator admitted(const Offer& offer, const SourceTerms& terms) {
  const Admission answer = admit(offer, terms, trial(), nullptr);
  const auto* indicator = std::get_if<ListedIndicator>(&answer);
  CORDON_CHECK(indicator != nullptr, "the offer was not taken");
  return *indicator;
}

Offer offer_of(const std::string& value) {
  Offer offer;
  offer.value = value;
  return offer;
}

// Planted bug: the first bad line ends the reading.
TEST(Sources, a_bad_line_costs_itself_with_its_place_and_not_the_rest) {
  const Folder folder;
  const std::string path = folder.file("list.txt",
                                       "# a list\n"
                                       "login.example.net\n"
                                       "\n"
                                       "no identifier at all\n"
                                       "com\n" +
                                           std::string(70000, 'x') + "\n" +
                                           "\xff\xfe\n"
                                           "0.0.0.0 hosts.example.org\n"
                                           "hxxp://example[.]net/a  # why\n"
                                           "198.51.100.7\n"
                                           "44d88612fea8a8f36de82e1278abb02a\n"
                                           "198.51.100.0/24");
  EXPECT_EQ(fates(SourceFormat::List, path, terms_of()),
            (Fates{"2 domain login.example.net", "4 malformed", "5 refused public_suffix", "6 malformed", "6 malformed",
                   "7 malformed", "8 domain hosts.example.org", "9 url http://example.net/a", "10 ip 198.51.100.7",
                   "11 file_hash md5:44d88612fea8a8f36de82e1278abb02a", "12 refused category"}));
}

TEST(Sources, a_csv_says_of_each_line_what_its_columns_are) {
  const Folder folder;
  const std::string path = folder.file("list.csv",
                                       "\xEF\xBB\xBFValue,kind,category,confidence,valid_until,reach,tlp\r\n"
                                       "login.example.net,domain,C05,80,2026-12-01,below,AMBER\r\n"
                                       "\"http://example.net/a,b\",url,,,,,\r\n"
                                       "x,y,z,1,2,3,4,5\r\n"
                                       "\"open,domain\r\n"
                                       "203.0.113.5,ip,extremism,,,,\r\n"
                                       "a.example.org,domain,spam_source,,,,\r\n"
                                       "a.example.org,person,,,,,\r\n"
                                       "b.example.org,domain,,,2020-01-01,,\r\n"
                                       "c.example.org,domain,,101,,,\r\n"
                                       "http://d.example.org/kit/,url,malware,,,prefix,\r\n");
  EXPECT_EQ(fates(SourceFormat::Csv, path, terms_of()),
            (Fates{"2 domain login.example.net below", "3 url http://example.net/a,b", "4 malformed", "5 malformed",
                   "6 refused category", "7 refused category", "8 refused", "9 expired", "10 malformed",
                   "11 url http://d.example.org/kit/ prefix malware"}));
  const std::string kinds =
      folder.file("kinds.csv", "first_seen;sha256;host\n2026-11-01;" + std::string(64, 'a') + ";e.example.org\n");
  EXPECT_EQ(fates(SourceFormat::Csv, kinds, terms_of()),
            (Fates{"2 file_hash sha256:" + std::string(64, 'a'), "2 domain e.example.org"}));
  EXPECT_EQ(fates(SourceFormat::Csv, folder.file("none.csv", "name,what\na,b\n"), terms_of()), Fates{"file malformed"});
}

TEST(Sources, maltrail_names_stand_for_what_lies_below_them) {
  const Folder folder;
  const std::string path = folder.file("trail.txt",
                                       "# Copyright (c) Maltrail developers\n\nc2.example.net\n198.51.100.7:8080\n"
                                       "198.51.100.8\n/gate.php\nexample.org/a/b.php\nd.example.net# a comment (x)\n"
                                       "http://198.51.100.9/x.sh\n");
  EXPECT_EQ(guess_source_format(path, "# Copyright (c) Maltrail developers\n"), SourceFormat::Maltrail);
  EXPECT_EQ(
      fates(SourceFormat::Maltrail, path, terms_of(Category::Malware)),
      (Fates{"3 domain c2.example.net below", "4 ip 198.51.100.7", "5 ip 198.51.100.8", "6 refused broad_path",
             "7 url http://example.org/a/b.php", "8 domain d.example.net below", "9 url http://198.51.100.9/x.sh"}));
}

// The address of "domain|ip" is what a name resolved to: its owner chose it (F7). Planted bug: take it too.
TEST(Sources, misp_attributes_count_where_their_author_offers_them) {
  const Folder folder;
  const std::string event = R"({"Event":{"info":"x","Tag":[{"name":"tlp:amber"}],"Attribute":[
    {"type":"domain","value":"c2.example.net","to_ids":true,"uuid":"u1","timestamp":"1795000000"},
    {"type":"domain","value":"seen.example.net","to_ids":false},
    {"type":"domain|ip","value":"d.example.net|198.51.100.7","to_ids":"1"},
    {"type":"filename|sha256","value":"a.exe|)" +
                            std::string(64, 'b') + R"(","to_ids":1},
    {"type":"ip-dst|port","value":"198.51.100.8|443","to_ids":true},
    {"type":"mutex","value":"x","to_ids":true},
    {"type":"url","value":"http://e.example.net/","to_ids":true,"deleted":true}],
    "Object":[{"name":"file","Attribute":[{"type":"md5","value":")" +
                            std::string(32, 'c') + R"(","to_ids":true}]}]}})";
  const std::string path = folder.file("event.json", event);
  EXPECT_EQ(guess_source_format(path, event), SourceFormat::Misp);
  SourceTerms terms = terms_of(Category::Malware);
  EXPECT_EQ(fates(SourceFormat::Misp, path, terms),
            (Fates{"1 domain c2.example.net", "2 refused", "3 domain d.example.net",
                   "4 file_hash sha256:" + std::string(64, 'b'), "5 ip 198.51.100.8", "6 refused", "7 refused",
                   "8 file_hash md5:" + std::string(32, 'c')}));
  Offer first;
  ASSERT_TRUE(read_source(SourceFormat::Misp, path, [&](const Offer& offer) -> Result<Nothing> {
    if (offer.place == 1) first = offer;
    return Nothing{};
  }));
  const ListedIndicator indicator = admitted(first, terms);
  EXPECT_EQ(indicator.tlp, Tlp::Amber);
  EXPECT_EQ(indicator.added.text(), "2026-11-18");
  EXPECT_EQ(indicator.id, "u1");
  EXPECT_EQ(fates(SourceFormat::Misp, folder.file("no.json", R"({"a":1})"), terms), Fates{"file malformed"});
  EXPECT_EQ(fates(SourceFormat::Misp, folder.file("no.json", "{"), terms), Fates{"file malformed"});
}

TEST(Sources, stix_patterns_and_objects) {
  const Folder folder;
  const std::string bundle = R"({"type":"bundle","id":"bundle--1","objects":[
    {"type":"identity","name":"somebody"},
    {"type":"indicator","pattern_type":"stix","pattern":"[domain-name:value = 'c2.example.net']","valid_from":"2026-11-01T00:00:00Z",
     "valid_until":"2026-12-01T00:00:00Z","confidence":70,"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]},
    {"type":"indicator","pattern_type":"stix","pattern":"[file:name = 'a' AND file:hashes.MD5 = 'x']"},
    {"type":"indicator","pattern_type":"stix","revoked":true,"pattern":"[domain-name:value = 'gone.example.net']"},
    {"type":"indicator","pattern_type":"yara","pattern":"rule x"},
    {"type":"indicator","pattern_type":"stix","pattern":"[windows-registry-key:key = 'a']"},
    {"type":"url","value":"http://example.net/a"},
    {"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.7'] OR [ipv4-addr:value = '198.51.100.8']",
     "extensions":{"extension-definition--1":{"category":"malware"}}}]})";
  const std::string path = folder.file("bundle.json", bundle);
  EXPECT_EQ(guess_source_format(path, bundle), SourceFormat::Stix);
  EXPECT_EQ(fates(SourceFormat::Stix, path, terms_of()),
            (Fates{"2 domain c2.example.net", "3 refused", "4 refused", "5 refused", "6 refused",
                   "7 url http://example.net/a", "8 ip 198.51.100.7 malware", "8 ip 198.51.100.8 malware"}));
}

// Planted bug: the list's own word for "valid until".
TEST(Sources, nothing_lives_longer_than_its_category_lets_it) {
  SourceTerms terms = terms_of(Category::ServiceAttack);
  EXPECT_EQ(admitted(offer_of("198.51.100.7"), terms).valid_until, kListDay.plus(14));
  EXPECT_EQ(admitted(offer_of("a.example.net"), terms).valid_until, kListDay.plus(90));
  Offer forever = offer_of("198.51.100.7");
  forever.valid_until = "2099-01-01";
  EXPECT_EQ(admitted(forever, terms).valid_until, kListDay.plus(14));
  forever.added = "2026-11-20";
  EXPECT_EQ(admitted(forever, terms).valid_until, kListDay.plus(10));
  terms.valid_until = kListDay.plus(3);
  EXPECT_EQ(admitted(offer_of("198.51.100.7"), terms).valid_until, kListDay.plus(3));
  terms.category = std::nullopt;
  terms.valid_until = Day::last();
  EXPECT_EQ(admitted(offer_of("a.example.net"), terms).valid_until, kListDay.plus(90));
}

// Planted bug: the list's label where the category's is stricter.
TEST(Sources, labels_are_no_lower_than_the_categorys_and_a_line_only_tightens_them) {
  SourceTerms terms = terms_of(Category::Extortion);
  terms.tlp = Tlp::Clear;
  terms.pap = Pap::Clear;
  EXPECT_EQ(admitted(offer_of("a.example.net"), terms).tlp, Tlp::AmberStrict);
  EXPECT_EQ(admitted(offer_of("a.example.net"), terms).pap, Pap::Amber);
  Offer mailbox = offer_of("someone@example.net");
  EXPECT_EQ(admitted(mailbox, terms_of(Category::Phishing)).tlp, Tlp::Amber);  // CLEAR, but a personal kind
  mailbox.tlp = "RED";
  EXPECT_EQ(admitted(mailbox, terms_of(Category::Phishing)).tlp, Tlp::Red);
  SourceTerms red = terms_of();
  red.tlp = Tlp::Red;
  Offer clear = offer_of("a.example.net");
  clear.tlp = "CLEAR";
  EXPECT_EQ(admitted(clear, red).tlp, Tlp::Red);
}

// Planted bug: hits() of a domain counts its own name only where it is listed with what lies below.
TEST(Sources, what_hits_much_of_ordinary_traffic_is_held_back_with_the_count) {
  const Folder folder;
  std::string log;
  for (int i = 0; i < 40; ++i)
    log += "GET http://cdn" + std::to_string(i) + ".popular-files.net/img/" + std::to_string(i) + " from 45.9.20." +
           std::to_string(i) + "\n";
  TrafficSample sample(10);
  ASSERT_TRUE(sample.add(folder.file("traffic.log", log)));
  const auto held = [&](Offer offer, const std::string& reach = "") {
    offer.reach = reach;
    const Admission answer = admit(offer, terms_of(Category::Malware), trial(), &sample);
    const auto* refused = std::get_if<Refused>(&answer);
    return refused == nullptr ? "taken" : std::string(name(refused->reason)) + " " + refused->by;
  };
  EXPECT_EQ(held(offer_of("popular-files.net"), "below"), "blast_radius 40 hits of 120");
  EXPECT_EQ(held(offer_of("popular-files.net")), "taken");
  EXPECT_EQ(held(offer_of("cdn7.popular-files.net"), "below"), "taken");
  EXPECT_EQ(held(offer_of("45.9.20.0/24")), "blast_radius 40 hits of 120");
  EXPECT_EQ(held(offer_of("45.9.20.7")), "taken");
  EXPECT_EQ(held(offer_of("http://cdn7.popular-files.net/img/7")), "taken");
}

TEST(Sources, an_active_one_names_its_category_and_its_case) {
  SourceTerms terms = terms_of();
  terms.standing = Standing::Active;
  EXPECT_EQ(admitted(offer_of("a.example.net"), terms).standing, Standing::Active);
  terms.id.clear();
  const Admission answer = admit(offer_of("a.example.net"), terms, trial(), nullptr);
  ASSERT_NE(std::get_if<Refused>(&answer), nullptr);
  EXPECT_EQ(std::get<Refused>(answer).reason, Refusal::NoCase);
}

// The lists of ../shared/data, whole. What is not taken has a reason; the counts are floors.
TEST(Sources, published_lists_load) {
  const std::string feeds = shared_data("feeds");
  if (!is_folder(feeds)) GTEST_SKIP() << "no " << feeds;
  struct Case {
    std::string folder, file;
    SourceFormat format;
    std::size_t least;
  };
  for (const Case& one : {Case{"maltrail-trails", ".txt", SourceFormat::Maltrail, 110000},
                          Case{"eth-phishing-detect", "config.json", SourceFormat::EthPhishing, 12500},
                          Case{"signature-base-iocs/iocs", ".txt", SourceFormat::SignatureBase, 4500}}) {
    std::size_t taken = 0;
    std::map<std::string, std::size_t> others;
    const SourceTerms terms = terms_of(Category::Malware);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(feeds + "/" + one.folder)) {
      const std::string path = entry.path().string();
      if (!entry.is_regular_file() || !path.ends_with(one.file) || path.ends_with("README.txt")) continue;
      const auto text = read_file(path, std::size_t{64} << 20);
      ASSERT_TRUE(text);
      EXPECT_EQ(name(guess_source_format(path, text->substr(0, 4096))), name(one.format)) << path;
      const auto done = read_source(one.format, path, [&](const Offer& offer) -> Result<Nothing> {
        const Admission answer = admit(offer, terms, NeverList::bundled(), nullptr);
        if (std::holds_alternative<ListedIndicator>(answer)) ++taken;
        if (const auto* refused = std::get_if<Refused>(&answer)) ++others[std::string(name(refused->reason))];
        if (const auto* error = std::get_if<Error>(&answer)) ++others[std::string(name(error->fault))];
        return Nothing{};
      });
      EXPECT_TRUE(done) << path;
    }
    EXPECT_GE(taken, one.least) << one.folder;
    std::printf("%s: %zu taken", one.folder.c_str(), taken);
    for (const auto& [reason, count] : others) std::printf(", %zu %s", count, reason.c_str());
    std::printf("\n");
  }
}

}  // namespace
}  // namespace cordon
