#include "observable/observable.h"

#include "base/text.h"
#include "observable/app_id.h"
#include "observable/card_token.h"
#include "observable/domain.h"
#include "observable/email.h"
#include "observable/file_hash.h"
#include "observable/handle.h"
#include "observable/iban.h"
#include "observable/ip.h"
#include "observable/onion.h"
#include "observable/phone.h"
#include "observable/platform.h"
#include "observable/suffix.h"
#include "observable/tls_cert.h"
#include "observable/url.h"
#include "observable/wallet.h"

namespace cordon {
namespace {

constexpr std::size_t kMostBytes = 4096;  // as pasted; a defanged URL is longer than 2048

Result<std::string> canonical_text(ObservableKind kind, std::string_view text) {
  switch (kind) {
    case ObservableKind::Url:
      return canonical_url(text);
    case ObservableKind::Domain:
      return canonical_domain(text);
    case ObservableKind::Ip:
      return canonical_ip(text);
    case ObservableKind::Onion:
      return canonical_onion(text);
    case ObservableKind::FileHash:
      return canonical_file_hash(text);
    case ObservableKind::PerceptualHash:
      return canonical_perceptual_hash(text);
    case ObservableKind::TlsCert:
      return canonical_tls_cert(text);
    case ObservableKind::AppId:
      return canonical_app_id(text);
    case ObservableKind::Email:
      return canonical_email(text);
    case ObservableKind::Phone:
      return canonical_phone(text);
    case ObservableKind::Iban:
      return canonical_iban(text);
    case ObservableKind::CardToken:
      return canonical_card_token(text);
    case ObservableKind::Wallet:
      return canonical_wallet(text);
    case ObservableKind::Handle:
      return canonical_handle(text);
  }
  CORDON_CHECK(false, "an observable kind without a parser");
}

std::optional<Observable> if_valid(ObservableKind kind, std::string_view text) {
  auto observable = parse_observable(kind, text);
  if (!observable) return std::nullopt;
  return *std::move(observable);
}

// The host of a canonical url as Url::text() wrote it, whose parts are not read once more: scheme, "://", host, ':' and
// a port or not, and the path, which begins with '/'. Asked of every item of a feed several times.
struct HostOfUrl {
  ObservableKind kind;
  std::string_view text;
};
HostOfUrl host_of_url(std::string_view url) {
  const std::size_t slashes = url.find("://");
  CORDON_CHECK(slashes != std::string_view::npos, "a canonical url has a host");
  std::string_view host = url.substr(slashes + 3);
  if (host.starts_with('[')) return {ObservableKind::Ip, host.substr(1, host.find(']') - 1)};
  host = host.substr(0, host.find_first_of(":/"));
  if (host.ends_with(".onion")) return {ObservableKind::Onion, host};
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool number = last.find_first_not_of("0123456789") == std::string_view::npos;  // of an address alone
  return {number ? ObservableKind::Ip : ObservableKind::Domain, host};
}

// The name in A-labels that a url, domain or email lies under; empty for everything else.
std::string host_name(const Observable& observable) {
  if (observable.kind() == ObservableKind::Url) {
    const HostOfUrl host = host_of_url(observable.canonical());
    return host.kind == ObservableKind::Domain ? std::string(host.text) : std::string();
  }
  if (observable.kind() == ObservableKind::Domain) return observable.canonical();
  if (observable.kind() == ObservableKind::Email)
    return observable.canonical().substr(observable.canonical().find('@') + 1);
  return {};
}

bool is_reserved_name(std::string_view name) {
  const std::string_view top = name.substr(name.rfind('.') + 1);
  for (const std::string_view reserved : {"test", "example", "invalid", "localhost", "arpa"})
    if (top == reserved) return true;
  const auto registrable = registrable_part(name);
  return registrable == "example.com" || registrable == "example.net" || registrable == "example.org";
}

}  // namespace

Result<Observable> parse_observable(ObservableKind kind, std::string_view text) {
  if (text.size() > kMostBytes)
    return fail(Fault::Malformed, "too long for a " + std::string(name(kind)) + ": more than 4096 bytes");
  if (trim(text).empty()) return fail(Fault::Malformed, "an empty " + std::string(name(kind)));
  return Observable(kind, TRY(canonical_text(kind, text)));
}

namespace {

// "/go?to=http://example.net/x": an address inside of another would stay one that a click reaches. After the first "/"
// only square brackets are read back (refang.h), so those break it.
std::string defang_inside(std::string_view path) {
  constexpr std::size_t kRoom = 2560;  // so that the whole stays one that is read back: kMostBytes
  std::string out;
  for (std::size_t mark = path.find("://"); mark != std::string_view::npos; mark = path.find("://")) {
    out += path.substr(0, mark);
    out += "[:]//";
    path.remove_prefix(mark + 3);
    const std::size_t end = std::min(path.find_first_of("/?#&=:"), path.size());
    const std::string host = replace_all(std::string(path.substr(0, end)), ".", "[.]");
    if (out.size() + host.size() + path.size() > kRoom) continue;
    out += host;
    path.remove_prefix(end);
  }
  return out += path;
}

}  // namespace

std::string defang(const Observable& observable) {
  const std::string& text = observable.canonical();
  switch (observable.kind()) {
    case ObservableKind::Domain:
    case ObservableKind::Onion:
      return replace_all(text, ".", "[.]");
    case ObservableKind::Ip:
      return replace_all(replace_all(text, ".", "[.]"), ":", "[:]");
    case ObservableKind::Email: {
      const std::size_t at = text.find('@');
      return text.substr(0, at) + "[@]" + replace_all(text.substr(at + 1), ".", "[.]");
    }
    case ObservableKind::Url: {
      const std::size_t host = text.find("://") + 3;
      const std::size_t path = text.find('/', host);
      const std::string scheme = replace_all(replace_all(text.substr(0, host), "http", "hxxp"), "ftp", "fxp");
      return scheme + replace_all(text.substr(host, path - host), ".", "[.]") + defang_inside(text.substr(path));
    }
    default:
      return text;
  }
}

std::string host_text(const Observable& observable) {
  switch (observable.kind()) {
    case ObservableKind::Url:
      return std::string(host_of_url(observable.canonical()).text);
    case ObservableKind::Ip:
    case ObservableKind::Onion:
      return observable.canonical();
    default:
      return host_name(observable);
  }
}

std::optional<Observable> registrable_domain(const Observable& observable) {
  const std::string host = host_name(observable);
  const auto registrable = registrable_part(host);
  if (!registrable) return std::nullopt;
  return if_valid(ObservableKind::Domain, *registrable);
}

std::optional<Observable> host_of(const Observable& observable) {
  switch (observable.kind()) {
    case ObservableKind::Domain:
    case ObservableKind::Ip:
    case ObservableKind::Onion:
      return observable;
    case ObservableKind::Url: {
      const HostOfUrl host = host_of_url(observable.canonical());
      return if_valid(host.kind, host.text);
    }
    default:
      return std::nullopt;
  }
}

bool on_shared_host(const Observable& observable) {
  const std::string host = host_name(observable);
  if (host.empty()) return false;
  const auto suffix = public_suffix(host);
  return (suffix && suffix->is_private) || is_platform_host(host);
}

bool is_reserved(const Observable& observable) {
  const std::string name = host_name(observable);
  if (!name.empty()) return is_reserved_name(name);
  const auto host = host_of(observable);
  if (!host || host->kind() != ObservableKind::Ip) return false;
  const auto ip = parse_ip(host->canonical());
  return ip && ip->is_special();
}

}  // namespace cordon
