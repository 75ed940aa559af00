// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 2> kRows{{
    {.flag = "publish-snapshot",
     .target = &Inputs::publish_snapshots,
     .env = "GITSYNC_PUBLISH_SNAPSHOT",
     .separator = ' ',
     .help = "where to publish each synced tree for others: s3://bucket/prefix/ or "
             "oci://registry/repository; may be repeated",
     .details =
         "After each update the tree is put there as an archive, with what has changed "
         "since the one before, and then a small pointer to it, which readers follow with "
         "--repo=s3://bucket/prefix/main.json. The pointer has the name of --ref; an address "
         "that ends with /name.json gives it another one. In a registry the tag is the pointer, "
         "and the login that of --registry-config. A failure is retried, and never "
         "keeps an update from being shown here. In the variable several addresses are "
         "separated by blanks."},
    {.flag = "snapshot-keep",
     .target = &Inputs::snapshot_keep,
     .env = "GITSYNC_SNAPSHOT_KEEP",
     .help = "how many snapshots to keep beside the one that is shown",
     .details = "Older ones are removed an hour after they were superseded, when the next one is "
                "published. Registries have rules of their own for what they keep."},
}};

}  // namespace

std::span<const Row> snapshot_rows() { return kRows; }

}  // namespace gitsync::config
