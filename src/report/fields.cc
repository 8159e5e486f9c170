#include "report/fields.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kMostFields = 1000;
constexpr std::size_t kMostBlocks = 20'001;  // one more than a mail may carry
constexpr std::size_t kLongestKey = 32;
constexpr int kMostWordsOfKey = 4;

// "Offending/Source IP", "file_sha256": what a program calls a thing, and not how a sentence begins.
bool is_key(std::string_view text) {
  if (text.empty() || text.size() > kLongestKey || !letter(text.front())) return false;
  int words = 1;
  for (const char c : text) {
    if (c == ' ') ++words;
    if (!letter(c) && !digit(c) && std::string_view(" _-/.'").find(c) == std::string_view::npos) return false;
  }
  return words <= kMostWordsOfKey;
}

}  // namespace

Fields read_fields(std::string_view text) {
  Fields fields;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (folded && !fields.empty()) {
      fields.back().second += " " + std::string(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || fields.size() == kMostFields) continue;
    fields.emplace_back(lower_ascii(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1))));
  }
  return fields;
}

std::string_view first_field(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<Fields> read_field_blocks(std::string_view text) {
  std::vector<Fields> blocks;
  bool open = false;
  for (const std::string_view raw : split(text, '\n')) {
    std::string_view line = trim(raw);
    if (line.empty()) continue;
    while (!line.empty() && (line.front() == '-' || line.front() == '*' || line.front() == ' ')) line.remove_prefix(1);
    const auto colon = line.find(':');
    const std::string_view key = trim(line.substr(0, std::min(colon, line.size())));
    if (colon == std::string_view::npos || line.substr(colon).starts_with("://") || !is_key(key)) {
      open = false;
      continue;
    }
    if (!open && blocks.size() == kMostBlocks) return blocks;
    if (!open) blocks.emplace_back();
    open = true;
    if (blocks.back().size() < kMostFields)
      blocks.back().emplace_back(lower_ascii(key), std::string(trim(line.substr(colon + 1))));
  }
  return blocks;
}

bool is_personal_field(std::string_view name) {
  return name == "original-rcpt-to" || name == "original-mail-from" || name == "original-envelope-id" ||
         name == "reported-from" || name == "user" || name == "username" || name.starts_with("redacted-") ||
         name.starts_with("removal-");
}

}  // namespace cordon
