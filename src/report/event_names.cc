#include "report/event_names.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>

#include "base/ascii.h"
#include "base/text.h"
#include "observable/observable.h"

namespace cordon {
namespace {

struct EventName {
  std::string_view name;
  Takes takes;
};
// The IntelMQ Data Format (docs/formats/intelmq.md), without what no record may hold: accounts and raw bytes.
constexpr EventName kEventNames[] = {
    {"classification.identifier", Takes::Text},
    {"classification.taxonomy", Takes::Lower},
    {"classification.type", Takes::Lower},
    {"comment", Takes::Text},
    {"event_description.target", Takes::Text},
    {"event_description.text", Takes::Text},
    {"event_description.url", Takes::Url},
    {"event_hash", Takes::Text},
    {"feed.accuracy", Takes::Real},
    {"feed.code", Takes::Text},
    {"feed.documentation", Takes::Text},
    {"feed.name", Takes::Text},
    {"feed.provider", Takes::Text},
    {"feed.url", Takes::Url},
    {"malware.hash", Takes::Text},
    {"malware.hash.md5", Takes::Hash},
    {"malware.hash.sha1", Takes::Hash},
    {"malware.hash.sha256", Takes::Hash},
    {"malware.name", Takes::Lower},
    {"malware.version", Takes::Text},
    {"misp.attribute_uuid", Takes::Lower},
    {"misp.event_uuid", Takes::Lower},
    {"protocol.application", Takes::Lower},
    {"protocol.transport", Takes::Transport},
    {"rtir_id", Takes::Text},
    {"screenshot_url", Takes::Url},
    {"status", Takes::Text},
    {"time.observation", Takes::Time},
    {"time.source", Takes::Time},
    {"tlp", Takes::Tlp},
};
// The same for source.* and destination.*.
constexpr EventName kHostNames[] = {
    {"abuse_contact", Takes::Text},
    {"allocated", Takes::Time},
    {"as_name", Takes::Text},
    {"asn", Takes::Asn},
    {"domain_suffix", Takes::Lower},
    {"fqdn", Takes::Fqdn},
    {"geolocation.cc", Takes::Country},
    {"geolocation.city", Takes::Text},
    {"geolocation.country", Takes::Text},
    {"geolocation.cymru_cc", Takes::Country},
    {"geolocation.geoip_cc", Takes::Country},
    {"geolocation.latitude", Takes::Real},
    {"geolocation.longitude", Takes::Real},
    {"geolocation.region", Takes::Text},
    {"geolocation.state", Takes::Text},
    {"ip", Takes::Ip},
    {"local_hostname", Takes::Text},
    {"local_ip", Takes::Ip},
    {"network", Takes::Network},
    {"port", Takes::Port},
    {"registry", Takes::Text},
    {"reverse_dns", Takes::Fqdn},
    {"tor_node", Takes::Flag},
    {"url", Takes::Url},
    {"urlpath", Takes::Text},
};

constexpr std::size_t kLongestValue = 16u << 10;

std::optional<Json> as_ip(std::string_view text) {
  const auto ip = parse_observable(ObservableKind::Ip, text);
  if (ip) return Json(ip->canonical());
  return std::nullopt;
}

// What may be a name of a host: whether it is a domain that a notice can go to, the observable's parser says later.
std::optional<Json> as_fqdn(std::string_view text) {
  while (text.ends_with('.')) text.remove_suffix(1);
  const std::string plain = replace_all(std::string(text), "[.]", ".");
  if (plain.empty() || plain.size() > 253 || plain.find('.') == std::string::npos || plain.front() == '.' ||
      plain.find("..") != std::string::npos)
    return std::nullopt;
  const bool spelled = std::ranges::all_of(plain, [](char c) {
    return letter(c) || digit(c) || c == '-' || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  });
  const std::string_view last = std::string_view(plain).substr(plain.rfind('.') + 1);
  if (!spelled || all_digits(last) || as_ip(plain)) return std::nullopt;
  return Json(lower_ascii(plain));
}

std::optional<Json> as_url(std::string_view text) {
  std::string plain(text);
  for (const std::string_view fanged : {"hxxps://", "hxxp://", "hXXps://", "hXXp://"}) {
    if (plain.starts_with(fanged)) plain = (fanged.size() == 8 ? "https://" : "http://") + plain.substr(fanged.size());
  }
  plain = replace_all(std::move(plain), "[.]", ".");
  const std::size_t colon = plain.find("://");
  if (colon == std::string::npos || colon == 0 || colon > 12 || plain.size() <= colon + 3) return std::nullopt;
  const char after = plain[colon + 3];
  const bool spelled = std::ranges::all_of(plain.substr(0, colon), [](char c) { return letter(c) || c == '+'; }) &&
                       plain.find_first_of(" \t\r\n") == std::string::npos && after != '/' && after != '?' &&
                       after != '#';
  if (!spelled) return std::nullopt;
  return Json(std::move(plain));
}

// "203.0.113.77/24" as "203.0.113.0/24".
std::optional<Json> as_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string host(text.substr(0, slash));
  const auto bits = parse_integer(text.substr(slash + 1));
  std::array<unsigned char, 16> bytes{};
  const bool six = host.find(':') != std::string::npos;
  if (::inet_pton(six ? AF_INET6 : AF_INET, host.c_str(), bytes.data()) != 1) return std::nullopt;
  const std::size_t size = six ? 16 : 4;
  if (!bits || *bits < 0 || *bits > static_cast<std::int64_t>(size * 8)) return std::nullopt;
  for (std::size_t i = 0; i < size; ++i) {
    const std::int64_t left = *bits - static_cast<std::int64_t>(i * 8);
    if (left <= 0)
      bytes[i] = 0;
    else if (left < 8)
      bytes[i] = static_cast<unsigned char>(bytes[i] & (0xFFu << (8 - left)));
  }
  std::array<char, 64> shown{};
  if (::inet_ntop(six ? AF_INET6 : AF_INET, bytes.data(), shown.data(), shown.size()) == nullptr) return std::nullopt;
  return Json(std::string(shown.data()) + "/" + std::to_string(*bits));
}

std::optional<Json> as_number(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto number = parse_integer(text);
  if (!number || *number < least || *number > most) return std::nullopt;
  return Json(*number);
}

std::optional<Json> as_real(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool plain = text.find_first_not_of("0123456789.+-eE") == std::string::npos;
  if (!plain || end != text.c_str() + text.size() || text.empty() || !std::isfinite(value)) return std::nullopt;
  return Json(value);
}

// TLP 2.0 in the levels that the format has (docs/formats/intelmq.md): never a looser one.
std::optional<Json> as_tlp(std::string_view text) {
  std::string mark = lower_ascii(text);
  if (mark.starts_with("tlp:")) mark = std::string(trim(std::string_view(mark).substr(4)));
  static const std::map<std::string, std::string_view> kMarks = {
      {"white", "WHITE"},  {"clear", "WHITE"}, {"green", "GREEN"},      {"amber", "AMBER"},
      {"yellow", "AMBER"}, {"red", "RED"},     {"amber+strict", "RED"},
  };
  const auto found = kMarks.find(mark);
  if (found == kMarks.end()) return std::nullopt;
  return Json(found->second);
}

std::optional<Json> as_hash(std::string_view text, std::string_view name) {
  const std::size_t digits = name.ends_with("md5") ? 32 : name.ends_with("sha1") ? 40 : 64;
  const bool hex = std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
  if (text.size() != digits || !hex) return std::nullopt;
  return Json(text);
}

}  // namespace

