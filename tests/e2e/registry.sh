#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An artifact in a registry as --repo, with real registries and what skopeo and oras push: published
# whole, refused whole; logins, restarts, damage, and a registry that goes away.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/registry.sh"

make_tree() { # <folder> <number>
  mkdir -p "$1/deep/er" "$1/empty"
  echo "$2" >"$1/number"
  echo same >"$1/deep/same"
  printf '#!/bin/sh\n' >"$1/deep/er/run"
  chmod +x "$1/deep/er/run"
  ln -sfn deep/same "$1/link-to-same"
}
shows() { [[ $(cat "$ROOT/link/$1" 2>/dev/null) == "$2" ]]; }
inode() { stat -c %i "$ROOT/link/$1"; }
push_number() { # <repository:tag> <number> [annotations…]
  make_tree "$D/tree" "$2"
  push_folder "$1" "$D/tree" "${@:3}"
}
address() { echo "oci://$REGISTRY/$1"; }
once() { # <repository:tag> [flags…]
  run_gitsync --repo="$(address "$1")" --root="$ROOT" --link=link --one-time "${@:2}"
}
follow() { # <repository:tag> [flags…]
  start_gitsync --repo="$(address "$1")" --root="$ROOT" --link=link --period=100ms --max-failures=-1 "${@:2}"
}
polls_go_on() { # how many more HEADs of the tag
  local goal
  goal=$(($(registry_requests "HEAD /v2/$1/manifests/$2 ") + 3))
  more_polls() { (($(registry_requests "HEAD /v2/$1/manifests/$2 ") >= goal)); }
  wait_for 20 more_polls "$@"
}

start_registry

for kind in tar:tar tar.gz:gzip tar.zst:zstd; do
  scenario "one sync of a ${kind#*:} layer: all that is in it, and no git"
  make_tree "$D/tree" 1
  make_layer "$D/a.${kind%:*}" "$D/tree"
  push_layers "org/${kind#*:}:main" --annotation revision=abc --annotation source=https://git.example/dags \
    "$D/a.${kind%:*}=${kind#*:}"
  once "org/${kind#*:}:main"
  assert_status 0
  diff -r --no-dereference "$D/tree" "$ROOT/link/" || fail "the trees differ"
  [[ -x $ROOT/link/deep/er/run && ! -x $ROOT/link/number ]] || fail "modes"
  assert_eq "$DIGEST" "sha256:$(link_hash "$ROOT/link")" "the revision"
  assert_log '"revision":"abc","source":"https://git.example/dags"'
  assert_no_log 'git version'
done

scenario "a moved tag is followed, what did not change keeps its inode, and a poll is one HEAD"
push_number org/follow:main 1
follow org/follow:main
wait_for 20 shows number 1
SAME=$(inode deep/same)
push_number org/follow:main 22
wait_for 20 shows number 22
assert_eq "$SAME" "$(inode deep/same)" "the inode of what did not change"
assert_eq "$DIGEST" "sha256:$(link_hash "$ROOT/link")" "the revision"
GETS=$(registry_requests 'GET /v2/org/follow/')
polls_go_on org/follow main
assert_eq "$GETS" "$(registry_requests 'GET /v2/org/follow/')" "GETs of polls without news"
stop_gitsync

scenario "an index around the manifest"
make_tree "$D/tree" 1
make_layer "$D/a.tar.gz" "$D/tree"
push_layers org/index:main --index "$D/a.tar.gz=gzip"
once org/index:main
assert_status 0
shows number 1 || fail "not published"
assert_eq "$DIGEST" "sha256:$(link_hash "$ROOT/link")" "the revision is the index's digest"

scenario "a restart downloads nothing; an edit and a tree that went are repaired"
push_number org/restart:main 1
once org/restart:main
GETS=$(registry_requests 'GET /v2/org/restart/')
follow org/restart:main
wait_for 20 log_has '"updated successfully"'
assert_no_log 'building worktree'
assert_eq "$GETS" "$(registry_requests 'GET /v2/org/restart/')" "GETs"
rm -r "$ROOT/.worktrees/"*
wait_for 20 shows number 1
stop_gitsync
echo edited >"$ROOT/link/deep/same"
once org/restart:main
assert_status 0
shows deep/same same || fail "an edit stays"

