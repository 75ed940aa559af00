# SPDX-License-Identifier: Apache-2.0
"""The rows: what is done, over which transport, with which repository, and what was to be reached.

The goals are those of docs/design.md#numbers; × is the ratio to plain git.
"""

import dataclasses
import fnmatch
import types

import first
import idle
import start
import update


@dataclasses.dataclass
class Row:
    name: str
    work: types.ModuleType
    transport: str
    repository: str
    goal: str = ""
    on_disk: bool = False
    options: dict = dataclasses.field(default_factory=dict)

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
]


def chosen(patterns):
    for pattern in patterns:
        if not any(row.matches(pattern) for row in ROWS):
            raise SystemExit(f"bench: no row is called {pattern}; see --list")
    return [row for row in ROWS if not patterns or any(row.matches(p) for p in patterns)]
