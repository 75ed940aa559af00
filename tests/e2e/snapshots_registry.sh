#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Snapshots in a registry: a tag that follows the ref, read by git-sync, by skopeo and by tar.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/registry.sh"

tip() { git -C "$REPO" rev-parse HEAD; }
manifest() { curl -fsS -u bot:t0ken -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$REGISTRY/v2/org/dags/manifests/$1"; }
shows_tip() { [[ $(manifest "$1" 2>/dev/null | jq -r '.annotations["org.opencontainers.image.revision"]') == "$(tip)" ]]; }
same_trees() { diff -r --no-dereference --exclude=.git "$1" "$2" || fail "$1 and $2 differ"; }

start_registry basic=bot:t0ken
scenario "a tag follows the ref; the login is that of a docker config, which may be replaced"
make_repo app
mkdir "$REPO/deep"
echo one >"$REPO/deep/one"
printf '#!/bin/sh\n' >"$REPO/run" && chmod +x "$REPO/run"
ln -s deep/one "$REPO/to"
commit_all "$REPO"
docker_config "$D/config.json" bot wrong
start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=100ms \
  --publish-snapshot="oci://$REGISTRY/org/dags" --registry-config="$D/config.json"
wait_for 20 log_has '"hook failed"'
assert_link_hash "$ROOT/link" "$(tip)" # which is what does not wait for it
docker_config "$D/config.json" bot t0ken
wait_for 30 shows_tip main
shows_tip "$(tip)" || fail "the revision is no tag"
assert_no_log t0ken

mkdir "$D/image" "$D/plain"
skopeo copy -q --src-tls-verify=false --src-creds bot:t0ken "docker://$REGISTRY/org/dags:main" "dir:$D/image"
layer=$(jq -r '.layers[0].digest | ltrimstr("sha256:")' "$D/image/manifest.json")
tar -xzf "$D/image/$layer" -C "$D/plain"
same_trees "$ROOT/link/" "$D/plain"
assert_eq "1 $(gunzip <"$D/image/$layer" | sha256sum | cut -d' ' -f1)" \
  "$(jq -r '"\(.rootfs.diff_ids | length) \(.rootfs.diff_ids[0] | ltrimstr("sha256:"))"' \
    "$D/image/$(jq -r '.config.digest | ltrimstr("sha256:")' "$D/image/manifest.json")")" "the image's diff_id"

spawn "$T/log/reader.log" "$GITSYNC_BIN" --repo="oci://$REGISTRY/org/dags:main" --registry-config="$D/config.json" \
  --root="$D/reader" --link=link --period=200ms
reader_has() { [[ $(cat "$D/reader/link/$1" 2>/dev/null) == "$2" ]]; }
wait_for 30 reader_has deep/one one
echo two >"$REPO/deep/one"
commit_all "$REPO"
wait_for 30 shows_tip main
wait_for 30 reader_has deep/one two
same_trees "$ROOT/link/" "$D/reader/link/"

scenario "what is shown already is not put again; another tag may be named; a second place beside it"
docker_config "$D/config.json" bot t0ken
before=$(registry_requests 'PUT ')
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time \
  --publish-snapshot="oci://$REGISTRY/org/dags" --registry-config="$D/config.json"
assert_status 0
assert_eq "$before" "$(registry_requests 'PUT ')" "requests that put something"
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time \
  --publish-snapshot="oci://$REGISTRY/org/dags:prod" --publish-snapshot="oci://$REGISTRY/org/more" \
  --registry-config="$D/config.json"
assert_status 0
shows_tip prod || fail "the tag prod is missing"
assert_eq "$(manifest main | sha256sum)" "$(manifest prod | sha256sum)" "the manifests of two tags"

scenario "a registry that is down fails a one-time run, whose tree is published all the same"
stop_registry
docker_config "$D/config.json" bot t0ken
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time \
  --publish-snapshot="oci://$REGISTRY/org/dags" --registry-config="$D/config.json"
assert_status 1
assert_link_hash "$ROOT/link" "$(tip)"
assert_log 'publish a snapshot at oci://'