scenario "a digest is published once and then never asked for, after a restart neither"
push_number org/pinned:main 1
PINNED=$DIGEST
follow "org/pinned:main@$PINNED"
wait_for 20 log_has 'idling'
shows number 1 || fail "not published"
assert_log "\"ref\":\"$PINNED\""
push_number org/pinned:main 2
stop_gitsync INT
assert_status 0
REQUESTS=$(registry_requests '(GET|HEAD) /v2/org/pinned/.*git-sync')
follow "org/pinned@$PINNED"
wait_for 20 log_has 'idling'
shows number 1 || fail "another one"
assert_eq "$REQUESTS" "$(registry_requests '(GET|HEAD) /v2/org/pinned/.*git-sync')" "requests after the restart"
stop_gitsync

scenario "a hook sees the revision"
push_number org/hook:main 1
# shellcheck disable=SC2016 # expands when the hook runs
printf '#!/bin/sh\necho "$GITSYNC_HASH $(cat number)" >>%s/seen\n' "$D" >"$D/hook"
chmod +x "$D/hook"
once org/hook:main --exechook-command="$D/hook"
assert_status 0
assert_file_eq "$D/seen" "${DIGEST#sha256:} 1"

scenario "what is no artifact with one tar is refused by one line, and what is published stays"
push_number org/odd:main 1
follow org/odd:main
wait_for 20 shows number 1
refused() { # <what the log says>
  wait_for 20 log_has "$1"
  shows number 1 || fail "what was published went"
}
push_layers org/odd:main "$T/pushed.tar.gz=gzip" "$T/pushed.tar.gz=gzip"
refused 'the image has 2 layers, and must have one'
assert_log 'flux push artifact'
echo 'print("no tar")' >"$D/dag.py"
push_layers org/odd:main "$D/dag.py=tar"
refused 'this is no tar archive'
head -c 100 "$T/pushed.tar.gz" >"$D/cut.tar.gz"
push_layers org/odd:main "$D/cut.tar.gz=gzip"
refused 'cut off'
"$PYTHON" "$E2E_LIB/servers/hostile_tar.py" up >"$D/up.tgz"
push_layers org/odd:main "$D/up.tgz=gzip"
refused '../up'
push_number org/odd:main 2
wait_for 20 shows number 2
wait_for 20 nothing_is_half_made
stop_gitsync

scenario "a blob that is not what its digest says, or cut off, is refused"
push_number org/forged:main 1
follow org/forged:main
wait_for 20 shows number 1
stop_registry
make_tree "$D/tree" 2
make_layer "$D/two.tar.gz" "$D/tree"
make_tree "$D/tree" 3
make_layer "$D/three.tar.gz" "$D/tree"
start_registry_again
LAYER=sha256:$(sha256sum <"$D/two.tar.gz" | cut -d' ' -f1)
push_layers org/other:main "$D/two.tar.gz=gzip"
cp "$(registry_blob "$LAYER")" "$D/kept"
# Of another registry's mouth: other content, complete in itself, under the same digest.
cp "$D/three.tar.gz" "$(registry_blob "$LAYER")"
push_layers org/forged:main "$D/two.tar.gz=gzip"
wait_for 20 log_has "$LAYER: it is"
shows number 1 || fail "forged content is published"
head -c 50 "$D/kept" >"$(registry_blob "$LAYER")"
follow org/forged:main
wait_for 20 log_has "(50 bytes came"
shows number 1 || fail "half of it is published"
cp "$D/kept" "$(registry_blob "$LAYER")"
wait_for 20 shows number 2
stop_gitsync
stop_gitsync

scenario "a registry that goes away and comes back"
push_number org/away:main 1
follow org/away:main
wait_for 20 shows number 1
stop_registry
wait_for 20 log_has '"failCount":2'
shows number 1 || fail "what was published went"
start_registry_again
push_number org/away:main 2
wait_for 20 shows number 2
stop_gitsync

scenario "no such tag, and no such repository"
push_number org/there:main 1
once org/there:nowhere
assert_status 1
assert_log 'the registry does not have it'
assert_log 'check repository and tag in --repo'
once org/nowhere:main
assert_status 1
assert_log 'the registry does not have it'

