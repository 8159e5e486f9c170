#include "casework/stamp.h"

#include "base/text.h"

namespace cordon {

namespace {

// No JSON number holds 64 bits.
std::string to_hex64(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return to_hex(bytes);
}

Result<std::uint64_t> from_hex64(std::string_view hex) {
  const std::string bytes = TRY(from_hex(hex));
  if (bytes.size() != 8) return fail(Fault::Malformed, "a nonce has 16 hex digits");
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

Json to_json(const StampAsked& event) {
  return Json::Object{{"stamp", event.id.text()},
                      {"first", event.first},
                      {"last", event.last},
                      {"root", event.root.hex()},
                      {"nonce", to_hex64(event.nonce)}};
}

Result<StampAsked> read_stamp_asked(const Json& body) {
  StampId id = TRY(StampId::parse(TRY(body.text("stamp"))));
  const std::int64_t first = TRY(body.number("first")), last = TRY(body.number("last"));
  const Digest root = TRY(parse_digest(TRY(body.text("root"))));
  const std::uint64_t nonce = TRY(from_hex64(TRY(body.text("nonce"))));
  if (first < 1 || last < first || last - first >= kMostRowsOfStamp)
    return fail(Fault::Malformed, "a time stamp is over one row or more");
  return StampAsked{std::move(id), first, last, root, nonce};
}

Json to_json(const StampKept& event) {
  Json body = Json::Object{{"stamp", event.id.text()},
                           {"token", event.token.hex()},
                           {"stamped_at", to_rfc3339(event.stamped_at)},
                           {"serial", event.serial},
                           {"policy", event.policy},
                           {"authority", event.authority},
                           {"certificate", event.certificate.hex()}};
  if (event.accuracy_ms) body.set("accuracy_ms", *event.accuracy_ms);
  return body;
}

Result<StampKept> read_stamp_kept(const Json& body) {
  StampId id = TRY(StampId::parse(TRY(body.text("stamp"))));
  const Digest token = TRY(parse_digest(TRY(body.text("token"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("stamped_at"))));
  std::optional<std::int64_t> accuracy;
  if (body.find("accuracy_ms") != nullptr) accuracy = TRY(body.number("accuracy_ms"));
  std::string serial = TRY(body.text("serial"));
  std::string policy = TRY(body.text("policy"));
  std::string authority = TRY(body.text("authority"));
  const Digest certificate = TRY(parse_digest(TRY(body.text("certificate"))));
  return StampKept{std::move(id),        token,      at, accuracy, std::move(serial), std::move(policy),
                   std::move(authority), certificate};
}

std::string stamp_statement(std::string_view desk, const StampAsked& asked) {
  return to_text(Json::Object{{"format", "cordon-stamp/1"},
                              {"desk", desk},
                              {"first", asked.first},
                              {"last", asked.last},
                              {"root", asked.root.hex()}});
}

StampQuery query_of(std::string_view desk, const StampAsked& asked) {
  return {sha256(stamp_statement(desk, asked)), asked.nonce};
}

StampKept keep_stamp(const StampAsked& asked, const TimeStamp& stamp, const Digest& token) {
  return {asked.id, token, stamp.at, stamp.accuracy_ms, stamp.serial, stamp.policy, stamp.authority, stamp.certificate};
}

}  // namespace cordon
