// Whom to ask, as registries answer it: recorded shapes of RDAP served on this machine, with what real ones do besides.
// Planted bugs that turn it red: keep_pace() that always lets pass; may_connect left out; `kept` without the days; a
// redirect that is followed without asking whether it may; whom_to_ask() that looks into the registry first.
#include "desk/registry_book.h"

#include <map>

#include "base/places_for_tests.h"
#include "net/http_server.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

const std::string kAbuse =
    R"("entities":[{"roles":["registrant"],"entities":[{"roles":["abuse"],"vcardArray":["vcard",[["version",{},"text","4.0"],)"
    R"(["fn",{},"text","Abuse desk"],["email",{},"text","abuse@isp.example.net"]]]}]}])";
const std::string kRegistrar =
    R"("entities":[{"roles":["registrar"],"entities":[{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text",)"
    R"("abuse@registrar.example.net"]]]}]}])";
std::string network(const std::string& first, const std::string& last) {
  return R"({"objectClassName":"ip network","handle":"NET-1","country":"KZ","startAddress":")" + first +
         R"(","endAddress":")" + last + "\"," + kAbuse + "}";
}
class RegistryBookTest : public testing::Test {
 protected:
  RegistryBookTest() {
    server_ = *http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) {
      asked_.push_back(request.path);
      const auto known = answers_.find(request.path);
      return known == answers_.end() ? http::Response{404, "application/rdap+json", "{}", {}} : known->second;
    });
    base_ = "http://127.0.0.1:" + std::to_string(server_->port());
    settings_.inside = true;
    settings_.source = base_ + "/iana";
    const auto services = [this](const std::string& keys) {
      return http::Response{
          200, "application/json", R"({"services":[[[)" + keys + R"(],[")" + base_ + R"(/r/"]]]})", {}};
    };
    answers_["/iana/dns.json"] = services(R"("com","net")");
    answers_["/iana/ipv4.json"] = services(R"("192.0.2.0/24","198.51.100.0/24")");
    answers_["/iana/ipv6.json"] = services(R"("2001:db8::/32")");
    answers_["/r/ip/192.0.2.7"] = rdap(network("192.0.2.0", "192.0.2.255"));
    answers_["/r/domain/example.com"] =
        rdap(R"({"objectClassName":"domain","ldhName":"example.com",)" + kRegistrar + "}");
  }
  static http::Response rdap(const std::string& body) { return {200, "application/rdap+json", body, {}}; }
  static http::Response leads_to(const std::string& where) { return {302, "text/plain", "", {{"Location", where}}}; }

  RegistryBook book() { return RegistryBook(desk_.paths(), settings_, desk_.clock().now()); }
  static Observable ip(const std::string& text) { return *parse_observable(ObservableKind::Ip, text); }
  void refreshed() {
    const Result<Nothing> done = book().refresh();
    ASSERT_TRUE(done) << done.error().message << " " << done.error().where;
    desk_.clock().advance(60'001);
    asked_.clear();
  }

  SiteDesk desk_;
  RegistrySettings settings_;
  std::vector<std::string> asked_;
  std::map<std::string, http::Response> answers_;
  std::unique_ptr<http::Server> server_;
  std::string base_;
};

TEST_F(RegistryBookTest, an_answer_is_kept_with_its_proof_for_some_days) {
  EXPECT_EQ(book().ask(ip("192.0.2.7")).error().fault, Fault::NotFound)
      << "which registries there are is not known yet";
  refreshed();
  EXPECT_EQ(book().kept(ip("192.0.2.7")).error().fault, Fault::NotFound);
  const Result<RegistryEntry> asked = book().ask(ip("192.0.2.7"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->question, base_ + "/r/ip/192.0.2.7");
  EXPECT_EQ(asked->digest, sha256(network("192.0.2.0", "192.0.2.255")));
  ASSERT_TRUE(asked->said);
  EXPECT_EQ(asked->said->contacts.at(0).address, "abuse@isp.example.net");
  EXPECT_EQ(asked_, std::vector<std::string>{"/r/ip/192.0.2.7"});
  desk_.clock().advance(7 * kDayMs - 1);
  const Result<RegistryEntry> kept = book().kept(ip("192.0.2.7"));
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept->said, *asked->said);
  EXPECT_EQ(kept->asked_at, asked->asked_at);
  desk_.clock().advance(1);
  EXPECT_EQ(book().kept(ip("192.0.2.7")).error().fault, Fault::NotFound) << "a week old";
}

