// Reports come in here, in any of the formats that a desk receives, and leave as sightings. One file, mail
// or post is one batch of records; each record ends accepted, refused or quarantined, with its reason.
// (Whether an accepted one is a duplicate only the desk's record can say.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "law/matter.h"
#include "observable/sighting.h"
#include "report/profile.h"

namespace cordon {

// What a column of a CSV file means. Written by operators in TOML, handed over as JSON:
//   {"kind": "domain", "value": "host", "seen_at": "first_seen", "category": "", "token": "id", "delimiter": ","}
// Each member but "kind" names a column; `category_column` may be empty when the batch has one matter.
struct CsvProfile {
  ObservableKind kind = ObservableKind::Url;
  std::string value_column;
  std::string seen_at_column, category_column, token_column, port_column;
  char delimiter = ',';
};
Result<CsvProfile> read_csv_profile(const Json& settings);

// Form: the place in the first line and the story below it, as a person typed them; no bytes look like it. Feed: as a
// feed's profile says (report/profile.h).
enum class Format { Csv, JsonLines, JsonDocument, Mail, List, Text, Form, Feed };

bool is_source_name(std::string_view name);  // [a-z0-9._-]{1,64}
// Channels that people report through, and what a person gives in without naming a source.
inline constexpr std::string_view kPublicForm = "public-form", kByHand = "by-hand";

struct Incoming {
  std::string source;            // the feed's or channel's name, [a-z0-9._-]{1,64}
  std::string file_name;         // for the format's sake only (".eml", ".csv", …)
  std::optional<Matter> matter;  // what the sender of the whole batch says it is about
  std::optional<CsvProfile> profile;
  Instant received_at;                   // records seen later than this (plus a day) are refused
  std::optional<Format> format = {};     // where the channel says it
  std::string machine = {};              // the name of the machine's key that it comes with; empty: no machine's
  std::optional<FeedProfile> feed = {};  // how the records of this feed are read
  Json given = Json::Object{};           // what the operator says of all of them, by the names of events
};
// Before a source's name, as a machine: the desk fetched it by itself over the net (desk/sources.h). No key is called
// so.
inline constexpr std::string_view kPolledMachine = "poll:";

// The format that the channel gives, else from the first bytes and the name. Refused or Malformed for what we don't
// take: archives and compressed files ("unpack it first"), UTF-16, binary.
Result<Format> recognise(const Incoming& incoming, std::string_view bytes);

enum class Outcome { Accepted, Refused, Quarantined };
struct ReadRecord {
  std::size_t position = 0;  // 1 for the first record of the file (a CSV header does not count); each report of a mail,
                             // and each event that a feed's profile makes of one, is a record of its own
  Outcome outcome = Outcome::Refused;
  std::string code;    // why not: a refused-list name ("copyright"), "malformed", "no_observable", "not_held", …; empty
                       // if accepted
  std::string reason;  // one line for the sender, safe to print, empty if accepted
  std::string token;   // the feed's item id or the Message-ID; empty when the format has none
  Digest content;  // SHA-256 of the record's bytes as they came; of several in one mail, of its digest and their order;
                   // where a profile makes several of one, of what each says
  std::optional<Sighting> sighting;    // exactly when accepted
  std::size_t offset = 0, length = 0;  // where in the batch what it was read from stands; reports of one mail share it
  bool of_several = false;             // one of the reports that a program put into one mail
  std::string kept;                    // what the desk may store of an accepted record: redacted, no attachments, UTF-8
};

// Reads a whole batch in a confined worker. A broken record never takes its neighbours with it. An error
// speaks of the batch as a whole (not a format of ours, over 256 MiB, no matter given where one is needed).
Result<std::vector<ReadRecord>> read_batch(const Incoming& incoming, std::string_view bytes);

}  // namespace cordon
