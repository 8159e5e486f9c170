// The feeds that IntelMQ reads, by their profiles: what each becomes, field by field, as docs/formats/intelmq.md maps
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "desk/profile_book.h"
#include "desk/profile_data.h"
#include "report/feed_time.h"
#include "report/intake.h"
#include "report/intelmq.h"

namespace cordon {
namespace {

struct FeedCase {
  std::size_t number = 0;
  std::string parser, test, raw;
  Json params, given;
  std::vector<Json> expected;
};

std::vector<FeedCase> feed_cases() {
  std::vector<FeedCase> cases;
  const auto bytes = read_file(shared_data("feeds/intelmq/cases.jsonl"), 8u << 20);
  if (!bytes) return cases;
  for (const std::string_view line : split(*bytes, '\n')) {
    if (trim(line).empty()) continue;
    const Json json = *parse_json(line);
    FeedCase one;
    one.number = cases.size();
    one.parser = json.text_or("parser");
    const std::string test = json.text_or("test");
    one.test = test.substr(test.find('.') + 1);
    one.params = *json.find("params");
    one.raw = *json.find("raw")->array()->front().string();
    one.given = Json::Object{};
    for (const auto& [name, value] : *json.find("report_meta")->array()->front().object()) {
      if (name != "__type" && name != "time.observation" && name != "extra.file_name") one.given.set(name, value);
    }
    for (const Json& expected : *json.find("expect")->array()) one.expected.push_back(*expected.find("event"));
    cases.push_back(std::move(one));
  }
  return cases;
}

// Which profile reads which of upstream's parsers. Those that are told by parameters what to do (csv, html_table,
// key_value) are in none: from_parameters() writes their profile.
struct ReadBy {
  std::string_view test, profile;  // how the test's name begins
};
constexpr ReadBy kReadBy[] = {
    {"test_parser_feodotracker", "feodo-tracker"},
    {"test_parser.TestAlienVault", "alienvault-reputation"},
    {"test_parser_otx", "otx-pulses"},
    {"test_parser.TestAnubis", "anubisnetworks"},
    {"test_parser.TestBambenekParserBot.test_dga", "bambenek-dga"},
    {"test_parser.TestBambenek", "bambenek-c2"},
    {"test_parser.TestBlockListDE", "blocklist-de"},
    {"test_parser_crimeserver", "blueliv-crimeserver"},
    {"test_parser.TestCertStream", "certstream"},
    {"test_parser_csv.TestCertEU", "cert-eu"},
    {"test_parser.TestCIArmy", "ci-army"},
    {"test_parser.TestCleanMXParserBot.test_phishing", "cleanmx-phishing"},
    {"test_parser.TestCleanMX", "cleanmx-viruses"},
    {"test_cap_program", "cymru-cap"},
    {"test_full_bogons", "cymru-bogons"},
    {"test_parser_haas", "cznic-haas"},
    {"test_parser_proki", "cznic-proki"},
    {"test_parser.TestBruteForceBlocker", "bruteforceblocker"},
    {"test_parser.TestDataplane", "dataplane"},
    {"test_parser_asn.TestDShield", "dshield-as"},
    {"test_parser_block.TestDshield", "dshield-block"},
    {"test_parser.TestDyn", "ponmocup"},
    {"test_parser.TestESET", "eset-eti"},
    {"test_parser_fireeye", "fireeye-openioc"},
    {"test_parser_dga", "dgarchive"},
    {"test_parser.TestGithubFeed", "dailyioc"},
    {"test_parser.TestJSONParserBot.test_multiline", "intelmq-lines"},
    {"test_parser.TestJSONParserBot", "intelmq"},
    {"test_parser_dansguardian", "malwarepatrol"},
    {"test_malwareurl", "malwareurl"},
    {"test_parser_atd", "mcafee-atd"},
    {"test_parser_bingmurls", "microsoft-bing-murls"},
    {"test_parser_ctip.", "microsoft-ctip"},
    {"test_parser_ctip_azure", "microsoft-ctip-azure"},
    {"test_parser.TestMISP", "misp-event"},
    {"test_parser.TestN6", "n6"},
    {"test_parser.TestOpenPhish", "openphish"},
    {"test_parser_commercial", "openphish-commercial"},
    {"test_parser.TestPhishTank", "phishtank"},
    {"test_report_telnet", "shadowserver-telnet"},
    {"test_parameters.TestShadowserver", "shadowserver-smb"},
    {"test_report_smb", "shadowserver-smb"},
    {"test_parser.TestShodanParserBot_minimal", "shodan-minimal"},
    {"test_parser.TestShodan", "shodan"},
    {"test_parser_cert.TestSpamhaus", "spamhaus-cert"},
    {"test_parser_drop.TestSpamhausDropParserBot.test_asn", "spamhaus-asndrop"},
    {"test_parser_drop.TestSpamhaus", "spamhaus-drop"},
    {"test_surbl", "surbl"},
    {"test_threatminer", "threatminer"},
    {"test_parser.TestTurris", "turris-greylist"},
    {"test_parser.TestTwitter", "words"},
    {"test_parser.TestVXVault", "vxvault"},
    {"test_zoneh", "zone-h"},
};

// "source.ip|source.network": the one or the other, as the value is.
std::vector<std::string> words_of(const Json* value, char between) {
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (const Json::Array* list = value->array()) {
    for (const Json& one : *list) out.push_back(one.string() != nullptr ? *one.string() : std::string());
  } else if (value->string() != nullptr) {
    for (const std::string_view one : split(*value->string(), between)) out.emplace_back(trim(one));
  }
  return out;
}

Json object_of(const Json* value) {
  if (value == nullptr) return Json::Object{};
  if (value->object() != nullptr) return *value;
  const auto json = value->string() != nullptr ? parse_json(*value->string()) : Result<Json>(Error{});
  return json ? *json : Json(Json::Object{});
}

// A profile from the parameters of IntelMQ's generic parsers, as docs/formats/intelmq.md tells who moves from there.
Json from_parameters(const FeedCase& feed) {
  const Json& params = feed.params;
  Json profile, input, event, leave_out = Json::Array{};
  const std::string type = params.text_or("type");
  if (!type.empty()) event.set("classification.type", Json::Object{{"is", type}});
  if (feed.parser == "key_value") {
    input.set("format", "pairs");
    input.set("between", params.text_or("pair_separator", " "));
    input.set("inside", params.text_or("kv_separator", "="));
    if (params.find("strip_quotes") != nullptr) input.set("keep_quotes", !*params.find("strip_quotes")->boolean());
    for (const auto& [member, name] : *params.find("keys")->object()) event.set(*name.string(), member);
    return profile.set("input", input).set("event", event);
  }
  const bool html = feed.parser == "html_table";
  const Json default_fields = object_of(params.find("default_fields"));
  for (const auto& [name, value] : *default_fields.object()) event.set(name, Json::Object{{"is", value}});
  const std::vector<std::string> columns = words_of(params.find("columns"), ',');
  const Json translation = object_of(params.find("type_translation")),
             json_fields = object_of(params.find("data_type"));
  const std::vector<std::string> ignored = words_of(params.find("ignore_values"), ',');
  static const std::map<std::string, std::string> kTimes = {{"epoch_millis", "unix"},
                                                            {"timestamp", "unix"},
                                                            {"windows_nt", "windows"},
                                                            {"from_format_midnight|%d-%m-%Y", "%d-%m-%Y"}};
  Json::Array names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string column = "c" + std::to_string(i + 1);
    names.emplace_back(columns[i] == "__IGNORE__" ? "_" : column);
    if (columns[i] == "__IGNORE__") continue;
    for (const std::string_view one : split(columns[i], '|')) {
      const std::string name(one);
      Json rule = Json::Object{{"from", column}};
      // Upstream's default, too; of a column that may be something else only what is a url by itself.
      if (name.ends_with(".url") && columns[i] == name) rule.set("scheme", "http");
      if (name == "classification.type" && !translation.object()->empty()) rule.set("map", translation);
      if (const auto time = kTimes.find(params.text_or("time_format"));
          name.starts_with("time.") && time != kTimes.end())
        rule.set("time", time->second);
      if (i < ignored.size() && !ignored[i].empty()) rule.set("none", Json::Array{ignored[i]});
      if (json_fields.find(name) != nullptr) rule.set("json", true);
      if (name == params.text_or("split_column")) rule.set("after", params.text_or("split_separator"));
      event.set(name, rule);
    }
  }
  const Json composed = object_of(params.find("compose_fields"));
  for (const auto& [name, pattern] : *composed.object()) {
    std::string text = *pattern.string();
    for (std::size_t i = 0; i < columns.size(); ++i)
      text = replace_all(text, "{" + std::to_string(i) + "}", "{c" + std::to_string(i + 1) + "}");
    event.set(name, Json::Object{{"pattern", text}});
  }
  input.set("columns", names);
  if (html) {
    input.set("format", "html");
    if (const std::string attribute = params.text_or("attribute_name"); !attribute.empty())
      input.set("table", Json::Object{{"attribute", attribute}, {"value", params.text_or("attribute_value")}});
    return profile.set("input", input).set("event", event);
  }
  input.set("format", "csv");
  input.set("comment", Json::Array{"#"});
  const std::string delimiter = params.text_or("delimiter", ",");
  input.set("delimiter", delimiter);
  if (const Json* skip = params.find("skip_header"); skip != nullptr && skip->integer() != nullptr)
    input.set("header_lines", *skip);
  else if (skip != nullptr && *skip->boolean())
    input.set("header_lines", 1);
  if (const std::string text = params.text_or("filter_text"); !text.empty()) {
    const char* how = params.text_or("filter_type") == "whitelist" ? "lacks" : "has";
    profile.set("leave_out", Json::Array{Json::Object{{"line", Json::Object{{how, text}}}}});
  }
  return profile.set("input", input).set("event", event);
}

Result<FeedProfile> profile_for(const FeedCase& feed) {
  if (feed.parser == "generic" || feed.parser == "html_table" || feed.parser == "key_value")
    return FeedProfile::read(from_parameters(feed));
  for (const ReadBy& row : kReadBy) {
    if (!feed.test.starts_with(row.test)) continue;
    FeedProfile profile = TRY(load_profile(std::string(row.profile)));
    Json json = profile.json();
    // What upstream's parameters and test schemas say beyond the format.
    if (feed.parser == "shadowserver")
      json.find("event")->object() == nullptr
          ? json
          : json.set("event",
                     Json(*json.find("event"))
                         .set("classification.identifier",
                              Json::Object{{"is", row.profile == "shadowserver-smb" ? "test-smb" : "test-telnet"}}));
    if (const Json* overwrite = feed.params.find("overwrite")) {
      Json event = *json.find("event");
      if (feed.parser == "shadowserver") event.set("feed.name", Json::Object{{"is", "Test-Accessible-SMB"}});
      if (feed.parser == "microsoft" && !*overwrite->boolean()) event.object()->erase("feed.name");
      json.set("event", event);
    }
    if (feed.params.find("use_malware_familiy_as_classification_identifier") != nullptr) {
      Json event = *json.find("event");
      event.object()->erase("classification.identifier");
      json.set("event", event);
    }
    if (feed.parser == "twitter") {
      Json event = *json.find("event"), input = *json.find("input");
      event.set("classification.type", Json::Object{{"is", feed.params.text_or("classification_type")}});
      Json::Array replace = *input.find("replace")->array();
      const std::vector<std::string_view> texts = split(*feed.params.find("substitutions")->string(), ';');
      for (std::size_t i = 0; i + 1 < texts.size(); i += 2)
        replace.push_back(Json::Array{std::string(texts[i]), std::string(texts[i + 1])});
      input.set("replace", replace);
      json.set("event", event).set("input", input);
    }
    return FeedProfile::read(json);
  }
  return fail(Fault::NotFound, "no profile", feed.test);
}

std::vector<FeedEvent> events_of(const FeedProfile& profile, const FeedCase& feed) {
  const FeedBatch batch = feed_batch(profile, feed.given, feed.raw, feed_header(profile, feed.raw));
  std::vector<FeedEvent> events;
  const auto records = frame_feed(profile, feed.raw);
  if (!records) return events;
  for (const std::string_view record : *records) {
    for (FeedEvent& event : feed_events(profile, batch, record)) events.push_back(std::move(event));
  }
  return events;
}

// Some of upstream's parsers cut the fraction of a second.
bool same_second(std::string_view theirs, std::string_view ours) {
  const auto left = feed_time(theirs, 0), right = feed_time(ours, 0);
  return left && right && left->substr(0, 19) == right->substr(0, 19);
}

bool says_nothing(const Json& value) {
  return value.is_null() || (value.string() != nullptr && value.string()->empty()) ||
         (value.array() != nullptr && value.array()->empty());
}

// As docs/formats/intelmq.md says when two values are one.
bool same_value(const std::string& name, const Json& theirs, const Json& ours) {
  const auto number = [](const Json& value) -> std::optional<double> {
    if (value.integer() != nullptr) return static_cast<double>(*value.integer());
    if (value.real() != nullptr) return *value.real();
    return std::nullopt;
  };
  if (theirs == ours) return true;
  const auto left = number(theirs), right = number(ours);
  if (left && right) return std::abs(*left - *right) < 1e-9;
  if (theirs.string() == nullptr || ours.string() == nullptr) return false;
  if (name.starts_with("malware.hash.")) return equal_ignoring_case(*theirs.string(), *ours.string());
  if (name == "feed.url") return replace_all(replace_all(*theirs.string(), "?&", "?"), ">&", ">") == *ours.string();
  if (name.ends_with(".url") && *ours.string() + "/" == *theirs.string()) return true;
  return same_second(*theirs.string(), *ours.string());
}

bool compared(const std::string& name) { return name != "__type" && name != "raw_text" && name != "time.observation"; }

struct Difference {
  std::string name, theirs, ours;
};

std::vector<Difference> differences(const Json& theirs, const Json& ours) {
  std::vector<Difference> out;
  for (const auto& [name, value] : *theirs.object()) {
    if (!compared(name)) continue;
    const Json* got = ours.find(name);
    if (got == nullptr ? !says_nothing(value) : !same_value(name, value, *got))
      out.push_back({name, printable(to_text(value), 90), got == nullptr ? "-" : printable(to_text(*got), 90)});
  }
  for (const auto& [name, value] : *ours.object()) {
    if (compared(name) && theirs.find(name) == nullptr && !says_nothing(value))
      out.push_back({name, "-", printable(to_text(value), 90)});
  }
  return out;
}

class Feeds : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(shared_data("feeds/intelmq"))) GTEST_SKIP() << "no ../shared/data";
    cases_ = feed_cases();
    ASSERT_EQ(cases_.size(), 115u);
  }
  std::vector<FeedCase> cases_;
};

