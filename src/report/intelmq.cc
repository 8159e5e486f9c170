#include "report/intelmq.h"

#include <algorithm>

#include "base/text.h"
#include "report/mapping.h"
#include "report/redact.h"

namespace cordon {
namespace {

constexpr int kDeepest = 4;  // "source.geolocation.cc" nests three times

// {"source": {"ip": …}} as {"source.ip": …}; deeper objects stay as they are.
void flatten(const Json::Object& members, const std::string& prefix, int depth, Json& out) {
  for (const auto& [key, member] : members) {
    if (member.object() != nullptr && depth < kDeepest) {
      flatten(*member.object(), prefix + key + ".", depth + 1, out);
    } else {
      out.set(prefix + key, member);
    }
  }
}

}  // namespace

bool is_intelmq(const Json& record) {
  for (const std::string_view key : {"classification.type", "classification", "source.ip", "source.url", "source.fqdn",
                                     "source.network", "feed.name", "time.observation", "malware.name"}) {
    if (record.find(key) != nullptr) return true;
  }
  return record.text_or("__type") == "Event";
}

Reading read_intelmq(const Json& record, std::optional<Matter> otherwise) {
  Json event = Json::Object{};
  flatten(*record.object(), {}, 1, event);

  const std::string type = event.text_or("classification.type");
  std::string token;
  for (const std::string_view key : {"event_id", "id", "extra.event_id", "rtir_id"}) {
    if (token.empty()) token = printable(text_member(event, key), 128);
  }
  const auto answer = [&](Reading reading) {
    reading.token = token;
    return reading;
  };
  const auto meaning = type.empty() && otherwise ? std::optional<Meaning>(*otherwise) : intelmq_meaning(type);
  if (!meaning) return answer(refuse_name(type, "classification.type"));
  if (const NotOurs* no = std::get_if<NotOurs>(&*meaning)) {
    return answer(
        refuse(std::string(no->code), "classification.type '" + printable(type, 60) + "': " + std::string(no->reason)));
  }
  const Matter matter = std::get<Matter>(*meaning);
  const auto port = port_member(event, "source.port");
  if (lower_ascii(type) == "misconfiguration" && !port) {
    return answer(refuse("out_of_scope", "a misconfiguration without a port is no exposed service"));
  }

  std::vector<Candidate> candidates;
  const auto add = [&](ObservableKind kind, std::string_view key) {
    if (const std::string text = event.text_or(key); !text.empty()) candidates.push_back({kind, text});
  };
  add(ObservableKind::Url, "source.url");
  add(ObservableKind::Domain, "source.fqdn");
  add(ObservableKind::Ip, "source.ip");
  if (candidates.empty() && !event.text_or("source.network").empty()) {
    return answer(refuse("range", "a range of addresses is never a target; name one address"));
  }
  if (matter == Matter(Category::Malware)) {
    for (const std::string_view key :
         {"malware.hash.sha256", "malware.hash.sha1", "malware.hash.md5", "malware.hash"}) {
      add(ObservableKind::FileHash, key);
    }
  }
  Reading reading = answer(choose(matter, candidates, port));
  if (!reading.code.empty()) return reading;
  reading.seen_at = lenient_time(event.text_or("time.source"));
  reading.kept = keep_record(event, reading.observables);
  return reading;
}

}  // namespace cordon
