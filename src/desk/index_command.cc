#include "desk/index_command.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <unordered_map>

#include "base/digest.h"
#include "base/files.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "desk/files_below.h"
#include "desk/index_hits.h"
#include "desk/own_list.h"
#include "desk/scan_output.h"
#include "desk/settings.h"
#include "law/matter.h"
#include "match/export.h"
#include "match/generation.h"
#include "match/index_builder.h"
#include "match/never.h"
#include "match/sources.h"
#include "match/traffic.h"

namespace cordon {
namespace {

constexpr std::size_t kLargestList = std::size_t{256} << 20;

void print(const std::string& text) { static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout)); }

// One object of --json, or a line for people, in which no address can be clicked.
void say(const Typed& typed, const Json& json, const std::string& text) {
  print(typed.json ? to_text(json) + "\n" : unclickable(text) + "\n");
}

std::vector<std::string> texts(const Json& arguments, std::string_view key) {
  std::vector<std::string> all;
  const Json* list = arguments.find(key);
  if (list == nullptr || list->array() == nullptr) return all;
  for (const Json& one : *list->array()) all.push_back(one.string() != nullptr ? *one.string() : std::string());
  return all;
}

Result<Day> today_of(const Json& arguments) {
  if (const std::string day = arguments.text_or("as_of"); !day.empty()) return parse_day(day);
  return Day::of(SystemClock().now());
}

Result<std::shared_ptr<const Generation>> open_index(const Typed& typed, const std::string& path) {
  std::optional<PublicKey> key;
  if (const std::string signed_by = typed.arguments.text_or("signed_by"); !signed_by.empty())
    key = TRY(parse_public_key(signed_by));
  return Generation::open(path, key);
}

// A folder that readers follow (match/generation.h), and no file.
bool is_index_folder(const std::string& path) { return path.ends_with('/') || is_folder(path); }
std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string about(const Entry& entry) {
  std::string text =
      (entry.kind ? std::string(name(*entry.kind)) : std::string("cidr")) + " " + printable(entry.canonical, 2100);
  if (entry.withdrawn)
    return text + "  taken back by " + (entry.source.empty() ? std::string("all") : printable(entry.source, 80));
  if (entry.reach != Reach::Exact) text += " (" + std::string(name(entry.reach)) + ")";
  text += "  " + std::string(name(entry.standing));
  if (entry.category) text += ", " + std::string(name(*entry.category));
  text += ", " + printable(entry.source, 80) + ", " + entry.added.text() + " to " + entry.valid_until.text();
  if (!entry.id.empty()) text += ", " + printable(entry.id, 80);
  return text;
}

// ── build ──

// The key that signs indexes: given, the desk's, or one beside the index. Made when it is first needed.
Result<SecretKey> signing_key(const Typed& typed, const std::string& out, Random& random) {
  const Paths paths(typed.desk);
  std::string file = typed.arguments.text_or("key");
  if (file.empty()) file = exists(paths.settings()) ? paths.keys() + "/index.key" : without_slash(out) + ".key";
  if (!exists(file)) {
    std::string seed = to_hex(SecretKey::generate(random).seed());
    const Result<Nothing> written = write_file(file, seed, 0600);
    wipe(seed);
    if (!written) return written.error();
  }
  std::string hex = TRY(read_file(file, 1024));
  auto seed = from_hex(trim(hex));
  wipe(hex);
  if (!seed) return fail(Fault::Malformed, "a signing key is 64 hex digits", file);
  return SecretKey::from_seed(*seed);
}

Result<IndexPublisher> open_publisher(const Typed& typed, const std::string& folder, Random& random,
                                      const Clock& clock) {
  SecretKey key = TRY(signing_key(typed, folder, random));
  return IndexPublisher::open(without_slash(folder), std::move(key), random, clock);
}

Result<NeverList> never_list_of(const Json& arguments) {
  NeverList list = NeverList::bundled();
  for (const std::string& file : texts(arguments, "never")) TRY(list.add(TRY(read_file(file, kLargestList)), file));
  for (const std::string& file : texts(arguments, "guard"))
    TRY(list.add_guarded(TRY(read_file(file, kLargestList)), file));
  if (arguments.find("demo") != nullptr) list.allow_reserved();
  return list;
}

