#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.h"
#include "match/folder_for_tests.h"
#include "match/index_builder.h"
#include "match/naive_index_for_tests.h"
#include "match/open_index.h"

namespace cordon {
namespace {

constexpr Instant kMade{1'780'000'000'000};

std::shared_ptr<const Index> build(const std::string& path, const std::vector<ListedIndicator>& indicators,
                                   std::size_t memory = std::size_t{512} << 20) {
  SeededRandom random(7);
  IndexBuilder builder({.made = kMade, .memory = memory, .spool = testing::TempDir()}, random);
  for (const ListedIndicator& one : indicators) {
    const auto added = builder.add(one);
    EXPECT_TRUE(added) << added.error().message;
  }
  const auto info = builder.write(path, test_key());
  EXPECT_TRUE(info) << info.error().message;
  auto index = Index::open(path, test_key().public_key());
  EXPECT_TRUE(index) << index.error().message;
  return *index;
}

ListedIndicator listed(ObservableKind kind, std::string_view text, Reach reach = Reach::Exact) {
  return {.what = *parse_observable(kind, text),
          .reach = reach,
          .category = Category::Phishing,
          .source = "list",
          .added = kToday.plus(-10),
          .valid_until = kToday.plus(10)};
}

ListedIndicator listed_range(std::string_view text) {
  return {.what = *parse_ip_range(text),
          .category = Category::Malware,
          .source = "ranges",
          .added = kToday.plus(-10),
          .valid_until = kToday.plus(10)};
}

Matched ask(const Index& index, ObservableKind kind, std::string_view canonical, Day today = kToday,
            Certainty certainty = Certainty::Text) {
  const Query query{kind, canonical};
  Matched answer;
  index.lookup(std::span(&query, 1), today, std::span(&answer, 1), certainty);
  return answer;
}

std::vector<ListedIndicator> some_indicators(naive::World& world, std::size_t count) {
  std::vector<ListedIndicator> out;
  while (out.size() < count)
    if (auto one = world.indicator()) out.push_back(std::move(*one));
  return out;
}

// Planted bugs, each of which turned it red: take the highest bit of a slot as part of the fingerprint in one twin;
// stop at a full bucket although it spilled; leave out the wider range around an expired one.
TEST(Index, agrees_with_a_naive_one_on_random_and_close_pairs) {
  const Folder folder;
  naive::World world(20261128);
  const std::vector<ListedIndicator> indicators = some_indicators(world, 20'000);
  naive::Index naive;
  for (const ListedIndicator& one : indicators) naive.add(one);
  const auto index = build(folder.file("a.cidx"), indicators);
  const auto verified = index->verify();
  ASSERT_TRUE(verified) << verified.error().message;

  constexpr std::size_t kPairs = 200'000;
  std::vector<std::pair<ObservableKind, std::string>> texts;
  std::vector<Query> queries;
  texts.reserve(kPairs);
  for (std::size_t i = 0; i < kPairs; ++i) {
    texts.push_back(world.query());
    queries.push_back({texts.back().first, texts.back().second});
  }
  std::vector<Matched> fast(kPairs), scalar(kPairs), print(kPairs), scalar_print(kPairs);
  index->lookup(queries, kToday, fast);
  index->lookup(queries, kToday, scalar, Certainty::Text, Lanes::Scalar);
  index->lookup(queries, kToday, print, Certainty::Print);
  index->lookup(queries, kToday, scalar_print, Certainty::Print, Lanes::Scalar);
  std::map<Match, int> seen;
  for (std::size_t i = 0; i < kPairs; ++i) {
    ASSERT_EQ(fast[i].entry, scalar[i].entry) << texts[i].second;
    ASSERT_EQ(fast[i].match, scalar[i].match) << texts[i].second;
    ASSERT_EQ(print[i].entry, scalar_print[i].entry) << texts[i].second;
    ASSERT_EQ(print[i].match, fast[i].match) << texts[i].second;
    ASSERT_EQ(print[i].standing, fast[i].standing) << texts[i].second;
    ASSERT_EQ(print[i].key_length, fast[i].key_length) << texts[i].second;
    ASSERT_EQ(index->entry(print[i].entry), index->entry(fast[i].entry)) << texts[i].second;
    const naive::Index::Expected expected = naive.answer(queries[i], kToday);
    ASSERT_EQ(fast[i].match, expected.match) << texts[i].second;
    ++seen[fast[i].match];
    if (expected.match == Match::None) continue;
    const Entry entry = index->entry(fast[i].entry);
    ASSERT_NE(std::find(expected.best.begin(), expected.best.end(), entry), expected.best.end()) << texts[i].second;
    ASSERT_EQ(fast[i].standing, entry.standing);
    ASSERT_EQ(fast[i].generation, 1u);
    if (i % 16 == 0) {
      const auto all = index->find(queries[i], kToday);
      const auto valid =
          std::find_if(all.begin(), all.end(), [](const Concerning& one) { return one.state == EntryState::Valid; });
      ASSERT_NE(valid, all.end()) << texts[i].second;
      ASSERT_EQ(valid->match, fast[i].match);
      ASSERT_EQ(valid->entry.confidence, entry.confidence);
    }
  }
  for (const Match match : {Match::None, Match::Exact, Match::Below, Match::Prefix, Match::Range})
    EXPECT_GT(seen[match], 500) << name(match) << " hardly happened";
}

index_format::HashKey key_of_builds() {  // build() seeds it so
  SeededRandom random(7);
  const std::string bytes = random.bytes(16);
  return {index_format::load<std::uint64_t>(bytes.data()), index_format::load<std::uint64_t>(bytes.data() + 8)};
}

// Another text of the same hash, made by whoever has the file: the last step multiplies what the two last words have
// become, so these can change places. Only the length must be a multiple of 16.
std::string of_the_same_hash(const index_format::HashKey& key, ObservableKind kind, std::string_view text) {
  std::uint64_t state = index_format::hash_seed(key, static_cast<std::uint32_t>(kind));
  const auto word = [text](std::size_t at) { return index_format::load<std::uint64_t>(text.data() + at); };
  std::size_t at = 0;
  for (; at + 16 < text.size(); at += 16) state = index_format::fold(word(at) ^ key.second, word(at + 8) ^ state);
  const std::uint64_t mask = state ^ key.second ^ index_format::kThree, a = word(at + 8) ^ mask, b = word(at) ^ mask;
  std::string other(text);
  std::memcpy(other.data() + at, &a, sizeof a);
  std::memcpy(other.data() + at + 8, &b, sizeof b);
  return other;
}

// A text with the very hash of a listed one: by print they cannot be told apart, by text they are, and so they are
// where two entries of one key must be read anyway.
// Planted bugs: compare only an entry's text and not its packed digits; compare only how long the texts are; let a slot
// of two entries answer.
TEST(Index, a_fingerprint_alone_is_no_answer_by_text) {
  const Folder folder;
  const index_format::HashKey key = key_of_builds();
  for (const auto& [kind, text] :
       {std::pair(ObservableKind::Domain, "abcd.example.com"),
        std::pair(ObservableKind::Url, "http://abcd.com/0123456789abcdef0123456789abcdef")}) {
    const std::string other = of_the_same_hash(key, kind, text);
    ASSERT_NE(other, text);
    const auto table = static_cast<std::uint32_t>(kind);
    ASSERT_EQ(index_format::hash_key(key, table, other), index_format::hash_key(key, table, text));
    for (const std::size_t entries : {std::size_t{1}, std::size_t{2}}) {
      std::vector<ListedIndicator> list{listed(kind, text)};
      if (entries == 2) {
        list.push_back(list.front());
        list.back().source = "another list";
      }
      const auto index = build(folder.file("a.cidx"), list);
      EXPECT_EQ(ask(*index, kind, text).match, Match::Exact);
      EXPECT_EQ(ask(*index, kind, other).match, Match::None);
      EXPECT_EQ(ask(*index, kind, text, kToday, Certainty::Print).match, Match::Exact);
      EXPECT_EQ(ask(*index, kind, other, kToday, Certainty::Print).match, entries == 1 ? Match::Exact : Match::None);
      EXPECT_TRUE(index->find(Query{kind, other}, kToday).empty());
    }
  }
}

// Two listed texts of one hash, both of which are URLs: each gives its own answer, by print too.
// Planted bug: let slots answer although another in the same bucket has their fingerprint.
TEST(Index, listed_texts_of_one_hash_are_told_apart) {
  const auto is_path = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const index_format::HashKey key = key_of_builds();
  const auto other_of = [&](const std::string& text) { return of_the_same_hash(key, ObservableKind::Url, text); };
  std::string one;
  for (int host = 1000; host < 10'000 && one.empty(); ++host) {
    // Two letters that change places become what they are and the same unknown byte: those that are letters again.
    std::string text = "http://h" + std::to_string(host) + ".co/" + std::string(16, 'x');
    ASSERT_EQ(text.size() % 16, 0u);
    const std::string swapped = other_of(text);
    const std::size_t last = text.size() - 16;
    bool found = true;
    for (std::size_t at = last; at < text.size() && found; ++at) {
      const auto unknown = static_cast<char>(swapped[at] ^ 'x');
      const std::string_view all = "abcdefghijklmnopqrstuvwxyz0123456789";
      const auto good =
          std::find_if(all.begin(), all.end(), [&](char c) { return is_path(static_cast<char>(c ^ unknown)); });
      found = good != all.end();
      if (found) text[at < last + 8 ? at + 8 : at - 8] = *good;
    }
    if (found) one = text;
  }
  ASSERT_FALSE(one.empty());
  const std::string two = other_of(one);
  auto first = listed(ObservableKind::Url, one), second = listed(ObservableKind::Url, two);
  second.confidence = 7;
  const Folder folder;
  const auto index = build(folder.file("a.cidx"), {first, second});
  ASSERT_TRUE(index->verify());
  for (const Certainty certainty : {Certainty::Text, Certainty::Print}) {
    for (const std::string& text : {one, two})
      EXPECT_EQ(index->entry(ask(*index, ObservableKind::Url, text, kToday, certainty).entry).canonical, text);
  }
}

// Planted bug: count a slot's days one too far.
TEST(Index, days_that_no_slot_can_say_are_read_from_the_entry) {
  const Folder folder;
  for (const int day : {1, 18'261, 18'262, 18'261 + 0x3FFF, 18'262 + 0x3FFF, 0xFFFF}) {
    auto one = listed(ObservableKind::Domain, "bad.example.com");
    one.added = Day::numbered(0);
    one.valid_until = Day::numbered(static_cast<std::uint16_t>(day));
    const auto index = build(folder.file("a.cidx"), {one});
    ASSERT_TRUE(index->verify());
    for (const Certainty certainty : {Certainty::Text, Certainty::Print}) {
      const auto on = [&, certainty = certainty](int asked) {
        return ask(*index, ObservableKind::Domain, "bad.example.com", Day::numbered(static_cast<std::uint16_t>(asked)),
                   certainty)
            .match;
      };
      EXPECT_EQ(on(day), Match::Exact) << day;
      EXPECT_EQ(on(day - 1), Match::Exact) << day;
      if (day < 0xFFFF) {
        EXPECT_EQ(on(day + 1), Match::None) << day;
      }
    }
  }
}

TEST(Index, holds_what_was_added_and_nothing_else) {
  const Folder folder;
  naive::World world(3);
  const std::vector<ListedIndicator> indicators = some_indicators(world, 5'000);
  const auto index = build(folder.file("a.cidx"), indicators);
  std::vector<Entry> expected, held;
  for (const ListedIndicator& one : indicators) expected.push_back(naive::entry_of(one));
  ASSERT_TRUE(index->for_each([&](const Entry& entry) -> Result<Nothing> {
    held.push_back(entry);
    const auto again = to_indicator(entry);
    EXPECT_TRUE(again) << entry.canonical;
    EXPECT_TRUE(again && naive::entry_of(*again) == entry);
    return Nothing{};
  }));
  const auto order = [](const Entry& a, const Entry& b) {
    const auto tie = [](const Entry& e) {
      return std::tie(e.kind, e.canonical, e.reach, e.standing, e.category, e.source, e.tlp, e.pap, e.confidence,
                      e.added, e.valid_until, e.id);
    };
    return tie(a) < tie(b);
  };
  std::sort(expected.begin(), expected.end(), order);
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  std::sort(held.begin(), held.end(), order);
  EXPECT_TRUE(held == expected);
  EXPECT_EQ(index->info().total, expected.size());
}

// Planted bug: write contexts in the order in which they came.
TEST(Index, the_same_set_gives_the_same_bytes_in_any_order_and_through_the_spool) {
  const Folder folder;
  naive::World world(4);
  std::vector<ListedIndicator> indicators = some_indicators(world, 3'000);
  build(folder.file("a.cidx"), indicators);
  std::reverse(indicators.begin(), indicators.end());
  indicators.push_back(indicators.front());
  build(folder.file("b.cidx"), indicators, 4096);
  EXPECT_TRUE(*read_file(folder.file("a.cidx"), 1u << 30) == *read_file(folder.file("b.cidx"), 1u << 30));
}

// Planted bug: compare `today < valid_until`.
TEST(Index, what_has_expired_never_matches) {
  const Folder folder;
  const auto index = build(folder.file("a.cidx"), {listed(ObservableKind::Domain, "bad.example.com"),
                                                   listed_range("198.40.0.0/16"), listed_range("198.40.1.0/24")});
  for (const auto& [kind, text] :
       {std::pair(ObservableKind::Domain, "bad.example.com"), std::pair(ObservableKind::Ip, "198.40.1.7")}) {
    EXPECT_NE(ask(*index, kind, text, kToday.plus(10)).match, Match::None) << text;
    EXPECT_EQ(ask(*index, kind, text, kToday.plus(11)).match, Match::None) << text;
  }
  const auto found = index->find(Query{ObservableKind::Domain, "bad.example.com"}, kToday.plus(11));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().state, EntryState::Expired);
}

// Planted bug: ask parents of every domain entry, whatever its reach.
TEST(Index, parents_answer_only_where_the_indicator_says_so) {
  const Folder folder;
  const auto index = build(folder.file("a.cidx"), {listed(ObservableKind::Domain, "below.com", Reach::Below),
                                                   listed(ObservableKind::Domain, "exact.com"),
                                                   listed(ObservableKind::Url, "http://prefix.com/a/b/", Reach::Prefix),
                                                   listed(ObservableKind::Url, "http://exact.com/a/b")});
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "x.y.below.com").match, Match::Below);
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "below.com").match, Match::Exact);
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "notbelow.com").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "x.exact.com").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "com").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "https://prefix.com/a/b").match, Match::Prefix);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "http://prefix.com/a/b/c?d").match, Match::Prefix);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "http://prefix.com/a/bc").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "http://prefix.com/a").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "http://prefix.com:81/a/b").match, Match::None);
  EXPECT_EQ(ask(*index, ObservableKind::Url, "http://exact.com/a/b/c").match, Match::None);
}

