#include "report/xarf.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cordon {
namespace {

Reading read_with(std::string_view members) {
  const auto record =
      parse_json("{\"xarf_version\":\"4.2.0\",\"report_id\":\"r-1\",\"timestamp\":\"2026-01-02T03:04:05Z\"," +
                 std::string(members) + "}");
  return record ? read_xarf(*record) : refuse("test", record.error().message);
}

TEST(Xarf, the_url_goes_before_the_address) {
  const Reading reading = read_with(R"("category":"content","type":"phishing","source_identifier":"192.0.2.1",)"
                                    R"("url":"http://login.example.org/a","reporter":{"contact":"abuse@example.net"})");
  EXPECT_EQ(reading.code, "") << reading.reason;
  EXPECT_EQ(reading.matter, Matter(Category::Phishing));
  ASSERT_EQ(reading.observables.size(), 2u);
  EXPECT_EQ(reading.observables[0].canonical(), "http://login.example.org/a");
  EXPECT_EQ(reading.observables[1].canonical(), "192.0.2.1");
  EXPECT_EQ(reading.token, "r-1");
  EXPECT_TRUE(reading.seen_at);
  EXPECT_EQ(reading.kept.find("abuse@"), std::string::npos);
}

// Planted bug: `url` of an attack taken for its source.
TEST(Xarf, what_was_attacked_is_no_target) {
  const Reading reading = read_with(R"("category":"connection","type":"sql_injection","source_identifier":"192.0.2.1",)"
                                    R"("url":"https://victim.example.org/","destination_ip":"198.51.100.1")");
  EXPECT_EQ(reading.matter, Matter(Category::IllegalAccess));
  ASSERT_EQ(reading.observables.size(), 1u);
  EXPECT_EQ(reading.observables[0].canonical(), "192.0.2.1");
}

// Planted bug: the answer to child-abuse reports built with the token. The type is all that such a record says.
TEST(Xarf, of_a_child_abuse_report_nothing_is_kept) {
  const Reading reading = read_with(R"("category":"content","type":"csam")");
  EXPECT_EQ(reading.code, "csam");
  EXPECT_EQ(reading.token, "");
  EXPECT_EQ(reading.kept, "");
  EXPECT_TRUE(reading.observables.empty());
}

TEST(Xarf, a_service_needs_its_port) {
  EXPECT_EQ(read_with(R"("category":"vulnerability","type":"open_service","source_identifier":"192.0.2.1")").code,
            "missing_port");
  const Reading reading =
      read_with(R"("category":"vulnerability","type":"cve","source_identifier":"192.0.2.1","service_port":8080)");
  EXPECT_EQ(reading.matter, Matter(Exposure::VulnerableService));
  EXPECT_EQ(reading.port, 8080);
}

TEST(Xarf, a_controller_is_malware_and_a_bot_is_not) {
  EXPECT_EQ(
      read_with(
          R"("category":"infrastructure","type":"botnet","source_identifier":"192.0.2.1","c2_server":"c2.example.org")")
          .matter,
      Matter(Category::ServiceAttack));
  EXPECT_EQ(read_with(R"("category":"infrastructure","type":"botnet","source_identifier":"192.0.2.1",)"
                      R"("tags":["botnet:command-and-control"])")
                .matter,
            Matter(Category::Malware));
}

TEST(Xarf, exposed_data_is_a_leak_unless_a_service_with_its_port_is_named) {
  EXPECT_EQ(
      read_with(
          R"("category":"content","type":"exposed_data","source_identifier":"192.0.2.1","exposure_method":"paste_site")")
          .code,
      "leak");
  EXPECT_EQ(read_with(R"("category":"content","type":"exposed_data","source_identifier":"192.0.2.1",)"
                      R"("exposure_method":"database_exposure","source_port":9200)")
                .matter,
            Matter(Exposure::ExposedService));
}

TEST(Xarf, refuses_by_name) {
  EXPECT_EQ(read_with(R"("category":"copyright","type":"p2p","source_identifier":"192.0.2.1")").code, "copyright");
  EXPECT_EQ(read_with(R"("category":"content","type":"disinformation","source_identifier":"192.0.2.1")").code,
            "out_of_scope");
  EXPECT_EQ(read_with(R"("category":"connection","type":"ddos","source_identifier":"192.0.2.0/24")").code, "range");
  EXPECT_EQ(read_with(R"("category":"content","type":"fraud","source_identifier":"192.0.2.1")").code, "not_held");
  EXPECT_EQ(read_with(R"("category":"content","type":"phishing")").code, "no_observable");
}

Reading read_legacy_report(std::string_view members) {
  const auto record =
      parse_json("{\"Version\":\"3\",\"ReporterInfo\":{\"ReporterContactName\":\"Asel K.\"},\"Report\":{" +
                 std::string(members) + "}}");
  EXPECT_TRUE(record && is_xarf(*record));
  return record ? read_xarf(*record) : refuse("test", record.error().message);
}

TEST(Xarf, versions_1_to_3_are_read_by_the_same_rules) {
  const Reading reading = read_legacy_report(
      R"("ReportClass":"Content","ReportType":"Phishing","Date":"2018-02-05T14:17:10Z","SourceIp":"192.0.2.55",)"
      R"("SourcePort":80,"SourceUrl":"http://phish.example.org/index.html","DestinationIp":"192.0.2.9",)"
      R"("Samples":[{"ContentType":"text/html","Payload":"<html>4111 1111 1111 1111</html>"}])");
  EXPECT_EQ(reading.code, "") << reading.reason;
  EXPECT_EQ(reading.matter, Matter(Category::Phishing));
  ASSERT_EQ(reading.observables.size(), 2u);
  EXPECT_EQ(reading.observables[0].canonical(), "http://phish.example.org/index.html");
  EXPECT_EQ(reading.observables[1].canonical(), "192.0.2.55");
  EXPECT_EQ(reading.port, 80);
  EXPECT_EQ(to_rfc3339(reading.seen_at.value()), "2018-02-05T14:17:10.000Z");
  for (const char* word : {"Asel", "Samples", "4111"}) EXPECT_EQ(reading.kept.find(word), std::string::npos) << word;
}

TEST(Xarf, versions_1_to_3_are_refused_by_the_same_names) {
  EXPECT_EQ(read_legacy_report(R"("ReportType":"Childabuse","SourceIp":"192.0.2.1","ReportID":"7")").code, "csam");
  EXPECT_EQ(read_legacy_report(R"("ReportType":"Childabuse","SourceIp":"192.0.2.1","ReportID":"7")").token, "");
  EXPECT_EQ(read_legacy_report(R"("ReportType":"Trademark","SourceIp":"192.0.2.1")").code, "trademark");
  EXPECT_EQ(read_legacy_report(R"("ReportType":"PortScan","SourceIp":"192.0.2.1")").code, "out_of_scope");
  EXPECT_EQ(read_legacy_report(R"("ReportType":"Harassment","SourceIp":"192.0.2.1")").code, "out_of_scope");
  EXPECT_EQ(read_legacy_report(R"("ReportType":"OpenService","SourceIp":"192.0.2.1")").code, "missing_port");
  EXPECT_EQ(read_xarf(*parse_json(R"({"xarf_version":"5.0.0","category":"content","type":"phishing"})")).code,
            "legacy_format");
}

}  // namespace
}  // namespace cordon
