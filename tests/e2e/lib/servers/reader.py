#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A consumer of a published link, in a loop: reader.py LINK REPORT

Every file of a tree that it expects holds the same text, and `count` (a file too) says how many
there are, see make_uniform of reader.sh. Whatever it may open through the link must be such a tree,
whole. REPORT gets one line for each violation, and at the end of each round the file
REPORT.rounds the number of rounds so far. READER_PAUSE is the seconds between rounds.
"""
import os
import sys
import time


def read(directory, name):
    with open(os.open(name, os.O_RDONLY, dir_fd=directory), encoding="ascii") as file:
        return file.read()


def look(link):
    """Returns the text of the tree; raises if it is not a whole tree of one commit."""
    directory = os.open(link, os.O_RDONLY | os.O_DIRECTORY)
    try:
        names = [name for name in os.listdir(directory) if name.startswith("u")]
        head, count = read(directory, "count").split()
        if len(names) != int(count):
            raise ValueError(f"{len(names)} files instead of {count}")
        for name in names:
            text = read(directory, name).strip()
            if text != head:
                raise ValueError(f"mixed tree: {name} is {text}, count is {head}")
        return head
    finally:
        os.close(directory)


def main():
    link, report = sys.argv[1:3]
    rounds = 0
    pause = float(os.environ.get("READER_PAUSE", "0.002"))
    with open(report, "a", encoding="ascii", buffering=1) as violations:
        while True:
            target = "no link"
            try:
                target = os.readlink(link)
                look(link)
            except (OSError, ValueError) as error:
                violations.write(f"{time.time():.6f} {target}: {error}\n")
            rounds += 1
            with open(report + ".new", "w", encoding="ascii") as file:
                file.write(f"{rounds}\n")
            os.rename(report + ".new", report + ".rounds")
            time.sleep(pause)


main()
