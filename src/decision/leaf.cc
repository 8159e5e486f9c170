#include "decision/leaf.h"

#include "base/text.h"

namespace cordon {

namespace {

constexpr char kCommitmentPrefix = 0x43;  // keeps a commitment from being read as any other hash

Digest commit(std::string_view salt, const Json& hidden) {
  return sha256(kCommitmentPrefix + std::string(salt) + to_text(hidden));
}

}  // namespace

SealedLeaf seal_leaf(const Leaf& leaf, const LeafFrame& frame, Random& random) {
  const std::string salt = random.bytes(32);
  Json::Array roles;
  for (const std::string& role : leaf.roles) roles.emplace_back(role);
  const Json bytes = Json::Object{{"v", 1},
                                  {"type", leaf.type},
                                  {"t", to_rfc3339(leaf.at)},
                                  {"desk", frame.desk},
                                  {"charter_digest", frame.charter.hex()},
                                  {"annex_digest", frame.annex.hex()},
                                  {"object_id", leaf.object},
                                  {"category", leaf.matter},
                                  {"kind", leaf.kind},
                                  {"state_from", leaf.state_from},
                                  {"state_to", leaf.state_to},
                                  {"roles", std::move(roles)},
                                  {"plain", leaf.plain},
                                  {"commitment", commit(salt, leaf.hidden).hex()}};
  return {to_text(bytes), to_text(Json::Object{{"salt", to_hex(salt)}, {"hidden", leaf.hidden}})};
}

bool opens(std::string_view opening, std::string_view leaf_bytes) {
  const Result<Json> key = parse_json(opening);
  const Result<Json> leaf = parse_json(leaf_bytes);
  if (!key || !leaf || key->find("hidden") == nullptr) return false;
  const Result<std::string> salt = from_hex(key->text_or("salt"));
  return salt && salt->size() == 32 && commit(*salt, *key->find("hidden")).hex() == leaf->text_or("commitment");
}

}  // namespace cordon
