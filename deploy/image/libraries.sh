#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the static libraries of a lean build in FOLDER, or, where the mirror has not all of their
# sources (Debian's newest packages may come without them), installs the shared ones instead.
# Run by apt.sh, while apt knows its sources.   libraries.sh FOLDER
set -eu
status=0
lean-libraries.sh "$1" || status=$?
case $status in
  0) ;;
  77)
    echo "libraries.sh: NOT LEAN: git-sync will be linked with Debian's shared libraries" >&2
    apt-get -q install -y --no-install-recommends libcurl4-openssl-dev libmicrohttpd-dev pkg-config \
      prometheus-cpp-dev
    ;;
  *) exit "$status" ;;
esac
