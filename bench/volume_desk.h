// The desk that `bench/volume` fills: one registered feed, one contact for each recipient, one approved standing rule.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "desk/desk.h"
#include "desk/rules.h"

namespace cordon::bench {

struct VolumeOptions {
  std::uint64_t events = 1'000'000, recipients = 5'000, batch = 100'000;
  std::uint64_t left = 500;  // mails that leave, to say how long one takes
  std::uint64_t kills = 0;   // 0: none; else the work is done by a process that is killed so often
  std::uint64_t burst = 0;   // bytes that a folder is given at once
  bool json = false;
};

// IntelMQ events in JSON lines, each of a host of its own below one of the recipients' names. The names are those of
// documents: the desk is a demonstration, and its courier a folder.
std::string feed_lines(std::uint64_t from, std::uint64_t events, std::uint64_t recipients, Instant now);
Result<Nothing> found_volume_desk(const Paths& paths, const VolumeOptions& options, const Clock& clock, Random& random);
// Proposed by one, approved by another, as every rule.
Result<StandingRule> approved_rule(Desk& desk, const VolumeOptions& options);

double clock_seconds();
std::size_t peak_megabytes(int whose);  // of getrusage(2)
// A line of the run's table, or with --json of its own; `ratio` beside a peer's.
void show_figure(const VolumeOptions& options, const std::string& subject, double figure, const std::string& unit,
                 double ratio = 0);

}  // namespace cordon::bench