scenario "from git to a registry and back: the link never dangles, and nothing of the other stays"
push_number org/switch:main 1
make_repo app
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 0
once org/switch:main
assert_status 0
shows number 1 || fail "the artifact is not shown"
[[ ! -e $ROOT/.git/HEAD && ! -e $ROOT/.git/objects ]] || fail "git's repository stays: $(ls "$ROOT/.git")"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"

if oras=$(HOME=$(getent passwd "$UID" | cut -d: -f6) "$PROJECT_ROOT/tools/oras.sh" --cached 2>/dev/null); then
  scenario "a folder that oras pushes"
  make_tree "$D/dags" 1
  (cd "$D" && "$oras" push --plain-http "$REGISTRY/org/oras:main" ./dags) >"$T/log/oras.log" 2>&1 ||
    fail "oras does not push: $(cat "$T/log/oras.log")"
  once org/oras:main
  assert_status 0
  shows dags/number 1 || fail "not published: $(find "$ROOT/link/")"
fi

start_registry tls basic=bob:password-of-bob
trust_ca

scenario "a password over TLS, with the test's own CA"
push_number org/private:main 1
GITSYNC_PASSWORD=password-of-bob once org/private:main --registry-plain-http=false --username=bob
assert_status 0
shows number 1 || fail "not published"
printf password-of-bob >"$D/password"
once org/private:main --registry-plain-http=false --username=bob --password-file="$D/password"
assert_status 0
assert_no_log password-of-bob

scenario "TLS that is not trusted, not spoken, or not expected says so"
push_number org/private:main 1
SSL_CERT_FILE=/etc/os-release once org/private:main --registry-plain-http=false
assert_status 1
assert_log 'in SSL_CERT_FILE'
once org/private:main
assert_status 1
assert_log 'does not take the request'

scenario "no login, a wrong one, and one that is replaced while we run"
push_number org/private:main 1
once org/private:main --registry-plain-http=false
assert_status 1
assert_log 'kubernetes.io/dockerconfigjson'
docker_config "$D/config.json" bob wrong-password-of-bob
once org/private:main --registry-plain-http=false --registry-config="$D/config.json"
assert_status 1
assert_log "from $D/config.json"
assert_no_log wrong-password-of-bob
docker_config "$D/config.json" bob password-of-bob
follow org/private:main --registry-plain-http=false --registry-config="$D/config.json"
wait_for 20 shows number 1
docker_config "$D/config.json" carol password-of-carol
set_registry_password carol password-of-carol
push_number org/private:main 2
wait_for 20 shows number 2
set_registry_password carol another-password
wait_for 20 log_has 'refused the user name and password'
shows number 2 || fail "what was published went"
docker_config "$D/config.json" carol another-password
push_number org/private:main 3
wait_for 20 shows number 3
for secret in password-of-bob password-of-carol another-password "$(printf carol:another-password | base64)"; do
  assert_no_log "$secret"
done
stop_gitsync
stop_registry

start_registry token=bob:password-of-bob

scenario "tokens: for anybody, for a password of ~/.docker, and refused"
push_number public/dags:main 1
once public/dags:main
assert_status 0
push_number org/dags:main 2
once org/dags:main
assert_status 1
assert_log 'the registry asks for a login and none is set for it'
mkdir -p "$D/docker"
docker_config "$D/docker/config.json" bob password-of-bob
DOCKER_CONFIG=$D/docker once org/dags:main
assert_status 0
shows number 2 || fail "not published"
mkdir -p "$HOME/.docker"
docker_config "$HOME/.docker/config.json" bob wrong-password
once org/dags:main
assert_status 1
assert_log "from $HOME/.docker/config.json"
rm -r "$HOME/.docker"

scenario "flags of git are refused for a registry, and those of registries for git"
run_gitsync --repo=oci://r.example/org/dags:main --root="$ROOT" --ref=main
assert_status 1
assert_log 'ref has no meaning for an artifact in a registry'
run_gitsync --repo=https://git.example/x --root="$ROOT" --registry-plain-http
assert_status 1
assert_log 'registry-plain-http has no meaning for a git repository'
