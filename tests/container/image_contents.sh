#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image holds what the contract promises to hooks, and nothing that helps a stranger in it.
source "$(dirname "$0")/lib.sh"

inspect() { docker image inspect -f "$1" "$GITSYNC_IMAGE"; }

scenario "entry point, user, environment and working directory are as the contract says"
assert_eq '[/git-sync]' "$(inspect '{{.Config.Entrypoint}}')"
assert_eq 65533:65533 "$(inspect '{{.Config.User}}')"
assert_eq /tmp "$(inspect '{{.Config.WorkingDir}}')"
assert_contains "$(inspect '{{.Config.Env}}')" HOME=/tmp
assert_contains "$(inspect '{{.Config.Env}}')" GITSYNC_ROOT=/git
assert_eq 'map[]' "$(inspect '{{.Config.ExposedPorts}}')" "exposed ports"

scenario "users, /git and /tmp have their owners and modes"
assert_eq 'git-sync git-sync 65533:65533' "$(in_image -- sh -c 'echo $(id -un) $(id -gn) $(id -u):$(id -g)')"
assert_eq 50000:0 "$(in_image -u 50000:0 -- sh -c 'echo $(id -u):$(id -g)')"
assert_eq 65533 "$(in_image -u git-sync -- id -u)"
assert_eq git-sync:x:65533:65533::/tmp:/sbin/nologin "$(in_image -- grep git-sync /etc/passwd)"
assert_eq '666 root' "$(in_image -- stat -c '%a %U' /etc/passwd)"
assert_eq '2775 65533 65533' "$(in_image -- stat -c '%a %u %g' /git)"
assert_eq 1777 "$(in_image -- stat -c %a /tmp)"

scenario "every tool that hooks rely on is there"
in_image -- sh -c 'for tool in "$@"; do command -v "$tool" >/dev/null || echo "$tool"; done' sh \
  sh bash git ssh curl tar gzip gunzip socat grep sed awk find xargs cat date sleep true env \
  mkdir mktemp readlink sha256sum sort stat tee timeout touch wc diff >"$D/missing"
assert_file_eq "$D/missing" ""
assert_eq bash "$(in_image -- readlink /usr/bin/sh)"
version=$(in_image -- git version)
assert_eq 2.46 "$(printf '%s\n' 2.46 "${version#git version }" | sort -V | head -n 1)" "oldest of 2.46 and ${version}"

scenario "no package manager, server part, key tool or interpreter beside the shell"
in_image -- sh -c 'for tool in "$@"; do command -v "$tool"; done; git --exec-path >/dev/null
  cd "$(git --exec-path)" && ls | grep -xE "git-(daemon|shell|http-backend|instaweb)"' sh \
  apt apt-get dpkg openssl ssh-keygen ssh-agent ssh-add scp sftp git-shell perl python3 su mount \
  passwd cc gitweb >"$D/found" || true
assert_file_eq "$D/found" ""

scenario "no program changes its user, and every program finds its libraries"
found=$(in_image -u 0 -- find / -xdev -type f -perm /6000)
assert_eq "" "$found" "set-uid programs"
found=$(in_image -- sh -c 'for f in /git-sync /usr/bin/* /usr/sbin/* "$(git --exec-path)"/*; do
  if ldd "$f" 2>/dev/null | grep -q "not found"; then echo "$f"; fi; done')
assert_eq "" "$found" "programs without their libraries"

# An image whose lean libraries could not be had says so by its version.
version=$(in_image -- /git-sync --version)
lean=(libmicrohttpd prometheus-cpp 'libstdc++')
if [[ $version != *" (with "* ]]; then
  lean=()
  echo "skipped: the image is not lean: where it was built not all sources of Debian could be had"
else
  scenario "git-sync loads no library that it does not use"
  in_image -- ldd /git-sync >"$D/ldd"
  assert_file_contains "$D/ldd" libcrypto.so
  awk '$1 !~ /^linux-vdso/ { sub(".*/", "", $1); print $1 }' "$D/ldd" |
    grep -vxE "$("$PROJECT_ROOT/tools/lint/libraries.sh" --allowed)" >"$D/unwanted" || true
  assert_file_eq "$D/unwanted" ""

  scenario "what is compiled into git-sync is told by itself and by a document for scanners, alike"
  for library in curl libmicrohttpd prometheus-cpp; do
    assert_contains "$version" "$library "
  done
  in_image -- cat /usr/share/sbom/git-sync.cdx.json >"$D/sbom"
  assert_eq CycloneDX "$(jq -r .bomFormat "$D/sbom")"
  assert_eq "$version" "$(jq -r '"\(.metadata.component.version) (with " + ([.components[] |
    select(.name | IN("curl", "libmicrohttpd", "prometheus-cpp")) | "\(.name) \(.version)"] | join(", ")) + ")"' "$D/sbom")"
  assert_eq 5 "$(jq '.components | length' "$D/sbom")" "components, with the C++ library and the headers of JSON"
fi

scenario "the licences of all that is in it are there"
in_image -- sh -c 'ls /LICENSES' >"$D/licences"
for package in git openssh-client curl bash libc6 nlohmann-json3-dev common-licenses "${lean[@]}"; do
  assert_file_contains "$D/licences" "$package"
done

scenario "logs can have the time of any place"
assert_eq +0900 "$(in_image -e TZ=Asia/Tokyo -- date +%z)"

scenario "git does what scripts ask of it: archives, submodules, the credential cache"
in_image -- sh -ec 'git init -q r && cd r && git config user.name t && git config user.email t@t
  echo x >f && git add f && git commit -q -m m && git submodule status
  git archive --format=tar.gz HEAD | tar -tz
  git config credential.helper cache
  printf "url=http://h/\nusername=u\npassword=p\n" | git credential approve
  echo url=http://h/ | git credential fill | grep password' >"$D/git"
assert_file_eq "$D/git" $'f\npassword=p'

scenario "the machine that built the image has left no trace of its package sources"
host=$(debian_mirror | sed 's#^[a-z]*://##; s#[/:].*##')
[[ -n $host ]] || host=no-mirror-is-set
docker history --no-trunc "$GITSYNC_IMAGE" >"$D/history"
assert_file_lacks "$D/history" "$host"
# shellcheck disable=SC2016 # for the image's shell
in_image -u 0 -e "HOST=$host" -- sh -c 'grep -rlF "$HOST" /etc /var || true' >"$D/found"
assert_file_eq "$D/found" ""

scenario "the image stays small"
size=$(inspect '{{.Size}}')
((size < 130000000)) || fail "$size bytes"
