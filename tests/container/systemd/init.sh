#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Becomes systemd, as process 1 of a container, after giving it what a machine's systemd finds: its
# part of the cgroup2 tree (a host with the older hierarchies as well shows that elsewhere), and
# mounts that propagate, without which services do not see their credentials.
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup && mount --make-rshared / && exec /sbin/init --log-target=console
