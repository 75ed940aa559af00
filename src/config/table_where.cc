// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 8> kRows{{
    {.flag = "root",
     .target = &Inputs::root,
     .env = "GITSYNC_ROOT",
     .old_envs = {"GIT_SYNC_ROOT"},
     .help = "the private working directory; created if missing",
     .details = "Required. Keep nothing of your own in it: a root that holds no repository of "
                "git-sync is emptied. Read the files through --link, never from here."},
    {.flag = "link",
     .target = &Inputs::link,
     .env = "GITSYNC_LINK",
     .old_envs = {"GIT_SYNC_LINK"},
     .help = "the symlink that shows the current checkout (default: last part of --repo)",
     .details = "Absolute, or relative to --root. It is replaced atomically, and the last part of "
                "its target is the full commit hash. The default keeps a .git ending."},
    {.flag = "error-file",
     .target = &Inputs::error_file,
     .env = "GITSYNC_ERROR_FILE",
     .old_envs = {"GIT_SYNC_ERROR_FILE"},
     .help = "a file that holds the latest error, and is removed by a success",
     .details = "Absolute, or relative to --root."},
    {.flag = "touch-file",
     .target = &Inputs::touch_file,
     .env = "GITSYNC_TOUCH_FILE",
     .old_envs = {"GIT_SYNC_TOUCH_FILE"},
     .help = "a file to touch after each change, and after the first successful pass",
     .details = "Absolute, or relative to --root."},
    {.flag = "group-write",
     .target = &Inputs::group_write,
     .env = "GITSYNC_GROUP_WRITE",
     .old_envs = {"GIT_SYNC_GROUP_WRITE"},
     .help = "let the group write to everything that is created (umask 0002, not 0022)"},
    {.flag = "stale-worktree-timeout",
     .target = &Inputs::stale_worktree_timeout,
     .env = "GITSYNC_STALE_WORKTREE_TIMEOUT",
     .help = "how long to keep a checkout after a newer one replaced it",
     .details = "0 removes it at the end of the pass that replaced it. Give readers that keep "
                "files open, or that walk the tree for long, some time here."},
    {.flag = "trust-foreign-owner",
     .target = &Inputs::trust_foreign_owner,
     .env = "GITSYNC_TRUST_FOREIGN_OWNER",
     .help = "use a repository in --root that belongs to another user, for roots shared on purpose",
     .details =
         "By default one that belongs neither to root nor to whom new files in --root belong "
         "is set aside and built anew: who makes it decides what git runs."},
    {.flag = "write-concurrency",
     .target = &Inputs::write_concurrency,
     .env = "GITSYNC_WRITE_CONCURRENCY",
     .help = "how many files to write, look at or remove at once; 0 decides by the kind of volume",
     .details = "On a network volume each file is some round trips. By default 8 on NFS, EFS, SMB, "
                "CephFS and FUSE, and 1 elsewhere. Git's own checkouts are not concerned."},
}};

}  // namespace

std::span<const Row> where_rows() { return kRows; }

}  // namespace gitsync::config
