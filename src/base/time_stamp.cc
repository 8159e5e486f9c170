// OpenSSL checks what RFC 3161 asks for; what it lets pass is checked here. A CMS message has places that no signature
// covers and that OpenSSL does not look at: the order and lengths of its encoding, its versions, the name of the
// signature's algorithm, the letters' case in the signer's name, attributes without a signature, certificates that
// nobody needs. Each of them must be as the one right token has it, so that nothing is kept that was touched on its
// way.
#include "base/time_stamp.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <ctime>
#include <vector>

#include "base/text.h"

namespace cordon {

namespace {

struct Free {
  void operator()(TS_REQ* p) const { TS_REQ_free(p); }
  void operator()(TS_RESP* p) const { TS_RESP_free(p); }
  void operator()(TS_TST_INFO* p) const { TS_TST_INFO_free(p); }
  void operator()(TS_MSG_IMPRINT* p) const { TS_MSG_IMPRINT_free(p); }
  void operator()(TS_VERIFY_CTX* p) const { TS_VERIFY_CTX_free(p); }
  void operator()(PKCS7* p) const { PKCS7_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
  void operator()(X509_ALGOR* p) const { X509_ALGOR_free(p); }
  void operator()(ASN1_INTEGER* p) const { ASN1_INTEGER_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(STACK_OF(X509) * p) const { sk_X509_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Error no(std::string what) { return fail(Fault::Corrupt, "the time stamp does not hold: " + std::move(what)); }

// The DER of anything that has an i2d function.
template <typename T, typename Write>
std::string der_of(const T* value, Write write) {
  unsigned char* bytes = nullptr;
  const int size = write(value, &bytes);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

// Read to its end, and spelled the one way that DER has.
template <typename T, typename Read, typename Write>
Owned<T> read_der(std::string_view bytes, Read read, Write write) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  Owned<T> value(read(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_clear_error();
  if (value && der_of(value.get(), write) != bytes) value.reset();
  return value;
}

Owned<TS_REQ> request_of(const StampQuery& query, const std::string& policy) {
  Owned<TS_REQ> request(TS_REQ_new());
  const Owned<TS_MSG_IMPRINT> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR> algorithm(X509_ALGOR_new());
  const Owned<ASN1_INTEGER> nonce(ASN1_INTEGER_new());
  std::array<std::uint8_t, 32> bytes = query.imprint.bytes;
  bool ok = request && imprint && algorithm && nonce && ASN1_INTEGER_set_uint64(nonce.get(), query.nonce) == 1 &&
            X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
            TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
            TS_MSG_IMPRINT_set_msg(imprint.get(), bytes.data(), static_cast<int>(bytes.size())) == 1 &&
            TS_REQ_set_version(request.get(), 1) == 1 && TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
            TS_REQ_set_nonce(request.get(), nonce.get()) == 1 && TS_REQ_set_cert_req(request.get(), 1) == 1;
  if (ok && !policy.empty()) {
    ASN1_OBJECT* object = OBJ_txt2obj(policy.c_str(), 1);
    ok = object != nullptr && TS_REQ_set_policy_id(request.get(), object) == 1;
    ASN1_OBJECT_free(object);
  }
  ERR_clear_error();
  if (!ok) request.reset();
  return request;
}

// "20261123184626Z", or with decimals, which do not end in 0 (RFC 3161 section 2.4.2).
Result<Instant> time_of(const ASN1_GENERALIZEDTIME* time) {
  std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                   static_cast<std::size_t>(ASN1_STRING_length(time)));
  const Error wrong = no("its time is not written as it must be");
  if (text.size() < 15 || !text.ends_with('Z') || text.find('\0') != std::string::npos) return wrong;
  text.pop_back();
  if (text.size() > 14 && (text[14] != '.' || text.size() == 15 || text.ends_with('0'))) return wrong;
  const auto part = [&](std::size_t at, std::size_t count) { return text.substr(at, count); };
  const Result<Instant> at =
      parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) + ":" +
                    part(12, 2) + (text.size() > 14 ? part(14, 4) : std::string()) + "Z");
  if (!at) return wrong;
  return *at;
}

std::string hex_of(const ASN1_INTEGER* number) {
  return to_hex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(number)),
                 static_cast<std::size_t>(ASN1_STRING_length(number))});
}

std::string dotted(const ASN1_OBJECT* object) {
  std::array<char, 200> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return size > 0 && size < static_cast<int>(text.size()) ? std::string(text.data()) : std::string();
}

std::string name_of(const X509* certificate) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  return printable({bytes, static_cast<std::size_t>(size)}, 300);
}

// SHA-256, 384 or 512, whose parameters are nothing or NULL; 0 for others.
int strong_digest(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  int type = 0;
  X509_ALGOR_get0(&object, &type, nullptr, algorithm);
  const int nid = OBJ_obj2nid(object);
  const bool strong = nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
  return strong && (type == V_ASN1_UNDEF || type == V_ASN1_NULL) ? nid : 0;
}

// OpenSSL goes by the key and the digest and never reads this name.
bool names_signature(const X509_ALGOR* algorithm, int digest, const X509* signer) {
  const ASN1_OBJECT* object = nullptr;
  int type = 0, of_digest = 0, of_key = 0;
  X509_ALGOR_get0(&object, &type, nullptr, algorithm);
  const EVP_PKEY* public_key = X509_get0_pubkey(signer);
  if (public_key == nullptr || (type != V_ASN1_UNDEF && type != V_ASN1_NULL)) return false;
  const int key = EVP_PKEY_get_base_id(public_key);
  const int nid = OBJ_obj2nid(object);
  if (key == EVP_PKEY_RSA && nid == NID_rsaEncryption) return true;  // RFC 3370 section 3.2
  return OBJ_find_sigid_algs(nid, &of_digest, &of_key) == 1 && of_digest == digest && of_key == key;
}

}  // namespace