TEST(Index, an_active_indicator_is_told_before_a_reference) {
  const Folder folder;
  auto reference = listed(ObservableKind::Domain, "bad.example.com");
  reference.confidence = 100;
  auto active = listed(ObservableKind::Domain, "bad.example.com");
  active.standing = Standing::Active;
  active.confidence = 10;
  active.id = "case";
  const auto index = build(folder.file("a.cidx"), {reference, active});
  const Matched answer = ask(*index, ObservableKind::Domain, "bad.example.com");
  EXPECT_EQ(answer.standing, Standing::Active);
  EXPECT_EQ(index->entry(answer.entry).id, "case");
  EXPECT_EQ(index->find(Query{ObservableKind::Domain, "bad.example.com"}, kToday).size(), 2u);
}

TEST(Index, an_empty_one_answers_too) {
  const Folder folder;
  const auto index = build(folder.file("a.cidx"), {});
  EXPECT_TRUE(index->verify());
  EXPECT_EQ(ask(*index, ObservableKind::Domain, "bad.example.com").match, Match::None);
  EXPECT_EQ(index->info().total, 0u);
}

// Both structures for v4 against the naive walk: many ranges take DIR-24-8, few the trie.
// Planted bugs: sort ranges by length alone; let a group of DIR-24-8 begin with zeros instead of what was around it.
TEST(Index, the_longest_range_is_found) {
  const Folder folder;
  naive::World world(5);
  for (const std::size_t count : {std::size_t{300}, std::size_t{25'000}}) {
    std::map<std::pair<std::uint32_t, int>, std::string> ranges;
    std::vector<ListedIndicator> indicators;
    while (ranges.size() < count) {
      const auto bits = static_cast<int>(8 + world.below(25));
      const std::uint32_t address = static_cast<std::uint32_t>(198u << 24 | world.below(1 << 20)) &
                                    static_cast<std::uint32_t>(std::uint64_t{0xFFFFFFFF} << (32 - bits));
      const auto range = parse_ip_range(ipv4_text(address) + "/" + std::to_string(bits));
      if (ranges.emplace(std::pair(address, bits), range->text()).second)
        indicators.push_back(listed_range(range->text()));
    }
    const auto index = build(folder.file("a.cidx"), indicators);
    ASSERT_EQ(index->info().ranges, count);
    ASSERT_TRUE(index->verify());
    std::vector<std::uint32_t> addresses;
    for (int i = 0; i < 20'000; ++i) addresses.push_back(static_cast<std::uint32_t>(198u << 24 | world.below(1 << 20)));
    std::vector<EntryRef> found(addresses.size());
    index->ranges_of(addresses, kToday, found);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      std::string expected;
      for (int bits = 32; bits >= 0 && expected.empty(); --bits) {
        const auto start = static_cast<std::uint32_t>(addresses[i] & std::uint64_t{0xFFFFFFFF} << (32 - bits));
        if (const auto at = ranges.find({start, bits}); at != ranges.end()) expected = at->second;
      }
      ASSERT_EQ(found[i].place == 0 ? "" : index->entry(found[i]).canonical, expected) << ipv4_text(addresses[i]);
    }
  }
}

// Every byte of the file, flipped: verify() says so, and no lookup falls.
// Planted bug: digest `length` bytes of a section instead of what it takes in the file.
TEST(Index, a_flipped_byte_anywhere_is_found_and_survived) {
  const Folder folder;
  naive::World world(6);
  const std::vector<ListedIndicator> indicators = some_indicators(world, 60);
  build(folder.file("a.cidx"), indicators);
  const std::string whole = *read_file(folder.file("a.cidx"), 1u << 30);
  std::vector<std::pair<ObservableKind, std::string>> texts;
  std::vector<Query> queries;
  texts.reserve(1000);
  for (const ListedIndicator& one : indicators) {
    const Entry entry = naive::entry_of(one);
    texts.emplace_back(entry.kind.value_or(ObservableKind::Ip), entry.kind ? entry.canonical : "198.40.1.1");
  }
  for (int i = 0; i < 8; ++i) texts.push_back(world.query());
  for (const auto& [kind, text] : texts) queries.push_back({kind, text});
  std::vector<Matched> answers(queries.size());
  const std::string path = folder.file("b.cidx");
  ASSERT_TRUE(write_file(path, whole));
  const Fd file = std::move(*open_file(path, O_RDWR));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const char flipped = static_cast<char>(static_cast<unsigned char>(whole[at]) ^ (1u << (at % 8)));
    ASSERT_EQ(::pwrite(file.get(), &flipped, 1, static_cast<off_t>(at)), 1);
    if (const auto index = Index::open(path); index) {
      ASSERT_FALSE((*index)->inside().check_digests()) << "byte " << at;
      (*index)->lookup(queries, kToday, answers);
      for (std::size_t i = 0; i < queries.size(); i += 7) (*index)->find(queries[i], kToday);
      (void)(*index)->inside().check_structure();
    }
    ASSERT_EQ(::pwrite(file.get(), &whole[at], 1, static_cast<off_t>(at)), 1);
  }
  EXPECT_TRUE((*Index::open(path))->verify());
}

TEST(Index, a_file_that_is_cut_or_another_is_refused) {
  const Folder folder;
  build(folder.file("a.cidx"), {listed(ObservableKind::Domain, "bad.example.com")});
  const std::string whole = *read_file(folder.file("a.cidx"), 1u << 30);
  const auto fault = [&](std::string_view bytes) {
    EXPECT_TRUE(write_file(folder.file("b.cidx"), bytes));
    const auto opened = Index::open(folder.file("b.cidx"));
    EXPECT_FALSE(opened);
    return opened ? Fault::Conflict : opened.error().fault;
  };
  EXPECT_EQ(fault(whole.substr(0, whole.size() - 1)), Fault::Corrupt);
  EXPECT_EQ(fault(whole + "x"), Fault::Corrupt);
  EXPECT_EQ(fault(whole.substr(0, 100)), Fault::Malformed);
  EXPECT_EQ(fault(""), Fault::Malformed);
  EXPECT_EQ(fault(std::string(5000, 'x')), Fault::Malformed);
  const auto other = Index::open(folder.file("a.cidx"), SecretKey::from_seed(std::string(32, 'o'))->public_key());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault, Fault::NotFound);
  EXPECT_EQ(Index::open(folder.file("none.cidx")).error().fault, Fault::NotFound);
}

TEST(Index, only_a_change_withdraws) {
  SeededRandom random(7);
  IndexBuilder builder({.made = kMade}, random);
  auto gone = listed(ObservableKind::Domain, "bad.example.com");
  gone.withdrawn = true;
  const auto added = builder.add(gone);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault, Fault::Refused);
  EXPECT_EQ(builder.added(), 0u);
}

}  // namespace
}  // namespace cordon
