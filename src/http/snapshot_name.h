// SPDX-License-Identifier: Apache-2.0
// The names in a folder of snapshots, and what each says about the file. Layout: snapshot/names.h.

#pragma once

#include <optional>
#include <string_view>

namespace gitsync::http {

enum class SnapshotKind {
  kPointer,    // <ref>.json: small, replaced with each snapshot
  kLatest,     // <ref>.tar.gz: replaced as well
  kImmutable,  // <commit>.tar.gz, <old>..<new>.tar.gz: the name says what is in it, for ever
};

// Nothing if it is no name of a snapshot's file: those have letters, digits, `.`, `_` and `-`
// alone, do not begin with a dot, and end in .json or .tar.gz.
std::optional<SnapshotKind> kind_of_snapshot(std::string_view name);

}  // namespace gitsync::http
