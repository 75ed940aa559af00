#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Roots on NFS of what does not lie on the same machine: a repository behind http and an archive, while another machine reads.
# timeout: 900
source "$(dirname "$0")/lib.sh"

# Readers remember names for a second, and have five for a look.
STALE=5s WAIT=60
prepare_source
start_https plain
export_volume volume root_squash
mount_client volume writer vers=4.2
WRITER=$VOLUME
mount_client volume reader ro,actimeo=1,vers=4.2
READER=$VOLUME

scenario "the life of a root of a repository behind http"
SOURCE[0]=--repo=$HTTPS_URL/app
ROOT=$WRITER/http
life "$READER/http"
assert_no_log 'error syncing'

scenario "an archive behind http"
ROOT=$WRITER/archive
archive_life "$READER/archive"
assert_no_log 'error syncing'