Result<SourceTerms> terms_of(const Json& arguments) {
  SourceTerms terms{
      .source = arguments.text_or("source"), .today = TRY(today_of(arguments)), .id = arguments.text_or("case")};
  if (const std::string category = arguments.text_or("category"); !category.empty()) {
    const Matter matter = TRY(parse_matter(category));
    if (matter.category() == nullptr) return fail(Fault::Refused, "an exposure is never indexed (amendment 8)");
    terms.category = *matter.category();
  }
  if (arguments.find("active") != nullptr) terms.standing = Standing::Active;
  terms.below = arguments.find("below") != nullptr;
  if (const std::string tlp = arguments.text_or("tlp"); !tlp.empty()) terms.tlp = TRY(parse_tlp(tlp));
  if (const std::string pap = arguments.text_or("pap"); !pap.empty()) terms.pap = TRY(parse_pap(pap));
  if (const std::string until = arguments.text_or("valid_until"); !until.empty())
    terms.valid_until = TRY(parse_day(until));
  const std::int64_t confidence = arguments.number_or("confidence", 50);
  if (confidence < 0 || confidence > 100) return fail(Fault::Usage, "--confidence takes 0 to 100");
  terms.confidence = static_cast<int>(confidence);
  terms.withdrawn = arguments.find("withdraw") != nullptr;
  return terms;
}

// Reads what was named and keeps what may stand in an index.
class Lists {
 public:
  using Keep = std::function<Result<Nothing>(const ListedIndicator&)>;

  static Result<Lists> of(const Typed& typed, Keep keep) {
    SourceTerms terms = TRY(terms_of(typed.arguments));
    NeverList never_list = TRY(never_list_of(typed.arguments));
    Lists lists(typed, std::move(never_list), std::move(terms), std::move(keep));
    if (const auto files = texts(typed.arguments, "sample"); !files.empty()) {
      lists.sample_.emplace(
          static_cast<std::uint64_t>(std::max<std::int64_t>(typed.arguments.number_or("most_hits", 10), 0)));
      for (const std::string& file : TRY(files_below(files))) TRY(lists.sample_->add(file));
    }
    return lists;
  }

  // Every list that was typed. NotFound, or what is wrong with the first file, if nothing of it may be kept.
  Result<Nothing> read() {
    const bool from_desk = typed_.arguments.find("from_desk") != nullptr;
    if (typed_.paths.empty() && !from_desk)
      return fail(Fault::Usage, "no list to build from: name files or folders, or give --from-desk");
    for (const std::string& file : TRY(files_below(typed_.paths))) TRY(add_list(file));
    if (from_desk) TRY(add_desk());
    if (taken_ > 0) return Nothing{};
    if (!typed_.json) print_counts();
    if (first_bad_) return *first_bad_;
    return fail(Fault::NotFound, "nothing of it may stand in an index, so none was written");
  }

  Json counts() const {
    Json::Object refused;
    for (const auto& [reason, count] : refused_)
      refused[std::string(name(reason))] = Json(static_cast<std::int64_t>(count));
    return Json::Object{{"offers", static_cast<std::int64_t>(offers_)},
                        {"taken", static_cast<std::int64_t>(taken_)},
                        {"expired", static_cast<std::int64_t>(expired_)},
                        {"unreadable", static_cast<std::int64_t>(unreadable_)},
                        {"files_refused", static_cast<std::int64_t>(bad_files_)},
                        {"refused", std::move(refused)}};
  }
  void print_counts() const {
    print(std::to_string(offers_) + " offers: " + std::to_string(taken_) + " taken, " + std::to_string(unreadable_) +
          " not readable, " + std::to_string(expired_) + " expired\n");
    for (const auto& [reason, count] : refused_)
      print("  " + std::to_string(count) + " refused as " + std::string(name(reason)) + ": " +
            std::string(cordon::about(reason)) + "\n");
  }

 private:
  Lists(const Typed& typed, NeverList never_list, SourceTerms terms, Keep keep)
      : typed_(typed),
        never_list_(std::move(never_list)),
        terms_(std::move(terms)),
        keep_(std::move(keep)),
        each_(typed.arguments.find("each") != nullptr) {}

