// What a desk fetches by itself: folders, Maildirs and files over HTTP, served on this machine.
// Planted bugs that turn it red: the file removed before it is in the record; the digest left out of the token; an ETag
// kept of an answer that was not taken in; may_connect left out; Retry-After not heard; what is set aside kept for
// good; replay() that leaves the state as it was.
#include "desk/sources.h"

#include <sys/stat.h>
#include <utime.h>

#include <filesystem>
#include <thread>

#include "desk/commands.h"
#include "net/http_server.h"
#include "site_desk.h"

namespace cordon::testing_desk {
namespace {

namespace fs = std::filesystem;

class SourcesTest : public testing::Test {
 protected:
  SourcesTest() {
    server_ = *http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) {
      const std::lock_guard lock(answering_);
      asked_.push_back(request.header("if-none-match"));
      secrets_.push_back(request.header("x-key"));
      return answer_;
    });
    url_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/lists/urls.txt";
    inbox_ = desk_.paths().desk + "/inbox";
    fs::create_directories(inbox_);
    add("[sources.drop]\nkind = \"folder\"\nplace = \"inbox\"\ncategory = \"phishing\"\nevery_minutes = 10\n");
    add("[sources.box]\nkind = \"maildir\"\nplace = \"mail\"\ncategory = \"phishing\"\n");
    add("[sources.urls]\norganisation = \"Example CERT\"\nkind = \"http\"\nplace = \"" + url_ +
        "\"\ncategory = \"malware\"\nevery_minutes = 60\ninside = true\n");
    desk_.open();
  }
  void add(const std::string& toml) {
    desk_.close();
    desk_.write(desk_.paths().settings(), desk_.read(desk_.paths().settings()) + "\n" + toml);
  }
  Sources sources() { return Sources(desk_.paths(), desk_.desk().settings()); }
  // One turn, as `cordon source poll` gives it: its lines, and its error if it had one.
  struct Turn {
    std::vector<Json> lines;
    std::optional<Error> error;
    std::int64_t sum(const std::string& what) const {
      std::int64_t all = 0;
      for (const Json& line : lines) all += line.number_or(what, 0);
      return all;
    }
  };
  Turn poll(const std::string& source) {
    Call call;
    call.arguments = Json::Object{{"source", source}};
    Turn turn;
    const Result<Nothing> done = source_poll(desk_.desk(), call, [&](const Json& line) { turn.lines.push_back(line); });
    if (!done) turn.error = done.error();
    return turn;
  }
  Json listed(const std::string& source) {
    Call call;
    Json found = Json::Object{};
    EXPECT_TRUE(source_list(desk_.desk(), call, [&](const Json& line) {
      if (line.text_or("source") == source) found = line;
    }));
    return found;
  }
  void drop(const std::string& name, const std::string& bytes) { desk_.write(inbox_ + "/" + name, bytes); }
  std::int64_t reports() { return desk_.store().counts()->number_or("reports", -1); }
  std::int64_t batches() { return *desk_.other().number("SELECT count(*) FROM batch"); }

  SiteDesk desk_;
  std::mutex answering_;
  http::Response answer_{
      200, "text/plain", "http://one.example.com/a\nhttp://two.example.com/b\n", {{"ETag", "\"v1\""}}};
  std::vector<std::string> asked_, secrets_;
  std::unique_ptr<http::Server> server_;
  std::string url_, inbox_;
};

TEST_F(SourcesTest, a_folder_is_taken_in_file_by_file_and_emptied) {
  drop("a.txt", "Phishing at http://bank.example.com/login\n");
  drop("b.txt", "Phishing at http://shop.example.com/login\n");
  drop(".hidden", "http://hidden.example.com/\n");
  drop("c.part", "http://half.example.com/\n");
  const Turn turn = poll("drop");
  ASSERT_FALSE(turn.error) << turn.error->message;
  ASSERT_EQ(turn.lines.size(), 2u);
  EXPECT_EQ(turn.lines[0].text_or("file"), "a.txt");
  EXPECT_EQ(turn.sum("accepted"), 2);
  EXPECT_EQ(reports(), 2);
  EXPECT_FALSE(exists(inbox_ + "/a.txt"));
  EXPECT_TRUE(exists(inbox_ + "/.hidden"));
  EXPECT_TRUE(exists(inbox_ + "/c.part"));
  EXPECT_TRUE(poll("drop").lines.empty());
}

// As after a crash between the record and the folder: the file is still there.
TEST_F(SourcesTest, the_same_bytes_are_one_batch_however_often_they_are_found) {
  const std::string bytes = "Phishing at http://bank.example.com/login\n";
  for (int again = 0; again < 3; ++again) {
    drop("a.txt", bytes);
    EXPECT_FALSE(poll("drop").error);
    EXPECT_FALSE(exists(inbox_ + "/a.txt"));
  }
  EXPECT_EQ(batches(), 1);
  EXPECT_EQ(reports(), 1);
  drop("a.txt", bytes + "and http://bank.example.com/other\n");
  EXPECT_FALSE(poll("drop").error);
  EXPECT_EQ(batches(), 2) << "other bytes under the same name are another batch";
}

