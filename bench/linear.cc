// How time grows with size, and how much memory a stream of any length takes. Sizes are fed to the streaming scanner
// piece by piece, so that 4 GB of text need no 4 GB; exponents are the slope of log(time) over log(size), by least
// squares: 1 is linear, 2 is what a scanner that looks back too far would show.
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "bench/corpus.h"
#include "bench/figures.h"
#include "observable/scan.h"
#include "observable/scan_document.h"

namespace cordon::bench {
namespace {

constexpr double kMaxExponent = 1.1;
constexpr std::size_t kMaxMegabytes = 64;  // of memory, whatever the length of the stream
constexpr std::size_t kPiece = 1u << 20;

constexpr int kAgain = 5;
// How often a size is timed in one go.
constexpr int rounds_of(std::size_t size) { return size <= 4 * kPiece ? 9 : size <= 64 * kPiece ? 3 : 1; }

// Texts that make a careless scanner look at the same bytes again and again.
struct Adversary {
  const char* name;
  std::string unit;  // repeated without end
};
std::vector<Adversary> adversaries() {
  return {{"a.", "a."},
          {"http://", "http://"},
          {"[", "["},
          {"@", "@"},
          {"hex", "0123456789abcdef"},
          {":", ":"},
          {"::", "2001:db8:"},
          {"digits", "1234567890"},
          {"1.", "1."},
          {"[.]", "[.]"},
          {"a[.]", "a[.]"},
          {"a@", "a@"},
          {"hxxp[:]//a(", "hxxp[:]//a("},
          {"( dot )", " dot "},
          {"+", "+1 (2) "},
          {"&", "&#46;"},
          {"=", "=2E"},
          {"base58", "1A2B3C4D5E6F7G8H9J"},
          {"base64", "aHR0cDovL2EuZXhhbXBsZS5vcmcv"},
          {"xn--", "xn--a."},
          {"\xd0\xb0.", "\xd0\xb0."},
          {"\xe2\x80\x8b", "a\xe2\x80\x8b."},
          {"\xff", "\xff"},
          {"IBAN", "DE89 3704 0044 "},
          {"/", "a.example.org/"},
          {"\\", "C:\\a\\"},
          {"line ends", "http://a.example.org/-\r\n"}};
}

// And mails and pages that do so; `head` says what they are.
struct Document {
  const char* name;
  std::string head, unit;
};
std::vector<Document> documents() {
  const std::string page = "<!DOCTYPE html><html><body>";
  const std::string mail = "From: a@example.net\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n";
  const std::string parts = mail + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  const std::string quoted = mail + "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  return {{"page <", page, "<"},
          {"page &#46;", page, "a&#46;"},
          {"page <!--", page, "<!--"},
          {"page <script", page, "<script>"},
          {"page quotes", page, "<a b=\""},
          {"page links", page, "<a href=\"http://a.example.org/\">x</a>"},
          {"mail headers", mail, "X: y\r\n"},
          {"mail folded", mail, " x\r\n"},
          {"mail parts", parts, "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"},
          {"mail quoted", quoted, "a=2E"},
          {"mail soft ends", quoted, "=\r\n"},
          {"mail base64", mail + "Content-Transfer-Encoding: base64\r\n\r\n", "aHR0cDovL2EuZXhhbXBsZS5vcmcv\r\n"}};
}

std::string repeated(const std::string& unit, std::size_t size) {
  std::string text;
  text.reserve(size + unit.size());
  while (text.size() < size) text += unit;
  text.resize(size);
  return text;
}

// CPU seconds for `size` bytes of `piece` again and again. The piece may end within a unit: adversaries are no worse
// for it, and the corpus is the same each time.
double stream(std::string_view piece, std::size_t size) {
  return time_of([&] {
    std::uint64_t count = 0;
    const auto sink = [&](const Find&) { ++count; };
    Scanner scanner({}, sink);
    for (std::size_t left = size; left > 0;) {
      const std::string_view part = piece.substr(0, left);
      scanner.feed(part);
      left -= part.size();
    }
    scanner.finish();
  });
}

double exponent(const std::vector<std::size_t>& sizes, const std::vector<double>& seconds) {
  double x = 0, y = 0, xx = 0, xy = 0;
  const auto n = static_cast<double>(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double size = std::log(static_cast<double>(sizes[i])), time = std::log(std::max(seconds[i], 1e-9));
    x += size, y += time, xx += size * size, xy += size * time;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

class Growth {
 public:
  explicit Growth(const Options& options) : options_(options) {}

  void measure(const std::string& name, const std::vector<std::size_t>& sizes,
               const std::function<double(std::size_t)>& seconds_for) {
    // A neighbour on the machine only ever adds, for a while: rounds over all sizes, and of each the quickest. What
    // looks steeper than it may gets more rounds, since noise goes away by them and a bad algorithm does not.
    std::vector<double> seconds(sizes.size(), std::numeric_limits<double>::max());
    double slope = 0;
    for (int again = 0; again == 0 || (slope > kMaxExponent && again < kAgain); ++again) {
      for (int round = 0; round < rounds_of(sizes.front()); ++round) {
        for (std::size_t i = 0; i < sizes.size(); ++i)
          if (round < rounds_of(sizes[i])) seconds[i] = std::min(seconds[i], seconds_for(sizes[i]));
      }
      slope = exponent(sizes, seconds);
    }
    const double rate = static_cast<double>(sizes.back()) / 1e6 / seconds.back();
    reached_ = reached_ && slope <= kMaxExponent;
    if (options_.json) {
      print_json({"exponent", name, slope, "log/log"});
      print_json({"growth", name, rate, "MB/CPU-s"});
    } else {
      std::printf("  %-14s to %5zu MB %8.1f MB/CPU-s at that size, exponent %.3f%s\n", name.c_str(),
                  sizes.back() / kPiece, rate, slope, slope <= kMaxExponent ? "" : "  NOT linear");
      std::fflush(stdout);
    }
  }
  bool reached() const { return reached_; }

 private:
  const Options& options_;
  bool reached_ = true;
};

// The most memory that a process of its own takes for a stream, in MB: this program again, with --stream. It tells it
// itself, since what wait4(2) says of a child includes what its parent had when it forked.
std::size_t peak_of_stream(std::size_t megabytes) {
  std::array<char, 64> words{};
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::FILE* pipe = ::popen(("'" + self + "' --stream " + std::to_string(megabytes)).c_str(), "r");
  if (pipe == nullptr) return 0;
  const char* line = std::fgets(words.data(), words.size(), pipe);
  ::pclose(pipe);
  return line == nullptr ? 0 : std::strtoull(line, nullptr, 10);
}

// "VmHWM:     31204 kB"
std::size_t own_peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) / 1024;
  return 0;
}

Result<std::string> stream_piece() {
  const Corpus corpus = TRY(make_corpus(4, 0));
  return corpus.mixed.substr(0, kPiece);
}

}  // namespace

