// tmp/ is written and fsynced, then linked into new/: link(2) never replaces, so of two deliveries at once
// one wins and the other learns it.
#include "net/maildir.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/digest.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"

namespace cordon {
namespace {

// Whether a reader has already taken the mail over: NAME, or NAME with flags.
Result<bool> stands_in_cur(const std::string& cur, const std::string& name) {
  for (const std::string& file : TRY(list_folder(cur))) {
    if (file == name || file.starts_with(name + ":2,")) return true;
  }
  return false;
}

Result<Nothing> write_new_file(const std::string& path, std::string_view bytes) {
  const Fd file = TRY(open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
  TRY(write_all(file.get(), bytes, path));
  sync_or_die(file.get(), path);
  return Nothing{};
}

}  // namespace

Result<Delivered> deliver_to_maildir(const std::string& maildir, std::string_view message_id, std::string_view mail) {
  const std::string arrived = maildir + "/new", taken = maildir + "/cur", unfinished = maildir + "/tmp";
  for (const std::string& folder : {maildir, arrived, taken, unfinished}) TRY(make_folder(folder, 0700));
  TRY(sync_folder(maildir));

  const std::string name = sha256(message_id).hex();
  const std::string target = arrived + "/" + name;
  Delivered outcome = Delivered::Already;
  if (!exists(target) && !TRY(stands_in_cur(taken, name))) {
    const std::string draft = unfinished + "/" + name + "." + to_hex(SystemRandom().bytes(8));
    const Result<Nothing> written = write_new_file(draft, mail);
    const int linked = written ? ::link(draft.c_str(), target.c_str()) : -1;
    const int error = errno;
    ::unlink(draft.c_str());
    if (!written) return written.error();
    if (linked != 0 && error != EEXIST) return system_error("delivering a mail", error, target);
    if (linked == 0) outcome = Delivered::Now;
  }
  // A reader may have moved the first delivery from new/ to cur/ between our two looks.
  if (outcome == Delivered::Now && TRY(stands_in_cur(taken, name))) {
    ::unlink(target.c_str());
    outcome = Delivered::Already;
  }
  // Also when it was there: the delivery that put it there may have been stopped before this line.
  TRY(sync_folder(arrived));
  return outcome;
}

Result<std::vector<std::string>> new_mails(const std::string& maildir, std::size_t limit) {
  if (!exists(maildir + "/new")) return std::vector<std::string>();
  std::vector<std::string> files = TRY(list_folder(maildir + "/new"));
  std::erase_if(files, [](const std::string& file) { return file.starts_with('.'); });
  std::sort(files.begin(), files.end());
  if (files.size() > limit) files.resize(limit);
  return files;
}

Result<Nothing> mark_taken(const std::string& maildir, const std::string& file, Flag flag) {
  TRY(make_folder(maildir + "/cur", 0700));
  const std::string from = maildir + "/new/" + file;
  const std::string to = maildir + "/cur/" + file + (flag == Flag::Yes ? ":2,FS" : ":2,S");
  if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) return system_error("moving a mail", errno, from);
  return sync_folder(maildir + "/cur");
}

}  // namespace cordon
