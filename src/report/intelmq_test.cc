#include "report/intelmq.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

Reading read(std::string_view text) {
  const auto event = parse_json(text);
  if (!event || !is_intelmq(*event)) return refuse("test", "no event");
  return read_intelmq(*event);
}

TEST(Intelmq, reads_dotted_and_nested_events_alike) {
  const std::string_view kEvents[] = {
      R"({"classification.type":"c2-server","source.fqdn":"c2.example.org","source.ip":"192.0.2.1","source.port":4643,)"
      R"("time.source":"2021-01-17T07:44:46+00:00","raw":"QQ=="})",
      R"({"classification":{"type":"c2-server"},"source":{"fqdn":"c2.example.org","ip":"192.0.2.1","port":4643},)"
      R"("time":{"source":"2021-01-17T07:44:46+00:00"},"raw":"QQ=="})"};
  for (const std::string_view event : kEvents) {
    const Reading reading = read(event);
    EXPECT_EQ(reading.matter, Matter(Category::Malware)) << reading.reason;
    ASSERT_EQ(reading.observables.size(), 2u);
    EXPECT_EQ(reading.observables[0].canonical(), "c2.example.org");
    EXPECT_EQ(reading.port, 4643);
    EXPECT_EQ(to_rfc3339(reading.seen_at.value()), "2021-01-17T07:44:46.000Z");
    EXPECT_EQ(reading.kept.find("raw"), std::string::npos);
  }
}

// Planted bug: destination.ip among the candidates.
TEST(Intelmq, whom_it_hit_is_no_target) {
  EXPECT_EQ(read(R"({"classification.type":"brute-force","destination.ip":"192.0.2.1"})").code, "no_observable");
}

TEST(Intelmq, a_hash_stands_alone_for_malware_only) {
  const std::string hash = "\"malware.hash.md5\":\"0123456789abcdef0123456789abcdef\"}";
  EXPECT_EQ(read(R"({"classification.type":"malware",)" + hash).code, "");
  EXPECT_EQ(read(R"({"classification.type":"infected-system",)" + hash).code, "no_observable");
}

TEST(Intelmq, refuses_by_name) {
  EXPECT_EQ(read(R"({"classification.type":"blacklist","source.ip":"192.0.2.1"})").code, "out_of_scope");
  EXPECT_EQ(read(R"({"classification.type":"vulnerable-system","source.ip":"192.0.2.1"})").code, "missing_port");
  EXPECT_EQ(read(R"({"classification.type":"spam","source.network":"192.0.2.0/24"})").code, "range");
  EXPECT_EQ(read(R"({"feed.name":"x","source.ip":"192.0.2.1"})").code, "unspecified");
  EXPECT_EQ(read(R"({"classification.type":"misconfiguration","source.ip":"192.0.2.1"})").code, "out_of_scope");
  EXPECT_EQ(read(R"({"classification.type":"spam","source.url":"http://example.org/"})").code, "not_held");
  EXPECT_EQ(read(R"({"classification.type":"extremism","source.ip":"192.0.2.1"})").code, "extremism");
}

// Planted bug: falling back to the host when the charter keeps the url out.
TEST(Intelmq, a_url_that_is_kept_out_does_not_widen_to_its_host) {
  const Reading reading = read(R"({"classification.type":"phishing","source.url":"https://www.google.com/search?q=x",)"
                               R"("source.fqdn":"www.example.org"})");
  EXPECT_EQ(reading.code, "no_observable") << reading.reason;
}

TEST(Intelmq, an_unreadable_time_costs_the_time_only) {
  const Reading reading = read(R"({"classification.type":"ddos","source.ip":"192.0.2.1","time.source":"yesterday"})");
  EXPECT_EQ(reading.code, "");
  EXPECT_FALSE(reading.seen_at);
}

}  // namespace
}  // namespace cordon
