// PUT with If-None-Match, then read back and hashed; GET by ranges; HEAD, DELETE, ListObjectsV2. A body never goes into
// an error: what a store says of one is its code ("SlowDown"), at most 40 letters of it.
#include "store/s3_blobs.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "base/xml.h"
#include "net/http_client.h"

namespace cordon {

namespace {

constexpr std::size_t kLargestObject = (std::size_t{1} << 30) + (std::size_t{1} << 24);  // a blob, packed and sealed
constexpr std::size_t kFirstWindow = std::size_t{1} << 17, kWindow = std::size_t{1} << 23;
constexpr std::size_t kLargestPage = std::size_t{4} << 20;

bool may_pass(int status) { return status == 429 || status == 500 || status == 502 || status == 503 || status == 504; }

// "<Code>SlowDown</Code>" of an error's body.
std::string code_of(std::string_view body) {
  const std::size_t at = body.find("<Code>");
  if (at == std::string_view::npos) return {};
  std::string code;
  for (const char c : body.substr(at + 6, 40)) {
    if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) break;
    code += c;
  }
  return code.empty() ? code : " " + code;
}

struct Wanted {
  std::string method, name;  // of the object below the prefix; empty: the bucket
  std::map<std::string, std::string> query = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
  std::string_view body = {};
  Digest digest = sha256("");
  std::size_t largest = std::size_t{1} << 16;
};

// The way to one bucket. Requests come one after another, from whichever thread.
class Bucket {
 public:
  Bucket(S3Place place, http::AwsKey key, S3Patience patience, const http::Address& address)
      : place_(std::move(place)), key_(std::move(key)), patience_(patience) {
    host_ = place_.path_style ? address.host : place_.bucket + "." + address.host;
    base_ = address.scheme + "://" + host_;
    root_ = place_.path_style ? "/" + http::percent_encoded(place_.bucket, false) : std::string();
  }

  Result<http::Answer> ask(const Wanted& wanted) const {
    const std::lock_guard lock(in_use_);
    std::string path = root_;
    if (!wanted.name.empty()) path += "/" + http::percent_encoded(below_prefix(wanted.name), true);
    if (path.empty()) path = "/";
    const std::string query = http::query_text(wanted.query);
    std::string trouble;
    for (int attempt = 1;; ++attempt) {
      http::Asked asked{wanted.method, base_ + path + (query.empty() ? "" : "?" + query), wanted.headers, wanted.body};
      asked.largest = wanted.largest;
      asked.seconds = patience_.seconds;
      asked.authorities = place_.authorities;
      // Signed anew each time: a signature of fifteen minutes ago is none.
      for (auto& header : http::sign_for_aws({wanted.method, host_, path, wanted.query, wanted.headers, wanted.digest},
                                             key_, SystemClock().now()))
        asked.headers.push_back(std::move(header));
      Result<http::Answer> answer = client_.ask(asked);
      if (answer && !may_pass(answer->status)) return answer;
      if (!answer && answer.error().fault != Fault::Unavailable) return said(wanted, answer.error().message);
      trouble = answer ? std::to_string(answer->status) + code_of(answer->body) : answer.error().message;
      if (attempt >= patience_.attempts) break;
      pause(attempt);
    }
    return said(wanted, trouble + ", " + std::to_string(patience_.attempts) + " times");
  }

  // "s3://bucket/prefix/ab/abcdef…: GET 403 AccessDenied"
  Error said(const Wanted& wanted, const std::string& what) const {
    return fail(Fault::Unavailable, "the store of blobs does not do " + wanted.method + ": " + what,
                shown(wanted.name));
  }
  Error refused(const Wanted& wanted, const http::Answer& answer) const {
    if (answer.status == 404 && !wanted.name.empty())
      return fail(Fault::NotFound, "the store of blobs has no such blob", shown(wanted.name));
    Error error = said(wanted, std::to_string(answer.status) + code_of(answer.body));
    if (answer.status == 507) error.fault = Fault::Full;
    return error;
  }
  std::string shown(const std::string& name) const { return "s3://" + place_.bucket + "/" + below_prefix(name); }
  std::string below_prefix(const std::string& name) const {
    return place_.prefix.empty() ? name : place_.prefix + "/" + name;
  }

