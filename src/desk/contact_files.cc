#include "desk/contact_files.h"

#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "desk/desk.h"

namespace cordon {

namespace {

constexpr std::size_t kMostTables = 4;
constexpr std::size_t kLargestBounces = 8u << 20;

std::string table_path(const Paths& paths, std::size_t i) {
  return paths.registries() + "/table-" + std::to_string(i + 1);
}
std::string bounces_path(const Paths& paths) { return paths.desk + "/bounced.json"; }

Result<Nothing> keep_bounces(const Paths& paths, const std::map<std::string, Instant>& bounced) {
  Json kept = Json::Object{};
  for (const auto& [address, at] : bounced) kept.set(address, to_rfc3339(at));
  return write_file(bounces_path(paths), to_text(kept), 0600);
}

}  // namespace

Result<std::vector<std::shared_ptr<const AddressTable>>> load_address_tables(const Paths& paths) {
  std::vector<std::shared_ptr<const AddressTable>> tables;
  for (std::size_t i = 0; i < kMostTables && exists(table_path(paths, i)); ++i) {
    std::string bytes = TRY(read_file(table_path(paths, i), kLargestAddressTable));
    Result<AddressTable> table = AddressTable::read(std::move(bytes));
    if (!table) return fail(Fault::Corrupt, table.error().message, table_path(paths, i));
    tables.push_back(std::make_shared<const AddressTable>(*std::move(table)));
  }
  return tables;
}

Result<std::vector<std::size_t>> keep_address_tables(const Paths& paths, const std::vector<std::string>& files) {
  if (files.empty() || files.size() > kMostTables) return fail(Fault::Usage, "give one to four tables");
  std::vector<std::string> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& file : files) {
    std::string bytes = TRY(read_file(file, kLargestAddressTable));
    const Result<AddressTable> table = AddressTable::read(bytes);
    if (!table) return fail(Fault::Malformed, table.error().message, file + " " + table.error().where);
    sizes.push_back(bytes.size());
    texts.push_back(std::move(bytes));
  }
  TRY(make_folder(paths.registries(), 0700));
  const FileLock lock = TRY(FileLock::take(paths.registries() + "/lock"));
  for (std::size_t i = 0; i < texts.size(); ++i) TRY(write_file(table_path(paths, i), texts[i], 0644));
  for (std::size_t i = texts.size(); i < kMostTables; ++i) ::unlink(table_path(paths, i).c_str());
  return sizes;
}

Result<std::map<std::string, Instant>> bounced_contacts(const Paths& paths) {
  std::map<std::string, Instant> bounced;
  const std::string path = bounces_path(paths);
  if (!exists(path)) return bounced;
  const std::string text = TRY(read_file(path, kLargestBounces));
  const Result<Json> kept = parse_json(text);
  if (!kept || kept->object() == nullptr) return fail(Fault::Corrupt, "expected addresses and times", path);
  for (const auto& [address, at] : *kept->object()) {
    const Result<Instant> when = parse_rfc3339(at.string() == nullptr ? std::string() : *at.string());
    if (!when) return fail(Fault::Corrupt, "expected a time", path + ", " + printable(address, 80));
    bounced.emplace(address, *when);
  }
  return bounced;
}

Result<Nothing> note_bounce(Desk& desk, const std::string& address, Instant at) {
  const Observable mailbox = TRY(parse_observable(ObservableKind::Email, address));
  std::map<std::string, Instant> bounced = TRY(bounced_contacts(desk.paths()));
  bounced.insert_or_assign(mailbox.canonical(), at);
  TRY(keep_bounces(desk.paths(), bounced));
  desk.contacts().leave_out(mailbox.canonical());
  return Nothing{};
}

Result<Nothing> confirm_contact(const Paths& paths, const std::string& address) {
  const Observable mailbox = TRY(parse_observable(ObservableKind::Email, address));
  std::map<std::string, Instant> bounced = TRY(bounced_contacts(paths));
  if (bounced.erase(mailbox.canonical()) == 0)
    return fail(Fault::NotFound, "no mail came back from this address", mailbox.canonical());
  return keep_bounces(paths, bounced);
}

}  // namespace cordon