  Result<Nothing> add_list(const std::string& path) {
    std::string beginning;
    if (path != "-") {
      const Fd fd = TRY(open_file(path, O_RDONLY));
      beginning.resize(16384);
      const ssize_t got = ::read(fd.get(), beginning.data(), beginning.size());
      beginning.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    const std::string given = typed_.arguments.text_or("format");
    const SourceFormat format = given.empty() ? guess_source_format(path, beginning) : TRY(parse_source_format(given));
    SourceTerms terms = terms_;
    const std::string file = path.substr(path.rfind('/') + 1);
    if (terms.source.empty() && !terms.withdrawn)
      terms.source = path == "-" ? "standard input" : file.substr(0, file.rfind('.'));
    const Result<Nothing> done = read_source(format, path, [&](const Offer& offer) -> Result<Nothing> {
      ++offers_;
      return take(path, offer, admit(offer, terms, never_list_, sample_ ? &*sample_ : nullptr));
    });
    // A file that is no list at all does not stop the others, unless it is the only one.
    if (!done && done.error().fault != Fault::Malformed) return done.error();
    if (!done) {
      ++bad_files_;
      if (!first_bad_) first_bad_ = done.error();
      if (!typed_.json)
        std::fprintf(stderr, "cordon: %s: %s\n", printable(path, 300).c_str(), printable(done.error().message).c_str());
    }
    return Nothing{};
  }

  Result<Nothing> add_desk() {
    for (const OwnIndicator& one : TRY(own_indicators(Paths(typed_.desk)))) {
      SourceTerms terms = terms_;
      terms.source = one.source;
      terms.standing = one.active ? Standing::Active : Standing::Reference;
      terms.category = one.category;
      Offer offer;
      offer.place = ++offers_;
      offer.value = one.observable.canonical();
      offer.kind = one.observable.kind();
      offer.added = Day::of(one.added).text();
      offer.valid_until = Day::of(one.until).text();
      offer.id = one.id;
      offer.tlp = name(one.tlp);
      offer.pap = name(one.pap);
      TRY(take("desk", offer, admit(offer, terms, never_list_, sample_ ? &*sample_ : nullptr)));
    }
    return Nothing{};
  }

  Result<Nothing> take(const std::string& path, const Offer& offer, const Admission& answer) {
    if (const auto* indicator = std::get_if<ListedIndicator>(&answer)) {
      TRY(keep_(*indicator));
      ++taken_;
      return Nothing{};
    }
    std::string outcome = "expired", why;
    if (const auto* refused = std::get_if<Refused>(&answer)) {
      ++refused_[refused->reason];
      outcome = "refused";
      why = std::string(name(refused->reason)) + ", " + refused->by;
    } else if (const auto* error = std::get_if<Error>(&answer)) {
      ++unreadable_;
      outcome = error->fault == Fault::Refused ? "refused" : "malformed";
      why = error->message;
    } else {
      ++expired_;
      why = "on " + std::get<Expired>(answer).on.text();
    }
    if (!each_) return Nothing{};
    const std::string place = path + ":" + std::to_string(offer.place);
    say(typed_,
        Json::Object{{"file", path},
                     {"place", static_cast<std::int64_t>(offer.place)},
                     {"value", printable(offer.value, 2100)},
                     {"outcome", outcome},
                     {"why", why}},
        place + ": " + outcome + ": " + printable(offer.value) + " (" + why + ")");
    return Nothing{};
  }

  const Typed& typed_;
  NeverList never_list_;
  SourceTerms terms_;
  std::optional<TrafficSample> sample_;
  Keep keep_;
  bool each_;
  std::map<Refusal, std::uint64_t> refused_;
  std::uint64_t offers_ = 0, taken_ = 0, expired_ = 0, unreadable_ = 0, bad_files_ = 0;
  std::optional<Error> first_bad_;
};

// A text, a log or folders of them, against an index that nobody has put in force.
Result<Nothing> try_out(const Typed& typed, const std::string& index, const std::vector<std::string>& files,
                        Day today) {
  const IndexHits hits = TRY(IndexHits::open(index, "", today));
  std::uint64_t finds = 0, matched = 0;
  std::map<std::string, std::uint64_t> entries;
  for (const std::string& file : TRY(files_below(files))) {
    const Fd fd = file == "-" ? Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3)) : TRY(open_file(file, O_RDONLY));
    const auto sink = [&](const Find& find) {
      if (find.has(FindFlag::InsideUrl)) return;
      ++finds;
      const std::vector<Hit> found = std::move(hits.of(std::span(&find, 1)).front());
      if (!found.empty()) ++matched;
      for (const Hit& hit : found) {
        if (++entries[about(hit.entry)] > 1) continue;
        say(typed, show(hit).set("file", file).set("offset", static_cast<std::int64_t>(find.offset)),
            file + ": " + printable(hit.asked, 2100) + "  " + in_a_line(hit));
      }
    };
    Scanner scanner({}, sink);
    std::string piece(std::size_t{1} << 20, '\0');
    for (;;) {
      const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("cannot read", errno, file);
      if (got == 0) break;
      scanner.feed(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    }
    scanner.finish();
  }
  say(typed,
      Json::Object{{"finds", static_cast<std::int64_t>(finds)},
                   {"matched", static_cast<std::int64_t>(matched)},
                   {"entries", entries.size()}},
      std::to_string(matched) + " of " + std::to_string(finds) + " finds would have matched, by " +
          std::to_string(entries.size()) + " entries; nothing was written");
  return Nothing{};
}

