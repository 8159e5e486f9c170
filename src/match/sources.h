// Lists of indicators as others publish them, read line by line: what each says is an offer, and admit() answers it.
// A bad line costs itself, with its place and the reason, and never the rest. Nothing is looked up for a line: no
// address of a name, no redirect, nothing that its owner could turn against somebody else (reliability F7).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "match/indicator.h"
#include "match/never.h"
#include "match/traffic.h"

namespace cordon {

enum class SourceFormat : std::uint8_t {
  Csv,            // with a header: value, kind, reach, standing, category, source, tlp, pap, confidence, added, …
  List,           // one a line, "#" for comments; a hosts file too
  Misp,           // MISP feed JSON: events with attributes, or attributes alone
  Stix,           // a STIX 2.1 bundle: patterns, and objects that are observables themselves
  Maltrail,       // a trail of Maltrail: names with all below them, addresses with or without a port, paths
  EthPhishing,    // config.json of eth-phishing-detect: its blacklist
  SignatureBase,  // signature-base's IOC files: "hash;comment"
};
std::string_view name(SourceFormat format);  // "csv", "list", "misp", …
Result<SourceFormat> parse_source_format(std::string_view text);
// By the file's name and its first bytes.
SourceFormat guess_source_format(std::string_view path, std::string_view beginning);

// One line, attribute or object. What it does not say is empty.
struct Offer {
  std::uint64_t place = 0;  // the line, or the number of the object, from 1
  std::string value;        // as it stands there
  std::optional<ObservableKind> kind;
  std::string reach, standing, category, source, tlp, pap, confidence, added, valid_until, id;
  std::optional<Error> broken = {};  // it could not even be read
};
using EachOffer = std::function<Result<Nothing>(const Offer&)>;  // an error of it ends the reading

// Lists by lines are streamed in constant memory; JSON is read whole, at most kLargestJsonSource. An error is about the
// file: that it cannot be read, is no such format, or what `each` gave.
inline constexpr std::size_t kLargestJsonSource = std::size_t{256} << 20;
Result<Nothing> read_source(SourceFormat format, const std::string& path, const EachOffer& each);

// What holds of a whole list where a line does not say it.
struct SourceTerms {
  std::string source;
  std::optional<Category> category = {};
  Standing standing = Standing::Reference;
  bool below = false;  // domains are listed with every name below them
  std::optional<Tlp> tlp = {};
  std::optional<Pap> pap = {};
  int confidence = 50;
  Day today;                            // when a line without a date was added
  std::optional<Day> valid_until = {};  // else the longest life of charter 4.4 from the day it was added
  std::string id = {};                  // the case
  bool withdrawn = false;               // each line takes back what its source said; of an empty source, what any did
};

struct Expired {
  Day on;
};
using Admission = std::variant<ListedIndicator, Refused, Expired, Error>;

// One offer, from text to an indicator that an index may hold: its kind, the category's rules and longest life (charter
// 4.4), the labels no lower than the category's, the never-list, the sample of ordinary traffic.
Admission admit(const Offer& offer, const SourceTerms& terms, const NeverList& never_list, const TrafficSample* sample);

// The kind that a text is of by its looks; nothing where it is none that a list names bare.
std::optional<ObservableKind> kind_by_looks(std::string_view text);

}  // namespace cordon
