#include "referral/dsa.h"

#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::size_t kLongestFacts = 5000, kLongestGround = 500, kLongestExplanation = 2000;  // characters

// At most so many characters, whole ones.
std::string shortened(const std::string& text, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && ++seen > most) return text.substr(0, i);
  }
  return text;
}

std::string day(Instant at) { return to_rfc3339(at).substr(0, 10); }

Result<Nothing> add_restriction(Json& statement, const Proposed& proposed) {
  const Json end = day(proposed.sunset_at);
  switch (proposed.wish.effect) {
    case Effect::RemoveItem:
      statement.set("decision_visibility", Json::Array{"DECISION_VISIBILITY_CONTENT_REMOVED"});
      statement.set("end_date_visibility_restriction", end);
      return Nothing{};
    case Effect::DisableItem:
      statement.set("decision_visibility", Json::Array{"DECISION_VISIBILITY_CONTENT_DISABLED"});
      statement.set("end_date_visibility_restriction", end);
      return Nothing{};
    case Effect::ReviewAccount:
      statement.set("decision_account", "DECISION_ACCOUNT_SUSPENDED");
      statement.set("end_date_account_restriction", end);
      return Nothing{};
    case Effect::ReviewPaymentInstrument:
      statement.set("decision_monetary", "DECISION_MONETARY_SUSPENSION");
      statement.set("end_date_monetary_restriction", end);
      return Nothing{};
    case Effect::SuspendMaliciousDomain:
      statement.set("decision_provision", "DECISION_PROVISION_TOTAL_SUSPENSION");
      statement.set("end_date_service_restriction", end);
      return Nothing{};
    case Effect::Inform:
    case Effect::CleanCompromise:
    case Effect::Preserve:
      break;
  }
  return fail(Fault::Refused,
              "a request to " + replace_all(std::string(name(proposed.wish.effect)), "_", " ") +
                  " restricts nothing, so there is no statement of reasons about it",
              proposed.id.text());
}

// "SCAMS_AND_FRAUD / KEYWORD_PHISHING", as the table of offences has it.
std::pair<std::string, std::string> crosswalk(std::string_view dsa) {
  const std::size_t slash = dsa.find(" / ");
  return {"STATEMENT_CATEGORY_" + std::string(dsa.substr(0, slash)),
          slash == std::string_view::npos ? std::string() : std::string(dsa.substr(slash + 3))};
}

}  // namespace

Result<Json> dsa_statement(const Proposed& proposed, const Case& the_case, const Annex& annex) {
  const Category* category = proposed.matter.category();
  if (category == nullptr) return fail(Fault::Refused, "an exposure is no offence and gives no such statement");
  const OffenceRow& offence = row(*category);
  const auto [theirs, keyword] = crosswalk(offence.dsa);
  std::string facts;
  for (const Fact& fact : the_case.facts) facts += (facts.empty() ? "" : "\n") + fact.text;
  std::string anchors;
  for (const Anchor& anchor : offence.anchors)
    anchors += (anchors.empty() ? "" : "; ") + std::string(anchor.instrument) + " " + std::string(anchor.articles);
  Json statement = Json::Object{
      {"puid", proposed.notice.text()},
      {"decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"},
      {"illegal_content_legal_ground", shortened(proposed.national_article, kLongestGround)},
      {"illegal_content_explanation",
       shortened("Bounded by " + anchors + ". Who is affected may object: " + annex.redress(), kLongestExplanation)},
      {"content_type", Json::Array{"CONTENT_TYPE_OTHER"}},
      {"content_type_other", std::string(name(proposed.target.kind()))},
      {"category", theirs},
      {"category_specification", keyword.empty() ? Json::Array{} : Json::Array{keyword}},
      {"content_date", day(the_case.last_seen_at.value_or(proposed.at))},
      {"application_date", day(proposed.at)},
      {"decision_facts", shortened(facts, kLongestFacts)},
      {"source_type",
       proposed.wish.kind == ActionKind::Notice ? "SOURCE_ARTICLE_16" : "SOURCE_TYPE_OTHER_NOTIFICATION"},
      {"automated_detection", "No"},
      {"automated_decision", "AUTOMATED_DECISION_NOT_AUTOMATED"}};
  if (keyword == "KEYWORD_OTHER") statement.set("category_specification_other", std::string(offence.name.en));
  TRY(add_restriction(statement, proposed));
  return statement;
}

}  // namespace cordon
