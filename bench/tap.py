# SPDX-License-Identifier: Apache-2.0
"""An https server that tells when the first request of a client arrives, and passes on to nginx.

It ends TLS itself, so that what is told is the request and not the handshake before it.
"""

import contextlib
import select
import socket
import ssl
import threading

SIZE = 65536


class Tap:
    def __init__(self, certificate, key, backend_port):
        self.backend_port, self.told, self.lock = backend_port, None, threading.Lock()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def tell(self, told):
        """`told` is called once, when the next request has come and before it is answered."""
        with self.lock:
            self.told = told

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def serve(self, plain):
        with contextlib.suppress(OSError), plain, self.tls.wrap_socket(plain, server_side=True) as client:
            data = client.recv(SIZE)
            if not data:
                return
            with self.lock:
                told, self.told = self.told, None
            if told:
                told()
            with socket.create_connection(("127.0.0.1", self.backend_port)) as backend:
                backend.sendall(data)
                relay(client, backend)


def relay(client, backend):
    """Both directions in one thread: OpenSSL's objects are not for two at once."""
    while True:
        ready = [client] if client.pending() else select.select([client, backend], [], [])[0]
        for source, target in ((client, backend), (backend, client)):
            if source in ready:
                data = source.recv(SIZE)
                if not data:
                    return
                target.sendall(data)
