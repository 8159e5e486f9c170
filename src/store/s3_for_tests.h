// An S3-compatible store in the test's process: it verifies each signature over what it received, does what the driver
// asks for as Amazon documents it, lists two keys a page, and fails as it is told. And a server that breaks off.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/files.h"
#include "base/text.h"
#include "net/aws_signature.h"
#include "net/http_server.h"
#include "store/s3_blobs.h"

namespace cordon {

class FakeS3 {
 public:
  FakeS3() {
    http::Limits limits;
    limits.body = std::size_t{64} << 20;
    server_ =
        *http::Server::listen("127.0.0.1", 0, [this](const http::Request& request) { return answer(request); }, limits);
  }
  static http::AwsKey key() { return {"TESTKEYOFNOBODY", "a secret of nobody", "", "xx-test-1"}; }
  S3Place place() const {
    S3Place rest;
    rest.endpoint = "http://127.0.0.1:" + std::to_string(server_->port());
    rest.region = "xx-test-1";
    return *parse_s3("s3://evidence-bucket/desk-one", rest);
  }
  std::unique_ptr<BlobStore> store(S3Patience patience = {3, 1, 5}) const {
    return *s3_store(place(), key(), patience);
  }
  int port() const { return server_->port(); }

  // By the name below the prefix: "ab/abcdef…".
  std::map<std::string, std::string> objects;
  std::vector<http::Request> heard;
  // Asked first, with the number of the request from 1; its answer is given instead.
  std::function<std::optional<http::Response>(const http::Request&, std::size_t)> fault;
  bool knows_conditions = true;

  static http::Response error(int status, const std::string& code) {
    return {status,
            "application/xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
                "</Code><Message>words that nobody needs</Message></Error>",
            {}};
  }

 private:
  http::Response answer(const http::Request& request) {
    heard.push_back(request);
    if (!is_signed(request)) return error(403, "SignatureDoesNotMatch");
    if (fault) {
      if (std::optional<http::Response> instead = fault(request, heard.size())) return *std::move(instead);
    }
    const std::string bucket = "/evidence-bucket", below = bucket + "/desk-one/";
    if (request.path == bucket && request.method == "GET") return list(request);
    if (!request.path.starts_with(below)) return error(404, "NoSuchBucket");
    const std::string name = request.path.substr(below.size());
    if (request.method == "PUT") {
      if (!request.header("if-none-match").empty()) {
        if (!knows_conditions) return error(501, "NotImplemented");
        if (objects.contains(name)) return error(412, "PreconditionFailed");
      }
      objects[name] = request.body;
      return {200, "application/xml", "", {{"etag", "\"x\""}}};
    }
    if (request.method == "DELETE") {
      objects.erase(name);
      return {204, "", "", {}};
    }
    const auto object = objects.find(name);
    if (object == objects.end()) return error(404, "NoSuchKey");
    if (request.method == "HEAD") return {200, "application/octet-stream", "", {}};
    const std::string range = request.header("range");
    const std::size_t dash = range.find('-');
    const auto from = static_cast<std::size_t>(*parse_integer(range.substr(6, dash - 6)));
    const auto to = static_cast<std::size_t>(*parse_integer(range.substr(dash + 1)));
    if (from >= object->second.size()) return error(416, "InvalidRange");
    const std::string some = object->second.substr(from, to - from + 1);
    return {206,
            "application/octet-stream",
            some,
            {{"content-range", "bytes " + std::to_string(from) + "-" + std::to_string(from + some.size() - 1) + "/" +
                                   std::to_string(object->second.size())}}};
  }

  http::Response list(const http::Request& request) const {
    const std::map<std::string, std::string> asked = query_of(request);
    const std::string after = asked.contains("continuation-token") ? asked.at("continuation-token").substr(2) : "";
    std::string keys;
    int count = 0;
    std::string last;
    bool more = false;
    for (const auto& [name, bytes] : objects) {
      if (name <= after) continue;
      if (count++ == 2) {
        more = true;
        break;
      }
      keys += "<Contents><Key>desk-one/" + name + "</Key><Size>" + std::to_string(bytes.size()) + "</Size></Contents>";
      last = name;
    }
    return {200,
            "application/xml",
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>" +
                std::string(more ? "true" : "false") + "</IsTruncated>" + keys +
                (more ? "<NextContinuationToken>&amp;&lt;" + last + "</NextContinuationToken>" : "") +
                "</ListBucketResult>",
            {}};
  }

  static std::map<std::string, std::string> query_of(const http::Request& request) {
    std::map<std::string, std::string> read;
    const std::string query = request.query();
    for (const std::string_view part : split(query, '&')) {
      if (part.empty()) continue;
      const std::size_t equals = part.find('=');
      std::string value;
      for (std::size_t i = equals + 1; i < part.size(); ++i) {
        if (part[i] != '%') {
          value += part[i];
          continue;
        }
        value += *from_hex(part.substr(i + 1, 2));
        i += 2;
      }
      read.emplace(part.substr(0, equals), value);
    }
    return read;
  }

  static bool is_signed(const http::Request& request) {
    http::Signable what{request.method,
                        request.header("host"),
                        request.target.substr(0, request.target.find('?')),
                        query_of(request),
                        {},
                        sha256(request.body)};
    const std::string authorization = request.header("authorization");
    const std::size_t begin = authorization.find("SignedHeaders=") + 14;
    const std::string names = authorization.substr(begin, authorization.find(',', begin) - begin);
    for (const std::string_view name : split(names, ';')) {
      if (name == "host" || name == "x-amz-content-sha256" || name == "x-amz-date") continue;
      what.headers.emplace_back(name, request.header(name));
    }
    const std::string date = request.header("x-amz-date");  // 20130524T000000Z
    if (date.size() != 16) return false;
    const auto at = parse_rfc3339(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" +
                                  date.substr(11, 2) + ":" + date.substr(13));
    return at && http::sign_for_aws(what, key(), *at).back().second == authorization;
  }

  std::unique_ptr<http::Server> server_;
};

// Answers each connection with these bytes, after a pause, and ends it.
class RawServer {
 public:
  explicit RawServer(std::string says, int pause_ms = 0) : says_(std::move(says)), pause_ms_(pause_ms) {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { talk(); });
  }
  ~RawServer() {
    stop_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void talk() {
    for (;;) {
      const Fd one(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!one || stop_) return;
      ++connections_;
      char buffer[4096];
      static_cast<void>(::read(one.get(), buffer, sizeof buffer));
      for (int waited = 0; waited < pause_ms_ && !stop_; waited += 20)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      static_cast<void>(::send(one.get(), says_.data(), says_.size(), MSG_NOSIGNAL));
    }
  }
  std::string says_;
  int pause_ms_;
  Fd listener_;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace cordon
