// The contact book against a scan of all its entries. Planted bugs, each seen red: the shortest length of a block asked
// first; a name that ends like another one taken for what lies under it; the last of two entries for one thing.
#include "referral/contact_book.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "base/samples_for_tests.h"
#include "observable/ip.h"

namespace cordon {
namespace {

Json contact_entry(std::string_view recipient, const std::string& for_name, const std::string& address) {
  return Json::Object{{"recipient", recipient}, {"for", for_name}, {"address", address}, {"name", "n"}};
}

ContactBook book_of(Json::Array entries) {
  auto book = ContactBook::read(Json::Object{{"contact", std::move(entries)}});
  EXPECT_TRUE(book) << book.error().message;
  return *std::move(book);
}

std::string asked_of(const ContactBook& book, ObservableKind kind, std::string_view text,
                     Recipient recipient = Recipient::Host) {
  const auto contact = book.whom_to_ask(recipient, *parse_observable(kind, text));
  return contact ? contact->address : contact.error().message;
}

TEST(ContactBook, an_address_is_asked_by_itself_then_by_its_blocks_the_narrowest_first) {
  const ContactBook book = book_of({contact_entry("host", "*", "any@example.net"),
                                    contact_entry("host", "198.51.100.0/24", "wide@example.net"),
                                    contact_entry("host", "198.51.100.64/26", "narrow@example.net"),
                                    contact_entry("host", "198.51.100.70", "one@example.net"),
                                    contact_entry("host", "2001:db8::/32", "six@example.net"),
                                    contact_entry("csirt", "198.51.100.64/28", "team@example.net")});
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.1"), "wide@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.65"), "narrow@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.127"), "narrow@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.128"), "wide@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Url, "http://198.51.100.70/a"), "one@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.101.1"), "any@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "2001:db8:1::1"), "six@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "2001:db9::1"), "any@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.65", Recipient::Csirt), "team@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.80", Recipient::Csirt),
            "the contact book has no csirt for 198.51.100.80; add a [[contact]] to contacts.toml");
}

TEST(ContactBook, a_block_with_bits_behind_its_length_and_a_single_label_are_refused) {
  for (const char* for_name : {"198.51.100.1/24", "198.51.100.0/33", "2001:db8::1/32", "com", "", "**"})
    EXPECT_FALSE(
        ContactBook::read(Json::Object{{"contact", Json::Array{contact_entry("host", for_name, "abuse@example.net")}}}))
        << for_name;
}

TEST(ContactBook, an_address_has_a_number_and_a_country_by_the_tables_and_those_come_before_everybody) {
  ContactBook book =
      book_of({contact_entry("csirt", "*", "any@example.net"), contact_entry("csirt", "country:KZ", "kz@example.net"),
               contact_entry("csirt", "AS64500", "system@example.net"),
               contact_entry("csirt", "198.51.100.9", "one@example.net")});
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.1", Recipient::Csirt), "any@example.net") << "no table";
  book.place_by({std::make_shared<const AddressTable>(
      *AddressTable::read("198.51.100.0\t198.51.100.7\t64500\tKZ\tNET\n198.51.100.8\t198.51.100.15\t0\tKZ\tNET\n"))});
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.1", Recipient::Csirt), "system@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Url, "http://198.51.100.8/", Recipient::Csirt), "kz@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.9", Recipient::Csirt), "one@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Ip, "198.51.100.16", Recipient::Csirt), "any@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Domain, "bad.example.kz", Recipient::Csirt), "kz@example.net")
      << "a name ends in its country";
  EXPECT_EQ(asked_of(book, ObservableKind::Domain, "bad.example.org", Recipient::Csirt), "any@example.net");
}

TEST(ContactBook, an_address_from_which_mail_came_back_is_passed_over) {
  ContactBook book = book_of(
      {contact_entry("host", "*", "any@example.net"), contact_entry("host", "example.org", "gone@example.net")});
  book.leave_out("gone@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Domain, "a.example.org"), "any@example.net");
  EXPECT_EQ(book.all_for(Recipient::Host, *parse_observable(ObservableKind::Domain, "a.example.org")).size(), 2u);
  book.leave_out("any@example.net");
  EXPECT_FALSE(book.whom_to_ask(Recipient::Host, *parse_observable(ObservableKind::Domain, "a.example.org")));
  book.take_back("gone@example.net");
  EXPECT_EQ(asked_of(book, ObservableKind::Domain, "a.example.org"), "gone@example.net");
}

// A book that is read from the first entry to the last at each question.
struct ScannedBook {
  std::vector<std::pair<std::string, std::string>> entries;  // for, address

  std::optional<std::string> ask(const std::string& host) const {
    const Result<Ip> address = parse_ip(host);
    long best = -1;
    std::optional<std::string> found;
    for (const auto& [for_name, mailbox] : entries) {
      long close = -1;
      const Result<IpRange> range = parse_ip_range(for_name);
      if (for_name == "*")
        close = 0;
      else if (for_name == host)
        close = 1000;
      else if (range && address && range->covers(*address))
        close = 1 + range->bits();
      else if (!range && !address && host.ends_with("." + for_name))
        close = static_cast<long>(for_name.size());
      if (close > best) {
        best = close;
        found = mailbox;
      }
    }
    return found;
  }
};

TEST(ContactBook, it_answers_as_a_scan_of_all_entries_does) {
  std::mt19937_64 random(20'261'129);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto a_name = [&] {
    std::string name = "example.org";
    for (std::size_t labels = below(4); labels > 0; --labels)
      name = std::string(1, static_cast<char>('a' + below(3))) + (below(3) == 0 ? "" : ".") + name;
    return name;
  };
  const auto an_address = [&] {
    return below(2) == 0 ? "198.51.100." + std::to_string(below(256))
                         : "2001:db8::" + std::string(1, "0123456789abcdef"[below(16)]) + "00";
  };
  const std::int64_t books = samples("CORDON_CONTACT_BOOKS", 60, 600, 6'000);
  for (std::int64_t i = 0; i < books; ++i) {
    Json::Array entries;
    ScannedBook scanned;
    for (std::size_t n = below(30); n > 0; --n) {
      std::string for_name = below(20) == 0 ? "*" : below(2) == 0 ? a_name() : an_address();
      if (const Result<Ip> address = parse_ip(for_name); address && below(3) != 0) {
        const int most = address->is_v4() ? 32 : 128;
        std::array<std::uint8_t, 16> start = address->bytes();
        int bits = most;
        for (std::size_t drop = below(12); drop > 0; --drop) {
          --bits;
          start[static_cast<std::size_t>(bits / 8)] &= static_cast<std::uint8_t>(~(0x80u >> (bits % 8)));
        }
        for_name = make_ip_range(address->is_v4(), start, bits)->text();
      } else if (address) {
        for_name = address->text();
      }
      const std::string mailbox = "a" + std::to_string(n) + "@example.net";
      entries.push_back(contact_entry("host", for_name, mailbox));
      scanned.entries.emplace_back(for_name, mailbox);
    }
    const ContactBook book = book_of(std::move(entries));
    for (int question = 0; question < 20; ++question) {
      const bool name = below(2) == 0;
      const auto target =
          *parse_observable(name ? ObservableKind::Domain : ObservableKind::Ip, name ? a_name() : an_address());
      const auto contact = book.whom_to_ask(Recipient::Host, target);
      const std::optional<std::string> expected = scanned.ask(target.canonical());
      ASSERT_EQ(contact ? std::optional(contact->address) : std::nullopt, expected)
          << "book " << i << ", " << target.canonical();
    }
  }
}

}  // namespace
}  // namespace cordon
