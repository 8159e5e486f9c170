#include "observable/app_id.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

namespace cordon {
namespace {

constexpr std::size_t kLongestAppId = 1024;  // an address with a tracking query
constexpr std::size_t kLongestPackage = 255;

// Android: two parts or more, each a letter and then letters, digits and '_'. Case tells apart.
Result<std::string> google_app(std::string_view id) {
  const auto parts = split(id, '.');
  bool sound = id.size() <= kLongestPackage && parts.size() >= 2;
  for (const std::string_view part : parts) {
    sound = sound && !part.empty() && letter(part[0]) &&
            std::all_of(part.begin(), part.end(), [](char c) { return digit(c) || letter(c) || c == '_'; });
  }
  if (!sound) return fail(Fault::Malformed, "a google app id is a package name such as com.example.app");
  return "google:" + std::string(id);
}

Result<std::string> apple_app(std::string_view id) {
  if (id.starts_with("id")) id.remove_prefix(2);
  if (id.size() < 6 || id.size() > 12 || !all_digits(id) || id[0] == '0') {
    return fail(Fault::Malformed, "an apple app id is a number of 6 to 12 digits");
  }
  return "apple:" + std::string(id);
}

Result<std::string> huawei_app(std::string_view id) {
  const bool sound = id.size() >= 2 && id.size() <= 13 && (id[0] == 'C' || id[0] == 'c') && all_digits(id.substr(1));
  if (!sound) return fail(Fault::Malformed, "a huawei app id is C and up to 12 digits");
  return "huawei:C" + std::string(id.substr(1));
}

// Product ids of apps begin with 9, those that their makers deliver themselves with X.
Result<std::string> microsoft_app(std::string_view id) {
  std::string upper;
  for (const char c : id.substr(0, 13)) {
    if (!digit(c) && !letter(c)) return fail(Fault::Malformed, "a microsoft app id has only letters and digits");
    upper += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (upper.size() != 12 || (upper[0] != '9' && upper[0] != 'X')) {
    return fail(Fault::Malformed, "a microsoft app id has 12 characters and begins with 9 or X");
  }
  return "microsoft:" + upper;
}

// The value of `name` in a query; nothing where it is missing or there twice.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string_view> found;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  return found;
}

// An app's page in its store. `address` has no scheme.
Result<std::string> app_of_page(std::string_view address) {
  const std::size_t hash = address.find('#');
  const std::string_view fragment = hash == std::string_view::npos ? std::string_view() : address.substr(hash + 1);
  address = address.substr(0, hash);
  const std::size_t mark = address.find('?');
  const std::string_view query = mark == std::string_view::npos ? std::string_view() : address.substr(mark + 1);
  std::vector<std::string_view> path = split(address.substr(0, mark), '/');
  std::string host = lower_ascii(path[0]);
  if (host.starts_with("www.")) host.erase(0, 4);
  path.erase(path.begin());
  while (!path.empty() && path.back().empty()) path.pop_back();
  const auto path_is = [&](std::initializer_list<std::string_view> parts) {
    return std::equal(path.begin(), path.end(), parts.begin(), parts.end());
  };

  if (host == "play.google.com" && path_is({"store", "apps", "details"})) {
    if (const auto id = query_value(query, "id")) return google_app(*id);
  }
  const bool apple = host == "apps.apple.com" || host == "itunes.apple.com";
  if (apple && path.size() >= 2 && std::find(path.begin(), path.end(), "app") != path.end() &&
      path.back().starts_with("id")) {
    return apple_app(path.back());
  }
  if (host == "appgallery.huawei.com") {
    if (path.size() == 2 && path[0] == "app") return huawei_app(path[1]);
    if (path.empty() && fragment.starts_with("/app/")) return huawei_app(fragment.substr(5));
  }
  if (host == "apps.microsoft.com" && path.size() >= 2 &&
      (path[0] == "detail" || (path[0] == "store" && path[1] == "detail"))) {
    return microsoft_app(path.back());
  }
  if (host == "microsoft.com" && path.size() >= 3) {
    const bool product = std::find(path.begin(), path.end(), "p") != path.end();
    if (product || (path[0] == "store" && path[1] == "apps")) return microsoft_app(path.back());
  }
  return fail(Fault::Malformed, "not the page of one app in a known store");
}

}  // namespace

Result<std::string> canonical_app_id(std::string_view text) {
  if (text.size() > kLongestAppId) return fail(Fault::Malformed, "too long for an app id");
  const std::string whole = replace_all(std::string(trim(text)), "[.]", ".");
  const std::string_view id = whole;
  const std::size_t colon = id.find(':');
  if (colon == std::string_view::npos)
    return fail(Fault::Malformed, "an app id names its store, as in google:com.example.app");
  const std::string scope = lower_ascii(id.substr(0, colon));
  const std::string_view rest = id.substr(colon + 1);
  if (scope == "google") return google_app(rest);
  if (scope == "apple") return apple_app(rest);
  if (scope == "huawei") return huawei_app(rest);
  if (scope == "microsoft") return microsoft_app(rest);
  if (scope == "https" || scope == "http" || scope == "hxxps" || scope == "hxxp") {
    if (!rest.starts_with("//")) return fail(Fault::Malformed, "the address of the app's page is broken");
    return app_of_page(rest.substr(2));
  }
  if (scope == "market" && rest.starts_with("//details?")) {
    if (const auto package = query_value(rest.substr(10), "id")) return google_app(*package);
  }
  return fail(Fault::Malformed, "no such store: expected google, apple, huawei or microsoft");
}

}  // namespace cordon