// What became of the lists, and what readers have now.
void say_published(const Typed& typed, const Lists& lists, const std::string& path, const Generation& now) {
  const IndexInfo& info = now.newest().info();
  std::uint64_t entries = now.base().info().total;
  std::string change;
  Json json = lists.counts();
  json.set("index", path)
      .set("bytes", static_cast<std::int64_t>(info.file_bytes))
      .set("generation", static_cast<std::int64_t>(now.number()))
      .set("set", info.set.hex())
      .set("signed_by", to_base64(info.key));
  if (now.change() != nullptr) {
    json.set("changes", static_cast<std::int64_t>(info.total));
    change = " and " + std::to_string(info.total) + " changes";
  }
  json.set("entries", static_cast<std::int64_t>(entries));
  if (typed.json) return print(to_text(json) + "\n");
  lists.print_counts();
  print(path + ": " + std::to_string(entries) + " entries" + change + ", generation " + std::to_string(now.number()) +
        ", signed by " + to_base64(info.key) + "\n");
}

// Over an older file, which stays beside it.
Result<Nothing> write_over(const std::string& path, IndexBuilder builder, const SecretKey& key) {
  if (exists(path)) {
    const std::string previous = path + ".previous";
    ::unlink(previous.c_str());
    if (::link(path.c_str(), previous.c_str()) != 0) return system_error("cannot keep the one before", errno, previous);
  }
  TRY(builder.write(path, key));
  return Nothing{};
}

