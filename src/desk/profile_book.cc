#include "desk/profile_book.h"

#include <algorithm>

#include "base/text.h"
#include "desk/profile_data.h"
#include "desk/settings.h"

namespace cordon {
namespace {

bool is_profile_file(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".toml");
}

Result<Json> profile_toml(const std::string& name_or_file) {
  if (is_profile_file(name_or_file)) return read_toml(name_or_file);
  const std::string_view text = profile_data(name_or_file);
  if (text.empty())
    return fail(Fault::NotFound, "no profile of this name comes with the program; `cordon profile list` shows them",
                printable(name_or_file, 60));
  return parse_toml(text, name_or_file);
}

Result<FeedProfile> profile_of(const Json& json, const std::string& where) {
  Result<FeedProfile> profile = FeedProfile::read(json);
  if (!profile) return fail(profile.error().fault, profile.error().message, where + ": " + profile.error().where);
  return profile;
}

}  // namespace

Result<FeedProfile> read_profile(std::string_view toml, const std::string& where) {
  return profile_of(TRY(parse_toml(toml, where)), where);
}

Result<FeedProfile> load_profile(const std::string& name_or_file) {
  return profile_of(TRY(profile_toml(name_or_file)), name_or_file);
}

Result<Json> profile_for_intake(const std::string& name_or_file) {
  Json json = TRY(profile_toml(name_or_file));
  if (json.find("input") == nullptr && json.find("kind") != nullptr) return json;
  TRY(profile_of(json, name_or_file));
  return json;
}

}  // namespace cordon
