#include "base/xml.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

// Planted bug: let a number past U+10FFFF be written.
TEST(XmlText, references_are_resolved_and_nothing_else_is_one) {
  EXPECT_EQ(xml_text("a &amp; b &lt;&gt;&quot;&apos;"), "a & b <>\"'");
  EXPECT_EQ(xml_text("&#39;&#x2f;&#x2F;"), "'//");
  EXPECT_EQ(xml_text("&#233;&#x436;&#x4e2d;&#x1F600;"),
            "é"
            "ж"
            "中"
            "\xF0\x9F\x98\x80");
  for (const char* wrong :
       {"&", "&amp", "&nbsp;", "&;", "&#;", "&#x;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999;", "&#-1;"})
    EXPECT_EQ(xml_text(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace cordon
