// What one look at a target saw (docs/recheck.md): a value, written by cordon-probe as one line of JSON and read by the
// desk. It holds no byte of the page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "observable/observable.h"

namespace cordon {

struct TargetLook {
  // What the name led to. None: there is no such name, or it has no address. Inside: only addresses that name no host
  // of the public network; nothing was contacted. Literal: the target is an address itself.
  enum class Name : std::uint8_t { Found, None, Unanswered, Inside, Literal };
  enum class Door : std::uint8_t { Untried, Opened, Closed, Silent };  // a TCP connection to the first address
  enum class Page : std::uint8_t { Untried, NoHandshake, Cut, Answered };

  Instant at;
  bool resolver = false;  // it answered in this look: this machine's own network works
  Name name = Name::Unanswered;
  bool zone_denies = false;                               // of None: the zone's own authority says so
  Door door = Door::Untried, other_door = Door::Untried;  // the target's port; the other one of 80 and 443
  Page page = Page::Untried;
  int status = 0;                   // of Answered
  bool elsewhere = false;           // it leads to another host; nobody went there
  bool whole = false;               // the body came to its end within the limits
  bool certificate = false;         // TLS showed one of this name
  std::optional<Digest> body = {};  // SHA-256 of what came, of Answered
  bool operator==(const TargetLook&) const = default;
};
Json to_json(const TargetLook& look);
Result<TargetLook> read_target_look(const Json& body);

// Where a look at a target goes: its URL, or the front page of a domain or an address. Refused for kinds that have no
// place on the network to look at (a wallet, an account, an onion service), and for an address inside.
Result<std::string> place_of(const Observable& target);

}  // namespace cordon
