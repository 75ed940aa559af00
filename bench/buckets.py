# SPDX-License-Identifier: Apache-2.0
"""A real S3 server on the loopback address, SeaweedFS with its data in memory, and what is in it:
folders that all sides share, and snapshots that a git-sync of our own publishes.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

from place import may_mount, run
from repos import NotObtainable, Text, git

PROJECT = pathlib.Path(__file__).resolve().parents[1]
CLIENT = PROJECT / "tests/e2e/lib/servers/s3_object.py"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDOFTHEBENCH", "AWS_SECRET_ACCESS_KEY": "secret/of+the=bench"}
PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port",
         "filer.port.grpc", "s3.port.grpc")
AT_ONCE = 16  # requests of every side: what --s3-concurrency is without being given
AWS_CONFIG = f"[default]\ns3 =\n  max_concurrent_requests = {AT_ONCE}\n"
SNAPSHOTS = "snapshots"  # a bucket


def obtained(script, *argv):
    """The path that a script of tools/ prints, which gets the program if need be."""
    done = subprocess.run([PROJECT / "tools" / script, *argv], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise NotObtainable((done.stderr.strip() or script).splitlines()[-1])
    return done.stdout.strip()


class Store:
    """The server. `env`: what clients need to find it and to be let in."""

    def __init__(self, work, spawn, free_port):
        self.folder, self.folders, self.snapshots = work / "s3", {}, 0
        weed = obtained("s3-servers.sh", "weed")
        self.version = subprocess.check_output([weed, "version"], stderr=subprocess.DEVNULL,
                                               text=True).split()[2]  # "version 8000GB 4.48 …"
        data = self.folder / "data"
        data.mkdir(parents=True)
        self.mounted = may_mount() and run("mount", "-t", "tmpfs", "bench", data) and data
        endpoint = self.serve(weed, spawn, free_port)
        (self.folder / "aws.config").write_text(AWS_CONFIG)
        self.env = KEYS | {
            "AWS_ENDPOINT_URL_S3": endpoint, "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(self.folder / "aws.config"),
            "RCLONE_CONFIG": os.devnull, "RCLONE_CONFIG_B_TYPE": "s3",
            "RCLONE_CONFIG_B_PROVIDER": "Other", "RCLONE_CONFIG_B_ENV_AUTH": "true",
            "RCLONE_CONFIG_B_ENDPOINT": endpoint, "RCLONE_CONFIG_B_FORCE_PATH_STYLE": "true"}
        self.await_answer()

    def serve(self, weed, spawn, free_port):
        identities, port = self.folder / "identities.json", free_port()
        identities.write_text(json.dumps({"identities": [{
            "name": "bench", "actions": ["Admin", "Read", "Write", "List"],
            "credentials": [{"accessKey": KEYS["AWS_ACCESS_KEY_ID"],
                             "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"]}]}]}))
        spawn("s3", weed, "server", f"-dir={self.folder}/data", "-ip=127.0.0.1",
              "-ip.bind=127.0.0.1", "-filer", "-s3", f"-s3.config={identities}", f"-s3.port={port}",
              "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
              "-master.volumeSizeLimitMB=64", "-volume.max=100",
              *(f"-{name}={free_port()}" for name in PORTS))
        return f"http://127.0.0.1:{port}"

    def await_answer(self):
        end = time.monotonic() + 120
        while True:
            try:
                return self.client("bucket", SNAPSHOTS)
            except subprocess.CalledProcessError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def client(self, *argv, content=b""):
        env = os.environ | self.env | {"S3_ENDPOINT": self.env["AWS_ENDPOINT_URL_S3"]}
        return subprocess.run([sys.executable, CLIENT, *argv], input=content, env=env, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def shared(self, name, repository):
        """The folder with the files of a repository: made once a run, for all rows and sides."""
        if name not in self.folders:
            self.folders[name] = self.fill(name, repository)
        return self.folders[name]

    def fill(self, name, repository):
        tree, bucket = self.folder / "tree", f"bench-{name}"
        tree.mkdir()
        paths = git(repository, "ls-tree", "-r", "--name-only", "main", text=True).splitlines()
        with subprocess.Popen(["git", "-C", repository, "archive", "main"],
                              stdout=subprocess.PIPE) as archive:
            subprocess.run(["tar", "-x", "-C", tree], stdin=archive.stdout, check=True)
        self.client("bucket", bucket)
        subprocess.run(["rclone", "copy", "-q", tree, f"b:{bucket}/dags", "--transfers=32"], check=True,
                       env={"PATH": os.environ["PATH"], "HOME": str(self.folder)} | self.env)
        subprocess.run(["rm", "-r", tree], check=True)
        return Folder(self, bucket, paths)

    def new_place(self):
        """Where nothing is published yet, an address with / at its end."""
        self.snapshots += 1
        return f"s3://{SNAPSHOTS}/{self.snapshots}/"

    def close(self):
        if self.mounted and not run("umount", self.mounted):
            run("umount", "-l", self.mounted)


class Folder:
    """A folder of a bucket. It is always the same object that changes: so a side finds one changed
    whenever its turn comes, however many pushes were for the others."""

    def __init__(self, store, bucket, paths):
        self.store, self.bucket, self.path = store, bucket, f"{bucket}/dags"
        self.changing, self.text, self.pushes = paths[len(paths) // 3], Text(bucket), 0
        self.content = b""

    def push(self, _):
        """What a side will call the new state nobody knows beforehand: None."""
        self.pushes += 1
        # The size tells even those apart that look at nothing else within the same second.
        self.content = self.text.of(4000 + self.pushes)
        self.store.client("put", self.bucket, f"dags/{self.changing}", content=self.content)

    def check(self, folder):
        """A side that has not got the change has not done the work."""
        if (folder / self.changing).read_bytes() != self.content:
            raise RuntimeError(f"{folder} does not have what was pushed last")


class Published:
    """A repository whose commits a git-sync publishes, outside of what is measured."""

    def __init__(self, repository, publisher):
        self.repository, self.publisher = repository, publisher
        publisher.wait_published(1)

    def push(self, count):
        commit, before = self.repository.push(count), self.publisher.published()
        self.publisher.hang_up()
        self.publisher.wait_published(before + 1)
        self.publisher.wait_quiet()
        return commit
