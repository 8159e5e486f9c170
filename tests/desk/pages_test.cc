// Every page of the desk, asked for over HTTP as a browser without scripts asks, with hostile text in everything that
// people can write.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "../program.h"
#include "base/files.h"
#include "base/text.h"
#include "net/form.h"

namespace cordon::testing_desk {
namespace {

constexpr std::string_view kHostile =
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></textarea></title>&lt;b&gt;\xE2\x80\xAE"
    "evil";

struct Reply {
  int status = 0;
  std::string head, body;
  std::string header(std::string_view name) const {
    for (const std::string_view line : split(head, '\n')) {
      const std::size_t colon = line.find(':');
      if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
        return std::string(trim(line.substr(colon + 1)));
    }
    return {};
  }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class PagesTest : public testing::Test {
 protected:
  void SetUp() override {
    case_ = desk_.phishing_case();
    server_ = start_cordon({"serve", "--desk", desk_.desk(), "--port", "0"}, log());
    for (int i = 0; i < 400 && port_ == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      const Result<std::string> said = read_file(log(), 1u << 16);
      const std::size_t at = said ? said->find("127.0.0.1:") : std::string::npos;
      if (at != std::string::npos) port_ = std::atoi(said->c_str() + at + 10);
    }
    ASSERT_NE(port_, 0);
  }
  void TearDown() override {
    if (server_ > 0) ::kill(server_, SIGTERM);
    if (server_ > 0) wait_for(server_);
  }
  std::string log() const { return desk_.folder().path() + "/serve.log"; }

  Reply ask(const std::string& method, const std::string& path, const std::string& type = {},
            const std::string& body = {}) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(static_cast<std::uint16_t>(port_));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Reply reply;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) return reply;
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                          "\r\nConnection: close\r\nAccept-Language: en\r\n";
    if (!cookie_.empty()) request += "Cookie: " + cookie_ + "\r\n";
    if (!type.empty())
      request += "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n" + body;
    EXPECT_TRUE(write_all(socket, request, "the request"));
    const Result<std::string> said = read_all(socket, 64u << 20, "the reply");
    ::close(socket);
    if (!said || !said->starts_with("HTTP/1.1 ")) return reply;
    const std::size_t end = said->find("\r\n\r\n");
    reply.status = std::atoi(said->c_str() + 9);
    reply.head = said->substr(0, end);
    reply.body = said->substr(end + 4);
    return reply;
  }

  // Sends the form with these fields and the session's token, as its page would.
  Reply post(const std::string& path, const Fields& fields) const {
    std::vector<FormField> all;
    for (const auto& [name, value] : fields) all.push_back({name, value, false, {}, {}});
    if (!csrf_.empty()) all.push_back({"csrf", csrf_, false, {}, {}});
    return ask("POST", path, "application/x-www-form-urlencoded", write_urlencoded(all));
  }

  void sign_in(const std::string& login) {
    cookie_.clear();
    csrf_.clear();
    const Reply reply = post("/sign-in", {{"login", login}, {"password", "password of " + login}});
    EXPECT_EQ(reply.status, 303) << reply.body;
    const std::string set = reply.header("Set-Cookie");
    cookie_ = set.substr(0, set.find(';'));
    csrf_ = value_of(ask("GET", "/").body, "csrf");
    EXPECT_FALSE(csrf_.empty());
  }

  static std::string value_of(const std::string& page, const std::string& field) {
    const std::string start = "name=\"" + field + "\" value=\"";
    const std::size_t at = page.find(start);
    if (at == std::string::npos) return {};
    return page.substr(at + start.size(), page.find('"', at + start.size()) - at - start.size());
  }
  // The first id after `path` in a page's links.
  static std::string id_after(const std::string& page, const std::string& path) {
    const std::size_t at = page.find(path);
    return at == std::string::npos ? std::string() : page.substr(at + path.size(), 36);
  }

