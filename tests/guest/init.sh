#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Process 1 of the guest of ./dev test-nfs: runs the scripts that the second disk names. What they say goes to
# the host by a serial line, their status as the last of it: then the host ends the machine.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8

grep -q guest.accel=uml /proc/cmdline && output=/dev/ttyS0 || output=/dev/vport0p1
[[ ! -d /guest/modules/$(uname -r) ]] || ln -sfn "/guest/modules/$(uname -r)" "/lib/modules/$(uname -r)"
modprobe virtio_console 2>/dev/null
# The name is there a moment before it can be opened.
until [[ -c $output ]] && { : >"$output"; } 2>/dev/null; do sleep 0.1; done
[[ $output == *vport* ]] || stty -F "$output" -opost
exec >"$output" 2>&1
echo "Linux $(uname -r)"
hostname guest
ip link set lo up
date -s "@$(cat /guest/now)" >/dev/null
mkdir -p /dev/pts /dev/shm /tests
mount -t tmpfs tmpfs /run
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
export GITSYNC_BIN=/guest/bin/git-sync TMPDIR=/tests E2E_TIME_FACTOR=2
! grep -q guest.accel=tcg /proc/cmdline || E2E_TIME_FACTOR=6
cd /
scripts=()
while read -r name; do scripts+=("/guest/tests/guest/$name.sh"); done </guest/scripts
# To look inside: socat - unix:build/guest/<recipe>/shell, with uml the pts that its console names.
while sleep 1; do setsid bash -i <>/dev/ttyS1 >&0 2>&0; done &
# On the console too, whose end is shown when the guest hangs.
export RUN_LOG=/run/log
: >"$RUN_LOG"
tail -F "$RUN_LOG" >/dev/console 2>/dev/null &
bash /guest/tests/container/run.sh "${scripts[@]}"
echo "guest: status $?"
sleep infinity
