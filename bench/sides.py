# SPDX-License-Identifier: Apache-2.0
"""Who is measured: git-sync with its engines, a compatible program (PEER), and plain git."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from servers import free_port

LIMIT = 900  # seconds that anything may take
GIT = "git"  # name of the side that the others are compared with


class Site:
    """Where one side works during one row: its folder for roots, its repository on the server."""

    def __init__(self, side, row, bench, place, repository):
        self.side, self.row, self.bench, self.repository = side, row, bench, repository
        self.folder = place.folder / re.sub(r"\W+", "-", side.name)
        self.root, self.base = self.folder / "root", self.folder / "base"
        self.folder.mkdir()
        self.remote = bench.servers.remote(row.transport, repository)
        self.log = bench.work / f"{row.name.replace('/', '-')}.{self.folder.name}.log"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(bench.home), "LANG": "C.UTF-8",
                    "TMPDIR": str(bench.home)} | self.remote.env

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
        return [*self.side.argv, f"--repo={self.remote.url}", "--ref=main", f"--root={self.root}",
                "--link=link", *self.remote.flags, *more]

    def clone(self):
        """The clone that plain git works in."""
        self.unmeasured("git", "clone", "-q", "--depth=1", "--no-tags", "--single-branch",
                        "--branch=main", self.remote.url, self.base)
        # Not one of the commands that we compare with; it would run behind their back.
        self.unmeasured("git", "-C", self.base, "config", "gc.auto", "0")

    def remove(self, path):
        shutil.rmtree(path, ignore_errors=True)


class Daemon:
    """git-sync that runs on, told by SIGHUP to look."""

    def __init__(self, site, period, *more):
        self.site, self.port = site, free_port()
        self.group, _ = site.measured(*site.sync_argv(
            f"--period={period}", "--max-failures=-1", "--sync-on-signal=SIGHUP",
            f"--http-bind=127.0.0.1:{self.port}", "--http-metrics", *more))

    def passes(self):
        """Ended passes that did not fail; 0 while nobody listens yet."""
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as page:
                samples = re.findall(r'^git_sync_count_total\{.*status="(\w+)".*\} (\S+)$',
                                     page.read().decode(), re.M)
                return sum(int(float(value)) for status, value in samples if status != "error")
        return 0

    def wait_passes(self, count):
        end = time.monotonic() + LIMIT
        while self.passes() < count:
            self.check(end)
            time.sleep(0.02)

    def wait_flip(self, commit):
        """Looks at the link until it names the commit; returns the moment and the CPU so far."""
        link, end = self.site.root / "link", time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(FileNotFoundError):
                if os.readlink(link).endswith(commit):
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
    def __init__(self, name, argv):
        self.name, self.argv, self.is_git = name, argv, name == GIT
        self.version = subprocess.run([argv[0], "--version"], stdout=subprocess.PIPE,
                                      text=True).stdout.strip()


def sides(work, program, peer):
    """The sides in the order of the report. Programs are copied: a build may replace them."""
    made = [Side("git-sync", [keep(program, work / "git-sync")])]
    usage = subprocess.run([made[0].argv[0], "--help"], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True).stdout
    if re.search(r"^ +--engine\b", usage, re.M):
        made.append(Side("git-sync --engine=git", [*made[0].argv, "--engine=git"]))
    if peer:
        made.append(Side("peer", [keep(peer, work / "peer")]))
    return [*made, Side(GIT, ["git"])]


def keep(program, copy):
    shutil.copy(program, copy)
    return copy


def tail(log, size=1500):
    return pathlib.Path(log).read_bytes()[-size:].decode(errors="replace")
