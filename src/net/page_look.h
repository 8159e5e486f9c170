// One look at a page of which nothing is believed: one GET at an address that was chosen before, over HTTP/1.1. Nothing
// is resolved, followed, unpacked, run or remembered, and no answer is an error: it is what was seen.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace cordon::http {

inline constexpr std::size_t kLargestPage = 1u << 20;       // bytes of a body that are read
inline constexpr std::size_t kLargestPageHead = 64u << 10;  // bytes of headers, those of 1xx answers too
inline constexpr long kLongestPageSeconds = 10;             // for the whole talk, however slowly it drips

struct PageAsked {
  std::string url;      // http:// or https://, as our own parser writes it
  std::string address;  // where: "192.0.2.1", "2001:db8::1"
  // Asked of the address that libcurl is about to connect to, as http::Asked has it. Never null.
  bool (*may_connect)(bool v4, const std::array<std::uint8_t, 16>& address);
};

struct PageSeen {
  enum class Reached : std::uint8_t { Nothing, Connection, Handshake, Answer };
  Reached reached = Reached::Nothing;  // how far it came; Handshake: TLS stood, and no whole head came
  bool refused = false;                // of Nothing: somebody was there and said no
  bool forbidden = false;              // may_connect said no: nothing was sent
  bool certificate_holds = false;      // what TLS showed is this name's, by the system's authorities
  int status = 0;                      // of Answer
  std::string location;                // where its header leads; never gone to
  std::string body;                    // as it came, at most kLargestPage bytes of it
  bool whole = false;                  // the body came to its end
};

PageSeen look_at(const PageAsked& asked);

}  // namespace cordon::http
