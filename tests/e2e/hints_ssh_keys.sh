#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Key files as people mount them by mistake: what only differs in blanks and line breaks works, from a
# private repaired copy; of all else the hint names the file and what is wrong with it.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_sshd
url=$(ssh_url app)
known=--ssh-known-hosts-file=$SSH_KNOWN_HOSTS

# fails_with <words of ssh> <part of the hint> <key file…>
fails_with() {
  local flags=() file
  for file in "${@:3}"; do
    [[ ! -f $file ]] || chmod 600 "$file"
    flags+=("--ssh-key-file=$file")
  done
  RUN_LIMIT=30 run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link "$known" "${flags[@]}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_log_json
}
refused="Permission denied (publickey"

scenario "a directory, an empty file, half of a file, something else"
cause secret
mkdir "$D/dir"
fails_with "$refused" "$D/dir is a directory" "$D/dir"
: >"$D/empty"
fails_with "$refused" "$D/empty is empty" "$D/empty"
head -c 200 "$SSH_KEY" >"$D/cut"
fails_with "$refused" "$D/cut has no last line" "$D/cut"
echo the-token >"$D/token"
fails_with "$refused" "$D/token holds no private key" "$D/token"
assert_no_log the-token

scenario "the public half, PuTTY's format, base64 twice"
cause secret
cp "$SSH_KEY.pub" "$D/public"
fails_with "$refused" "$D/public holds the public half" "$D/public"
printf 'PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: e2e\r\n' >"$D/key.ppk"
fails_with "$refused" "puttygen" "$D/key.ppk"
base64 -w 0 "$SSH_KEY" >"$D/twice"
fails_with "$refused" "$D/twice holds a key that is encoded in base64 once too often" "$D/twice"
base64 "$SSH_KEY" >"$D/twice-wrapped"
fails_with "$refused" "base64 once too often" "$D/twice-wrapped"

scenario "a passphrase, in each format that ssh reads"
cause secret
ssh-keygen -q -t ed25519 -N secret -C e2e -f "$D/openssh"
ssh-keygen -q -t ecdsa -m PEM -N secret -C e2e -f "$D/pem"
ssh-keygen -q -t ecdsa -m PKCS8 -N secret -C e2e -f "$D/pkcs8"
for key in openssh pem pkcs8; do
  authorize_key "$D/$key"
  fails_with "$refused" "$D/$key has a passphrase" "$D/$key"
done
sed 's/$/\r/' "$D/openssh" >"$D/openssh-crlf"
fails_with "$refused" "$D/openssh-crlf has a passphrase" "$D/openssh-crlf"

scenario "of several files the broken one is named, and is no obstacle if another one opens the door"
cause secret auth
cp "$SSH_KEY.pub" "$D/public"
fails_with "$refused" "$D/public holds the public half" "$SSH_WRONG_KEY" "$D/public"
run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link "$known" --ssh-key-file="$D/public" \
  --ssh-key-file="$SSH_KEY"
assert_status 0

scenario "CR, no last newline, indentation, a byte order mark and spelled line breaks simply work"
# damage <name> <key>: prints the key so damaged.
damage() {
  case $1 in
    crlf) sed 's/$/\r/' "$2" ;;
    cr) tr '\n' '\r' <"$2" ;;
    no-newline) printf %s "$(cat "$2")" ;;
    indented) sed 's/^/    /' "$2" ;;
    trailing-blanks) sed 's/$/  /' "$2" ;;
    blank-first) printf '\n' && cat "$2" ;;
    byte-order-mark) printf '\xef\xbb\xbf' && cat "$2" ;;
    one-line) tr '\n' ' ' <"$2" ;;
    spelled) awk '{ printf "%s\\n", $0 }' "$2" ;;
  esac
}
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C e2e -f "$D/pem"
authorize_key "$D/pem"
cat >"$D/hook" <<SCRIPT
#!/bin/sh
printf '%s\n' "\$GIT_SSH_COMMAND" >"$D/seen"
stat -c %a "\$(printf '%s' "\$GIT_SSH_COMMAND" | sed 's/.* -i \([^ ]*\).*/\1/')" >>"$D/seen"
SCRIPT
chmod 755 "$D/hook"
for key in "$SSH_KEY" "$SSH_RSA_KEY" "$D/pem"; do
  for kind in crlf cr no-newline indented trailing-blanks blank-first byte-order-mark one-line spelled; do
    damage "$kind" "$key" >"$D/$kind"
    chmod 600 "$D/$kind"
    sum=$(sha256sum "$D/$kind")
    # One of them says all about the copy; of the others only that they work.
    flags=()
    [[ $kind != crlf ]] || flags=(--exechook-command="$D/hook")
    RUN_LIMIT=30 run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link "$known" \
      --ssh-key-file="$D/$kind" ${flags[@]+"${flags[@]}"}
    ((STATUS == 0)) || fail "a key with $kind does not work: $(basename "$key")"
    assert_link_hash "$ROOT/link" "$HASH"
    assert_log "using a repaired private copy of an SSH key file"
    assert_eq "$sum" "$(sha256sum "$D/$kind")" "the file itself"
    assert_no_log "PRIVATE KEY"
    rm -rf "$ROOT"
  done
done
assert_contains "$(head -n 1 "$D/seen")" "-i $TMPDIR/git-sync." "GIT_SSH_COMMAND of a hook"
assert_eq 600 "$(tail -n 1 "$D/seen")" "mode of the copy"
assert_eq "" "$(grep -rl "PRIVATE KEY" "$TMPDIR" || true)" "copies that are left"

scenario "a good key is used where it lies"
cause hook # it is made to fail, to be seen in the log
# shellcheck disable=SC2016 # it is the hook's variable
printf '#!/bin/sh\necho "$GIT_SSH_COMMAND" >&2\nexit 1\n' >"$D/hook"
chmod 755 "$D/hook"
run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link "$known" --ssh-key-file="$SSH_KEY" \
  --exechook-command="$D/hook"
assert_log "ssh -i $SSH_KEY -o "
assert_no_log "repaired"

scenario "a key that is rotated to a damaged one, and on, is seen without restart"
cause auth secret
make_key "$D/second"
make_key "$D/third"
authorize_key "$D/second"
authorize_key "$D/third"
authorize_key "$SSH_KEY"
install -m 600 "$SSH_KEY" "$D/key"
rotate() { # stdin
  (umask 077 && cat >"$D/key.new")
  mv "$D/key.new" "$D/key"
}
use_http
start_gitsync --repo="$url" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --ssh-key-file="$D/key" "$known" "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
damage crlf "$D/second" | rotate
revoke_key "$SSH_KEY"
wait_passes 2
commit_file "$REPO" file 2
wait_for 20 link_is "$ROOT/link" "$HASH"
damage no-newline "$D/third" | rotate
wait_passes 2
revoke_key "$D/second"
commit_file "$REPO" file 3
wait_for 20 link_is "$ROOT/link" "$HASH"
ssh-keygen -q -t ed25519 -N secret -C e2e -f "$D/locked"
rotate <"$D/locked"
wait_for 20 log_has "$D/key has a passphrase"
rotate <"$D/third"
commit_file "$REPO" file 4
wait_for 20 link_is "$ROOT/link" "$HASH"
# Taken away, it is not used any more.
rm "$D/key"
wait_for 20 log_has "key file is missing"
rotate <"$D/third"
commit_file "$REPO" file 5
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_log_json
