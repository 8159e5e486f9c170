// The order of the passes matters: each later one takes out whole runs of digits, so that none of them can
// make room for an earlier one to find something new. The fuzz target holds us to it.
#include "report/redact.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/text.h"
#include "observable/card_token.h"
#include "report/reading.h"

namespace cordon {
namespace {

int value(char c) { return c - '0'; }
bool alnum(char c) { return digit(c) || letter(c); }
bool beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::string repair_utf8(std::string_view text) {
  if (valid_utf8(text)) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (length < 4 && i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) {
      ++length;
    }
    if (static_cast<unsigned char>(text[i]) < 0x80) length = 1;
    const std::string_view character = text.substr(i, length);
    out += valid_utf8(character) ? character : std::string_view("\xEF\xBF\xBD");
    i += length;
  }
  return out;
}

// --- mail addresses ---------------------------------------------------------------------------------------

bool local_char(char c) {
  return alnum(c) || beyond_ascii(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '$';
}

// RFC 5321 allows 64; longer ones are cut at their end, and no text makes us look back over all of it.
constexpr std::size_t kLongestLocalPart = 320;

// "[192.0.2.1]" or "[IPv6:…]", and not a mark of our own.
bool is_address_literal(std::string_view host) {
  return host.size() > 1 && host[0] == '[' && (digit(host[1]) || host[1] == 'I');
}

std::string without_mailboxes(std::string_view text, const std::vector<Observable>& keep) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t sign = text[i] == '@' ? 1 : text.substr(i, 3) == "%40" ? 3 : 0;
    if (sign == 0) {
      out += text[i++];
      continue;
    }
    std::size_t end = i + sign;
    while (end < text.size() && (alnum(text[end]) || beyond_ascii(text[end]) || text[end] == '.' || text[end] == '-')) {
      ++end;
    }
    std::size_t start = out.size();
    const std::size_t furthest = start - std::min(start, kLongestLocalPart);
    while (start > furthest && local_char(out[start - 1])) --start;
    while (start < out.size() && (static_cast<unsigned char>(out[start]) & 0xC0) == 0x80) ++start;
    const bool host_follows = end > i + sign || is_address_literal(text.substr(i + sign));
    if (start < out.size() && host_follows) {
      std::string_view host = text.substr(i + sign, end - i - sign);
      while (!host.empty() && host.back() == '.') host.remove_suffix(1);
      const std::string address = out.substr(start) + "@" + std::string(host);
      const bool kept = std::ranges::any_of(keep, [&](const Observable& one) {
        return one.kind() == ObservableKind::Email && equal_ignoring_case(one.canonical(), address);
      });
      if (!kept) {
        out.resize(start);
        out += "[redacted:email]";
      }
    }
    out += text.substr(i, sign);
    i += sign;
  }
  return out;
}

// --- card numbers -----------------------------------------------------------------------------------------

// The end of the run of digits at `at`.
std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && digit(text[at])) ++at;
  return at;
}

// The end of the longest card number that starts with the group of digits at `at`; `at` if there is none.
std::size_t card_end(std::string_view text, std::size_t at) {
  std::string digits;
  std::size_t best = at;
  for (std::size_t i = at; i < text.size() && digit(text[i]);) {
    const std::size_t end = digits_end(text, i);
    if (digits.size() + (end - i) > 19) break;
    digits += text.substr(i, end - i);
    if (digits.size() >= 13 && luhn(digits)) best = end;
    i = end;
    if (i < text.size() && (text[i] == ' ' || text[i] == '-')) ++i;
  }
  return best;
}

// --- national ids: each takes the run of digits that starts at `at` and gives its end, or `at` ---------------

