#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that misbehaves on request: slow, trickling, cutting, silent or talking nonsense.

usage: fault_proxy.py PORT BACKEND_PORT CONTROL_FILE LOG_FILE
The control file is read at each new connection: words key=value separated by blanks. `old` is for
those that there are when it changes.
  delay=SECONDS   wait before the first byte of the answer
  cut=BYTES       after so many bytes of the answer drop the connection (RST)
  trickle=BYTES   bytes a second of the answer
  mode=pass|silent|nonsense|close|reset
                  silent: accept and never answer; nonsense: plain text, then close;
                  close: accept and close (FIN); reset: RST upon the
                  first bytes of the request
  skip=N          behave for N connections first (counted since the control file was written)
  old=lost|reset  of the connections from before the control file was written
                  lost: nothing is passed on any more, and they stay; reset: RST upon the next bytes
                  of the client, as a balancer does that forgot them
The log gets one line a connection: number, mode, bytes of the answer let through.
"""

import os
import socket
import struct
import sys
import threading
import time

NONSENSE = b"Hello! This is not the server that you are looking for.\r\n" * 3


def version_of(stat):
    return stat.st_mtime_ns, stat.st_ino


def read_control(path):
    """Its words, and the version of the very file that they are from: it may be replaced meanwhile."""
    with open(path, encoding="ascii") as file:
        version = version_of(os.fstat(file.fileno()))
        return dict(word.split("=", 1) for word in file.read().split()), version


class Age:
    """What has become of a connection that was made under a version of the control file."""

    def __init__(self, path, version):
        self.path, self.version, self.fate = path, version, None

    def fate_now(self):
        if self.fate is None and version_of(os.stat(self.path)) != self.version:
            self.fate = read_control(self.path)[0].get("old")
        return self.fate


def reset(sock):
    """Closes with RST instead of FIN; wakes a thread that still reads, which would delay it."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    sock.close()


def copy_up(client, backend, age):
    try:
        while data := client.recv(65536):
            if age.fate_now() == "reset":
                reset(client)
                break
            if age.fate_now() != "lost":
                backend.sendall(data)
        backend.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def copy_down(backend, client, control, age):
    """Copies the answer under the faults asked for; returns the bytes let through."""
    cut = int(control.get("cut", -1))
    rate = float(control.get("trickle", 0))
    total = 0
    chunk = max(1, int(rate / 10)) if rate else 65536
    while data := backend.recv(chunk):
        if total == 0:
            time.sleep(float(control.get("delay", 0)))
        if 0 <= cut < total + len(data):
            data = data[: cut - total]
        if age.fate_now() == "lost":
            continue
        client.sendall(data)
        total += len(data)
        if total == cut:
            break
        if rate:
            time.sleep(len(data) / rate)
    return total


def misbehave(client, mode):
    if mode == "silent":
        while client.recv(65536):
            pass
    elif mode == "nonsense":
        client.sendall(NONSENSE)
    elif mode == "reset":
        client.recv(65536)  # an earlier RST looks to some clients as if nobody listened
        reset(client)
    elif mode == "close":
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass


def serve(client, backend_port, control, number, log, age):
    mode = control.get("mode", "pass")
    total = 0
    try:
        if mode != "pass":
            misbehave(client, mode)
        else:
            backend = socket.create_connection(("127.0.0.1", backend_port))
            up = threading.Thread(target=copy_up, args=(client, backend, age), daemon=True)
            up.start()
            total = copy_down(backend, client, control, age)
            if age.fate_now() == "lost":
                up.join()  # the client does not see that the backend has closed either
            if total == int(control.get("cut", -1)):
                reset(client)
            reset(backend)
    except OSError:
        pass
    finally:
        log.write(f"{number} {mode} {total}\n")
        client.close()


def main():
    port, backend_port, control_path, log_path = sys.argv[1:]
    log = open(log_path, "a", buffering=1, encoding="ascii")
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=50)
    number, since, version = 0, 0, None
    while True:
        client, _ = listener.accept()
        number += 1
        control, now = read_control(control_path)
        if now != version:
            version, since = now, 0
        since += 1
        if since <= int(control.get("skip", 0)):
            control = {}
        age = Age(control_path, version)
        args = (client, int(backend_port), control, number, log, age)
        threading.Thread(target=serve, args=args, daemon=True).start()


main()