Result<Nothing> build_to_try(const Typed& typed, const std::vector<std::string>& tried) {
  std::string folder = (std::filesystem::temp_directory_path() / "cordon-index-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return system_error("cannot make a folder", errno, folder);
  const auto rest = [&]() -> Result<Nothing> {
    SystemRandom random;
    IndexBuilder builder({.made = SystemClock().now()}, random);
    Lists lists = TRY(Lists::of(typed, [&](const ListedIndicator& one) { return builder.add(one); }));
    TRY(lists.read());
    TRY(builder.write(folder + "/tried.cidx", SecretKey::generate(random)));
    if (!typed.json) lists.print_counts();
    return try_out(typed, folder + "/tried.cidx", tried, TRY(today_of(typed.arguments)));
  };
  const Result<Nothing> done = rest();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done;
}

Result<Nothing> build(const Typed& typed) {
  if (const auto tried = texts(typed.arguments, "dry_run"); !tried.empty()) return build_to_try(typed, tried);
  const std::string out = typed.arguments.text_or("out");
  if (out.empty())
    return fail(Fault::Usage, "--out says where the index goes: a file, or a folder that readers follow");
  const bool to_folder = is_index_folder(out);
  SystemRandom random;
  const SystemClock clock;
  std::uint64_t generation = 1;
  for (const std::string& before : {out, out + ".previous"})  // after a rollback the other one has the greater number
    if (!to_folder && exists(before))
      generation = std::max(generation, TRY(Index::open(before))->info().generation + 1);
  IndexBuilder builder({.made = clock.now(), .generation = generation}, random);
  Lists lists = TRY(Lists::of(typed, [&](const ListedIndicator& one) { return builder.add(one); }));
  TRY(lists.read());
  if (to_folder) {
    IndexPublisher publisher = TRY(open_publisher(typed, out, random, clock));
    TRY(publisher.replace(std::move(builder)));
  } else {
    const SecretKey key = TRY(signing_key(typed, out, random));
    TRY(write_over(out, std::move(builder), key));
  }
  const auto now = TRY(Generation::open(without_slash(out)));
  say_published(typed, lists, out, *now);
  return Nothing{};
}

// So many changes are worth a new base.
constexpr std::uint64_t kManyChanges = 50'000;

// A small change on top of what a folder holds: live in a second, while a build takes as long as its lists.
Result<Nothing> change(const Typed& typed, const std::string& folder) {
  if (!is_index_folder(folder))
    return fail(Fault::Usage, "only a folder that readers follow is changed; a file is built anew", folder);
  SystemRandom random;
  const SystemClock clock;
  std::vector<ListedIndicator> changes;
  const auto keep = [&](const ListedIndicator& one) -> Result<Nothing> {
    changes.push_back(one);
    return Nothing{};
  };
  Lists lists = TRY(Lists::of(typed, keep));
  TRY(lists.read());
  IndexPublisher publisher = TRY(open_publisher(typed, folder, random, clock));
  TRY(publisher.change(changes));
  if (publisher.changes() > kManyChanges) TRY(publisher.merge());
  const auto now = TRY(Generation::open(without_slash(folder)));
  say_published(typed, lists, folder, *now);
  return Nothing{};
}

// ── reading ──

Json about_json(const IndexInfo& about) {
  Json::Object kinds;
  for (const auto& [kind, count] : about.entries)
    if (count > 0) kinds[std::string(name(kind))] = Json(static_cast<std::int64_t>(count));
  Json json = Json::Object{{"index", about.path},
                           {"version", about.version},
                           {"made", to_rfc3339(about.made)},
                           {"generation", static_cast<std::int64_t>(about.generation)},
                           {"entries", static_cast<std::int64_t>(about.total)},
                           {"kinds", std::move(kinds)},
                           {"ranges", static_cast<std::int64_t>(about.ranges)},
                           {"withdrawn", static_cast<std::int64_t>(about.withdrawn)},
                           {"bytes", static_cast<std::int64_t>(about.file_bytes)},
                           {"hot_bytes", static_cast<std::int64_t>(about.hot_bytes)},
                           {"set", about.set.hex()},
                           {"signed_by", to_base64(about.key)}};
  if (about.base) json.set("base", about.base->hex());
  return json;
}

std::string about_text(const IndexInfo& about) {
  std::string lines;
  for (const auto& [kind, count] : about.entries)
    if (count > 0) lines += "\n  " + std::to_string(count) + " " + std::string(name(kind));
  if (about.ranges > 0) lines += "\n  " + std::to_string(about.ranges) + " ranges";
  if (about.withdrawn > 0) lines += "\n  " + std::to_string(about.withdrawn) + " withdrawn";
  return about.path + ": " + std::to_string(about.total) + " entries in " + std::to_string(about.file_bytes) +
         " bytes, generation " + std::to_string(about.generation) + ", made " + to_rfc3339(about.made) + "\n  set " +
         about.set.hex() + "\n  signed by " + to_base64(about.key) + lines;
}

Result<Nothing> info(const Typed& typed, const std::string& path) {
  const auto index = TRY(open_index(typed, path));
  say(typed, about_json(index->base().info()), about_text(index->base().info()));
  if (index->change() != nullptr) say(typed, about_json(index->change()->info()), about_text(index->change()->info()));
  return Nothing{};
}

// What was typed: in any spelling that people paste.
Result<Observable> typed_observable(const Json& arguments) {
  const std::string value = TRY(arguments.text("value"));
  if (const std::string kind = arguments.text_or("kind"); !kind.empty())
    return parse_observable(TRY(parse_observable_kind(kind)), value);
  const auto kind = kind_by_looks(trim(value));
  if (!kind) return fail(Fault::Malformed, "no kind has such a value; --kind says which it is", printable(value, 80));
  return parse_observable(*kind, value);
}

Result<Nothing> get(const Typed& typed, const std::string& path) {
  const auto index = TRY(open_index(typed, path));
  const Observable observable = TRY(typed_observable(typed.arguments));
  bool any = false;
  for (const Concerning& one : index->find(observable, TRY(today_of(typed.arguments)))) {
    if (one.state != EntryState::Valid) continue;
    any = true;
    say(typed, entry_json(one.entry).set("match", name(one.match)),
        about(one.entry) + ", " + std::string(name(one.match)));
  }
  if (any) return Nothing{};
  return fail(Fault::NotFound, "nothing in this index names it", defang(observable));
}

void say_refused(const Typed& typed, const std::string& what, const Refused& refused) {
  say(typed,
      Json::Object{{"would_be", "refused"},
                   {"for", what},
                   {"reason", name(refused.reason)},
                   {"by", refused.by},
                   {"about", about(refused.reason)}},
      "may not stand in an index " + what + ": " + std::string(name(refused.reason)) + " (" + printable(refused.by) +
          "): " + std::string(about(refused.reason)));
}

// Which entries concern a value and why each does or does not answer, and what the never-list says of it.
Result<Nothing> explain(const Typed& typed, const std::string& path) {
  const auto index = TRY(open_index(typed, path));
  const NeverList never_list = TRY(never_list_of(typed.arguments));
  const std::string value = TRY(typed.arguments.text("value"));
  const auto observable = typed_observable(typed.arguments);
  if (!observable) {
    const ObservableKind kind = kind_by_looks(trim(value)).value_or(ObservableKind::Domain);
    if (const auto refused = refused_text(kind, value)) {
      say_refused(typed, "at all", *refused);
      return Nothing{};
    }
    return observable.error();
  }
  say(typed, Json::Object{{"value", observable->canonical()}, {"kind", name(observable->kind())}},
      std::string(name(observable->kind())) + " " + observable->canonical());
  const auto all = index->find(*observable, TRY(today_of(typed.arguments)));
  bool answered = false;
  for (const Concerning& one : all) {
    const bool valid = one.state == EntryState::Valid;
    const std::string why = valid && !answered ? "answers" : valid ? "also concerns it" : std::string(name(one.state));
    answered = answered || valid;
    say(typed,
        entry_json(one.entry)
            .set("match", name(one.match))
            .set("state", name(one.state))
            .set("answers", why == "answers"),
        "  " + why + " (" + std::string(name(one.match)) + "): " + about(one.entry));
  }
  if (all.empty())
    say(typed, Json::Object{{"entries", 0}},
        "  no entry names it, a name above it, a path above it or a range around it");
  if (const auto refused = never_list.judge(*observable)) {
    say_refused(typed, "as a whole", *refused);
  } else if (const auto guarded = never_list.guarded(*observable)) {
    say_refused(typed, "but as a reference of C01, C02 or C05", *guarded);
  }
  return Nothing{};
}

Result<Nothing> verify(const Typed& typed, const std::string& path) {
  const auto index = TRY(open_index(typed, path));
  TRY(index->verify());
  const IndexInfo& about = index->newest().info();
  say(typed,
      Json::Object{{"verified", true},
                   {"index", path},
                   {"entries", static_cast<std::int64_t>(about.total)},
                   {"set", about.set.hex()},
                   {"signed_by", to_base64(about.key)}},
      path + ": every byte is as it was signed by " + to_base64(about.key));
  return Nothing{};
}

Result<Nothing> diff(const Typed& typed) {
  if (typed.paths.size() != 2) return fail(Fault::Usage, "two indexes are compared: the old one and the new one");
  const auto old_index = TRY(open_index(typed, typed.paths[0]));
  const auto new_index = TRY(open_index(typed, typed.paths[1]));
  // What an entry is about and who says so; the rest may change.
  const auto key_of = [](const Entry& entry) {
    return (entry.kind ? std::string(name(*entry.kind)) : std::string("cidr")) + "\n" + entry.canonical + "\n" +
           std::string(name(entry.reach)) + "\n" + entry.source + "\n" + entry.id;
  };
  std::unordered_map<std::string, Digest> before;
  TRY(old_index->for_each([&](const Entry& entry) -> Result<Nothing> {
    before.insert_or_assign(key_of(entry), sha256(to_text(entry_json(entry))));
    return Nothing{};
  }));
  std::map<std::string, std::int64_t> counts{{"added", 0}, {"changed", 0}, {"removed", 0}};
  const auto line = [&](const std::string& change, const Entry& entry) {
    ++counts[change];
    if (!typed.quiet) say(typed, entry_json(entry).set("change", change), change + "  " + about(entry));
  };
  TRY(new_index->for_each([&](const Entry& entry) -> Result<Nothing> {
    const auto found = before.find(key_of(entry));
    if (found == before.end()) {
      line("added", entry);
    } else {
      if (found->second != sha256(to_text(entry_json(entry)))) line("changed", entry);
      before.erase(found);
    }
    return Nothing{};
  }));
  TRY(old_index->for_each([&](const Entry& entry) -> Result<Nothing> {
    if (before.contains(key_of(entry))) line("removed", entry);
    return Nothing{};
  }));
  say(typed, Json::Object{{"added", counts["added"]}, {"changed", counts["changed"]}, {"removed", counts["removed"]}},
      std::to_string(counts["added"]) + " added, " + std::to_string(counts["changed"]) + " changed, " +
          std::to_string(counts["removed"]) + " removed");
  return Nothing{};
}

Result<Nothing> export_files(const Typed& typed, const std::string& path) {
  const auto index = TRY(open_index(typed, path));
  const ExportFormat format = TRY(parse_export_format(TRY(typed.arguments.text("format"))));
  const std::string folder = TRY(typed.arguments.text("out"));
  TRY(make_folder(folder));
  std::map<std::string, Fd> files;
  const Result<ExportCounts> done = export_index(
      *index, format, TRY(today_of(typed.arguments)), index->newest().info().made,
      [&](std::string_view file, std::string_view bytes) -> Result<Nothing> {
        const std::string name = folder + "/" + std::string(file);
        auto at = files.find(name);
        if (at == files.end())
          at = files.emplace(name, TRY(open_file(name + ".part", O_WRONLY | O_CREAT | O_TRUNC, 0644))).first;
        return write_all(at->second.get(), bytes, name);
      });
  Json::Array names;
  for (auto& [name, fd] : files) {
    const std::string part = name + ".part";
    fd.close();
    if (!done) {
      ::unlink(part.c_str());
    } else if (::rename(part.c_str(), name.c_str()) != 0) {
      return system_error("cannot write", errno, name);
    }
    names.emplace_back(name);
  }
  if (!done) return done.error();
  Json::Object withheld;
  std::string text;
  for (const auto& [why, count] : done->withheld) {
    withheld[std::string(name(why))] = Json(static_cast<std::int64_t>(count));
    text += ", " + std::to_string(count) + " withheld as " + std::string(name(why));
  }
  say(typed,
      Json::Object{{"files", std::move(names)},
                   {"written", static_cast<std::int64_t>(done->written)},
                   {"left_out", static_cast<std::int64_t>(done->left_out)},
                   {"withheld", std::move(withheld)}},
      folder + ": " + std::to_string(done->written) + " written, " + std::to_string(done->left_out) +
          " of no kind that it knows" + text);
  return Nothing{};
}

Result<Nothing> roll_back_file(const std::string& path, const std::string& previous) {
  if (::syscall(SYS_renameat2, AT_FDCWD, previous.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0)
    return system_error("cannot go back", errno, path);
  return sync_folder(std::filesystem::absolute(path).parent_path().string());
}

// Puts the one before in force again, and keeps this one as the one before. A reader sees the one or the other.
Result<Nothing> roll_back(const Typed& typed, const std::string& path) {
  std::string went;
  if (is_index_folder(path)) {
    SystemRandom random;
    const SystemClock clock;
    IndexPublisher publisher = TRY(open_publisher(typed, path, random, clock));
    TRY(publisher.roll_back());
    went = path + " has what it had before, as generation ";
  } else {
    const std::string previous = path + ".previous";
    if (!exists(previous)) return fail(Fault::NotFound, "there is no index before this one", previous);
    TRY(TRY(open_index(typed, previous))->verify());
    TRY(roll_back_file(path, previous));
    went = path + " has what " + previous + " had, and the other way round; generation ";
  }
  const auto now = TRY(open_index(typed, without_slash(path)));
  say(typed,
      Json::Object{{"index", path},
                   {"generation", static_cast<std::int64_t>(now->number())},
                   {"set", now->newest().info().set.hex()}},
      went + std::to_string(now->number()));
  return Nothing{};
}

}  // namespace

Result<Nothing> index_command(const Typed& typed) {
  const std::string word = typed.command.substr(typed.command.find(' ') + 1);
  if (word == "build") return build(typed);
  if (word == "diff") return diff(typed);
  const std::string path = TRY(typed.arguments.text("index"));
  if (word == "info") return info(typed, path);
  if (word == "get") return get(typed, path);
  if (word == "explain") return explain(typed, path);
  if (word == "verify") return verify(typed, path);
  if (word == "export") return export_files(typed, path);
  if (word == "change") return change(typed, path);
  if (word == "rollback") return roll_back(typed, path);
  return fail(Fault::Usage, "there is no command '" + typed.command + "'");
}

}  // namespace cordon
