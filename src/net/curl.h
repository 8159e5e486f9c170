// libcurl's things as owned values, and what both of its users ask of an address. Private to net.
#pragma once

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>
#include <string>

namespace cordon {

struct CurlFree {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(char* text) const { curl_free(text); }
};
template <typename T>
using CurlOwned = std::unique_ptr<T, CurlFree>;

inline std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const bool there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
  const CurlOwned<char> owner(text);
  return there ? std::string(text) : std::string();
}

inline bool is_loopback(const std::string& host) {
  in_addr four{};
  return host == "localhost" || host == "[::1]" ||
         (inet_pton(AF_INET, host.c_str(), &four) == 1 && (ntohl(four.s_addr) >> 24) == 127);
}

}  // namespace cordon
