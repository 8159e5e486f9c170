// The Security Council's consolidated list as far as C16 needs it (charter 4.3, G_UN_REFERENCE): the ENTITIES of the
// Al-Qaida and Taliban regimes under their permanent references, and never an individual. Delisting ends what rests on
// an entry at once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/case.h"
#include "officer/officer.h"

namespace cordon {

inline constexpr std::size_t kLargestUnList = 64u << 20;      // bytes of XML
inline constexpr std::int64_t kOldestUnListMs = 30 * kDayMs;  // then it is stale; the Council changes it weekly

// "QDe.004", "TAe.001". Refused for an individual's ("QDi.001"), and for the references of other regimes.
Result<std::string> parse_un_reference(std::string_view text);

struct UnEntity {
  std::string name, list_type, listed_on;  // as the list has them; "Al-Qaida", "2001-10-06"
};

class UnEntities {
 public:
  // The Council's own file (CONSOLIDATED_LIST@dateGenerated, ENTITIES/ENTITY). What stands under INDIVIDUALS is passed
  // over unread. Meant for the confined worker; reading elsewhere is for tests.
  static Result<UnEntities> read_xml(std::string_view xml);
  // The same in a confined child: no byte of an individual's entry comes back from it.
  static Result<UnEntities> read_xml_confined(std::string_view xml);
  static Result<UnEntities> read(std::string_view text);  // what text() wrote
  std::string text() const;                               // canonical JSON, entities alone
  Digest digest() const { return sha256(text()); }
  Instant generated() const { return generated_; }
  const std::map<std::string, UnEntity, std::less<>>& entities() const { return entities_; }
  bool lists(std::string_view reference) const { return entities_.contains(reference); }
  bool stale(Instant now) const { return now - generated_ > kOldestUnListMs; }

 private:
  Instant generated_;
  std::map<std::string, UnEntity, std::less<>> entities_;
};

// The one entity that an answer to G_UN_REFERENCE names in its words. Refused where it names an individual, none,
// several, one that `list` lacks, or where the list is stale or was never loaded.
Result<std::string> check_un_reference(std::string_view basis, const UnEntities* list, Instant now);
// The entity that a case of C16 rests on; nothing where the gate was not answered.
std::optional<std::string> un_reference_of(const Case& the_case);

// Event: from here on this is the desk's list.
struct UnListKept {
  Digest digest, blob;
  Instant generated;
  std::int64_t entities = 0;
  std::vector<std::string> delisted;  // references of the list before that this one lacks
  std::vector<OfficerId> by;          // a legal reviewer and an approver
};
Json to_json(const UnListKept& event);
Result<UnListKept> read_un_list_kept(const Json& body);
// Refused for a list that is older than the one before, or stale.
Result<UnListKept> keep_un_list(const UnEntities& list, const UnEntities* before, const Officer& one,
                                const Officer& other, Instant now);

}  // namespace cordon
