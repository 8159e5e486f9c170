// The folder:
//
//   witness.toml                  name, logs (verifier keys), listen, port
//   key                           the seed of its key (key_file.h)
//   lock
//   logs/<hash>/checkpoint        the last cosigned note (memory_file.h); <hash> is the SHA-256 of the origin, in hex
//   logs/<hash>/contradiction-N   two notes that the log signed for one size, with different roots
#include "desk/witness.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>

#include "base/secret.h"
#include "base/text.h"
#include "desk/cli.h"
#include "desk/commands.h"
#include "desk/key_file.h"
#include "desk/memory_file.h"
#include "desk/settings.h"

namespace cordon {

namespace {

constexpr std::string_view kPlain = "text/plain; charset=utf-8";
constexpr int kMostContradictions = 16;  // of one log; they are proof, and one is enough

std::string settings_file(const std::string& folder) { return folder + "/witness.toml"; }
std::string key_of(const std::string& folder) { return folder + "/key"; }
std::string folder_of_log(const std::string& folder, std::string_view origin) {
  return folder + "/logs/" + sha256(origin).hex();
}

http::Response plain(int status, std::string body) { return {status, std::string(kPlain), std::move(body), {}}; }

Result<WitnessSettings> read_witness_settings(const std::string& folder) {
  const std::string path = settings_file(folder);
  if (!exists(path)) return fail(Fault::NotFound, "there is no witness here; `cordon witness init` makes one", folder);
  const Json toml = TRY(read_toml(path));
  for (const auto& [key, value] : *toml.object()) {
    if (key != "name" && key != "logs" && key != "listen" && key != "port")
      return fail(Fault::Malformed, "there is no setting \"" + printable(key, 60) + "\"", path);
  }
  WitnessSettings settings;
  settings.name = TRY(toml.text("name"));
  if (!is_key_name(settings.name))
    return fail(Fault::Malformed, "name is like \"witness.example.net\", without spaces or '+'", path);
  settings.listen = toml.text_or("listen", settings.listen);
  settings.port = static_cast<int>(toml.number_or("port", settings.port));
  if (settings.port < 0 || settings.port > 65535) return fail(Fault::Malformed, "port is 0 to 65535", path);
  for (const Json& item : TRY(toml.list("logs"))) {
    const Result<std::pair<std::string, PublicKey>> key =
        item.string() != nullptr ? parse_verifier_key(*item.string())
                                 : Result<std::pair<std::string, PublicKey>>(fail(Fault::Malformed, "no text"));
    if (!key) return fail(Fault::Malformed, "logs is a list of logs' verifier keys, name+hex+base64", path);
    const auto known = std::find_if(settings.logs.begin(), settings.logs.end(),
                                    [&](const WitnessedLog& log) { return log.origin == key->first; });
    if (known == settings.logs.end())
      settings.logs.push_back({key->first, {key->second}});
    else
      known->keys.push_back(key->second);
  }
  return settings;
}

Result<std::optional<std::string>> latest_of(const std::string& folder, std::string_view origin) {
  const std::string path = folder_of_log(folder, origin) + "/checkpoint";
  if (!exists(path)) return std::optional<std::string>();
  Memory memory = TRY(read_memory(path, kLongestNote));
  if (!memory.at_home)
    return fail(Fault::Refused,
                "this was copied or put back: what was cosigned since then is not known, so nothing more is; a new "
                "witness has a new key",
                path);
  return std::optional<std::string>(std::move(memory.text));
}

// Both notes, one after another; as many as one folder may hold.
Result<Nothing> keep_contradiction(const std::string& folder, const std::string& kept, const std::string& sent) {
  const std::string both = kept + "\n" + sent;
  for (int number = 1; number <= kMostContradictions; ++number) {
    const std::string path = folder + "/contradiction-" + std::to_string(number);
    if (!exists(path)) return write_file(path, both);
    if (TRY(read_file(path, 2 * kLongestNote + 1)) == both) return Nothing{};
  }
  return Nothing{};
}

}  // namespace

Result<Nothing> Witness::found(const std::string& folder, const std::string& name, const std::vector<std::string>& logs,
                               Random& random) {
  if (!is_key_name(name))
    return fail(Fault::Usage, "a witness's name is like \"witness.example.net\", without spaces or '+'", name);
  for (const std::string& log : logs) {
    if (const auto key = parse_verifier_key(log); !key) return key.error();
  }
  for (const std::string& path : {settings_file(folder), key_of(folder), folder + "/logs"})
    if (exists(path)) return fail(Fault::Conflict, "there is a witness already", path);
  TRY(make_folder(folder, 0700));
  TRY(make_folder(folder + "/logs", 0700));
  const SecretKey key = SecretKey::generate(random);
  std::string seed = key.seed();
  Result<Nothing> written = write_key_file(key_of(folder), seed);
  wipe(seed);
  TRY(std::move(written));
  std::string toml =
      "# A witness of other desks' logs (docs/log.md). This folder is never copied, and in no backup: a witness that\n"
      "# lost its memory is made anew, with a new key.\nname = " +
      to_text(Json(name)) + "\n# The logs that it follows, by their verifier keys.\nlogs = [\n";
  for (const std::string& log : logs) toml += "  " + to_text(Json(log)) + ",\n";
  return write_file(settings_file(folder),
                    toml +
                        "]\n# Where `cordon witness serve` listens; a proxy before it speaks TLS.\nlisten = "
                        "\"127.0.0.1\"\nport = 8490\n");
}

Result<std::unique_ptr<Witness>> Witness::open(const std::string& folder, const Clock& clock) {
  WitnessSettings settings = TRY(read_witness_settings(folder));
  Result<FileLock> lock = FileLock::take(folder + "/lock");
  if (!lock && lock.error().fault == Fault::Conflict)
    return fail(Fault::Conflict, "another cordon process is this witness", folder);
  if (!lock) return lock.error();
  SecretKey key = TRY(SecretKey::from_seed(TRY(read_key_file(key_of(folder)))));
  for (const WitnessedLog& log : settings.logs) TRY(latest_of(folder, log.origin));
  return std::unique_ptr<Witness>(new Witness(folder, std::move(settings), std::move(key), *std::move(lock), clock));
}

http::Response Witness::add_checkpoint(const std::string& body) {
  const auto opened = open_request(body, settings_.logs);
  if (const auto* refused = std::get_if<WitnessAnswer>(&opened)) return plain(refused->status, refused->body);
  const auto& request = std::get<SignedRequest>(opened);
  const std::string folder = folder_of_log(folder_, request.checkpoint.origin);
  const auto decide = [&]() -> Result<WitnessAnswer> {
    const std::optional<std::string> latest = TRY(latest_of(folder_, request.checkpoint.origin));
    const Instant now = clock_.now();
    WitnessAnswer answer =
        TRY(decide_request(request, latest, settings_.name, key_, static_cast<std::uint64_t>(now.ms / 1000)));
    if (answer.contradiction && latest) TRY(keep_contradiction(folder, *latest, write_note(request.note)));
    if (answer.status != 200) return answer;
    // Held across fsync on purpose: a cosignature must not outrun what the witness remembers.
    TRY(make_folder(folder, 0700));
    TRY(write_memory(folder + "/checkpoint", answer.keep, now));
    return answer;
  };
  Result<WitnessAnswer> answer = decide();
  if (!answer) {
    std::fprintf(stderr, "cordon: the witness cannot answer: %s (%s)\n", printable(answer.error().message, 300).c_str(),
                 printable(answer.error().where, 300).c_str());
    return plain(503, "this witness cannot answer now\n");
  }
  http::Response response = plain(answer->status, std::move(answer->body));
  if (response.status == 409) response.type = "text/x.tlog.size";
  return response;
}

http::Response Witness::answer(const http::Request& request) {
  const std::lock_guard alone(one_at_a_time_);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/add-checkpoint") {
    if (request.method == "POST") return add_checkpoint(request.body);
    http::Response response = plain(405, "only POST\n");
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  for (const WitnessedLog& log : settings_.logs) {
    if (!reads || request.path != "/" + sha256(log.origin).hex() + "/checkpoint") continue;
    const Result<std::optional<std::string>> latest = latest_of(folder_, log.origin);
    if (!latest) return plain(503, "this witness cannot answer now\n");
    if (*latest) return {200, std::string(kPlain), **latest, {{"Cache-Control", "no-cache"}}};
  }
  return plain(404, "a witness has POST /add-checkpoint and GET /<SHA-256 of a log's origin, in hex>/checkpoint\n");
}

Result<std::vector<Json>> show_witness(const std::string& folder) {
  const WitnessSettings settings = TRY(read_witness_settings(folder));
  const SecretKey key = TRY(SecretKey::from_seed(TRY(read_key_file(key_of(folder)))));
  const WitnessKey self{settings.name, key.public_key()};
  std::vector<Json> lines{Json::Object{{"witness", self.name}, {"key", witness_vkey(self)}}};
  for (const WitnessedLog& log : settings.logs) {
    Json line = Json::Object{{"log", log.origin}};
    if (const std::optional<std::string> latest = TRY(latest_of(folder, log.origin))) {
      const Note note = TRY(read_note(*latest));
      const Checkpoint checkpoint = TRY(read_checkpoint(note.text));
      const std::vector<Cosigned> ours = TRY(cosigned_by(note, std::vector{self}));
      line.set("size", static_cast<std::int64_t>(checkpoint.head.size)).set("root", checkpoint.head.root.hex());
      if (!ours.empty()) line.set("cosigned_at", to_rfc3339({static_cast<std::int64_t>(ours.front().seconds) * 1000}));
    }
    std::int64_t contradictions = 0;
    while (exists(folder_of_log(folder, log.origin) + "/contradiction-" + std::to_string(contradictions + 1)))
      ++contradictions;
    if (contradictions > 0) line.set("contradictions", contradictions);
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<Nothing> serve_witness(const std::string& folder, std::optional<int> port) {
  sigset_t signals;  // blocked before any thread starts, so that only the wait below takes them
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const SystemClock clock;
  const std::unique_ptr<Witness> witness = TRY(Witness::open(folder, clock));
  http::Limits limits;
  limits.body = kLargestWitnessRequest;
  const std::unique_ptr<http::Server> server = TRY(http::Server::listen(
      witness->settings().listen, port.value_or(witness->settings().port),
      [&](const http::Request& request) { return witness->answer(request); }, limits));
  std::printf("cordon: the witness %s on http://%s:%d (Ctrl-C stops)\n", witness->settings().name.c_str(),
              witness->settings().listen.c_str(), server->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  std::printf("cordon: stopping\n");
  return Nothing{};
}

Result<Nothing> witness_command(Typed& typed) {
  const Json& given = typed.arguments;
  const std::string folder = given.text_or("folder", Paths(typed.desk).witness());
  if (typed.command == "witness serve") {
    const std::int64_t port = given.number_or("port", -1);
    if (port > 65535) return fail(Fault::Usage, "--port is 0 to 65535");
    return serve_witness(folder, port < 0 ? std::nullopt : std::optional(static_cast<int>(port)));
  }
  if (typed.command == "witness init") {
    SystemRandom random;
    std::vector<std::string> logs;
    for (const Json& log : TRY(given.list("log"))) logs.push_back(*log.string());
    TRY(Witness::found(folder, TRY(given.text("name")), logs, random));
  }
  for (const Json& line : TRY(show_witness(folder))) {
    const std::string text = typed.json ? to_text(line) + "\n" : for_people(typed.command, line);
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
  }
  return Nothing{};
}

}  // namespace cordon