 private:
  void pause(int attempt) const {
    const std::int64_t whole = std::int64_t{patience_.first_pause_ms} << std::min(attempt - 1, 6);
    const std::int64_t part = static_cast<unsigned char>(SystemRandom().bytes(1)[0]) * (whole / 2) / 255;
    std::this_thread::sleep_for(std::chrono::milliseconds(whole / 2 + part));
  }
  S3Place place_;
  http::AwsKey key_;
  S3Patience patience_;
  std::string host_, base_, root_;
  mutable std::mutex in_use_;
  mutable http::Client client_;
};

// A window of an object, and the object's size.
struct Range {
  std::string bytes;
  std::uint64_t whole = 0;
};

Result<Range> read_range(const Bucket& bucket, const std::string& name, std::uint64_t from, std::size_t count) {
  Wanted wanted{"GET", name, {}, {}};
  wanted.headers.emplace_back("range", "bytes=" + std::to_string(from) + "-" + std::to_string(from + count - 1));
  wanted.largest = std::max<std::size_t>(count, std::size_t{1} << 16);
  http::Answer answer = TRY(bucket.ask(wanted));
  const Error odd = bucket.said(wanted, "it answers " + std::to_string(answer.status) + " with another range");
  if (answer.status == 200 && from == 0 && answer.body.size() <= count)  // it knows no ranges, and this is all of it
    return Range{std::move(answer.body), 0};
  if (answer.status == 416 && from == 0) return Range{};  // an object of no bytes has no range
  if (answer.status != 206) return answer.status == 200 ? odd : bucket.refused(wanted, answer);
  const std::string told = answer.header("content-range");  // "bytes 0-99/12345"
  const std::size_t slash = told.rfind('/');
  const std::string begin = "bytes " + std::to_string(from) + "-";
  if (slash == std::string::npos || !told.starts_with(begin)) return odd;
  const Result<std::int64_t> whole = parse_integer(std::string_view(told).substr(slash + 1));
  if (!whole || *whole < 0 || static_cast<std::uint64_t>(*whole) > kLargestObject) return odd;
  const auto size = static_cast<std::uint64_t>(*whole);
  if (from + answer.body.size() > size ||
      answer.body.size() != std::min<std::uint64_t>(count, size - std::min(from, size)))
    return odd;
  return Range{std::move(answer.body), size};
}

class S3Reading final : public BlobReading {
 public:
  S3Reading(const Bucket& bucket, std::string name, Range first)
      : bucket_(bucket),
        name_(std::move(name)),
        window_(std::move(first.bytes)),
        size_(first.whole == 0 ? window_.size() : first.whole) {}
  Result<std::string_view> next(std::size_t count) override {
    given_.clear();
    while (given_.size() < count) {
      if (at_ == window_.size()) {
        from_ += window_.size();
        at_ = 0;
        window_.clear();
        if (from_ >= size_) break;
        Range more = TRY(read_range(bucket_, name_, from_, kWindow));
        window_ = std::move(more.bytes);
        if (more.whole != size_ || window_.empty())
          return fail(Fault::Corrupt, "it changed while it was read", bucket_.shown(name_));
      }
      const std::size_t some = std::min(count - given_.size(), window_.size() - at_);
      given_.append(window_, at_, some);
      at_ += some;
    }
    return std::string_view(given_);
  }
  Result<Nothing> go_to(std::uint64_t place) override {
    if (place >= from_ && place <= from_ + window_.size()) {
      at_ = static_cast<std::size_t>(place - from_);
    } else {
      window_.clear();
      from_ = place;
      at_ = 0;
    }
    return Nothing{};
  }
  Result<std::uint64_t> size() const override { return size_; }

 private:
  const Bucket& bucket_;
  std::string name_, window_, given_;
  std::uint64_t size_ = 0;  // of all of it
  std::uint64_t from_ = 0;  // where the window begins
  std::size_t at_ = 0;      // in the window
};

class S3Blobs final : public BlobStore {
 public:
  S3Blobs(S3Place place, http::AwsKey key, S3Patience patience, const http::Address& address)
      : bucket_(std::move(place), std::move(key), patience, address) {}

