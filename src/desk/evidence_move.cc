// In this order, so that a kill at any place leaves a desk whose settings name a home that has every blob:
//
//   1. each blob: read from the old home, hashed, written beside, taken over by the new home, read back from it
//   2. the new cordon.toml beside the old one, read back
//   3. the new cordon.toml takes its name
#include "desk/evidence_move.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

#include "base/files.h"
#include "store/blob_format.h"

namespace cordon {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

Result<std::unique_ptr<BlobStore>> home_of(const Paths& paths, const Settings& settings) {
  std::unique_ptr<BlobStore> elsewhere = TRY(blobs_elsewhere(paths, settings));
  if (!elsewhere) elsewhere = files_of(paths.evidence());
  return elsewhere;
}

// Gives its size.
Result<std::uint64_t> copy_out(const BlobStore& from, const Digest& address, const std::string& path) {
  const std::unique_ptr<BlobReading> reading = TRY(from.open(address));
  const Fd fd = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  Sha256 seen;
  std::uint64_t size = 0;
  for (;;) {
    const std::string_view some = TRY(reading->next(kPiece));
    if (some.empty()) break;
    // Of a desk of before: it may be opened without a key, so it never leaves this machine.
    if (size == 0 && !begins_sealed(some))
      return fail(Fault::Refused, "it lies in plain, as a desk of before wrote it, and only ciphertext is moved",
                  from.place(address));
    seen.add(some);
    size += some.size();
    TRY(write_all(fd.get(), some, path));
  }
  if (seen.finish() != address)
    return fail(Fault::Corrupt, "the bytes no longer have the digest in their name", from.place(address));
  sync_or_die(fd.get(), path);
  return size;
}

Result<Nothing> check(const BlobStore& home, const Digest& address) {
  const std::unique_ptr<BlobReading> reading = TRY(home.open(address));
  Sha256 seen;
  for (;;) {
    const std::string_view some = TRY(reading->next(kPiece));
    if (some.empty()) break;
    seen.add(some);
  }
  if (seen.finish() == address) return Nothing{};
  return fail(Fault::Corrupt, "what came there is not what was sent", home.place(address));
}

}  // namespace

Result<Json> move_evidence(const Paths& paths, const std::string& to) {
  if (!exists(paths.settings())) return fail(Fault::NotFound, "there is no desk here", paths.desk);
  const Result<FileLock> lock = FileLock::take(paths.lock());
  if (!lock && lock.error().fault == Fault::Conflict)
    return fail(Fault::Conflict, "another cordon process owns this desk; stop it first", paths.desk);
  if (!lock) return lock.error();
  const Settings settings = TRY(load_settings(paths));
  const std::string url = to == "files" ? "" : to;
  const std::string fresh = paths.settings() + ".new";
  TRY(write_file(fresh, with_blobs(TRY(read_file(paths.settings(), 4u << 20)), url), 0644));
  const Json toml = TRY(read_toml(fresh));
  const Settings moved = TRY(read_settings(toml));
  if (toml.find("evidence") == nullptr || toml.find("evidence")->text_or("blobs") != url)
    return fail(Fault::Usage,
                "[evidence] in cordon.toml is written in a way that cannot be changed here; write its blobs on a line "
                "of its own",
                paths.settings());
  const std::unique_ptr<BlobStore> from = TRY(home_of(paths, settings)), into = TRY(home_of(paths, moved));
  if (from->place({}) == into->place({})) return fail(Fault::Usage, "the evidence is there already", from->place({}));

  TRY(make_folder(paths.evidence(), 0700));
  const std::string beside = paths.evidence() + "/moving";
  std::int64_t blobs = 0, bytes = 0;
  TRY(from->each([&](const Digest& address) -> Result<Nothing> {
    bytes += static_cast<std::int64_t>(TRY(copy_out(*from, address, beside)));
    TRY(into->adopt(beside, address));
    TRY(check(*into, address));
    ++blobs;
    return Nothing{};
  }));
  if (::rename(fresh.c_str(), paths.settings().c_str()) != 0) return system_error("rename", errno, paths.settings());
  TRY(sync_folder(paths.desk));
  return Json(Json::Object{{"blobs", blobs}, {"bytes", bytes}, {"to", to}});
}

}  // namespace cordon
