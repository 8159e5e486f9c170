// A log that lies elsewhere: on any web server, as static files. Whoever has its key checks it from there
// (`cordon log verify URL`), or follows it and keeps what it saw (`cordon log watch`), which is then a mirror too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sign.h"
#include "ledger/cosignature.h"
#include "ledger/verify.h"

namespace cordon {

bool is_url(const std::string& place);

// Fetches every file that the log's present checkpoint needs into `folder`, which is empty. Nothing is believed yet.
Result<Nothing> fetch_log(const std::string& url, const std::string& folder);

// A log's folder: one of this machine, or one that was fetched and is gone with this.
class LogCopy {
 public:
  static Result<LogCopy> of(const std::string& place);  // a folder or an address
  LogCopy(LogCopy&& other) noexcept;
  LogCopy& operator=(LogCopy&&) = delete;
  ~LogCopy();
  const std::string& folder() const { return folder_; }

 private:
  LogCopy(std::string folder, bool fetched) : folder_(std::move(folder)), fetched_(fetched) {}
  std::string folder_;
  bool fetched_;
};

// One look. The folder holds what was seen before: log/, a mirror that any web server can serve, and evidence/.
struct WatchedLog {
  std::string url, folder;
  std::string name;
  PublicKey key;
  std::vector<WitnessKey> witnesses;
};
// What is there now: {"log","size","root","state"}, state new | same | grown | older (a shorter log that ours
// continues, as a cache may still give), and {"cosigned"} with names. NotFound (exit 1) when it contradicts what was
// seen: both signed notes and what differs are kept in evidence/, and the error names that folder. Corrupt when it is
// not signed, or its files are not what it signs. Unavailable when it cannot be reached.
Result<Json> watch_once(const WatchedLog& watched);

// Again and again, until it contradicts itself. A log that cannot be reached is asked again.
Result<Nothing> watch(const WatchedLog& watched, int seconds_between, const std::function<void(const Json&)>& tell);

}  // namespace cordon
