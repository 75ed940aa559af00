# SPDX-License-Identifier: Apache-2.0
"""Commits that say in many places which one they are, and a reader that believes nothing else.

usage: numbered.py make REPO COUNT         commits 1 to COUNT on branch main, one line each: its hash; main is
                                           left at the first
       numbered.py read LINK REPORT        reads until SIGTERM. REPORT gets a line for each complaint, then
                                           "read TREES held FILES flips N"; REPORT.rounds the number of rounds

What a path of commit N holds follows from N alone: some files change with each commit, some with each second,
third or fifth, some never; some files and a folder come and go. The reader opens the link, learns N from the
first file, and then accepts just what N says. It keeps folders open for some flips and reads in them again: what
is still there must be of the commit that the folder was opened for.
"""
import collections
import os
import random
import signal
import subprocess
import sys
import time

FOLDERS = ("", "a", "a/b", "a/b/c", "d", "e/f")
KEPT = 40  # folders that stay open


def tree_of(n):
    """All files of commit n: path to content."""
    files = {}
    for folder in FOLDERS:
        for every in (1, 2, 3, 5) if folder != "d" else (5,):
            files[os.path.join(folder, f"every{every}")] = f"{n - n % every}\n"
        for i in range(4):
            files[os.path.join(folder, f"same{i}")] = "the same\n"
    if n % 4 < 2:
        files["a/comes"] = f"{n - n % 4}\n"
        files["goes/with/it"] = f"{n - n % 4}\n"
    if n % 2:
        files["a/kind/is-folder"] = "in a folder\n"
    else:
        files["a/kind"] = "a file\n"
    return files


def entries_of(n):
    """Folder to the names in it."""
    folders = collections.defaultdict(set)
    for path in tree_of(n):
        while path:
            path, name = os.path.split(path)
            folders[path].add(name)
    return folders


def make(repo, count):
    stream = []
    for n in range(1, count + 1):
        stream.append(f"commit refs/heads/main\nmark :{n}\ncommitter T <t@example.invalid> {1700000000 + n} +0000\n"
                      f"data 0\n" + (f"from :{n - 1}\n" if n > 1 else "") + "deleteall\n")
        for path, content in tree_of(n).items():
            stream.append(f"M 100644 inline {path}\ndata {len(content)}\n{content}\n")
    marks = os.path.join(repo, ".git", "numbered.marks")
    subprocess.run(["git", "-C", repo, "fast-import", "--quiet", "--force", f"--export-marks={marks}"],
                   input="".join(stream).encode(), check=True)
    with open(marks, encoding="ascii") as lines:
        commits = {int(mark[1:]): commit for mark, commit in map(str.split, lines)}
    subprocess.run(["git", "-C", repo, "update-ref", "refs/heads/main", commits[1]], check=True)
    print("\n".join(commits[n] for n in range(1, count + 1)))


def read_file(folder, path):
    fd = os.open(path, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(fd, 100).decode()
    finally:
        os.close(fd)


class Reader:
    def __init__(self, link, report):
        self.link = link
        self.report = report
        self.held = collections.deque()  # (descriptor, folder, n)
        self.trees = self.looks = self.flips = 0
        self.dice = random.Random(os.getpid())
        self.last_target = None

    def complain(self, text):
        self.report.write(f"{time.time():.6f} {text}\n")

    def target(self):
        try:
            return os.readlink(self.link)
        except OSError as error:
            self.complain(f"the link is missing: {error}")
            return None

    def look(self):
        """Reads the tree behind the link. What vanishes is a fault only while the link leads to it."""
        before = self.target()
        try:
            top = os.open(self.link, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            if before is not None and self.target() == before:
                self.complain(f"{before}: cannot be opened: {error}")
            return
        try:
            number = self.read_tree(top)
            self.trees += 1
            self.keep(top, number)
        except FileNotFoundError as error:
            if self.target() == before:
                self.complain(f"{before}: vanished while it is published: {error}")
        finally:
            os.close(top)
        self.flips += before != self.last_target
        self.last_target = before

    def read_tree(self, top):
        number = int(read_file(top, "every1"))
        for path, content in tree_of(number).items():
            found = read_file(top, path)
            if found != content:
                self.complain(f"a mixture: {path} of commit {number} holds {found!r}, not {content!r}")
        for folder, names in entries_of(number).items():
            found = self.names_in(top, folder)
            if found - names:
                self.complain(f"a mixture: {folder!r} of commit {number} has {sorted(found - names)}")
            if names - found:
                raise FileNotFoundError(f"{folder!r} lacks {sorted(names - found)}")
        return number

    @staticmethod
    def names_in(top, folder):
        fd = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=top)
        try:
            return set(os.listdir(fd)) - {".git"}
        finally:
            os.close(fd)

    def keep(self, top, number):
        folder = self.dice.choice(FOLDERS)
        try:
            self.held.append((os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=top), folder, number))
        except FileNotFoundError:
            return
        while len(self.held) > KEPT:
            os.close(self.held.popleft()[0])

    def look_at_held(self):
        for fd, folder, number in self.held:
            wanted = tree_of(number)
            strangers = set(os.listdir(fd)) - entries_of(number)[folder] - {".git"}
            if strangers:
                self.complain(f"held {folder!r} of commit {number} got {sorted(strangers)}")
            for name in entries_of(number)[folder]:
                path = os.path.join(folder, name)
                if path not in wanted:
                    continue
                try:
                    found = read_file(fd, name)
                except FileNotFoundError:
                    continue
                self.looks += 1
                if found != wanted[path]:
                    self.complain(f"held {folder!r} of commit {number}: {name} holds {found!r}, not {wanted[path]!r}")


def read(link, path):
    running = True

    def stop(*_):
        nonlocal running
        running = False
    signal.signal(signal.SIGTERM, stop)
    rounds = 0
    with open(path, "a", encoding="utf-8", buffering=1) as report:
        reader = Reader(link, report)
        while running:
            reader.look()
            reader.look_at_held()
            rounds += 1
            with open(path + ".new", "w", encoding="ascii") as file:
                file.write(f"{rounds}\n")
            os.rename(path + ".new", path + ".rounds")
        report.write(f"read {reader.trees} held {reader.looks} flips {reader.flips}\n")


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]))
else:
    read(sys.argv[2], sys.argv[3])
