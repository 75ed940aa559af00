// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 8> kRows{{
    {.flag = "engine",
     .target = &Inputs::engine,
     .env = "GITSYNC_ENGINE",
     .help = "what does the steps of a sync: auto, native or git",
     .details = "With auto, git-sync does itself what it fully understands, without starting a "
                "process, and leaves the rest to git, saying once in the log what and why. With "
                "native, what would be left to git fails, but for fetching. With git, git does it "
                "all."},
    {.flag = "git",
     .target = &Inputs::git,
     .env = "GITSYNC_GIT",
     .old_envs = {"GIT_SYNC_GIT"},
     .help = "the git executable to run"},
    {.flag = "git-config",
     .target = &Inputs::git_config,
     .env = "GITSYNC_GIT_CONFIG",
     .old_envs = {"GIT_SYNC_GIT_CONFIG"},
     .secrecy = Secrecy::kGitConfig,
     .help = "more git configuration: key:value pairs separated by commas",
     .details = "Keys and values may be put in double quotes; the escapes are \\n \\t \\\" \\, and "
                "\\\\. A key that holds a colon must be quoted."},
    {.flag = "git-config-add",
     .target = &Inputs::git_config_add,
     .secrecy = Secrecy::kGitConfig,
     .help = "one more git setting, written as in --git-config; may be repeated",
     .details = "Applied after --git-config. There is no variable for it."},
    {.flag = "git-gc",
     .target = &Inputs::git_gc,
     .env = "GITSYNC_GIT_GC",
     .old_envs = {"GIT_SYNC_GIT_GC"},
     .help = "how to collect garbage after an old checkout was removed: auto, always, aggressive "
             "or off"},
    {.flag = "http-bind",
     .target = &Inputs::http_bind,
     .env = "GITSYNC_HTTP_BIND",
     .old_envs = {"GIT_SYNC_HTTP_BIND"},
     .help = "the address of the HTTP endpoint, such as :1234 or 127.0.0.1:1234",
     .details = "GET / answers 503 until the first success, then 200: use it as a startup or "
                "readiness probe."},
    {.flag = "http-metrics",
     .target = &Inputs::http_metrics,
     .env = "GITSYNC_HTTP_METRICS",
     .old_envs = {"GIT_SYNC_HTTP_METRICS"},
     .help = "serve Prometheus metrics at /metrics; needs --http-bind"},
    {.flag = "http-pprof",
     .target = &Inputs::http_pprof,
     .env = "GITSYNC_HTTP_PPROF",
     .old_envs = {"GIT_SYNC_HTTP_PPROF"},
     .help = "serve figures of the process at /debug/pprof/; needs --http-bind"},
}};

}  // namespace

std::span<const Row> git_and_http_rows() { return kRows; }

}  // namespace gitsync::config
