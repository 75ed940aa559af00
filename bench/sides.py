# SPDX-License-Identifier: Apache-2.0
"""Who is measured: git-sync with its engines, a compatible program (PEER), and those that they are
compared with: plain git, and for buckets rclone and awscli.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from buckets import AT_ONCE, Published, obtained
from repos import NotObtainable
from servers import free_port

LIMIT = 900  # seconds that anything may take
# Names of the sides that the others are compared with.
GIT, RCLONE, TUNED, AWSCLI = "git", "rclone", "rclone tuned", "awscli"
# What rclone's manual advises for S3: times as the listing has them, not asked for object by object.
FAST = ["--use-server-modtime", "--fast-list"]


class Site:
    """Where one side works during one row: its folder for roots, what it follows on the server."""

    def __init__(self, side, row, bench, place):
        self.side, self.row, self.bench = side, row, bench
        self.folder = place.folder / re.sub(r"\W+", "-", side.name)
        self.root, self.base = self.folder / "root", self.folder / "base"
        self.folder.mkdir()
        transport = row.transport_of(side)
        self.repository = bench.followed(transport, row.repository, side)
        self.remote = bench.servers.remote(transport, self.repository)
        self.log = bench.work / f"{row.name.replace('/', '-')}.{self.folder.name}.log"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(bench.home), "LANG": "C.UTF-8",
                    "TMPDIR": str(bench.home)} | self.remote.env
        if transport == "snapshot":
            self.repository = Published(self.repository, self.publisher())

    def measured(self, *argv):
        """A new group and the moment at which the program began to run in it."""
        group = self.bench.groups.new()
        return group, group.start(argv, self.env, self.log)

    def finish(self, group):
        """Waits for the end; the moment of it. A failure ends the row."""
        ended, status = group.wait(LIMIT)
        if status != 0:
            raise RuntimeError(f"exit status {status}; the end of {self.log}:\n{tail(self.log)}")
        return ended

    def unmeasured(self, *argv):
        with open(self.log, "ab") as log:
            subprocess.run(argv, env=self.env, stdout=log, stderr=log, check=True)

    def sync_argv(self, *more):
        return [*self.side.argv, f"--repo={self.remote.url}", f"--root={self.root}", "--link=link",
                *self.remote.flags, *more]

    def publisher(self):
        return Daemon(self, "24h", "--ref=main", f"--repo=file://{self.repository.folder}",
                      f"--root={self.folder}/publisher", "--link=link",
                      f"--publish-snapshot={self.remote.url}", argv=self.side.argv)

    def copy_argv(self):
        """A copy of the bucket's folder, brought up to date."""
        return [*self.side.argv, self.side.scheme + self.repository.path, self.base]

    def clone(self):
        """The clone that plain git works in."""
        self.unmeasured("git", "clone", "-q", "--depth=1", "--no-tags", "--single-branch",
                        "--branch=main", self.remote.url, self.base)
        # Not one of the commands that we compare with; it would run behind their back.
        self.unmeasured("git", "-C", self.base, "config", "gc.auto", "0")

    def remove(self, path):
        shutil.rmtree(path, ignore_errors=True)


