#include "desk/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "base/text.h"
#include "desk/exit_code.h"
#include "desk/shapes.h"

namespace cordon {

namespace {

// One subcommand of ours: its words, what it is for, an example, and its options.
class Line {
 public:
  Line(CLI::App& parent, const std::string& word, const std::string& purpose, const std::string& example, Typed& typed,
       const std::string& command)
      : app_(parent.add_subcommand(word, purpose)), typed_(typed) {
    app_->fallthrough();
    app_->footer("Example:\n  " + example);
    app_->final_callback([this, command] {
      typed_.command = command;
      for (const std::string& key : lists_) {
        if (typed_.arguments.find(key) == nullptr) typed_.arguments.set(key, Json::Array{});
      }
    });
  }
  Line& text(const std::string& key, const std::string& spelling, const std::string& help, bool required = true) {
    app_->add_option_function<std::string>(
            spelling, [this, key](const std::string& value) { typed_.arguments.set(key, value); }, help)
        ->required(required);
    return *this;
  }
  Line& number(const std::string& key, const std::string& spelling, const std::string& help) {
    app_->add_option_function<std::int64_t>(
        spelling, [this, key](const std::int64_t& value) { typed_.arguments.set(key, value); }, help);
    return *this;
  }
  Line& list(const std::string& key, const std::string& spelling, const std::string& help, bool required) {
    lists_.push_back(key);
    app_->add_option_function<std::vector<std::string>>(
            spelling,
            [this, key](const std::vector<std::string>& values) {
              typed_.arguments.set(key, Json::Array(values.begin(), values.end()));
            },
            help)
        ->required(required);
    return *this;
  }
  // The same, one value at a time, so that what follows is not taken for more of them.
  Line& repeated(const std::string& key, const std::string& spelling, const std::string& help) {
    list(key, spelling, help, false);
    app_->get_option(spelling)->allow_extra_args(false);
    return *this;
  }
  Line& flag(const std::string& key, const std::string& spelling, const std::string& help) {
    app_->add_flag_callback(spelling, [this, key] { typed_.arguments.set(key, true); }, help);
    return *this;
  }
  Line& paths(const std::string& spelling, const std::string& help, bool required = true) {
    app_->add_option(spelling, typed_.paths, help)->required(required);
    return *this;
  }
  // The officer who does it.
  Line& as() {
    app_->add_option_function<std::string>(
            "--as",
            [this](const std::string& login) {
              typed_.arguments.set("as", login);
              typed_.signer = {login, {}, {}};
            },
            "the officer who does it (login)")
        ->required();
    return totp();
  }
  Line& totp() { return text("totp", "--totp", "the officer's time code, where there is one", false); }
  // Who else does it: the admins together, or the one who countersigns.
  Line& by(const std::string& help, bool required = false) {
    app_->add_option_function<std::vector<std::string>>(
            "--by",
            [this](const std::vector<std::string>& logins) {
              for (const std::string& login : logins) typed_.by.push_back({login, {}, {}});
            },
            help)
        ->required(required);
    list("by_password_files", "--by-password-file", "their passwords, in the same order", false);
    return list("by_totp", "--by-totp", "their time codes, in the same order; - for who has none", false);
  }
  // More words below the example.
  Line& footer(const std::string& words) {
    app_->footer(app_->get_footer() + "\n" + words);
    return *this;
  }
  CLI::App* app() { return app_; }

 private:
  std::vector<std::string> lists_;  // empty when not given
  CLI::App* app_;
  Typed& typed_;
};

// Text for roff: a backslash, a hyphen and what would be a request at the start of a line.
std::string roff(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!out.empty()) out += "\n";
    if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
    out += replace_all(replace_all(std::string(line), "\\", "\\e"), "-", "\\-");
  }
  return out;
}

void add_options(std::string& page, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    page += ".TP\n\\fB" + roff(option->get_name(option->get_positional(), true)) + "\\fR\n" +
            roff(option->get_description()) + "\n";
  }
}

// The manual page of a command, from the words that its --help shows.
std::string man_page(const CLI::App& all, const CLI::App& command) {
  std::string upper = command.get_name();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string page = ".TH CORDON\\-" + roff(upper) + " 1 \"\" \"cordon 0.1.0\" \"Cordon\"\n.SH NAME\ncordon\\-" +
                     roff(command.get_name()) + " \\- " + roff(command.get_description()) +
                     "\n.SH SYNOPSIS\n\\fBcordon " + roff(command.get_name()) + "\\fR [OPTIONS]";
  for (const CLI::Option* option : command.get_options())
    if (option->get_positional()) page += " [" + roff(option->get_name(true)) + "...]";
  page += "\n.SH OPTIONS\n";
  add_options(page, command);
  page += ".SH OPTIONS OF EVERY COMMAND\n";
  add_options(page, all);
  return page + ".SH EXAMPLE AND EXIT CODES\n.nf\n" + roff(command.get_footer()) + "\n.fi\n";
}

// The line may be too wrong to be understood, and the answer is still wanted as JSON.
bool wants_json(int argc, char** argv) {
  return std::any_of(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
}

}  // namespace

int report(const Error& error, bool json) {
  if (json) {
    std::fprintf(stderr, "%s\n", to_text(Json::Object{{"error", show(error)}}).c_str());
  } else {
    const std::string where = error.where.empty() ? "" : " — " + printable(error.where, 300);
    std::fprintf(stderr, "cordon: %s%s\n", printable(error.message, 600).c_str(), where.c_str());
  }
  return outward(error.fault).exit_code;
}