TEST_F(Feeds, every_field_of_every_event_is_the_one_that_intelmq_reads_or_a_listed_difference) {
  std::size_t events = 0, fields = 0, differing = 0;
  std::string found;
  for (const FeedCase& feed : cases_) {
    const auto profile = profile_for(feed);
    ASSERT_TRUE(profile) << feed.parser << " " << feed.test << ": " << profile.error().message << " at "
                         << profile.error().where;
    std::vector<FeedEvent> ours = events_of(*profile, feed);
    std::size_t number = 0;
    for (const Json& theirs : feed.expected) {
      ++events;
      ++number;
      for (const auto& [name, value] : *theirs.object()) fields += compared(name) ? 1 : 0;
      std::optional<std::size_t> best;
      std::vector<Difference> least;
      for (std::size_t i = 0; i < ours.size(); ++i) {
        if (!ours[i].code.empty()) continue;
        auto these = differences(theirs, ours[i].event);
        if (!best || these.size() < least.size()) best = i, least = std::move(these);
      }
      if (!best) {
        found += feed.test + "\t" + std::to_string(number) + "\t(no event)\t\t\n";
        differing += theirs.object()->size();
        continue;
      }
      for (const Difference& one : least) {
        ++differing;
        found +=
            feed.test + "\t" + std::to_string(number) + "\t" + one.name + "\t" + one.theirs + "\t" + one.ours + "\n";
      }
      ours.erase(ours.begin() + static_cast<std::ptrdiff_t>(*best));
    }
  }
  if (std::getenv("CORDON_SHOW") != nullptr) std::cout << found;
  std::cout << "  " << events << " events, " << fields << " fields, " << differing << " differ\n";
  std::multiset<std::string> unlisted, gone;
  for (const std::string_view line : split(found, '\n')) {
    if (!line.empty()) unlisted.emplace(line);
  }
  // What is lost of what an event is about: only what is no observable, or was written in another case.
  static const std::set<std::string_view> kOfObservables{"single-label", "path-lowered"};
  const auto listed = read_file(source_folder() + "/tests/shared/feed_differences.tsv", 1u << 20);
  ASSERT_TRUE(listed);
  for (const std::string_view line : split(*listed, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::string difference(line.substr(0, line.rfind('\t')));
    const std::string_view reason = line.substr(line.rfind('\t') + 1);
    const std::string_view name = split(line, '\t')[2];
    if (name == "source.ip" || name == "source.fqdn" || name == "source.url" || name.starts_with("malware.hash")) {
      EXPECT_TRUE(kOfObservables.contains(reason)) << line;
    }
    const auto same = unlisted.find(difference);
    if (same == unlisted.end())
      gone.insert(difference);
    else
      unlisted.erase(same);
  }
  for (const std::string& difference : unlisted) ADD_FAILURE() << "not listed: " << difference;
  for (const std::string& difference : gone) ADD_FAILURE() << "listed, and no more: " << difference;
  EXPECT_EQ(events, 295u);
  EXPECT_LE(differing * 100, fields * 2);
}

// The same bytes as a desk reads them, in a confined worker: each record ends accepted, or refused with its code.
TEST_F(Feeds, every_record_is_accounted_for) {
  std::map<std::string, int> outcomes;
  std::size_t records = 0;
  for (const FeedCase& feed : cases_) {
    const auto profile = profile_for(feed);
    ASSERT_TRUE(profile) << profile.error().message;
    Incoming incoming{"feed", "feed.txt", std::nullopt, std::nullopt, Instant{1'900'000'000'000}};
    incoming.feed = *profile;
    for (const auto& [name, value] : *feed.given.object()) {
      if (name != "extra.file_name" && !(value.string() != nullptr && value.string()->empty()))
        incoming.given.set(name, value);
    }
    const std::vector<FeedEvent> events = events_of(*profile, feed);
    const auto read = read_batch(incoming, feed.raw);
    ASSERT_TRUE(read) << feed.test << ": " << read.error().message;
    EXPECT_EQ(read->size(), events.size()) << feed.test;
    EXPECT_GE(read->size(), feed.expected.size() > 1 ? 2u : 1u) << feed.test;
    for (std::size_t i = 0; i < read->size(); ++i) {
      const ReadRecord& record = (*read)[i];
      ++records;
      EXPECT_EQ(record.position, i + 1) << feed.test;
      EXPECT_NE(record.outcome, Outcome::Quarantined) << feed.test << ": " << record.reason;
      if (record.outcome == Outcome::Accepted) {
        ++outcomes["accepted " + std::string(record.sighting->matter.number())];
        EXPECT_EQ(record.kept.find("account\""), std::string::npos) << record.kept;
        EXPECT_EQ(record.kept.find("donflow2021"), std::string::npos) << "a mailbox: " << record.kept;
        EXPECT_EQ(record.kept.find("AWSAccessKeyId"), std::string::npos) << record.kept;
        EXPECT_EQ(record.kept.find("7b7cd29c7a424b2980ca"), std::string::npos)
            << "the key of the feed: " << record.kept;
      } else {
        ++outcomes["refused " + record.code];
        EXPECT_FALSE(record.code.empty() || record.reason.empty()) << feed.test;
      }
    }
  }
  for (const auto& [what, count] : outcomes) std::cout << "  " << count << ' ' << what << '\n';
  std::cout << "  " << records << " records\n";
}

// Planted bug: misp-event takes links, which name whoever has analysed the thing.
TEST_F(Feeds, what_is_only_a_reference_is_no_target) {
  const auto read = [](const char* name, const std::string& file) {
    Incoming incoming{"shared", file, Matter(Category::Malware), {}, Instant{1'900'000'000'000}};
    incoming.feed = *load_profile(name);
    return read_batch(incoming, *read_file(shared_data(file), 1u << 20));
  };
  const auto misp = read("misp-event", "interchange/misp/events/57c4445b-c548-4654-af0b-4be3950d210f.json");
  ASSERT_TRUE(misp) << misp.error().message;
  EXPECT_EQ(misp->size(), 9u);
  std::map<std::string, int> values;
  for (const ReadRecord& record : *misp) {
    if (record.sighting) ++values[std::string(name(record.sighting->observable.kind()))];
    EXPECT_TRUE(record.sighting || record.code == "left_out") << record.code;
  }
  EXPECT_EQ(values, (std::map<std::string, int>{{"file_hash", 3}}));
  std::size_t taken = 0, refused = 0;
  for (const char* file : {"indicator-for-c2-ip-address.json", "indicators-for-C2-with-COA.json",
                           "malicious-email-indicator-with-attachment.json"}) {
    const auto stix = read("stix", std::string("interchange/stix21/examples/") + file);
    ASSERT_TRUE(stix) << stix.error().message;
    for (const ReadRecord& record : *stix) ++(record.sighting ? taken : refused);
  }
  EXPECT_EQ(taken, 3u);
  EXPECT_EQ(refused, 2u);  // MATCHES says more than a value
}

TEST_F(Feeds, every_profile_that_comes_with_the_program_is_sound_and_reads_a_feed) {
  std::set<std::string> used;
  for (const ReadBy& row : kReadBy) used.insert(std::string(row.profile));
  used.insert({"domain-list", "stix", "viriback"});  // the demonstration, the test above, the page of feeds
  for (const std::string_view name : profile_names()) {
    const auto profile = load_profile(std::string(name));
    ASSERT_TRUE(profile) << name << ": " << profile.error().message << " at " << profile.error().where;
    EXPECT_FALSE(profile->about().empty()) << name;
    EXPECT_TRUE(used.contains(std::string(name))) << name << " is proven by no feed";
  }
}

}  // namespace
}  // namespace cordon
