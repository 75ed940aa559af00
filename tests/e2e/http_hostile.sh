#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Clients that trickle, say nothing, flood or talk nonsense neither keep probes out nor stop
# publishing, and leave nothing behind.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

# 600 clients at a time, of several kinds, opened again as soon as they are cut off, until $T/stop is there.
cat >"$T/hostile.py" <<'PYTHON'
import os, random, socket, sys, time
port, stop = int(sys.argv[1]), sys.argv[2]
beginnings = [b"", b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n", b"\0\1\2\r\n"]
clients, cut = [], 0
while not os.path.exists(stop):
    while len(clients) < 600:
        client = socket.create_connection(("127.0.0.1", port))
        client.setblocking(False)
        client.send(random.choice(beginnings))
        clients.append(client)
    for client in list(clients):
        try:
            if random.random() < 0.2:
                client.send(b"a")
            alive = client.recv(65536)
        except BlockingIOError:
            alive = True
        except OSError:
            alive = False
        if not alive:
            clients.remove(client)
            client.close()
            cut += 1
    time.sleep(0.05)
print(cut)
PYTHON

scenario "600 hostile clients: every probe is answered promptly, commits are published"
use_http
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms "${HTTP_FLAGS[@]}"
wait_for 20 http_status_is / 200
spawn "$T/log/hostile" "$PYTHON" "$T/hostile.py" "$HTTP_PORT" "$T/stop"
hostile=$SPAWNED
probes=0 version=1 end=$((SECONDS + 9))
while ((probes < 40 || SECONDS < end)); do
  is_running "$hostile" || fail "the hostile clients have ended: $(cat "$T/log/hostile")"
  # From another address, as the kubelet's is: the one that holds the most connections loses them.
  assert_eq 200 "$(curl -s --interface 127.0.0.2 -o /dev/null -w '%{http_code}' --max-time $((3 * E2E_TIME_FACTOR)) \
    "http://127.0.0.1:$HTTP_PORT/")" "probe $probes"
  probes=$((probes + 1))
  if ((probes % 20 == 0)); then
    version=$((version + 1))
    commit_file "$REPO" file "app $version"
    wait_for 10 link_is "$ROOT/link" "$HASH"
  fi
  sleep 0.05
done
touch "$T/stop"
wait_for 20 is_gone "$hostile"
(($(tail -n 1 "$T/log/hostile") > 300)) || fail "hostile clients were hardly cut off: $(cat "$T/log/hostile")"

few_descriptors() { (($(find "/proc/$GITSYNC_PID/fd" -mindepth 1 | wc -l) < 40)); }
wait_for 20 few_descriptors
assert_log_json
