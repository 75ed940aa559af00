#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots the guest of image.sh, shows what its tests say, and gives back their status.
#
# Sourced after image.sh:
#   boot_guest PROGRAM SECONDS SCRIPT…   runs tests/guest/SCRIPT.sh in it, with at most so many seconds
# GUEST_ACCEL says how: kvm, tcg (QEMU emulates the processor: some twenty times slower), or uml (Debian's kernel
# as a process, user-mode-linux(1): no emulation, one processor). Without it the first of them that comes up
# here. A guest that hangs or dies is a failure, which shows the end of its console.

GUEST_MEMORY=2G
GUEST_QEMU=qemu-system-x86_64

# guest_payload <program> <script…>: the second disk, an archive with the tests and the program.
guest_payload() {
  local program=$1 work=$GUEST/payload && shift
  rm -rf "$work"
  mkdir -p "$work/bin"
  cp "$program" "$work/bin/git-sync"
  printf '%s\n' "$@" >"$work/scripts"
  date +%s >"$work/now"
  tar -C "$work" -cf "$work.tar" bin scripts now
  tar -C "$PROJECT" -rf "$work.tar" tests/e2e/lib tests/guest tests/container/run.sh
  [[ ! -d $GUEST/uml ]] || (guest_uml_modules) | tar -C "$GUEST/uml/usr/lib/uml" -rf "$work.tar" -T -
  truncate -s %512 "$work.tar"
}

guest_qemu() { # <kvm|tcg>
  local processor=max
  [[ $1 == tcg ]] || processor=host
  exec setsid "$GUEST_QEMU" -accel "$1" -cpu "$processor" -smp 2 -m "$GUEST_MEMORY" \
    -nodefaults -display none -no-reboot -kernel "$GUEST/kernel" -initrd "$GUEST/initrd" \
    -append "console=ttyS0 root=/dev/vda rw init=/init-guest panic=-1 quiet guest.accel=$1" \
    -serial "file:$GUEST/console" -serial "unix:$GUEST/shell,server=on,wait=off" \
    -device virtio-serial -device virtserialport,chardev=output \
    -chardev "file,id=output,path=$GUEST/output" \
    -drive "file=$GUEST/disk,format=raw,if=virtio,snapshot=on,cache=unsafe" \
    -drive "file=$GUEST/payload.tar,format=raw,if=virtio,readonly=on" >"$GUEST/errors" 2>&1
}
guest_uml() {
  rm -f "$GUEST/changes"
  exec setsid "$GUEST/uml/usr/bin/linux.uml" "mem=$GUEST_MEMORY" "ubd0=$GUEST/changes,$GUEST/disk" \
    "ubd1r=$GUEST/payload.tar" root=/dev/ubda rw init=/init-guest panic=-1 quiet guest.accel=uml \
    con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 ssl1=pts \
    3>"$GUEST/output" >"$GUEST/console" 2>"$GUEST/errors"
}
# guest_start <kvm|tcg|uml>: sets GUEST_PID. What the tests say goes to $GUEST/output, the kernel's to $GUEST/console.
guest_start() {
  rm -f "$GUEST/output" "$GUEST/console" "$GUEST/errors"
  : >"$GUEST/output"
  if [[ $1 == uml ]]; then guest_uml </dev/null & else guest_qemu "$1" </dev/null & fi
  GUEST_PID=$!
}
guest_is_gone() { ! kill -0 "$GUEST_PID" 2>/dev/null; }
guest_has_ended() { grep -qs '^guest: status ' "$GUEST/output"; }
# User-mode-linux is many processes, of one group.
guest_kill() {
  kill -KILL -- "-$GUEST_PID" || return 0
  wait "$GUEST_PID" || true
} 2>/dev/null
# guest_is_up <seconds>: the tests have begun.
guest_is_up() {
  local end=$((SECONDS + $1))
  until [[ -s $GUEST/output ]]; do
    if guest_is_gone || ((SECONDS >= end)); then return 1; fi
    sleep 0.2
  done
}

# A KVM that cannot run such a guest dies at once, or stands still; one that can has it up in seconds.
guest_up() {
  local how
  for how in ${GUEST_ACCEL:-kvm uml tcg}; do
    case $how in
      kvm) [[ -w /dev/kvm ]] || continue ;;
      uml) [[ -d $GUEST/uml ]] || continue ;;
    esac
    guest_start "$how"
    if guest_is_up "$([[ $how == kvm && -z ${GUEST_ACCEL:-} ]] && echo 30 || echo 300)"; then
      say "the guest runs: $how"
      return
    fi
    guest_kill
  done
  return 1
}

guest_fail() {
  echo "FAILED: the guest $1; the end of its console:"
  tail -n 30 "$GUEST/console" "$GUEST/errors" | cut -c1-300
}

boot_guest() {
  local program=$1 seconds=$2 end && shift 2
  [[ " ${GUEST_ACCEL:-uml} " != *" uml "* ]] || guest_has_uml || true
  guest_payload "$program" "$@"
  trap guest_kill EXIT
  guest_up || { guest_fail "does not come up"; return 1; }
  tail -n +1 -f --pid="$GUEST_PID" "$GUEST/output" &
  end=$((SECONDS + seconds))
  until guest_has_ended || guest_is_gone || ((SECONDS >= end)); do sleep 0.5; done
  guest_kill
  wait
  guest_has_ended || { guest_fail "ended by itself, or was not done after $seconds s"; return 1; }
  return "$(sed -n 's/^guest: status //p' "$GUEST/output" | tail -n 1)"
}
