#include "observable/stix_terms.h"

#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/text.h"

namespace cordon {
namespace {

// TLP 2.0 as OASIS publishes it: marking objects with fixed ids, written with an extension.
constexpr std::string_view kTlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
struct TlpRow {
  Tlp tlp;
  std::string_view word, id;
};
constexpr std::array kTlp{
    TlpRow{Tlp::Clear, "clear", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"},
    TlpRow{Tlp::Green, "green", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
    TlpRow{Tlp::Amber, "amber", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"},
    TlpRow{Tlp::AmberStrict, "amber+strict", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"},
    TlpRow{Tlp::Red, "red", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"},
};
constexpr std::array kTlp1{
    TlpRow{Tlp::Clear, "white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    TlpRow{Tlp::Green, "green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    TlpRow{Tlp::Amber, "amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    TlpRow{Tlp::Red, "red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
};

const TlpRow& tlp_row(Tlp tlp) {
  return *std::find_if(kTlp.begin(), kTlp.end(), [&](const TlpRow& row) { return row.tlp == tlp; });
}

struct PathRow {
  ObservableKind kind;
  std::string_view path;
  std::string_view prefix;  // of the canonical text, that the path itself says
};
constexpr std::array kPaths{
    PathRow{ObservableKind::Url, "url:value", ""},
    PathRow{ObservableKind::Domain, "domain-name:value", ""},
    PathRow{ObservableKind::Onion, "domain-name:value", ""},
    PathRow{ObservableKind::Ip, "ipv4-addr:value", ""},
    PathRow{ObservableKind::Ip, "ipv6-addr:value", ""},
    PathRow{ObservableKind::FileHash, "file:hashes.'SHA-256'", "sha256:"},
    PathRow{ObservableKind::FileHash, "file:hashes.'SHA-1'", "sha1:"},
    PathRow{ObservableKind::FileHash, "file:hashes.MD5", "md5:"},
    PathRow{ObservableKind::TlsCert, "x509-certificate:hashes.'SHA-256'", "sha256:"},
};

const PathRow* path_of(const Observable& observable) {
  const std::string& text = observable.canonical();
  const auto found = std::find_if(kPaths.begin(), kPaths.end(), [&](const PathRow& row) {
    if (row.kind != observable.kind()) return false;
    if (row.kind == ObservableKind::Ip) return (text.find(':') != std::string::npos) == (row.path == "ipv6-addr:value");
    return text.starts_with(row.prefix);
  });
  return found == kPaths.end() ? nullptr : &*found;
}

}  // namespace

std::string stix_id(std::string_view type, std::string_view name) {
  return std::string(type) + "--" + make_uuid5(kCordonNamespace, std::string(type) + "\n" + std::string(name));
}

std::string stix_marking(Tlp tlp) { return std::string(tlp_row(tlp).id); }

std::optional<Tlp> tlp_of_marking(std::string_view id) {
  for (const auto& row : kTlp) {
    if (row.id == id) return row.tlp;
  }
  for (const auto& row : kTlp1) {
    if (row.id == id) return row.tlp;
  }
  return std::nullopt;
}

Json stix_tlp(Tlp tlp) {
  const TlpRow& row = tlp_row(tlp);
  const Json extension = Json::Object{{"extension_type", "property-extension"}, {"tlp_2_0", row.word}};
  return Json::Object{{"type", "marking-definition"},
                      {"spec_version", "2.1"},
                      {"id", row.id},
                      {"created", "2022-10-01T00:00:00.000Z"},
                      {"name", "TLP:" + std::string(name(tlp))},
                      {"extensions", Json::Object{{std::string(kTlpExtension), extension}}}};
}

Result<std::string> stix_pattern(const Observable& observable) {
  const PathRow* row = path_of(observable);
  if (row == nullptr) {
    return fail(Fault::Refused,
                "STIX has no object for " + std::string(name(observable.kind())) + ", so none is offered in a bundle");
  }
  std::string literal;
  for (const char c : observable.canonical().substr(row->prefix.size())) {
    if (c == '\'' || c == '\\') literal += '\\';
    literal += c;
  }
  return "[" + std::string(row->path) + " = '" + literal + "']";
}

Result<Observable> read_stix_pattern(ObservableKind kind, std::string_view pattern) {
  const Error shape = fail(Fault::Malformed, "only a pattern of one comparison with '=' is read");
  for (const PathRow& row : kPaths) {
    const std::string start = "[" + std::string(row.path) + " = '";
    if (row.kind != kind || !pattern.starts_with(start)) continue;
    std::string_view rest = pattern.substr(start.size());
    std::string text(row.prefix);
    while (!rest.empty() && rest[0] != '\'') {
      if (rest[0] == '\\') rest.remove_prefix(1);
      if (rest.empty()) return shape;
      text += rest[0];
      rest.remove_prefix(1);
    }
    if (rest != "']") return shape;
    Observable observable = TRY(parse_observable(kind, text));
    // One thing has one spelling between desks too, so that the same indicator is the same pattern.
    if (TRY(stix_pattern(observable)) != pattern) return fail(Fault::Malformed, "the value is not in its one spelling");
    return observable;
  }
  return fail(Fault::Malformed, "no pattern of a " + std::string(name(kind)));
}

namespace {

// "file:hashes.'SHA-256'", "file:hashes.\"SHA-256\"" and "file:hashes.SHA-256" are one path.
std::string plain_path(std::string_view path) {
  std::string plain;
  for (const char c : path)
    if (c != '\'' && c != '"') plain += c;
  return plain;
}

std::optional<StixValue> value_at(std::string_view path, std::string_view text) {
  if (path == "email-addr:value") return StixValue(ObservableKind::Email, text);
  if (path == "domain-name:value")
    return StixValue(lower_ascii(text).ends_with(".onion") ? ObservableKind::Onion : ObservableKind::Domain, text);
  for (const PathRow& row : kPaths)
    if (path == plain_path(row.path)) return StixValue(row.kind, std::string(row.prefix) + std::string(text));
  return std::nullopt;
}

// The words of a pattern: brackets, signs, names and literals, these with their opening quotation mark.
Result<std::vector<std::string>> stix_words(std::string_view text) {
  constexpr std::string_view kSigns = "[]()=,";
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (kSigns.find(c) != std::string_view::npos) {
      words.emplace_back(1, c);
      ++i;
    } else if (c == '\'') {
      std::string literal(1, c);
      for (++i; i < text.size() && text[i] != '\''; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        literal += text[i];
      }
      if (i >= text.size()) return fail(Fault::Malformed, "a text in a STIX pattern is not closed");
      ++i;
      words.push_back(std::move(literal));
    } else {
      std::string word;
      char quote = 0;  // inside of a path: hashes.'SHA-256'
      for (; i < text.size(); ++i) {
        if (quote == 0 && (kSigns.find(text[i]) != std::string_view::npos || text[i] == ' ' || text[i] == '\n')) break;
        if (text[i] == '\'' || text[i] == '"') quote = quote == 0 ? text[i] : quote == text[i] ? '\0' : quote;
        word += text[i];
      }
      words.push_back(std::move(word));
    }
  }
  return words;
}

}  // namespace

Result<std::vector<StixValue>> stix_values(std::string_view pattern) {
  const Error more =
      fail(Fault::Malformed, "a pattern that is more than '=' and IN joined by OR names no single thing");
  const std::vector<std::string> words = TRY(stix_words(pattern));
  std::vector<StixValue> values;
  std::size_t at = 0;
  const auto next = [&]() -> std::string_view {
    return at < words.size() ? std::string_view(words[at++]) : std::string_view();
  };
  const auto take = [&](const std::string& path, std::string_view literal) {
    if (auto value = value_at(plain_path(path), literal.substr(1))) values.push_back(*std::move(value));
  };
  for (bool first = true; at < words.size(); first = false) {
    if (!first && next() != "OR") return more;
    if (next() != "[") return more;
    for (std::string_view joint = "OR"; joint == "OR"; joint = next()) {
      const std::string path(next());
      const std::string_view sign = next();
      if (sign == "=") {
        const std::string_view literal = next();
        if (!literal.starts_with('\'')) return more;
        take(path, literal);
      } else if (sign == "IN" && next() == "(") {
        for (std::string_view comma = ","; comma == ","; comma = next()) {
          const std::string_view literal = next();
          if (!literal.starts_with('\'')) return more;
          take(path, literal);
        }
        if (words[at - 1] != ")") return more;
      } else {
        return more;
      }
    }
    if (words[at - 1] != "]") return more;
  }
  if (words.empty()) return more;
  return values;
}

std::vector<StixValue> stix_object_values(const Json& object) {
  std::vector<StixValue> values;
  const std::string type = object.text_or("type");
  const auto add = [&](const std::string& path, const std::string& text) {
    if (auto value = value_at(path, text); value && !text.empty()) values.push_back(*std::move(value));
  };
  add(type + ":value", object.text_or("value"));
  const Json* hashes = object.find("hashes");
  if (hashes == nullptr || hashes->object() == nullptr) return values;
  for (const auto& [algorithm, digits] : *hashes->object())
    if (digits.string() != nullptr) add(type + ":hashes." + algorithm, *digits.string());
  return values;
}

}  // namespace cordon
