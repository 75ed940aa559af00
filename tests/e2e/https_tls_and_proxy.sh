#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server whose certificate comes from one's own authority works with each of git's ways to name
# it, and not without; the proxy variables are honoured.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https auth=/:user:the-password
make_ca
export GITSYNC_USERNAME=user GITSYNC_PASSWORD=the-password
once() { RUN_LIMIT=30 run_gitsync --one-time --repo="$HTTPS_URL/app" --root="$ROOT" --link=link "$@"; }
assert_works() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  rm -rf "$ROOT"
}
assert_untrusted() {
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_log "certificate"
  assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "not trusted" "hint"
}

scenario "without the authority the server is refused, and no credential is sent"
cause tls
once
assert_untrusted
assert_eq 0 "$(http_requests)" "requests that reached the server"

scenario "GIT_SSL_CAINFO, http.sslCAInfo for all and for one host, GIT_SSL_CAPATH"
cause tls
GIT_SSL_CAINFO=$CA_FILE once
assert_works
once --git-config="http.sslCAInfo:$CA_FILE"
assert_works
once --git-config="\"http.$HTTPS_URL.sslCAInfo\":$CA_FILE"
assert_works
once --git-config="\"http.https://other.invalid.sslCAInfo\":$CA_FILE"
assert_untrusted

scenario "an authority of the same name but another key is not trusted"
cause tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
  -subj "/CN=E2E test authority" -keyout "$D/other.key" -out "$D/other.pem" 2>/dev/null
GIT_SSL_CAINFO=$D/other.pem once
assert_untrusted

scenario "an authority that is replaced while it runs is picked up"
cause tls
cp "$D/../ca/ca.pem" "$D/ca.pem" 2>/dev/null || cp "$CA_FILE" "$D/ca.pem"
use_http
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --engine=git --git-config="http.sslCAInfo:$D/ca.pem" "${HTTP_FLAGS[@]}" # it connects anew in each pass
wait_for 20 link_is "$ROOT/link" "$HASH"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Other" \
  -keyout "$D/other.key" -out "$D/other.pem" 2>/dev/null
mv "$D/other.pem" "$D/ca.pem"
wait_for 20 metric_at_least 'git_sync_count_total{status="error"}' 1
commit_file "$REPO" file 2
cp "$CA_FILE" "$D/ca.new"
mv "$D/ca.new" "$D/ca.pem"
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_gitsync

scenario "http.sslVerify:false and GIT_SSL_NO_VERIFY are the user's own choice"
once --git-config=http.sslVerify:false
assert_works
GIT_SSL_NO_VERIFY=true once
assert_works

# A proxy that only knows CONNECT and notes where it was asked to go.
cat >"$T/proxy.py" <<'PYTHON'
import socket, socketserver, sys, threading

def pump(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

class Proxy(socketserver.StreamRequestHandler):
    def handle(self):
        method, place = self.rfile.readline().decode().split()[:2]
        while self.rfile.readline().strip():
            pass
        with open(sys.argv[2], "a") as log:
            log.write(f"{method} {place}\n")
        if method != "CONNECT":
            return
        host, port = place.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=pump, args=(server, self.connection), daemon=True)
            back.start()
            pump(self.connection, server)
            back.join()

class Server(socketserver.ThreadingTCPServer):
    # The port may have been another test's a moment ago.
    allow_reuse_address = True
    daemon_threads = True

Server(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()
PYTHON
proxy_port=$(free_port)
proxy_log=$T/log/proxy
spawn "$T/log/proxy.errors" "$PYTHON" "$T/proxy.py" "$proxy_port" "$proxy_log"
wait_for 10 port_is_listening "$proxy_port"
proxy=http://127.0.0.1:$proxy_port
export GIT_SSL_CAINFO=$CA_FILE

# through_proxy: the last run went through it; forgets what was noted.
through_proxy() {
  assert_file_contains "$proxy_log" "CONNECT 127.0.0.1:$HTTPS_PORT"
  rm "$proxy_log"
}

scenario "https_proxy, HTTPS_PROXY, ALL_PROXY and http.proxy are honoured"
https_proxy=$proxy once
assert_works
through_proxy
HTTPS_PROXY=$proxy once
assert_works
through_proxy
ALL_PROXY=$proxy once
assert_works
through_proxy
once --git-config="http.proxy:$proxy"
assert_works
through_proxy

scenario "no_proxy and NO_PROXY take hosts out of it"
https_proxy=$proxy no_proxy=127.0.0.1 once
assert_works
https_proxy=$proxy NO_PROXY=localhost,127.0.0.1 once
assert_works
assert_no_file "$proxy_log"

scenario "a proxy that is not there fails the pass, and its password is not shown"
cause proxy network
port=$(free_port)
https_proxy=http://someone:proxy-password@127.0.0.1:$port once
assert_status 1
assert_log "127.0.0.1 port $port"
assert_no_log proxy-password
once --git-config="http.proxy:http://someone:proxy-password@127.0.0.1:$port"
assert_status 1
assert_no_log proxy-password
