#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the git server's container runs. Its keys, users and certificate begin as a Secret at
# /etc/server; users and keys that may log in are read again from /run/server at each login, where
# tests change them.
set -eu
git config --system safe.directory '*'
[ -d /srv/git/dags.git ] || git init -q --bare -b main /srv/git/dags.git
chown -R git: /srv/git
mkdir -p /run/sshd
mkdir -p /run/server
install -m 600 /etc/server/host_key /run/host_key
install -m 644 /etc/server/htpasswd /etc/server/authorized_keys /run/server/
fcgiwrap -f -c 4 -s unix:/run/fcgi &
until [ -S /run/fcgi ]; do sleep 0.1; done
chmod 666 /run/fcgi
nginx -c /server/nginx.conf -g 'daemon off;' &
exec /usr/sbin/sshd -D -e -h /run/host_key -o AuthorizedKeysFile=/run/server/authorized_keys \
  -o StrictModes=no -o PasswordAuthentication=no -o "AcceptEnv=GIT_PROTOCOL" -o MaxStartups=100
