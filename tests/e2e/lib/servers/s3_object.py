#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes to an S3 server, for the tests: signed here anew, so that git-sync's own signatures are not
what fills the bucket.

usage: s3_object.py bucket BUCKET | put BUCKET KEY <content | put-all BUCKET PREFIX FOLDER
       | get BUCKET KEY | remove BUCKET KEY | keys BUCKET [PREFIX]

Environment: S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. `put-all` writes every file of
FOLDER below PREFIX. Exits 1 with the server's words for any other status than 2xx.
"""

import datetime
import hashlib
import hmac
import http.client
import os
import pathlib
import re
import sys
import urllib.parse

REGION = "us-east-1"


class Bucket:
    def __init__(self, name):
        self.path = "/" + name
        self.host = urllib.parse.urlsplit(os.environ["S3_ENDPOINT"]).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=30)

    def send(self, method, key="", body=b"", query=None):
        path = urllib.parse.quote(f"{self.path}/{key}", safe="/-_.~")
        query = "&".join(f"{urllib.parse.quote(k, safe='-_.~')}={urllib.parse.quote(v, safe='-_.~')}"
                         for k, v in sorted((query or {}).items()))
        time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": time}
        signed = ";".join(headers)
        canonical = "\n".join([method, path, query, *(f"{k}:{v}" for k, v in headers.items()), "",
                               signed, digest])
        scope = f"{time[:8]}/{REGION}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        secret = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
        for part in scope.split("/"):
            secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/"
                                    f"{scope},SignedHeaders={signed},Signature={signature}")
        self.connection.request(method, path + (f"?{query}" if query else ""), body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if not 200 <= response.status < 300:
            sys.exit(f"{method} {path}: {response.status} {answer.decode(errors='replace')}")
        return answer


def main():
    command, name, *rest = sys.argv[1:]
    bucket = Bucket(name)
    if command == "bucket":
        bucket.send("PUT")
    elif command == "put":
        bucket.send("PUT", rest[0], sys.stdin.buffer.read())
    elif command == "put-all":
        prefix, folder = rest[0], pathlib.Path(rest[1])
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            bucket.send("PUT", prefix + str(file.relative_to(folder)), file.read_bytes())
    elif command == "get":
        sys.stdout.buffer.write(bucket.send("GET", rest[0]))
    elif command == "remove":
        bucket.send("DELETE", rest[0])
    elif command == "keys":
        query = {"list-type": "2", "max-keys": "1000", "prefix": rest[0] if rest else ""}
        print("\n".join(re.findall(r"<Key>([^<]*)</Key>", bucket.send("GET", query=query).decode())))
    else:
        sys.exit(__doc__)


main()
