// The words of scan.h.
#include <array>

#include "observable/scan.h"

namespace cordon {
namespace {

struct KindRow {
  FoundKind kind;
  std::string_view name;
  std::optional<ObservableKind> target;
};
constexpr std::array<KindRow, kFoundKinds> kKinds{{
    {FoundKind::Url, "url", ObservableKind::Url},
    {FoundKind::Domain, "domain", ObservableKind::Domain},
    {FoundKind::Ip, "ip", ObservableKind::Ip},
    {FoundKind::Onion, "onion", ObservableKind::Onion},
    {FoundKind::FileHash, "file_hash", ObservableKind::FileHash},
    {FoundKind::PerceptualHash, "perceptual_hash", ObservableKind::PerceptualHash},
    {FoundKind::TlsCert, "tls_cert", ObservableKind::TlsCert},
    {FoundKind::AppId, "app_id", ObservableKind::AppId},
    {FoundKind::Email, "email", ObservableKind::Email},
    {FoundKind::Phone, "phone", ObservableKind::Phone},
    {FoundKind::Iban, "iban", ObservableKind::Iban},
    {FoundKind::CardToken, "card", ObservableKind::CardToken},
    {FoundKind::Wallet, "wallet", ObservableKind::Wallet},
    {FoundKind::Handle, "handle", ObservableKind::Handle},
    {FoundKind::Cidr, "cidr", std::nullopt},
    {FoundKind::Asn, "asn", std::nullopt},
    {FoundKind::Cve, "cve", std::nullopt},
    {FoundKind::AttackId, "attack_id", std::nullopt},
    {FoundKind::Sha384, "sha384", std::nullopt},
    {FoundKind::Sha512, "sha512", std::nullopt},
    {FoundKind::Ssdeep, "ssdeep", std::nullopt},
    {FoundKind::Tlsh, "tlsh", std::nullopt},
    {FoundKind::Imphash, "imphash", std::nullopt},
    {FoundKind::FileName, "file_name", std::nullopt},
    {FoundKind::FilePath, "file_path", std::nullopt},
}};

constexpr auto kAllKinds = [] {
  std::array<FoundKind, kFoundKinds> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kKinds[i].kind;
  return all;
}();
static_assert([] {
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (static_cast<std::size_t>(kKinds[i].kind) != i) return false;
  return true;
}());

constexpr std::array kFlags{FindFlag::Confusable, FindFlag::SharedHost, FindFlag::Reserved,
                            FindFlag::InsideUrl,  FindFlag::Decoded,    FindFlag::Wrapped};

}  // namespace

std::string_view name(FoundKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

std::optional<FoundKind> found_kind(std::string_view name) {
  for (const KindRow& row : kKinds)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

std::span<const FoundKind> found_kinds() { return kAllKinds; }

std::optional<ObservableKind> target_kind(FoundKind kind) { return kKinds[static_cast<std::size_t>(kind)].target; }

std::string_view name(FindFlag flag) {
  switch (flag) {
    case FindFlag::Confusable:
      return "confusable";
    case FindFlag::SharedHost:
      return "shared_host";
    case FindFlag::Reserved:
      return "reserved";
    case FindFlag::InsideUrl:
      return "inside_url";
    case FindFlag::Decoded:
      return "decoded";
    case FindFlag::Wrapped:
      return "wrapped";
  }
  return {};
}

std::span<const FindFlag> find_flags() { return kFlags; }

std::string_view reason(HeldBack why) {
  switch (why) {
    case HeldBack::No:
      return {};
    case HeldBack::FileEnding:
      return "file_ending";
    case HeldBack::CodeMember:
      return "code_member";
    case HeldBack::Sentence:
      return "sentence";
    case HeldBack::PathPart:
      return "path_part";
    case HeldBack::Version:
      return "version";
    case HeldBack::Heading:
      return "heading";
    case HeldBack::Platform:
      return "platform";
    case HeldBack::Pattern:
      return "pattern";
    case HeldBack::MessageId:
      return "message_id";
    case HeldBack::NotGlobal:
      return "not_global";
    case HeldBack::EmptyFile:
      return "empty_file";
    case HeldBack::GitObject:
      return "git_object";
  }
  return {};
}

}  // namespace cordon
