#include "observable/handle.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {
namespace {

// What a platform lets people register. Letters and digits are always allowed in names; `more` adds to them.
struct Rule {
  std::string_view platform;
  std::string_view sign;  // "@" where the platform writes its names so
  std::size_t least, most;
  std::string_view more;
  bool letter_first;
  std::size_t id_least, id_most;  // digits of a numeric id; 0 for none
};
constexpr std::array<Rule, 11> kRules{{
    {"telegram", "@", 4, 32, "_", true, 5, 15},
    {"x", "@", 1, 15, "_", false, 0, 0},
    {"vk", "", 5, 32, "_.", true, 0, 0},
    {"instagram", "@", 1, 30, "_.", false, 0, 0},
    {"facebook", "", 5, 50, ".", false, 5, 20},
    {"youtube", "@", 3, 30, "_.-", false, 0, 0},
    {"tiktok", "@", 2, 24, "_.", false, 0, 0},
    {"discord", "", 1, 0, "", false, 17, 20},  // no names: 1 to 0 characters
    {"wechat", "", 6, 20, "_-", true, 0, 0},
    {"ok", "", 3, 50, "_.-", true, 5, 15},
    {"threads", "@", 1, 30, "_.", false, 0, 0},
}};

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool fits(const Rule& rule, std::string_view name) {
  if (name.size() < rule.least || name.size() > rule.most || (rule.letter_first && !small(name[0]))) return false;
  if (name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return small(c) || digit(c) || rule.more.find(c) != std::string_view::npos; });
}

// A YouTube channel id: "UC" and 22 characters of base64url; case matters.
bool channel_id(std::string_view text) {
  return text.size() == 24 && text.starts_with("UC") &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
             std::string_view::npos;
}

}  // namespace

Result<std::string> canonical_handle(std::string_view text) {
  text = trim(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return fail(Fault::Refused, "a name alone is nobody's account; write platform:account: " + printable(text));
  std::string platform = lower_ascii(text.substr(0, colon));
  if (platform == "twitter") platform = "x";
  if (platform == "tg") platform = "telegram";
  if (platform == "whatsapp") return fail(Fault::Malformed, "a WhatsApp account is a phone number: use kind phone");
  const auto rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& r) { return r.platform == platform; });
  if (rule == kRules.end())
    return fail(Fault::Malformed,
                "a handle begins with telegram:, x:, vk:, instagram:, facebook:, youtube:, tiktok:, "
                "discord:, wechat:, ok: or threads:, not " +
                    printable(platform));
  std::string_view account = text.substr(colon + 1);
  const bool at = account.starts_with('@');
  if (at) account.remove_prefix(1);
  if (!at && platform == "youtube" && channel_id(account)) return "youtube:" + std::string(account);
  const std::string_view number =
      !at && platform == "telegram" && account.starts_with('-') ? account.substr(1) : account;
  if (!at && digits(number) && number[0] != '0' && number.size() >= rule->id_least && number.size() <= rule->id_most)
    return platform + ':' + std::string(account);
  const std::string name = lower_ascii(account);
  // Where ids are numbers, a name of digits only would be read as one.
  if (!fits(*rule, name) || (rule->id_most > 0 && digits(name)))
    return fail(Fault::Malformed, "not an account name that " + platform + " gives: " + printable(text));
  return platform + ':' + std::string(rule->sign) + name;
}

}  // namespace cordon
