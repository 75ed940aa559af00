# SPDX-License-Identifier: Apache-2.0
"""Idle: processor time of one poll that finds nothing new, and the memory between and during polls.

git-sync polls as fast as it may (--period=10ms) for some seconds; its own counter says how often.
Plain git: `git ls-remote URL refs/heads/main`, again and again. rclone and awscli: `sync` to a folder
that has everything.
"""

import time

from memory import peak
from sides import LIMIT, Daemon

FEW = 5  # polls


class SyncSide:
    def __init__(self, site):
        self.site, self.seconds = site, site.bench.seconds

    def once(self, with_memory):
        daemon = Daemon(self.site, "10ms")
        try:
            daemon.wait_passes(3)
            with peak(daemon.group, with_memory) as memory:
                cpu, polls = self.watch(daemon, 1 if with_memory else self.seconds)
            return {"cpu": cpu / polls, "polls": polls} | memory.figures()
        finally:
            daemon.stop()

    @staticmethod
    def watch(daemon, seconds):
        """CPU and number of the polls of some seconds; of more where there are hardly any polls."""
        # The counter is read outside of what is measured: answering takes time as well.
        before, cpu, end = daemon.passes(), daemon.group.cpu(), time.monotonic() + LIMIT
        while True:
            time.sleep(seconds)
            used, polls = daemon.group.cpu() - cpu, daemon.passes() - before
            if polls >= FEW:
                return used, polls
            daemon.check(end)


class GitSide(SyncSide):
    def __init__(self, site):
        super().__init__(site)
        self.argv = ["git", "ls-remote", site.remote.url, "refs/heads/main"]

    def once(self, with_memory):
        cpu, polls, end = 0.0, 0, time.monotonic() + self.seconds / 2
        while polls == 0 or time.monotonic() < end:
            group, _ = self.site.measured(*self.argv)
            with group, peak(group, with_memory) as memory:
                self.site.finish(group)
                cpu += group.cpu()
            polls += 1
        return {"cpu": cpu / polls, "polls": polls} | memory.figures()


class CopySide(GitSide):
    def __init__(self, site):
        super().__init__(site)
        self.argv = site.copy_argv()
        site.unmeasured(*self.argv)
