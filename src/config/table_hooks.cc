// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 11> kRows{{
    {.flag = "exechook-command",
     .target = &Inputs::exechook_command,
     .env = "GITSYNC_EXECHOOK_COMMAND",
     .old_envs = {"GIT_SYNC_EXECHOOK_COMMAND"},
     .help = "a program to run in the new checkout after it was published",
     .details = "One executable without arguments, not a shell line. It finds the commit hash in "
                "$GITSYNC_HASH."},
    {.flag = "exechook-timeout",
     .target = &Inputs::exechook_timeout,
     .env = "GITSYNC_EXECHOOK_TIMEOUT",
     .old_envs = {"GIT_SYNC_EXECHOOK_TIMEOUT"},
     .help = "the time limit of --exechook-command; at least 1s"},
    {.flag = "exechook-backoff",
     .target = &Inputs::exechook_backoff,
     .env = "GITSYNC_EXECHOOK_BACKOFF",
     .old_envs = {"GIT_SYNC_EXECHOOK_BACKOFF"},
     .help = "the pause before a failed --exechook-command runs again; at least 1s"},
    {.flag = "pre-publish-exechook-command",
     .target = &Inputs::pre_publish_exechook_command,
     .env = "GITSYNC_PRE_PUBLISH_EXECHOOK_COMMAND",
     .help = "a program to start in the new checkout just before it is published",
     .details = "It is not waited for and cannot prevent publishing. It runs only when the link is "
                "about to change."},
    {.flag = "pre-publish-exechook-timeout",
     .target = &Inputs::pre_publish_exechook_timeout,
     .env = "GITSYNC_PRE_PUBLISH_EXECHOOK_TIMEOUT",
     .help = "the time limit of --pre-publish-exechook-command; at least 1s"},
    {.flag = "pre-publish-exechook-backoff",
     .target = &Inputs::pre_publish_exechook_backoff,
     .env = "GITSYNC_PRE_PUBLISH_EXECHOOK_BACKOFF",
     .help = "the pause before a failed --pre-publish-exechook-command runs again; at least 1s"},
    {.flag = "webhook-url",
     .target = &Inputs::webhook_url,
     .env = "GITSYNC_WEBHOOK_URL",
     .old_envs = {"GIT_SYNC_WEBHOOK_URL"},
     .secrecy = Secrecy::kCapability,
     .help = "a URL to call after publishing",
     .details = "The commit hash is sent in the header Gitsync-Hash; the body is empty."},
    {.flag = "webhook-method",
     .target = &Inputs::webhook_method,
     .env = "GITSYNC_WEBHOOK_METHOD",
     .old_envs = {"GIT_SYNC_WEBHOOK_METHOD"},
     .help = "the HTTP method of the webhook"},
    {.flag = "webhook-success-status",
     .target = &Inputs::webhook_success_status,
     .env = "GITSYNC_WEBHOOK_SUCCESS_STATUS",
     .old_envs = {"GIT_SYNC_WEBHOOK_SUCCESS_STATUS"},
     .help = "the HTTP status that means success; 0 accepts any response"},
    {.flag = "webhook-timeout",
     .target = &Inputs::webhook_timeout,
     .env = "GITSYNC_WEBHOOK_TIMEOUT",
     .old_envs = {"GIT_SYNC_WEBHOOK_TIMEOUT"},
     .help = "the time limit of the webhook; at least 1s"},
    {.flag = "webhook-backoff",
     .target = &Inputs::webhook_backoff,
     .env = "GITSYNC_WEBHOOK_BACKOFF",
     .old_envs = {"GIT_SYNC_WEBHOOK_BACKOFF"},
     .help = "the pause before a failed webhook is called again; at least 1s"},
}};

}  // namespace

std::span<const Row> hook_rows() { return kRows; }

}  // namespace gitsync::config
