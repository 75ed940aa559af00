#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the archives of tests/unit/archive/ into a folder: good ones of several writers below
`good/` (each has what EXPECTED says), hostile and broken ones below `bad/`.

usage: archives.py FOLDER [many]    many: only the one of 100,000 members
"""

import gzip
import io
import os
import pathlib
import subprocess
import sys
import tarfile

BLOCK = 512
LONG = "deep/" + "folder with a long name/" * 6 + "ä" * 100  # needs more than ustar
RAW = "raw-\udcff-name"  # a byte that is not UTF-8
SPARSE_SIZE = 3 << 20

T = tarfile


def info(name, data=b"", **fields):
    member = T.TarInfo(name)
    member.size = len(data)
    member.mtime = 1600000000
    for key, value in fields.items():
        setattr(member, key, value)
    return member, io.BytesIO(data)


def tar(*members, form=T.PAX_FORMAT):
    out = io.BytesIO()
    with T.open(fileobj=out, mode="w", format=form, errors="surrogateescape") as archive:
        for member, data in members:
            data.seek(0)
            archive.addfile(member, data)
    return out.getvalue()


def link(name, target):
    return info(name, type=T.SYMTYPE, linkname=target)


def hard(name, target):
    return info(name, type=T.LNKTYPE, linkname=target)


def folder(name):
    return info(name, type=T.DIRTYPE, mode=0o755)


def without_end(archive):
    """Cut exactly at the end of the last member."""
    blocks = [archive[i:i + BLOCK] for i in range(0, len(archive), BLOCK)]
    while blocks and not blocks[-1].strip(b"\0"):
        blocks.pop()
    return b"".join(blocks)


def raw_header(name, data=b"", size=None, kind=b"0"):
    """One member whose header says what TarInfo would not write."""
    member, _ = info("x", data)
    block = bytearray(member.tobuf(T.USTAR_FORMAT))
    block[0:100] = name.ljust(100, b"\0")
    if size is not None:
        block[124:136] = size
    block[156:157] = kind
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + data + b"\0" * (-len(data) % BLOCK)


END = b"\0" * 2 * BLOCK


def pax(records, name="named", data=b"content"):
    return raw_header(b"PaxHeader", records, kind=b"x") + raw_header(name.encode(), data) + END


def hostile():
    file = info("file", b"content")
    yield "dotdot", tar(file, info("a/../../b"))
    yield "dotdot-alone", tar(folder(".."))
    yield "absolute", tar(info("/etc/passwd"))
    yield "empty-name", raw_header(b"") + END
    yield "root-file", raw_header(b".") + END
    yield "root-symlink", tar(link(".", "target"))
    yield "nul-pax", pax(b"21 path=nice\0../evil\n")
    yield "nul-target", raw_header(b"PaxHeader", b"19 linkpath=a\0evil\n", kind=b"x") + raw_header(
        b"named", kind=b"2") + END
    yield "nul-long", raw_header(b"././@LongLink", b"nice\0../evil\0", kind=b"L") + raw_header(b"x") + END
    yield "git", tar(folder(".git"))
    yield "git-case", tar(info("sub/.GiT/config", b"x"))
    yield "git-link", tar(link("sub/.git", "elsewhere"))
    yield "long-name", tar(info("n" * 256))
    yield "long-path", tar(info("/".join(["p" * 99] * 42)))
    yield "long-target", tar(link("link", "t" * 5000))
    yield "character-device", tar(info("null", type=T.CHRTYPE, devmajor=1, devminor=3))
    yield "block-device", tar(info("disk", type=T.BLKTYPE))
    yield "pipe", tar(info("pipe", type=T.FIFOTYPE))
    yield "continued", raw_header(b"part", b"x", kind=b"M") + END
    yield "dump-folder", raw_header(b"dump", b"Yx\0\0", kind=b"D") + END
    yield "unknown-type", raw_header(b"odd", b"x", kind=b"Q") + END
    yield "hard-outside", tar(hard("link", "../outside"))
    yield "hard-absolute", tar(hard("link", "/etc/passwd"))
    yield "hard-missing", tar(file, hard("link", "nothing"))
    yield "hard-later", tar(hard("link", "file"), file)
    yield "hard-itself", tar(info("link"), hard("link", "link"))
    yield "hard-folder", tar(folder("folder"), hard("link", "folder"))
    yield "hard-git", tar(hard("link", ".git/config"))
    yield "through-symlink", tar(link("link", "/tmp"), info("link/evil", b"x"))
    yield "through-deep-symlink", tar(link("a/link", ".."), info("a/link/b/evil", b"x"))
    yield "through-hard-link", tar(link("link", "/tmp"), hard("again", "link"), info("again/evil"))
    yield "below-file", tar(file, info("file/below"))
    yield "file-over-folder", tar(info("a/b"), info("a"))
    yield "folder-over-file", tar(file, folder("file"))
    yield "symlink-over-file", tar(file, link("file", "x"))
    yield "file-over-symlink", tar(link("file", "x"), file)
    yield "symlink-over-folder", tar(folder("f"), link("f", "/tmp"))
    yield "no-target", raw_header(b"link", kind=b"2") + END
    yield "negative-size", raw_header(b"x", size=b"\xff" * 12) + END
    yield "malformed-pax", pax(b"999 path=x\n")
    yield "pax-without-value", pax(b"7 path\n")
    yield "endless-headers", raw_header(b"PaxHeader", b"10 a=bcde\n", kind=b"x") * 20000


def broken():
    whole = tar(info("a", b"x" * 1000), info("b", b"y" * 3000))
    yield "nothing", b""
    yield "no-members", END
    yield "padding-only", b"\0" * 10240
    yield "no-tar", b"<html><body>Sign in</body></html>" * 100
    yield "short-junk", b"hi"
    yield "no-end", without_end(whole)
    yield "lone-block", without_end(whole) + b"\0" * BLOCK
    yield "cut-in-content", whole[:1500]
    yield "cut-in-header", whole[:1536 + 100]
    yield "cut-after-first", whole[:BLOCK + 1024]
    yield "something-follows", whole + b"more"
    yield "second-archive", whole + tar(info("c"))
    yield "bad-checksum", whole[:1536 + 3] + b"!" + whole[1536 + 4:]
    yield "gzip-no-trailer", gzip.compress(whole)[:-8]
    yield "gzip-half-trailer", gzip.compress(whole)[:-3]
    yield "gzip-bad-checksum", gzip.compress(whole)[:-8] + b"\1\2\3\4" + gzip.compress(whole)[-4:]
    yield "gzip-cut", gzip.compress(whole)[:40]
    yield "gzip-header", gzip.compress(whole)[:10]
    yield "gzip-follows", gzip.compress(whole) + b"garbage"
    yield "gzip-damaged", gzip.compress(whole)[:10] + b"\x07" * 20  # a type of block that there is not
    yield "gzip-of-nothing", gzip.compress(b"")
    yield "gzip-empty-members", gzip.compress(b"") * 230000
    yield "gzip-cut-inside", gzip.compress(whole[:1500])
    yield "bzip2", b"BZh91AY&SY" + b"x" * 600
    yield "xz", b"\xfd7zXZ\0" + b"x" * 600
    yield "zip", b"PK\3\4" + b"x" * 600
    zstd = lambda data, *options: subprocess.run(
        ["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout
    yield "zstd-cut", zstd(whole)[:-4]
    yield "zstd-bad-checksum", zstd(whole)[:-4] + b"\1\2\3\4"
    yield "zstd-follows", zstd(whole) + b"garbage"
    yield "zstd-skippable", b"\x50\x2a\x4d\x18\0\0\0\0" * 600000
    # A frame header that asks for a window of 64 MiB, and an empty last block.
    yield "zstd-window", b"\x28\xb5\x2f\xfd\x00\x80\x01\0\0"


def members():
    """What every good archive has: see EXPECTED of reader_test.cc."""
    yield folder("./")
    yield folder("./empty/")
    yield info("./plain", b"plain content\n")
    yield info("tool", b"#!/bin/sh\n", mode=0o755)
    yield info("sub//dir/./file", b"x" * 100000)
    yield info("nothing")
    yield link("absolute", "/etc/hosts")
    yield link("relative", "../../" + "t" * 150)
    yield hard("hard", "./plain")
    yield info(LONG, b"long")
    yield info(RAW, b"raw")
    yield info("line\nbreak", b"odd")


def make_tree(root):
    for member, data in members():
        path = os.path.join(root, member.name)
        os.makedirs(os.path.dirname(path.rstrip("/")), exist_ok=True)
        if member.isdir():
            os.makedirs(path, exist_ok=True)
        elif member.issym():
            os.symlink(member.linkname, path)
        elif member.islnk():
            os.link(os.path.join(root, member.linkname), path)
        else:
            pathlib.Path(os.fsencode(path).decode(errors="surrogateescape")).write_bytes(data.read())
            os.chmod(path, member.mode)
    for folder_, folders, files in os.walk(root):
        for name in folders + files:
            os.utime(os.path.join(folder_, name), (1600000000, 1600000000), follow_symlinks=False)


def run(*words):
    subprocess.run(words, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})


def good(out, tree):
    for name, form in (("pax", T.PAX_FORMAT), ("gnu", T.GNU_FORMAT)):
        (out / f"python-{name}.tar").write_bytes(tar(*members(), form=form))
    (out / "python.tar.gz").write_bytes(gzip.compress(tar(*members())))
    (out / "no-end.tar.gz").write_bytes(gzip.compress(without_end(tar(*members()))))
    two = tar(*members())
    (out / "two-members.tar.gz").write_bytes(gzip.compress(two[:3000]) + gzip.compress(two[3000:]))
    for form in ("gnu", "pax", "posix"):
        run("tar", f"--format={form}", "-C", tree, "-cf", out / f"gnutar-{form}.tar", ".")
    run("tar", "-C", tree, "-czf", out / "gnutar.tgz", "--blocking-factor=2048", ".")
    run("tar", "-C", tree, "--zstd", "-cf", out / "gnutar.tar.zst", ".")
    run("tar", "-C", tree, "-cf", out / "git-like.tar", "--pax-option=globexthdr.name=g,comment=x",
        "--format=pax", ".")
    run("bsdtar", "-C", tree, "--format=pax", "-cf", out / "bsdtar-pax.tar", ".")
    run("bsdtar", "-C", tree, "--format=gnutar", "-cf", out / "bsdtar-gnu.tar", ".")
    run("bsdtar", "-C", tree, "--zstd", "-cf", out / "bsdtar.tar.zst", ".")


def sparse(out):
    source = out / "hole"
    with open(source, "wb") as file:
        file.seek(1 << 20)
        file.write(b"middle")
        file.truncate(SPARSE_SIZE)
    run("tar", "-C", out, "--format=gnu", "-S", "-cf", out / "sparse-gnu.tar", "hole")
    for version in ("0.0", "0.1", "1.0"):
        run("tar", "-C", out, "--format=pax", "-S", f"--sparse-version={version}", "-cf",
            out / f"sparse-{version}.tar", "hole")
    source.unlink()


def many(out):
    """Takes seconds, which most tests would wait for in vain."""
    out.mkdir(parents=True)
    (out / "many.tar").write_bytes(tar(*(info(f"d{i % 100}/f{i}", b"%d" % i) for i in range(100000)),
                                       form=T.USTAR_FORMAT))


def main():
    out = pathlib.Path(sys.argv[1])
    if sys.argv[2:] == ["many"]:
        return many(out)
    for name in ("good", "bad", "sparse", "tree"):
        (out / name).mkdir(parents=True)
    for name, content in (*hostile(), *broken()):
        (out / "bad" / name).write_bytes(content)
    make_tree(str(out / "tree"))
    good(out / "good", str(out / "tree"))
    sparse(out / "sparse")
    (out / "again.tar").write_bytes(tar(info("f", b"old"), link("l", "old"), folder("d"),
                                        info("f", b"newer"), link("l", "new"), folder("d")))
    (out / "one-mib.tar").write_bytes(tar(info("f", b"x" * (1 << 20)), form=T.USTAR_FORMAT))
    (out / "claim.tar").write_bytes(raw_header(b"huge", size=b"\x80" + (5 << 40).to_bytes(11, "big")))
    (out / "hard-symlink.tar").write_bytes(tar(link("l", "target"), hard("h", "l")))


main()
