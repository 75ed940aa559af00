# SPDX-License-Identifier: Apache-2.0
"""Commits of every shape that a tree can have, for tests that compare two engines.

usage: shapes.py shapes REPO | shapes.py random REPO FIRST LAST

Commits each shape, or a random change for each seed, on top of the one before it, from branch main on. Prints
a line for each: its name and the commit. No ref is moved: that is the push, and the caller's to do.
"""
import os
import random
import subprocess
import sys

FILE, EXECUTABLE, SYMLINK, GITLINK = "100644", "100755", "120000", "160000"


def git(repo, *args, stdin=b"", env=None):
    return subprocess.run(["git", "-C", repo, *args], input=stdin, check=True, stdout=subprocess.PIPE,
                          env={**os.environ, **(env or {})}).stdout


def files(**kinds):
    return {name.encode(): (FILE, content) for name, content in kinds.items()}


def deep(levels):
    return {b"/".join([b"d"] * levels) + b"/leaf": (FILE, b"deep\n")}


def wide(count):
    return {b"wide/%05d" % i: (FILE, b"%d\n" % (i % 7)) for i in range(count)}


BASE = {b"a": (FILE, b"a\n"), b"dir/b": (FILE, b"b\n"), b"dir/sub/c": (EXECUTABLE, b"#!/bin/sh\n"),
        b"same": (FILE, b"never changes\n")}


def path_is(mode, content=b"x\n", path=b"changing"):
    return {**BASE, path: (mode, content)}


def attributes(text, **more):
    return {**BASE, b".gitattributes": (FILE, text),
            b"crlf.txt": (FILE, b"one\r\ntwo\r\n"), b"lf.txt": (FILE, b"one\ntwo\n"),
            b"id.txt": (FILE, b"$Id$\n"), b"utf.txt": (FILE, "ä\n".encode()), **files(**more)}


def without(path, tree):
    """For a file of which git says that it is changed as soon as it looks, which it does within the same second."""
    return {name: file for name, file in tree.items() if name != path}


SHAPES = {
    "base": BASE,
    "empty-file": {**BASE, b"nothing": (FILE, b"")},
    "empty-tree": {},
    "base-again": BASE,
    "dangling-symlink": {**BASE, b"to-nowhere": (SYMLINK, b"no/such/file")},
    "absolute-symlink": {**BASE, b"to-etc": (SYMLINK, b"/etc/hostname")},
    "symlink-up": {**BASE, b"dir/up": (SYMLINK, b"../../../../outside")},
    "symlink-to-folder": {**BASE, b"link": (SYMLINK, b"dir")},
    "exec-bits": {**BASE, b"run": (EXECUTABLE, b"#!/bin/sh\n"), b"bin/run2": (EXECUTABLE, b"")},
    "mode-only": {**BASE, b"run": (FILE, b"#!/bin/sh\n"), b"bin/run2": (FILE, b"")},
    "spaces": {**BASE, b"with space": (FILE, b"1"), b" leading": (FILE, b"2"), b"trailing ": (FILE, b"3")},
    "quotes": {**BASE, b"quo\"te": (FILE, b"1"), b"ti'ck": (FILE, b"2"), b"dol$lar `x`": (FILE, b"3")},
    "newline": {**BASE, b"new\nline": (FILE, b"1"), b"tab\there": (FILE, b"2")},
    "not-utf8": {**BASE, b"\xff\xfe": (FILE, b"1"), b"d\x80r/\x90": (FILE, b"2")},
    "unicode": {**BASE, "grün/日本語".encode(): (FILE, b"1"), "e\u0301".encode(): (FILE, b"2"), "é".encode(): (FILE, b"3")},
    "name-255": {**BASE, b"n" * 255: (FILE, b"1"), b"m" * 255 + b"/" + b"o" * 255: (FILE, b"2")},
    "case-pairs": {**BASE, b"Readme": (FILE, b"1"), b"README": (FILE, b"2"), b"readme/x": (FILE, b"3")},
    "deep": {**BASE, **deep(60)},
    "wide": {**BASE, **wide(2000)},
    "wide-one-changed": {**BASE, **wide(2000), b"wide/00999": (FILE, b"changed\n")},
    "many-folders": {**BASE, **{b"f%03d/g%d/h" % (i, i % 5): (FILE, b"%d" % i) for i in range(300)}},
    "large-text": {**BASE, b"large": (FILE, b"0123456789abcdef" * 200_000)},
    "large-noise": {**BASE, b"noise": (FILE, random.Random(1).randbytes(3_000_000))},
    "path-file": path_is(FILE),
    "path-folder": {**BASE, b"changing/inside/x": (FILE, b"x\n")},
    "path-symlink": path_is(SYMLINK, b"same"),
    "path-file-again": path_is(FILE, b"y\n"),
    "path-exec": path_is(EXECUTABLE, b"y\n"),
    "path-gitlink": path_is(GITLINK),
    "path-folder-again": {**BASE, b"changing/inside": (FILE, b"z\n")},
    "path-gone": BASE,
    "folder-becomes-symlink": {b"a": (FILE, b"a\n"), b"dir": (SYMLINK, b"elsewhere"), b"elsewhere/b": (FILE, b"b\n")},
    "symlink-becomes-folder": BASE,
    "similar-names": {**BASE, b"x": (FILE, b"0"), b"x-y": (FILE, b"1"), b"x.y": (FILE, b"2"), b"x0": (FILE, b"3"),
                      b"xx/y": (FILE, b"4"), b"x=y/z": (FILE, b"5")},
    "similar-names-folder": {**BASE, b"x/in": (FILE, b"0"), b"x-y": (FILE, b"1"), b"x.y": (FILE, b"2"), b"x0": (FILE, b"3")},
    "dot-names": {**BASE, b".hidden": (FILE, b"1"), b"...": (FILE, b"2"), b".github/x": (FILE, b"3"),
                  b".gitignore": (FILE, b"ignored\n"), b"ignored": (FILE, b"tracked though ignored\n")},
    "attributes-harmless": attributes(b"* text=auto\n*.png binary\n*.sh text eol=lf\n*.md linguist-docs export-ignore\n"),
    "attributes-crlf": without(b"crlf.txt", attributes(b"*.txt text eol=crlf\n")),
    "attributes-ident": attributes(b"id.txt ident\n"),
    "attributes-encoding": attributes(b"utf.txt working-tree-encoding=UTF-16LE\n"),
    "attributes-filter": attributes(b"*.txt filter=nothing-set-up\n"),
    "attributes-below": {**BASE, b"dir/.gitattributes": (FILE, b"b text eol=crlf\n")},
    "attributes-macro": attributes(b"[attr]mine text eol=crlf\nlf.txt mine\n"),
    "attributes-gone": BASE,
    "export-subst": attributes(b"id.txt export-subst\n"),
    "modules-file": {**BASE, b".gitmodules": (FILE, b"")},
    "same-blob": {**BASE, b"p1": (FILE, b"shared\n"), b"p2": (EXECUTABLE, b"shared\n"), b"q/p3": (FILE, b"shared\n")},
    "moved": {b"a2": (FILE, b"a\n"), b"dir2/b": (FILE, b"b\n"), b"dir2/sub/c": (EXECUTABLE, b"#!/bin/sh\n"),
              b"same": (FILE, b"never changes\n")},
    "moved-back": BASE,
}


