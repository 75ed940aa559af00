#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each classic mistake with buckets, archives, snapshots and registries gives one line that says what to do, beside
# the server's own words. What real servers can be made to say they say; the rest comes from a stub.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"
source "$E2E_LIB/registry.sh"

# fails_with <words> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=90 run_gitsync --one-time --root="$ROOT" --link=link --sync-timeout=80s "${@:3}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_no_log secret/of+the=tests
  assert_log_json
}
hostile() { "$PYTHON" "$E2E_LIB/servers/hostile_tar.py" "$1"; }

start_s3_seaweed
make_bucket dags
put_object dags "folder/a" 1
S3_FLAGS=(--repo=s3://dags/folder/)

scenario "a bucket, a prefix, an object that is not there"
cause not-found config
fails_with 'the bucket "no-such-bucket" does not exist' "the bucket's name in --repo" --repo=s3://no-such-bucket/folder/
fails_with "there is nothing at s3://dags/foldre/" "check the prefix in --repo" --repo=s3://dags/foldre/
fails_with "there is no object s3://dags/a.tar.gz" "check the key in --repo" --repo=s3://dags/a.tar.gz
fails_with "there is no object s3://dags/main.json" "check the key in --repo" --repo=s3://dags/main.json

scenario "wrong keys, and none"
cause auth secret
AWS_SECRET_ACCESS_KEY=wrong fails_with SignatureDoesNotMatch "AWS_SECRET_ACCESS_KEY" "${S3_FLAGS[@]}"
AWS_ACCESS_KEY_ID=UNKNOWN fails_with "does not know the access key" "AWS_ACCESS_KEY_ID" "${S3_FLAGS[@]}"
AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' fails_with "it was not signed" "set AWS_ACCESS_KEY_ID" "${S3_FLAGS[@]}"
AWS_SECRET_ACCESS_KEY='' fails_with "AWS_SECRET_ACCESS_KEY is not" "credentials for the bucket in --repo" "${S3_FLAGS[@]}"
AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/ \
  fails_with "credentials for S3" "the service that gives them" "${S3_FLAGS[@]}"

scenario "an endpoint where nothing listens, has no name, or is no S3 service"
cause network
AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 fails_with "s3://dags/" "check the port in --s3-endpoint" "${S3_FLAGS[@]}"
cause dns network
fails_with "s3://dags/" "the host name in --s3-endpoint" "${S3_FLAGS[@]}" --s3-endpoint=http://no-such-host.invalid
cause server
start_recorder 200
fails_with "is no listing" "not what an S3 service says" "${S3_FLAGS[@]}" --s3-endpoint="$RECORDER_URL"

scenario "a file in the way of a folder, and a key that is no path"
cause config
put_object dags "way/a" 1
put_object dags "way/a/b" 1
fails_with "is a file, and a folder for" "rename or remove one of the two" --repo=s3://dags/way/

scenario "archives: of another kind, cut off, hostile, too large"
cause damage config
echo "no tar" | put_object dags plain.tar.gz
fails_with "this is no tar archive" "tar -czf" --repo=s3://dags/plain.tar.gz
hostile up >"$D/whole"
head -c 60 "$D/whole" | put_object dags cut.tar.gz
fails_with "cut off" "the archive is not whole" --repo=s3://dags/cut.tar.gz
for kind in up through-link git; do
  hostile "$kind" | put_object dags hostile.tar.gz
  fails_with "is refused" "see who made this one" --repo=s3://dags/hostile.tar.gz
done
cause config
hostile bomb | put_object dags bomb.tar.gz
fails_with "holds more than 1 MiB" "raise it" --repo=s3://dags/bomb.tar.gz --max-tree-size=1MiB

scenario "a pointer that is none, and one whose archive is gone or another"
cause config damage
put_object dags page.json "<html>"
fails_with "no pointer to a snapshot" "address of a pointer" --repo=s3://dags/page.json
make_repo app
run_gitsync --one-time --repo="file://$REPO" --ref=main --root="$D/publisher" --link=link --publish-snapshot=s3://dags/shown/
assert_status 0
remove_object dags "shown/$HASH.tar.gz"
fails_with "is gone" "what the pointer names was removed" --repo=s3://dags/shown/main.json
hostile git | put_object dags "shown/$HASH.tar.gz"
fails_with "longer than it should be" "start its publisher again" --repo=s3://dags/shown/main.json

scenario "publishing where nothing may be written names its own flag"
cause not-found config
run_gitsync --one-time --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --publish-snapshot=s3://no-such-bucket/
record=$(grep '"hook failed"' "$LOG" | head -n 1)
assert_contains "$(jq -r .hint <<<"$record")" "the bucket's name in --publish-snapshot" "hint"

# The stub answers the words in the address.
stub=$(free_port)
spawn "$T/log/claims.log" "$PYTHON" "$E2E_LIB/servers/claims.py" "$stub" "$T/requests" "$T/gate"
wait_for 20 port_is_listening "$stub"
says() { # <status> <code> <words> <hint>
  fails_with "$3" "$4" --s3-endpoint="http://127.0.0.1:$stub" --repo="s3://any/status=$1,code=$2/"
}

scenario "what S3 says: expired, denied, another region, a wrong clock, too busy, at fault, not known"
cause auth secret
says 400 ExpiredToken "have expired" "renew the credentials"
says 403 AccessDenied "access denied with the credentials of" "allow s3:ListBucket"
cause config
says 301 PermanentRedirect "not served there" "--s3-region"
says 403 RequestTimeTooSkewed "our clock" "set the clock"
cause server
says 503 SlowDown SlowDown "limits the rate"
says 500 InternalError InternalError "a fault of its own"
says 501 NotImplemented NotImplemented "has S3's API"
says 403 InvalidObjectState "archive class" "restore the object"
says 404 '' "no error of S3's" "not what an S3 service says"

scenario "what a web server says of an archive and of a pointer, with and without a login"
printf 'a-token\n' >"$D/token"
web_says() { # <status> <hint> <hint with a password> <hint with a token>
  local name
  for name in a.tar.gz main.json; do
    local repo=http://127.0.0.1:$stub/any/status=$1/$name
    fails_with "status $1" "$2" --repo="$repo"
    GITSYNC_PASSWORD=p fails_with "status $1" "$3" --repo="$repo" --username=u
    fails_with "status $1" "$4" --repo="$repo" --bearer-token-file="$D/token"
  done
}
cause auth secret
# shellcheck disable=SC2016 # so it stands in the hint
login_from='password from $GITSYNC_PASSWORD' token_from="refused the token in the file of --bearer-token-file"
web_says 401 "none are set" "$login_from" "$token_from"
web_says 403 "forbids this (403)" "$login_from" "$token_from"
cause not-found
web_says 404 "nothing is served there" "nothing is served there" "nothing is served there"
cause server
web_says 429 "limits the rate" "limits the rate" "limits the rate"
web_says 503 "a fault of its own" "a fault of its own" "a fault of its own"

scenario "a file with a token that is missing, empty, or holds more than one"
cause secret
repo=http://127.0.0.1:$stub/any/status=401/main.json
fails_with "$D/missing" "secret is mounted there" --repo="$repo" --bearer-token-file="$D/missing"
: >"$D/empty"
fails_with "is empty" "the token alone" --repo="$repo" --bearer-token-file="$D/empty"
printf 'two tokens\n' >"$D/two"
fails_with "one line without blanks" "the token alone" --repo="$repo" --bearer-token-file="$D/two"

scenario "an archive, and a pointer, by whose answers nobody could tell versions"
cause server
for name in a.tar.gz main.json; do
  fails_with "ETag" "nobody can tell that it has changed" --repo="http://127.0.0.1:$stub/any/etag=none,pointer=1,body=1/$name"
  fails_with "ETag" "nobody can tell that it has changed" --s3-endpoint="http://127.0.0.1:$stub" \
    --repo="s3://any/etag=none,pointer=1,body=1/$name"
done

start_registry basic=u:p
mkdir "$T/tree"
echo x >"$T/tree/file"
push_folder org/dags:main "$T/tree"
docker_config "$T/config.json" u p
docker_config "$T/wrong.json" u wrong

scenario "a registry: no login, a wrong one, no such tag, no artifact, a damaged one"
cause auth
fails_with "wants a user name and a password" "--registry-config" --repo="oci://$REGISTRY/org/dags:main"
fails_with "refuses the login" "check that the token is valid" --repo="oci://$REGISTRY/org/dags:main" \
  --registry-config="$T/wrong.json"
login=--registry-config=$T/config.json
cause not-found
fails_with "does not have it" "check repository and tag in --repo" --repo="oci://$REGISTRY/org/dags:other" "$login"
cause config
make_layer "$D/a.tar.gz" "$T/tree"
echo 2 >"$T/tree/file"
make_layer "$D/b.tar.gz" "$T/tree"
push_layers org/two:main "$D/a.tar.gz=gzip" "$D/b.tar.gz=gzip"
fails_with "layers" "flux push artifact" --repo="oci://$REGISTRY/org/two:main" "$login"
cause damage server
push_layers org/damaged:main "$D/b.tar.gz=gzip"
blob=$(registry_blob "sha256:$(sha256sum <"$D/b.tar.gz" | cut -d' ' -f1)")
head -c "$(stat -c %s "$blob")" /dev/zero >"$blob.new"
mv "$blob.new" "$blob"
fails_with "it is not what its digest says" "push the artifact again" --repo="oci://$REGISTRY/org/damaged:main" "$login"