TEST_F(RegistryBookTest, what_a_registry_does_not_know_is_kept_too) {
  refreshed();
  const Result<RegistryEntry> asked = book().ask(ip("198.51.100.7"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_FALSE(asked->said);
  EXPECT_TRUE(book().kept(ip("198.51.100.7")));
}

TEST_F(RegistryBookTest, registries_lead_to_one_another_five_times) {
  refreshed();
  for (int i = 0; i < 5; ++i)
    answers_["/step/" + std::to_string(i)] = leads_to(base_ + "/step/" + std::to_string(i + 1));
  answers_["/step/5"] = rdap(network("192.0.2.0", "192.0.2.255"));
  answers_["/r/ip/192.0.2.8"] = leads_to("/step/1");
  const Result<RegistryEntry> asked = book().ask(ip("192.0.2.8"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->question, base_ + "/step/5") << "who answered";
  desk_.clock().advance(60'001);
  answers_["/r/ip/192.0.2.9"] = leads_to("/step/0");
  EXPECT_EQ(book().ask(ip("192.0.2.9")).error().message, "the registries lead on and on");
  desk_.clock().advance(60'001);
  answers_["/r/ip/192.0.2.10"] = leads_to("file:///etc/passwd");
  EXPECT_EQ(book().ask(ip("192.0.2.10")).error().fault, Fault::Usage);
  desk_.clock().advance(60'001);
  answers_["/r/ip/192.0.2.11"] = leads_to("http://rdap.example.net/ip/192.0.2.11");
  EXPECT_EQ(book().ask(ip("192.0.2.11")).error().fault, Fault::Refused) << "without TLS";
}

TEST_F(RegistryBookTest, no_answer_makes_it_talk_to_a_machine_inside) {
  refreshed();
  settings_.inside = false;
  EXPECT_EQ(book().ask(ip("192.0.2.7")).error().fault, Fault::Refused) << "http, and of this machine";
  EXPECT_TRUE(asked_.empty());
  const std::string folder = desk_.folder().path();
  const auto lead_inside = [&](const std::string& at) {
    const std::string map = R"({"services":[[["192.0.2.0/24"],["https://)" + at + R"(/"]]]})";
    EXPECT_TRUE(write_file(folder + "/dns.json", R"({"services":[]})"));
    EXPECT_TRUE(write_file(folder + "/ipv4.json", map));
    EXPECT_TRUE(write_file(folder + "/ipv6.json", R"({"services":[]})"));
    EXPECT_TRUE(book().refresh(folder));
    desk_.clock().advance(60'001);
    return book().ask(ip("192.0.2.7")).error();
  };
  for (const std::string at :
       {"127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "localhost", "192.168.1.1", "[fd00::1]"})
    EXPECT_EQ(lead_inside(at + ":" + std::to_string(server_->port())).message,
              "the name leads to an address that is not asked")
        << at;
  EXPECT_TRUE(asked_.empty()) << "nobody was reached";
}

TEST_F(RegistryBookTest, a_registry_is_asked_as_often_as_it_may_be) {
  settings_.per_minute = 3;
  refreshed();
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(book().ask(ip("192.0.2." + std::to_string(i))));
  const Result<RegistryEntry> fourth = book().ask(ip("192.0.2.4"));
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().fault, Fault::Unavailable);
  EXPECT_EQ(asked_.size(), 3u) << "the fourth was not even asked";
  desk_.clock().advance(60'000);
  EXPECT_TRUE(book().ask(ip("192.0.2.4")));
  answers_["/r/ip/192.0.2.5"] = {429, "text/plain", "", {{"Retry-After", "600"}}};
  EXPECT_EQ(book().ask(ip("192.0.2.5")).error().message, "the registry asked to come again in 600 s");
  const std::size_t before = asked_.size();
  desk_.clock().advance(599'000);
  EXPECT_FALSE(book().ask(ip("192.0.2.6")));
  EXPECT_EQ(asked_.size(), before);
  desk_.clock().advance(1'000);
  EXPECT_TRUE(book().ask(ip("192.0.2.6")));
}

TEST_F(RegistryBookTest, a_wrong_answer_is_not_kept) {
  refreshed();
  answers_["/r/ip/192.0.2.20"] = rdap(network("192.0.2.128", "192.0.2.255"));
  EXPECT_EQ(book().ask(ip("192.0.2.20")).error().fault, Fault::Malformed);
  answers_["/r/ip/192.0.2.21"] = rdap("<html>");
  EXPECT_EQ(book().ask(ip("192.0.2.21")).error().fault, Fault::Malformed);
  answers_["/r/ip/192.0.2.22"] = {500, "text/plain", "", {}};
  EXPECT_EQ(book().ask(ip("192.0.2.22")).error().fault, Fault::Unavailable);
  for (const char* host : {"192.0.2.20", "192.0.2.21", "192.0.2.22"})
    EXPECT_EQ(book().kept(ip(host)).error().fault, Fault::NotFound) << host;
  answers_["/iana/ipv6.json"] = rdap("{}");
  EXPECT_FALSE(book().refresh());
  desk_.clock().advance(60'001);
  EXPECT_TRUE(book().ask(ip("192.0.2.7"))) << "the files of before are still there";
}

// The desk's own book goes before; what it does not know, the kept answer does.
TEST_F(RegistryBookTest, a_request_goes_to_whom_the_registry_names_where_the_book_names_nobody) {
  refreshed();
  const Observable address = ip("192.0.2.7");
  const Result<std::string> of_the_book = whom_to_ask(desk_.desk(), Recipient::Host, address);
  ASSERT_TRUE(of_the_book) << "the demonstration's book has everybody";
  SiteDesk::write(desk_.paths().contacts(),
                  "[[contact]]\nrecipient = \"host\"\nfor = \"198.51.100.9\"\naddress = "
                  "\"known@host.example.net\"\nname = \"Known\"\n");
  desk_.open();
  const Result<std::string> nobody = whom_to_ask(desk_.desk(), Recipient::Host, address);
  ASSERT_FALSE(nobody);
  EXPECT_NE(nobody.error().message.find("cordon contact find 192.0.2.7 --ask"), std::string::npos)
      << nobody.error().message;
  ASSERT_TRUE(book().ask(address));
  EXPECT_EQ(*whom_to_ask(desk_.desk(), Recipient::Host, address), "abuse@isp.example.net");
  EXPECT_EQ(*whom_to_ask(desk_.desk(), Recipient::IspAbuse, address), "abuse@isp.example.net");
  EXPECT_FALSE(whom_to_ask(desk_.desk(), Recipient::Registrar, address)) << "an address has no registrar";
  EXPECT_EQ(*whom_to_ask(desk_.desk(), Recipient::Host, ip("198.51.100.9")), "known@host.example.net");
  ASSERT_TRUE(book().ask(*parse_observable(ObservableKind::Domain, "example.com")));
  EXPECT_EQ(*whom_to_ask(desk_.desk(), Recipient::Registrar,
                         *parse_observable(ObservableKind::Url, "https://login.example.com/a")),
            "abuse@registrar.example.net");
}

}  // namespace
}  // namespace cordon::testing_desk
