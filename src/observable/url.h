// A web address in the one form that the URL standard (url.spec.whatwg.org) writes it, less two parts:
// the fragment, which never reaches a server, and user name and password, which may be somebody's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

class Url {
 public:
  enum class HostKind { Name, Ipv4, Ipv6, Onion };
  const std::string& scheme() const { return scheme_; }  // "http", "https" or "ftp"
  HostKind host_kind() const { return host_kind_; }
  const std::string& host() const { return host_; }            // A-labels or an address; v6 without brackets
  std::optional<std::uint16_t> port() const { return port_; }  // nothing for the scheme's own
  const std::string& path() const { return path_; }            // begins with "/"
  const std::optional<std::string>& query() const { return query_; }
  std::string text() const;

 private:
  friend Result<Url> parse_url(std::string_view text);
  std::string scheme_;
  HostKind host_kind_ = HostKind::Name;
  std::string host_;
  std::optional<std::uint16_t> port_;
  std::string path_;
  std::optional<std::string> query_;
};

// Reads as browsers do ("http:\\EXAMPLE.org:80\a\..\b", "http://0x7f.1/"), at most 2048 bytes in and out.
// Stricter than they are: no white space inside, host names of letters, digits, hyphens and underscores.
// Without a scheme it is http, and may then hold no "@". One trailing dot of the host is dropped. An onion
// host must have its checksum. Says nothing about suffixes and platforms.
Result<Url> parse_url(std::string_view text);

// A url as a target: defanged spellings are taken, the host must be below a public suffix, and wildcards
// and the platforms' front, search, hashtag, topic, trend and feed pages are Refused (charter 4.8).
Result<std::string> canonical_url(std::string_view text);

// "%41b" -> "Ab"; a "%" without two hex digits stays.
std::string percent_decoded(std::string_view text);

}  // namespace cordon
