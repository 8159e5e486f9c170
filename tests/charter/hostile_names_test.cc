// Charter 12.1: no name of the refused list, however it is written, is stored by any input: ten thousand spellings,
// made of the list itself, through the types, the API, every format of reports, a peer's bundle, settings and SQL.
//
// Planted bugs that turn it red: give parse_matter() a fallback category for what it does not know; let read_csv_row()
// or read_intelmq() take the batch's own category where the record's is unknown; drop CHECK (matter IN …) in
// store/tables.cc; let parse_json() take a name twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "../desk/site_desk.h"
#include "base/clock_for_tests.h"
#include "law/lists.h"
#include "law/offences.h"
#include "law/refused.h"
#include "net/mail.h"
#include "report/reading.h"
#include "report/worker.h"
#include "share/receive.h"
#include "share/stix.h"

namespace cordon::testing_desk {
namespace {

std::string each_letter(std::string_view text, const std::function<std::string(std::string_view)>& of) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    out += of(text.substr(i, next - i));
    i = next;
  }
  return out;
}

std::string look_alike(std::string_view letter) {  // Latin and Cyrillic that nobody tells apart
  static const std::map<std::string_view, std::string_view> kTwins{
      {"a", "а"}, {"c", "с"}, {"e", "е"}, {"o", "о"}, {"p", "р"}, {"x", "х"}, {"y", "у"}, {"i", "і"}, {"s", "ѕ"},
      {"а", "a"}, {"с", "c"}, {"е", "e"}, {"о", "o"}, {"р", "p"}, {"х", "x"}, {"у", "y"}, {"і", "i"}};
  const auto twin = kTwins.find(letter);
  return std::string(twin == kTwins.end() ? letter : twin->second);
}

