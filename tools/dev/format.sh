#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev format [FILE…]       clang-format all sources, or these; `--check` only tells
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

options=(-i)
if [[ ${1:-} == --check ]]; then
  options=(--dry-run --Werror)
  shift
fi
need_packages clang-format-19
if (($# == 0)); then
  cd "$PROJECT"
  mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cc' '*.h')
  set -- "${files[@]}"
fi
clang-format-19 "${options[@]}" "$@"
