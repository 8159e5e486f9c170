#include "net/aws_signature.h"

#include <algorithm>

#include "base/text.h"

namespace cordon::http {

namespace {

// "20130524T000000Z"
std::string basic_time(Instant at) {
  std::string text;
  for (const char c : to_rfc3339(at).substr(0, 19))
    if (c != '-' && c != ':') text += c;
  return text + "Z";
}

}  // namespace

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || (keep_slashes && c == '/');
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string query_text(const std::map<std::string, std::string>& query) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : query)
    parts.push_back(percent_encoded(name, false) + "=" + percent_encoded(value, false));
  std::sort(parts.begin(), parts.end());
  return join(parts, "&");
}

std::vector<std::pair<std::string, std::string>> sign_for_aws(const Signable& signable, const AwsKey& key, Instant at) {
  const std::string time = basic_time(at), day = time.substr(0, 8);
  std::vector<std::pair<std::string, std::string>> added{{"x-amz-content-sha256", signable.body.hex()},
                                                         {"x-amz-date", time}};
  if (!key.token.empty()) added.emplace_back("x-amz-security-token", key.token);

  std::map<std::string, std::string> signed_headers{{"host", signable.host}};
  for (const auto& headers : {signable.headers, added})
    for (const auto& [name, value] : headers) signed_headers.insert_or_assign(name, std::string(trim(value)));
  std::vector<std::string> names;
  std::string canonical = signable.method + "\n" + signable.path + "\n" + query_text(signable.query) + "\n";
  for (const auto& [name, value] : signed_headers) {
    canonical += name + ":" + value + "\n";
    names.push_back(name);
  }
  canonical += "\n" + join(names, ";") + "\n" + signable.body.hex();

  const std::string scope = day + "/" + key.region + "/s3/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical).hex();
  Digest signing = hmac_sha256("AWS4" + key.secret, day);
  for (const std::string& step : {key.region, std::string("s3"), std::string("aws4_request")})
    signing = hmac_sha256(signing.view(), step);
  added.emplace_back("authorization", "AWS4-HMAC-SHA256 Credential=" + key.id + "/" + scope +
                                          ", SignedHeaders=" + join(names, ";") +
                                          ", Signature=" + hmac_sha256(signing.view(), to_sign).hex());
  return added;
}

}  // namespace cordon::http
