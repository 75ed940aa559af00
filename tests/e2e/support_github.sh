#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The GitHub API server of the tests gives a token for a right signature and claims, and only then.
source "$(dirname "$0")/lib/e2e.sh"
need_commands openssl
start_github_api token=ghs_x

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
jwt() { # <key> <issuer> <iat> <exp>
  local signed
  signed=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url).$(printf '{"iss":"%s","iat":%s,"exp":%s}' "$2" "$3" "$4" | base64url)
  printf '%s.%s' "$signed" "$(printf '%s' "$signed" | openssl dgst -sha256 -sign "$1" | base64url)"
}
ask() { # <jwt> [installation]
  curl -s -o "$D/body" -w '%{http_code}' -X POST -H "Authorization: Bearer $1" \
    -H 'Accept: application/vnd.github+json' "$GITHUB_URL/app/installations/${2:-5678}/access_tokens"
}
now=$(date +%s)

scenario "a right request gets the token, with both forms of the key"
assert_eq 201 "$(ask "$(jwt "$GITHUB_KEY" 1234 "$now" $((now + 600)))")"
assert_eq ghs_x "$(jq -r .token "$D/body")"
assert_contains "$(jq -r .expires_at "$D/body")" "Z"
assert_eq 201 "$(ask "$(jwt "$GITHUB_KEY_PKCS8" 1234 "$now" $((now + 600)))")"
assert_file_contains "$GITHUB_KEY" "BEGIN RSA PRIVATE KEY"
assert_file_contains "$GITHUB_KEY_PKCS8" "BEGIN PRIVATE KEY"

scenario "every wrong part is refused"
openssl genrsa -out "$D/other.pem" 2048 2>/dev/null
assert_eq 401 "$(ask "$(jwt "$D/other.pem" 1234 "$now" $((now + 600)))")"
assert_eq 401 "$(ask "$(jwt "$GITHUB_KEY" 9999 "$now" $((now + 600)))")"
assert_eq 401 "$(ask "$(jwt "$GITHUB_KEY" 1234 "$now" $((now + 6000)))")"
assert_eq 401 "$(ask "$(jwt "$GITHUB_KEY" 1234 $((now - 700)) $((now - 100)))")"
assert_eq 401 "$(ask "$(jwt "$GITHUB_KEY" 1234 "$now.5" $((now + 600)))")"
assert_eq 404 "$(ask "$(jwt "$GITHUB_KEY" 1234 "$now" $((now + 600)))" 1)"
assert_eq 400 "$(ask "a.b.c")"
assert_eq 2 "$(github_count '.verdict == "ok"')"

scenario "settings change while it runs"
set_github token=ghs_second lifetime=20 status=500
assert_eq 500 "$(ask "$(jwt "$GITHUB_KEY" 1234 "$now" $((now + 600)))")"
