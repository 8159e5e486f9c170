// How `cordon scan` says where a find stands and what it is: pure parts, from bytes to text.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "desk/index_hits.h"
#include "match/never.h"
#include "observable/scan.h"

namespace cordon {

struct LineAndColumn {
  std::uint64_t line = 1, column = 1;  // characters, not bytes
  auto operator<=>(const LineAndColumn&) const = default;
};

// The last bytes of a text that is read once, however long it is, and where lines begin in it. Finds come late (the
// scanner waits for what may follow them), so some bytes behind the newest are kept.
class Window {
 public:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;  // what is read at a time
  // Bytes that stay, at least. More than the scanner holds back (read_wish() gives it half of that), or a place would
  // be lost.
  static constexpr std::size_t kKept = std::size_t{1} << 18;

  explicit Window(bool with_places) : with_places_(with_places) {}

  // Where the next bytes go, and then how many came: what is added, as the text that the scanner is fed.
  std::span<char> room();
  std::string_view add(std::size_t bytes);
  // Makes space for `bytes` in all, none of which is forgotten until then.
  void widen(std::size_t bytes);

  std::uint64_t begin() const { return begin_; }  // offset of the first byte that is still there
  std::uint64_t end() const { return begin_ + used_; }
  // The bytes of [from, to), as far as they are still there.
  std::string_view slice(std::uint64_t from, std::uint64_t to) const;
  // Of the byte at `offset`. Cheap where offsets grow.
  LineAndColumn place(std::uint64_t offset);

 private:
  void count_to(std::uint64_t offset);
  bool with_places_;
  std::unique_ptr<char[]> bytes_;  // what was not read is not touched
  std::size_t size_ = kKept + kPiece;
  std::uint64_t begin_ = 0;
  std::size_t used_ = 0;
  std::uint64_t counted_ = 0;  // `at_` is the place of this byte
  LineAndColumn at_;
};

// Whether a list of what nobody should report has an entry for it: of its own, of its host or of a name above that.
bool never_listed(const NeverList& list, const Find& find);

enum class ScanFormat { Text, Table, Json, Csv };
enum class Rewrite { No, Defang, Refang };

// What was asked for on the command line.
struct ScanWish {
  ScanOptions options;
  ScanFormat format = ScanFormat::Text;
  Rewrite rewrite = Rewrite::No;
  bool raw = false;  // mail and pages too are read as plain text
  bool only_defanged = false;
  bool unique = false;
  bool count = false;
  std::size_t context = 0;  // characters around a find
  std::size_t threads = 0;  // 0: as many as the machine has
  std::string never_list;   // a file
  std::string index;        // a file: what it says of each find
  std::string signed_by;    // who must have signed it
  bool only_hits = false;   // nothing but what the index names
};
// Usage says which option is wrong and what it takes.
Result<ScanWish> read_wish(const Json& arguments, bool json, bool terminal);

struct ScanRow {
  std::string_view file;
  const Find& find;
  LineAndColumn place;
  bool never_listed = false;
  std::string_view context = {};
  std::span<const Hit> hits = {};
};
// One row in a format, its line end with it.
void append_row(std::string& out, const ScanRow& row, const ScanWish& wish);
std::string first_row(const ScanWish& wish);  // the header of CSV; else nothing

// What stands within `characters` before and behind [from, from + length), in its line.
std::string_view around(std::string_view text, std::size_t from, std::size_t length, std::size_t characters);

// A find as --defang and --refang write it; as it stands where there is nothing to change.
std::string rewritten(const Find& find, Rewrite how);
// A text with every address in it broken so that nobody reaches it by a click.
std::string unclickable(std::string_view text);

}  // namespace cordon
