# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The Airflow versions of these tests and their images (sourced).

# VERSION=DAY pairs: the release, and the day whose newest packages it is installed with.
AIRFLOW_VERSIONS=${AIRFLOW_VERSIONS:-3.2.2=2026-06-10 2.11.2=2026-04-10}

# airflow_image VERSION=DAY: makes the image unless it exists; prints its name.
airflow_image() {
  local version=${1%%=*} day=${1#*=} tag
  tag=git-sync-test-airflow:$version
  docker image inspect "$tag" >/dev/null 2>&1 ||
    build_on_debian bookworm tests/airflow/Dockerfile "$tag" \
      --build-arg "AIRFLOW_VERSION=$version" --build-arg "NEWEST=$day" >&2 || return
  echo "$tag"
}
