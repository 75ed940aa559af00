#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Death by SIGKILL at a random system call among those that change the disk, of the thread that syncs.

# A death comes before the call. A new file is written next, so its making is in it.
KILL_CALLS=write,pwrite64,ftruncate,copy_file_range,rename,renameat,renameat2,linkat,symlinkat,unlink,unlinkat,rmdir
KILL_CALLS+=,mkdirat,fsync,fdatasync,utimensat,fchmod,fchmodat,fchown,fchownat

# watch_calls <pid> [strace's options]: from now on. The calls come to $D/calls; sets STRACE.
watch_calls() {
  rm -f "$D/strace"
  spawn "$D/strace" strace -o "$D/calls" -e "trace=$KILL_CALLS" "${@:2}" -p "$1"
  STRACE=$SPAWNED
  wait_for 20 grep -q attached "$D/strace"
}

# keep_calls <file>: those that came until now, for kill_at_one_of.
keep_calls() { grep -oE '^[a-z0-9_]+\(' "$D/calls" | tr -d '(' >"$1"; }

# kill_at_one_of <file of keep_calls> <pid>: at the call that a random line of it stands for; sets MOMENT. strace
# counts each kind of call by itself.
kill_at_one_of() {
  local count line name nth
  count=$(wc -l <"$1")
  line=$((1 + (RANDOM * 32768 + RANDOM) % count))
  name=$(sed -n "${line}p" "$1")
  nth=$(head -n "$line" "$1" | grep -cx "$name")
  MOMENT="call $line of $count, $name $nth"
  watch_calls "$2" -e "inject=$name:signal=KILL:when=$nth"
}