  Result<Nothing> adopt(const std::string& path, const Digest& address) override {
    const std::string bytes = TRY(read_file(path, kLargestObject));
    if (sha256(bytes) != address) return fail(Fault::Corrupt, "it is not what its name says", path);
    Wanted wanted{"PUT", blob_name(address), {}, {{"content-type", "application/octet-stream"}}, bytes, address};
    wanted.headers.emplace_back("if-none-match", "*");
    for (bool conditional = true;; conditional = false) {
      const http::Answer answer = TRY(bucket_.ask(wanted));
      if (answer.status == 200 || answer.status == 412) break;  // 412: it is there already, or so the store says
      // A store of before conditional writes says so, and under a name that is the digest of what it names an overwrite
      // changes nothing.
      if (!conditional || (answer.status != 501 && answer.status != 409)) return bucket_.refused(wanted, answer);
      wanted.headers.pop_back();
    }
    TRY(compare(address));
    if (::unlink(path.c_str()) != 0) return system_error("cannot clear away", errno, path);
    return Nothing{};
  }

  Result<std::unique_ptr<BlobReading>> open(const Digest& address) const override {
    const std::string name = blob_name(address);
    Range first = TRY(read_range(bucket_, name, 0, kFirstWindow));
    return std::unique_ptr<BlobReading>(std::make_unique<S3Reading>(bucket_, name, std::move(first)));
  }

  Result<bool> has(const Digest& address) const override {
    const Wanted wanted{"HEAD", blob_name(address)};
    const http::Answer answer = TRY(bucket_.ask(wanted));
    if (answer.status == 200) return true;
    if (answer.status == 404) return false;
    return bucket_.refused(wanted, answer);
  }

  Result<Nothing> remove(const Digest& address, Overwrite) override {
    const Wanted wanted{"DELETE", blob_name(address)};
    // Erasures come by the hundred when a desk opens; a store that did not answer the last one is not waited for again.
    if (std::chrono::steady_clock::now() < away_until_) return bucket_.said(wanted, "it did not answer a moment ago");
    const Result<http::Answer> asked = bucket_.ask(wanted);
    if (!asked) {
      away_until_ = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      return asked.error();
    }
    const http::Answer& answer = *asked;
    if (answer.status == 204 || answer.status == 200 || answer.status == 404) return Nothing{};
    return bucket_.refused(wanted, answer);
  }

  Result<Nothing> each(const std::function<Result<Nothing>(const Digest&)>& one) const override {
    const std::string before = bucket_.below_prefix("");
    std::string token;
    do {
      Wanted wanted{"GET", "", {{"list-type", "2"}, {"prefix", before}}};
      if (!token.empty()) wanted.query.emplace("continuation-token", token);
      wanted.largest = kLargestPage;
      const http::Answer answer = TRY(bucket_.ask(wanted));
      if (answer.status != 200) return bucket_.refused(wanted, answer);
      Result<S3Page> page = read_s3_page(answer.body);
      if (!page) return bucket_.said(wanted, page.error().message);
      for (const std::string& key : page->keys) {
        if (!key.starts_with(before)) continue;
        const std::string_view name = std::string_view(key).substr(before.size());
        const Result<Digest> address = parse_digest(name.substr(std::min<std::size_t>(3, name.size())));
        if (address && blob_name(*address) == name) TRY(one(*address));
      }
      if (page->next == token && !token.empty()) return bucket_.said(wanted, "its list does not end");
      token = page->next;
    } while (!token.empty());
    return Nothing{};
  }

  std::string place(const Digest& address) const override { return bucket_.shown(blob_name(address)); }

 private:
  // What lies there now, hashed: no word of the store is taken for it.
  Result<Nothing> compare(const Digest& address) const {
    const std::unique_ptr<BlobReading> reading = TRY(open(address));
    Sha256 seen;
    for (;;) {
      const std::string_view some = TRY(reading->next(std::size_t{1} << 20));
      if (some.empty()) break;
      seen.add(some);
    }
    if (seen.finish() == address) return Nothing{};
    return fail(Fault::Corrupt, "what the store holds is not what was sent", place(address));
  }

