// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 9> kRows{{
    {.flag = "s3-endpoint",
     .target = &Inputs::s3_endpoint,
     .env = "GITSYNC_S3_ENDPOINT",
     .help = "the address of an S3-compatible service, such as https://minio.example:9000",
     .details = "Without it the variables AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL count, and then "
                "AWS itself."},
    {.flag = "s3-region",
     .target = &Inputs::s3_region,
     .env = "GITSYNC_S3_REGION",
     .help = "the region of the bucket",
     .details =
         "Without it AWS_REGION, AWS_DEFAULT_REGION and the profile count. The region that a "
         "server names is followed."},
    {.flag = "s3-path-style",
     .target = &Inputs::s3_path_style,
     .env = "GITSYNC_S3_PATH_STYLE",
     .help = "write the bucket into the path of requests (true), or into the host name (false)",
     .details = "If it is not given: into the path if there is an endpoint of one's own, and into "
                "the host name with AWS."},
    {.flag = "s3-concurrency",
     .target = &Inputs::s3_concurrency,
     .env = "GITSYNC_S3_CONCURRENCY",
     .help = "how many objects of a bucket to get at once",
     .details = "Each takes a connection while a tree is built, and none between two."},
    {.flag = "exclude",
     .target = &Inputs::exclude,
     .env = "GITSYNC_EXCLUDE",
     .help = "what of a bucket's folder to leave out, such as *.pyc or /drafts; may be repeated",
     .details = "A pattern without a slash is one of names at any depth, one with a slash of paths "
                "below the prefix, and what is below a folder that matches is left out with it. "
                "In the variable several patterns are separated by colons."},
    {.flag = "registry-config",
     .target = &Inputs::registry_config,
     .env = "GITSYNC_REGISTRY_CONFIG",
     .help = "the docker config with the login for a registry, or the folder it is mounted in",
     .details = "The file of a Secret of type kubernetes.io/dockerconfigjson. It is read at each "
                "sync, so a replaced one needs no restart. Without it $DOCKER_CONFIG and ~/.docker "
                "are looked into, as docker does; --username comes before all of them."},
    {.flag = "registry-plain-http",
     .target = &Inputs::registry_plain_http,
     .env = "GITSYNC_REGISTRY_PLAIN_HTTP",
     .help = "ask the registry without TLS (true), or with TLS (false)",
     .details = "If it is not given: without TLS if the registry is on this machine (localhost, "
                "127.0.0.1, ::1), and with TLS otherwise."},
    {.flag = "max-tree-size",
     .target = &Inputs::max_tree_size,
     .env = "GITSYNC_MAX_TREE_SIZE",
     .help = "how large an unpacked archive, or a bucket's folder, may be, such as 500MiB",
     .details = "A larger one is refused, and what is published stays: a small archive may hold "
                "a full disk. A folder is refused by its listing, before anything is downloaded."},
    {.flag = "bearer-token-file",
     .target = &Inputs::bearer_token_file,
     .env = "GITSYNC_BEARER_TOKEN_FILE",
     .help = "a file with a token that is sent to the server of an archive or a snapshot",
     .details = "As \"Authorization: Bearer\", and to no other host. The file is read again for "
                "each request, as Kubernetes replaces it."},
}};

}  // namespace

std::span<const Row> bucket_rows() { return kRows; }

}  // namespace gitsync::config
