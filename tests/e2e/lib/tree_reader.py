#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a published tree in a loop, as a consumer would, until SIGTERM.

Every file of a commit of these tests holds one and the same text. The reader resolves the link
once, opens that directory, and reads every file in it. It complains of

- a link that is missing after it was there once,
- files of one directory that hold different texts, or fewer files than expected,
- a hash that stood for another text before.

What vanishes while it is being read is no fault if the link leads elsewhere by then: the contract
lets the old tree be deleted after the flip.

Usage: tree_reader.py LINK FILES REPORT. Complaints go to REPORT, one a line; at the end the number
of whole trees that were read, as "read N".
"""

import os
import signal
import sys

link, expected, report = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "a", buffering=1)
running = True


def stop(*_):
    global running
    running = False


def target():
    try:
        return os.readlink(link)
    except OSError:
        return None


def identity(path):
    try:
        info = os.stat(path)
        return (info.st_dev, info.st_ino, os.readlink(link))
    except OSError:
        return None


def read_tree(directory):
    """The texts of all files; raises OSError if something vanishes."""
    texts = {}
    for name in os.listdir(directory):
        if name == ".git":
            continue
        fd = os.open(name, os.O_RDONLY, dir_fd=directory)
        try:
            texts[name] = os.read(fd, 100)
        finally:
            os.close(fd)
    return texts


def look(seen):
    shown = target()
    before = identity(link)
    if before is None:
        # What it led to may go while the path is followed, if it leads elsewhere by then.
        now = target()
        if seen and (shown is None or now in (None, shown)):
            report.write(f"the link is missing or dangles: {shown}, {now}\n")
        return 0
    try:
        directory = os.open(link, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        if identity(link) == before:
            report.write(f"cannot open the tree: {error}\n")
        return 0
    try:
        texts = read_tree(directory)
        fault = None
    except OSError as error:
        texts, fault = {}, f"{before[2]}: {error}"
    finally:
        os.close(directory)
    if not fault and len(texts) != expected:
        fault = f"{before[2]}: {len(texts)} files instead of {expected}"
    if identity(link) != before:
        return 0
    if fault:
        report.write(fault + "\n")
        return 0
    if len(set(texts.values())) != 1:
        report.write(f"{before[2]}: mixed tree: {sorted(set(texts.values()))}\n")
        return 0
    text = texts.popitem()[1]
    name = os.path.basename(before[2])
    if seen.setdefault(name, text) != text:
        report.write(f"{name}: holds {text}, before {seen[name]}\n")
    return 1


def main():
    signal.signal(signal.SIGTERM, stop)
    seen, whole = {}, 0
    while running:
        whole += look(seen)
    report.write(f"read {whole}\n")


main()