  // The law of every page: one heading, a title, a language, labels, and nothing of what people wrote as markup.
  static void expect_sound(const Reply& reply, const std::string& path, int status = 200) {
    EXPECT_EQ(reply.status, status) << path << "\n" << reply.body;
    EXPECT_TRUE(reply.header("Content-Type").starts_with("text/html")) << path;
    const std::string& page = reply.body;
    const auto count = [&](std::string_view what) {
      int found = 0;
      for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++found;
      return found;
    };
    EXPECT_TRUE(page.starts_with("<!doctype html>\n<html lang=\"")) << path;
    EXPECT_EQ(count("<h1"), 1) << path;
    EXPECT_EQ(count("</title>"), 1) << path;
    EXPECT_EQ(page.find("<title></title>"), std::string::npos) << path;
    EXPECT_EQ(count("<main"), 1) << path;
    for (const std::string_view never :
         {"<script", "<img", "<b>", "javascript:", "\xE2\x80\xAE", " style=\"", "http-equiv"})
      EXPECT_EQ(page.find(never), std::string::npos) << path << " has " << never;
    EXPECT_TRUE(valid_utf8(page)) << path;
    EXPECT_NE(reply.header("Content-Security-Policy").find("default-src 'none'"), std::string::npos) << path;
  }
  Reply expect_page(const std::string& path, int status = 200) const {
    Reply reply = ask("GET", path);
    expect_sound(reply, path, status);
    return reply;
  }

