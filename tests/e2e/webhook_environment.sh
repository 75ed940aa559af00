#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What webhooks take from their environment as the reference does: certificates, proxies, and an
# address as people type it. Tables of all cases are unit tests; this proves the wiring.
source "$(dirname "$0")/lib/e2e.sh"
need_commands nginx fcgiwrap openssl

make_repo app
start_recorder
start_https

export GITSYNC_WEBHOOK_TIMEOUT=10s # a busy machine may need more than the default of 1s
once() { run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time "$@"; }
secure() { once --webhook-url="$HTTPS_URL/hook" --webhook-success-status=0; }

scenario "SSL_CERT_DIR: a plain file in the second directory, beside a file that is missing"
mkdir -p "$D/first" "$D/second"
cp "$CA_FILE" "$D/second/our-authority.txt"
SSL_CERT_FILE=$D/missing SSL_CERT_DIR=$D/first:$D/second secure
assert_status 0
forget_requests
SSL_CERT_FILE=$D/missing SSL_CERT_DIR=$D/first secure
assert_status 1
assert_log SSL_CERT_FILE
assert_eq 0 "$(http_requests)" "requests over an untrusted connection"

scenario "NO_PROXY=*.svc keeps what is inside from the proxy; other hosts go through it"
NO_PROXY='*.svc' HTTP_PROXY=$RECORDER_URL once --webhook-url=http://hooks.ns.svc/hook
assert_status 1
assert_eq 0 "$(request_count)" "requests that the proxy saw"
NO_PROXY='*.svc,host:81' HTTP_PROXY=$RECORDER_URL once --webhook-url=http://host/hook
assert_status 0
assert_eq http://host/hook "$(request 1 .target)"

scenario "an unusable proxy is an error that does not show its password"
HTTPS_PROXY=http://user:hunter22@proxy:99999999 once --webhook-url=https://host.invalid/hook
assert_status 1
assert_log 'unusable proxy'
if grep -r hunter22 "$T/log"/git-sync.*; then fail "a secret in a log"; fi

scenario "blanks and non-ASCII characters of the address are escaped"
once --webhook-url="$RECORDER_URL/a b/ü?x=y z"
assert_status 0
assert_eq '/a%20b/%C3%BC?x=y%20z' "$(request 2 .target)"
