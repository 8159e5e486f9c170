// A table of answers in the shapes that registries have (RFC 9083 and what they do beside it), served on this machine:
// for each the right contact, and never more questions than a registry takes. The texts are our own; names and
// addresses are of documents (RFC 2606, 5737, 3849). Planted bugs, each seen red: entities within entities not looked
// into; the registrant's own role taken for a domain; keep_pace() that always lets pass.
#include <map>

#include "desk/registry_book.h"
#include "net/http_server.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

std::string card(const std::string& name, const std::string& mailbox, const std::string& parameters = "{}") {
  return R"("vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text",")" + name +
         R"("],["kind",{},"text","group"],)" +
         R"(["adr",{"label":"1 Street\nTown"},"text",["","","","","","",""]],["tel",{"type":["work","voice"]},"uri","tel:+1"],)" +
         R"(["email",)" + parameters + R"(,"text",")" + mailbox + "\"]]]";
}
std::string entity(const std::string& roles, const std::string& inside, const std::string& more = "") {
  return R"({"objectClassName":"entity","handle":"H-1","roles":[)" + roles + "]," + inside + more + "}";
}
std::string entities(const std::string& list) { return R"("entities":[)" + list + "]"; }

// One shape of an answer: what is said of whom beside the network's or domain's own lines, and who is meant.
struct Shape {
  const char* name;
  bool network;
  std::string said;      // members of the answer
  std::string expected;  // a mailbox; empty: nobody
};

const std::string kNobody;
std::vector<Shape> shapes() {
  const std::string abuse = entity(R"("abuse")", card("Abuse", "abuse@net.example.net"));
  const std::string work = R"({"type":"work"})", pref = R"({"pref":"1"})";
  return {
      {"RIPE: abuse beside the others", true,
       entities(entity(R"("administrative")", card("Admin", "admin@net.example.net")) + "," + abuse),
       "abuse@net.example.net"},
      {"ARIN: abuse within the registrant", true,
       entities(entity(R"("registrant")", card("Org", "org@net.example.net"),
                       "," + entities(entity(R"("noc")", card("NOC", "noc@net.example.net")) + "," + abuse))),
       "abuse@net.example.net"},
      {"ARIN: two roles on one entity", true,
       entities(entity(R"("technical","abuse")", card("Both", "abuse@net.example.net", work))),
       "abuse@net.example.net"},
      {"APNIC: a role of an incident team beside abuse", true,
       entities(entity(R"("technical","administrative")", card("T", "tech@net.example.net")) + "," + abuse) +
           R"(,"remarks":[{"title":"remarks","description":["Send spam reports to other@net.example.net"]}])",
       "abuse@net.example.net"},
      {"LACNIC: three deep", true,
       entities(entity(
           R"("registrant")", card("O", "o@net.example.net"),
           "," + entities(entity(R"("administrative")", card("P", "p@net.example.net"), "," + entities(abuse))))),
       "abuse@net.example.net"},
      {"AFRINIC: only a remark", true,
       entities(entity(R"("technical")", card("T", "tech@net.example.net"))) +
           R"(,"remarks":[{"description":["% Abuse contact for this network is 'abuse@net.example.net'"]}])",
       "abuse@net.example.net"},
      {"a role in capitals", true, entities(entity(R"("ABUSE")", card("A", "abuse@net.example.net"))),
       "abuse@net.example.net"},
      {"two mailboxes, one preferred", true,
       entities(entity(
           R"("abuse")",
           R"("vcardArray":["vcard",[["fn",{},"text","A"],["email",{"pref":"2"},"text","second@net.example.net"],)"
           R"(["email",)" +
               pref + R"(,"text","abuse@net.example.net"]]])")),
       "abuse@net.example.net"},
      {"a mailbox in a list", true,
       entities(entity(R"("abuse")", R"("vcardArray":["vcard",[["email",{},"text",["abuse@net.example.net"]]]])")),
       "abuse@net.example.net"},
      {"no mailbox on the first abuse entity", true,
       entities(entity(R"("abuse")", R"("vcardArray":["vcard",[["fn",{},"text","A"]]])") + "," + abuse),
       "abuse@net.example.net"},
      {"a mailbox that is none", true, entities(entity(R"("abuse")", card("A", "not a mailbox")) + "," + abuse),
       "abuse@net.example.net"},
      {"nobody at all", true, R"("status":["active"])", kNobody},
      {"nobody who takes complaints", true, entities(entity(R"("administrative")", card("A", "admin@net.example.net"))),
       kNobody},
      {"an empty list", true, entities(""), kNobody},
      {"links, events and notices beside it", true,
       entities(abuse) +
           R"(,"links":[{"rel":"self","href":"https://x.example.net/"}],"events":[{"eventAction":"registration",)"
           R"("eventDate":"2010-01-01T00:00:00Z"}],"notices":[{"title":"Terms","description":["abuse of this )"
           R"(service: terms@registry.example.net"]}],"port43":"whois.example.net")",
       "abuse@net.example.net"},
      {"Verisign: the registrar's abuse within it", false,
       entities(entity(R"("registrar")", card("R", "registrar@net.example.net"), "," + entities(abuse))),
       "abuse@net.example.net"},
      {"a registrant with an abuse role is not asked", false,
       entities(entity(R"("registrant","abuse")", card("Owner", "owner@bad.example.com")) + "," +
                entity(R"("registrar")", card("R", "r@net.example.net"), "," + entities(abuse))),
       "abuse@net.example.net"},
      {"a registrant's own entities are not asked", false,
       entities(entity(R"("registrant")", card("Owner", "owner@bad.example.com"),
                       "," + entities(entity(R"("abuse")", card("Mine", "abuse@bad.example.com"))))),
       kNobody},
      {"the registrar's abuse before the registry's", false,
       entities(entity(R"("abuse")", card("Registry", "abuse@registry.example.net")) + "," +
                entity(R"("registrar")", card("R", "r@net.example.net"), "," + entities(abuse))),
       "abuse@net.example.net"},
      {"a domain in Unicode beside its ASCII name", false,
       R"("unicodeName":"bücher.example.com",)" +
           entities(entity(R"("registrar")", card("R", "r@net.example.net"), "," + entities(abuse))),
       "abuse@net.example.net"},
      {"name servers and secure DNS beside it", false,
       R"("nameservers":[{"objectClassName":"nameserver","ldhName":"ns1.example.net"}],"secureDNS":{"delegationSigned":false},)" +
           entities(entity(R"("registrar")", card("R", "r@net.example.net"), "," + entities(abuse))),
       "abuse@net.example.net"},
  };
}

