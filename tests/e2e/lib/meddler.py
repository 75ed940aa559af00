# SPDX-License-Identifier: Apache-2.0
"""A consumer that does to a published tree what it should not: meddler.py once|loop TREE SEED

`once` does some random edits of all kinds. `loop` goes on until SIGTERM or until the tree is gone, and leaves the
content of files alone: it deletes, adds and replaces. Paths are resolved anew for each edit. Nothing but the
tree is touched; what cannot be done is left.
"""
import os
import random
import shutil
import signal
import sys
import time


def everything(tree):
    """Files and folders below, without git's own."""
    found = []
    for folder, folders, files in os.walk(tree):
        if folder == tree:
            files = [name for name in files if name != ".git"]
        found += [os.path.join(folder, name) for name in folders + files]
    return sorted(found)


def is_plain(path):
    return os.path.isfile(path) and not os.path.islink(path)


def append(path, dice):
    if is_plain(path):
        with open(path, "ab") as file:
            file.write(dice.randbytes(10))


def overwrite(path, dice):
    """In place, with the same size."""
    if is_plain(path):
        with open(path, "r+b") as file:
            file.write(dice.randbytes(min(5, os.path.getsize(path))))


def cut(path, _):
    if is_plain(path):
        os.truncate(path, 0)


def replace(path, dice):
    if is_plain(path):
        with open(path + ".new", "wb") as file:
            file.write(dice.randbytes(os.path.getsize(path)))
        os.rename(path + ".new", path)


def replace_alike(path, dice):
    """By another file of the same size, mode and times."""
    if is_plain(path):
        with open(path + ".new", "wb") as file:
            file.write(dice.randbytes(os.path.getsize(path)))
        shutil.copystat(path, path + ".new")
        os.rename(path + ".new", path)


def delete(path, _):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def add_file(path, dice):
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    with open(os.path.join(folder, f"added-{dice.randrange(10 ** 6)}"), "wb") as file:
        file.write(b"added")


def add_folder(path, dice):
    folder = os.path.join(path if os.path.isdir(path) else os.path.dirname(path), f"cache-{dice.randrange(10 ** 6)}")
    os.makedirs(os.path.join(folder, "inner"))
    with open(os.path.join(folder, "inner", "module.pyc"), "wb") as file:
        file.write(b"compiled")


def change_mode(path, dice):
    if not os.path.islink(path):
        os.chmod(path, dice.choice([0o777, 0o700, 0o755, 0o644]) | (0o700 if os.path.isdir(path) else 0))


def to_symlink(path, _):
    delete(path, _)
    os.symlink("/etc/hostname", path)


def to_symlink_of_folder(path, _):
    delete(path, _)
    os.symlink("/etc", path)


def to_fifo(path, _):
    delete(path, _)
    os.mkfifo(path)


def to_folder(path, _):
    delete(path, _)
    os.makedirs(os.path.join(path, "was", "a", "file"))


def hard_link(path, dice):
    if is_plain(path):
        os.link(path, f"{path}-linked-{dice.randrange(10 ** 6)}")


def swap(path, dice):
    other = dice.choice(everything(os.path.dirname(path)))
    if is_plain(path) and is_plain(other) and other != path:
        os.rename(path, path + ".swap")
        os.rename(other, path)
        os.rename(path + ".swap", other)


def rename(path, dice):
    os.rename(path, f"{path}-moved-{dice.randrange(10 ** 6)}")


OF_CONTENT = [append, overwrite, cut, change_mode]
OF_ENTRIES = [replace, replace_alike, delete, add_file, add_folder, to_symlink, to_symlink_of_folder, to_fifo, to_folder,
              hard_link, swap, rename]


def meddle(tree, dice, kinds):
    there = everything(tree)
    if not there:
        return
    path, edit = dice.choice(there), dice.choice(kinds)
    try:
        edit(path, dice)
    except (OSError, shutil.Error):
        pass


def main(how, tree, seed):
    dice = random.Random(int(seed))
    if how == "once":
        for _ in range(dice.randint(1, 12)):
            meddle(tree, dice, OF_CONTENT + OF_ENTRIES)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while os.path.isdir(tree):
        meddle(tree, dice, OF_ENTRIES)
        time.sleep(0.001)


main(*sys.argv[1:])
