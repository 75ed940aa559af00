// SPDX-License-Identifier: Apache-2.0
// What an address of --publish-snapshot says.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "oci/reference.h"
#include "s3/address.h"
#include "util/error.h"

namespace gitsync::config {

struct BucketPlace {
  s3::Address folder;  // its key a prefix, empty or with '/' at its end
  std::string name;    // of the pointer without ".json"; empty: that of the ref
};

struct RegistryPlace {
  oci::Reference repository;
  bool has_tag = false;  // in the address; else it is the name of the ref
};

using SnapshotPlace = std::variant<BucketPlace, RegistryPlace>;

// "s3://bucket/prefix/", "s3://bucket/prefix", "s3://bucket/prefix/name.json",
// "oci://registry/repository[:tag]". Errors: kInvalid, in words that go behind the flag's name.
util::Result<SnapshotPlace> parse_snapshot_place(std::string_view text);

}  // namespace gitsync::config
