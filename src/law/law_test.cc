#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/places_for_tests.h"
#include "base/text.h"
#include "law/amendments.h"
#include "law/charter_digest.h"
#include "law/documents.h"
#include "law/gates.h"
#include "law/lists.h"
#include "law/offences.h"

namespace cordon {
namespace {

std::filesystem::path docs() { return std::filesystem::path(source_folder()) / "docs"; }

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool accept() { return std::getenv("CORDON_ACCEPT") != nullptr; }

void write_all(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// ── terms ──

template <typename Parse>
void expect_refused_and_named(Parse parse, std::string_view text, std::string_view known) {
  const auto answer = parse(text);
  ASSERT_FALSE(answer) << text;
  EXPECT_EQ(answer.error().fault, Fault::Refused);
  EXPECT_NE(answer.error().message.find("'" + std::string(text) + "'"), std::string::npos) << answer.error().message;
  EXPECT_NE(answer.error().message.find(known), std::string::npos) << answer.error().message;
}

TEST(LawTerms, every_spelling_reads_back_as_its_value) {
  for (const KindRow& row : observable_kinds()) EXPECT_EQ(*parse_observable_kind(name(row.kind)), row.kind);
  for (const ActionRow& row : action_kinds()) EXPECT_EQ(*parse_action_kind(name(row.kind)), row.kind);
  for (const EffectRow& row : effects()) EXPECT_EQ(*parse_effect(name(row.effect)), row.effect);
  for (const RecipientRow& row : recipients()) EXPECT_EQ(*parse_recipient(name(row.recipient)), row.recipient);
  for (const GateRow& row : gates()) EXPECT_EQ(*parse_gate(name(row.gate)), row.gate);
}

TEST(LawTerms, spellings_are_those_of_the_charter) {
  EXPECT_EQ(name(ObservableKind::FileHash), "file_hash");
  EXPECT_EQ(name(Gate::DomainStatus), "G_DOMAIN_STATUS");
  EXPECT_EQ(name(Effect::SuspendMaliciousDomain), "suspend_malicious_domain");
  EXPECT_EQ(name(Tlp::AmberStrict), "AMBER+STRICT");
  EXPECT_EQ(name(Pap::Red), "RED");
  EXPECT_EQ(name(Publication::P1h), "P1h");
  EXPECT_EQ(name(EvidenceMode::RestrictedCapture), "restricted_capture");
  EXPECT_EQ(name(TriageOutcome::HandedToEmergency), "handed_to_emergency");
  EXPECT_EQ(name(Binding::Voluntary), "voluntary");
  EXPECT_EQ(name(Category::IllegalAccess), "illegal-access");
  EXPECT_EQ(name(Exposure::SpamSource), "spam_source");
}

TEST(LawTerms, another_spelling_is_refused_and_the_answer_lists_those_that_exist) {
  expect_refused_and_named(parse_observable_kind, "regex", "url, domain, ip");
  expect_refused_and_named(parse_observable_kind, "URL", "url, domain, ip");
  expect_refused_and_named(parse_action_kind, "takedown", "alert, notice");
  expect_refused_and_named(parse_recipient, "search_engine", "host, platform");
  expect_refused_and_named(parse_gate, "G_NONE", "G_DOMAIN_STATUS");
}

// Planted bug: spell Effect::DisableItem "block".
TEST(LawTerms, no_effect_blocks_intercepts_or_names_a_user) {
  for (const std::string_view verb : effects_that_do_not_exist())
    expect_refused_and_named(parse_effect, verb, "inform");
}

// ── gates ──

TEST(LawGates, each_has_an_answer_that_stops_and_one_that_does_not) {
  EXPECT_EQ(gates().size(), 18u);
  for (const GateRow& row : gates()) {
    bool stops = false, passes = false;
    for (const AnswerRow& one : row.answers) {
      EXPECT_TRUE(check_answer(row.gate, one.name));
      (blocks(row.gate, one.name, Effect::SuspendMaliciousDomain) ? stops : passes) = true;
    }
    EXPECT_TRUE(stops && passes) << name(row.gate);
  }
}

// Planted bug: give "compromised" Lets::Everything.
TEST(LawGates, only_a_malicious_registration_may_be_suspended) {
  for (const std::string_view answer : {"compromised", "mixed_hosting", "unknown"}) {
    EXPECT_TRUE(blocks(Gate::DomainStatus, answer, Effect::SuspendMaliciousDomain)) << answer;
    EXPECT_FALSE(blocks(Gate::DomainStatus, answer, Effect::CleanCompromise)) << answer;
  }
  EXPECT_FALSE(blocks(Gate::DomainStatus, "malicious_registration", Effect::SuspendMaliciousDomain));
}

TEST(LawGates, dissatisfaction_journalism_and_a_state_s_word_stop_every_request) {
  for (const EffectRow& row : effects()) {
    EXPECT_TRUE(blocks(Gate::LossOrAttempt, "dissatisfaction_only", row.effect));
    EXPECT_TRUE(blocks(Gate::MediaExemption, "yes", row.effect));
    EXPECT_TRUE(blocks(Gate::MediaExemption, "unsure", row.effect));
    EXPECT_TRUE(blocks(Gate::Attribution, "state_assertion_only", row.effect));
    EXPECT_TRUE(blocks(Gate::UnReference, "individual_reference", row.effect));
    EXPECT_TRUE(blocks(Gate::SensitiveTarget, "sensitive", row.effect));
    EXPECT_FALSE(blocks(Gate::SensitiveTarget, "sensitive_signed_off", row.effect));
  }
}

TEST(LawGates, beyond_preservation_an_order_is_a_court_s) {
  for (const EffectRow& row : effects()) {
    EXPECT_EQ(blocks(Gate::AuthorityOrder, "authority_order", row.effect), row.effect != Effect::Preserve);
    EXPECT_FALSE(blocks(Gate::AuthorityOrder, "court_order", row.effect));
  }
}

// Planted bug: let blocks() say false for an answer it does not find.
TEST(LawGates, an_answer_outside_the_list_is_refused_and_stops_everything) {
  const auto answer = check_answer(Gate::MediaExemption, "probably");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, Fault::Refused);
  EXPECT_EQ(answer.error().message,
            "'probably' is no answer to G_MEDIA_EXEMPTION (charter 4.5); there are: no, yes, unsure");
  EXPECT_TRUE(blocks(Gate::MediaExemption, "probably", Effect::Inform));
}

TEST(LawGates, only_the_automatic_ones_need_no_evidence) {
  for (const GateRow& row : gates()) {
    const bool automatic = row.gate == Gate::SensitiveTarget || row.gate == Gate::Breadth;
    EXPECT_EQ(row.needs_evidence, !automatic) << name(row.gate);
  }
}

// ── offences ──

TEST(LawOffences, one_row_for_each_enumerator) {
  static_assert(static_cast<int>(Category::TerroristFinancing) + 1 == 17);
  static_assert(static_cast<int>(Exposure::SpamSource) + 1 == 3);
  EXPECT_EQ(offences().size(), 17u);
  EXPECT_EQ(exposures().size(), 3u);
  for (const OffenceRow& row : offences()) EXPECT_EQ(&cordon::row(row.category), &row);
  for (const ExposureRow& row : exposures()) EXPECT_EQ(&cordon::row(row.exposure), &row);
}

TEST(LawOffences, what_rests_on_a_treaty_not_in_force_or_on_offices_not_filled_is_off) {
  for (const OffenceRow& row : offences()) {
    const bool off = row.number == "C11" || row.number == "C16" || row.number == "C17";
    EXPECT_EQ(row.on_by_default, !off) << row.id;
    EXPECT_EQ(row.off_because.empty(), !off) << row.id;
  }
}

TEST(LawOffences, of_child_abuse_material_and_victims_images_no_byte_is_kept) {
  EXPECT_EQ(row(Category::Csam).evidence_mode, EvidenceMode::HashOnly);
  EXPECT_EQ(row(Category::Ncii).evidence_mode, EvidenceMode::VictimHash);
}

TEST(LawOffences, a_service_needs_its_port) {
  EXPECT_TRUE(row(Exposure::ExposedService).port_required);
  EXPECT_TRUE(row(Exposure::VulnerableService).port_required);
  EXPECT_FALSE(row(Exposure::SpamSource).port_required);
}

// ── digest and documents ──

// Changes one character of the first string found in `value`, depth first; false where there is none.
bool flip_one(Json& value) {
  if (const std::string* text = value.string()) {
    if (text->empty()) return false;
    std::string other = *text;
    other.back() = other.back() == 'x' ? 'y' : 'x';
    value = Json(other);
    return true;
  }
  if (Json::Array* array = value.array()) {
    for (Json& one : *array) {
      if (flip_one(one)) return true;
    }
  }
  if (Json::Object* object = value.object()) {
    for (auto& [key, one] : *object) {
      if (flip_one(one)) return true;
    }
  }
  return false;
}

// Planted bug: leave the gates out of charter_tables().
TEST(LawDigest, one_character_in_any_table_changes_it) {
  const Json tables = charter_tables();
  EXPECT_EQ(sha256(to_text(tables)), charter_digest());
  for (const char* table : {"schema", "categories", "exposures", "refused", "gates", "observable_kinds", "action_kinds",
                            "effects", "effects_that_do_not_exist", "recipients", "publications", "amendments"}) {
    ASSERT_NE(tables.find(table), nullptr) << table;
    Json part = *tables.find(table);
    ASSERT_TRUE(flip_one(part)) << table;
    Json other = tables;
    other.set(table, std::move(part));
    EXPECT_NE(sha256(to_text(other)), charter_digest()) << table;
  }
  EXPECT_EQ(tables.object()->size(), 12u);
}

TEST(LawDigest, a_longer_list_has_another_digest) {
  Json longer = charter_tables();
  Json::Array categories = *longer.find("categories")->array();
  categories.push_back(Json::Object{{"number", "C18"}, {"id", "extremism"}});
  longer.set("categories", std::move(categories));
  EXPECT_NE(sha256(to_text(longer)), charter_digest());
}

TEST(LawDigest, the_amendments_are_fifteen_in_order) {
  int number = 0;
  for (const Amendment& one : amendments()) EXPECT_EQ(one.number, ++number);
  EXPECT_EQ(number, 15);
}

TEST(LawDocuments, the_page_of_offences_is_what_the_tables_say) {
  const auto path = docs() / "generated" / "offences.md";
  if (accept()) write_all(path, offences_markdown());
  EXPECT_EQ(read_all(path), offences_markdown()) << "CORDON_ACCEPT=1 rewrites it";
}

// Planted bug: change one letter of a row and leave docs/charter.md as it is.
TEST(LawDocuments, the_charter_prints_the_digest_of_this_build) {
  const auto path = docs() / "charter.md";
  constexpr std::string_view kBefore = "Charter digest: `";
  std::string text = read_all(path);
  const std::size_t at = text.find(kBefore);
  ASSERT_NE(at, std::string::npos) << "docs/charter.md prints no charter digest";
  if (accept()) {
    text.replace(at + kBefore.size(), 64, charter_digest().hex());
    write_all(path, text);
  }
  EXPECT_EQ(text.substr(at + kBefore.size(), 64), charter_digest().hex()) << "CORDON_ACCEPT=1 rewrites it";
}

// The charter has a row for each thing that the tables name, so that neither grows without the other.
TEST(LawDocuments, the_charter_names_every_entry_of_the_tables) {
  const std::string text = read_all(docs() / "charter.md");
  const auto expect_named = [&](std::string_view id) {
    EXPECT_NE(text.find("`" + std::string(id) + "`"), std::string::npos) << id;
  };
  for (const OffenceRow& row : offences()) expect_named(row.id);
  for (const ExposureRow& row : exposures()) expect_named(row.id);
  for (const GateRow& row : gates()) {
    EXPECT_NE(text.find(name(row.gate)), std::string::npos) << name(row.gate);
    for (const AnswerRow& one : row.answers) expect_named(one.name);
  }
  for (const ActionRow& row : action_kinds()) expect_named(name(row.kind));
  for (const EffectRow& row : effects()) expect_named(name(row.effect));
  for (const RecipientRow& row : recipients()) expect_named(name(row.recipient));
  for (const KindRow& row : observable_kinds()) expect_named(name(row.kind));
  const Json tables = charter_tables();
  for (const Json& row : *tables.find("refused")->array()) expect_named(*row.text("id"));
}

TEST(LawDocuments, the_json_page_carries_the_digest_and_the_words) {
  const Json page = offences_json();
  EXPECT_EQ(*page.text("charter_digest"), charter_digest().hex());
  EXPECT_EQ(page.find("refused_words")->object()->size(), 54u);
}

}  // namespace
}  // namespace cordon
