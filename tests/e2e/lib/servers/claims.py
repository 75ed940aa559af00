# SPDX-License-Identifier: Apache-2.0
"""An S3 server, and a web server, that say what is asked of them: claims.py PORT LOG GATE

The prefix or folder of an address is words, as in s3://any/size=5368709120,body=100/ (sizes in bytes):
  size=N    the listing's <Size> of `file` there, as text; a second object, `small`, has 2 bytes
  copies=N  so many of it: file, file1, …; files with empty names between them are never there
  length=N  the Content-Length of a body, as text; without it the true one, or none of an endless body
  body=N    so many zeros; endless: without end
  tar=N     a tar.gz with one member of N bytes, whose content are zeros without end
  hold      the last byte of a body waits until the file GATE is there
  pages=N   the listing has N pages of 1,000 objects of 1 byte; endless: without end
  page=endless   a page without an end
  pointer=T the document main.json names an archive of size T; endless: has no end
  status=N, code=C   everything is answered so, as S3 does
  etag=none nothing has an ETag
The log gets one line a request. Nothing is checked of signatures.
"""
import gzip
import http.server
import io
import os
import re
import sys
import tarfile
import time
import urllib.parse

ZEROS = bytes(65536)
REVISION = "ab" * 20


def listing(entries, token=""):
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    return f"<ListBucketResult>{more}{''.join(entries)}</ListBucketResult>".encode()


def tar_of(size):
    """The header of a member, packed; what follows is its content."""
    info = tarfile.TarInfo("member")
    info.size = size
    return info.tobuf(format=tarfile.GNU_FORMAT)


def pointer_of(size):
    digest = "0" * 64
    return (f'{{"format": 1, "commit": "{REVISION}", "time": "2026-01-01T00:00:00Z", "tree": {{"sha256": "{digest}", '
            f'"files": 1}}, "archive": {{"key": "{REVISION}.tar.gz", "sha256": "{digest}", "size": {size}}}}}').encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.close_connection = False

    def words(self, path):
        return dict(re.findall(r"(\w+)=?([^,/]*)", path.rsplit("/", 1)[0]))

    def handle_any(self):
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(f"{self.command} {urllib.parse.unquote(self.path)}\n")
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        path = urllib.parse.unquote(url.path).lstrip("/")
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            return self.answer_list(self.words(prefix), prefix, query.get("continuation-token", ["0"])[0])
        words = self.words(path.partition("/")[2])
        if "status" in words:
            return self.refuse(words)
        return self.answer_object(words, path.rsplit("/", 1)[1])

    do_GET = do_HEAD = handle_any

    def refuse(self, words):
        body = f"<Error><Code>{words['code']}</Code></Error>".encode() if words.get("code") else b"no"
        self.start(int(words["status"]), str(len(body)))
        self.wfile.write(body if self.command == "GET" else b"")

    def answer_list(self, words, prefix, token):
        if "status" in words:
            return self.refuse(words)
        etag = "" if words.get("etag") == "none" else "<ETag>&quot;e&quot;</ETag>"

        def entry(name, size):
            return f"<Contents><Key>{prefix}{name}</Key>{etag}<Size>{size}</Size></Contents>"

        if "pages" in words:
            page = int(token)
            last = words["pages"] != "endless" and page + 1 == int(words["pages"])
            return self.send(listing([entry(f"{page}-{n}", 1) for n in range(1000)], "" if last else str(page + 1)))
        if words.get("page") == "endless":
            self.start(200, None)
            self.wfile.write(b"<ListBucketResult>")
            return self.pour(entry("name", 1).encode() * 100)
        copies = int(words.get("copies", 1))
        names = [f"file{n or ''}" for n in range(copies)]
        return self.send(listing([entry(name, words.get("size", "1")) for name in names] + [entry("small", 2)]))

    def answer_object(self, words, name):
        if name == "small":
            return self.send(b"ok", words)
        if words.get("pointer") == "endless":
            self.start(200, None, words)
            return self.pour(b" " * 65536)
        if name == "main.json":
            return self.send(pointer_of(words["pointer"]), words)
        start = b""
        if "tar" in words:
            start = tar_of(int(words["tar"]))
        body = words.get("body", "endless")
        endless = body == "endless"
        length = words.get("length", None if endless else body)
        self.start(200, length, words)
        if self.command == "HEAD":
            return None
        if "tar" in words:
            return self.pour_packed(start)
        if endless:
            return self.pour(ZEROS)
        self.wfile.write(bytes(int(body)))
        self.wfile.flush()
        while "hold" in words and not os.path.exists(sys.argv[3]):
            time.sleep(0.05)
        self.close_connection = self.close_connection or length != body
        return None

    def pour(self, piece):
        self.close_connection = True
        while True:
            self.wfile.write(piece)

    def pour_packed(self, start):
        """The stream of gzip is never ended."""
        self.close_connection = True
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as out:
            piece = start
            while True:
                out.write(piece)
                out.flush()
                self.wfile.write(packed.getvalue())
                packed.seek(0)
                packed.truncate()
                piece = bytes(1 << 20)

    def send(self, body, words=None):
        self.start(200, str(len(body)), words)
        self.wfile.write(body if self.command == "GET" else b"")

    def start(self, status, length, words=None):
        self.send_response_only(status)
        if (words or {}).get("etag") != "none":
            self.send_header("ETag", '"e"')
        if length is not None:
            self.send_header("Content-Length", length)
        else:
            self.send_header("Connection", "close")
        self.end_headers()

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
