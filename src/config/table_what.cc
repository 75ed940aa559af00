// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 6> kRows{{
    {.flag = "repo",
     .target = &Inputs::repo,
     .env = "GITSYNC_REPO",
     .old_envs = {"GIT_SYNC_REPO"},
     .secrecy = Secrecy::kUrl,
     .help = "the git repository to sync: https://, ssh://, user@host:path, file:// or a path; or "
             "a folder of a bucket: s3://bucket/prefix/; or an archive: s3://bucket/name.tar.gz, "
             "https://host/name.tar.gz; or an artifact in a registry: oci://host/repository:tag",
     .details = "Required. A user name and password in an http(s) address are taken out of it and "
                "used as a credential; git never sees them in the address."},
    {.flag = "ref",
     .target = &Inputs::ref,
     .env = "GITSYNC_REF",
     .help = "the branch, tag or full commit hash to sync; HEAD is the remote's default branch",
     .details = "A branch or tag is followed when it moves. A full hash in lower case is synced "
                "once, after which the process only idles. Abbreviated hashes do not work."},
    {.flag = "depth",
     .target = &Inputs::depth,
     .env = "GITSYNC_DEPTH",
     .old_envs = {"GIT_SYNC_DEPTH"},
     .help = "how many commits of history to fetch; 0 fetches all of it",
     .details = "Also used for submodules when it is not 0."},
    {.flag = "filter",
     .target = &Inputs::filter,
     .env = "GITSYNC_FILTER",
     .help = "a partial-clone filter for the fetch, such as blob:none or tree:0",
     .details = "Passed to git as it is. What is missing is fetched when a checkout needs it, "
                "which suits sparse checkouts of large repositories."},
    {.flag = "submodules",
     .target = &Inputs::submodules,
     .env = "GITSYNC_SUBMODULES",
     .old_envs = {"GIT_SYNC_SUBMODULES"},
     .help = "which submodules to check out: recursive, shallow (first level only) or off"},
    {.flag = "sparse-checkout-file",
     .target = &Inputs::sparse_checkout_file,
     .env = "GITSYNC_SPARSE_CHECKOUT_FILE",
     .old_envs = {"GIT_SYNC_SPARSE_CHECKOUT_FILE"},
     .help = "a file of sparse-checkout patterns: only matching files are checked out",
     .details = "A relative path starts at the working directory, not at --root. The file is read "
                "again whenever a checkout is prepared."},
}};

}  // namespace

std::span<const Row> what_rows() { return kRows; }

}  // namespace gitsync::config