def commit_tree(repo, head, tree):
    """`tree`: path to (mode, content). Builds it in an index of its own, with one process for all blobs.
    Returns the commit, whose parent is `head`."""
    index = os.path.join(repo, ".git", "shapes.index")
    if os.path.exists(index):
        os.unlink(index)
    contents = sorted({content for mode, content in tree.values() if mode != GITLINK})
    stream = b"".join(b"blob\nmark :%d\ndata %d\n%s\n" % (i + 1, len(c), c) for i, c in enumerate(contents))
    marks = os.path.join(repo, ".git", "shapes.marks")
    git(repo, "fast-import", "--quiet", f"--export-marks={marks}", stdin=stream)
    ids = {}
    if contents:
        with open(marks, encoding="ascii") as lines:
            for line in lines:
                mark, oid = line.split()
                ids[contents[int(mark[1:]) - 1]] = oid
    lines = b"".join(b"%s %s\t%s\0" % (mode.encode(), (head if mode == GITLINK else ids[content]).encode(), path)
                     for path, (mode, content) in sorted(tree.items()))
    env = {"GIT_INDEX_FILE": index}
    git(repo, "update-index", "--add", "-z", "--index-info", stdin=lines, env=env)
    if not tree:
        git(repo, "read-tree", "--empty", env=env)
    oid = git(repo, "write-tree", env=env).decode().strip()
    return git(repo, "commit-tree", oid, "-p", head, "-m", "shape").decode().strip()


def random_tree(repo, head, seed):
    """The tree of a commit with some random changes of all kinds."""
    dice = random.Random(seed)
    tree = {}
    for line in git(repo, "ls-tree", "-r", "-z", head).split(b"\0"):
        if line:
            meta, path = line.split(b"\t", 1)
            mode, kind, oid = meta.decode().split()
            if kind == "blob":
                tree[path] = (mode, git(repo, "cat-file", "blob", oid))
    names = [b"a", b"b", b"c d", b"e-", b"e", b"e.f", b"G"]
    for _ in range(dice.randint(1, 12)):
        path = b"/".join(dice.choice(names) for _ in range(dice.randint(1, 4)))
        for other in list(tree):
            if other == path or other.startswith(path + b"/") or path.startswith(other + b"/"):
                del tree[other]
        if dice.random() < 0.75:
            mode = dice.choice([FILE, FILE, FILE, EXECUTABLE, SYMLINK])
            content = dice.randbytes(dice.randint(0, 300)) if mode != SYMLINK else b"../" + dice.choice(names)
            tree[path] = (mode, content)
    return tree


def main(command, repo, *seeds):
    repo = os.path.abspath(repo)
    head = git(repo, "rev-parse", "refs/heads/main").decode().strip()
    if command == "shapes":
        for shape, tree in SHAPES.items():
            head = commit_tree(repo, head, tree)
            print(shape, head)
    else:
        for seed in range(int(seeds[0]), int(seeds[1]) + 1):
            head = commit_tree(repo, head, random_tree(repo, head, seed))
            print(f"seed-{seed}", head)


main(*sys.argv[1:])
