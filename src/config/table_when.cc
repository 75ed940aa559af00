// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 7> kRows{{
    {.flag = "period",
     .target = &Inputs::period,
     .env = "GITSYNC_PERIOD",
     .old_envs = {"GIT_SYNC_PERIOD"},
     .help = "the pause between two passes; at least 10ms"},
    {.flag = "init-period",
     .target = &Inputs::init_period,
     .env = "GITSYNC_INIT_PERIOD",
     .help = "the pause until the first success; 0 means --period, else at least 10ms"},
    {.flag = "sync-timeout",
     .target = &Inputs::sync_timeout,
     .env = "GITSYNC_SYNC_TIMEOUT",
     .old_envs = {"GIT_SYNC_SYNC_TIMEOUT"},
     .help = "the total time for one pass; at least 10ms",
     .details = "At its end every process of the pass is killed and the pass has failed."},
    {.flag = "one-time",
     .target = &Inputs::one_time,
     .env = "GITSYNC_ONE_TIME",
     .old_envs = {"GIT_SYNC_ONE_TIME"},
     .help = "exit after the first successful pass and its hooks",
     .details = "Meant for init containers. Failures count as always, see --max-failures."},
    {.flag = "max-failures",
     .target = &Inputs::max_failures,
     .env = "GITSYNC_MAX_FAILURES",
     .old_envs = {"GIT_SYNC_MAX_FAILURES"},
     .help = "the number of consecutive failures at which to give up; negative: never",
     .details = "0 and 1 both give up at the first failure, N at the N-th. Any success starts the "
                "count anew."},
    {.flag = "init-max-failures",
     .target = &Inputs::init_max_failures_number,
     .env = "GITSYNC_INIT_MAX_FAILURES",
     .help = "the same until the first success, if given at all; else --max-failures",
     .details = "An explicit 0 gives up at the first failure even if --max-failures is negative."},
    {.flag = "sync-on-signal",
     .target = &Inputs::sync_on_signal_name,
     .env = "GITSYNC_SYNC_ON_SIGNAL",
     .old_envs = {"GIT_SYNC_SYNC_ON_SIGNAL"},
     .help = "a signal that ends the pause at once: SIGHUP, HUP or a number",
     .details = "A signal during a pass starts the next pass right after it."},
}};

}  // namespace

std::span<const Row> when_rows() { return kRows; }

}  // namespace gitsync::config