TEST_F(SourcesTest, what_is_no_batch_is_set_aside_with_its_reason_and_ends) {
  drop("a.gz", std::string("\x1f\x8b\x08\x00", 4) + std::string(40, 'x'));
  drop("b.txt", "Phishing at http://bank.example.com/login\n");
  const Turn turn = poll("drop");
  EXPECT_FALSE(turn.error) << "one bad file does not stop the next";
  EXPECT_EQ(turn.sum("accepted"), 1);
  EXPECT_TRUE(exists(inbox_ + "/failed/a.gz"));
  EXPECT_NE(desk_.read(inbox_ + "/failed/a.gz.why").find("unpack"), std::string::npos)
      << desk_.read(inbox_ + "/failed/a.gz.why");
  EXPECT_EQ(listed("drop").number_or("set_aside", -1), 1);

  Call call;
  call.arguments = Json::Object{{"source", "drop"}};
  Json said;
  ASSERT_TRUE(source_replay(desk_.desk(), call, [&](const Json& line) { said = line; }));
  EXPECT_EQ(said.number_or("replayed", 0), 1);
  EXPECT_TRUE(exists(inbox_ + "/a.gz"));
  EXPECT_FALSE(exists(inbox_ + "/failed/a.gz.why"));
  EXPECT_FALSE(poll("drop").error);
  ASSERT_TRUE(exists(inbox_ + "/failed/a.gz"));

  const auto aged = [&](std::int64_t days) {
    const std::time_t then = static_cast<std::time_t>((desk_.clock().now().ms - days * kDayMs) / 1000);
    const utimbuf times{then, then};
    ASSERT_EQ(::utime((inbox_ + "/failed/a.gz.why").c_str(), &times), 0);
  };
  aged(6);
  EXPECT_FALSE(poll("drop").error);
  EXPECT_TRUE(exists(inbox_ + "/failed/a.gz"));
  aged(7);
  EXPECT_FALSE(poll("drop").error);
  EXPECT_FALSE(exists(inbox_ + "/failed/a.gz")) << "7 days (charter 8.3)";
  EXPECT_FALSE(exists(inbox_ + "/failed/a.gz.why"));
}

TEST_F(SourcesTest, a_maildir_is_read_as_mail) {
  fs::create_directories(desk_.paths().desk + "/mail/new");
  desk_.write(desk_.paths().desk + "/mail/new/1764000000.M1P1.host",
              "From: someone@example.org\nTo: desk@test-desk.example.net\nSubject: A false bank\nMessage-ID: "
              "<1@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain\n\nSee hxxp://bank.example.com/login\n");
  const Turn turn = poll("box");
  ASSERT_FALSE(turn.error) << turn.error->message;
  EXPECT_EQ(turn.sum("accepted"), 1);
  EXPECT_TRUE(fs::is_empty(desk_.paths().desk + "/mail/new"));
}

TEST_F(SourcesTest, a_file_over_http_is_fetched_once_and_asked_whether_it_changed) {
  EXPECT_EQ(poll("urls").sum("accepted"), 2);
  EXPECT_EQ(*desk_.other().number("SELECT count(*) FROM journal WHERE body LIKE '%poll:urls%'"), 1)
      << "with no hand's help";
  {
    const std::lock_guard lock(answering_);
    answer_ = {304, "text/plain", "", {}};
  }
  EXPECT_TRUE(poll("urls").lines.empty());
  EXPECT_EQ(asked_, (std::vector<std::string>{"", "\"v1\"", "\"v1\""})) << "once more in its first turn, to its end";
  {
    const std::lock_guard lock(answering_);
    answer_ = {200, "text/plain", "http://one.example.com/a\nhttp://two.example.com/b\n", {}};
  }
  EXPECT_TRUE(poll("urls").lines.empty()) << "a server without ETags says the same again";
  EXPECT_EQ(batches(), 1);
}

TEST_F(SourcesTest, a_server_that_fails_is_asked_later_and_later_and_when_it_says) {
  const auto next_in_minutes = [&] {
    return (sources().state(*sources().find("urls"))->next_at - desk_.clock().now()) / 60'000;
  };
  {
    const std::lock_guard lock(answering_);
    answer_ = {500, "text/plain", "no", {{"ETag", "\"broken\""}}};
  }
  for (const std::int64_t minutes : {60, 120, 240, 480, 960, 1440, 1440}) {
    const Turn turn = poll("urls");
    ASSERT_TRUE(turn.error);
    EXPECT_EQ(turn.error->fault, Fault::Unavailable);
    EXPECT_EQ(next_in_minutes(), minutes);
  }
  EXPECT_EQ(listed("urls").text_or("state"), "failing");
  EXPECT_NE(listed("urls").text_or("why").find("500"), std::string::npos);
  {
    const std::lock_guard lock(answering_);
    answer_ = {503, "text/plain", "", {{"Retry-After", "7200"}}};
  }
  EXPECT_TRUE(poll("urls").error);
  EXPECT_EQ(next_in_minutes(), 120);
  {
    const std::lock_guard lock(answering_);
    answer_ = {200, "text/plain", "http://one.example.com/a\n", {}};
  }
  asked_.clear();
  EXPECT_EQ(poll("urls").sum("accepted"), 1);
  EXPECT_EQ(asked_.front(), "") << "nothing was kept of an answer that was none";
  EXPECT_EQ(next_in_minutes(), 60);
  EXPECT_EQ(listed("urls").text_or("state"), "good");
}