std::string write_stamp_query(const StampQuery& query, const std::string& policy) {
  const Owned<TS_REQ> request = request_of(query, policy);
  CORDON_CHECK(request != nullptr, "OpenSSL writes a time stamp's query");
  return der_of(request.get(), i2d_TS_REQ);
}

bool is_stamp_policy(const std::string& policy) { return !policy.empty() && request_of({}, policy) != nullptr; }

struct StampTrust::Pinned {
  std::vector<Owned<X509>> certificates;
};

StampTrust::StampTrust(std::unique_ptr<Pinned> pinned) : pinned_(std::move(pinned)) {}
StampTrust::StampTrust(StampTrust&&) noexcept = default;
StampTrust& StampTrust::operator=(StampTrust&&) noexcept = default;
StampTrust::~StampTrust() = default;

Result<StampTrust> StampTrust::read(std::string_view pem) {
  if (pem.size() > kLargestStamp) return fail(Fault::Malformed, "expected at most 16 certificates in PEM");
  auto pinned = std::make_unique<Pinned>();
  const Owned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (in) {
    Owned<X509> one(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    pinned->certificates.push_back(std::move(one));
  }
  const unsigned long why = ERR_peek_last_error();
  ERR_clear_error();
  const bool to_its_end = ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
  if (pinned->certificates.empty() || pinned->certificates.size() > 16 || !to_its_end)
    return fail(Fault::Malformed, "expected 1 to 16 certificates in PEM");
  return StampTrust(std::move(pinned));
}

struct StampCheck {
  // Of the certificates that are pinned, at the time that the token names.
  static Owned<X509_STORE> store(const StampTrust& trust, Instant at) {
    Owned<X509_STORE> store(X509_STORE_new());
    CORDON_CHECK(store != nullptr, "OpenSSL has memory for a few certificates");
    for (const Owned<X509>& one : trust.pinned_->certificates) X509_STORE_add_cert(store.get(), one.get());
    X509_VERIFY_PARAM* how = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(how, static_cast<std::time_t>(at.ms / 1000));
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);  // what is pinned need not be a root
    X509_VERIFY_PARAM_set_auth_level(how, 2);                     // RSA from 2048 bits, no SHA-1 under a certificate
    return store;
  }

  // The signer must lead up to a pinned certificate, and every other certificate must be of that chain: itself, or of
  // the same name and key, as authorities have several of.
  static Result<Nothing> chain(X509_STORE* store, X509* signer, STACK_OF(X509) * others) {
    const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store, signer, others) != 1 ||
        X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_TIMESTAMP_SIGN) != 1)
      return no("its certificate cannot be looked at");
    const int verified = X509_verify_cert(context.get());
    ERR_clear_error();
    if (verified != 1) {
      return no("its certificate does not lead up to a pinned one: " +
                std::string(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
    }
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(others); ++i) {
      X509* other = sk_X509_value(others, i);
      bool known = false;
      for (int k = 0; k < sk_X509_num(chain) && !known; ++k) {
        const X509* member = sk_X509_value(chain, k);
        known = X509_cmp(other, member) == 0 ||
                (k > 0 && X509_NAME_cmp(X509_get_subject_name(other), X509_get_subject_name(member)) == 0 &&
                 EVP_PKEY_eq(X509_get0_pubkey(other), X509_get0_pubkey(member)) == 1);
      }
      if (!known) return no("it holds a certificate that is not of its chain");
    }
    return Nothing{};
  }
};

