#include "probe/probing.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/files.h"
#include "net/http_client.h"
#include "net/page_look.h"
#include "observable/url.h"
#include "probe/dns.h"

namespace cordon {

namespace {

constexpr int kDnsTries = 2;
constexpr int kDnsMs = 1500;
constexpr int kKnockMs = 3000;
constexpr std::size_t kMostAddresses = 2;  // that are knocked at
constexpr std::size_t kLargestDatagram = 4096;
constexpr std::uint16_t kDnsPort = 53;
constexpr auto kEnoughTime = std::chrono::seconds(4);  // a page that failed faster than this is asked once more

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const Ip& ip, std::uint16_t port) {
  SocketAddress address;
  if (ip.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    std::memcpy(&v4->sin_addr, ip.bytes().data(), 4);
    address.size = sizeof *v4;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    std::memcpy(&v6->sin6_addr, ip.bytes().data(), 16);
    address.size = sizeof *v6;
  }
  return address;
}

bool wait_for(int fd, short what, int ms) {
  pollfd one{fd, what, 0};
  return ::poll(&one, 1, ms) == 1;
}

TargetLook::Door knock(const Ip& ip, std::uint16_t port) {
  if (ip.is_special()) return TargetLook::Door::Untried;
  const SocketAddress to = socket_address(ip, port);
  const Fd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return TargetLook::Door::Silent;
  if (::connect(fd.get(), to.get(), to.size) == 0) return TargetLook::Door::Opened;
  if (errno == ECONNREFUSED) return TargetLook::Door::Closed;
  if (errno != EINPROGRESS || !wait_for(fd.get(), POLLOUT, kKnockMs)) return TargetLook::Door::Silent;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return TargetLook::Door::Silent;
  return error == 0              ? TargetLook::Door::Opened
         : error == ECONNREFUSED ? TargetLook::Door::Closed
                                 : TargetLook::Door::Silent;
}

std::uint16_t fresh_id(Random& random) {
  const std::string bytes = random.bytes(2);
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
}

// The resolver's answer, or Failed. Whoever else sends a datagram to this socket is not heard: it is connected, on a
// port that the kernel chose, and the id is random.
DnsAnswer ask_resolver(const Ip& resolver, const std::string& name, DnsType type, Random& random) {
  DnsAnswer failed{DnsAnswer::Says::Failed, false, false, {}};
  const SocketAddress to = socket_address(resolver, kDnsPort);
  for (int i = 0; i < kDnsTries; ++i) {
    const std::uint16_t id = fresh_id(random);
    const Result<std::string> question = write_dns_question(id, name, type);
    if (!question) return failed;
    const Fd fd(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd || ::connect(fd.get(), to.get(), to.size) != 0 ||
        ::send(fd.get(), question->data(), question->size(), 0) != static_cast<ssize_t>(question->size()))
      continue;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kDnsMs);
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0 || !wait_for(fd.get(), POLLIN, static_cast<int>(left.count()))) break;
      std::string datagram(kLargestDatagram, '\0');
      const ssize_t size = ::recv(fd.get(), datagram.data(), datagram.size(), 0);
      if (size < 0) break;
      datagram.resize(static_cast<std::size_t>(size));
      Result<DnsAnswer> answer = read_dns_answer(datagram, id, name, type);
      // One that was cut holds nothing to go by, and a name with so many addresses has others to be seen at.
      if (answer && !answer->cut) return *std::move(answer);
      if (answer) return failed;
    }
  }
  return failed;
}

bool answered(const DnsAnswer& answer) { return answer.says != DnsAnswer::Says::Failed; }

