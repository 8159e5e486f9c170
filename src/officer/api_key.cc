#include "officer/api_key.h"

#include <algorithm>
#include <array>

#include "base/secret.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<KeyScope, std::string_view>, 5> kScopes{{
    {KeyScope::Intake, "intake"},
    {KeyScope::ReadCases, "read_cases"},
    {KeyScope::ReadNotices, "read_notices"},
    {KeyScope::ReadLog, "read_log"},
    {KeyScope::ReadNumbers, "read_numbers"},
}};

constexpr std::string_view kPrefix = "cordon_";
constexpr std::size_t kIdSize = 36;
constexpr std::size_t kSecretBytes = 32;

Result<std::string> check_name(std::string name) {
  const bool shape = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  if (!shape) return fail(Fault::Malformed, "'" + printable(name, 80) + "' names no key (1 to 64 of a-z 0-9 . _ -)");
  return name;
}

}  // namespace

std::string_view name(KeyScope scope) {
  return std::find_if(kScopes.begin(), kScopes.end(), [&](const auto& row) { return row.first == scope; })->second;
}

Result<KeyScope> parse_key_scope(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [scope, word] : kScopes) {
    if (word == text) return scope;
    names.emplace_back(word);
  }
  return fail(Fault::Refused, "'" + printable(text, 40) + "' is no scope of a key; there are " + join(names, ", "));
}

Json to_json(const ApiKeyIssued& event) {
  Json::Array scopes, by;
  for (const KeyScope scope : event.scopes) scopes.emplace_back(name(scope));
  for (const OfficerId& id : event.by) by.emplace_back(id.text());
  return Json::Object{{"key", event.id.text()},
                      {"name", event.name},
                      {"scopes", std::move(scopes)},
                      {"secret_sha256", event.secret.hex()},
                      {"begins_at", to_rfc3339(event.begins_at)},
                      {"ends_at", to_rfc3339(event.ends_at)},
                      {"by", std::move(by)}};
}

Json to_json(const ApiKeyEnded& event) {
  return Json::Object{{"key", event.id.text()}, {"at", to_rfc3339(event.at)}, {"by", event.by.text()}};
}

Result<ApiKeyIssued> read_api_key_issued(const Json& body) {
  std::set<KeyScope> scopes;
  for (const Json& scope : TRY(body.list("scopes")))
    scopes.insert(TRY(parse_key_scope(scope.string() ? *scope.string() : std::string())));
  std::vector<OfficerId> by;
  for (const Json& id : TRY(body.list("by")))
    by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  if (by.size() != 2) return fail(Fault::Malformed, "expected the two who issued the key");
  ApiKeyId id = TRY(ApiKeyId::parse(TRY(body.text("key"))));
  std::string called = TRY(check_name(TRY(body.text("name"))));
  const Digest secret = TRY(parse_digest(TRY(body.text("secret_sha256"))));
  const Instant begins_at = TRY(parse_rfc3339(TRY(body.text("begins_at"))));
  const Instant ends_at = TRY(parse_rfc3339(TRY(body.text("ends_at"))));
  return ApiKeyIssued{std::move(id), std::move(called), std::move(scopes), secret, begins_at, ends_at, std::move(by)};
}

Result<ApiKeyEnded> read_api_key_ended(const Json& body) {
  ApiKeyId id = TRY(ApiKeyId::parse(TRY(body.text("key"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  return ApiKeyEnded{std::move(id), at, std::move(by)};
}

// By places, not by the separator: base64url has '_' as a letter.
Result<PresentedKey> parse_api_key(std::string_view text) {
  const Error broken = fail(Fault::Malformed, "that is no key of this desk's API (cordon_<id>_<secret>)");
  const std::size_t secret_at = kPrefix.size() + kIdSize + 1;
  if (!text.starts_with(kPrefix) || text.size() <= secret_at || text[secret_at - 1] != '_') return broken;
  const std::string_view shown_id = text.substr(kPrefix.size(), kIdSize);
  Result<ApiKeyId> id = ApiKeyId::parse(shown_id);
  Result<std::string> secret = from_base64url(text.substr(secret_at));
  if (!id || id->text() != shown_id || !secret || secret->size() != kSecretBytes) return broken;
  return PresentedKey{*std::move(id), *std::move(secret)};
}

std::string to_text(const PresentedKey& key) {
  return std::string(kPrefix) + key.id.text() + "_" + to_base64url(key.secret);
}

PresentedKey make_api_key(Instant now, Random& random) {
  ApiKeyId id = ApiKeyId::make(now, random);
  return {std::move(id), random.bytes(kSecretBytes)};
}

Result<ApiKeyIssued> issue_api_key(const PresentedKey& key, std::string name, std::set<KeyScope> scopes, Instant now,
                                   Instant ends_at, const std::vector<Officer>& by) {
  TRY(two_different(by, Act::IssueApiKey));
  if (scopes.empty()) return fail(Fault::Usage, "a key needs at least one scope");
  if (ends_at <= now || ends_at - now > kApiKeyLongestMs)
    return fail(Fault::Refused, "a key ends within 366 days, and after it began (charter 0.9)");
  std::string checked = TRY(check_name(std::move(name)));
  return ApiKeyIssued{key.id,  std::move(checked),  std::move(scopes), sha256(key.secret), now,
                      ends_at, {by[0].id, by[1].id}};
}

Result<ApiKeyEnded> end_api_key(const ApiKey& key, const Officer& by, Instant now) {
  TRY(may(by, Act::EndApiKey));
  if (key.ended) return fail(Fault::Conflict, "the key was ended already", key.issued.id.text());
  return ApiKeyEnded{key.issued.id, now, by.id};
}

Error unknown_api_key() { return fail(Fault::Refused, "this desk knows no such key"); }

Result<Nothing> check(const ApiKey& key, std::string_view secret, Instant now) {
  // First, so that only who has the secret learns that the key is over.
  if (!equal_secrets(sha256(secret).view(), key.issued.secret.view())) return unknown_api_key();
  if (key.ended) return fail(Fault::Refused, "the key was ended on " + to_rfc3339(key.ended->at));
  if (now >= key.issued.ends_at) return fail(Fault::Refused, "the key ended on " + to_rfc3339(key.issued.ends_at));
  if (now < key.issued.begins_at) return fail(Fault::Refused, "the key begins on " + to_rfc3339(key.issued.begins_at));
  return Nothing{};
}

Result<Nothing> may(const ApiKey& key, KeyScope scope) {
  if (key.issued.scopes.contains(scope)) return Nothing{};
  return fail(Fault::Refused, "the key has no scope '" + std::string(name(scope)) + "'");
}

}  // namespace cordon
