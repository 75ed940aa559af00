# SPDX-License-Identifier: Apache-2.0
"""Serves the files of a folder: file_server.py PORT FOLDER. An ETag is a digest of the content, and a request with
If-None-Match is answered with 304. `private…` asks for u:secret-of-the-test; `no-stamp…` has neither ETag nor date.
"""
import base64
import hashlib
import http.server
import pathlib
import sys

LOGIN = "Basic " + base64.b64encode(b"u:secret-of-the-test").decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.split("?")[0].lstrip("/")
        path = pathlib.Path(sys.argv[2]) / name
        if name and not path.is_file():
            return self.answer(404)
        if name.startswith("private") and self.headers.get("Authorization") != LOGIN:
            return self.answer(401)
        content = path.read_bytes() if name else b"here\n"
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {} if name.startswith("no-stamp") else {"ETag": etag}
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, headers=headers)
        return self.answer(200, content, headers)

    def answer(self, status, content=b"", headers=None):
        self.send_response_only(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