  DeskFolder desk_;
  std::string case_, cookie_, csrf_;
  pid_t server_ = 0;
  int port_ = 0;
};

constexpr std::string_view kEscaped = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x";

// Planted bugs that turn it red: Html::text() that gives back its text; table() that writes no heading cells does not.
TEST_F(PagesTest, no_public_page_takes_what_people_wrote_for_markup) {
  for (const char* path : {"/", "/sign-in", "/report", "/follow", "/log", "/numbers", "/charter", "/log/entry/0"})
    expect_page(path);
  expect_page("/log/entry/99", 404);
  expect_page("/log/entry/x", 404);
  expect_page("/nothing/%3Cscript%3E", 404);
  expect_page("/log?before=7", 404);

  const std::string where = "https://bad-bank-login.example.com/a?q=" + std::string(kHostile);
  const std::string what = "They asked for my code. " + std::string(kHostile);
  Fields given{{"category", std::string(kHostile)}, {"where", where}, {"what", what}, {"nonce", std::string(32, '7')}};
  for (const char* path : {"/report", "/report/where", "/report/details", "/report/check", "/report/send"}) {
    const Reply asked_again = post(path, given);
    expect_sound(asked_again, path);
    EXPECT_NE(asked_again.body.find("Step 1 of 4"), std::string::npos) << path;
  }
  given[0].second = "phishing";
  for (const char* path : {"/report/where", "/report/details", "/report/check"}) {
    const Reply step = post(path, given);
    expect_sound(step, path);
    EXPECT_NE(step.body.find(kEscaped), std::string::npos) << path;
  }
  const Reply sent = post("/report/send", given);
  expect_sound(sent, "/report/send");
  const std::size_t at = sent.body.find("class=\"receipt\"");
  ASSERT_NE(at, std::string::npos) << sent.body;
  const std::string receipt = sent.body.substr(sent.body.find('>', at) + 1, 23);
  EXPECT_NE(post("/report/send", given).body.find(receipt), std::string::npos) << "sent twice it is one report";
  const Reply followed = post("/follow", {{"receipt", receipt}});
  expect_sound(followed, "/follow");
  EXPECT_NE(followed.body.find("waits for an officer"), std::string::npos) << followed.body;
  expect_sound(post("/follow", {{"receipt", std::string(kHostile)}}), "/follow");
  expect_sound(post("/sign-in", {{"login", std::string(kHostile)}, {"password", "x"}}), "/sign-in", 403);
}

// C09 is never taken on the form, at whichever step it is said. Planted bug: showed_earlier() without its Csam branch.
TEST_F(PagesTest, abuse_of_children_is_handed_to_a_hotline) {
  const Fields given{{"category", "csam"},
                     {"where", "https://bad.example.com/"},
                     {"what", "Something that this desk may not receive."},
                     {"nonce", std::string(32, '7')}};
  const Reply numbers = ask("GET", "/numbers");
  for (const char* path : {"/report/where", "/report/details", "/report/check", "/report/send"}) {
    const Reply reply = post(path, given);
    expect_sound(reply, path);
    EXPECT_NE(reply.body.find("Please tell a hotline"), std::string::npos) << path;
    EXPECT_EQ(reply.body.find("<form"), std::string::npos) << path;
  }
  EXPECT_EQ(ask("GET", "/numbers").body, numbers.body) << "nothing was kept";
}

TEST_F(PagesTest, no_officers_page_takes_what_people_wrote_for_markup) {
  const std::string of_case = "/cases/" + case_;
  sign_in("analyst1");
  expect_page(of_case);
  const std::string text = std::string(kHostile) + " and so on, for forty characters and more";
  const std::string boundary = "b0undary";
  const Reply attached =
      ask("POST", of_case + "/evidence", "multipart/form-data; boundary=" + boundary,
          "--" + boundary + "\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + csrf_ + "\r\n--" + boundary +
              "\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n" + text + "\r\n--" + boundary +
              "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"page.html\"\r\nContent-Type: text/html" +
              "\r\n\r\n" + text + "\r\n--" + boundary + "--\r\n");
  ASSERT_EQ(attached.status, 303) << attached.body;
  EXPECT_EQ(attached.header("Location"), of_case);
  const std::string evidence = id_after(ask("GET", of_case).body, of_case + "/evidence/");
  ASSERT_EQ(evidence.size(), 36u);
  ASSERT_EQ(post(of_case + "/facts", {{"text", text}, {"evidence", evidence}}).status, 303);
  for (const auto& [gate, answer] :
       Fields{{"G_DOMAIN_STATUS", "malicious_registration"}, {"G_IMPERSONATED_PARTY", "party_and_capture_shown"}}) {
    const Reply answered =
        post(of_case + "/gates", {{"gate", gate}, {"answer", answer}, {"basis", text}, {"evidence", evidence}});
    ASSERT_EQ(answered.status, 303) << answered.body;
  }
  const Reply assessed = expect_page(of_case);
  EXPECT_NE(assessed.body.find(kEscaped), std::string::npos);
  EXPECT_NE(assessed.body.find("action=\"" + of_case + "/proposals\""), std::string::npos) << "it can be proposed";
  const Reply proposed =
      post(of_case + "/proposals",
           {{"kind", "alert"}, {"effect", "clean_compromise"}, {"recipient", "host"}, {"because", text}});
  ASSERT_EQ(proposed.status, 303) << proposed.body;
  const std::string of_proposal = "/decide/" + id_after(expect_page("/decide").body, "/decide/");
  const Reply own = expect_page(of_proposal);
  EXPECT_NE(own.body.find(kEscaped), std::string::npos);
  EXPECT_EQ(own.body.find("/approval\""), std::string::npos) << "an analyst is shown no way to approve";
  expect_page("/queue");
  expect_page("/queue?category=phishing&state=proposed");
  expect_page("/queue?category=&state=closed");
  expect_page("/queue?category=nothing", 403);
  expect_page("/officers", 403);
  expect_page("/cases/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b", 404);
  expect_page("/cases/nothing", 422);
  expect_sound(post(of_case + "/facts", {{"text", std::string(kHostile)}, {"evidence", std::string(kHostile)}}),
               "a broken fact", 422);

  sign_in("approver1");
  const Reply unread = expect_page(of_proposal);
  EXPECT_EQ(unread.body.find("/approval\""), std::string::npos) << "no way to approve before the evidence was opened";
  EXPECT_NE(unread.body.find("Open every piece of evidence before you approve."), std::string::npos);
  const Reply opened = expect_page(of_case + "/evidence/" + evidence);
  EXPECT_NE(opened.body.find(kEscaped), std::string::npos);
  const Reply read = expect_page(of_proposal);
  const std::string digest = value_of(read.body, "digest");
  ASSERT_EQ(digest.size(), 64u) << "opened on its page it counts as read";
  expect_sound(post(of_proposal + "/approval", {{"digest", digest}}), "approval without the tick", 422);
  const Reply approved = post(of_proposal + "/approval", {{"digest", digest}, {"read", "yes"}});
  ASSERT_EQ(approved.status, 303) << approved.body;
  EXPECT_EQ(desk_.letters().size(), 1u);
  expect_page(of_proposal);
  const Reply notices = expect_page("/notices");
  EXPECT_NE(notices.body.find("/log/entry/"), std::string::npos);
  expect_page("/log");

  sign_in("admin1");
  expect_page("/officers");
  expect_page(of_case, 403);
}

// Every language writes the same pages. Planted bug: a message with a number that its values do not have.
TEST_F(PagesTest, each_language_has_each_page) {
  for (const std::string language : {"en", "ru", "kk", "zh"}) {
    const Reply chosen = ask("GET", "/report?lang=" + language);
    EXPECT_EQ(chosen.status, 303);
    EXPECT_EQ(chosen.header("Location"), "/report");
    const std::string set = chosen.header("Set-Cookie");
    cookie_ = set.substr(0, set.find(';'));
    for (const char* path : {"/", "/sign-in", "/report", "/follow", "/log", "/numbers", "/charter"}) {
      const Reply reply = expect_page(path);
      EXPECT_NE(reply.body.find("<html lang=\"" + language + "\">"), std::string::npos) << path;
      EXPECT_EQ(reply.body.find("{1}"), std::string::npos) << path;
    }
  }
}

}  // namespace
}  // namespace cordon::testing_desk