std::optional<Typed> read_command_line(int argc, char** argv, int& exit_code) {
  Typed typed;
  const char* from_environment = std::getenv("CORDON_DESK");
  typed.desk = from_environment != nullptr && *from_environment != '\0' ? from_environment : "desk";

  CLI::App app("cordon: an open cyber-police desk. It asks, never blocks; docs/charter.md has its rules.", "cordon");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "cordon 0.1.0");
  app.add_option("--desk", typed.desk, "the desk's folder (else $CORDON_DESK, else ./desk)");
  app.add_flag("--json", typed.json, "one JSON object a line; errors as JSON on stderr");
  app.add_flag("--quiet", typed.quiet, "only the counts at the end");
  app.footer(
      "Exit codes: 0 done, 1 not found or a verification said no, 2 usage or environment, 3 malformed input,\n"
      "4 refused by the charter or a policy, 5 conflict, 6 unavailable (try again), 7 corrupt.\n"
      "Passwords are asked for on the terminal, or read from --password-file FILE or $CORDON_PASSWORD_FILE.");
  std::string password_file;
  app.add_option("--password-file", password_file, "where the password of --as (or of the new officer) is read from");

  std::vector<std::unique_ptr<Line>> lines;  // the callbacks point into them
  const auto line = [&](CLI::App& parent, const std::string& word, const std::string& purpose,
                        const std::string& example, const std::string& command) -> Line& {
    lines.push_back(std::make_unique<Line>(parent, word, purpose, example, typed, command));
    return *lines.back();
  };
  const auto group = [&](const std::string& word, const std::string& purpose) -> CLI::App& {
    CLI::App* sub = app.add_subcommand(word, purpose);
    sub->require_subcommand(1);
    sub->fallthrough();
    return *sub;
  };

  line(app, "scan",
       "find identifiers in any text: each URL, domain, address, hash, mailbox, wallet, account and phone number with "
       "its place, its canonical form and whether its author broke it on purpose",
       "cordon scan --kind url,domain --only-defanged --json report.txt", "scan")
      .paths("paths", "files and folders, or - for standard input, which is read if there is none", false)
      .text("kinds", "--kind", "only these kinds, e.g. url,domain,ip; a wrong one says which there are", false)
      .flag("only_defanged", "--only-defanged", R"(only what its author broke on purpose: "hxxp", "[.]")")
      .flag("unique", "--unique", "each value once, where it is first")
      .flag("count", "--count", "how many there are of each kind, and nothing else")
      .number("context", "--context", "so many characters around each, in its line")
      .flag("csv", "--csv", "CSV; no cell is a formula to a spreadsheet")
      .text("never_list", "--never-list", "a file of hosts, addresses and hashes, one a line: finds there are marked",
            false)
      .text("index", "--index",
            "an index, a file (.cidx) or a folder: each find that it names shows who says so, how sure and how old",
            false)
      .text("signed_by", "--signed-by", "only if this key signed the index (base64)", false)
      .flag("only_hits", "--only-hits", "only what the index names")
      .flag("loose", "--loose", "also what was held back (file names, version numbers, …), with the reason")
      .flag("raw", "--raw",
            "read mail, pages and archives as the bytes that they are, and not as their reader sees them")
      .flag("defang", "--defang", "write the text itself, each address broken so that nobody reaches it by a click")
      .flag("refang", "--refang", "write the text itself, each broken address made whole")
      .number("threads", "--threads", "read so many files side by side (as many as there are processors)")
      .footer(
          "Exit codes, as grep's: 0 something was found, 1 nothing was, 2 something could not be read or was\n"
          "asked for wrongly. On a terminal values are shown broken; --json and --csv have them whole.");
  CLI::App& index = group("index", "lists of indicators in one file that answers at once; it needs no desk");
  const auto reads = [](Line& of) -> Line& {
    return of.text("index", "index", "the file (.cidx), or the folder")
        .text("signed_by", "--signed-by", "only if this key signed it (base64, as `index info` prints it)", false);
  };
  const auto lists = [](Line& of) -> Line& {
    return of.paths("lists", "files and folders, or - for standard input", false)
        .text("format", "--format",
              "csv, list, misp, stix, maltrail, eth-phishing, signature-base; guessed if not given", false)
        .text("source", "--source", "who says it (else the file's name)", false)
        .text("category", "--category", "what lines without one are about, e.g. phishing or C05", false)
        .flag("active", "--active",
              "of a case of this desk in which two officers approved an act; it needs --case or a column")
        .text("case", "--case", "the case, where a line names none", false)
        .flag("below", "--below", "domains with all names below them")
        .text("tlp", "--tlp", "the lowest label, CLEAR to RED; the category's own is kept where it is stricter", false)
        .text("pap", "--pap", "likewise, CLEAR to RED", false)
        .number("confidence", "--confidence", "0 to 100 (50), where a line does not say it")
        .text("valid_until", "--valid-until",
              "the last day, where a line does not say it; never past the category's longest life", false)
        .repeated("never", "--never", "more that may not be in it: a list, or a MISP warning list; may be repeated")
        .repeated("guard", "--guard", "hosts of sensitive holders (charter 11.3), one a line; may be repeated")
        .repeated("sample", "--sample", "ordinary traffic, a log or a text: what hits much of it is held back")
        .number("most_hits", "--most-hits", "how many hits of the sample are not too much (10)")
        .flag("from_desk", "--from-desk", "what this desk has: targets of acts that were sent, and what peers list")
        .flag("each", "--each", "say of each line that is not taken why")
        .text("key", "--key", "the file of the signing key (else the desk's, else OUT.key); made if it is not there",
              false)
        .text("as_of", "--as-of", "instead of today, e.g. 2026-11-24", false)
        .flag("demo", "--demo", "a trial: names and addresses kept for documents are taken too")
        .footer(
            "A bad line costs itself. What is refused is counted by reason; `index explain` says more of one value.");
  };
  lists(line(index, "build",
             "make an index of lists: CSV, plain lists, MISP, STIX, Maltrail, eth-phishing-detect, signature-base",
             "cordon index build --out phishing.cidx --category phishing --source list-a list-a.csv", "index build"))
      .text("out", "--out",
            "the file that is made, or the folder whose readers get it; the one before stays for `index rollback`",
            false)
      .repeated("dry_run", "--dry-run", "a text or a log: say what would have matched in it, and write nothing");
  lists(line(index, "change", "add to what a folder holds, or take back: readers have it within a second",
             "cordon index change --folder index --withdraw --source list-a gone.csv", "index change"))
      .text("index", "--folder", "the folder, as `index build --out` made it")
      .flag("withdraw", "--withdraw",
            "take back what --source said of these, or what anybody did; it counts before whatever is added");
  reads(line(index, "info", "how many entries of which kinds, when made, signed by whom",
             "cordon index info phishing.cidx", "index info"));
  reads(line(index, "get", "the valid entries that concern a value",
             "cordon index get phishing.cidx 'login[.]example[.]net'", "index get"))
      .text("value", "value", "in any spelling that people paste")
      .text("kind", "--kind", "if it cannot be told by its looks", false)
      .text("as_of", "--as-of", "instead of today", false);
  reads(line(index, "explain",
             "which entries concern a value, which answers, why not, and what the never-list says of it",
             "cordon index explain phishing.cidx login.example.net", "index explain"))
      .text("value", "value", "in any spelling that people paste")
      .text("kind", "--kind", "if it cannot be told by its looks", false)
      .text("as_of", "--as-of", "instead of today", false)
      .repeated("never", "--never", "more that may not be in it; may be repeated")
      .repeated("guard", "--guard", "hosts of sensitive holders; may be repeated")
      .flag("demo", "--demo", "names and addresses kept for documents count as others");
  reads(line(index, "verify", "read every byte and check it against the signature", "cordon index verify phishing.cidx",
             "index verify"));
  line(index, "diff", "what came, went and changed between two indexes", "cordon index diff old.cidx new.cidx",
       "index diff")
      .paths("indexes", "the old one and the new one")
      .text("signed_by", "--signed-by", "only if this key signed both", false);
  reads(line(index, "export",
             "for other tools: active, unexpired entries of C01, C02, C03 and C05, each with expiry and case",
             "cordon index export phishing.cidx --format zeek --out intel", "index export"))
      .text("format", "--format", "csv, misp, stix, zeek, suricata (its rules only log)")
      .text("out", "--out", "the folder that the files go to")
      .text("as_of", "--as-of", "instead of today", false);
  reads(line(index, "rollback", "put the index before this one in force again", "cordon index rollback phishing.cidx",
             "index rollback"));

  line(app, "init", "found a desk in a new folder",
       "cordon init --desk desk --name 'CSIRT of Example' --kind csirt --address desk@csirt.example.org --origin "
       "csirt.example.org/log",
       "init")
      .text("name", "--name", "who runs it, as recipients read it")
      .text("kind", "--kind", "authority, csirt, hotline or provider; fixed for good")
      .text("address", "--address", "where notices come from and answers go")
      .text("origin", "--origin", "the public log's name; fixed for good")
      .text("database", "--database",
            "where the record is to be instead of desk.db: postgresql://… (docs/postgresql.md)", false)
      .flag("demo", "--demo", "a fictitious state with a watermark on every notice");
  line(app, "serve", "own the desk and answer on its socket and on HTTP, until Ctrl-C",
       "cordon serve --desk desk --port 8480", "serve")
      .number("port", "--port", "instead of the one in cordon.toml; 0 takes any");
  line(app, "move",
       "bring the record to another home, each row compared; the same command again goes on where it stopped",
       "cordon move --desk desk --to 'postgresql:///cordon?host=/run/postgresql'", "move")
      .text("to", "--to", "postgresql://…, or a file of the desk, e.g. desk.db");
  line(app, "scrub",
       "read everything again that the desk holds, evidence, keys, log, runs, indexes, journal and tables, and name "
       "what "
       "is broken; the desk may be served meanwhile",
       "cordon scrub --desk desk", "scrub")
      .number("pace", "--pace", "so many MB a second, going on where it was stopped; without it, at once and anew")
      .flag("remove_orphans", "--remove-orphans",
            "remove what no row of the journal names and has lain there for a day, once all else is found sound");
  line(app, "backup",
       "copy the record, encrypted, to another place: all of it the first time, then only what is new; the desk may be "
       "served meanwhile",
       "cordon backup /mnt/backup --keys /mnt/keys --desk desk", "backup")
      .text("to", "folder", "where the record's copy is, or is to be")
      .text("keys", "--keys",
            "another folder, kept apart, for the items' keys and whatever else may have to be forgotten: copies older "
            "than 35 days are removed",
            false)
      .text("key_file", "--key-file",
            "where the backup's own two keys are written the first time, instead of being shown once", false);
  line(
      app, "restore",
      "make a desk of a backup at an empty place: everything is read and verified, and nothing is left where it is not "
      "sound",
      "cordon restore /mnt/backup --keys /mnt/keys --key-file backup.keys --to desk", "restore")
      .text("from", "folder", "where the record's copy is")
      .text("keys", "--keys", "where the copy of the keys is")
      .text("key_file", "--key-file", "the backup's own two keys, as `cordon backup` gave them")
      .text("to", "--to", "the desk's folder; there must be nothing in it")
      .text("new_log", "--new-log",
            "begin a new log of this name, which names the old one: where no signer remembers it, or remembers more of "
            "it",
            false)
      .text("database", "--database", "where the record is to be: desk.db, or postgresql://… of an empty database",
            false)
      .number("number", "--number", "which of the backups; the newest if not given")
      .number("keys_number", "--keys-number", "which of the copies of the keys; the newest if not given");
  line(app, "doctor", "what is right with the desk and what is not, and what to do: for somebody at 3 in the morning",
       "cordon doctor --desk desk", "doctor");
  line(app, "status", "how many reports, cases, proposals and notices there are", "cordon status --desk desk",
       "status");

  CLI::App& officer = group("officer", "who works here");
  line(officer, "add", "enrol an officer with a password and a signing key",
       "cordon officer add analyst1 --role analyst --password-file FILE", "officer add")
      .text("login", "login", "a letter, then at most 31 of a-z 0-9 . _ -")
      .list("roles", "--role", "analyst, approver, legal_reviewer, custodian, …; may be repeated", true)
      .by("the admins who enrol; two once the desk has proposed anything");
  line(officer, "totp", "set up time codes: prints the secret once, then --confirm takes the first code",
       "cordon officer totp analyst1 --password-file FILE && cordon officer totp analyst1 --confirm 123456",
       "officer totp")
      .text("login", "login", "whose; it takes their password, and their present code where there is one")
      .totp()
      .text("confirm", "--confirm", "the first code of the new secret, which puts it in force", false);
  line(officer, "rekey", "a new password and signing key for who lost theirs, from two admins",
       "cordon officer rekey analyst1 --by admin1 --by admin2 --password-file FILE", "officer rekey")
      .text("login", "login", "whose; --password-file has the new password")
      .by("two different admins, neither of whom is that officer");
  line(officer, "list", "the officers and their roles", "cordon officer list --as admin1", "officer list").as();

  CLI::App& key = group("key", "keys for machines that use the API");
  line(key, "add", "issue a key; it is shown once",
       "cordon key add scanner --scope intake --days 90 --by admin1 --by admin2", "key add")
      .text("name", "name", "whose machine it is [a-z0-9._-]")
      .list("scopes", "--scope", "intake, read_cases, read_notices, read_log, read_numbers; may be repeated", true)
      .number("days", "--days", "how long it lives, 1 to 366 (90)")
      .by("two different admins");
  line(key, "list", "the keys, their scopes and their ends", "cordon key list --as admin1", "key list").as();
  line(key, "end", "end a key now", "cordon key end KEY --as admin1", "key end")
      .text("key", "key", "the key's id")
      .as();

  line(app, "intake", "take reports in: CSV, JSON lines (IntelMQ), XARF, mail (ARF), plain text; one batch a file",
       "cordon intake --source phishing-list --category phishing list.csv", "intake")
      .paths("paths", "files and folders, or - for standard input")
      .text("source", "--source", "the feed's or channel's name [a-z0-9._-]", false)
      .text("category", "--category",
            "what all of it is about, e.g. phishing or C05; `cordon docs offences` lists them", false)
      .text("profile", "--profile", "how its records are read: one of `cordon profile list`, or a TOML file", false)
      .text("token", "--token", "the same token takes a batch in once, however often it is sent", false);

  CLI::App& profiles =
      group("profile", "how the records of feeds are read: those that come with the program, and your own");
  line(profiles, "list", "the profiles that come with the program", "cordon profile list", "profile list");
  line(profiles, "show", "the text of one, to begin your own with", "cordon profile show openphish >my-feed.toml",
       "profile show")
      .text("profile", "profile", "one of `cordon profile list`");
  line(profiles, "check", "whether a profile is sound, and what it makes of a sample",
       "cordon profile check my-feed.toml sample.csv", "profile check")
      .text("profile", "profile", "one of `cordon profile list`, or a TOML file")
      .text("sample", "sample", "a file as the feed sends it", false)
      .list("given", "--given", "what holds for all of it, like feed.url=https://example.net/list.txt", false);
  line(profiles, "new", "propose a profile for a sample: CSV or other columns, lines of one value, JSON",
       "cordon profile new sample.csv >my-feed.toml", "profile new")
      .text("sample", "sample", "a file as the feed sends it");

  CLI::App& cases = group("case", "cases: list, read, and enter what was found");
  line(cases, "list", "cases, oldest first", "cordon case list --as analyst1 --category phishing --limit 20",
       "case list")
      .text("category", "--category", "only this category", false)
      .text("state", "--state", "only this state", false)
      .text("after", "--after", "go on after this case id", false)
      .number("limit", "--limit", "at most so many (50)")
      .as();
  line(cases, "show", "one case with everything in it", "cordon case show CASE --as analyst1", "case show")
      .text("case", "case", "the case's id")
      .as();
  line(cases, "reports", "what was reported of a case, as it was kept: redacted",
       "cordon case reports CASE --as analyst1", "case reports")
      .text("case", "case", "the case's id")
      .as();
  line(cases, "attach", "attach a file as evidence",
       "cordon case attach CASE page.txt --as analyst1 --description 'text of the page'", "case attach")
      .text("case", "case", "the case's id")
      .paths("file", "the file")
      .as()
      .text("description", "--description", "what it shows")
      .text("media_type", "--media-type", "e.g. text/plain, message/rfc822", false);
  line(cases, "open", "read a piece of evidence; the reading is recorded",
       "cordon case open CASE EVIDENCE --as approver1 --out page.txt", "case open")
      .text("case", "case", "the case's id")
      .text("evidence", "evidence", "the evidence's id")
      .as()
      .text("out", "--out", "where it is written; - (standard output) if not given", false);
  line(cases, "begin", "open a case of what a feed reported and nobody opened yet ([intake] fold_only)",
       "cordon case begin domain login.example.org --category phishing --as analyst1", "case begin")
      .text("kind", "kind", "url, domain, ip, file_hash")
      .text("value", "value", "the identifier, as it was reported")
      .as()
      .text("category", "--category", "under which category it was reported, e.g. phishing or C05");
  line(cases, "fact", "enter a fact and the evidence that shows it",
       "cordon case fact CASE --as analyst1 --text 'The page asks for …' --evidence EVIDENCE", "case fact")
      .text("case", "case", "the case's id")
      .as()
      .text("text", "--text", "what was seen, 40 characters or more")
      .list("evidence", "--evidence", "evidence ids", true);
  line(cases, "gate", "answer a gate of the charter",
       "cordon case gate CASE G_DOMAIN_STATUS malicious_registration --as analyst1 --basis '…' --evidence EVIDENCE",
       "case gate")
      .text("case", "case", "the case's id")
      .text("gate", "gate", "e.g. G_DOMAIN_STATUS")
      .text("answer", "answer", "of the gate's own list")
      .as()
      .text("basis", "--basis", "the fact relied on")
      .list("evidence", "--evidence", "evidence ids", false);

  line(cases, "split", "make some of its reports a case of their own",
       "cordon case split CASE --reports REPORT REPORT --as analyst1", "case split")
      .text("case", "case", "the case's id")
      .as()
      .list("reports", "--reports", "ids of the reports that go; `cordon case reports` lists them", true);
  line(cases, "join", "make it a part of another case of its category; `case part` undoes it",
       "cordon case join CASE --into OTHER --as analyst1", "case join")
      .text("case", "case", "the case's id")
      .as()
      .text("into", "--into", "the case that it becomes a part of");
  line(cases, "part", "take it out of the case that it was joined into",
       "cordon case part CASE --from OTHER --as analyst1", "case part")
      .text("case", "case", "the case's id")
      .as()
      .text("from", "--from", "the case that it is joined into");
  line(cases, "reopen", "assess a closed case again, because of a new fact",
       "cordon case reopen CASE --as analyst1 --reason '…'", "case reopen")
      .text("case", "case", "the case's id")
      .as()
      .text("reason", "--reason", "why; 10 characters or more");

  CLI::App& reports = group("report", "single reports: what becomes of them");
  line(reports, "erase", "erase one report out of its batch for good; it takes two people",
       "cordon report erase REPORT --ground request --as custodian1 --by dpo1", "report erase")
      .text("report", "report", "the report's id")
      .as()
      .text("ground", "--ground", "retention, request, unlawful, excessive")
      .by("the data-protection officer who countersigns (login)", true);

  CLI::App& hold = group("hold", "legal holds: what is not to end yet");
  line(hold, "set", "stop the end of a case, or of one piece of its evidence; it takes two people",
       "cordon hold set CASE --days 180 --reason 'An appeal was lodged' --as custodian1 --by legal1", "hold set")
      .text("case", "case", "the case's id")
      .as()
      .text("evidence", "--evidence", "one piece of it; all of it if not given", false)
      .text("reason", "--reason", "10 characters or more")
      .number("days", "--days", "how long, 1 to 180; two people may set another then")
      .by("the approver or legal reviewer who countersigns (login)", true);
  line(hold, "lift", "lift a legal hold before its end; it takes two people",
       "cordon hold lift HOLD --reason 'The court has decided' --as custodian1 --by legal1", "hold lift")
      .text("hold", "hold", "the hold's id; `cordon retention show` lists them")
      .as()
      .text("reason", "--reason", "10 characters or more")
      .by("the approver or legal reviewer who countersigns (login)", true);

  CLI::App& retention = group("retention", "what is kept how long, and its end");
  line(retention, "run", "remove what is over now, as `cordon serve` does each day", "cordon retention run --dry-run",
       "retention run")
      .flag("dry_run", "--dry-run", "say what is due, and remove nothing");
  line(retention, "show", "how long what is kept here, the legal holds, and what is due", "cordon retention show",
       "retention show");

  CLI::App& evidence = group("evidence", "pieces of evidence: what becomes of them");
  line(evidence, "erase", "destroy a piece's key and bytes for good; it takes two people",
       "cordon evidence erase CASE EVIDENCE --ground retention --as custodian1 --by dpo1", "evidence erase")
      .text("case", "case", "the case's id")
      .text("evidence", "evidence", "the evidence's id")
      .as()
      .text(
          "ground", "--ground",
          "retention (its life is over), request (of somebody whom it concerns), unlawful (the desk may not hold it), "
          "excessive (more than the purpose needs)")
      .by("the data-protection officer who countersigns (login)", true);

  line(evidence, "export",
       "write a case's evidence, with its custody and its proofs, as one archive that checks itself",
       "cordon evidence export CASE --out evidence.tar --purpose court --as custodian1 --by approver1",
       "evidence export")
      .text("case", "case", "the case's id")
      .as()
      .text("out", "--out", "the file that is written; `python3 verify.py FILE`, which is in it, checks it anywhere")
      .text("purpose", "--purpose", "court, appeal, audit, legal_review, peer_request")
      .by("the approver or legal reviewer who countersigns (login)", true);

  line(evidence, "stamp", "ask the authority of [evidence] timestamps now for a time stamp over all that is on record",
       "cordon evidence stamp", "evidence stamp");
  line(evidence, "stamps", "the time stamps over the record, and what one waits for", "cordon evidence stamps",
       "evidence stamps");

  line(evidence, "move", "bring all evidence to another home, each blob compared; the same command again goes on",
       "cordon evidence move --to s3://bucket/prefix", "evidence move")
      .text("to", "--to", "s3://bucket/prefix, with its key in [evidence] of cordon.toml (docs/evidence.md), or files");

  CLI::App& decide = group("decide", "propose, and decide as the second officer");
  line(decide, "propose", "propose a request: its exact bytes are fixed and signed",
       "cordon decide propose CASE --as analyst1 --kind alert --effect inform --recipient host", "decide propose")
      .text("case", "case", "the case's id")
      .as()
      .text("kind", "--kind", "alert or notice")
      .text("effect", "--effect", "inform, clean_compromise, …")
      .text("recipient", "--recipient", "host, registrar, csirt, …")
      .text("because", "--because", "why nothing milder does", false);
  line(decide, "show", "a proposal and the exact bytes", "cordon decide show PROPOSAL --as approver1", "decide show")
      .text("proposal", "proposal", "the proposal's id")
      .as();
  line(decide, "list", "proposals, newest first", "cordon decide list --as approver1", "decide list").as();
  line(decide, "approve", "approve exactly these bytes; the notice then leaves",
       "cordon decide approve PROPOSAL --as approver1 --digest SHA256", "decide approve")
      .text("proposal", "proposal", "the proposal's id")
      .as()
      .text("digest", "--digest", "of the bytes that you read (decide show prints it)");
  line(decide, "return", "send a proposal back", "cordon decide return PROPOSAL --as approver1 --reason '…'",
       "decide return")
      .text("proposal", "proposal", "the proposal's id")
      .as()
      .text("reason", "--reason", "10 characters or more");
  line(decide, "refuse", "refuse a proposal; the refusal is in the public log",
       "cordon decide refuse PROPOSAL --as approver1 --reason '…'", "decide refuse")
      .text("proposal", "proposal", "the proposal's id")
      .as()
      .text("reason", "--reason", "10 characters or more");

  CLI::App& contact = group("contact", "whom to ask: the desk's own book, and what the registries say");
  line(contact, "find", "who takes complaints about a web address, a domain or an IP address, and who says so",
       "cordon contact find 192.0.2.7 --ask", "contact find")
      .text("value", "value", "the address or domain")
      .flag("ask", "--ask", "ask the registry where it was not asked lately; else only what is kept is looked at");
  line(contact, "refresh", "fetch IANA's files of which registry answers for what", "cordon contact refresh",
       "contact refresh")
      .text("from", "--from", "a folder with dns.json, ipv4.json and ipv6.json instead", false);

  CLI::App& glass = group("glass", "break-glass: what one officer may do alone, for 24 hours (charter 6.9)");
  line(glass, "break",
       "hand a danger to life to an emergency service (emergency), or ask to preserve (preserve); taken back unless "
       "another officer confirms it within 24 hours",
       "cordon glass break CASE emergency --words 'The page counts down to …' --as analyst1", "glass break")
      .text("case", "case", "the case's id")
      .text("use", "use", "emergency or preserve; nothing is removed and nothing shared in this way")
      .as()
      .text("words", "--words", "why at once and alone, 20 to 1000 characters; who gets it reads this")
      .text("recipient", "--recipient", "of preserve: host, platform, … (host)", false);
  line(glass, "confirm", "confirm what another officer did alone", "cordon glass confirm GLASS --as approver1",
       "glass confirm")
      .text("glass", "glass", "its id; `cordon glass list` has it")
      .as();
  line(glass, "list", "what officers did alone, newest first", "cordon glass list --as approver1", "glass list").as();

  CLI::App& notice = group("notice", "what was approved and what has left");
  line(notice, "list", "every approved notice and whether it left", "cordon notice list", "notice list");
  line(notice, "send", "try again what is still in the outbox", "cordon notice send", "notice send");
  line(notice, "show", "a request after its approval: its answer, its messages, whom it affects",
       "cordon notice show NOTICE --as analyst1", "notice show")
      .text("notice", "notice", "its id")
      .as();
  line(notice, "answer", "record what the recipient answered",
       "cordon notice answer NOTICE done_full --as analyst1 --reference 'Ticket 4711'", "notice answer")
      .text("notice", "notice", "its id")
      .text("result", "result",
            "done_full, done_partial, declined, already_gone, cleaned, misdirected; acknowledged, bounced; after a "
            "recall reinstated, reinstate_refused")
      .text("reason", "--reason", "of declined: not_illegal, insufficient, not_host, …", false)
      .text("reference", "--reference", "the recipient's own", false)
      .text("given_at", "--given-at", "when it came; now if not given", false)
      .as();
  line(notice, "suspend", "suspend a request, alone; its recipient is told",
       "cordon notice suspend NOTICE --as reviewer1 --reason '…'", "notice suspend")
      .text("notice", "notice", "its id")
      .text("reason", "--reason", "why; 10 characters or more")
      .as();
  line(notice, "recall", "take a request back: one reviewer, or an analyst and an approver",
       "cordon notice recall NOTICE --as analyst1 --by approver1 --reason '…'", "notice recall")
      .text("notice", "notice", "its id")
      .text("reason", "--reason", "why; 10 characters or more")
      .as()
      .by("the approver who countersigns; none where a reviewer does it");
  line(notice, "party", "tell whom the request affects, or say that nobody can be found",
       "cordon notice party NOTICE send --to owner@example.com --as analyst1", "notice party")
      .text("notice", "notice", "its id")
      .text("step", "step", "send, relay (through the recipient), no_contact, bounced, undeliverable")
      .text("to", "--to", "of send: a public address", false)
      .text("words", "--where", "of no_contact and undeliverable: where it was looked for", false)
      .as();
  line(notice, "defer", "put that off, at most twice 42 days; two people",
       "cordon notice defer NOTICE --ground active_investigation --days 42 --to owner@example.com --as analyst1 --by "
       "approver1",
       "notice defer")
      .text("notice", "notice", "its id")
      .text("ground", "--ground", "victim_safety, active_investigation, child_protection")
      .number("days", "--days", "1 to 42")
      .text("to", "--to", "who is told at its end")
      .as()
      .by("an approver or a legal reviewer", true);
  line(notice, "due", "do what the clock asks for now, as the hourly job does", "cordon notice due", "notice due");

  CLI::App& rule = group("rule", "standing rules: alerts of a feed that leave by themselves (docs/standing-rules.md)");
  line(rule, "propose", "propose a rule: its terms are fixed and signed",
       "cordon rule propose --feed urls --category malware --kind url --kind ip --effect clean_compromise --recipient "
       "host --quota 500 --days 30 --as analyst1",
       "rule propose")
      .text("feed", "--feed", "a feed that cordon.toml registers")
      .text("category", "--category", "malware, illegal-access, service-attack, phishing, or an exposure")
      .repeated("kinds", "--kind", "url, domain, ip, file_hash; may be repeated")
      .text("effect", "--effect", "inform or clean_compromise")
      .text("recipient", "--recipient", "host, isp_abuse, registrar, csirt, system_owner")
      .number("quota", "--quota", "alerts a day, 1 to 5000")
      .number("days", "--days", "of life, 1 to 30")
      .as();
  line(rule, "approve", "approve exactly these terms; from then on its alerts leave by themselves",
       "cordon rule approve RULE --as approver1 --digest SHA256", "rule approve")
      .text("rule", "rule", "the rule's id")
      .as()
      .text("digest", "--digest", "of the terms that you read (rule show prints it)");
  line(rule, "return", "send a proposed rule back", "cordon rule return RULE --as approver1 --reason '…'",
       "rule return")
      .text("rule", "rule", "the rule's id")
      .as()
      .text("reason", "--reason", "10 characters or more");
  line(rule, "refuse", "refuse a proposed rule; the refusal is in the public log",
       "cordon rule refuse RULE --as legal1 --reason '…'", "rule refuse")
      .text("rule", "rule", "the rule's id")
      .as()
      .text("reason", "--reason", "10 characters or more");
  line(rule, "show", "a rule as everybody may read it", "cordon rule show RULE", "rule show")
      .text("rule", "rule", "the rule's id");
  line(rule, "list", "the rules, newest first, as everybody may read them", "cordon rule list", "rule list");
  line(rule, "preview", "what it would have sent of the last seven days, and what would have become a case",
       "cordon rule preview RULE --as approver1", "rule preview")
      .text("rule", "rule", "the rule's id")
      .as();
  line(rule, "stop", "stop a rule, alone and for good: nothing more of it leaves",
       "cordon rule stop RULE --as analyst1 --reason 'It names the wrong hosts'", "rule stop")
      .text("rule", "rule", "the rule's id")
      .as()
      .text("reason", "--reason", "10 characters or more");
  line(rule, "recall-batch", "take a bad batch back: what waits is withheld, who got an alert of it is told",
       "cordon rule recall-batch BATCH --reason 'The list was wrong' --as analyst1 --by approver1", "rule recall-batch")
      .text("batch", "batch", "the batch's id; `cordon rule show` lists them")
      .text("reason", "--reason", "why; 10 characters or more")
      .as()
      .by("the approver who countersigns; none where a reviewer does it");

  CLI::App& appeal = group("appeal", "appeals: who lodged them, and who hears them");
  line(appeal, "list", "appeals, newest first", "cordon appeal list --as reviewer1", "appeal list").as();
  line(appeal, "show", "an appeal in the appellant's words", "cordon appeal show APPEAL --as reviewer1", "appeal show")
      .text("appeal", "appeal", "its id")
      .as();
  line(appeal, "take", "admit it and take it; of a late one the ombudsperson takes it over",
       "cordon appeal take APPEAL --as reviewer1", "appeal take")
      .text("appeal", "appeal", "its id")
      .as();
  line(appeal, "dismiss", "not hear it, for one of three reasons, which has to be so",
       "cordon appeal dismiss APPEAL --reason duplicate --as reviewer1", "appeal dismiss")
      .text("appeal", "appeal", "its id")
      .text("reason", "--reason", "unknown_action, out_of_time, duplicate")
      .as();
  line(appeal, "interim", "suspend the request until it is decided, or not",
       "cordon appeal interim APPEAL grant --reason '…' --as reviewer1", "appeal interim")
      .text("appeal", "appeal", "its id")
      .text("answer", "answer", "grant or refuse")
      .text("reason", "--reason", "why; 10 characters or more")
      .as();
  line(appeal, "decide", "decide it, with reasons; what it grants happens at once",
       "cordon appeal decide APPEAL upheld --reasons '…' --remedy recall --as reviewer1", "appeal decide")
      .text("appeal", "appeal", "its id")
      .text("verdict", "verdict", "upheld, partly_upheld, rejected")
      .text("reasons", "--reasons", "80 to 4000 characters")
      .repeated("remedies", "--remedy",
                "recall, ask_reinstate, correct_record, retire_indicator, notify_peers, apology; may be repeated")
      .as();

  line(notice, "dsa", "its statement of reasons, as a platform reports it to the DSA Transparency Database",
       "cordon notice dsa NOTICE --as analyst1 --json", "notice dsa")
      .text("notice", "notice", "the notice's id")
      .as();
  line(notice, "verify",
       "which desk wrote these exact bytes, which two officers approved them, and where the public log says so; it "
       "needs "
       "no desk",
       "cordon notice verify notice.eml --key VKEY", "notice verify")
      .paths("file", "the mail as it came")
      .text("key", "--key", "the log's verifier key, from where you trust it; else the one in the notice", false)
      .text("log", "--log", "the log's address on the web, or a copy of it: says whether it was recalled", false);

  CLI::App& log = group("log", "the public log");
  line(log, "verify", "recompute the whole log from its files and check the checkpoint's signature",
       "cordon log verify https://desk.example.net/log --key VKEY --witness VKEY", "log verify")
      .text("place", "place", "the log's folder or address; else the desk's own", false)
      .text("key", "--key", "the log's verifier key; else the desk's own", false)
      .text("folder", "--log", "the same as the place", false)
      .repeated("witness", "--witness", "a witness's verifier key; once for each that must have cosigned")
      .number("quorum", "--quorum", "how many of them at least; else all");
  line(log, "recount", "count the public numbers again, from the log's files and from nothing else",
       "cordon log recount https://desk.example.net/log --key VKEY --json", "log recount")
      .paths("place", "a folder, or the address of a log on the web; else the desk's own", false)
      .text("key", "--key", "the log's verifier key, from where you trust it; else the desk's own", false)
      .flag("csv", "--csv", "the rows alone, as /api/v1/transparency.csv has them");
  line(log, "show", "one line of the log", "cordon log show 0", "log show")
      .text("index", "index", "its number, from 0");
  line(log, "prove", "the proof that a line stands in the log (C2SP tlog-proof), with the line in it",
       "cordon log prove 0 > line.tlog-proof", "log prove")
      .text("index", "index", "its number, from 0")
      .text("key", "--key", "the log's verifier key; else the desk's own", false);
  line(log, "watch", "follow a log and keep what it showed; exit 1 when it contradicts itself",
       "cordon log watch https://desk.example.net/log --key VKEY --state seen", "log watch")
      .text("url", "url", "where its files lie")
      .text("key", "--key", "its verifier key, from where you trust it")
      .text("state", "--state", "a folder for what was seen: a mirror of the log, and evidence against it")
      .repeated("witness", "--witness", "a witness's verifier key, to say whether it cosigned")
      .number("every", "--every", "seconds between two looks (60)")
      .flag("once", "--once", "one look, and its answer");
  line(log, "check", "check a notice's inclusion proof, or a tlog-proof, without any desk",
       "cordon log check inclusion-proof.json --key VKEY", "log check")
      .paths("proof", "the proof's file")
      .repeated("witness", "--witness", "a witness's verifier key; each must have cosigned the tlog-proof's checkpoint")
      .text("key", "--key", "the log's verifier key, from where you trust it");

  line(log, "cosign", "show the published checkpoint to the witnesses of cordon.toml now; a served desk does by itself",
       "cordon log cosign --desk desk", "log cosign");
  line(
      log, "continue",
      "go on with a log whose signer's memory was brought here from a place that signs no more; a witness must confirm "
      "that it has seen just this much and no more, and more than half of them cosign the line that says so",
      "cordon log continue --desk desk", "log continue")
      .footer(
          "What the old place signed in its last moments, and no witness has seen, nobody can know of: stop it,\n"
          "let `cordon log cosign` succeed, and only then copy it.");
  line(log, "rectify", "correct a wrong line of the log by another line that points at it; it takes two people",
       "cordon log rectify 12 --ground innocent --reason \"The domain was sold before the report.\" --as dpo1 --by "
       "legal1",
       "log rectify")
      .number("index", "index", "the wrong line's number, from 0")
      .text("ground", "--ground", "innocent, wrong_target, wrong_category, clerical")
      .text("reason", "--reason", "why; not in the open, 10 characters or more")
      .as()
      .by("the approver or legal reviewer who countersigns (login)", true)
      .footer("No log is rewritten: the wrong line stays, and whoever is shown it is shown what corrects it.");

  CLI::App& witness = group("witness", "a witness of other desks' logs");
  line(witness, "init", "make a witness: its key and witness.toml",
       "cordon witness init --name witness.example.net --log VKEY --folder witness", "witness init")
      .text("name", "--name", "its name, like a URL without https://")
      .repeated("log", "--log", "a log's verifier key (name+hex+base64); once for each log that it follows")
      .text("folder", "--folder", "the witness's folder; else DESK.witness, which the desk then serves", false);
  line(witness, "serve", "answer add-checkpoint (C2SP tlog-witness) as a process of its own",
       "cordon witness serve --folder witness", "witness serve")
      .text("folder", "--folder", "the witness's folder; else DESK.witness", false)
      .number("port", "--port", "instead of the one in witness.toml; 0 takes any");
  line(witness, "show", "its verifier key, and what it cosigned last of each log",
       "cordon witness show --folder witness", "witness show")
      .text("folder", "--folder", "the witness's folder; else DESK.witness", false);

  CLI::App& journal = group("journal", "the desk's own record");
  line(journal, "verify", "fold the journal again and compare it with every table", "cordon journal verify --desk desk",
       "journal verify");
  line(journal, "replay", "rebuild every table from the journal", "cordon journal replay --desk desk",
       "journal replay");

  // The border. What takes two people has the second in --by.
  const auto countersigned = [](Line& of) -> Line& {
    return of.as().by("the approver who countersigns (login)", true);
  };
  CLI::App& peer = group("peer", "other desks: who they are, and what they send");
  countersigned(line(peer, "add", "make another desk a peer; what is typed is what its `cordon border show` prints",
                     "cordon peer add desk.example.net/log --country XA --role member --key KEY --category phishing "
                     "--as border1 --by approver1",
                     "peer add")
                    .text("peer", "desk", "its log's name")
                    .text("country", "--country", "two letters, ISO 3166-1")
                    .text("role", "--role", "member, observer, dialogue_partner (or partner), guest, candidate")
                    .text("key", "--key", "the key that signs its bundles, base64")
                    .text("charter", "--charter", "its charter digest; else ours", false)
                    .text("log_key", "--log-key", "its log's verifier key, so that its heads can be compared", false)
                    .list("categories", "--category", "agreed with it; may be repeated", true)
                    .list("annex", "--annex", "categories that its annex has; else those agreed", false));
  countersigned(line(peer, "change", "change a peer, or make a suspended one active again",
                     "cordon peer change desk.example.net/log --role observer --as border1 --by approver1",
                     "peer change")
                    .text("peer", "desk", "its log's name")
                    .text("country", "--country", "two letters, ISO 3166-1", false)
                    .text("role", "--role", "member, observer, dialogue_partner (or partner), guest, candidate", false)
                    .text("key", "--key", "the key that signs its bundles, base64", false)
                    .text("charter", "--charter", "its charter digest", false)
                    .text("log_key", "--log-key", "its log's verifier key", false)
                    .list("categories", "--category", "agreed with it, instead of those before", false)
                    .list("annex", "--annex", "categories that its annex has", false));
  line(peer, "suspend", "stop both directions at once; one officer may",
       "cordon peer suspend desk.example.net/log --as border1 --reason 'its log shows two histories'", "peer suspend")
      .text("peer", "desk", "its log's name")
      .as()
      .text("reason", "--reason", "10 characters or more");
  line(
      peer, "look",
      "compare a peer's log with what was seen of it: a split view suspends the peer at once (exit 1), another charter "
      "or a log that does not come back within 48 hours cuts it off both ways",
      "cordon peer look desk.example.net/log seen/log", "peer look")
      .text("peer", "desk", "its log's name")
      .text("folder", "folder", "a copy of its log, such as the mirror that `cordon log watch` keeps");
  line(peer, "list", "the peers and their roles", "cordon peer list", "peer list");
  line(peer, "receive", "take a peer's bundle in: its indicators become references, which never act",
       "cordon peer receive bundle.json", "peer receive")
      .paths("file", "the file that the peer's `cordon export` wrote");
  line(peer, "references", "what peers list; context for an officer and no fact of a case",
       "cordon peer references --as analyst1", "peer references")
      .as();
  CLI::App& guard = group("guard", "the list of sensitive holders: media, parties, lawyers and others (charter 11.3)");
  line(guard, "show", "the list in force: whose country, of which day, its digest", "cordon guard show", "guard show");
  line(guard, "load", "load a list; it takes two people, and no entry is lost by it",
       "cordon guard load holders.txt --as legal1 --by approver1", "guard load")
      .paths("file", "docs/formats/sensitive-holders.md has its format")
      .as()
      .by("the approver or the ombudsperson who countersigns (login)", true);
  line(guard, "entries", "the entries of the list", "cordon guard entries --as ombudsperson1", "guard entries").as();
  line(guard, "remove", "take an entry out; the ombudsperson alone",
       "cordon guard remove 'media domain news.example.org' --reason '…' --as ombudsperson1", "guard remove")
      .text("entry", "entry", "as its line in the list")
      .as()
      .text("reason", "--reason", "10 characters or more");
  CLI::App& entities = group("entities", "the Security Council's consolidated list, entities alone (C16)");
  line(entities, "load", "load the Council's XML file; requests that rest on a delisted entity end at once",
       "cordon entities load consolidated.xml --as legal1 --by approver1", "entities load")
      .paths("file", "as the Council publishes it")
      .as()
      .by("the approver who countersigns (login)", true);
  line(entities, "show", "the entities by their permanent references", "cordon entities show", "entities show");
  CLI::App& border = group("border", "what may leave this desk, and why");
  line(border, "show", "this desk as its peers enter it, and its policy's digest", "cordon border show", "border show");
  line(border, "explain", "the decision about a case for one peer, and the rule that makes it",
       "cordon border explain CASE --to desk.example.net/log --as border1", "border explain")
      .as()
      .text("case", "case", "the case's id")
      .text("to", "--to", "the peer");
  line(border, "list", "what was given out, held back and taken in, newest first", "cordon border list --as border1",
       "border list")
      .as();
  countersigned(line(app, "export", "write the signed STIX 2.1 bundle that the border policy lets a peer have",
                     "cordon export --to desk.example.net/log --out bundle.json --as border1 --by approver1", "export")
                    .text("to", "--to", "the peer")
                    .text("out", "--out", "the file that is written"));
  CLI::App& union_ = group("union", "several desks");
  line(union_, "demo", "three desks in a temporary folder exchange one indicator", "cordon union demo --once",
       "union demo")
      .flag("once", "--once", "remove the three desks at the end");

  CLI::App& docs = group("docs", "documents that come from the code");
  line(docs, "offences", "the closed list: what this software can act on, and what it refuses by name",
       "cordon docs offences", "docs offences");
  line(docs, "api", "the API: a table and a section for each operation; with --json the OpenAPI 3.1 document",
       "cordon docs api --json > openapi.json", "docs api");
  line(docs, "pages", "every page and form that a desk serves", "cordon docs pages", "docs pages");

  line(docs, "man", "the manual page of a command, from the words of its --help", "cordon docs man scan | man -l -",
       "docs man")
      .text("command", "command", "e.g. scan");

  CLI::App* signer = app.add_subcommand("signer", "")->group("");  // started by the desk itself
  signer->final_callback([&] { typed.command = "signer"; });
  signer->fallthrough();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      app.exit(error);
      exit_code = 0;
    } else {
      exit_code = report(fail(Fault::Usage, std::string(error.what()) + " (`cordon … --help` shows what there is)"),
                         wants_json(argc, argv));
    }
    return std::nullopt;
  }
  if (typed.command == "docs man") {
    const std::string wanted = typed.arguments.text_or("command");
    const auto commands = app.get_subcommands([&](const CLI::App* one) { return one->get_name() == wanted; });
    if (commands.empty()) {
      exit_code = report(fail(Fault::Usage, "no command has that name; `cordon --help` lists them"), typed.json);
      return std::nullopt;
    }
    typed.arguments.set("page", man_page(app, *commands.front()));
  }
  const char* password_environment = std::getenv("CORDON_PASSWORD_FILE");
  if (password_file.empty() && password_environment != nullptr) password_file = password_environment;
  const bool sets_password = typed.command == "officer add" || typed.command == "officer rekey";
  if (sets_password || typed.command == "officer totp") typed.signer = {typed.arguments.text_or("login"), {}, {}};
  if (typed.signer) typed.signer->password_file = password_file;
  const auto in_order = [&](const char* member, std::size_t i) {
    const Json* list = typed.arguments.find(member);
    if (list == nullptr || i >= list->array()->size()) return std::string();
    return *(*list->array())[i].string();
  };
  for (std::size_t i = 0; i < typed.by.size(); ++i) {
    typed.by[i].password_file = in_order("by_password_files", i);
    typed.by[i].code = in_order("by_totp", i);
    if (typed.by[i].code == "-") typed.by[i].code.clear();
  }
  typed.takes_by = typed.arguments.find("by_password_files") != nullptr;  // each list of a command is there
  for (const char* of_by : {"by_password_files", "by_totp"}) typed.arguments.object()->erase(of_by);
  return typed;
}

}  // namespace cordon
