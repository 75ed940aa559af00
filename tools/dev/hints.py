#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The report of `./dev hints`: errors without a hint first, then false hints, then every hint.

usage: hints.py FOLDER, with the records of tests/e2e/lib/records.sh in FOLDER/*.jsonl
"""

import collections
import json
import pathlib
import re
import sys

sys.dont_write_bytecode = True  # nothing is left beside the sources
from hints_tables import CAUSE_OF_HINT, NEEDS_NO_HINT  # noqa: E402

COMMAND = re.compile(r'Run\((.*?)\): (.*?): \{ stdout: "(.*?)", stderr: "(.*?)" \}', re.S)
# Whatever differs from run to run: one error or hint stays one.
VARIABLE = [
    (r"[0-9a-f]{64}|[0-9a-f]{40}", "<hash>"),
    (r"file://+[^\s'\":,]+", "file://<path>"),
    (r"(?<=//)([\w.%-]+@)?(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", "<host>"),
    (r"(127\.0\.0\.1|localhost|\[::1\]):\d+", "<host>"),
    (r"(127\.0\.0\.1|localhost|\[::1\])([: ]+)port \d+", "<host> port <n>"),
    (r"(?<=<host>)/[^\s'\":,]+", "/<path>"),
    (r"(?<![\w<>/:])(/[^\s/'\":,;()]+){2,}/?", "<path>"),
    (r"\bafter \d+ ms\b", "after <n> ms"),
    (r"\(\d+ bytes\)|\b\d{3,} bytes\b", "<n> bytes"),
    (r"\b[0-9a-f]{7,12}\b(?=\.\.)|\b(pid|uid) \d+", "<n>"),
    (r"has no ref .*?; the nearest names that it offers: .*?(?=;|$)", "has no ref <ref>; the nearest names …"),
    (r"\s+", " "),
]


def normalise(text):
    for pattern, name in VARIABLE:
        text = re.sub(pattern, name, text)
    return text.strip()


def summary(record):
    """Message and error in one line; of a command the sub-command, its end and its words."""

    def shorten(match):
        command, end, out, err = match.groups()
        words = [word.strip('"') for word in command.split()]
        name = " ".join([pathlib.Path(words[0]).name if words else "?"] + words[1:2])
        return f"[{name}] {end}: {err or out}"

    error = COMMAND.sub(shorten, str(record["error"]))
    return normalise(f"{record['msg']}: {error}")


def causes_of(hint):
    for pattern, causes in CAUSE_OF_HINT:
        if re.search(pattern, hint):
            return set(causes.split())
    return set()


def reason_for_none(text):
    return next((reason for pattern, reason in NEEDS_NO_HINT if re.search(pattern, text)), None)


class Group:
    """Records that are one thing for a reader: how often, and where."""

    def __init__(self):
        self.count = 0
        self.places = collections.OrderedDict()

    def add(self, record, note=""):
        self.count += 1
        scenario = " ".join(record["scenario"].split()) or "(no scenario)"
        place = f"{record['script']}: {scenario}{note}"
        self.places[place] = self.places.get(place, 0) + 1

    def show(self, title, most=6):
        print(f"\n{self.count:5d}x  {title[:600]}")
        for place in list(self.places)[:most]:
            print(f"          {place}")
        if len(self.places) > most:
            print(f"          and {len(self.places) - most} more scenarios")


def read(folder):
    for path in sorted(pathlib.Path(folder).glob("*.jsonl")):
        for line in filter(None, path.read_text(errors="replace").split("\n")):
            yield json.loads(line)


def section(title, groups, most=6):
    print(f"\n== {title}: {len(groups)}")
    for text, group in sorted(groups.items(), key=lambda item: -len(item[1].places)):
        group.show(text, most)


def main(folder):
    kinds = ("missing", "false", "unknown", "hints", "excused")
    groups = {kind: collections.defaultdict(Group) for kind in kinds}
    total = 0
    for record in read(folder):
        total += 1
        text = summary(record)
        if not record["hint"]:
            reason = reason_for_none(text)
            groups["excused" if reason else "missing"][reason or text].add(record)
            continue
        hint = normalise(record["hint"])
        blamed = causes_of(hint)
        what = f"{hint}\n        blames: {' or '.join(sorted(blamed)) or '?'}"
        groups["hints"][what].add(record, f"\n             {text[:200]}")
        if not blamed:
            groups["unknown"][hint].add(record)
        declared = set(record["cause"].split())
        if declared and blamed and not blamed & declared:
            happened = f"; what happened: {' or '.join(sorted(declared))}"
            groups["false"][f"{what}{happened}\n        {text}"].add(record)

    print(f"{total} error records")
    section("errors without a hint", groups["missing"])
    section("hints that blame what did not happen", groups["false"])
    section("hints whose cause hints_tables.py does not know", groups["unknown"])
    section("every hint, with what it was given for", groups["hints"], most=100)
    section("errors that need no hint, by reason", groups["excused"], most=3)
    not_passed = pathlib.Path(folder, "not-passed")
    if not_passed.exists():
        print(f"\n== scripts that did not pass\n{not_passed.read_text()}")
    return 1 if groups["missing"] or groups["false"] or groups["unknown"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
