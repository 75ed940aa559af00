#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Writes to standard output what is compiled into git-sync, as a CycloneDX 1.5 document for scanners,
# which see no package of it: dpkg's record in the image tells of all the rest.
#   sbom.sh VERSION <LINES    lines "<source package of Debian> <version>"
set -euo pipefail
# shellcheck source=/dev/null
. /etc/os-release

# Versions may have characters that a package URL (purl) spells in hexadecimal.
purl_version() { local version=${1//%/%25} && version=${version//:/%3A} && printf '%s' "${version//+/%2B}"; }

components=() refs=()
while read -r name version; do
  ref="pkg:deb/debian/$name@$(purl_version "$version")?arch=source&distro=$VERSION_CODENAME"
  components+=("$(printf '    {"type": "library", "bom-ref": "%s", "name": "%s", "version": "%s", "purl": "%s"}' \
    "$ref" "$name" "$version" "$ref")")
  refs+=("\"$ref\"")
done
IFS=,
cat <<JSON
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": {"type": "application", "bom-ref": "git-sync", "name": "git-sync", "version": "$1"}
  },
  "components": [
$(IFS=$'\n' && sed '$!s/$/,/' <<<"${components[*]}")
  ],
  "dependencies": [{"ref": "git-sync", "dependsOn": [${refs[*]}]}]
}
JSON
