// An identifier of infrastructure, in the one spelling that it has inside Cordon. A value of this type
// passed its kind's parser; nothing else can be stored, matched or asked about (charter 4.8).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "law/terms.h"

namespace cordon {

class Observable {
 public:
  ObservableKind kind() const { return kind_; }
  // Two ways to write one thing have one canonical text: "http://example.org/", "example.org",
  // "2001:db8::1", "sha256:…", "btc:1A…", "telegram:@name".
  const std::string& canonical() const { return canonical_; }
  auto operator<=>(const Observable&) const = default;

 private:
  friend Result<Observable> parse_observable(ObservableKind kind, std::string_view text);
  Observable(ObservableKind kind, std::string canonical) : kind_(kind), canonical_(std::move(canonical)) {}
  ObservableKind kind_;
  std::string canonical_;
};

// Accepts the spellings that people paste, defanged ones included. Malformed says what is wrong with
// it; Refused is a thing that the charter keeps out (search pages, ranges, bare platforms, …).
// parse(canonical) gives the same value again.
Result<Observable> parse_observable(ObservableKind kind, std::string_view text);

// For a screen or a mail, where nobody should reach it by a click: "hxxp://example[.]org/".
std::string defang(const Observable& observable);

// The registrable name that `observable` (url, domain, email) lies under; nothing for an IP host, and
// nothing for a platform's, which is no observable.
std::optional<Observable> registrable_domain(const Observable& observable);

// The host of a url as ip, onion or domain; a domain, ip or onion is its own host. Nothing for a platform's.
std::optional<Observable> host_of(const Observable& observable);

// The host of a url, domain, ip, onion or email as plain text, a platform's too: to look up whom to ask.
// Empty for other kinds.
std::string host_text(const Observable& observable);

// True where many tenants share the registrable name (private section of the public suffix list, or a
// platform): the full URL is then the only fair target.
bool on_shared_host(const Observable& observable);

// True for names and addresses that documents and examples use (RFC 2606, 5737, 3849, 6761) and for
// private and special-purpose addresses (RFC 6890): never a target outside a demonstration.
bool is_reserved(const Observable& observable);

// An identifier found in a text, with its place.
struct Found {
  Observable observable;
  std::size_t offset;  // bytes from the start of the text
  std::size_t length;  // bytes as written
  bool defanged;       // the author broke it on purpose: "hxxp", "[.]"
};

// Every url, domain, ip, onion, file hash, email, iban and wallet in `text` (UTF-8; broken bytes end a
// word), left to right, none inside another. The interface that the wire-speed scanner will fill.
std::vector<Found> scan_text(std::string_view text);

}  // namespace cordon
