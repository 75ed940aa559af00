# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The Airflow versions of these tests and their images (sourced).

AIRFLOW_TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# VERSION=DAY pairs: the release, and the day whose newest packages it is installed with.
AIRFLOW_VERSIONS=${AIRFLOW_VERSIONS:-3.2.2=2026-06-10 2.11.2=2026-04-10}

# airflow_image VERSION=DAY: makes the image unless this very recipe has made it; prints its name.
airflow_image() {
  local version=${1%%=*} day=${1#*=} tag recipe
  tag=git-sync-test-airflow:$version
  recipe=$(cd "$AIRFLOW_TESTS" && cat <(echo "$day") Dockerfile with-postgres.sh ../../deploy/image/apt.sh | sha256sum)
  [ "$(docker image inspect -f '{{.Config.Labels.recipe}}' "$tag" 2>/dev/null)" = "${recipe%% *}" ] ||
    (cd "$AIRFLOW_TESTS/../.." && build_on_debian bookworm tests/airflow/Dockerfile "$tag" \
      --label "recipe=${recipe%% *}" \
      --build-arg "AIRFLOW_VERSION=$version" --build-arg "NEWEST=$day") >&2 || return
  echo "$tag"
}
