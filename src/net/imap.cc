#include "net/imap.h"

#include <algorithm>

#include "base/text.h"
#include "net/curl.h"

namespace cordon {
namespace {

constexpr long kImapSeconds = 60;
constexpr std::size_t kLongestAnswer = 4u << 20;  // to a command that fetches nothing

struct Received {
  std::string bytes;
  std::size_t largest = 0;
  bool too_large = false;
};

std::size_t keep_received(char* bytes, std::size_t size, std::size_t count, void* into) {
  Received& received = *static_cast<Received*>(into);
  received.too_large = received.bytes.size() + size * count > received.largest;
  if (received.too_large) return 0;
  received.bytes.append(bytes, size * count);
  return size * count;
}

// A folder as it stands in a URL.
std::string in_url(const std::string& folder) {
  const CurlOwned<char> escaped(curl_easy_escape(nullptr, folder.c_str(), static_cast<int>(folder.size())));
  return escaped ? std::string(escaped.get()) : std::string();
}

}  // namespace

struct ImapBox::Handle {
  ImapServer server;
  CurlOwned<CURL> curl;
};

ImapBox::ImapBox(ImapServer server) : handle_(std::make_unique<Handle>()) { handle_->server = std::move(server); }
ImapBox::~ImapBox() = default;
ImapBox::ImapBox(ImapBox&&) noexcept = default;
ImapBox& ImapBox::operator=(ImapBox&&) noexcept = default;

Result<std::string> ImapBox::ask(const std::string& path, const std::string& command, std::size_t largest) {
  const ImapServer& server = handle_->server;
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  const CurlOwned<CURLU> url(curl_url());
  if (!handle_->curl && kReady == CURLE_OK) handle_->curl.reset(curl_easy_init());
  CURL* curl = handle_->curl.get();
  if (!url || curl == nullptr) return fail(Fault::Unavailable, "libcurl could not start");
  const std::string whole = server.url + (server.url.ends_with('/') ? "" : "/") + in_url(server.folder) + path;
  if (curl_url_set(url.get(), CURLUPART_URL, whole.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return fail(Fault::Usage, "expected an IMAP server such as imaps://mail.example.net", printable(server.url));
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME), host = part_of(url.get(), CURLUPART_HOST);
  if ((scheme != "imap" && scheme != "imaps") || !part_of(url.get(), CURLUPART_USER).empty())
    return fail(Fault::Usage, "expected imap:// or imaps:// and a host, without a user name", printable(host));

  curl_easy_reset(curl);
  const auto set = [&](CURLoption option, auto value) {
    CORDON_CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "libcurl must know its own options");
  };
  char reason[CURL_ERROR_SIZE] = "";
  Received received{{}, largest};
  const bool in_plain = is_loopback(host) && server.authorities.empty();
  set(CURLOPT_CURLU, url.get());
  set(CURLOPT_PROTOCOLS_STR, "imap,imaps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kImapSeconds / 2);
  set(CURLOPT_TIMEOUT, 2 * kImapSeconds);
  set(CURLOPT_USE_SSL, static_cast<long>(in_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!server.authorities.empty()) set(CURLOPT_CAINFO, server.authorities.c_str());
  set(CURLOPT_USERNAME, server.user.c_str());
  set(CURLOPT_PASSWORD, server.password.c_str());
  if (!command.empty()) set(CURLOPT_CUSTOMREQUEST, command.c_str());
  set(CURLOPT_WRITEFUNCTION, &keep_received);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&received));
  set(CURLOPT_ERRORBUFFER, &reason[0]);
  const CURLcode outcome = curl_easy_perform(curl);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));  // LOGOUT comes when this frame is gone
  if (outcome == CURLE_OK) return std::move(received.bytes);
  const std::string why = printable(reason[0] == '\0' ? curl_easy_strerror(outcome) : reason, 300);
  handle_->curl.reset();
  if (received.too_large) return fail(Fault::Malformed, "a mail that is too large", host);
  return fail(Fault::Unavailable, why, host);
}

Result<std::vector<std::uint32_t>> ImapBox::search(const std::string& what) {
  const std::string answer = TRY(ask("", "UID SEARCH " + what, kLongestAnswer));
  std::vector<std::uint32_t> uids;
  for (std::string_view line : split(answer, '\n')) {
    line = trim(line);
    if (!line.starts_with("* SEARCH")) continue;
    for (const std::string_view word : split(line.substr(8), ' ')) {
      const Result<std::int64_t> uid = parse_integer(word);
      if (uid && *uid > 0 && *uid <= UINT32_MAX) uids.push_back(static_cast<std::uint32_t>(*uid));
    }
  }
  std::sort(uids.begin(), uids.end());
  return uids;
}

Result<std::vector<std::uint32_t>> ImapBox::not_taken(std::size_t limit) {
  std::vector<std::uint32_t> uids = TRY(search("NOT KEYWORD $CordonTaken UNDELETED"));
  if (uids.size() > limit) uids.resize(limit);
  return uids;
}

Result<std::vector<std::uint32_t>> ImapBox::flagged() { return search("KEYWORD $CordonTaken FLAGGED UNDELETED"); }

Result<std::string> ImapBox::fetch(std::uint32_t uid, std::size_t largest) {
  return ask("/;UID=" + std::to_string(uid), {}, largest);
}

Result<Nothing> ImapBox::mark(std::uint32_t uid, Mark mark) {
  const std::string flags = mark == Mark::Taken ? "($CordonTaken)" : "($CordonTaken \\Flagged)";
  TRY(ask("", "UID STORE " + std::to_string(uid) + " +FLAGS.SILENT " + flags, kLongestAnswer));
  return Nothing{};
}

Result<Nothing> ImapBox::remove(std::uint32_t uid) {
  TRY(ask("", "UID STORE " + std::to_string(uid) + " +FLAGS.SILENT ($CordonTaken \\Deleted)", kLongestAnswer));
  const std::string can = TRY(ask("", "CAPABILITY", kLongestAnswer));
  if (can.find(" UIDPLUS") != std::string::npos) TRY(ask("", "UID EXPUNGE " + std::to_string(uid), kLongestAnswer));
  return Nothing{};
}

Result<Nothing> ImapBox::take_again(const std::vector<std::uint32_t>& uids) {
  for (const std::uint32_t uid : uids)
    TRY(ask("", "UID STORE " + std::to_string(uid) + " -FLAGS.SILENT ($CordonTaken \\Flagged)", kLongestAnswer));
  return Nothing{};
}

}  // namespace cordon
