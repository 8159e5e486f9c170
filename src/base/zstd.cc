#include "base/zstd.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace cordon {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;
// Half of a run is digests, which no level makes smaller, and the lowest takes half of the time of the usual third.
constexpr const char* kLevel = "1";

struct WriteClosed {
  void operator()(struct archive* open) const { archive_write_free(open); }
};
struct ReadClosed {
  void operator()(struct archive* open) const { archive_read_free(open); }
};
struct EntryClosed {
  void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};

Error library_error(struct archive* a, Fault fault) {
  const char* words = archive_error_string(a);
  return fail(fault, std::string("Zstandard: ") + (words == nullptr ? "it failed" : words));
}

// What a callback needs, and what went wrong inside it: no Error passes through the library.
struct ToSink {
  const Sink& sink;
  std::optional<Error> failed = {};
};
struct FromSource {
  const Source& source;
  std::optional<Error> failed = {};
};

la_ssize_t give(struct archive* a, void* data, const void* bytes, std::size_t count) {
  auto& writing = *static_cast<ToSink*>(data);
  Result<Nothing> given = writing.sink({static_cast<const char*>(bytes), count});
  if (given) return static_cast<la_ssize_t>(count);
  writing.failed = std::move(given).error();
  archive_set_error(a, 1, "the sink failed");
  return -1;
}

la_ssize_t ask(struct archive* a, void* data, const void** bytes) {
  auto& reading = *static_cast<FromSource*>(data);
  Result<std::string_view> piece = reading.source();
  if (piece) {
    *bytes = piece->data();
    return static_cast<la_ssize_t>(piece->size());
  }
  reading.failed = std::move(piece).error();
  archive_set_error(a, 1, "the source failed");
  return -1;
}

}  // namespace

Result<Nothing> compress(std::string_view bytes, const Sink& sink) {
  CORDON_CHECK(!bytes.empty(), "nothing cannot be made smaller");
  ToSink writing{sink};
  const std::unique_ptr<struct archive, WriteClosed> open(archive_write_new());
  const std::unique_ptr<struct archive_entry, EntryClosed> entry(archive_entry_new());
  struct archive* const a = open.get();
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  const auto broken = [&] { return writing.failed ? *writing.failed : library_error(a, Fault::Unavailable); };
  if (archive_write_set_format_raw(a) != ARCHIVE_OK || archive_write_add_filter_zstd(a) != ARCHIVE_OK ||
      archive_write_set_filter_option(a, "zstd", "compression-level", kLevel) != ARCHIVE_OK ||
      archive_write_set_bytes_per_block(a, static_cast<int>(kBlock)) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||  // or zeros would fill it up
      archive_write_open(a, &writing, nullptr, give, nullptr) != ARCHIVE_OK ||
      archive_write_header(a, entry.get()) != ARCHIVE_OK)
    return broken();
  while (!bytes.empty()) {
    const la_ssize_t taken = archive_write_data(a, bytes.data(), std::min(bytes.size(), kBlock));
    if (taken <= 0) return broken();
    bytes.remove_prefix(static_cast<std::size_t>(taken));
  }
  if (archive_write_close(a) != ARCHIVE_OK) return broken();
  return Nothing{};
}

Result<Nothing> decompress(const Source& source, std::size_t size, const Sink& sink) {
  FromSource reading{source};
  const std::unique_ptr<struct archive, ReadClosed> open(archive_read_new());
  struct archive* const a = open.get();
  struct archive_entry* entry = nullptr;
  const auto broken = [&] { return reading.failed ? *reading.failed : library_error(a, Fault::Corrupt); };
  archive_read_support_filter_zstd(a);
  archive_read_support_format_raw(a);
  if (archive_read_open(a, &reading, nullptr, ask, nullptr) != ARCHIVE_OK ||
      archive_read_next_header(a, &entry) != ARCHIVE_OK)
    return broken();
  std::string block(kBlock, '\0');
  std::size_t have = 0;
  for (;;) {
    const la_ssize_t got = archive_read_data(a, block.data(), block.size());
    if (got < 0) return broken();
    if (got == 0) break;
    const auto count = static_cast<std::size_t>(got);
    if (count > size - have) return fail(Fault::Corrupt, "packed bytes hold more than they should");
    TRY(sink(std::string_view(block).substr(0, count)));
    have += count;
  }
  if (reading.failed) return *reading.failed;
  if (have != size) return fail(Fault::Corrupt, "packed bytes hold less than they should");
  return Nothing{};
}

}  // namespace cordon
