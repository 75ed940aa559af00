# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the scripts of the guest have beside tests/e2e/lib: the kernel's NFS server, and clients of it as on
# other machines, each a network namespace with a name of its own, so that no two share what they remember.
#
#   export_volume NAME [OPTION…]   $T/volumes/NAME, for all; options as in exports(5). Sets VOLUME_FOLDER
#   unexport_volume NAME           clients are told that it is stale
#   stop_nfs_server, start_nfs_server   what clients have open waits meanwhile
#   mount_client NAME CLIENT OPTIONS    the volume at $T/mounts/CLIENT, as mount(8) and nfs(5) say
#   slow_client CLIENT DELAY       each packet to the server takes so long more (tc-netem(8))
#
# A client with vers=3 lives in the server's own network, because locks of NFSv3 have one daemon a machine; it
# shares nothing with others because of nosharecache.
# shellcheck source=../e2e/lib/e2e.sh
source "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib/e2e.sh"
# shellcheck source=../e2e/lib/root_life.sh
source "$E2E_LIB/root_life.sh"
[[ -d /guest ]] || skip "only in the guest of ./dev test-nfs"

# An emulated processor has other things to do than to look all the time.
export READER_PAUSE=0.1 UNIFORM_FILES=10
PERIOD=500ms
CLIENTS=0
# Short, so that a server that was started again soon serves.
NFS_GRACE=10

start_nfs_server() {
  local net=/proc/sys/fs/nfs
  modprobe -a nfsd nfs nfsv3 nfsv4 lockd
  mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd
  mkdir -p /run/rpc_pipefs /run/sendsigs.omit.d /var/lib/nfs/nfsdcld /var/lib/nfs/sm
  mountpoint -q /run/rpc_pipefs || mount -t rpc_pipefs sunrpc /run/rpc_pipefs
  pgrep -x rpcbind >/dev/null || rpcbind -w
  pgrep -x rpc.statd >/dev/null || rpc.statd
  pgrep -x nfsdcld >/dev/null || nfsdcld
  pgrep -x rpc.mountd >/dev/null || rpc.mountd
  echo "$NFS_GRACE" >/proc/fs/nfsd/nfsv4leasetime
  echo "$NFS_GRACE" >/proc/fs/nfsd/nfsv4gracetime
  [[ ! -e $net/nlm_grace_period ]] || echo "$NFS_GRACE" >"$net/nlm_grace_period"
  rpc.nfsd 8
}
stop_nfs_server() { rpc.nfsd 0; }

export_volume() { # <name> [option…]
  local name=$1 options && shift
  options=$(IFS=, && echo "rw,no_subtree_check${*:+,$*}")
  VOLUME_FOLDER=$T/volumes/$name
  mkdir -p "$VOLUME_FOLDER"
  chmod 777 "$VOLUME_FOLDER"
  exportfs -o "$options" "127.0.0.1:$VOLUME_FOLDER"
  exportfs -o "$options" "10.9.0.0/16:$VOLUME_FOLDER"
}
unexport_volume() {
  exportfs -u "127.0.0.1:$T/volumes/$1"
  exportfs -u "10.9.0.0/16:$T/volumes/$1"
  exportfs -f
}

# in_client <client> <command…>: with that client's network and name.
in_client() {
  nsenter "--net=/run/netns/$1" unshare --uts bash -c 'hostname "${1//[^a-z0-9]/-}" && shift && exec "$@"' in-client "$@"
}
e2e_new_machine() { # <client>: sets CLIENT_SERVER, how it reaches the server
  local number=$((++CLIENTS))
  ip netns add "$1"
  ip link add "veth$number" type veth peer name net0 netns "$1"
  ip address add "10.9.$number.1/24" dev "veth$number"
  ip link set "veth$number" up
  ip -n "$1" address add "10.9.$number.2/24" dev net0
  ip -n "$1" link set net0 up
  ip -n "$1" link set lo up
  CLIENT_SERVER=10.9.$number.1
}
mount_client() { # <name> <client> <options>
  VOLUME=$T/mounts/$2
  mkdir -p "$VOLUME"
  if [[ $3 == *vers=3* ]]; then
    mount -t nfs -o "hard,nosharecache,$3" "127.0.0.1:$T/volumes/$1" "$VOLUME"
  else
    e2e_new_machine "$2"
    in_client "$2" mount -t nfs -o "hard,$3" "$CLIENT_SERVER:$T/volumes/$1" "$VOLUME"
  fi
}
slow_client() { # <client> <delay>
  modprobe sch_netem
  ip netns exec "$1" tc qdisc replace dev net0 root netem delay "$2" limit 100000
}

unmount_clients() {
  local mount
  for mount in "$T"/mounts/*; do umount "$mount" 2>/dev/null || umount -lf "$mount" 2>/dev/null || true; done
}
on_exit() {
  start_nfs_server # else clients wait for it
  unmount_clients
  exportfs -ua
  ip -all netns delete 2>/dev/null
  stop_nfs_server
}
start_nfs_server
