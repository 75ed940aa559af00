#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which programs git-sync starts: those that it finds by a PATH with $D/bin before it.

# Notes every program that a run starts in $D/programs, from now on.
watch_programs() {
  local name
  mkdir -p "$D/bin"
  : >"$D/programs"
  for name in git git-upload-pack ssh sh; do
    cat >"$D/bin/$name" <<SCRIPT
#!/bin/bash
echo "$name \$*" >>"$D/programs"
exec "$(command -v "$name")" "\$@"
SCRIPT
    chmod +x "$D/bin/$name"
  done
}
programs() { wc -l <"$D/programs"; }