TEST_F(SourcesTest, an_inside_address_is_not_asked_unless_the_operator_says_so) {
  desk_.close();
  std::string toml = desk_.read(desk_.paths().settings());
  toml = replace_all(toml, "inside = true\n", "");
  desk_.write(desk_.paths().settings(), toml);
  EXPECT_EQ(load_settings(desk_.paths()).error().fault, Fault::Refused) << "plain HTTP";
  toml = replace_all(toml, url_, "https://localhost:" + std::to_string(server_->port()) + "/urls.txt");
  desk_.write(desk_.paths().settings(), toml);
  desk_.open();
  const Turn turn = poll("urls");
  ASSERT_TRUE(turn.error);
  EXPECT_EQ(turn.error->fault, Fault::Refused) << turn.error->message;
  EXPECT_TRUE(asked_.empty());
}

TEST_F(SourcesTest, a_secret_header_comes_from_a_file_that_nobody_else_reads) {
  add("[sources.closed]\nkind = \"http\"\nplace = \"" + url_ +
      "\"\ncategory = \"malware\"\ninside = true\nheader_file = \"keys/closed.header\"\n");
  desk_.write(desk_.paths().desk + "/keys/closed.header", "X-Key: of the test\n");
  desk_.open();
  ASSERT_EQ(::chmod((desk_.paths().desk + "/keys/closed.header").c_str(), 0644), 0);
  EXPECT_EQ(poll("closed").error->fault, Fault::Usage);
  ASSERT_EQ(::chmod((desk_.paths().desk + "/keys/closed.header").c_str(), 0600), 0);
  EXPECT_EQ(poll("closed").sum("accepted"), 2);
  EXPECT_EQ(secrets_.front(), "of the test");
  EXPECT_EQ(listed("closed").text_or("why").find("of the test"), std::string::npos);
}

TEST_F(SourcesTest, a_setting_that_is_none_is_named) {
  const auto refused = [](const std::string& toml) {
    const TemporaryFolder folder;
    const Result<Settings> read = read_settings(
        *read_toml(folder.file("cordon.toml",
                               "[operator]\nname = \"A\"\nkind = \"csirt\"\naddress = \"a@b.example.net\"\n"
                               "origin = \"a.example.net/log\"\n" +
                                   toml)));
    return read ? std::string() : read.error().message + " " + read.error().where;
  };
  EXPECT_EQ(refused("[sources]\nurls = \"Example CERT\"\n"), "");
  EXPECT_NE(refused("[sources.urls]\nkind = \"ftp\"\nplace = \"x\"\n").find("[sources.urls]"), std::string::npos);
  EXPECT_NE(refused("[sources.urls]\nkind = \"folder\"\n").find("place"), std::string::npos);
  EXPECT_NE(refused("[sources.urls]\nkind = \"folder\"\nplace = \"x\"\nevery_minutes = 0\n").find("1 to 1440"),
            std::string::npos);
  EXPECT_NE(refused("[sources.urls]\nkind = \"folder\"\nplace = \"x\"\nfile_name = \"x\"\n").find("file_name"),
            std::string::npos);
  EXPECT_NE(refused("[sources.urls]\nkind = \"http\"\nplace = \"http://feeds.example.net/x\"\n").find("https"),
            std::string::npos);
  EXPECT_NE(refused("[sources.public-form]\nkind = \"folder\"\nplace = \"x\"\n").find("people report"),
            std::string::npos);
  EXPECT_NE(refused("[sources.urls]\nkind = \"folder\"\nplace = \"x\"\ncategory = \"opinion\"\n").find("category"),
            std::string::npos);
}

// A served desk takes turns by itself, and a thousand files do not wait in memory: one goes all the way first.
TEST_F(SourcesTest, while_a_desk_is_served_each_source_has_its_turn) {
  for (int i = 0; i < 20; ++i)
    drop(std::to_string(i) + ".txt", "http://n" + std::to_string(i) + ".example.com/login\n");
  std::mutex in_use;
  {
    const SourceClerk clerk(desk_.desk(), in_use);
    for (int waited = 0; waited < 500; ++waited) {
      {
        const std::lock_guard lock(in_use);
        if (reports() == 22) break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  EXPECT_EQ(reports(), 22);
  EXPECT_EQ(*desk_.other().number("SELECT count(*) FROM journal WHERE leaf IS NOT NULL"),
            *desk_.other().number("SELECT size FROM published"));
}

}  // namespace
}  // namespace cordon::testing_desk
