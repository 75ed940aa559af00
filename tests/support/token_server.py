#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A token server for a registry (Docker's "Token Authentication Specification"): gives tokens to
who asks properly, and says no to all others. It checks what it is sent, and writes one line a
request into FOLDER/requests.

FOLDER gets: key.pem, cert.pem (the registry's rootcertbundle), port, requests.
Anybody may pull what is below "public/"; USER with PASSWORD, or with the identity token REFRESH,
may pull and push everything.

usage: token_server.py FOLDER SERVICE USER PASSWORD REFRESH
"""

import base64
import http.server
import json
import os
import subprocess
import sys
import time
import urllib.parse

folder, service, user, password, refresh = sys.argv[1:]


def path(name):
    return os.path.join(folder, name)


def openssl(*words, data=None):
    return subprocess.run(("openssl",) + words, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_token(access):
    now = int(time.time())
    header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(certificate).decode()]}
    claims = {"iss": "test", "sub": user, "aud": service, "exp": now + 300, "nbf": now - 10,
              "iat": now, "jti": str(time.time_ns()), "access": access}
    signed = ".".join(url64(json.dumps(part).encode()) for part in (header, claims))
    return signed + "." + url64(openssl("dgst", "-sha256", "-sign", path("key.pem"),
                                        data=signed.encode()))


def who(fields, authorization):
    """Who asks: a name, "" for anybody, None for somebody who lies."""
    if fields.get("grant_type") == ["refresh_token"]:
        return user if fields.get("refresh_token") == [refresh] and fields.get("client_id") else None
    if authorization is None:
        return ""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return user if authorization == expected else None


def granted(scope, name):
    kind, repository, actions = scope.split(":")
    allowed = {"pull", "push"} if name else {"pull"} if repository.startswith("public/") else set()
    return {"type": kind, "name": repository,
            "actions": [action for action in actions.split(",") if action in allowed]}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.handle_request(urllib.parse.urlsplit(self.path).query)

    def do_POST(self):
        self.handle_request(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def handle_request(self, text):
        fields = urllib.parse.parse_qs(text)
        name = who(fields, self.headers["Authorization"])
        scopes = fields.get("scope", [])
        with open(path("requests"), "a", encoding="utf-8") as requests:
            print(self.command, "liar" if name is None else name or "anybody", *scopes, file=requests)
        if fields.get("service") != [service] or len(scopes) != 1:
            return self.answer(400, {"errors": [{"code": "INVALID", "message": "bad request"}]})
        if name is None:
            return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "bad login"}]})
        key = "access_token" if self.command == "POST" else "token"
        return self.answer(200, {key: make_token([granted(scopes[0], name)]), "expires_in": 300})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=token",
        "-keyout", path("key.pem"), "-out", path("cert.pem"))
certificate = openssl("x509", "-in", path("cert.pem"), "-outform", "DER")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(path("port.new"), "w", encoding="utf-8") as port:
    print(server.server_port, file=port)
os.rename(path("port.new"), path("port"))
server.serve_forever()