class Daemon:
    """git-sync that runs on, told by SIGHUP to look; the side's, or what `argv` says."""

    def __init__(self, site, period, *more, argv=None):
        self.site, self.port = site, free_port()
        self.group, _ = site.measured(
            *(argv or site.sync_argv()), f"--period={period}", "--max-failures=-1",
            "--sync-on-signal=SIGHUP", f"--http-bind=127.0.0.1:{self.port}", "--http-metrics", *more)

    def passes(self):
        """Ended passes that did not fail; 0 while nobody listens yet."""
        samples = self.samples(r'^git_sync_count_total\{.*status="(\w+)".*\} (\S+)$')
        return sum(int(float(value)) for status, value in samples if status != "error")

    def published(self):
        """Snapshots that are shown by now."""
        samples = self.samples(r'^git_sync_hook_run_count_total\{(.*)\} (\S+)$')
        return sum(int(float(value)) for labels, value in samples
                   if 'name="snapshot"' in labels and 'status="success"' in labels)

    def samples(self, pattern):
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as page:
                return re.findall(pattern, page.read().decode(), re.M)
        return []

    def wait_passes(self, count):
        self.wait_until(lambda: self.passes() >= count)

    def wait_published(self, count):
        self.wait_until(lambda: self.published() >= count)

    def wait_until(self, true):
        end = time.monotonic() + LIMIT
        while not true():
            self.check(end)
            time.sleep(0.02)

    def shown(self):
        return os.readlink(self.site.root / "link")

    def wait_flip(self, is_new):
        """Looks at what the link names until it is new; returns the moment and the CPU so far."""
        end = time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(FileNotFoundError):
                if is_new(self.shown()):
                    return time.monotonic(), self.group.cpu()
            self.check(end)
            time.sleep(0.0005)

    def wait_quiet(self):
        """Until hardly any processor time is used any more; returns what was used in all."""
        used, end = self.group.cpu(), time.monotonic() + LIMIT
        while True:
            time.sleep(0.4)
            now = self.group.cpu()
            if now - used < 0.001:
                return now
            used = now
            self.check(end)

    def check(self, end):
        if self.group.lead.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"no progress; the end of {self.site.log}:\n{tail(self.site.log)}")

    def hang_up(self):
        os.kill(self.group.lead.pid, signal.SIGHUP)
        return time.monotonic()

    def stop(self):
        self.group.stop()


class Side:
    """`kind`: the class of the row's work that does it. `scheme`: how its addresses of buckets begin."""

    def __init__(self, name, argv, kind="SyncSide", scheme=None):
        self.name, self.argv, self.kind, self.scheme = name, argv, kind, scheme
        self.version = subprocess.run([argv[0], "--version"], stdout=subprocess.PIPE,
                                      text=True).stdout.strip().split("\n")[0]


class Sides:
    """Programs of ours are copied: a build may replace them. The others are looked for when a row
    wants them."""

    def __init__(self, work, program, peer):
        own = self.made("git-sync", keep(program, work / "git-sync"))
        self.own, self.others, self.missing = [own], {}, {}
        if self.has(own, "engine"):
            self.own.append(Side("git-sync --engine=git", [*own.argv, "--engine=git"]))
        if peer:
            self.own.append(self.made("peer", keep(peer, work / "peer")))

    def made(self, name, program):
        side = Side(name, [program])
        side.scheme = "s3://" if self.has(side, "s3-concurrency") else None
        return side

    @staticmethod
    def has(side, flag):
        usage = subprocess.run([side.argv[0], "--help"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True).stdout
        return re.search(rf"^ +--{flag}\b", usage, re.M)

    def of(self, row):
        """In the order of the report. The first of those that a row compares with must be there."""
        made = [side for side in self.own if side.scheme or not row.is_of_bucket]
        for name in row.others:
            self.look_for(name)
        if row.others[0] in self.missing:
            raise self.missing[row.others[0]]
        return made + [self.others[name] for name in row.others if name in self.others]

    def look_for(self, name):
        if name in self.others or name in self.missing:
            return
        make = {GIT: git_side, RCLONE: rclone_side, AWSCLI: awscli_side,
                TUNED: lambda: rclone_side(TUNED, FAST)}[name]
        try:
            self.others[name] = make()
        except NotObtainable as reason:
            self.missing[name] = reason
            print(f"left out: {name}: {reason}", flush=True)

    def known(self):
        return [*self.own, *self.others.values()]


def git_side():
    return Side(GIT, ["git"], "GitSide")


def rclone_side(name=RCLONE, more=()):
    if not shutil.which("rclone"):
        raise NotObtainable("rclone is not installed (Debian's package rclone)")
    return Side(name, ["rclone", "sync", f"--transfers={AT_ONCE}", f"--checkers={AT_ONCE}", *more],
                "CopySide", "b:")


def awscli_side():
    """Its concurrency is in a file: buckets.py."""
    return Side(AWSCLI, [obtained("awscli.sh"), "s3", "sync", "--only-show-errors", "--delete"],
                "CopySide", "s3://")


def keep(program, copy):
    shutil.copy(program, copy)
    return copy


def tail(log, size=1500):
    return pathlib.Path(log).read_bytes()[-size:].decode(errors="replace")
