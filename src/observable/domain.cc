#include "observable/domain.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "observable/platform.h"
#include "observable/refang.h"
#include "observable/suffix.h"

namespace cordon {
namespace {

constexpr std::size_t kMostHostBytes = 1024;  // of UTF-8; an A-label name has at most 253

const UIDNA* uts46() {
  static const UIDNA* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* opened =
        uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
    CORDON_CHECK(U_SUCCESS(status), "ICU has no UTS 46 data");
    return opened;
  }();
  return instance;
}

// Names such as "r3---sn-abc.example.com" are in use, so the hyphen rules of registries are not ours to
// enforce below the registrable name; browsers leave them out too (URL standard, CheckHyphens false).
constexpr std::uint32_t kHyphenFlags =
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

Result<std::string> to_a_labels(std::string_view text) {
  if (!valid_utf8(text)) return fail(Fault::Malformed, "a host name must be UTF-8");
  std::array<char, 4 * kMostHostBytes> out;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const auto length = uidna_nameToASCII_UTF8(uts46(), text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                                             static_cast<std::int32_t>(out.size()), &info, &status);
  if (U_FAILURE(status) || (info.errors & ~kHyphenFlags) != 0)
    return fail(Fault::Malformed, "not an internationalized host name (UTS 46): " + printable(text));
  return std::string(out.data(), static_cast<std::size_t>(length));
}

bool plain_ascii(std::string_view lower) {
  for (const char c : lower)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return !lower.starts_with("xn--") && lower.find(".xn--") == std::string_view::npos;
}

// Below it, underscores and such hyphens occur; no registry sells them.
bool registrable_label(std::string_view label) {
  return !label.starts_with('-') && !label.ends_with('-') && label.find('_') == std::string_view::npos;
}

}  // namespace

Result<std::string> ascii_host(std::string_view text) {
  if (text.empty()) return fail(Fault::Malformed, "an empty host name");
  if (text.size() > kMostHostBytes) return fail(Fault::Malformed, "a host name has at most 253 bytes");
  std::string host = lower_ascii(text);
  if (!plain_ascii(host)) {
    // The final dot would be an empty label to UTS 46.
    if (host.ends_with('.')) host.pop_back();
    // Since Unicode 15.1 the capital sharp s is "ß", a letter of its own; ICU 72 still makes it "ss".
    host = TRY(to_a_labels(replace_all(host, "\u1e9e", "\u00df")));
  }
  if (host.ends_with('.')) host.pop_back();
  if (host.size() > 253) return fail(Fault::Malformed, "a host name has at most 253 bytes");
  for (const std::string_view label : split(host, '.')) {
    if (label.empty() || label.size() > 63)
      return fail(Fault::Malformed, "a label of a host name has 1 to 63 bytes: " + printable(text));
    const bool sound = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!sound) return fail(Fault::Malformed, "a host name has letters, digits and hyphens only: " + printable(text));
  }
  return host;
}

Result<Domain> parse_domain(std::string_view text) {
  const std::string name = TRY(ascii_host(refang(trim(text))));
  const std::string_view top = std::string_view(name).substr(name.rfind('.') + 1);  // npos + 1 == 0
  if (top == "onion") return fail(Fault::Malformed, "an onion name is of kind onion: " + printable(name));
  const auto suffix = public_suffix(name);
  if (!suffix) return fail(Fault::Malformed, "no public suffix ends this name: " + printable(name));
  const auto registrable = registrable_part(name);
  if (!registrable)
    return fail(Fault::Malformed, "a public suffix is not a domain that somebody registered: " + printable(name));
  if (!registrable_label(registrable->substr(0, registrable->find('.'))))
    return fail(Fault::Malformed, "a registered name has no underscore and no outer hyphen: " + printable(name));
  return Domain(name);
}

std::string Domain::registrable() const { return std::string(*registrable_part(text_)); }

bool Domain::on_shared_suffix() const { return public_suffix(text_)->is_private; }

Result<std::string> canonical_domain(std::string_view text) {
  TRY(refuse_patterns(text));
  const Domain domain = TRY(parse_domain(text));
  if (is_platform_host(domain.text()))
    return fail(Fault::Refused, "a platform is no target, only an item or account on it: " + domain.text());
  return domain.text();
}

Result<Nothing> refuse_patterns(std::string_view text) {
  constexpr std::array<std::string_view, 7> marks{"*", "\\.", "(?:", ".+", "[a-z", "[0-9", "[^"};
  const bool hit = trim(text).starts_with('^') || std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
                     return text.find(mark) != std::string_view::npos;
                   });
  if (hit) return fail(Fault::Refused, "a wildcard or pattern is never a target; name one thing: " + printable(text));
  return Nothing{};
}

}  // namespace cordon
