#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real git over http(s) on loopback: nginx, fcgiwrap and `git http-backend`, basic auth, own CA.

# make_ca: sets CA_FILE, the certificate of this test's own authority, which signs every server.
make_ca() {
  CA_FILE=$T/ca/ca.pem
  [[ ! -f $CA_FILE ]] || return 0
  mkdir -p "$T/ca"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj "/CN=E2E test authority" -addext "keyUsage=critical,keyCertSign" \
    -keyout "$T/ca/ca.key" -out "$CA_FILE" 2>"$T/log/openssl.log"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout "$T/ca/server.key" -out "$T/ca/server.csr" 2>>"$T/log/openssl.log"
  openssl x509 -req -in "$T/ca/server.csr" -CA "$CA_FILE" -CAkey "$T/ca/ca.key" -days 30 \
    -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth') \
    -out "$T/ca/server.pem" 2>>"$T/log/openssl.log"
}

# replace_ca: another authority takes the place of the first, in CA_FILE too; servers show a new
# certificate when they are started again.
replace_ca() {
  rm -r "$T/ca"
  make_ca
}

# trust_ca: git, git-sync and curl of this test trust the test's authority.
trust_ca() {
  make_ca
  export GIT_SSL_CAINFO=$CA_FILE SSL_CERT_FILE=$CA_FILE CURL_CA_BUNDLE=$CA_FILE
}

# start_https [name] [plain] [auth=PREFIX:USER:PASSWORD]… [return=PREFIX:ANSWER]…: serves $SRV/<repo>
# as /<repo>; with `plain` without TLS. Each auth= protects every path that begins with PREFIX (as
# "/private"; "/" is everything); each return= answers there as nginx's directive of this name says:
# return=/closed:403, return='/:301 https://$host:PORT$request_uri'. Sets HTTPS_URL (no slash at the end), HTTPS_PORT, HTTPS_PID, HTTPS_DIR, HTTPS_LOG
# (access log: one line a request: status method uri user), HTTPS_SIZES (for each request bytes in, bytes
# out, number of the connection, its end in seconds since 1970, status) and HTTPS_ERRORS.
start_https() {
  local name=https scheme=https word
  [[ ${1:-} == "" || $1 == plain || $1 == auth=* || $1 == return=* ]] || { name=$1 && shift; }
  need_commands nginx fcgiwrap openssl curl
  HTTPS_DIR=$T/$name HTTPS_PORT=$(free_port) HTTPS_LOG=$T/log/$name.access
  HTTPS_ERRORS=$T/log/$name.error HTTPS_SIZES=$T/log/$name.sizes
  mkdir -p "$HTTPS_DIR/tmp"
  : >"$HTTPS_LOG"
  : >"$HTTPS_DIR/locations"
  : >"$HTTPS_DIR/busy"
  for word in "$@"; do
    case $word in
      plain) scheme=http ;;
      auth=*) e2e_auth_location "${word#auth=}" ;;
      return=*) e2e_return_location "${word#return=}" ;;
      *) fail "start_https: unknown argument $word" ;;
    esac
  done
  HTTPS_URL=$scheme://127.0.0.1:$HTTPS_PORT
  e2e_nginx_config "$scheme"
  spawn "$HTTPS_ERRORS" env GIT_PROJECT_ROOT="$SRV" GIT_HTTP_EXPORT_ALL=1 \
    "$(PATH=$PATH:/usr/sbin command -v fcgiwrap)" -c 4 -s "unix:$HTTPS_DIR/fcgi"
  FCGI_PID=$SPAWNED
  wait_for 10 test -S "$HTTPS_DIR/fcgi"
  e2e_start_nginx
}

