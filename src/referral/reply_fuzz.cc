// A reply names only what stands in it: a code or a Message-ID that is read out of a mail can be found in the mail's
// own bytes or in the text of one of its parts. And how a text is carried changes nothing of what it says.
#include <cstdint>

#include "base/text.h"
#include "net/mail.h"
#include "referral/reply.h"

namespace {

using namespace cordon;

// Letters alone, as they may have been typed.
std::string bare(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
    out += c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string own = "desk@desk.example.org";
  const Result<MailReply> reply = read_reply(bytes, own);
  const Result<Mail> mail = read_mail(bytes);
  CORDON_CHECK(static_cast<bool>(reply) == static_cast<bool>(mail), "one reader, one answer");
  if (!reply) return 0;
  std::string all = bytes;
  for (const auto& [name, value] : mail->headers) all += "\n" + value;
  for (const auto& headers : mail->enclosed_headers)
    for (const auto& [name, value] : headers) all += "\n" + value;
  for (const MailPart& part : mail->parts) all += "\n" + part.bytes;
  const std::string letters = bare(all), lower = lower_ascii(all);
  for (const std::vector<std::string>* codes : {&reply->codes, &reply->codes_of_address})
    for (const std::string& code : *codes)
      CORDON_CHECK(code.size() == 20 && letters.find(code) != std::string::npos, "a code stands in the mail");
  for (const std::string& id : reply->message_ids)
    CORDON_CHECK(id.ends_with("@desk.example.org") && lower.find(id) != std::string::npos, "so does a Message-ID");
  if (reply->codes.empty() && reply->codes_of_address.empty() && reply->message_ids.empty())
    CORDON_CHECK(!match_reply(*reply, {}), "what names nothing matches nothing");
  CORDON_CHECK(valid_utf8(reply->text) && reply->text.size() <= (16u << 10) && reply->subject.size() <= 310,
               "what is kept is bounded text");

  const Result<MailReply> across = read_reply_json(*parse_json(to_text(to_json(*reply))));
  CORDON_CHECK(across && to_text(to_json(*across)) == to_text(to_json(*reply)), "it crosses the pipe whole");

  // The same words as a mail of one part, carried in two ways.
  const std::string text = reply->text + "\n";
  const std::string head = "From: a@host.example.net\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n";
  const Result<MailReply> plain = read_reply(head + "Content-Transfer-Encoding: 8bit\r\n\r\n" + text, own);
  const Result<MailReply> coded =
      read_reply(head + "Content-Transfer-Encoding: base64\r\n\r\n" + to_base64(text) + "\r\n", own);
  CORDON_CHECK(plain && coded && plain->kind == coded->kind && plain->proposed == coded->proposed &&
                   plain->codes == coded->codes,
               "the way that it was carried changes nothing");
  return 0;
}