struct Question {
  std::string name;
  Observable host;
  std::string path, body, expected;
};

// Each shape over v4, v6, plain names, internationalised names and names below the registered one.
std::vector<Question> questions() {
  std::vector<Question> all;
  int number = 0;
  const auto ask = [&](const Shape& shape, ObservableKind kind, const std::string& host, const std::string& path,
                       const std::string& head) {
    all.push_back({std::string(shape.name) + ", " + host, *parse_observable(kind, host), path,
                   "{" + head + "," + shape.said + "}", shape.expected});
  };
  for (const Shape& shape : shapes()) {
    for (int variant = 0; variant < 5; ++variant) {
      const std::string n = std::to_string(++number);
      if (shape.network && variant < 3) {
        const std::string net = "198.51." + std::to_string(100 + number % 100) + ".",
                          host = net + std::to_string(variant + 7);
        const std::string first = variant == 0 ? net + "0" : "198.51.0.0",
                          last = variant == 1 ? "198.51.255.255" : net + "255";
        ask(shape, ObservableKind::Ip, host, "/r/ip/" + host,
            R"("objectClassName":"ip network","handle":"N","ipVersion":"v4","country":"KZ","startAddress":")" + first +
                R"(","endAddress":")" + last + "\"");
      } else if (shape.network) {
        const std::string host = "2001:db8:" + n + "::7";
        ask(shape, ObservableKind::Ip, host, "/r/ip/" + host,
            R"("objectClassName":"ip network","ipVersion":"v6","startAddress":"2001:db8:)" + n +
                R"(::","endAddress":"2001:db8:)" + n + R"(:ffff:ffff:ffff:ffff:ffff")");
      } else {
        const std::string label = variant % 2 == 0 ? "bad-" + n : "xn--bcher-" + n + "-kva";
        const std::string name = variant == 3              ? "bad-" + n + ".com"
                                 : label.starts_with("xn") ? "bad-idn-" + n + ".com"
                                                           : label + ".com";
        const std::string host = variant >= 2 ? "www.login." + name : name;
        ask(shape, ObservableKind::Domain, host, "/r/domain/" + name,
            R"("objectClassName":"domain","ldhName":")" + (variant == 4 ? "BAD-" + n + ".COM" : name) + "\"");
      }
    }
  }
  for (const auto& [unicode, ascii] : std::initializer_list<std::pair<const char*, const char*>>{
           {"bücher.com", "xn--bcher-kva.com"}, {"пример.com", "xn--e1afmkfd.com"}, {"例子.com", "xn--fsqu00a.com"}}) {
    const Shape shape = shapes()[15];
    ask(shape, ObservableKind::Domain, unicode, std::string("/r/domain/") + ascii,
        std::string(R"("objectClassName":"domain","ldhName":")") + ascii + "\"");
  }
  return all;
}

