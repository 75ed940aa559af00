#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev docker               start a Docker daemon for the container tests where none runs
#
# Sourced, it gives docker_up (exit 77, "skipped", where docker cannot run), docker_build and
# debian_base.

docker_say() { echo "docker: $*" >&2; }
docker_skip() { docker_say "SKIP: $*"; exit 77; }

docker_install() {
  local missing=() package
  for package in docker.io iptables debootstrap; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || docker_skip "not root, and these packages are missing: ${missing[*]}"
  { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >&2 ||
    docker_skip "cannot install ${missing[*]}"
}

# Makes sure that a daemon answers. One that is started here outlives the caller, as a service would.
docker_up() {
  docker info >/dev/null 2>&1 && return
  docker_install
  docker info >/dev/null 2>&1 && return
  [ "$(id -u)" = 0 ] || docker_skip "no daemon answers, and only root could start one"
  local log=${TMPDIR:-/tmp}/git-sync-dockerd.log deadline=$((SECONDS + 60))
  setsid nohup dockerd >"$log" 2>&1 </dev/null &
  until docker info >/dev/null 2>&1; do
    if ! kill -0 $! 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      tail -5 "$log" >&2
      docker_skip "dockerd does not start here ($log)"
    fi
    sleep 0.2
  done
}

# Runs `docker build` with BuildKit: through buildx where the client has it, else through a client
# that has it built in (Debian 12's, perhaps behind another one in PATH).
docker_build() {
  local client=docker
  if ! docker buildx version >/dev/null 2>&1; then
    [ -x /usr/bin/docker ] && client=/usr/bin/docker
  fi
  DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain "$client" build "$@"
}

# The mirror that this machine's apt uses; never committed.
debian_mirror() {
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ -e "$file" ] || continue
    awk '/^URIs:/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' "$file"
    return
  done
}

# debian_base RELEASE: makes sure that the image git-sync-debian:RELEASE exists, Debian's minimal
# system from this machine's mirror, and prints its name.
debian_base() {
  local release=$1 image=git-sync-debian:$1 root
  if ! docker image inspect "$image" >/dev/null 2>&1; then
    docker_install
    root=$(mktemp -d)
    nice debootstrap --variant=minbase "$release" "$root" "$(debian_mirror)" >&2
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/etc/apt/sources.list
    tar -C "$root" -c . | docker import --change 'CMD ["bash"]' - "$image" >&2
    rm -rf "$root"
  fi
  echo "$image"
}

# apt_sources IMAGE FILE: writes this machine's package sources, for the release of that image.
apt_sources() {
  local here there from=/etc/apt/sources.list.d/debian.sources
  [ -e "$from" ] || from=/etc/apt/sources.list
  here=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  there=$(docker run --rm --entrypoint sh "$1" -c '. /etc/os-release && echo "$VERSION_CODENAME"')
  sed "s/$here/$there/g" "$from" >"$2"
}

# build_on_debian RELEASE DOCKERFILE TAG [OPTION...]: builds an image on Debian's minimal system, with
# this machine's network, package sources and certificates, none of which stays in the image.
build_on_debian() {
  local release=$1 dockerfile=$2 tag=$3 base sources ca=/etc/ssl/certs/ca-certificates.crt status=0
  shift 3
  base=$(debian_base "$release") || return
  sources=$(mktemp --suffix=.sources)
  apt_sources "$base" "$sources"
  [ -e "$ca" ] || ca=/dev/null
  docker_build --network host --secret "id=apt_sources,src=$sources" --secret "id=ca,src=$ca" \
    --build-arg "BASE=$base" -f "$dockerfile" -t "$tag" "$@" . || status=$?
  rm -f "$sources"
  return $status
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  docker_up
  docker version --format 'client {{.Client.Version}}, daemon {{.Server.Version}}'
fi
