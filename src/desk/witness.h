// A witness: it keeps, for each log that it follows, the last checkpoint that it cosigned, and cosigns only what
// continues it (C2SP tlog-witness v1.0.0; docs/log.md). Its folder holds key and memory together and is never copied: a
// witness that lost its memory is another witness, with another key.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sign.h"
#include "ledger/cosignature.h"
#include "ledger/witness.h"
#include "net/http_server.h"

namespace cordon {

inline constexpr std::size_t kLargestWitnessRequest = 64u << 10;  // bytes

struct WitnessSettings {
  std::string name;
  std::vector<WitnessedLog> logs;
  std::string listen = "127.0.0.1";
  int port = 8490;
};

class Witness {
 public:
  // Makes the folder, its key and witness.toml. Conflict when there is one.
  static Result<Nothing> found(const std::string& folder, const std::string& name, const std::vector<std::string>& logs,
                               Random& random);
  // Takes the folder's lock. Conflict when another process is this witness, NotFound when there is none.
  static Result<std::unique_ptr<Witness>> open(const std::string& folder, const Clock& clock);

  // POST /add-checkpoint and GET /<hash of the origin>/checkpoint. From any thread, one at a time.
  http::Response answer(const http::Request& request);
  const WitnessSettings& settings() const { return settings_; }

 private:
  Witness(std::string folder, WitnessSettings settings, SecretKey key, FileLock lock, const Clock& clock)
      : folder_(std::move(folder)),
        settings_(std::move(settings)),
        key_(std::move(key)),
        lock_(std::move(lock)),
        clock_(clock) {}
  http::Response add_checkpoint(const std::string& body);

  std::string folder_;
  WitnessSettings settings_;
  SecretKey key_;
  FileLock lock_;
  const Clock& clock_;
  std::mutex one_at_a_time_;
};

// Its name and key, and a line for each log with what was cosigned last. Takes no lock.
Result<std::vector<Json>> show_witness(const std::string& folder);

// Serves it alone until SIGINT or SIGTERM.
Result<Nothing> serve_witness(const std::string& folder, std::optional<int> port);

// `cordon witness init|serve|show`
struct Typed;
Result<Nothing> witness_command(Typed& typed);

}  // namespace cordon
