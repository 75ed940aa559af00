#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Repository, submodule and nested submodule each take other http credentials, given by repeated
# --credential; on one host by path (scenario 37 of docs/contract.md#scenarios, #credential-store).
# Credentials of file:// addresses are stored too (docs/contract.md#credential-store).
source "$(dirname "$0")/lib/e2e.sh"

trust_ca
credential() { # <url> <name>: prints the JSON for user-<name> with secret-<name>
  jq -nc --arg u "$1" --arg n "user-$2" --arg p "secret-$2" '{url: $u, username: $n, password: $p}'
}
with_submodule() { # <repository> <submodule> <address>
  git -C "$SRV/$1" submodule --quiet add "file://$SRV/$2" "$2"
  git config -f "$SRV/$1/.gitmodules" "submodule.$2.url" "$3"
  commit_all "$SRV/$1"
}
assert_all() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/file" "app 1"
  assert_file_eq "$ROOT/link/sub/file" "sub 1"
  assert_file_eq "$ROOT/link/sub/nested/file" "nested 1"
  assert_no_log secret-
  rm -rf "$ROOT"
}

scenario "37: three hosts"
for name in nested sub app; do
  start_https "$name-server" "auth=/:user-$name:secret-$name"
  declare "${name}_url=$HTTPS_URL"
done
make_repo nested
make_repo sub
with_submodule sub nested "$nested_url/nested"
make_repo app
with_submodule app sub "$sub_url/sub"
once() { run_gitsync --one-time --repo="$app_url/app" --root="$ROOT" --link=link "$@"; }
once --credential="$(credential "$app_url" app)" --credential="$(credential "$sub_url" sub)" \
  --credential="$(credential "$nested_url" nested)"
assert_all

scenario "37: the repository's by user name and variable, the others as one list in a variable"
list="[$(credential "$sub_url/sub" sub), $(credential "$nested_url/nested" nested)]"
GITSYNC_PASSWORD=secret-app GITSYNC_CREDENTIAL=$list once --username=user-app
assert_all
GITSYNC_CREDENTIAL="[$(credential "$sub_url" sub)]" once \
  --credential="$(credential "$nested_url" nested)" --credential="$(credential "$app_url" app)"
assert_all

scenario "37: from files that are replaced while it runs"
cause auth
for name in nested sub app; do printf 'secret-%s' "$name" >"$D/$name"; done
from_file() { # <url> <name>
  jq -nc --arg u "$1" --arg n "user-$2" --arg f "$D/$2" '{url: $u, username: $n, "password-file": $f}'
}
start_gitsync --repo="$app_url/app" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --credential="$(from_file "$app_url" app)" --credential="$(from_file "$sub_url" sub)" \
  --credential="$(from_file "$nested_url" nested)"
wait_for 30 link_is "$ROOT/link" "$HASH"
HTTPS_DIR=$T/sub-server set_password / user-sub rotated
commit_file "$SRV/sub" file "sub 2"
update_submodule "$SRV/app" sub
wait_for 30 log_has "Authentication failed for '$sub_url"
printf rotated >"$D/sub.new"
mv "$D/sub.new" "$D/sub"
wait_for 30 link_is "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/sub/file" "sub 2"
HTTPS_DIR=$T/sub-server set_password / user-sub secret-sub
stop_gitsync

scenario "37: a missing one fails the pass and publishes nothing"
cause auth
once --credential="$(credential "$app_url" app)" --credential="$(credential "$sub_url" sub)"
assert_status 1
assert_no_file "$ROOT/link"
assert_log "Authentication failed for '$nested_url"

scenario "37: the hint speaks of the submodule: of its credential, of the host in its address"
cause auth
once --credential="$(credential "$app_url" app)"
assert_status 1
assert_explained "Authentication failed for '$sub_url" "--credential with this submodule's address"
cause dns
make_repo lost
with_submodule lost app https://no-such-host.invalid/app
rm -rf "$ROOT"
run_gitsync --one-time --repo="file://$SRV/lost" --root="$ROOT" --link=link
assert_status 1
assert_explained "Could not resolve host" "the host name in the submodule's address"

scenario "three credentials for one host are told apart by path with credential.useHttpPath; objects, lists and files mix"
start_https one-host auth=/inner:user-inner:secret-inner auth=/middle:user-middle:secret-middle \
  auth=/outer:user-outer:secret-outer
make_repo inner
make_repo middle
with_submodule middle inner "$HTTPS_URL/inner"
make_repo outer
with_submodule outer middle "$HTTPS_URL/middle"
printf secret-inner >"$D/inner"
run_gitsync --one-time --repo="$HTTPS_URL/outer" --root="$ROOT" --link=link \
  --git-config=credential.useHttpPath:true --credential="$(credential "$HTTPS_URL/outer" outer)" \
  --credential="[$(credential "$HTTPS_URL/middle" middle)]" \
  --credential="{\"url\":\"$HTTPS_URL/inner\",\"username\":\"user-inner\",\"password-file\":\"$D/inner\"}"
assert_status 0
assert_file_eq "$ROOT/link/file" "outer 1"
assert_file_eq "$ROOT/link/middle/file" "middle 1"
assert_file_eq "$ROOT/link/middle/inner/file" "inner 1"

scenario "a credential for a file:// address can be asked for by wrappers and hooks"
make_repo local
cat >"$D/hook" <<'SCRIPT'
#!/bin/sh
printf 'url=%s\n\n' "$ADDRESS" | git credential fill >"$ANSWER"
SCRIPT
chmod +x "$D/hook"
export ADDRESS="file://$REPO" ANSWER=$D/answer
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --exechook-command="$D/hook" --credential="$(credential "file://$REPO" local)"
assert_status 0
assert_file_contains "$D/answer" "username=user-local"
assert_file_contains "$D/answer" "password=secret-local"
rm "$D/answer"
GITSYNC_PASSWORD=secret-named run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --exechook-command="$D/hook" --username=user-named
assert_status 0
assert_file_contains "$D/answer" "username=user-named"
assert_file_contains "$D/answer" "password=secret-named"
assert_no_log secret-named
