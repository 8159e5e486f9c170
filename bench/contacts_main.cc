// What `bench/contacts` runs: questions to a book of 100,000 entries, of every kind; bench/README.md says how to read
// it.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/figures.h"
#include "referral/contact_book.h"

namespace cordon::bench {
namespace {

constexpr double kGoal = 50'000;  // questions a CPU second
constexpr std::size_t kEntries = 100'000;

std::string number(std::size_t i) { return std::to_string(i); }

// One third each: names, some of them below others; addresses; blocks of seven lengths.
ContactBook book_of_many() {
  Json::Array entries;
  for (std::size_t i = 0; i < kEntries; ++i) {
    std::string for_name;
    if (i % 3 == 0) for_name = (i % 2 == 0 ? "shop." : "") + ("host-" + number(i / 6)) + ".example.org";
    if (i % 3 == 1) for_name = "11." + number(i % 200) + "." + number(i / 200 % 256) + "." + number(i / 51'200);
    if (i % 3 == 2) {
      const std::size_t bits = 24 - i / 3 % 7;
      const std::size_t start = i << (24 - bits);
      for_name = number(20 + (start >> 16 & 127)) + "." + number(start >> 8 & 255) + "." + number(start & 255) + ".0/" +
                 number(bits);
    }
    entries.push_back(Json::Object{{"recipient", "host"},
                                   {"for", for_name},
                                   {"address", "abuse@net-" + number(i) + ".example.net"},
                                   {"name", "Network " + number(i)}});
  }
  auto book = ContactBook::read(Json::Object{{"contact", std::move(entries)}});
  CORDON_CHECK(book, book ? "" : book.error().message.c_str());
  return *std::move(book);
}

Observable target(ObservableKind kind, const std::string& text) {
  auto observable = parse_observable(kind, text);
  CORDON_CHECK(observable, text.c_str());
  return *std::move(observable);
}

int run(bool quick, bool json) {
  const ContactBook book = book_of_many();
  const std::size_t questions = quick ? 50'000 : 500'000;
  const int rounds = quick ? 1 : 3;
  bool reached = true;
  const auto ask = [&](const std::string& of, ObservableKind kind, auto text) {
    std::vector<Observable> targets;
    for (std::size_t i = 0; i < questions; ++i) targets.push_back(target(kind, text(i)));
    std::size_t found = 0;
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
      seconds.push_back(time_of([&] {
        found = 0;
        for (const Observable& one : targets) found += book.whom_to_ask(Recipient::Host, one) ? 1 : 0;
      }));
    }
    const double rate = static_cast<double>(questions) / median(seconds);
    reached = reached && rate >= kGoal;
    if (json) {
      print_json({of, "cordon", rate, "questions a CPU second", "goal", rate / kGoal}, "contacts");
    } else {
      std::printf("  %-28s %10.0f a CPU second, %3zu%% found, %5.1fx the goal\n", of.c_str(), rate,
                  found * 100 / questions, rate / kGoal);
    }
  };
  if (!json) std::printf("a book of %zu entries, %zu questions of each kind\n", book.size(), questions);
  ask("names", ObservableKind::Domain,
      [](std::size_t i) { return "a.b.shop.host-" + number(i % 16'000) + ".example.org"; });
  ask("names that nobody has", ObservableKind::Domain,
      [](std::size_t i) { return "a.b.c.d.e.f.shop-" + number(i) + ".example.com"; });
  ask("web addresses", ObservableKind::Url,
      [](std::size_t i) { return "http://www.host-" + number(i % 16'000) + ".example.org/login/" + number(i); });
  ask("addresses", ObservableKind::Ip,
      [](std::size_t i) { return "11." + number(i % 200) + "." + number(i / 200 % 256) + "." + number(i % 2); });
  ask("addresses in blocks", ObservableKind::Ip, [](std::size_t i) {
    return number(20 + i % 127) + "." + number(i / 7 % 256) + "." + number(i / 3 % 256) + ".9";
  });
  ask("addresses that nobody has", ObservableKind::Ip,
      [](std::size_t i) { return "9." + number(i % 256) + "." + number(i / 256 % 256) + ".1"; });
  return reached ? 0 : 1;
}

}  // namespace
}  // namespace cordon::bench

int main(int argc, char** argv) {
  bool quick = false, json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    quick = quick || word == "--quick";
    json = json || word == "--json";
    if (word != "--quick" && word != "--json") {
      std::fprintf(stderr, "usage: bench/contacts [--quick] [--json]\n");
      return 2;
    }
  }
  return cordon::bench::run(quick, json);
}
