// SPDX-License-Identifier: Apache-2.0
// Writes an .idx file of version 2 (gitformat-pack(5), "Version 2 pack-*.idx files").

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "git/object_id.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

struct IndexedObject {
  ObjectId id;
  std::uint32_t crc = 0;     // CRC-32 of the entry in the pack
  std::uint64_t offset = 0;  // bytes from the beginning of the pack
};

// Writes to the end of `file`, which is empty. `object(i)` is the i-th of `count` objects in the
// order of their ids; it is asked for each several times. Nothing is flushed to the disk. Memory:
// 64 KiB. Errors: those of write(2), naming `shown`.
util::Result<void> write_pack_index(int file, const std::string& shown, std::uint32_t count,
                                    const std::function<IndexedObject(std::uint32_t)>& object,
                                    const ObjectId& pack_checksum);

}  // namespace gitsync::git
