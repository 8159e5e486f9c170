// Charter 9.3 and 9.4 once more, as plainly as the text reads and straight from the policy's JSON: slow, with no types
// of its own, and sharing nothing with share/policy.cc, which it is compared with.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"

namespace cordon::naive {

// Everything in words: {"kind","category","observables",…}; see border_json() in policy_test.cc.
struct Verdict {
  std::string answer, code, rule;
  std::vector<std::string> hold_for, duties;  // sorted
  bool operator==(const Verdict&) const = default;
};

inline std::vector<std::string> list(const Json& table, const char* key) {
  std::vector<std::string> words;
  if (const Json* found = table.find(key)) {
    for (const Json& word : *found->array()) words.push_back(*word.string());
  }
  return words;
}
inline bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
inline int rank(const std::string& label) {
  const std::vector<std::string> order{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
  return static_cast<int>(std::find(order.begin(), order.end(), label) - order.begin());
}
inline bool personal(const std::string& kind) {
  return has({"email", "phone", "iban", "card_token", "wallet", "handle"}, kind);
}
inline bool any_personal(const std::vector<std::string>& kinds) {
  return std::any_of(kinds.begin(), kinds.end(), personal);
}
inline Verdict denied(const char* code, std::string rule) { return {"deny", code, std::move(rule), {}, {}}; }

// The table 9.4: "yes", "no" or "counts".
inline std::string ceiling(const Json& object, const std::string& role) {
  const std::string kind = *object.text("kind");
  const std::string tlp = *object.text("tlp");
  const std::string number = object.text_or("number");
  if (kind == "statistic" || kind == "correction") return "yes";
  if (kind == "indicator") {
    if (role == "member") return "yes";
    if (any_personal(list(object, "observables"))) return "no";
    if (role == "observer" || role == "dialogue_partner") return tlp == "CLEAR" || tlp == "GREEN" ? "yes" : "no";
    if (role == "guest") return tlp == "CLEAR" && *object.flag("in_public_feed") ? "yes" : "no";
    return "no";
  }
  if (kind == "case_summary") return role == "member" ? "yes" : role == "observer" ? "counts" : "no";
  if (kind == "alert") return role == "candidate" && tlp != "CLEAR" ? "no" : "yes";
  if (kind == "request") {
    if (role == "member") return "yes";
    const bool light = has({"C01", "C02", "C03", "C04", "C05", "C06", "C07", "C09"}, number);
    return (role == "observer" || role == "dialogue_partner") && light ? "yes" : "no";
  }
  return role == "member" ? "yes" : "no";  // evidence descriptor, evidence bytes, outcome
}

inline bool speaks(const Json& rule, const Json& object, const Json& peer) {
  const auto fits = [&](const char* key, const std::string& word) {
    const std::vector<std::string> words = list(rule, key);
    return words.empty() || has(words, word);
  };
  return fits("objects", *object.text("kind")) && fits("roles", *peer.text("role")) &&
         fits("peers", *peer.text("desk")) && fits("countries", *peer.text("country")) &&
         fits("categories", object.text_or("category", "(none)"));
}

inline std::vector<std::string> kinds_of(const Json& rule) {
  std::vector<std::string> kinds = list(rule, "kinds");
  if (has(kinds, "technical")) {
    for (const char* kind : {"url", "domain", "ip", "onion", "file_hash", "perceptual_hash", "tls_cert", "app_id"})
      kinds.emplace_back(kind);
  }
  return kinds;
}

inline Verdict decide(const Json& policy, const Json& object, const Json& peer, const Json& self, std::int64_t now) {
  const auto is = [&](const char* flag) { return *object.flag(flag); };
  const std::string kind = *object.text("kind");
  const std::string category = object.text_or("category");
  const std::string number = object.text_or("number");
  const std::vector<std::string> observables = list(object, "observables");
  const std::string tlp = *object.text("tlp");
  const std::string pap = *object.text("pap");
  const std::string role = *peer.text("role");

  std::vector<std::string> denying;
  if (const Json* rules = policy.find("deny")) {
    for (const Json& rule : *rules->array()) {
      const std::vector<std::string> kinds = kinds_of(rule);
      const bool kind_fits = kinds.empty() || std::any_of(observables.begin(), observables.end(),
                                                          [&](const std::string& k) { return has(kinds, k); });
      if (speaks(rule, object, peer) && kind_fits) denying.push_back(*rule.text("name"));
    }
  }
  std::sort(denying.begin(), denying.end());

  // B13, then B1
  if (kind == "correction") {
    if (!is("received_before")) return denied("role", "B14");
    return {"allow", "", "B13", {}, {"delete_on_recall"}};
  }
  if (*peer.text("state") != "active" || *peer.text("charter") != *self.text("charter") ||
      now - *peer.number("head_at") > 48LL * 3600 * 1000)
    return denied("not_trusted", "B1");
  if (kind == "statistic") {
    if (is("victim_data")) return denied("protected_data", "B3");
    if (tlp != "CLEAR" || !observables.empty() || !category.empty()) return denied("label", "B5");
    if (!denying.empty()) return denied("policy", denying.front());
    return {"allow", "", "B14", {}, {}};
  }
  // B2
  if (category.empty() || !has(list(self, "enabled"), category) || !has(list(peer, "annex"), category) ||
      !has(list(peer, "agreed"), category))
    return denied("no_common_offence", "B2");
  // B3
  const bool hashes = has(observables, "file_hash") || has(observables, "perceptual_hash");
  if (is("victim_data") || (number == "C09" && (kind == "evidence_payload" || hashes)) ||
      (number == "C11" && !is("victim_wish")))
    return denied("protected_data", "B3");
  // B4
  if ((is("residency_lock") || any_personal(observables)) && !is("transfer_basis")) return denied("residency", "B4");
  // B5
  int least = rank(*object.text("category_tlp"));
  if (any_personal(observables)) least = std::max(least, rank("AMBER"));
  if (tlp == "RED" || rank(tlp) < least || rank(pap) < rank(*object.text("category_pap")) ||
      (pap == "RED" && (kind == "alert" || kind == "request")) ||
      (*object.text("origin") != *self.text("desk") && !is("onward_ok")))
    return denied("label", "B5");
  // B6
  const Json* expires = object.find("expires_at");
  if (*object.text("state") != "active" || (expires != nullptr && *expires->integer() <= now) ||
      (expires == nullptr && (kind == "indicator" || kind == "alert" || kind == "request")))
    return denied("contested", "B6");
  // B7
  const bool owner = kind == "alert" && (number == "C01" || number == "C02" || number == "C05");
  if (is("sensitive") && !owner) return denied("sensitive", "B7");
  // B9, B10, B14, own rules
  if (any_personal(observables) && role != "member") return denied("protected_data", "B9");
  if (kind == "evidence_payload" && !is("mla_reference")) return denied("protected_data", "B10");
  if (ceiling(object, role) == "no") return denied("role", "B14");
  if (!denying.empty()) return denied("policy", denying.front());

  std::vector<std::string> plain, redacted, held, duties{"expires_at", "delete_on_recall", "act_only_with_new_fact"};
  if (const Json* rules = policy.find("allow")) {
    for (const Json& rule : *rules->array()) {
      const std::vector<std::string> kinds = kinds_of(rule);
      bool fits = speaks(rule, object, peer) && rank(tlp) <= rank(*rule.text("max_tlp")) &&
                  rank(pap) <= rank(rule.text_or("max_pap", "RED"));
      for (const std::string& k : observables) fits = fits && has(kinds, k);
      if (!fits) continue;
      const std::string then = rule.text_or("then", "allow");
      (then == "hold" ? held : then == "redacted" ? redacted : plain).push_back(*rule.text("name"));
      for (const std::string& duty : list(rule, "duties")) duties.push_back(duty);
    }
  }
  if (plain.empty() && redacted.empty() && held.empty()) return denied("default", "B15");
  if (rank(tlp) > rank("GREEN")) duties.emplace_back("no_onward");
  std::sort(duties.begin(), duties.end());
  duties.erase(std::unique(duties.begin(), duties.end()), duties.end());
  for (auto* names : {&plain, &redacted, &held}) std::sort(names->begin(), names->end());

  std::vector<std::string> people;
  std::string because;
  const auto hold = [&](const std::string& rule, const std::vector<std::string>& roles) {
    if (because.empty()) because = rule;
    for (const std::string& one : roles) {
      if (!has(people, one)) people.push_back(one);
    }
  };
  if (number == "C16" || number == "C17") hold("B8", {"legal_reviewer", "border_officer"});
  if (any_personal(observables) && (!plain.empty() || !held.empty())) hold("B9", {"border_officer"});
  if (kind == "evidence_payload") hold("B10", {"border_officer", "approver"});
  if (kind == "request") hold("B11", {"border_officer"});
  std::int64_t quota = 10'000;
  if (const Json* table = policy.find("quota")) quota = *table->number("per_peer_per_day");
  if (*self.number("sent_today") >= quota) hold("B12", {"border_officer"});
  if (!held.empty()) hold(held.front(), {"border_officer"});
  std::sort(people.begin(), people.end());
  if (!people.empty()) return {"hold", "", because, people, duties};
  if (ceiling(object, role) == "counts") return {"allow_redacted", "", "B14", {}, duties};
  if (!redacted.empty()) return {"allow_redacted", "", redacted.front(), {}, duties};
  return {"allow", "", plain.front(), {}, duties};
}

}  // namespace cordon::naive
