// Whom the registries name. Planted bugs that turn it red: network_of() without the range; the walk that does not go
// into an entity's own entities; registrants of a domain walked like others; mailboxes in the order of the card;
// blocks_ not sorted by their length.
#include "referral/registry.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/places_for_tests.h"
#include "base/text.h"

namespace cordon {
namespace {

Observable at(ObservableKind kind, std::string_view text) { return *parse_observable(kind, text); }
const Observable kAddress = at(ObservableKind::Ip, "198.51.100.7");
const Observable kName = at(ObservableKind::Domain, "login.bad.example.com");

std::string card(const std::string& lines) {
  return R"("vcardArray":["vcard",[["version",{},"text","4.0"])" + lines + "]]";
}
std::string mailbox(const std::string& address, const std::string& parameters = "{}") {
  return R"(,["email",)" + parameters + R"(,"text",")" + address + "\"]";
}
std::string entity(const std::string& roles, const std::string& rest) {
  return R"({"objectClassName":"entity","roles":[)" + roles + "]" + (rest.empty() ? "" : "," + rest) + "}";
}
std::string network(const std::string& rest) {
  return R"({"objectClassName":"ip network","handle":"NET-1","startAddress":"198.51.100.0","endAddress":"198.51.100.255",)"
         R"("country":"KZ",)" +
         rest + "}";
}
std::vector<std::string> addresses(const Result<RegistryAnswer>& answer) {
  std::vector<std::string> all;
  if (answer)
    for (const RegistryContact& one : answer->contacts) all.push_back(one.address);
  return all;
}
using Texts = std::vector<std::string>;

TEST(Registry, finds_the_abuse_role_wherever_it_stands) {
  const std::string flat =
      network(R"("entities":[)" +
              entity(R"("abuse")", card(R"(,["fn",{},"text","Abuse"])" + mailbox("Abuse@host.example.net"))) + "]");
  const Result<RegistryAnswer> answer = read_registry_answer(flat, kAddress);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->about, "198.51.100.0 - 198.51.100.255");
  EXPECT_EQ(answer->handle, "NET-1");
  EXPECT_EQ(answer->country, "kz");
  ASSERT_EQ(answer->contacts.size(), 1u);
  EXPECT_EQ(answer->contacts[0],
            (RegistryContact{"abuse@host.example.net", "Abuse", RegistryContact::From::Role, Recipient::Host}));

  const std::string nested = network(
      R"("entities":[)" +
      entity(
          R"("registrant")",
          card("") + R"(,"entities":[)" +
              entity(R"("Abuse","technical")",
                     card(R"(,["fn",{},"text",""])" + mailbox("noc@org.example.net", R"({"type":["work","abuse"]})") +
                          mailbox("abuse@org.example.net", R"({"pref":"1"})") + mailbox("third@org.example.net"))) +
              "]") +
      "]");
  EXPECT_EQ(addresses(read_registry_answer(nested, kAddress)),
            (Texts{"abuse@org.example.net", "noc@org.example.net", "third@org.example.net"}));
  EXPECT_EQ(read_registry_answer(nested, kAddress)->contacts[0].name, "");
}

TEST(Registry, a_domain_has_its_registrar_and_never_who_registered_it) {
  const std::string answer =
      R"({"objectClassName":"domain","ldhName":"BAD.example.com","entities":[)" +
      entity(R"("registrant")", card(mailbox("owner@bad.example.com")) + R"(,"entities":[)" +
                                    entity(R"("abuse")", card(mailbox("abuse@bad.example.com"))) + "]") +
      "," + entity(R"("abuse")", card(mailbox("registry@tld.example.net"))) + "," +
      entity(R"("registrar")",
             R"("entities":[)" + entity(R"("abuse")", card(mailbox("abuse@registrar.example.net"))) + "]") +
      "]}";
  const Result<RegistryAnswer> read = read_registry_answer(answer, kName);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(addresses(read), (Texts{"abuse@registrar.example.net", "registry@tld.example.net"}));
  EXPECT_EQ(read->about, "bad.example.com");
  EXPECT_EQ(read->contacts[0].acts, Recipient::Registrar);
}