TEST(RegistryAnswers, the_right_contact_of_more_than_a_hundred_and_never_too_many_questions) {
  SiteDesk desk;
  RegistrySettings settings;
  std::map<std::string, http::Response> answers;
  std::vector<Instant> asked_at;
  int busy = 0;
  auto server = *http::Server::listen("127.0.0.1", 0, [&](const http::Request& request) {
    if (!request.path.starts_with("/iana/")) asked_at.push_back(desk.clock().now());
    // Every twentieth question finds the registry busy; every seventh is led on to another place first.
    if (request.path.starts_with("/r/") && ++busy % 20 == 0)
      return http::Response{429, "text/plain", "", {{"Retry-After", "90"}}};
    if (request.path.starts_with("/r/") && busy % 7 == 0)
      return http::Response{302, "text/plain", "", {{"Location", "/elsewhere" + request.path}}};
    const std::string path = request.path.starts_with("/elsewhere") ? request.path.substr(10) : request.path;
    const auto known = answers.find(path);
    return known == answers.end() ? http::Response{404, "application/rdap+json", "{}", {}} : known->second;
  });
  const std::string base = "http://127.0.0.1:" + std::to_string(server->port());
  settings.inside = true;
  settings.source = base + "/iana";
  for (const auto& [file, keys] : std::initializer_list<std::pair<const char*, const char*>>{
           {"dns", R"("com")"}, {"ipv4", R"("198.51.0.0/16")"}, {"ipv6", R"("2001:db8::/32")"}})
    answers["/iana/" + std::string(file) + ".json"] = {
        200, "application/json", R"({"services":[[[)" + std::string(keys) + R"(],[")" + base + R"(/r/"]]]})", {}};
  ASSERT_TRUE(RegistryBook(desk.paths(), settings, desk.clock().now()).refresh());
  const std::vector<Question> all = questions();
  ASSERT_GE(all.size(), 100u);
  for (const Question& one : all) answers[one.path] = {200, "application/rdap+json", one.body, {}};

  std::size_t right = 0, refusals = 0;
  for (const Question& one : all) {
    Result<RegistryEntry> entry = fail(Fault::Unavailable, "not asked");
    for (int attempt = 0; attempt < 40 && !entry; ++attempt) {
      entry = RegistryBook(desk.paths(), settings, desk.clock().now()).ask(one.host);
      if (entry || entry.error().fault != Fault::Unavailable) break;
      ++refusals;
      desk.clock().advance(7'000);  // somebody who does not wait as long as he was told
    }
    ASSERT_TRUE(entry) << one.name << ": " << entry.error().message;
    const std::string first =
        entry->said && !entry->said->contacts.empty() ? entry->said->contacts.front().address : kNobody;
    EXPECT_EQ(first, one.expected) << one.name;
    right += first == one.expected ? 1 : 0;
  }
  EXPECT_GE(right * 100, all.size() * 99);
  EXPECT_GT(refusals, 10u) << "the pace was never met";
  std::size_t most = 0;
  for (std::size_t i = 0, first = 0; i < asked_at.size(); ++i) {
    while (asked_at[i] - asked_at[first] >= 60'000) ++first;
    most = std::max(most, i - first + 1);
  }
  EXPECT_LE(most, static_cast<std::size_t>(settings.per_minute))
      << "questions within a minute, as the server counts them";
  std::printf("%zu of %zu answers right; at most %zu questions a minute, %zu times told to wait\n", right, all.size(),
              most, refusals);
}

}  // namespace
}  // namespace cordon::testing_desk
