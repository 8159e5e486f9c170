// The Security Council's list: entities alone, by their permanent references. Every entity here is invented.
#include "decision/un_list.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

const Instant kUnToday = *parse_rfc3339("2026-11-28T12:00:00Z");

std::string entity(std::string_view reference, std::string_view name, std::string_view type = "Al-Qaida") {
  return "<ENTITY><DATAID>7</DATAID><FIRST_NAME>" + std::string(name) + "</FIRST_NAME><UN_LIST_TYPE>" +
         std::string(type) + "</UN_LIST_TYPE><REFERENCE_NUMBER>" + std::string(reference) +
         "</REFERENCE_NUMBER><LISTED_ON>2001-10-06</LISTED_ON><ENTITY_ALIAS><ALIAS_NAME>x</ALIAS_NAME></ENTITY_ALIAS></"
         "ENTITY>";
}
std::string list_of(std::string_view entities, std::string_view day = "2026-11-20T05:00:03.203Z") {
  return "<?xml version=\"1.0\"?><CONSOLIDATED_LIST dateGenerated=\"" + std::string(day) +
         "\"><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>CANARY-OF-A-PERSON</FIRST_NAME><REFERENCE_NUMBER>QDi.001"
         "</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS><ENTITIES>" +
         std::string(entities) + "</ENTITIES></CONSOLIDATED_LIST>";
}

// Planted bug: let in_entity() say yes of INDIVIDUALS as well.
TEST(UnList, entities_are_read_and_no_word_of_an_individual) {
  for (const bool confined : {false, true}) {
    const std::string xml =
        list_of(entity("QDe.004", "INVENTED FRONT &amp; SONS") + entity("TAe.001", "INVENTED BODY", "Taliban") +
                entity("KPe.001", "OF ANOTHER REGIME", "DPRK") + entity("QDi.001", "MISFILED"));
    const Result<UnEntities> list = confined ? UnEntities::read_xml_confined(xml) : UnEntities::read_xml(xml);
    ASSERT_TRUE(list) << list.error().message;
    EXPECT_EQ(list->entities().size(), 2u);
    EXPECT_EQ(list->entities().at("QDe.004").name, "INVENTED FRONT & SONS");
    EXPECT_EQ(list->entities().at("TAe.001").list_type, "Taliban");
    EXPECT_EQ(list->generated(), *parse_rfc3339("2026-11-20T05:00:03.203Z"));
    EXPECT_EQ(list->text().find("CANARY"), std::string::npos);
    EXPECT_EQ(UnEntities::read(list->text())->text(), list->text());
  }
}

TEST(UnList, what_is_no_list_is_refused) {
  const std::string good = list_of(entity("QDe.004", "INVENTED"));
  for (const std::string& bad :
       {std::string(), std::string("no xml"), good.substr(0, good.size() - 5), good + "<MORE/>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]>" + good, list_of(entity("QDe.004", "&b;")), list_of("<ENTITY></ENTITIES>"),
        list_of(entity("QDe.004", "x"), "yesterday"), std::string("<LIST dateGenerated=\"2026-11-20\"></LIST>")})
    EXPECT_EQ(UnEntities::read_xml(bad).error().fault, Fault::Malformed) << bad.substr(0, 60);
}

// Charter 12.18. Planted bug: let parse_un_reference() pass over the third letter.
TEST(UnList, an_individual_is_refused_and_a_listed_entity_is_taken) {
  const UnEntities list = *UnEntities::read_xml(list_of(entity("QDe.004", "INVENTED FRONT")));
  EXPECT_EQ(parse_un_reference("QDi.001").error().fault, Fault::Refused);
  EXPECT_EQ(*parse_un_reference("QDe.004"), "QDe.004");
  for (const char* other : {"KPe.001", "IRe.012", "CDi.001"}) EXPECT_FALSE(parse_un_reference(other)) << other;
  EXPECT_EQ(*check_un_reference("By the list it is QDe.004, see its entry.", &list, kUnToday), "QDe.004");
  for (const char* basis : {"By the list it is QDi.001.", "QDe.004 through QDi.001", "It is QDe.005.", "It is known.",
                            "QDe.004 or TAe.001", "XQDe.004", "QDe.0044"})
    EXPECT_EQ(check_un_reference(basis, &list, kUnToday).error().fault, Fault::Refused) << basis;
  EXPECT_FALSE(check_un_reference("QDe.004", nullptr, kUnToday));
  EXPECT_TRUE(check_un_reference("QDe.004", &list, list.generated() + kOldestUnListMs));
  EXPECT_FALSE(check_un_reference("QDe.004", &list, list.generated() + kOldestUnListMs + 1)) << "stale";
}

}  // namespace
}  // namespace cordon