TEST(Registry, a_remark_counts_where_nobody_has_the_role) {
  const std::string remark =
      R"("remarks":[{"description":["Contact hostmaster@host.example.net for names.","Abuse contact for this network is 'abuse@host.example.net'"]}])";
  const Result<RegistryAnswer> only = read_registry_answer(network(remark), kAddress);
  ASSERT_TRUE(only);
  EXPECT_EQ(addresses(only), Texts{"abuse@host.example.net"});
  EXPECT_EQ(only->contacts[0].from, RegistryContact::From::Remark);
  const std::string both =
      network(remark + R"(,"entities":[)" + entity(R"("abuse")", card(mailbox("desk@host.example.net"))) + "]");
  EXPECT_EQ(addresses(read_registry_answer(both, kAddress)), Texts{"desk@host.example.net"});
}

TEST(Registry, an_answer_about_something_else_names_nobody) {
  const std::string abuse = R"("entities":[)" + entity(R"("abuse")", card(mailbox("abuse@host.example.net"))) + "]";
  for (const char* other : {"198.51.101.0", "198.51.99.255", "203.0.113.7", "2001:db8::1"})
    EXPECT_EQ(read_registry_answer(network(abuse), at(ObservableKind::Ip, other)).error().fault, Fault::Malformed)
        << other;
  const std::string domain = R"({"objectClassName":"domain","ldhName":"bad.example.com",)" + abuse + "}";
  EXPECT_TRUE(read_registry_answer(domain, kName));
  for (const char* other : {"example.com", "verybad.example.com", "bad.example.org"})
    EXPECT_EQ(read_registry_answer(domain, at(ObservableKind::Domain, other)).error().fault, Fault::Malformed) << other;
  EXPECT_FALSE(read_registry_answer(domain, kAddress));
  EXPECT_FALSE(read_registry_answer(network(abuse), kName));
}

TEST(Registry, says_what_the_registry_says) {
  const Result<RegistryAnswer> none = read_registry_answer(R"({"errorCode":404,"title":"Not found"})", kAddress);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::NotFound);
  EXPECT_EQ(none.error().message, "the registry knows nothing of it: Not found");
  const Result<RegistryAnswer> busy = read_registry_answer(R"({"errorCode":429,"title":"Slow\r\ndown"})", kAddress);
  EXPECT_EQ(busy.error().fault, Fault::Unavailable);
  EXPECT_EQ(busy.error().message.find('\n'), std::string::npos);
}

// What is no mailbox, or tries to be more than one line of a letter's head, is left out; what is too much ends.
TEST(Registry, hostile_answers_name_nobody) {
  for (const char* wrong :
       {"", "abuse", "a@b", "a@host.example.net\\r\\nBcc: everybody@example.net", "<a@host.example.net>, b@example.net",
        "Abuse <a@host.example.net>", "a@host.example.net\\u0000", "*@example.net", "a@[192.0.2.1]"}) {
    const std::string answer = network(R"("entities":[)" + entity(R"("abuse")", card(mailbox(wrong))) + "]");
    EXPECT_EQ(addresses(read_registry_answer(answer, kAddress)), Texts{}) << wrong;
  }
  for (const char* odd :
       {R"("entities":{})", R"("entities":[1,null,[]])", R"("entities":[{"roles":"abuse","vcardArray":[]}])",
        R"("entities":[{"roles":["abuse"],"vcardArray":["vcard",[[],["email"],["email",1,2,3],[1,2,3,4]]]}])",
        R"("remarks":[{"description":"abuse a@host.example.net"},7])"}) {
    const Result<RegistryAnswer> answer = read_registry_answer(network(odd), kAddress);
    ASSERT_TRUE(answer) << odd << " " << answer.error().message;
    EXPECT_TRUE(answer->contacts.empty()) << odd;
  }
  std::string many = R"("entities":[)";
  for (int i = 0; i < 3'000; ++i)
    many +=
        (i == 0 ? "" : ",") + entity(R"("abuse")", card(mailbox("abuse" + std::to_string(i) + "@host.example.net")));
  EXPECT_EQ(read_registry_answer(network(many + "]"), kAddress)->contacts.size(), 20u);
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += R"("entities":[{"roles":["abuse"],)";
  EXPECT_FALSE(read_registry_answer(network(deep), kAddress));
  EXPECT_FALSE(
      read_registry_answer(network(R"("handle2":")" + std::string(kLargestRegistryAnswer, 'x') + "\""), kAddress));
  EXPECT_FALSE(read_registry_answer("", kAddress));
  EXPECT_FALSE(read_registry_answer("<html>", kAddress));
}

// ── which registry ──

