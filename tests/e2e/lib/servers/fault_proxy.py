#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that misbehaves on request: slow, trickling, cutting, silent or talking nonsense.

usage: fault_proxy.py PORT BACKEND_PORT CONTROL_FILE LOG_FILE
The control file is read at each new connection: words key=value separated by blanks.
  delay=SECONDS   wait before the first byte of the answer
  cut=BYTES       after so many bytes of the answer drop the connection (RST)
  trickle=BYTES   bytes a second of the answer
  mode=pass|silent|nonsense|close|reset
                  silent: accept and never answer; nonsense: plain text, then close;
                  close: accept and close (FIN); reset: RST upon the
                  first bytes of the request
  skip=N          behave for N connections first (counted since the control file was written)
The log gets one line a connection: number, mode, bytes of the answer let through.
"""

import os
import socket
import struct
import sys
import threading
import time

NONSENSE = b"Hello! This is not the server that you are looking for.\r\n" * 3


def read_control(path):
    with open(path, encoding="ascii") as file:
        return dict(word.split("=", 1) for word in file.read().split())


def reset(sock):
    """Closes with RST instead of FIN; wakes a thread that still reads, which would delay it."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    sock.close()


def copy_up(client, backend):
    try:
        while data := client.recv(65536):
            backend.sendall(data)
        backend.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def copy_down(backend, client, control):
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


def serve(client, backend_port, control, number, log):
    mode = control.get("mode", "pass")
    total = 0
    try:
        if mode != "pass":
            misbehave(client, mode)
        else:
            backend = socket.create_connection(("127.0.0.1", backend_port))
            threading.Thread(target=copy_up, args=(client, backend), daemon=True).start()
            total = copy_down(backend, client, control)
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
        stat = os.stat(control_path)
        if (stat.st_mtime_ns, stat.st_ino) != version:
            version, since = (stat.st_mtime_ns, stat.st_ino), 0
        since += 1
        control = read_control(control_path)
        if since <= int(control.get("skip", 0)):
            control = {}
        args = (client, int(backend_port), control, number, log)
        threading.Thread(target=serve, args=args, daemon=True).start()


main()
