# SPDX-License-Identifier: Apache-2.0
"""Update: some files changed; from the signal to the flip, and until nothing is left to do.

git-sync runs with a long period and --sync-on-signal. Plain git, in a clone with the old commit:
`git fetch --depth=1`, then `git worktree add`. Every side has a copy of the repository, so that
each meets the same change at its own time. rclone and awscli: `sync` to the folder of the last one.
"""

from memory import peak
from sides import Daemon

FETCH = ('git -C "$1" fetch -q --depth=1 --no-tags origin main && '
         'git -C "$1" worktree add -q --detach "$2" FETCH_HEAD')


class SyncSide:
    """`files`: how many change. `fresh`: the daemon has just started. `flags`: more of them."""

    def __init__(self, site, files=1, fresh=False, flags=()):
        self.site, self.files, self.fresh, self.flags = site, files, fresh, flags
        self.daemon = None
        self.start()

    def start(self):
        if self.daemon:
            self.daemon.stop()
        self.daemon = Daemon(self.site, "24h", *self.flags)
        self.daemon.wait_passes(1)

    def once(self, with_memory):
        if self.fresh:
            self.start()
        else:
            self.daemon.wait_quiet()
        before_it = self.daemon.shown()
        commit = self.site.repository.push(self.files)
        with peak(self.daemon.group, with_memory) as memory:
            before = self.daemon.group.cpu()
            began = self.daemon.hang_up()
            ended, cpu = self.daemon.wait_flip(
                lambda target: target.endswith(commit) if commit else target != before_it)
            total = self.daemon.wait_quiet()
        if not commit:
            self.site.repository.check(self.site.root / "link")
        return {"cpu": cpu - before, "wall": ended - began, "total": total - before} | memory.figures()


class GitSide:
    def __init__(self, site, files=1, **_):
        self.site, self.files, self.trees = site, files, []
        site.clone()

    def once(self, with_memory):
        commit = self.site.repository.push(self.files)
        tree = self.site.folder / commit
        group, began = self.site.measured("/bin/sh", "-c", FETCH, "sh", self.site.base, tree)
        with group, peak(group, with_memory) as memory:
            ended = self.site.finish(group)
            cpu = group.cpu()
        if self.trees:
            self.site.remove(self.trees.pop())
            self.site.unmeasured("git", "-C", self.site.base, "worktree", "prune")
        self.trees.append(tree)
        return {"cpu": cpu, "wall": ended - began, "total": cpu} | memory.figures()


class CopySide:
    def __init__(self, site, files=1, **_):
        self.site, self.files, self.argv = site, files, site.copy_argv()
        site.unmeasured(*self.argv)

    def once(self, with_memory):
        self.site.repository.push(self.files)
        group, began = self.site.measured(*self.argv)
        with group, peak(group, with_memory) as memory:
            ended = self.site.finish(group)
            cpu = group.cpu()
        self.site.repository.check(self.site.base)
        return {"cpu": cpu, "wall": ended - began, "total": cpu} | memory.figures()
