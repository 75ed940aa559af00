// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

// The variables of these rows have no newer name; deprecated.cc gives the values their effect.
constexpr std::array<Row, 11> kRows{{
    {.flag = "branch",
     .target = &Inputs::branch,
     .env = "GIT_SYNC_BRANCH",
     .use = Use::kDeprecated,
     .replacement = "use --ref instead",
     .help = "the branch to follow, unless --rev names something else than HEAD"},
    {.flag = "rev",
     .target = &Inputs::rev,
     .env = "GIT_SYNC_REV",
     .use = Use::kDeprecated,
     .replacement = "use --ref instead",
     .help = "the revision to sync"},
    {.flag = "dest",
     .target = &Inputs::dest,
     .env = "GIT_SYNC_DEST",
     .use = Use::kDeprecated,
     .replacement = "use --link instead",
     .help = "the symlink to publish"},
    {.flag = "wait",
     .target = &Inputs::wait_seconds,
     .env = "GIT_SYNC_WAIT",
     .use = Use::kDeprecated,
     .replacement = "use --period instead",
     .help = "the pause between two passes, in seconds; 0: not set"},
    {.flag = "timeout",
     .target = &Inputs::timeout_seconds,
     .env = "GIT_SYNC_TIMEOUT",
     .use = Use::kDeprecated,
     .replacement = "use --sync-timeout instead",
     .help = "the total time for one pass, in seconds; 0: not set"},
    {.flag = "max-sync-failures",
     .target = &Inputs::max_sync_failures,
     .env = "GIT_SYNC_MAX_SYNC_FAILURES",
     .use = Use::kDeprecated,
     .replacement = "use --max-failures instead",
     .help = "the number of consecutive failures at which to give up; 0: not set"},
    {.flag = "sync-hook-command",
     .target = &Inputs::sync_hook_command,
     .env = "GIT_SYNC_HOOK_COMMAND",
     .use = Use::kDeprecated,
     .replacement = "use --exechook-command instead",
     .help = "a program to run after publishing"},
    {.flag = "password",
     .target = &Inputs::password_flag,
     .use = Use::kDeprecated,
     .replacement = "use --password-file or $GITSYNC_PASSWORD instead",
     .secrecy = Secrecy::kSecret,
     .help = "the password; visible to every user of the machine"},
    {.flag = "v",
     .target = &Inputs::v,
     .use = Use::kDeprecated,
     .replacement = "use -v or --verbose instead",
     .help = "how much to log; negative: not set"},
    {.flag = "ssh",
     .target = &Inputs::ssh,
     .use = Use::kDeprecated,
     .replacement = "it is no longer needed",
     .help = "no effect: the address tells whether ssh is used"},
    {.flag = "change-permissions",
     .target = &Inputs::change_permissions,
     .env = "GIT_SYNC_PERMISSIONS",
     .use = Use::kDeprecated,
     .replacement = "use --group-write instead",
     .help = "no longer supported: any value but 0 is an error"},
}};

}  // namespace

std::span<const Row> deprecated_rows() { return kRows; }

}  // namespace gitsync::config