bool is_date(int month, int day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

// Kazakh IIN: YYMMDD, century and sex, four digits, check digit with a second row of weights.
bool is_iin(std::string_view d) {
  if (d.size() != 12 || !is_date(value(d[2]) * 10 + value(d[3]), value(d[4]) * 10 + value(d[5]))) return false;
  if (value(d[6]) > 6) return false;
  int sum = 0;
  for (int i = 0; i < 11; ++i) sum += (i + 1) * value(d[static_cast<std::size_t>(i)]);
  if (sum % 11 == 10) {
    sum = 0;
    for (int i = 0; i < 11; ++i) sum += ((i + 2) % 11 + 1) * value(d[static_cast<std::size_t>(i)]);
  }
  return sum % 11 == value(d[11]);
}

// Russian SNILS: nine digits and two of check, from 001-001-999 on.
bool is_snils(std::string_view d) {
  if (d.size() != 11 || d.substr(0, 9) <= "001001998") return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (9 - i) * value(d[static_cast<std::size_t>(i)]);
  const int check = sum % 101 % 100;
  return check == value(d[9]) * 10 + value(d[10]);
}

// Chinese resident id (GB 11643): region, date of birth, order, check character 0 to 9 or X.
bool is_chinese_id(std::string_view d) {
  static constexpr std::array<int, 17> kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (d.size() != 18 || !is_date(value(d[10]) * 10 + value(d[11]), value(d[12]) * 10 + value(d[13]))) return false;
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * value(d[i]);
  const char check = "10X98765432"[sum % 11];
  return check == d[17] || (check == 'X' && d[17] == 'x');
}

// `pattern` has '9' for a digit, '-' for '-' or a space, and any number of digits may not follow.
std::size_t shaped(std::string_view text, std::size_t at, std::string_view pattern) {
  std::size_t i = at;
  for (const char c : pattern) {
    if (i == text.size()) return at;
    if (c == '9' ? !digit(text[i]) : text[i] != '-' && text[i] != ' ') return at;
    ++i;
  }
  return i < text.size() && digit(text[i]) ? at : i;
}

std::string only_digits(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), digit);
  return out;
}

std::size_t id_end(std::string_view text, std::size_t at, bool passport_line) {
  const std::size_t end = digits_end(text, at);
  const std::string_view run = text.substr(at, end - at);
  if (is_iin(run) || is_snils(run) || is_chinese_id(run)) return end;
  if (run.size() == 17 && end < text.size() && is_chinese_id(text.substr(at, 18))) return end + 1;
  if (const auto close = shaped(text, at, "999-999-999-99");
      close != at && is_snils(only_digits(text.substr(at, close - at)))) {
    return close;
  }
  if (!passport_line) return at;
  for (const std::string_view shape : {"9999-999999", "99-99-999999", "9999999999"}) {
    if (const auto close = shaped(text, at, shape); close != at) return close;
  }
  return at;
}

// The Russian word in its three usual cases of letters, or the English one.
bool says_passport(std::string_view line) {
  for (const std::string_view word : {"паспорт", "Паспорт", "ПАСПОРТ"}) {
    if (line.find(word) != std::string_view::npos) return true;
  }
  return lower_ascii(line).find("passport") != std::string::npos;
}

// Walks the groups of digits; `end_of` gives the end of what is cut at a group's start, or that start.
template <typename EndOf>
std::string without_numbers(std::string_view text, std::string_view mark, EndOf end_of) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (!digit(text[i])) {
      out += text[i++];
      continue;
    }
    const std::size_t end = end_of(text, i);
    const std::size_t next = end > i ? end : digits_end(text, i);
    out += end > i ? mark : text.substr(i, next - i);
    i = next;
  }
  return out;
}

std::string without_ids(std::string_view text) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t line_end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const std::string_view line = text.substr(start, line_end - start);
    const bool passport = says_passport(line);
    out += without_numbers(line, "[redacted:id]",
                           [&](std::string_view all, std::size_t at) { return id_end(all, at, passport); });
    start = line_end;
  }
  return out;
}

// --- phone numbers ----------------------------------------------------------------------------------------

std::string without_phones(std::string_view text, const std::vector<Observable>& keep) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;  // past the last digit
    std::string number = "+";
    if (text[i] == '+') {
      for (std::size_t j = i + 1; j < text.size() && number.size() < 24; ++j) {
        if (digit(text[j])) {
          number += text[j];
          end = j + 1;
        } else if (std::string_view(" -().").find(text[j]) == std::string_view::npos || j > end + 1) {
          break;  // at most two marks stand between groups
        }
      }
    }
    const bool kept = std::ranges::any_of(
        keep, [&](const Observable& one) { return one.kind() == ObservableKind::Phone && one.canonical() == number; });
    if (number.size() >= 11 && number.size() <= 16 && !kept) {
      out += "[redacted:phone]";
      i = end;
    } else {
      out += text[i++];
    }
  }
  return out;
}

// --- records ----------------------------------------------------------------------------------------------

