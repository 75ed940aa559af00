#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev bench [--quick] [row…]    costs of git-sync beside those of plain git and rclone; bench/README.md
#
# GITSYNC_BIN names the program (else it is built), PEER a compatible one to compare with.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BENCH_PACKAGES=(fcgiwrap git mount nginx openssh-client openssh-server openssl python3 tar util-linux)

case " $* " in
  *" --help "* | *" -h "* | *" --list "*) exec python3 "$PROJECT/bench/run.py" "$@" ;;
esac
# Rows of an S3 folder; the server and awscli are gotten by the benchmark itself, see tools/.
! python3 "$PROJECT/bench/run.py" --list "$@" 2>/dev/null | grep /s3/ >/dev/null ||
  BENCH_PACKAGES+=(python3-pip rclone)
# Without it, and for others than root, the roots lie on tmpfs.
((EUID != 0)) || [[ " $* " == *" --quick "* ]] || BENCH_PACKAGES+=(xfsprogs)
need_packages "${BENCH_PACKAGES[@]}"
[[ -n ${GITSYNC_BIN:-} ]] || build_release

# In a mount namespace of its own, so that whatever it mounts goes with it.
if ((EUID == 0)) && unshare --mount true 2>/dev/null; then
  export GIT_SYNC_BENCH_MOUNTS=own
  exec unshare --mount --propagation private python3 "$PROJECT/bench/run.py" "$@"
fi
exec python3 "$PROJECT/bench/run.py" "$@"
