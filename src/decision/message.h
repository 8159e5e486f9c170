// What is said to a recipient or to an affected party after the request itself: each of these is a fixed text around
// what the record holds, so that its sender can write it again and compare (DESIGN 4, "Authority").
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "officer/officer.h"

namespace cordon {

enum class MessageKind {
  Reminder,   // no answer yet
  Ended,      // the request has come to its end by itself
  Suspended,  // by one reviewer, while an appeal is heard
  Recalled,   // two officers or one reviewer take it back
  Party,      // to the affected party: what was asked, of whom, why, and how to appeal (charter 5.4)
};
std::string_view name(MessageKind kind);
Result<MessageKind> parse_message_kind(std::string_view text);
// A release takes the signature of who lessens the request; any other kind is the software's duty.
bool is_release(MessageKind kind);

// What a message says of its sender, as it was when it was written: settings may change before it leaves, and its
// sender writes it again with these.
struct Letterhead {
  std::string name, address;  // of the operator
  std::string redress;        // of the annex
  bool fictitious = false;
  Instant appeal_until = {};  // what a notice to the affected party says, in the desk's zone
  std::int64_t wording = 0;   // which of the fixed texts (referral/wording.h)
};

struct MessageSignature {
  OfficerId officer;
  Signature signature;
};

Json to_json(const std::vector<MessageSignature>& signed_by);
Result<std::vector<MessageSignature>> read_message_signatures(const Json& body, std::string_view key);

struct Message {
  LetterId id;
  MessageKind kind;
  NoticeId notice;     // the request that it follows
  std::string to;      // an address
  std::string reason;  // of a release, in the words of who signed it
  Instant at;
  Digest body;                                   // SHA-256 of the exact body part of the mail
  std::vector<MessageSignature> signed_by = {};  // of a release: one reviewer, or two officers
  std::optional<Letterhead> head = {};           // nothing in messages of before
};
Json to_json(const Message& message);
Result<Message> read_message(const Json& body);

// What who releases signs: everything of the message but the signatures.
std::string to_be_signed_for_release(const Message& message);

// Event: a courier took it.
struct MessageSent {
  LetterId id;
  std::string courier, receipt, message_id;
};
Json to_json(const MessageSent& event);
Result<MessageSent> read_message_sent(const Json& body);

}  // namespace cordon
