#include "match/traffic.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "observable/ip.h"

namespace cordon {
namespace {

constexpr std::size_t kTrafficPiece = std::size_t{1} << 20;
constexpr std::size_t kMostNames = 20'000'000;

std::string key(ObservableKind kind, std::string_view canonical) {
  return std::string(name(kind)) + " " + std::string(canonical);
}

std::optional<IpRange> block_of(std::string_view address) {
  const bool v4 = address.find(':') == std::string_view::npos;
  const auto range = parse_ip_range(std::string(address) + (v4 ? "/32" : "/128"));
  return range ? std::optional(*range) : std::nullopt;
}

}  // namespace

std::size_t asked_by(const Find& find, std::array<Query, 2>& asked) {
  const auto kind = target_kind(find.kind);
  if (!kind) return 0;
  asked[0] = {*kind, find.canonical};
  const std::size_t scheme = find.canonical.find("://");
  if (*kind != ObservableKind::Url || scheme == std::string_view::npos) return 1;
  // A canonical url has its host as the host's own kind writes it, a v6 address in brackets.
  std::string_view host = find.canonical.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  if (host.starts_with('[')) {
    asked[1] = {ObservableKind::Ip, host.substr(1, host.find(']') - 1)};
    return 2;
  }
  host = host.substr(0, host.find(':'));
  const bool v4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
  asked[1] = {v4                         ? ObservableKind::Ip
              : host.ends_with(".onion") ? ObservableKind::Onion
                                         : ObservableKind::Domain,
              host};
  return 2;
}

Result<Nothing> TrafficSample::add(const std::string& path) {
  const Fd fd = path == "-" ? Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3)) : TRY(open_file(path, O_RDONLY));
  const auto sink = [this](const Find& find) { add(find); };
  Scanner scanner({}, sink);
  std::string piece(kTrafficPiece, '\0');
  for (;;) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", errno, path);
    if (got == 0) break;
    scanner.feed(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    if (counts_.size() > kMostNames) return fail(Fault::Unavailable, "the sample has more than 20 million names", path);
  }
  scanner.finish();
  return Nothing{};
}

void TrafficSample::add(const Find& find) {
  if (find.has(FindFlag::InsideUrl)) return;
  std::array<Query, 2> all;
  const std::size_t count = asked_by(find, all);
  for (const Query& asked : std::span(all).first(count)) {
    ++finds_;
    ++counts_[key(asked.kind, asked.canonical)];
    if (asked.kind == ObservableKind::Domain) {
      for (std::string_view name = asked.canonical; !name.empty();) {
        ++counts_["." + std::string(name)];
        const std::size_t dot = name.find('.');
        name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
      }
    } else if (asked.kind == ObservableKind::Url) {
      const std::string whole = prefix_key(asked.canonical);
      for (std::size_t end = whole.size(); end != std::string::npos && end > 0; end = whole.rfind('/', end - 1))
        ++counts_["/" + whole.substr(0, end)];
    } else if (asked.kind == ObservableKind::Ip) {
      if (const auto block = block_of(asked.canonical)) ++addresses_[{block->is_v4(), block->start()}];
    }
  }
}

std::uint64_t TrafficSample::hits(const ListedIndicator& indicator) const {
  if (const auto* range = std::get_if<IpRange>(&indicator.what)) {
    std::uint64_t sum = 0;
    for (auto at = addresses_.lower_bound({range->is_v4(), range->start()}); at != addresses_.end(); ++at) {
      const auto one = make_ip_range(at->first.first, at->first.second, at->first.first ? 32 : 128);
      if (!one || !range->covers(*one)) break;
      sum += at->second;
    }
    return sum;
  }
  const auto& observable = std::get<Observable>(indicator.what);
  const auto count = [&](const std::string& of) {
    const auto found = counts_.find(of);
    return found == counts_.end() ? 0 : found->second;
  };
  switch (indicator.reach) {
    case Reach::Below:
      return count("." + observable.canonical());
    case Reach::Prefix:
      return count("/" + prefix_key(observable.canonical()));
    case Reach::Exact:
      break;
  }
  return count(key(observable.kind(), observable.canonical()));
}

}  // namespace cordon
