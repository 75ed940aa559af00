# SPDX-License-Identifier: Apache-2.0
"""Whether published trees are alike, and what git says in them: compare_trees.py EXPECTED TREE…

Compared are type, mode and content of each path, HEAD, what the index lists, `git diff-files`, `git status`
and `git archive`. Writes nothing: git may not refresh the index. Differences go to standard error, and
the exit status is 1.
"""
import hashlib
import os
import stat
import subprocess
import sys

QUESTIONS = (
    ("rev-parse", "HEAD"),
    ("ls-files", "--stage", "-z"),
    ("diff-files", "--name-only"),
    ("status", "--porcelain", "--ignored", "-z"),
    ("archive", "HEAD"),
)


def ask(tree):
    """Starts all questions about a tree at once."""
    return [subprocess.Popen(["git", "-C", tree, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"}) for words in QUESTIONS]


def answers(processes):
    for words, process in zip(QUESTIONS, processes):
        text = process.communicate()[0]
        digest = hashlib.sha256(text).hexdigest() if len(text) > 2000 else repr(text)
        yield f"git {' '.join(words)}: status {process.returncode}: {digest}"


def digest_of(path, info):
    if stat.S_ISLNK(info.st_mode):
        return hashlib.sha256(os.readlink(path)).hexdigest()[:16]
    if not stat.S_ISREG(info.st_mode):
        return "-"
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()[:16]


def entries(tree):
    top = os.fsencode(os.path.realpath(tree))
    for folder, folders, names in os.walk(top):
        if folder == top and b".git" in names:
            names.remove(b".git")
        if folder == top and b".git" in folders:  # of a clone
            folders.remove(b".git")
        for name in folders + names:
            path = os.path.join(folder, name)
            info = os.lstat(path)
            yield f"{stat.filemode(info.st_mode)} {digest_of(path, info)} {os.path.relpath(path, top)!r}"


def describe(tree):
    asked = ask(tree)
    found = sorted(entries(tree))
    return found + list(answers(asked))


def main():
    expected, *trees = sys.argv[1:]
    wanted = describe(expected)
    alike = True
    for tree in trees:
        found = describe(tree)
        if found != wanted:
            alike = False
            lacks = [line for line in wanted if line not in set(found)]
            more = [line for line in found if line not in set(wanted)]
            print(f"{tree} differs from {expected}:", *[f"- {line}" for line in lacks[:20]],
                  *[f"+ {line}" for line in more[:20]], sep="\n", file=sys.stderr)
    return 0 if alike else 1


sys.exit(main())