int run_stream(std::size_t megabytes) {
  const auto piece = stream_piece();
  if (!piece) return 2;
  ::malloc_trim(0);  // what making the text took is not the scanner's
  std::ofstream("/proc/self/clear_refs") << "5";
  stream(*piece, megabytes * kPiece);
  std::printf("%zu\n", own_peak());
  return 0;
}

int run_linear(const Options& options) {
  const auto made = stream_piece();
  if (!made) {
    std::printf("skipped: %s: %s\n", made.error().message.c_str(), made.error().where.c_str());
    return 0;
  }
  const std::string& piece = *made;
  if (!options.json) std::printf("\nhow time grows (exponent 1 is linear, at most %.1f is asked for)\n", kMaxExponent);
  const std::size_t largest = options.quick ? 16 : 4096;
  const std::size_t peak = peak_of_stream(options.quick ? 64 : 1024);
  std::vector<std::size_t> sizes;
  for (std::size_t mb = 1; mb <= largest; mb *= 4) sizes.push_back(mb * kPiece);
  Growth growth(options);
  growth.measure("mixed", sizes, [&](std::size_t size) { return stream(piece, size); });
  while (sizes.size() > (options.quick ? 2u : 4u)) sizes.pop_back();
  for (const Adversary& one : adversaries()) {
    const std::string text = repeated(one.unit, kPiece);
    growth.measure(one.name, sizes, [&](std::size_t size) { return stream(text, size); });
  }
  // Fresh pages cost more than the scan of what goes into them, and only large documents would get them.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  for (const Document& one : documents()) {  // whole ones, up to the length past which they are read as text
    const std::string text = one.head + repeated(one.unit, 4 * kPiece - one.head.size());
    growth.measure(one.name, {kPiece, 2 * kPiece, 3 * kPiece, 4 * kPiece}, [&](std::size_t size) {
      const std::string_view part = std::string_view(text).substr(0, size);
      return time_of([&] {
        std::uint64_t count = 0;
        scan_document(part, document_form(part), {}, [&](const Find&) { ++count; });
      });
    });
  }
  if (options.json)
    print_json({"memory", "stream", static_cast<double>(peak), "MB"});
  else
    std::printf("  peak memory of a stream: %zu MB (at most %zu; this process with its tables counts)\n", peak,
                kMaxMegabytes);
  return growth.reached() && peak <= kMaxMegabytes ? 0 : 1;
}

}  // namespace cordon::bench
