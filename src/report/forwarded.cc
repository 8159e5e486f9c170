#include "report/forwarded.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "observable/scan_document.h"
#include "report/reading.h"
#include "report/redact.h"

namespace cordon {
namespace {

constexpr std::size_t kLongestMarker = 120;
constexpr std::size_t kMostHeaderLines = 12;
constexpr int kFewestHeaders = 3;
constexpr int kFewestQuoted = 2;

// What mail programs write above a mail that is passed on, between dashes or alone. In ASCII case doesn't count.
constexpr std::array kMarkers{
    std::string_view("forwarded message"),
    std::string_view("begin forwarded message"),
    std::string_view("original message"),
    std::string_view("forwarded mail"),
    std::string_view("Пересылаемое сообщение"),
    std::string_view("Пересланное сообщение"),
    std::string_view("пересланное сообщение"),
    std::string_view("Переадресованное сообщение"),
    std::string_view("Начало переадресованного сообщения"),
    std::string_view("Начало пересылаемого сообщения"),
    std::string_view("Исходное сообщение"),
    std::string_view("Қайта жіберілген хат"),
    std::string_view("Қайта жіберілген хабарлама"),
    std::string_view("Қайта жіберілген"),
    std::string_view("Жіберілген хабарлама"),
    std::string_view("Бастапқы хабарлама"),
    std::string_view("转发邮件"),
    std::string_view("转发的邮件"),
    std::string_view("轉寄郵件"),
    std::string_view("以下是转发的邮件"),
    std::string_view("已转发的邮件"),
    std::string_view("原始邮件"),
    std::string_view("原始郵件"),
};

// And below it.
constexpr std::array kEnds{
    std::string_view("end of forwarded message"),
    std::string_view("end of original message"),
    std::string_view("Конец пересылаемого сообщения"),
    std::string_view("Конец исходного сообщения"),
};

enum class HeaderName { None, Other, Date, Subject };

// A line of the headers that a mail program repeats, in the words that it repeats them in.
HeaderName header_name(std::string_view line, std::string_view& value) {
  struct Known {
    std::string_view name;
    HeaderName what;
  };
  static constexpr Known kKnown[] = {
      {"from", HeaderName::Other},      {"to", HeaderName::Other},           {"cc", HeaderName::Other},
      {"reply-to", HeaderName::Other},  {"date", HeaderName::Date},          {"sent", HeaderName::Date},
      {"subject", HeaderName::Subject}, {"От", HeaderName::Other},           {"От кого", HeaderName::Other},
      {"Кому", HeaderName::Other},      {"Копия", HeaderName::Other},        {"Дата", HeaderName::Date},
      {"Отправлено", HeaderName::Date}, {"Тема", HeaderName::Subject},       {"Кімнен", HeaderName::Other},
      {"Кімге", HeaderName::Other},     {"Көшірме", HeaderName::Other},      {"Күні", HeaderName::Date},
      {"Жіберілген", HeaderName::Date}, {"Тақырыбы", HeaderName::Subject},   {"Тақырып", HeaderName::Subject},
      {"发件人", HeaderName::Other},    {"收件人", HeaderName::Other},       {"抄送", HeaderName::Other},
      {"日期", HeaderName::Date},       {"发送时间", HeaderName::Date},      {"发送日期", HeaderName::Date},
      {"主题", HeaderName::Subject},    {"寄件者", HeaderName::Other},       {"收件者", HeaderName::Other},
      {"主旨", HeaderName::Subject},    {"message-id", HeaderName::Other},   {"return-path", HeaderName::Other},
      {"received", HeaderName::Other},  {"organization", HeaderName::Other},
  };
  line = trim(line);
  while (line.starts_with('*')) line.remove_prefix(1);
  const std::size_t colon = line.find(':'), wide = line.find("：");
  if (std::min(colon, wide) == std::string_view::npos) return HeaderName::None;
  std::string_view name = trim(line.substr(0, std::min(colon, wide)));
  while (name.ends_with('*')) name.remove_suffix(1);
  value = trim(line.substr(wide < colon ? wide + 3 : colon + 1));
  while (value.starts_with('*')) value.remove_prefix(1);
  for (const Known& known : kKnown) {
    if (equal_ignoring_case(known.name, name)) {
      value = trim(value);
      return known.what;
    }
  }
  return HeaderName::None;
}

bool is_one_of(std::span<const std::string_view> markers, std::string_view line) {
  if (line.size() > kLongestMarker) return false;
  const auto bare = [](char c) { return c == '-' || c == '_' || c == '=' || c == '*' || c == ' ' || c == ':'; };
  while (!line.empty() && bare(line.front())) line.remove_prefix(1);
  while (!line.empty() && bare(line.back())) line.remove_suffix(1);
  return std::ranges::any_of(markers, [&](std::string_view marker) {
    if (!equal_ignoring_case(line.substr(0, marker.size()), marker)) return false;
    const std::string_view rest = line.substr(marker.size());
    return rest.empty() || rest.starts_with(" by ") || rest.starts_with(" from ") || rest.starts_with(" от ");
  });
}

std::string_view without_quotes(std::string_view line) {
  while (!line.empty() && (line.front() == '>' || line.front() == ' ')) line.remove_prefix(1);
  return line;
}

void add_line(std::string& text, std::string_view line) {
  text += line;
  text += '\n';
}

// The lines from `at` on: headers as a mail program repeats them, then the words.
PassedOn read_inside(const std::vector<std::string_view>& lines, std::size_t at) {
  PassedOn inside;
  while (at < lines.size() && trim(without_quotes(lines[at])).empty()) ++at;
  bool headers = true, any = false;
  for (std::size_t seen = 0; at < lines.size(); ++at, ++seen) {
    const std::string_view line = without_quotes(lines[at]);
    if (is_one_of(kEnds, trim(line))) break;
    if (headers && seen < kMostHeaderLines) {
      std::string_view value;
      const HeaderName name = header_name(line, value);
      if (name == HeaderName::Subject) add_line(inside.text, "Subject: " + std::string(value));
      if (name == HeaderName::Date && !inside.sent_at) inside.sent_at = lenient_time(value);
      any = any || name != HeaderName::None;
      if (name != HeaderName::None) continue;
      if (any && line.find('@') != std::string_view::npos) continue;  // of a header that was folded
      headers = false;
    }
    add_line(inside.text, line);
  }
  return inside;
}

// Where headers stand as a mail program repeats them without a line above.
bool begins_headers(const std::vector<std::string_view>& lines, std::size_t at) {
  int headers = 0;
  std::string_view value;
  for (std::size_t i = at; i < lines.size() && i < at + kMostHeaderLines; ++i) {
    const std::string_view line = without_quotes(lines[i]);
    if (header_name(line, value) == HeaderName::None) break;
    ++headers;
  }
  return headers >= kFewestHeaders;
}

std::string words_of(const Mail& mail, bool enclosed, std::string_view type) {
  std::string text;
  for (const MailPart& part : mail.parts) {
    if (part.type != type || (part.enclosed > 0) != enclosed || !part.file_name.empty()) continue;
    if (text.size() >= kMostWords) break;
    text += type == "text/html" ? page_text(part.bytes) : part.bytes;
    if (!text.ends_with('\n')) text += '\n';
  }
  return shorten(std::move(text), kMostWords);
}

std::string_view without_signature(std::string_view text) {
  for (const std::string_view mark : {"\n-- \n", "\n-- \r\n"}) {
    const std::size_t at = text.rfind(mark);
    if (at != std::string_view::npos) text = text.substr(0, at + 1);
  }
  return text;
}

}  // namespace

std::optional<PassedOn> passed_on_inline(std::string_view text) {
  const std::vector<std::string_view> lines = split(text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trim(without_quotes(lines[i]));
    PassedOn inside;
    if (is_one_of(kMarkers, line))
      inside = read_inside(lines, i + 1);
    else if (begins_headers(lines, i))
      inside = read_inside(lines, i);
    else
      continue;
    if (trim(inside.text).empty()) return std::nullopt;
    return inside;
  }
  PassedOn quoted;
  int count = 0;
  for (const std::string_view line : lines) {
    if (!line.starts_with('>')) continue;
    ++count;
    add_line(quoted.text, without_quotes(line));
  }
  if (count < kFewestQuoted) return std::nullopt;
  return quoted;
}

std::optional<PassedOn> passed_on_attached(const Mail& mail) {
  PassedOn inside;
  for (const auto& headers : mail.enclosed_headers) {
    for (const auto& [name, value] : headers) {
      if (equal_ignoring_case(name, "Subject")) add_line(inside.text, "Subject: " + value);
      if (equal_ignoring_case(name, "Date") && !inside.sent_at) inside.sent_at = lenient_time(value);
    }
  }
  // The page is what its reader saw; where it has none, the words.
  std::string words = words_of(mail, true, "text/html");
  words += words_of(mail, true, "text/plain");
  if (trim(words).empty()) return std::nullopt;
  inside.text += "\n" + words;
  return inside;
}

std::string own_words(const Mail& mail) {
  std::string text = words_of(mail, false, "text/plain");
  if (trim(text).empty()) text = words_of(mail, false, "text/html");
  return std::string(without_signature(text));
}

std::vector<std::string> own_addresses(const Mail& mail) {
  static constexpr std::string_view kNames[] = {"From",        "Sender",       "Reply-To",      "To",       "Cc",
                                                "Return-Path", "Delivered-To", "X-Original-To", "Resent-To"};
  std::vector<std::string> addresses;
  for (const auto& [name, value] : mail.headers) {
    const std::string_view header = name;
    const bool known =
        std::ranges::any_of(kNames, [&](std::string_view one) { return equal_ignoring_case(one, header); });
    if (!known) continue;
    for (const Found& found : scan_text(value)) {
      if (found.observable.kind() == ObservableKind::Email) addresses.push_back(found.observable.canonical());
    }
  }
  return addresses;
}

}  // namespace cordon
