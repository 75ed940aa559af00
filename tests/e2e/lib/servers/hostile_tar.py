# SPDX-License-Identifier: Apache-2.0
"""Writes a tar.gz that must be refused to standard output: hostile_tar.py up|through-link|git|bomb"""
import io
import sys
import tarfile


def member(name, content=b"x", **more):
    info = tarfile.TarInfo(name)
    info.size = len(content) if more.get("type", tarfile.REGTYPE) == tarfile.REGTYPE else 0
    for key, value in more.items():
        setattr(info, key, value)
    return info, io.BytesIO(content)


MEMBERS = {
    "up": [member("ok"), member("../up")],
    "through-link": [member("way", type=tarfile.SYMTYPE, linkname="/tmp"), member("way/through")],
    "git": [member("a/.Git/config")],
    "bomb": [member("zeros", bytes(2 << 20))],
}

with tarfile.open(fileobj=sys.stdout.buffer, mode="w|gz") as tar:
    for info, content in MEMBERS[sys.argv[1]]:
        tar.addfile(info, content)