Result<TimeStamp> check_stamp(std::string_view token, const StampQuery& query, const StampTrust& trust,
                              const std::string& policy) {
  if (token.size() > kLargestStamp) return fail(Fault::Malformed, "a time stamp is smaller than this");
  const Owned<PKCS7> message = read_der<PKCS7>(token, d2i_PKCS7, i2d_PKCS7);
  if (!message) return fail(Fault::Malformed, "the time stamp is no DER of a signed message");
  if (PKCS7_type_is_signed(message.get()) == 0 || message->d.sign == nullptr || message->d.sign->contents == nullptr)
    return no("it is not signed");
  const PKCS7_SIGNED& all = *message->d.sign;
  if (ASN1_INTEGER_get(all.version) != 3 || sk_X509_CRL_num(all.crl) > 0 || sk_X509_ALGOR_num(all.md_algs) != 1 ||
      sk_PKCS7_SIGNER_INFO_num(all.signer_info) != 1 || sk_X509_num(all.cert) < 1 || sk_X509_num(all.cert) > 16)
    return no("it is not built as a time stamp is");
  const PKCS7_SIGNER_INFO& by = *sk_PKCS7_SIGNER_INFO_value(all.signer_info, 0);
  const Owned<STACK_OF(X509)> signers(PKCS7_get0_signers(message.get(), nullptr, 0));
  ERR_clear_error();
  if (!signers || sk_X509_num(signers.get()) != 1) return no("the signer's certificate is not in it");
  X509* signer = sk_X509_value(signers.get(), 0);
  const int digest = strong_digest(by.digest_alg);
  if (ASN1_INTEGER_get(by.version) != 1 || by.unauth_attr != nullptr || digest == 0 ||
      X509_ALGOR_cmp(by.digest_alg, sk_X509_ALGOR_value(all.md_algs, 0)) != 0 ||
      !names_signature(by.digest_enc_alg, digest, signer) ||
      der_of(by.issuer_and_serial->issuer, i2d_X509_NAME) != der_of(X509_get_issuer_name(signer), i2d_X509_NAME))
    return no("its signature is not named as it is made");

  const Owned<TS_TST_INFO> says(PKCS7_to_TS_TST_INFO(message.get()));
  ERR_clear_error();
  if (!says) return no("what is signed is no time stamp");
  const Instant at = TRY(time_of(TS_TST_INFO_get_time(says.get())));
  Owned<X509_STORE> store = StampCheck::store(trust, at);
  TRY(StampCheck::chain(store.get(), signer, all.cert));

  // Signature, ESSCertID of either version (RFC 5816), version, policy, imprint with its algorithm, nonce, the TSA's
  // name where it is given.
  const Owned<TS_REQ> request = request_of(query, policy);
  if (!request) return fail(Fault::Usage, "a policy is written like 1.3.6.1.4.1.999.1");
  const Owned<TS_VERIFY_CTX> context(TS_REQ_to_TS_VERIFY_CTX(request.get(), nullptr));
  if (!context) return no("OpenSSL cannot look at it");
  TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  const int held = TS_RESP_verify_token(context.get(), message.get());
  const char* why = ERR_reason_error_string(ERR_peek_last_error());
  const std::string reason = why == nullptr ? "it is not what was asked for" : why;
  ERR_clear_error();
  if (held != 1) return no(reason);

  TimeStamp stamp;
  stamp.at = at;
  if (TS_ACCURACY* accuracy = TS_TST_INFO_get_accuracy(says.get())) {
    const auto number = [](const ASN1_INTEGER* part) {
      std::int64_t value = 0;
      return part != nullptr && ASN1_INTEGER_get_int64(&value, part) == 1 && value >= 0 && value <= 1'000'000 ? value
                                                                                                              : 0;
    };
    stamp.accuracy_ms = number(TS_ACCURACY_get_seconds(accuracy)) * 1000 + number(TS_ACCURACY_get_millis(accuracy));
  }
  stamp.serial = hex_of(TS_TST_INFO_get_serial(says.get()));
  stamp.policy = dotted(TS_TST_INFO_get_policy_id(says.get()));
  stamp.authority = name_of(signer);
  stamp.certificate = sha256(der_of(signer, i2d_X509));
  stamp.token = token;
  if (stamp.serial.empty() || stamp.serial.size() > 40) return no("its number has 1 to 160 bits");  // RFC 3161 2.4.2
  if (stamp.policy.empty()) return no("it names no policy");
  return stamp;
}