  Bucket bucket_;
  std::chrono::steady_clock::time_point away_until_;
};

}  // namespace

// Not a reader of XML: it looks for the few elements that a page has, whose contents hold no others.
Result<S3Page> read_s3_page(std::string_view xml) {
  const Error wrong = fail(Fault::Malformed, "its list cannot be read");
  if (xml.size() > kLargestPage || xml.find("<ListBucketResult") == std::string_view::npos ||
      !trim(xml).ends_with("</ListBucketResult>"))
    return wrong;
  S3Page page;
  bool more = false;
  std::size_t at = 0;
  for (;;) {
    at = xml.find('<', at);
    if (at == std::string_view::npos) break;
    const std::size_t close = xml.find('>', at);
    if (close == std::string_view::npos) return wrong;
    const std::string_view tag = xml.substr(at + 1, close - at - 1);
    at = close + 1;
    if (tag != "Key" && tag != "IsTruncated" && tag != "NextContinuationToken") continue;
    const std::string end = "</" + std::string(tag) + ">";
    const std::size_t stop = xml.find('<', at);
    if (stop == std::string_view::npos || xml.substr(stop, end.size()) != end) return wrong;
    std::optional<std::string> text = xml_text(xml.substr(at, stop - at));
    if (!text || text->size() > 2048) return wrong;
    at = stop + end.size();
    if (tag == "Key") {
      if (page.keys.size() == 10'000) return wrong;  // a page has 1,000
      page.keys.push_back(*std::move(text));
    } else if (tag == "IsTruncated") {
      if (*text != "true" && *text != "false") return wrong;
      more = *text == "true";
    } else {
      page.next = *std::move(text);
    }
  }
  if (more != !page.next.empty()) return wrong;  // it would be read without end, or too soon at its end
  return page;
}

Result<S3Place> parse_s3(const std::string& url, S3Place rest) {
  const Error wrong = fail(Fault::Malformed, "expected \"s3://bucket/prefix\"", printable(url));
  constexpr std::string_view kScheme = "s3://";
  if (!url.starts_with(kScheme)) return wrong;
  const std::string_view path = std::string_view(url).substr(kScheme.size());
  const std::size_t slash = std::min(path.find('/'), path.size());
  rest.bucket = path.substr(0, slash);
  std::string_view prefix = path.substr(std::min(slash + 1, path.size()));
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  rest.prefix = prefix;
  const auto plain = [](std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
    });
  };
  if (rest.bucket.size() < 3 || rest.bucket.size() > 63 || !plain(rest.bucket, "-.")) return wrong;
  if (prefix.size() > 500 || !plain(prefix, "-._/ABCDEFGHIJKLMNOPQRSTUVWXYZ") || prefix.starts_with('/') ||
      prefix.find("//") != std::string_view::npos ||
      ("/" + std::string(prefix) + "/").find("/../") != std::string::npos)
    return wrong;
  if (rest.region.empty() || rest.region.size() > 40 || !plain(rest.region, "-"))
    return fail(Fault::Malformed, "a region is written like us-east-1", printable(rest.region));
  return rest;
}

Result<std::unique_ptr<BlobStore>> s3_store(S3Place place, http::AwsKey key, S3Patience patience) {
  const std::string endpoint =
      place.endpoint.empty() ? "https://s3." + place.region + ".amazonaws.com" : place.endpoint;
  const http::Address address = TRY(http::parse_address(endpoint));
  if (address.path != "/") return fail(Fault::Usage, "an endpoint is a scheme and a host, without a path", endpoint);
  if (address.scheme != "https" && !address.loopback)
    return fail(Fault::Usage, "evidence leaves this machine over https alone", endpoint);
  key.region = place.region;
  return std::unique_ptr<BlobStore>(std::make_unique<S3Blobs>(std::move(place), std::move(key), patience, address));
}

}  // namespace cordon
