# SPDX-License-Identifier: Apache-2.0
"""The rows: what is done, over which transport, with which repository, and what was to be reached.

The goals are those of docs/design.md#numbers; × is the ratio to the first one that is compared with.
"""

import dataclasses
import fnmatch
import types

import first
import idle
import start
import update
from sides import AWSCLI, GIT, RCLONE, TUNED


@dataclasses.dataclass
class Row:
    name: str
    work: types.ModuleType
    transport: str
    repository: str
    goal: str = ""
    on_disk: bool = False
    options: dict = dataclasses.field(default_factory=dict)
    others: tuple = (GIT,)  # sides that are compared with; the row needs the first of them
    most_rounds: int = 99  # fewer than usual where one takes minutes

    @property
    def is_of_bucket(self):
        return self.transport in ("s3", "snapshot")

    def transport_of(self, side):
        """What is published as a snapshot, plain git gets from the git server."""
        is_git = side.name == GIT
        return "https" if is_git and self.transport == "snapshot" else self.transport

    def matches(self, pattern):
        return self.name.startswith(f"{pattern}/") or fnmatch.fnmatchcase(self.name, pattern)


PEAK = "anonymous ≤ 14 MiB + 120 bytes a file, with mapped ≤ 24 MiB"
POLL = "CPU ≤ 0.01 ×; with mapped "
UPDATE = f"CPU ≤ 0.042 ×, wall ≤ 0.1 ×; {PEAK}"
FLAT = "CPU(large) − CPU(small) ≤ 3 µs a file"
DAEMON = {"": {}, "-first": {"fresh": True}, "-hook": {"flags": ["--exechook-command=/bin/true"]},
          "-1000": {"files": 1000}, "-disk": {}}


def update_row(kind, repository, goal=""):
    return Row(f"update{kind}/https/{repository}", update, "https", repository, goal, kind == "-disk",
               DAEMON[kind])


def bucket_row(work, repository, goal="", most_rounds=99):
    name = work.__name__
    return Row(f"{name}/s3/{repository}", work, "s3", repository, goal, others=(RCLONE, TUNED, AWSCLI),
               most_rounds=most_rounds)


ROWS = [
    *(Row(f"idle/https/{name}", idle, "https", name, POLL + "≤ 8 MiB")
      for name in ("small", "large", "refs")),
    *(Row(f"idle/{ssh}/{name}", idle, ssh, name, POLL + "≤ 14 MiB")
      for ssh in ("ssh-v0", "ssh-v2") for name in ("small", "refs")),
    Row("idle/file/small", idle, "file", "small"),
    *(Row(f"start/https/{name}", start, "tap", name, "CPU ≤ 20 ms") for name in ("small", "large")),
    *(Row(f"first/https/{name}", first, "https", name) for name in ("small", "medium")),
    Row("first/https/large", first, "https", "large", f"CPU ≤ 0.5 ×, wall ≤ 0.55 ×; {PEAK}"),
    *(Row(f"first/https/{name}", first, "https", name) for name in ("refs", "pypi")),
    update_row("", "small", FLAT),
    update_row("", "medium"),
    update_row("", "large", f"{UPDATE}; {FLAT}"),
    update_row("", "refs"),
    update_row("", "pypi"),
    update_row("-first", "large", PEAK),
    update_row("-hook", "large", PEAK),
    update_row("-1000", "large", PEAK),
    update_row("-disk", "large", PEAK),
    *(Row(f"{work.__name__}/snapshot/large", work, "snapshot", "large") for work in (idle, update)),
    *(bucket_row(work, "small") for work in (idle, first, update)),
    bucket_row(idle, "large", "CPU ≤ 0.33 × rclone, ≤ 0.033 × awscli"),
    bucket_row(first, "large", "CPU ≤ 0.5 × rclone, wall ≤ 1 × rclone", 3),
    bucket_row(update, "large", "CPU in all ≤ 0.2 × rclone"),
]


def chosen(patterns):
    for pattern in patterns:
        if not any(row.matches(pattern) for row in ROWS):
            raise SystemExit(f"bench: no row is called {pattern}; see --list")
    return [row for row in ROWS if not patterns or any(row.matches(p) for p in patterns)]
