#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the image of Dockerfile: starts PostgreSQL with an empty database as the user of Airflow, reached
# through a socket in /tmp only, then becomes the given command. Nothing of it has to outlive a crash.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
export PGDATA="$HOME/postgres"
"$bin/initdb" -U airflow -A trust -E UTF8 --no-sync >/dev/null
"$bin/pg_ctl" start -w -s -l "$HOME/postgres.log" \
  -o "-k /tmp -c listen_addresses= -c fsync=off -c max_connections=200"
"$bin/createdb" -h /tmp -U airflow airflow
exec "$@"
