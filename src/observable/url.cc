#include "observable/url.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "observable/domain.h"
#include "observable/ip.h"
#include "observable/onion.h"
#include "observable/platform.h"
#include "observable/refang.h"

namespace cordon {
namespace {

constexpr std::size_t kMostUrlBytes = 2048;
constexpr std::string_view kSpecial[] = {"http", "https", "ftp"};

std::uint16_t default_port(std::string_view scheme) { return scheme == "http" ? 80 : scheme == "https" ? 443 : 21; }

bool slash(char c) { return c == '/' || c == '\\'; }

// URL standard, "percent-encode sets": C0 controls and all above "~" always, and `set`.
std::string encoded(std::string_view text, std::string_view set) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && set.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

// URL standard, "path state": "." and ".." in any spelling are walked.
std::string normal_path(std::string_view text) {
  std::vector<std::string> path;
  std::size_t at = !text.empty() && slash(text[0]) ? 1 : 0;
  for (bool more = true; more;) {
    const std::size_t end = text.find_first_of("/\\", at);
    more = end != std::string_view::npos;
    const std::string_view segment = text.substr(at, more ? end - at : end);
    const std::string dots = replace_all(lower_ascii(segment), "%2e", ".");
    if (dots == "..") {
      if (!path.empty()) path.pop_back();
      if (!more) path.emplace_back();
    } else if (dots == ".") {
      if (!more) path.emplace_back();
    } else {
      path.push_back(encoded(segment, "\"#<>?^`{}"));
    }
    at = end + 1;
  }
  return '/' + join(path, "/");
}

// URL standard, "ends in a number checker" and "IPv4 parser".
std::optional<std::uint64_t> v4_number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  std::uint64_t base = 10;
  if (part.size() > 1 && part[0] == '0') {
    base = part[1] == 'x' ? 16 : 8;
    part.remove_prefix(base == 16 ? 2 : 1);
  }
  std::uint64_t value = 0;
  for (const char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<std::uint64_t>(digit) >= base) return std::nullopt;
    value = std::min<std::uint64_t>(value * base + static_cast<std::uint64_t>(digit), std::uint64_t{1} << 33);
  }
  return value;
}

bool ends_in_number(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 == 0
  return last.find_first_not_of("0123456789") == std::string_view::npos || (last.starts_with("0x") && v4_number(last));
}

Result<std::string> loose_ipv4(std::string_view host) {
  const auto parts = split(host, '.');
  const auto wrong = [&] { return fail(Fault::Malformed, "not an IPv4 address: " + printable(host)); };
  if (parts.size() > 4) return wrong();
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = v4_number(parts[i]);
    const bool last = i + 1 == parts.size();
    if (!number || *number >= (last ? std::uint64_t{1} << (8 * (5 - parts.size())) : 256)) return wrong();
    address += last ? *number : *number << (8 * (3 - i));
  }
  return ipv4_text(static_cast<std::uint32_t>(address));
}

struct Host {
  Url::HostKind kind;
  std::string text;
};

Result<Host> parse_host(std::string_view text) {
  if (text.starts_with('[')) {
    const auto bytes = text.ends_with(']') ? read_ipv6(text.substr(1, text.size() - 2)) : std::nullopt;
    if (!bytes) return fail(Fault::Malformed, "not an IPv6 address in brackets: " + printable(text));
    return Host{Url::HostKind::Ipv6, ipv6_text(*bytes)};
  }
  const std::string name = TRY(ascii_host(percent_decoded(text)));
  if (ends_in_number(name)) return Host{Url::HostKind::Ipv4, TRY(loose_ipv4(name))};
  if (name.ends_with(".onion")) {
    TRY(canonical_onion(name));
    return Host{Url::HostKind::Onion, name};
  }
  return Host{Url::HostKind::Name, name};
}

Result<std::optional<std::uint16_t>> parse_port(std::string_view text, std::string_view scheme) {
  if (text.empty()) return std::optional<std::uint16_t>();
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > 65535)
      return fail(Fault::Malformed, "a port is a number up to 65535: " + printable(text));
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  if (number > 65535) return fail(Fault::Malformed, "a port is a number up to 65535: " + printable(text));
  const auto port = static_cast<std::uint16_t>(number);
  return port == default_port(scheme) ? std::optional<std::uint16_t>() : std::optional<std::uint16_t>(port);
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

std::string Url::text() const {
  std::string text = scheme_ + "://";
  text += host_kind_ == HostKind::Ipv6 ? '[' + host_ + ']' : host_;
  if (port_) text += ':' + std::to_string(*port_);
  text += path_;
  if (query_) text += '?' + *query_;
  return text;
}

Result<Url> parse_url(std::string_view text) {
  text = trim(text);
  if (text.size() > kMostUrlBytes) return fail(Fault::Malformed, "a URL has at most 2048 bytes");
  if (!valid_utf8(text)) return fail(Fault::Malformed, "a URL must be UTF-8");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f)
      return fail(Fault::Malformed, "a URL holds no white space: " + printable(text));
  text = text.substr(0, text.find('#'));

  Url url;
  const std::size_t colon = text.find(':');
  const std::string scheme = colon == std::string_view::npos ? std::string() : lower_ascii(text.substr(0, colon));
  const bool has_scheme = std::find(std::begin(kSpecial), std::end(kSpecial), scheme) != std::end(kSpecial);
  if (has_scheme) {
    url.scheme_ = scheme;
    text.remove_prefix(colon + 1);
    while (!text.empty() && slash(text[0])) text.remove_prefix(1);
  } else {
    url.scheme_ = "http";
    if (colon < text.find_first_of("/\\?") && text.substr(colon + 1).starts_with("//"))
      return fail(Fault::Malformed, "only http, https and ftp URLs are known: " + printable(text));
  }

  std::string_view authority = text.substr(0, text.find_first_of("/\\?"));
  std::string_view rest = text.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (!has_scheme) return fail(Fault::Malformed, "without http:// this is no URL: " + printable(text));
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket = authority.rfind(']');
  const std::size_t port_at = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (port_at != std::string_view::npos) {
    url.port_ = TRY(parse_port(authority.substr(port_at + 1), url.scheme_));
    authority = authority.substr(0, port_at);
  }
  Host host = TRY(parse_host(authority));
  url.host_kind_ = host.kind;
  url.host_ = std::move(host.text);

  const std::size_t mark = rest.find('?');
  url.path_ = normal_path(rest.substr(0, mark));
  if (mark != std::string_view::npos) url.query_ = encoded(rest.substr(mark + 1), "\"#<>'");
  if (url.text().size() > kMostUrlBytes) return fail(Fault::Malformed, "a URL has at most 2048 bytes when encoded");
  return url;
}

Result<std::string> canonical_url(std::string_view text) {
  TRY(refuse_patterns(text));
  const Url url = TRY(parse_url(refang(trim(text))));
  if (url.host_kind() == Url::HostKind::Name) TRY(parse_domain(url.host()));
  TRY(refuse_platform_page(url));
  std::string canonical = url.text();
  // A backslash that became "/" can leave "[/]" behind, which would be read as a defanged slash next time.
  if (refang(canonical) != canonical)
    return fail(Fault::Malformed, "brackets that may mean two things: " + printable(text));
  TRY(refuse_patterns(canonical));
  return canonical;
}

}  // namespace cordon
