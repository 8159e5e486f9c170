// The closed list: 17 offences and three exposures that are none, each with everything that the charter says
// of it (charter 4.2 to 4.4, 4.7, 5.7; exposures: amendment 8). Database constraints, pages and the charter
// digest are made from these rows; there is no second list.
#pragma once

#include <span>
#include <string_view>

#include "law/matter.h"
#include "law/short_list.h"
#include "law/terms.h"
#include "words/words.h"

namespace cordon {

// Drafts: the English follows treaty wording; Russian, Kazakh and Chinese wait for a native legal reader.
struct Names {
  std::string_view en, ru, kk, zh;
};

enum class AnchorStatus : std::uint8_t { InForce, AdoptedNotInForce, MemberAnnex };
std::string_view name(AnchorStatus value);  // "in_force", …
struct Anchor {
  std::string_view instrument, articles;
  AnchorStatus status = AnchorStatus::InForce;
};

// On which condition a recipient may be asked. The charter digest spells its member "route", and will.
enum class Condition : std::uint8_t { Direct, AlertOnly, ViaHotline, AfterPolice };
std::string_view name(Condition value);  // "direct", "alert_only", …
struct Addressee {
  constexpr Addressee() = default;
  constexpr Addressee(Recipient r, Condition only = Condition::Direct) : recipient(r), condition(only) {}
  Recipient recipient = Recipient::Host;
  Condition condition = Condition::Direct;
};

struct LifeOf {
  ObservableKind kind = ObservableKind::Url;
  int days = 0;
};

struct OffenceRow {
  Category category;
  std::string_view number, id;  // "C05", "phishing": stable for ever, never reused
  Names name;
  std::string_view family;
  ShortList<Anchor> anchors;
  std::string_view included, excluded;
  ShortList<ObservableKind> observables;
  EvidenceMode evidence_mode;
  std::string_view evidence_note = {};
  ShortList<Gate> gates = {};  // beside G_SENSITIVE_TARGET and G_BREADTH, which apply to every row
  ShortList<Addressee> recipients;
  Tlp tlp;
  Pap pap;
  Publication publication;  // of technical kinds; a personal kind is P2 always
  ShortList<LifeOf> life = {};
  int life_otherwise = 90;  // days, where `life` names no figure
  std::string_view life_note = {};
  int answer_hours = 72;       // asked of the recipient; never 1 hour, which makes people remove too much
  std::string_view rsit, dsa;  // outbound labels only; they never create a category
  bool on_by_default = true;
  std::string_view off_because = {};
};

struct ExposureRow {
  Exposure exposure;
  std::string_view number, id;
  Names name;
  ShortList<ObservableKind> observables;
  bool port_required;
  ShortList<Recipient> recipients;
  Publication publication = Publication::P2;
  int life_days = 14;
};

const OffenceRow& row(Category category);
const ExposureRow& row(Exposure exposure);
std::span<const OffenceRow> offences();    // 17, C01 first
std::span<const ExposureRow> exposures();  // 3, H01 first

std::string_view title(Matter matter, Language language);  // of a Names: catalogues do not repeat them

// Hours that a request gives its recipient to answer (charter 5.7); 72 where it names none.
int answer_hours(Matter matter);

}  // namespace cordon
