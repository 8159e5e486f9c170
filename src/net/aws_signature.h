// AWS Signature Version 4 for S3, the one way in that every S3-compatible store knows. libcurl 7.88 signs neither the
// digest of the body nor a query in order, so we do it ourselves (docs/decisions/0022-evidence-elsewhere.md).
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "net/http_client.h"

namespace cordon::http {

struct AwsKey {
  std::string id, secret;
  std::string token = {};  // of a temporary one
  std::string region = "us-east-1";
};

// The headers that `asked` must have besides, Authorization the last. `host` is the address's; `path` is
// percent-encoded as it is sent and `query` holds decoded names and values; `body` is the digest of the body. Headers
// of `asked` whose names begin with "x-amz-", and Range and If-None-Match, are signed as well.
struct Signable {
  std::string method, host, path;
  std::map<std::string, std::string> query = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
  Digest body = sha256("");
};
std::vector<std::pair<std::string, std::string>> sign_for_aws(const Signable& signable, const AwsKey& key, Instant at);

std::string percent_encoded(std::string_view text, bool keep_slashes);    // RFC 3986 unreserved stay
std::string query_text(const std::map<std::string, std::string>& query);  // "a=1&b=2", as it is signed

}  // namespace cordon::http
