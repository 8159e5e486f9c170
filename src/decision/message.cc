#include "decision/message.h"

#include "decision/spelling.h"

namespace cordon {

namespace {

constexpr Spelling<MessageKind, 5> kMessageKinds{{
    {MessageKind::Reminder, "reminder"},
    {MessageKind::Ended, "ended"},
    {MessageKind::Suspended, "suspended"},
    {MessageKind::Recalled, "recalled"},
    {MessageKind::Party, "party"},
}};

Json unsigned_message(const Message& message) {
  Json body = Json::Object{{"message", message.id.text()},    {"kind", name(message.kind)},
                           {"notice", message.notice.text()}, {"to", message.to},
                           {"reason", message.reason},        {"at", to_rfc3339(message.at)},
                           {"body", message.body.hex()}};
  if (message.head)
    body.set("head", Json::Object{{"name", message.head->name},
                                  {"address", message.head->address},
                                  {"redress", message.head->redress},
                                  {"fictitious", message.head->fictitious},
                                  {"appeal_until", to_rfc3339(message.head->appeal_until)},
                                  {"wording", message.head->wording}});
  return body;
}

Result<std::optional<Letterhead>> read_letterhead(const Json& body) {
  const Json* stored = body.find("head");
  if (stored == nullptr) return std::optional<Letterhead>();
  Letterhead head;
  head.name = TRY(stored->text("name"));
  head.address = TRY(stored->text("address"));
  head.redress = TRY(stored->text("redress"));
  head.fictitious = TRY(stored->flag("fictitious"));
  head.appeal_until = TRY(parse_rfc3339(TRY(stored->text("appeal_until"))));
  head.wording = TRY(stored->number("wording"));
  return std::optional(std::move(head));
}

}  // namespace

std::string_view name(MessageKind kind) { return spelled(kMessageKinds, kind); }
Result<MessageKind> parse_message_kind(std::string_view text) {
  return read_spelled(kMessageKinds, text, "kind of message");
}

bool is_release(MessageKind kind) { return kind == MessageKind::Suspended || kind == MessageKind::Recalled; }

Json to_json(const std::vector<MessageSignature>& signed_by) {
  Json::Array list;
  for (const MessageSignature& one : signed_by)
    list.push_back(Json::Object{{"officer", one.officer.text()}, {"signature", to_base64(one.signature)}});
  return list;
}

Result<std::vector<MessageSignature>> read_message_signatures(const Json& body, std::string_view key) {
  std::vector<MessageSignature> signed_by;
  for (const Json& one : TRY(body.list(key))) {
    OfficerId officer = TRY(OfficerId::parse(TRY(one.text("officer"))));
    const Signature signature = TRY(parse_signature(TRY(one.text("signature"))));
    signed_by.push_back({std::move(officer), signature});
  }
  return signed_by;
}

Json to_json(const Message& message) { return unsigned_message(message).set("signed_by", to_json(message.signed_by)); }

Result<Message> read_message(const Json& body) {
  LetterId id = TRY(LetterId::parse(TRY(body.text("message"))));
  const MessageKind kind = TRY(parse_message_kind(TRY(body.text("kind"))));
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  std::string to = TRY(body.text("to"));
  std::string reason = TRY(body.text("reason"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const Digest content = TRY(parse_digest(TRY(body.text("body"))));
  std::vector<MessageSignature> signed_by = TRY(read_message_signatures(body, "signed_by"));
  std::optional<Letterhead> head = TRY(read_letterhead(body));
  return Message{std::move(id),        kind,           std::move(notice), std::move(to), std::move(reason), at, content,
                 std::move(signed_by), std::move(head)};
}

std::string to_be_signed_for_release(const Message& message) {
  return "cordon/releases/1\n" + to_text(unsigned_message(message));
}

Json to_json(const MessageSent& event) {
  return Json::Object{{"message", event.id.text()},
                      {"courier", event.courier},
                      {"receipt", event.receipt},
                      {"message_id", event.message_id}};
}

Result<MessageSent> read_message_sent(const Json& body) {
  LetterId id = TRY(LetterId::parse(TRY(body.text("message"))));
  std::string courier = TRY(body.text("courier"));
  std::string receipt = TRY(body.text("receipt"));
  std::string message_id = TRY(body.text("message_id"));
  return MessageSent{std::move(id), std::move(courier), std::move(receipt), std::move(message_id)};
}

}  // namespace cordon
