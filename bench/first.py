# SPDX-License-Identifier: Apache-2.0
"""First sync: from exec to exit, git-sync --one-time on an empty root.

Plain git: `git clone --depth=1 --no-tags --single-branch`. rclone and awscli: `sync` to an empty folder.
"""

import os

from memory import peak


class SyncSide:
    def __init__(self, site):
        self.site, self.target = site, site.root
        self.argv = site.sync_argv("--one-time")

    def once(self, with_memory):
        group, began = self.site.measured(*self.argv)
        with group, peak(group, with_memory) as memory:
            ended = self.site.finish(group)
            cpu = group.cpu()
        self.site.remove(self.target)
        os.sync()  # what was written is not the next one's burden
        return {"cpu": cpu, "wall": ended - began, "total": cpu} | memory.figures()


class GitSide(SyncSide):
    def __init__(self, site):
        self.site, self.target = site, site.base
        self.argv = ["git", "clone", "-q", "--depth=1", "--no-tags", "--single-branch",
                     "--branch=main", site.remote.url, site.base]


class CopySide(SyncSide):
    def __init__(self, site):
        self.site, self.target = site, site.base
        self.argv = site.copy_argv()
