#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An HTTP server that records every request and answers as a script says, also wrongly.

usage: recorder.py PORT ANSWERS_FILE REQUESTS_FILE
ANSWERS_FILE: one JSON object a line, used in turn, the last one for ever; read anew for each
request, and counted from the start again when the file is replaced. Keys, all optional:
  status (200), body (""), headers ({}), delay (seconds before the answer),
  mode: normal         status line, headers, Content-Length, body
        no_length      no Content-Length, the body ends at close
        bare_newlines  line ends are LF only, no Content-Length
        no_headers     status line and body, nothing between
        half_close     answers and closes its sending side before it reads the request (not
                       together with `path`, which is not known then)
        raw            sends `body` as it is and closes
        trickle        one byte of the body a second
        endless        a body that never ends
        hang           reads the request and never answers
        close          reads the request and closes
  path: only requests whose path begins with it use this line
REQUESTS_FILE: one JSON object a request: n, time, method, target, version, headers (lower-case
names), body, connection (number of the TCP connection).
Every connection carries one request.
"""

import json
import os
import socket
import sys
import threading
import time

REASONS = {200: "OK", 201: "Created", 204: "No Content", 302: "Found", 401: "Unauthorized",
           404: "Not Found", 500: "Internal Server Error", 503: "Service Unavailable"}


class Script:
    """Hands out the answers in turn."""

    def __init__(self, path):
        self.path, self.version, self.used = path, None, {}
        self.lock = threading.Lock()

    def next(self, target, consume=True):
        with self.lock:
            with open(self.path, encoding="utf-8") as file:  # it may be replaced meanwhile
                stat = os.fstat(file.fileno())
                lines = [json.loads(line) for line in file if line.strip()]
            if (stat.st_mtime_ns, stat.st_ino) != self.version:
                self.version, self.used = (stat.st_mtime_ns, stat.st_ino), {}
            path = next((a["path"] for a in lines if target.startswith(a.get("path", "\0"))), None)
            lines = [a for a in lines if a.get("path") == path] or [{}]
            index = self.used.get(path, 0)
            self.used[path] = index + int(consume)
            return lines[min(index, len(lines) - 1)]


def read_request(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    method, target, version = (lines[0].split(" ") + ["", ""])[:3]
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    while len(body) < int(headers.get("content-length", 0)):
        more = sock.recv(65536)
        if not more:
            break
        body += more
    return {"method": method, "target": target, "version": version, "headers": headers,
            "body": body.decode("latin-1")}


def send_answer(sock, answer):
    mode, status = answer.get("mode", "normal"), int(answer.get("status", 200))
    body = answer.get("body", "").encode()
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Whatever')}"]
    headers = {"Content-Type": "text/plain", **answer.get("headers", {})}
    if mode in ("normal", "trickle"):
        headers["Content-Length"] = str(len(body))
    if mode != "no_headers":
        lines += [f"{name}: {value}" for name, value in headers.items()]
    end = "\n" if mode == "bare_newlines" else "\r\n"
    sock.sendall(b"" if mode == "raw" else (end.join(lines) + end + end).encode())
    if mode == "trickle":
        for byte in body:
            sock.sendall(bytes([byte]))
            time.sleep(1)
    elif mode == "endless":
        while True:
            sock.sendall(b"x" * 65536)
    else:
        sock.sendall(body)


class Server:
    def __init__(self, script, requests_path):
        self.script, self.count = script, 0
        self.lock = threading.Lock()
        self.requests = open(requests_path, "a", buffering=1, encoding="utf-8")

    def record(self, request, connection):
        with self.lock:
            self.count += 1
            record = {"n": self.count, "time": time.time(), **request, "connection": connection}
            self.requests.write(json.dumps(record) + "\n")

    def serve(self, sock, connection):
        try:
            if self.script.next("", consume=False).get("mode") == "half_close":
                send_answer(sock, {**self.script.next(""), "mode": "no_length"})
                sock.shutdown(socket.SHUT_WR)
                request = read_request(sock)
                if request:
                    self.record(request, connection)
                return
            request = read_request(sock)
            if not request:
                return
            self.record(request, connection)
            answer = self.script.next(request["target"])
            time.sleep(float(answer.get("delay", 0)))
            if answer.get("mode") == "hang":
                while sock.recv(65536):
                    pass
            elif answer.get("mode") != "close":
                send_answer(sock, answer)
        except OSError:
            pass
        finally:
            sock.close()


def main():
    port, answers, requests = sys.argv[1:]
    server = Server(Script(answers), requests)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=50)
    connection = 0
    while True:
        sock, _ = listener.accept()
        connection += 1
        threading.Thread(target=server.serve, args=(sock, connection), daemon=True).start()


main()
