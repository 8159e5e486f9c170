// A mail that is taken for a notice is one that a desk could have written: what was approved stands in it as it is, and
// whatever carriers may do to it changes nothing of the verdict.
#include <cstdint>

#include "base/text.h"
#include "referral/notice_proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cordon;
  const std::string mail(reinterpret_cast<const char*>(data), size);
  const Result<Json> verdict = check_notice(mail, {});
  if (!verdict) {
    CORDON_CHECK(!verdict.error().message.empty(), "a refusal has its reason");
    return 0;
  }
  const Result<SentMail> sent = read_sent_mail(mail, notice_proof_part());
  CORDON_CHECK(sent && sha256(sent->body_part).hex() == verdict->text_or("digest"), "these bytes, and no others");
  const Result<Json> again =
      check_notice("Received: from a.example.net\r\n" + replace_all(mail, "\r\n", "\n") + "\n", {});
  CORDON_CHECK(again && *again == *verdict, "a journey changes nothing");
  return 0;
}