// Members that hold bytes of others or say who somebody is. Compared with a name's last dotted part.
constexpr std::string_view kDropped[] = {
    "raw",           "raw_text",    "_internal",    "account",         "username",       "contact_name",
    "contact_phone", "sender_name", "recipient",    "smtp_to",         "sample_records", "registrant_details",
    "usernames",     "mac_address", "machine_name", "subject_surname", "workgroup",      "subject_given_name"};

Json without_people(const Json& value) {
  if (const Json::Array* list = value.array()) {
    Json::Array out;
    for (const Json& one : *list) out.push_back(without_people(one));
    return out;
  }
  const Json::Object* members = value.object();
  if (members == nullptr) return value;
  Json out = Json::Object{};
  for (const auto& [key, member] : *members) {
    const std::string_view last = std::string_view(key).substr(key.rfind('.') + 1);
    if (std::ranges::find(kDropped, last) != std::end(kDropped)) continue;
    if (last == "payload") {
      if (const std::string* bytes = member.string()) out.set("payload_bytes", bytes->size());
    } else {
      out.set(key, without_people(member));
    }
  }
  return out;
}

// True where none of the passes below can find anything, told in one look: most rows of a feed. ASCII without a
// mailbox's sign, a plus or the word "passport", and with no eleven digits in groups, which is the least that any
// number has outside of a line about passports.
bool nothing_to_redact(std::string_view text) {
  constexpr int kFewest = 11;
  int digits = 0;         // of the groups that end here
  bool separated = true;  // whether the last byte was a mark between groups
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (digit(c)) {
      separated = false;
      if (++digits >= kFewest) return false;
      continue;
    }
    if ((c == ' ' || c == '-') && !separated)
      separated = true;
    else
      digits = 0, separated = true;
    if (beyond_ascii(c) || c == '@' || c == '+') return false;
    if (c == '%' && text.substr(i, 3) == "%40") return false;
    if ((c == 'p' || c == 'P') && equal_ignoring_case(text.substr(i, 8), "passport")) return false;
  }
  return true;
}

}  // namespace

std::string keep_record(const Json& record, const std::vector<Observable>& keep) {
  Json kept = redact_json(without_people(record), keep, Phones::Keep);
  std::string text = to_text(kept);
  if (text.size() <= kKeptLimit || kept.object() == nullptr) return shorten(std::move(text), kKeptLimit);
  std::vector<std::pair<std::size_t, std::string>> sizes;
  for (const auto& [key, member] : *kept.object()) sizes.emplace_back(to_text(member).size() + key.size(), key);
  std::ranges::sort(sizes);
  std::size_t left = text.size();
  while (left > kKeptLimit && !sizes.empty()) {
    left -= std::min(left, sizes.back().first);
    kept.object()->erase(sizes.back().second);
    sizes.pop_back();
  }
  return shorten(to_text(kept), kKeptLimit);
}

std::string redact(std::string_view text, const std::vector<Observable>& keep, Phones phones) {
  if (nothing_to_redact(text)) return std::string(text);
  return redact_by_passes(text, keep, phones);
}

std::string redact_by_passes(std::string_view text, const std::vector<Observable>& keep, Phones phones) {
  std::string out = without_mailboxes(repair_utf8(text), keep);
  out = without_numbers(out, "[redacted:card]", card_end);
  out = without_ids(out);
  if (phones == Phones::Redact) out = without_phones(out, keep);
  // Of an address that stays a later pass may have taken a number away: what is left is nobody's that may stay.
  return keep.empty() ? out : without_mailboxes(out, keep);
}

Json redact_json(const Json& value, const std::vector<Observable>& keep, Phones phones) {
  if (const std::string* text = value.string()) return redact(*text, keep, phones);
  if (const Json::Array* list = value.array()) {
    Json::Array out;
    for (const Json& one : *list) out.push_back(redact_json(one, keep, phones));
    return out;
  }
  if (const Json::Object* members = value.object()) {
    Json::Object out;
    for (const auto& [key, member] : *members) {
      out.insert_or_assign(redact(key, keep, phones), redact_json(member, keep, phones));
    }
    return out;
  }
  if (value.integer() != nullptr || value.real() != nullptr) {
    const std::string written = to_text(value);
    std::string shown = redact(written, keep, phones);
    if (shown != written) return shown;
  }
  return value;
}

std::string shorten(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit > 3 ? limit - 3 : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  while (end > 0 && (digit(text[end - 1]) || text[end - 1] == '+')) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace cordon
