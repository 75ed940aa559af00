# SPDX-License-Identifier: Apache-2.0
"""The repositories: made once from a seed and kept, and a copy on the server for each side.

`pypi` is the source tree of a large package, which pip fetches; without a network it is left out.
"""

import hashlib
import os
import random
import shutil
import subprocess

PACKAGE = "django==4.2.16"  # about 6,800 files
VERSION = 2  # change it when what is made changes
SEED = 7
# Nothing of the user's configuration is in what we make.
OURS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull} | {
    f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "bench"), ("EMAIL", "bench@example.invalid"))}

# name: (files, folders, bytes a file, refs besides main)
SHAPES = {"small": (300, 30, 5000, 0), "medium": (3_000, 250, 5000, 0),
          "large": (30_000, 2_500, 5000, 0), "refs": (300, 30, 5000, 20_000)}
QUICK = {"small": (30, 3, 500, 0), "medium": (100, 10, 500, 0), "large": (300, 30, 500, 0),
         "refs": (30, 3, 500, 200)}


class NotObtainable(Exception):
    pass


def git(folder, *argv, **more):
    return subprocess.run(["git", "-C", folder, *argv], check=True, stdout=subprocess.PIPE,
                          env=os.environ | OURS, **more).stdout


class Text:
    """Words without end, the same for the same seed; they deflate about as source code does."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        words = ["".join(self.random.choices("etaoinshrdlu_", k=self.random.randint(2, 9)))
                 for _ in range(2000)]
        often = [1 / (rank + 4) for rank in range(len(words))]
        lines = [" ".join(self.random.choices(words, often, k=9)) for _ in range(3000)]
        more = [1 / (rank + 40) for rank in range(len(lines))]
        self.block = "\n".join(self.random.choices(lines, more, k=40_000)).encode()

    def of(self, size):
        begin = self.random.randrange(len(self.block) - size)
        return b"%016x\n%s\n" % (self.random.getrandbits(64), self.block[begin:begin + size])


def commit_stream(changes, message, parent=None, mark=b""):
    """A commit for git-fast-import(1); `changes` are pairs of path and content."""
    yield b"commit refs/heads/main\n" + mark
    yield b"committer bench <bench@example.invalid> 1700000000 +0000\n"
    yield b"data %d\n%s\n" % (len(message), message)
    if parent:
        yield b"from %s\n" % parent
    for path, content in changes:
        yield b'M 100644 inline %s\ndata %d\n%s\n' % (path, len(content), content)


def fast_import(folder, parts):
    process = subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet", "--force"],
                               stdin=subprocess.PIPE, env=os.environ | OURS)
    with process.stdin as stream:
        for part in parts:
            stream.write(part)
    if process.wait() != 0:
        raise OSError(f"git fast-import failed in {folder}")


class Repository:
    """A bare repository on the server."""

    def __init__(self, folder):
        self.folder, self.name = folder, folder.name
        listed = git(folder, "ls-tree", "-r", "-z", "main").split(b"\0")
        self.paths = [entry.split(b"\t", 1)[1] for entry in listed if entry.startswith(b"100644")]
        self.paths = [path for path in self.paths if b"\n" not in path and path[:1] != b'"']
        self.text, self.commits = Text(folder.name), 0

    def push(self, count):
        """Changes `count` files that lie all over the tree; returns the new commit's hash."""
        self.commits += 1
        count = min(count, len(self.paths))
        first = self.commits * 7919
        step = max(len(self.paths) // count, 1)
        chosen = [self.paths[(first + i * step) % len(self.paths)] for i in range(count)]
        changes = [(path, self.text.of(4000)) for path in chosen]
        fast_import(self.folder, commit_stream(changes, b"change", b"refs/heads/main^0"))
        return git(self.folder, "rev-parse", "main", text=True).strip()

    def head(self):
        return git(self.folder, "rev-parse", "main", text=True).strip()


class Repositories:
    """Made in `cache`, copied to `served`."""

    def __init__(self, cache, served, quick):
        self.cache, self.served, self.quick = cache, served, quick
        self.shapes = QUICK if quick else SHAPES
        cache.mkdir(parents=True, exist_ok=True)
        served.mkdir(parents=True, exist_ok=True)

    def size(self, name):
        """Files of a made repository."""
        return self.shapes[name][0]

    def copy(self, name, side):
        original = self.original(name)
        copy = self.served / f"{name}-{hashlib.sha256(side.encode()).hexdigest()[:8]}.git"
        shutil.rmtree(copy, ignore_errors=True)
        git(self.served, "clone", "-q", "--mirror", "--local", original, copy)
        return Repository(copy)

    def original(self, name):
        recipe = PACKAGE if name == "pypi" else str(self.shapes[name])
        key = hashlib.sha256(f"{VERSION} {recipe}".encode()).hexdigest()[:8]
        kept = self.cache / f"{name}-{key}.git"
        if not kept.is_dir():
            making = kept.with_suffix(".new")
            shutil.rmtree(making, ignore_errors=True)
            git(self.cache, "init", "-q", "--bare", "-b", "main", making)
            self.make_package(making) if name == "pypi" else self.make(making, *self.shapes[name])
            git(making, "repack", "-adq")
            git(making, "pack-refs", "--all")
            making.rename(kept)
        return kept

    @staticmethod
    def make(folder, files, folders, size, refs):
        text = Text(SEED)
        changes = ((b"d%02d/e%04d/file%05d.py" % (i % folders % 50, i % folders, i),
                    text.of(text.random.randint(size // 4, size * 7 // 4))) for i in range(files))
        fast_import(folder, commit_stream(changes, b"first", mark=b"mark :1\n"))
        names = (b"create refs/%s/%05d HEAD\n" % ([b"heads/topic", b"tags", b"pull"][i % 3], i)
                 for i in range(refs))
        git(folder, "update-ref", "--stdin", input=b"".join(names))

    def make_package(self, folder):
        download = self.cache / "package"
        shutil.rmtree(download, ignore_errors=True)
        tree = download / "tree"
        tree.mkdir(parents=True)
        try:
            got = subprocess.run(
                ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:",
                 "--disable-pip-version-check", "-d", download, PACKAGE],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotObtainable(f"pip cannot fetch {PACKAGE}: {error}") from error
        archives = list(download.glob("*.tar.gz"))
        if got.returncode != 0 or not archives:
            raise NotObtainable(f"pip cannot fetch {PACKAGE}")
        subprocess.run(["tar", "xzf", archives[0], "-C", tree, "--no-same-owner"], check=True)
        whole = ["--git-dir", folder.absolute(), "--work-tree", next(tree.iterdir()).absolute()]
        git(tree, *whole, "add", "-A", "-f")
        git(tree, *whole, "commit", "-q", "-m", "first")
        (folder / "index").unlink()
        shutil.rmtree(download)
