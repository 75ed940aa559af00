# SPDX-License-Identifier: Apache-2.0
"""Start on an existing root: from exec to the first request at the server, and to the end.

git-sync --one-time, which also verifies the tree. Plain git: ls-remote, then `git status`, which
looks at every file of the tree as well. Both ask the same server, tap.py.
"""

import time

from memory import peak

LOOK = 'git ls-remote "$1" refs/heads/main && git -C "$2" status --porcelain'


class SyncSide:
    def __init__(self, site):
        self.site, self.argv = site, site.sync_argv("--one-time")
        site.unmeasured(*self.argv)

    def once(self, with_memory):
        first = []
        group = self.site.bench.groups.new()
        self.site.bench.servers.tap.tell(lambda: first.append((time.monotonic(), group.cpu())))
        began = group.start(self.argv, self.site.env, self.site.log)
        with group, peak(group, with_memory) as memory:
            self.site.finish(group)
            total = group.cpu()
        if not first:
            raise RuntimeError("no request came")
        return {"cpu": first[0][1], "wall": first[0][0] - began, "total": total} | memory.figures()


class GitSide(SyncSide):
    def __init__(self, site):
        self.site = site
        site.clone()
        # The first look after a checkout reads files that are as new as the index.
        site.unmeasured("git", "-C", site.base, "status", "--porcelain")
        self.argv = ["/bin/sh", "-c", LOOK, "sh", site.remote.url, site.base]
