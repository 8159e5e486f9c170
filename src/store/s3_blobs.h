// Blobs in an S3-compatible store. Only ciphertext goes there, under its own SHA-256, which is also the digest that the
// request is signed with: a store that checks it takes no other bytes, and one that does not is read back.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/aws_signature.h"
#include "store/blob_store.h"

namespace cordon {

struct S3Place {
  std::string bucket, prefix;  // the prefix without slashes at its ends; may be empty
  std::string endpoint;        // "https://s3.example.net"; empty: Amazon's for the region
  std::string region = "us-east-1";
  bool path_style = true;        // "https://endpoint/bucket/…", else "https://bucket.endpoint/…"
  std::string authorities = {};  // a PEM file of whom TLS trusts instead of the system's authorities
};
// "s3://bucket/prefix", the rest as it stands. Malformed says what is wrong.
Result<S3Place> parse_s3(const std::string& url, S3Place rest = {});

// How often a request is sent, and how long is waited between; for tests. A failure that may pass (no answer, 429, 500,
// 502, 503, 504) is tried again after a pause that doubles and is random in its second half.
struct S3Patience {
  int attempts = 5;
  int first_pause_ms = 200;
  long seconds = 120;  // for one request
};

// Usage where the endpoint is none, or plain http to another machine.
Result<std::unique_ptr<BlobStore>> s3_store(S3Place place, http::AwsKey key, S3Patience patience = {});

// One page of ListObjectsV2's answer. What a store writes is read once, into this; Malformed where it is none.
struct S3Page {
  std::vector<std::string> keys;
  std::string next;  // the token of the page behind it; empty: this is the last
};
Result<S3Page> read_s3_page(std::string_view xml);

}  // namespace cordon