// What the name leads to; the addresses of the public network, v4 first.
std::vector<Ip> look_up(const std::string& name, const Ip& resolver, Random& random, TargetLook& look) {
  const DnsAnswer v4 = ask_resolver(resolver, name, DnsType::A, random);
  const DnsAnswer v6 = ask_resolver(resolver, name, DnsType::Aaaa, random);
  look.resolver = answered(v4) || answered(v6) || answered(ask_resolver(resolver, "", DnsType::Soa, random));
  std::vector<Ip> outside;
  bool inside = false;
  for (const DnsAnswer* answer : {&v4, &v6}) {
    for (const Ip& address : answer->addresses) {
      if (address.is_special())
        inside = true;
      else
        outside.push_back(address);
    }
  }
  const bool both = answered(v4) && answered(v6);
  look.name = !outside.empty() ? TargetLook::Name::Found
              : inside         ? TargetLook::Name::Inside
              : both           ? TargetLook::Name::None
                               : TargetLook::Name::Unanswered;
  look.zone_denies = look.name == TargetLook::Name::None && v4.by_zone && v6.by_zone;
  return outside;
}

bool leads_elsewhere(const std::string& place, const http::PageSeen& seen) {
  if (seen.status < 300 || seen.status > 399 || seen.location.empty()) return false;
  const Result<std::string> led = http::led_to(place, seen.location);
  if (!led) return true;
  const Result<Url> to = parse_url(*led), from = parse_url(place);
  if (!to || !from) return true;
  if (to->host() == from->host()) return false;
  const Result<Observable> one = parse_observable(ObservableKind::Domain, from->host());
  const Result<Observable> other = parse_observable(ObservableKind::Domain, to->host());
  if (!one || !other) return true;
  const std::optional<Observable> registered = registrable_domain(*one);
  return !registered || registered != registrable_domain(*other);
}

void see_page(const std::string& place, const Ip& address, TargetLook& look) {
  const auto began = std::chrono::steady_clock::now();
  using Reached = http::PageSeen::Reached;
  http::PageSeen seen = http::look_at({place, address.text(), &is_outside});
  if (seen.reached != Reached::Answer && std::chrono::steady_clock::now() - began < kEnoughTime)
    seen = http::look_at({place, address.text(), &is_outside});
  look.certificate = seen.certificate_holds;
  switch (seen.reached) {
    case Reached::Nothing:
    case Reached::Connection:
      look.page = place.starts_with("https:") ? TargetLook::Page::NoHandshake : TargetLook::Page::Cut;
      return;
    case Reached::Handshake:
      look.page = TargetLook::Page::Cut;
      return;
    case Reached::Answer:
      break;
  }
  look.page = TargetLook::Page::Answered;
  look.status = seen.status;
  look.whole = seen.whole;
  look.body = sha256(seen.body);
  look.elsewhere = leads_elsewhere(place, seen);
}

}  // namespace

Result<TargetLook> take_look(const std::string& place, const Ip& resolver, const Clock& clock, Random& random) {
  const Url url = TRY(parse_url(place));
  if (url.scheme() != "http" && url.scheme() != "https")
    return fail(Fault::Refused, "a look goes over http or https only");
  TargetLook look;
  look.at = clock.now();
  std::vector<Ip> addresses;
  if (url.host_kind() == Url::HostKind::Name) {
    addresses = look_up(url.host(), resolver, random, look);
  } else {
    const Ip address = TRY(parse_ip(url.host()));
    if (address.is_special())
      return fail(Fault::Refused, "this address names no host of the public network (RFC 6890)", address.text());
    look.name = TargetLook::Name::Literal;
    look.resolver = answered(ask_resolver(resolver, "", DnsType::Soa, random));
    addresses = {address};
  }
  const bool secure = url.scheme() == "https";
  const std::uint16_t port = url.port().value_or(secure ? 443 : 80);
  for (std::size_t i = 0; i < std::min(addresses.size(), kMostAddresses) && look.door != TargetLook::Door::Opened;
       ++i) {
    look.door = knock(addresses[i], port);
    if (look.door == TargetLook::Door::Opened) see_page(url.text(), addresses[i], look);
  }
  if (look.door == TargetLook::Door::Closed || look.door == TargetLook::Door::Silent)
    look.other_door = knock(addresses.front(), port == 80 ? 443 : 80);
  return look;
}

}  // namespace cordon
