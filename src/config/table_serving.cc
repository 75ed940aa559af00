// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

constexpr std::array<Row, 4> kRows{{
    {.flag = "serve-snapshots",
     .target = &Inputs::serve_snapshots,
     .env = "GITSYNC_SERVE_SNAPSHOTS",
     .help = "an address to serve snapshots at, such as :8443: readers follow this process instead "
             "of the repository",
     .details = "Readers sync from https://host:8443/<ref>.json, and hear of a change at once. One "
                "thread serves some thousand of them. It must be another port than that of "
                "--http-bind."},
    {.flag = "serve-snapshots-token-file",
     .target = &Inputs::serve_snapshots_token_file,
     .env = "GITSYNC_SERVE_SNAPSHOTS_TOKEN_FILE",
     .help = "a file with the token that readers must show, as Authorization: Bearer <token>",
     .details =
         "Without it everybody who reaches the address can read what is synced. The file is "
         "read again when it changes. Set the certificate, too: without TLS the token can be "
         "read on the way."},
    {.flag = "serve-snapshots-tls-cert",
     .target = &Inputs::serve_snapshots_tls_cert,
     .env = "GITSYNC_SERVE_SNAPSHOTS_TLS_CERT",
     .help = "a file with the certificate to serve snapshots with (PEM), and those between it and "
             "its authority",
     .details =
         "Such as tls.crt of a Secret of cert-manager. Read again when it changes: new "
         "connections get the new one; while it does not fit its key, the last one that did."},
    {.flag = "serve-snapshots-tls-key",
     .target = &Inputs::serve_snapshots_tls_key,
     .env = "GITSYNC_SERVE_SNAPSHOTS_TLS_KEY",
     .help = "a file with the private key of the certificate (PEM, without a passphrase)"},
}};

}  // namespace

std::span<const Row> serving_rows() { return kRows; }

}  // namespace gitsync::config
