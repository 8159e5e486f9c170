// The words by which a reply is recognised where its headers say nothing, and the words that our letters ask for, in
// English, Russian, Kazakh and Chinese. Private to referral/reply.cc and its tests.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "referral/reply.h"

namespace cordon {

// Latin and Cyrillic letters small, so that phrases compare; no byte is added or taken away but of letters that have no
// twin of their length, which stay.
std::string fold_letters(std::string_view text);

// Phrases as fold_letters() makes them.
std::span<const std::string_view> away_phrases();     // somebody is not there
std::span<const std::string_view> ticket_phrases();   // a system has it, or a machine writes
std::span<const std::string_view> failure_phrases();  // a mail server gives up
bool says_one_of(std::string_view folded, std::span<const std::string_view> phrases);
bool is_quotation_head(std::string_view folded);  // "On … wrote:" and its kin, and "From:" of a mail that is forwarded

// A line that is an answer word, or "refuse: …"; whatever else the line holds, it is none.
std::optional<ProposedStep> answer_word(std::string_view line);

}  // namespace cordon