constexpr std::string_view kNames =
    R"({"services":[[["com","net"],["http://plain.example.net/","https://rdap.com.example.net"]],)"
    R"([["example.com"],["https://rdap.sub.example.net/x/"]],[["org"],["http://plain.example.net/"]]]})";
constexpr std::string_view kV4 =
    R"({"services":[[["198.0.0.0/8"],["https://wide.example.net/"]],[["198.51.100.0/24","203.0.113.0/28"],["https://narrow.example.net/"]]]})";
constexpr std::string_view kV6 = R"({"services":[[["2001:db8::/32"],["https://six.example.net/"]]]})";

std::string asked(const RegistryMap& map, ObservableKind kind, std::string_view host) {
  const Result<std::string> question = map.question(at(kind, host));
  return question ? *question : std::string(question.error().fault == Fault::NotFound ? "nobody" : "?");
}

TEST(RegistryMap, the_narrowest_answers) {
  const Result<RegistryMap> map = RegistryMap::read(kNames, kV4, kV6);
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "198.51.100.7"), "https://narrow.example.net/ip/198.51.100.7");
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "198.51.101.7"), "https://wide.example.net/ip/198.51.101.7");
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "203.0.113.15"), "https://narrow.example.net/ip/203.0.113.15");
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "203.0.113.16"), "nobody");
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "2001:db8::7"), "https://six.example.net/ip/2001:db8::7");
  EXPECT_EQ(asked(*map, ObservableKind::Ip, "2001:db9::7"), "nobody");
  EXPECT_EQ(asked(*map, ObservableKind::Domain, "a.b.shop.com"), "https://rdap.com.example.net/domain/shop.com");
  EXPECT_EQ(asked(*map, ObservableKind::Domain, "www.example.com"),
            "https://rdap.sub.example.net/x/domain/example.com");
  EXPECT_EQ(asked(*map, ObservableKind::Domain, "example.org"), "nobody") << "only over http";
  EXPECT_EQ(map->question(at(ObservableKind::Email, "a@example.com")).error().fault, Fault::Usage);
}

TEST(RegistryMap, a_broken_file_is_named) {
  const auto error = [](std::string_view names, std::string_view v4) {
    return RegistryMap::read(names, v4, kV6).error();
  };
  EXPECT_EQ(error(kNames, R"({"services":[[["198.51.100.0/33"],["https://a.example.net/"]]]})").where,
            "ipv4.json, service 1");
  EXPECT_EQ(error(kNames, R"({"services":[[["198.51.100.0"],["https://a.example.net/"]]]})").where,
            "ipv4.json, service 1");
  EXPECT_EQ(error(R"({"services":[[["com"],["https://a.example.net/"]],["com"]]})", kV4).where, "dns.json, service 2");
  EXPECT_EQ(error("{}", kV4).where, "dns.json");
}

// Answers and files that somebody else wrote. Their mailboxes are of a name that no public suffix ends, so it is made
// one.
TEST(Registry, reads_the_shared_samples) {
  const std::string folder = shared_data("interchange/rdap");
  if (!exists(folder)) GTEST_SKIP() << "no " << folder;
  const auto sample = [&](const std::string& name) {
    return replace_all(*read_file(folder + "/" + name, 1u << 20), ".example\"", ".example.net\"");
  };
  const auto first = [&](const std::string& name, const Observable& host) {
    const Result<RegistryAnswer> answer = read_registry_answer(sample(name), host);
    return !answer ? answer.error().message : answer->contacts.empty() ? "nobody" : answer->contacts[0].address;
  };
  EXPECT_EQ(first("ip-flat-abuse.json", kAddress), "abuse@host.example.net");
  EXPECT_EQ(first("ip-nested-abuse.json", at(ObservableKind::Ip, "203.0.113.9")), "abuse@org2.example.net");
  EXPECT_EQ(read_registry_answer(sample("error-404.json"), kAddress).error().fault, Fault::NotFound);
  const Json domain = *parse_json(sample("domain-registrar-abuse.json"));
  const Result<Observable> name = parse_observable(ObservableKind::Domain, domain.text_or("ldhName"));
  ASSERT_TRUE(name) << domain.text_or("ldhName");
  EXPECT_NE(first("domain-registrar-abuse.json", *name).find("@"), std::string::npos);
  EXPECT_TRUE(
      RegistryMap::read(sample("bootstrap-dns.json"), sample("bootstrap-ipv4.json"), sample("bootstrap-ipv6.json")));
}

}  // namespace
}  // namespace cordon