# Listening is not enough: nginx listens before it has handlers for signals, and one that comes then ends it.
e2e_nginx_answers() { curl -s --max-time 10 --unix-socket "$HTTPS_DIR/settled.$HTTPS_PORT" http://localhost/; }
e2e_start_nginx() {
  spawn "$HTTPS_ERRORS" "$(PATH=$PATH:/usr/sbin command -v nginx)" -p "$HTTPS_DIR" \
    -e "$HTTPS_ERRORS" -c "$HTTPS_DIR/nginx.conf"
  HTTPS_PID=$SPAWNED
  wait_for 10 e2e_nginx_answers
}

# settle_https: what the last started server has answered is in its logs. It writes them after its answers, one
# worker does one thing at a time, and this is one more, which is not logged.
settle_https() { e2e_nginx_answers || true; }

# stop_https: the server goes away (connections are refused); start_https_again brings it back on
# the same port with the same settings.
stop_https() {
  settle_https
  stop_process "$HTTPS_PID"
}
start_https_again() {
  rm -f "$HTTPS_DIR/settled.$HTTPS_PORT"
  e2e_start_nginx
}

# busy_https [value of Retry-After]: from now on the last started server answers everything with 503;
# free_https: as before. Both drop its idle connections.
busy_https() {
  printf 'return 503;\n' >"$HTTPS_DIR/busy"
  (($# == 0)) || printf 'add_header Retry-After "%s" always;\n' "$1" >>"$HTTPS_DIR/busy"
  reload_https
}
free_https() {
  : >"$HTTPS_DIR/busy"
  reload_https
}
e2e_has_new_worker() { # <pids of the old ones>
  local now
  now=$(pgrep -P "$HTTPS_PID") || return 1
  ! grep -qxF "$1" <<<"$now"
}
# reload_https: its configuration is read again; the next request meets the new one, whoever answers.
reload_https() {
  local old
  old=$(pgrep -P "$HTTPS_PID")
  kill -HUP "$HTTPS_PID"
  wait_for 10 e2e_has_new_worker "$old"
}

# set_password <prefix> <user> <password>: from the next request on, this pair and no other opens
# the prefix of the last started server.
set_password() {
  printf '%s:{PLAIN}%s\n' "$2" "$3" >"$HTTPS_DIR/new"
  chmod 644 "$HTTPS_DIR/new"
  mv "$HTTPS_DIR/new" "$HTTPS_DIR/htpasswd$(tr / _ <<<"$1")"
}

# http_requests [pattern]: how many requests the last started server has answered.
http_requests() {
  settle_https
  grep -cE "${1:-.}" "$HTTPS_LOG" || true
}
# forget_requests: its log of them begins anew.
forget_requests() {
  settle_https
  : >"$HTTPS_LOG"
}

e2e_auth_location() {
  local prefix user password
  IFS=: read -r prefix user password <<<"$1"
  set_password "$prefix" "$user" "$password"
  cat >>"$HTTPS_DIR/locations" <<CONFIG
    location ^~ $prefix {
      auth_basic e2e;
      auth_basic_user_file $HTTPS_DIR/htpasswd$(tr / _ <<<"$prefix");
      include $HTTPS_DIR/backend;
    }
CONFIG
}

e2e_return_location() {
  printf '    location ^~ %s {\n      default_type text/html;\n      return %s;\n    }\n' \
    "${1%%:*}" "${1#*:}" >>"$HTTPS_DIR/locations"
}

e2e_nginx_config() {
  local listen="listen 127.0.0.1:$HTTPS_PORT" tls=""
  if [[ $1 == https ]]; then
    make_ca
    listen+=" ssl"
    tls="ssl_certificate $T/ca/server.pem; ssl_certificate_key $T/ca/server.key;"
  fi
  cat >"$HTTPS_DIR/backend" <<CONFIG
fastcgi_pass unix:$HTTPS_DIR/fcgi;
fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
fastcgi_param PATH_INFO \$uri;
fastcgi_param QUERY_STRING \$query_string;
fastcgi_param REQUEST_METHOD \$request_method;
fastcgi_param CONTENT_TYPE \$content_type;
fastcgi_param CONTENT_LENGTH \$content_length;
fastcgi_param HTTP_CONTENT_ENCODING \$http_content_encoding;
fastcgi_param GIT_PROTOCOL \$http_git_protocol;
fastcgi_param HTTP_GIT_PROTOCOL \$http_git_protocol;
fastcgi_param GIT_PROJECT_ROOT $SRV;
fastcgi_param GIT_HTTP_EXPORT_ALL 1;
fastcgi_param HOME $HOME;
fastcgi_param REMOTE_USER \$remote_user;
fastcgi_buffering off;
CONFIG
  grep -q "location ^~ / {" "$HTTPS_DIR/locations" ||
    printf '    location / { include %s/backend; }\n' "$HTTPS_DIR" >>"$HTTPS_DIR/locations"
  cat >"$HTTPS_DIR/nginx.conf" <<CONFIG
daemon off;
pid $HTTPS_DIR/pid;
$( ((UID != 0)) || printf 'user %s %s;' "$(id -un)" "$(id -gn)")
worker_processes 1;
events { worker_connections 200; }
http {
  log_format e2e '\$status \$request_method \$request_uri \$remote_user';
  access_log $HTTPS_LOG e2e;
  log_format sizes '\$request_length \$bytes_sent \$connection \$msec \$status';
  access_log $HTTPS_SIZES sizes;
  client_body_temp_path $HTTPS_DIR/tmp/body;
  fastcgi_temp_path $HTTPS_DIR/tmp/fastcgi;
  proxy_temp_path $HTTPS_DIR/tmp/proxy;
  scgi_temp_path $HTTPS_DIR/tmp/scgi;
  uwsgi_temp_path $HTTPS_DIR/tmp/uwsgi;
  client_max_body_size 0;
  server {
    listen unix:$HTTPS_DIR/settled.$HTTPS_PORT;
    access_log off;
    return 204;
  }
  server {
    $listen;
    $tls
    include $HTTPS_DIR/busy;
$(cat "$HTTPS_DIR/locations")
  }
}
CONFIG
}
