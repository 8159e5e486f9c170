#include "net/form.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

TEST(Form, a_urlencoded_form_is_read_as_it_was_written) {
  const std::vector<FormField> fields{{"what", "a & b = c+d %", false, "", ""}, {"где", "Алматы", false, "", ""}};
  const auto read = read_urlencoded(write_urlencoded(fields));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, fields);
}

TEST(Form, what_is_no_urlencoded_form_is_refused) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "a=%ff", "=b", "a=%00"})
    EXPECT_EQ(read_urlencoded(text).error().fault, Fault::Malformed) << text;
  std::string many;
  for (int i = 0; i < 101; ++i) many += "a=b&";
  EXPECT_EQ(read_urlencoded(many).error().fault, Fault::Malformed);
}

TEST(Form, a_multipart_form_gives_its_text_and_its_file) {
  const auto read =
      read_multipart("multipart/form-data; boundary=XyZ",
                     "--XyZ\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nthe page\r\n"
                     "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".txt\"\r\n"
                     "Content-Type: text/plain\r\n\r\n\xff--Xy\r\n\r\n--XyZ--\r\n");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0], (FormField{"description", "the page", false, "", ""}));
  EXPECT_EQ((*read)[1], (FormField{"file", "\xff--Xy\r\n", true, "a \"b\".txt", "text/plain"}));
}

TEST(Form, what_is_no_multipart_form_is_refused) {
  for (const char* body : {"", "--XyZ", "--XyZ\r\n", "--XyZ\r\n\r\n--XyZ--", "x--XyZ--",
                           "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever ends",
                           "--XyZ\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--XyZ--",
                           "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--XyZ--"})
    EXPECT_EQ(read_multipart("multipart/form-data; boundary=XyZ", body).error().fault, Fault::Malformed) << body;
  EXPECT_EQ(read_multipart("multipart/form-data", "--\r\n").error().fault, Fault::Malformed);
}

}  // namespace
}  // namespace cordon
