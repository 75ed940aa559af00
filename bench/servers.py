# SPDX-License-Identifier: Apache-2.0
"""Real servers on the loopback address: nginx over TLS with `git http-backend`, OpenSSH's sshd; and
SeaweedFS, of which buckets.py has the details.

A stock sshd takes no GIT_PROTOCOL from its clients and so answers with protocol v0; a second one
accepts it. Each server starts when it is first needed.
"""

import dataclasses
import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import tap
from buckets import Store
from group import spawn_server
from place import may_mount, run
from repos import NotObtainable

NGINX = """
daemon off; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log; {user}
events {{ worker_connections 200; }}
http {{
  access_log off;
  client_body_temp_path {dir}/tmp/body; fastcgi_temp_path {dir}/tmp/fastcgi;
  proxy_temp_path {dir}/tmp/proxy; scgi_temp_path {dir}/tmp/scgi; uwsgi_temp_path {dir}/tmp/uwsgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    listen 127.0.0.1:{plain_port};
    ssl_certificate {ca}/server.pem; ssl_certificate_key {ca}/server.key;
    keepalive_requests 1000000;
    location / {{
      fastcgi_pass unix:{dir}/fcgi;
      fastcgi_buffering off;
      fastcgi_param SCRIPT_FILENAME {exec_path}/git-http-backend;
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
      fastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol;
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param GIT_PROJECT_ROOT {served};
      fastcgi_param GIT_HTTP_EXPORT_ALL 1;
    }}
  }}
}}
"""

SSHD = """
ListenAddress 127.0.0.1
Port {port}
PidFile none
HostKey {dir}/host
AuthorizedKeysFile {dir}/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
{more}
"""


@dataclasses.dataclass
class Remote:
    """What a client follows as it names it: the URL, flags for git-sync, variables for every side."""

    url: str
    flags: list = dataclasses.field(default_factory=lambda: ["--ref=main"])
    env: dict = dataclasses.field(default_factory=dict)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def command(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise FileNotFoundError(f"{name} is not installed")
    return found


class Servers:
    def __init__(self, work, served):
        self.work, self.served, self.processes, self.ports = work, served, [], {}
        self.tap, self.made_store, self.no_store = None, None, None

    @property
    def store(self):
        if self.no_store:
            raise self.no_store
        if not self.made_store:
            try:
                self.made_store = Store(self.work, self.spawn, free_port)
            except NotObtainable as reason:
                self.no_store = reason
                raise
        return self.made_store

    def remote(self, transport, repository):
        """`transport`: https, tap (https by way of tap.py), ssh-v0, ssh-v2, file, s3 or snapshot."""
        if transport == "file":
            return Remote(f"file://{repository.folder}")
        if transport == "s3":
            return Remote(f"s3://{repository.path}/", [], self.store.env)
        if transport == "snapshot":
            return Remote(f"{self.store.new_place()}main.json", [], self.store.env)
        if transport not in self.ports:
            start = {"https": self.start_https, "tap": self.start_tap}.get(transport, self.start_sshd)
            self.ports[transport] = start(transport)
        port = self.ports[transport]
        if transport in ("https", "tap"):
            return Remote(f"https://127.0.0.1:{port}/{repository.name}", env=self.trust)
        keys = self.work / transport
        return Remote(
            f"ssh://{getpass.getuser()}@127.0.0.1:{port}{repository.folder}",
            ["--ref=main", f"--ssh-key-file={keys}/user",
             f"--ssh-known-hosts-file={keys}/known_hosts"],
            {"GIT_SSH_COMMAND": f"ssh -q -F none -o BatchMode=yes -o IdentitiesOnly=yes -i {keys}/user"
             f" -o StrictHostKeyChecking=yes -o UserKnownHostsFile={keys}/known_hosts"})

    def start_https(self, name):
        self.ca = make_authority(self.work / "ca")
        self.trust = trust(self.work, self.ca)
        folder = self.work / name
        (folder / "tmp").mkdir(parents=True)
        exec_path = subprocess.check_output(["git", "--exec-path"], text=True).strip()
        port, self.plain_port = free_port(), free_port()
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(NGINX.format(
            dir=folder, port=port, plain_port=self.plain_port, ca=self.ca, user=user,
            exec_path=exec_path, served=self.served))
        self.spawn(name, command("fcgiwrap"), "-c", "4", "-s", f"unix:{folder}/fcgi")
        self.spawn(name, command("nginx"), "-p", folder, "-e", folder / "error.log", "-c",
                   folder / "nginx.conf")
        wait_for_port(port)
        return port

    def start_tap(self, _):
        if "https" not in self.ports:
            self.ports["https"] = self.start_https("https")
        self.tap = tap.Tap(self.ca / "server.pem", self.ca / "server.key", self.plain_port)
        return self.tap.port

    def start_sshd(self, name):
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        folder, port = self.work / name, free_port()
        folder.mkdir()
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        host = " ".join((folder / "host.pub").read_text().split()[:2])
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
        (folder / "sshd_config").write_text(SSHD.format(
            dir=folder, port=port, more="AcceptEnv GIT_PROTOCOL" if name == "ssh-v2" else ""))
        self.spawn(name, command("sshd"), "-D", "-e", "-f", folder / "sshd_config")
        wait_for_port(port)
        return port

    def spawn(self, name, *argv):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.work)}
        self.processes.append(spawn_server(argv, env, self.work / f"{name}.server.log"))

    def close(self):
        for process in self.processes:  # the whole group: fcgiwrap leaves its children behind
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            process.wait()
        if self.made_store:
            self.made_store.close()


def wait_for_port(port):
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def make_authority(folder):
    """An authority (ca.pem) and a certificate of 127.0.0.1 that it has signed (server.pem, .key)."""
    folder.mkdir()

    def openssl(*argv):
        subprocess.run(["openssl", *argv], check=True, cwd=folder, stderr=subprocess.DEVNULL)

    new_key = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    (folder / "extensions").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    openssl(*new_key, "-x509", "-days", "30", "-subj", "/CN=benchmark authority", "-addext",
            "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new_key, "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30",
            "-extfile", "extensions", "-out", "server.pem")
    return folder


def trust(work, ca):
    """Makes the authority one of the system's, as in production, where each client has the work of
    loading all of them; where we may not mount, it is named by a variable. Returns variables."""
    system, certs = pathlib.Path("/etc/ssl/certs"), work / "certs"
    bundle = certs / "ca-certificates.crt"
    if may_mount() and (system / bundle.name).is_file():
        shutil.copytree(system, certs, symlinks=True)
        pem = (ca / "ca.pem").read_text()
        bundle.write_text(bundle.read_text() + pem)
        digest = subprocess.check_output(
            ["openssl", "x509", "-hash", "-noout", "-in", ca / "ca.pem"], text=True).strip()
        (certs / f"{digest}.0").write_text(pem)
        if run("mount", "--bind", certs, system):
            return {}
    return {"GIT_SSL_CAINFO": str(ca / "ca.pem")}
