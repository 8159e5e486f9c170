#include "desk/profile_command.h"

#include <cstdio>
#include <map>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/profile_book.h"
#include "desk/profile_data.h"
#include "desk/scan_output.h"
#include "report/feed_check.h"
#include "report/framing.h"

namespace cordon {
namespace {

void put(const std::string& text) { static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout)); }

Result<Nothing> list_profiles(const Typed& typed) {
  for (const std::string_view name : profile_names()) {
    const FeedProfile profile = TRY(load_profile(std::string(name)));
    if (typed.json)
      put(to_text(Json::Object{{"profile", name}, {"about", profile.about()}}) + "\n");
    else
      put(std::string(name) + std::string(name.size() < 26 ? 26 - name.size() : 1, ' ') + profile.about() + "\n");
  }
  return Nothing{};
}

Result<Nothing> show_profile(const Typed& typed, const std::string& name) {
  const std::string_view text = profile_data(name);
  if (text.empty())
    return fail(Fault::NotFound, "no profile of this name comes with the program; `cordon profile list` shows them",
                printable(name, 60));
  if (typed.json)
    put(to_text(Json::Object{{"profile", name}, {"toml", text}}) + "\n");
  else
    put(std::string(text));
  return Nothing{};
}

// "feed.url=https://example.net/list.txt", several times.
Result<Json> given_of(const Json& arguments) {
  Json given = Json::Object{};
  const Json* list = arguments.find("given");
  if (list == nullptr || list->array() == nullptr) return given;
  for (const Json& one : *list->array()) {
    const std::string text = one.string() != nullptr ? *one.string() : std::string();
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos) return fail(Fault::Usage, "expected NAME=VALUE", printable(text, 60));
    given.set(text.substr(0, sign), text.substr(sign + 1));
  }
  return given;
}

std::string in_lines(const Json& record) {
  std::string text = std::to_string(record.number_or("position", 0)) + "  " + record.text_or("outcome");
  if (!record.text_or("code").empty()) text += "  " + record.text_or("code") + ": " + record.text_or("reason");
  if (!record.text_or("category").empty()) text += "  " + record.text_or("category");
  if (!record.text_or("value").empty()) text += "  " + record.text_or("kind") + " " + record.text_or("value");
  text += "\n";
  if (const Json* event = record.find("event"); event != nullptr && event->object() != nullptr) {
    for (const auto& [name, value] : *event->object())
      text += "     " + name + " = " + printable(to_text(value), 200) + "\n";
  }
  return unclickable(text);
}

Result<Nothing> check_profile(const Typed& typed, const std::string& name) {
  Incoming incoming{"sample", {}, {}, {}, SystemClock().now()};
  incoming.feed = TRY(load_profile(name));
  const std::string sample = typed.arguments.text_or("sample");
  if (sample.empty()) {
    if (typed.json)
      put(to_text(Json::Object{{"profile", name}, {"sound", true}, {"about", incoming.feed->about()}}) + "\n");
    else
      put("sound: " + printable(name, 200) + "\n");
    return Nothing{};
  }
  incoming.file_name = sample;
  incoming.given = TRY(given_of(typed.arguments));
  const std::string bytes = TRY(read_file(sample, kFileLimit));
  for (const std::string& column : missing_columns(*incoming.feed, feed_header(*incoming.feed, bytes)).names) {
    if (typed.json)
      put(to_text(Json::Object{{"missing_column", column}}) + "\n");
    else
      put("the sample's header has no column '" + printable(column, 60) + "', which the profile names\n");
  }
  std::map<std::string, std::size_t> counts;
  for (const Json& record : TRY(check_feed(incoming, bytes))) {
    const std::string code = record.text_or("code");
    ++counts[record.text_or("outcome") + (code.empty() ? "" : " as " + code)];
    if (!typed.quiet) put(typed.json ? to_text(record) + "\n" : in_lines(record));
  }
  if (!typed.json) {
    for (const auto& [what, count] : counts) put(std::to_string(count) + " " + what + "\n");
  }
  return Nothing{};
}

Result<Nothing> new_profile(const Typed& typed, const std::string& sample) {
  const std::string bytes = TRY(read_file(sample, kFileLimit));
  const std::string toml = TRY(propose_profile(bytes, sample));
  TRY(read_profile(toml, "the proposed profile"));
  put(typed.json ? to_text(Json::Object{{"sample", sample}, {"toml", toml}}) + "\n" : toml);
  return Nothing{};
}

}  // namespace

Result<Nothing> profile_command(const Typed& typed) {
  const std::string name = typed.arguments.text_or("profile");
  if (typed.command == "profile list") return list_profiles(typed);
  if (typed.command == "profile show") return show_profile(typed, name);
  if (typed.command == "profile check") return check_profile(typed, name);
  return new_profile(typed, typed.arguments.text_or("sample"));
}

}  // namespace cordon