Result<TimeStamp> read_stamp_answer(std::string_view answer, const StampQuery& query, const StampTrust& trust,
                                    const std::string& policy, Instant now) {
  if (answer.size() > kLargestStamp) return fail(Fault::Malformed, "an answer with a time stamp is smaller than this");
  const Owned<TS_RESP> read = read_der<TS_RESP>(answer, d2i_TS_RESP, i2d_TS_RESP);
  if (!read) return fail(Fault::Malformed, "the answer is no DER of a time stamp's answer");
  TS_STATUS_INFO* status = TS_RESP_get_status_info(read.get());
  const long said = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
  if (said != TS_STATUS_GRANTED && said != TS_STATUS_GRANTED_WITH_MODS) {
    std::string words;
    const STACK_OF(ASN1_UTF8STRING)* texts = TS_STATUS_INFO_get0_text(status);
    for (int i = 0; i < sk_ASN1_UTF8STRING_num(texts); ++i) {
      const ASN1_UTF8STRING* text = sk_ASN1_UTF8STRING_value(texts, i);
      words += ", " + std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                  static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    return fail(Fault::Unavailable,
                "the authority gives no time stamp: status " + std::to_string(said) + printable(words, 200));
  }
  const PKCS7* token = TS_RESP_get_token(read.get());
  if (token == nullptr) return fail(Fault::Malformed, "the answer grants a time stamp and holds none");
  TimeStamp stamp = TRY(check_stamp(der_of(token, i2d_PKCS7), query, trust, policy));
  const std::int64_t off = stamp.at.ms > now.ms ? stamp.at - now : now - stamp.at;
  if (off > kStampTolerance + stamp.accuracy_ms.value_or(0))
    return no("its time is " + std::to_string(off / 1000) + " s from this machine's");
  return stamp;
}

}  // namespace cordon