std::string full_width(std::string_view letter) {
  if (letter.size() != 1 || letter[0] < '!' || letter[0] > '~') return std::string(letter);
  const unsigned code = 0xFEE0u + static_cast<unsigned char>(letter[0]);
  return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

std::string percent(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += "%" + to_hex(std::string_view(&byte, 1));
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

// Every word of the list in every spelling, each once.
std::vector<std::string> hostile_names() {
  std::vector<std::string> words;
  for (const RefusedName& row : refused_names()) {
    for (const std::string_view list : {row.id, row.en, row.ru, row.kk, row.zh, row.labels}) {
      for (const std::string_view word : split(list, '|'))
        if (!word.empty()) words.emplace_back(word);
    }
  }
  const std::vector<std::function<std::string(const std::string&)>> spellings{
      [](const std::string& w) { return w; },
      [](const std::string& w) { return upper(w); },
      [](const std::string& w) { return replace_all(replace_all(w, "_", " "), " ", "-"); },
      [](const std::string& w) { return "  " + w + "\t"; },
      [](const std::string& w) { return each_letter(w, look_alike); },
      [](const std::string& w) { return each_letter(w, full_width); },
      [](const std::string& w) { return each_letter(w, [](std::string_view l) { return std::string(l) + "\u200d"; }); },
      [](const std::string& w) { return each_letter(w, [](std::string_view l) { return std::string(l) + "\u0301"; }); },
      [](const std::string& w) { return "\u202e" + w + "\u202c"; },
      [](const std::string& w) { return percent(w); },
      [](const std::string& w) { return "&#101;" + w + "&nbsp;"; },
      [](const std::string& w) { return to_base64(w); },
      [](const std::string& w) { return "C05 " + w; },
      [](const std::string& w) { return "phishing/" + w; },
      [](const std::string& w) { return "phishing," + w; },
      [](const std::string& w) { return w + " phishing"; },
      [](const std::string& w) { return "phishing:" + w; },
      [](const std::string& w) { return std::string("phishing\0", 9) + w; },
      [](const std::string& w) { return "[\"" + w + "\"]"; },
      [](const std::string& w) { return "{\"id\":\"" + w + "\"}"; },
      [](const std::string& w) { return w + "s"; },
      [](const std::string& w) { return "C18 " + w; },
      [](const std::string& w) { return replace_all(replace_all(replace_all(w, "e", "3"), "i", "1"), "o", "0"); },
      [](const std::string& w) { return "\ufeff" + w; },
      [](const std::string& w) { return w + "\n" + w; },
      [](const std::string& w) { return "' OR category='" + w; },
      [](const std::string& w) { return "other " + w; },
      [](const std::string& w) { return "terrorist-entity." + w; },
      [](const std::string& w) { return w + "\xff"; },
      [](const std::string& w) { return each_letter(w, [](std::string_view l) { return std::string(l) + " "; }); },
  };
  std::set<std::string> seen;
  std::vector<std::string> out;
  for (const auto& spelling : spellings) {
    for (const std::string& word : words) {
      std::string name = spelling(word);
      if (seen.insert(name).second) out.push_back(std::move(name));
    }
  }
  return out;
}

std::string quoted(const std::string& name) {  // a JSON string; what is no UTF-8 becomes it
  return to_text(Json(valid_utf8(name) ? name : replace_all(name, "\xff", "\ufffd")));
}

class RefusedNamesEverywhere : public testing::Test {
 protected:
  static const std::vector<std::string>& names() {
    static const std::vector<std::string> kNames = hostile_names();
    return kNames;
  }
};
bool all_refused(const std::vector<Reading>& readings) {
  return std::all_of(readings.begin(), readings.end(),
                     [](const Reading& one) { return !one.code.empty() && one.observables.empty(); });
}

TEST_F(RefusedNamesEverywhere, Rule01_NoNameOfTheRefusedListIsStoredByAnyInput) {
  ASSERT_GE(names().size(), 10'000u);
  SiteDesk desk;
  desk.enrol("analyst1", {Role::Analyst});
  const SiteDesk::Signed analyst = desk.sign_in("analyst1");
  const std::int64_t rows_before = desk.rows();

  // The types, and what is read by them: settings, the annex, the border policy, a CSV's profile.
  for (const std::string& name : names()) {
    ASSERT_FALSE(parse_matter(name)) << name;
    ASSERT_FALSE(Annex::read(Json::Object{
        {"state", "S"}, {"fictitious", true}, {"redress", "R"}, {"articles", Json::Object{{name, "article 1"}}}}))
        << name;
    const Json rule = Json::Object{{"name", "all"},
                                   {"objects", Json::Array{"indicator"}},
                                   {"categories", Json::Array{name}},
                                   {"kinds", Json::Array{"technical"}},
                                   {"roles", Json::Array{"member"}},
                                   {"max_tlp", "AMBER"}};
    ASSERT_FALSE(Policy::read(Json::Object{{"version", 1}, {"allow", Json::Array{rule}}})) << name;
  }

  // The API: a batch whose sender says what it is about, and the public form. Refused for the name, not for want of a
  // session or of patience.
  std::map<int, int> statuses;
  for (const std::string& name : names())
    ++statuses[desk.ask({"POST", "/api/v1/reports?source=x&category=" + percent(name), "hxxps://bad[.]example[.]com/x",
                         "text/plain"},
                        &analyst)
                   .status];
  const auto to_public = [&](const std::string& category_members) {
    desk.clock().advance(60'000);  // so that nobody has to wait
    return desk.ask({"POST", "/api/v1/public/reports",
                     "{" + category_members +
                         R"(,"where":"https://bad.example.com/x","what":"They took a deposit and )"
                         R"(went silent.","nonce":"f3b1c2d4e5f60718293a4b"})"});
  };
  for (const std::string& name : names()) ++statuses[to_public("\"category\":" + quoted(name)).status];
  for (const char* twice :  // a name twice, a name in another case, another type
       {R"("category":"phishing","category":"extremism")", R"("category":"phishing","Category":"extremism")",
        R"("category":["extremism"])", R"("category":{"phishing":"extremism"})",
        R"("categor\u0079":"phishing","category":"extremism")"})
    ++statuses[to_public(twice).status];
  for (const auto& [status, count] : statuses)
    EXPECT_TRUE(status == 400 || status == 403 || status == 422) << status << ": " << count;
  EXPECT_EQ(desk.rows(), rows_before) << "a request that was refused left something in the record";

  // Imports, by a confined worker as ever: all of one format is a batch.
  std::string csv = "name,about\r\n", intelmq;
  for (std::size_t i = 0; i < names().size(); ++i) {
    const std::string host = "site" + std::to_string(i) + ".example.com";
    csv += host + ",\"" + replace_all(names()[i], "\"", "\"\"") + "\"\r\n";
    const std::string type = quoted(names()[i]);
    intelmq += R"({"feed.name":"x","source.url":"http://)" + host + R"(/","classification.type":)" +
               (i % 10 == 0 ? R"("phishing","classification.type":)" + type : type) + "}\n";
  }
  Incoming incoming{"feed-x", "list.csv", {}, CsvProfile{}, desk.clock().now(), Format::Csv};
  incoming.profile->kind = ObservableKind::Domain;
  incoming.profile->value_column = "name";
  incoming.profile->category_column = "about";
  const auto taken_csv = take_in(desk.desk(), incoming, "list.csv", csv, "");
  ASSERT_TRUE(taken_csv) << taken_csv.error().message;
  const auto taken_intelmq = take_in(desk.desk(), {"feed-y", "x.jsonl", {}, {}, desk.clock().now(), Format::JsonLines},
                                     "x.jsonl", intelmq, "");
  ASSERT_TRUE(taken_intelmq) << taken_intelmq.error().message;
  EXPECT_GE(taken_csv->size(), names().size());
  EXPECT_EQ(taken_intelmq->size(), names().size());
  for (const auto* items : {&*taken_csv, &*taken_intelmq}) {
    for (const RunItem& item : *items) {
      ASSERT_EQ(item.outcome, ItemOutcome::Refused) << item.position << " " << item.code << " " << item.reason;
      ASSERT_FALSE(item.sighting) << item.position;
    }
  }

  // Formats of one record a file, by the worker's own function.
  prepare_mail_reader();
  ReadingOptions document, mail;
  document.format = Format::JsonDocument;
  mail.format = Format::Mail;
  const std::string as_document = write_options(document), as_mail = write_options(mail);
  for (const std::string& name : names()) {
    const std::string said = quoted(name);
    for (const std::string& members :
         {R"("category":"content","type":)" + said, "\"category\":" + said + R"(,"type":"phishing")",
          R"("category":"content","type":"phishing","type":)" + said}) {
      const Result<std::vector<Reading>> xarf = read_answers(
          parse_record(as_document,
                       "{\"xarf_version\":\"4.2.0\",\"report_id\":\"r\",\"timestamp\":\"2026-01-02T03:04:05Z\","
                       "\"source_identifier\":\"192.0.2.1\",\"url\":\"http://login.example.org/a\"," +
                           members + "}"),
          desk.clock().now());
      ASSERT_TRUE(xarf && all_refused(*xarf)) << members;
    }
    std::string type = name;
    for (char& c : type) c = c == '\n' || c == '\0' ? ' ' : c;  // a header is one line
    const Result<std::vector<Reading>> arf = read_answers(
        parse_record(
            as_mail,
            "From: a@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
            "report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n"
            "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: " +
                type +
                "\r\nVersion: 1\r\nSource-IP: 192.0.2.1\r\nReported-URI: http://login.example.org/a\r\n\r\n--b--\r\n"),
        desk.clock().now());
    ASSERT_TRUE(arf && all_refused(*arf)) << name;
  }

  // SQL itself.
  Result<Database> database = Database::open(desk.record(), Database::Open::Write);
  ASSERT_TRUE(database);
  for (const std::string& name : names()) {
    ASSERT_FALSE(database->run(
        "INSERT INTO cases VALUES ('x', $1, 'domain', 'a.example', 'k', NULL, 'open', 0, NULL, 1, 1, 0, NULL, NULL, 1, "
        "1, NULL, NULL, NULL, NULL)",
        {name}))
        << name;
    ASSERT_FALSE(database->run(
        "INSERT INTO proposal VALUES ('p', 'x', $1, 'proposed', 1, 'officer', NULL, '{}', NULL, NULL)", {name}))
        << name;
  }

  const Json counts = *desk.store().counts();
  EXPECT_EQ(counts.number_or("cases", -1), 0);
  EXPECT_EQ(counts.number_or("reports", -1), 0);
  EXPECT_EQ(counts.number_or("proposals", -1), 0);
  desk.expect_sound();

  // What is on the list passes each of these doors, or none of the above would mean a thing.
  EXPECT_TRUE(parse_matter("phishing"));
  EXPECT_EQ(to_public(R"("category":"phishing")").status, 200);
  const SiteDesk::Signed again = desk.sign_in("analyst1");
  EXPECT_EQ(
      desk.ask({"POST", "/api/v1/reports?source=x&category=phishing", "hxxps://bad[.]example[.]com/x", "text/plain"},
               &again)
          .status,
      200);
  EXPECT_EQ(take_in(desk.desk(), incoming, "b.csv", "name,about\r\nsite.example.com,phishing\r\n", "")->front().outcome,
            ItemOutcome::Accepted);
  EXPECT_EQ(take_in(desk.desk(), {"feed-y", "x.jsonl", {}, {}, desk.clock().now(), Format::JsonLines}, "x.jsonl",
                    R"({"feed.name":"x","source.url":"http://site.example.com/","classification.type":"phishing"})"
                    "\n",
                    "")
                ->front()
                .outcome,
            ItemOutcome::Accepted);
  EXPECT_GT(desk.store().counts()->number_or("cases", 0), 0);
}

// What a peer sends, signed by it: the category of an indicator, and any label beside it.
TEST_F(RefusedNamesEverywhere, Rule01_NoNameOfTheRefusedListIsTakenFromAPeer) {
  SeededRandom random(11);
  const SecretKey key = SecretKey::generate(random);
  Self self{"river.example.net/log", sha256("charter"), {}, 0};
  for (const OffenceRow& row : offences()) self.enabled.insert(row.category);
  Peer sender;
  sender.desk = "steppe.example.net/log";
  sender.country = "XA";
  sender.role = PeerRole::Member;
  sender.key = key.public_key();
  sender.charter = self.charter;
  sender.agreed = sender.annex = self.enabled;
  sender.head_at = kNow;
  const Json rule = Json::Object{{"name", "all"},
                                 {"objects", Json::Array{"indicator"}},
                                 {"categories", Json::Array{"phishing"}},
                                 {"kinds", Json::Array{"technical"}},
                                 {"roles", Json::Array{"member"}},
                                 {"max_tlp", "AMBER+STRICT"}};
  const Policy policy = *Policy::read(Json::Object{{"version", 1}, {"allow", Json::Array{rule}}});
  Peer to = sender;
  to.desk = self.desk;
  const Observable observable = *parse_observable(ObservableKind::Domain, "bad.example.com");
  const Indicator indicator{stix_indicator_id("key", Category::Phishing, observable),
                            Category::Phishing,
                            observable,
                            "article 190",
                            least_tlp(Category::Phishing, {ObservableKind::Domain}),
                            least_pap(Category::Phishing),
                            kNow,
                            kNow,
                            kNow + -kHourMs,
                            kNow + 30 * kDayMs,
                            sender.desk};
  const auto exportable =
      judge(policy, indicator, ObjectKind::Indicator, to, {sender.desk, self.charter, self.enabled, 0}, kNow)
          .exportable;
  ASSERT_TRUE(exportable);
  const Parcel parcel{sender.desk, self.desk, self.charter, kNow, 1};
  const Json one = write_bundle({*exportable}, parcel);
  const auto received = [&](const std::string& name, bool as_label) {
    Json bundle = one;
    for (Json& object : *bundle.object()->find("objects")->second.array()) {
      if (object.text_or("type") != "indicator") continue;
      if (as_label) {
        object.set("labels", Json::Array{name});
      } else {
        object.object()->find("extensions")->second.object()->find(stix_extension())->second.set("category", name);
      }
    }
    return bundle;
  };
  ASSERT_EQ(receive(*read_envelope(seal_envelope(one, parcel, key)), sender, self, kNow)->references.taken.size(), 1u);
  std::size_t asked = 0;
  for (const std::string& name : names()) {
    if (!valid_utf8(name)) continue;
    const std::string file = seal_envelope(received(name, false), parcel, key);
    const Result<Envelope> envelope = read_envelope(file);
    ++asked;
    if (!envelope) continue;  // refused whole
    const auto reception = receive(*envelope, sender, self, kNow);
    ASSERT_TRUE(!reception || reception->references.taken.empty()) << name;
  }
  EXPECT_GE(asked, 9'000u);
  for (const RefusedName& row : refused_names()) {  // beside a category that is listed
    const Result<Envelope> envelope = read_envelope(seal_envelope(received(std::string(row.id), true), parcel, key));
    ASSERT_TRUE(envelope);
    EXPECT_TRUE(receive(*envelope, sender, self, kNow)->references.taken.empty()) << row.id;
  }
}

}  // namespace
}  // namespace cordon::testing_desk