bool is_extra_name(std::string_view name) {
  if (!name.starts_with("extra.") || name.size() == 6 || name.size() > 200) return false;
  return std::ranges::all_of(name.substr(6),
                             [](char c) { return letter(c) || digit(c) || c == '_' || c == '.' || c == '-'; });
}

std::optional<Takes> takes_of(std::string_view name) {
  const auto found = std::ranges::find(kEventNames, name, &EventName::name);
  if (found != std::end(kEventNames)) return found->takes;
  for (const std::string_view side : {"source.", "destination."}) {
    if (!name.starts_with(side)) continue;
    const auto host = std::ranges::find(kHostNames, name.substr(side.size()), &EventName::name);
    if (host != std::end(kHostNames)) return host->takes;
  }
  return std::nullopt;
}

std::optional<Json> fitted(std::string_view name, Takes takes, const Json& value) {
  if (takes == Takes::Flag && value.boolean() != nullptr) return value;
  if (takes == Takes::Real && value.real() != nullptr) return value;
  const auto said = feed_text(value);
  if (!said || said->size() > kLongestValue) return std::nullopt;
  const std::string& text = *said;
  switch (takes) {
    case Takes::Text:
    case Takes::Time:  // a rule has made it one
      return Json(text);
    case Takes::Lower:
      return Json(lower_ascii(text));
    case Takes::Ip:
      return as_ip(text);
    case Takes::Fqdn:
      return as_fqdn(text);
    case Takes::Url:
      return as_url(text);
    case Takes::Network:
      return as_network(text);
    case Takes::Asn: {
      const bool marked = text.size() > 2 && equal_ignoring_case(text.substr(0, 2), "as");
      return as_number(std::string_view(text).substr(marked ? 2 : 0), 1, 4'294'967'295);
    }
    case Takes::Port:
      return as_number(text, 0, 65535);
    case Takes::Real:
      return as_real(text);
    case Takes::Country: {
      if (text.size() != 2 || !letter(text[0]) || !letter(text[1])) return std::nullopt;
      std::string country = text;
      for (char& c : country) c = static_cast<char>(c & ~0x20);
      return Json(std::move(country));
    }
    case Takes::Flag:
      if (equal_ignoring_case(text, "true") || equal_ignoring_case(text, "yes")) return Json(true);
      if (equal_ignoring_case(text, "false") || equal_ignoring_case(text, "no")) return Json(false);
      return std::nullopt;
    case Takes::Tlp:
      return as_tlp(text);
    case Takes::Transport: {
      std::string transport = lower_ascii(text);
      const bool word = !all_digits(transport) && transport.size() <= 20 &&
                        std::ranges::all_of(transport, [](char c) { return letter(c) || digit(c) || c == '-'; });
      if (!word) return std::nullopt;
      return Json(std::move(transport));
    }
    case Takes::Hash:
      return as_hash(text, name);
  }
  return std::nullopt;
}

std::optional<std::string> feed_text(const Json& value) {
  std::string text;
  if (const std::string* said = value.string())
    text = std::string(trim(*said));
  else if (value.integer() != nullptr || value.real() != nullptr || value.boolean() != nullptr)
    text = to_text(value);
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace cordon
