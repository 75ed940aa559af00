#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The one call of the GitHub API that an App needs, checking what GitHub checks.

usage: github_api.py PORT SETTINGS_FILE REQUESTS_FILE
SETTINGS_FILE (JSON, read anew for each request): public_key (path, PEM), issuer (string),
installation (string), token, lifetime (seconds), status (default 201), body (replaces the answer).
REQUESTS_FILE: one JSON object a request: n, method, target, headers, claims, verdict ("ok" or why
it was refused). Signatures are verified with the openssl command.
"""

import base64
import datetime
import http.server
import json
import subprocess
import sys
import tempfile
import time


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signature_ok(public_key, signed, signature):
    with tempfile.NamedTemporaryFile() as file:
        file.write(signature)
        file.flush()
        command = ["openssl", "dgst", "-sha256", "-verify", public_key, "-signature", file.name]
        return subprocess.run(command, input=signed, capture_output=True).returncode == 0


def check_token(jwt, settings, claims):
    """Returns "ok" or the reason of refusal; fills in the claims."""
    parts = jwt.split(".")
    if len(parts) != 3 or "=" in jwt:
        return "not three parts of unpadded base64url"
    header = json.loads(decode(parts[0]))
    claims.update(json.loads(decode(parts[1])))
    if header.get("alg") != "RS256" or header.get("typ", "JWT") != "JWT":
        return f"bad header {header}"
    if not signature_ok(settings["public_key"], ".".join(parts[:2]).encode(), decode(parts[2])):
        return "bad signature"
    if str(claims.get("iss")) != settings["issuer"]:
        return f"bad issuer {claims.get('iss')!r}"
    iat, exp = claims.get("iat"), claims.get("exp")
    if not isinstance(iat, int) or not isinstance(exp, int):
        return "iat and exp must be integers"
    if exp - iat > 660 or exp <= time.time() or abs(iat - time.time()) > 120:
        return f"bad times {iat} {exp}"
    return "ok"


def check_request(handler, settings, claims):
    target = f"/app/installations/{settings['installation']}/access_tokens"
    if handler.command != "POST":
        return 404, "wrong method"
    if handler.path != settings.get("prefix", "") + target:
        return 404, f"wrong path {handler.path}"
    if handler.headers.get("Accept") != "application/vnd.github+json":
        return 415, "wrong Accept"
    if int(handler.headers.get("Content-Length") or 0) != 0:
        return 400, "unexpected body"
    kind, _, jwt = (handler.headers.get("Authorization") or "").partition(" ")
    if kind != "Bearer":
        return 401, "no bearer token"
    verdict = check_token(jwt, settings, claims)
    return (201 if verdict == "ok" else 401), verdict


class Handler(http.server.BaseHTTPRequestHandler):
    count = 0

    def answer(self):
        with open(sys.argv[2], encoding="utf-8") as file:
            settings = json.load(file)
        claims = {}
        try:
            status, verdict = check_request(self, settings, claims)
        except (ValueError, KeyError) as error:
            status, verdict = 400, f"malformed: {error}"
        Handler.count += 1
        record = {"n": Handler.count, "method": self.command, "target": self.path,
                  "headers": {k.lower(): v for k, v in self.headers.items()},
                  "claims": claims, "verdict": verdict}
        with open(sys.argv[3], "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
            seconds=float(settings.get("lifetime", 3600)))
        body = {"message": verdict}
        if verdict == "ok":
            status = settings.get("status", status)
            body = {"token": settings["token"],
                    "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}
        text = settings.get("body", json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
