// SPDX-License-Identifier: Apache-2.0
// git's index: whatever is read without error is written as git would write it, and reads the same.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "git/index_checksum.h"
#include "git/index_reader.h"
#include "git/index_writer.h"
#include "util/fd.h"

namespace {

using namespace gitsync;

std::string key_of(const git::IndexEntry& entry) {
  return std::string(entry.path) + '\0' + std::to_string(entry.mode) +
         std::string(reinterpret_cast<const char*>(entry.id.data()), entry.id.size()) +
         std::to_string(entry.stat.size);
}

// With the checksum that it should have, since no fuzzer finds that.
std::string sealed(std::string_view body) {
  git::IndexChecksum checksum;
  checksum.add(body);
  const auto digest = checksum.finish();
  return std::string(body).append(digest.data(), digest.size());
}

// The extensions change nothing in what else is read, unless they are damaged.
void try_extensions(std::string_view bytes, bool plain) {
  const git::IndexSource source = [&](std::span<char> into) -> util::Result<std::size_t> {
    const std::size_t length = bytes.copy(into.data(), into.size());
    bytes.remove_prefix(length);
    return length;
  };
  const auto read = git::read_index(
      source, git::IndexVisitors{
                  .entry = [](const git::IndexEntry& /*entry*/) { return util::Result<void>{}; },
                  .tree = [](auto /*id*/) { return util::Result<void>{}; },
                  .extension =
                      [](std::string_view name) {
                        if (name.size() != 4) std::abort();
                        return util::Result<void>{};
                      }});
  if (read && !plain) std::abort();
}

void try_one(std::string_view bytes) {
  const util::Fd file(::memfd_create("index", MFD_CLOEXEC));
  git::IndexWriter writer(file.get(), "index");
  std::string before;
  bool plain = true;
  const auto read = git::read_index(bytes, [&](const git::IndexEntry& entry) {
    before += key_of(entry);
    plain = plain && writer.add(entry);
    return util::Result<void>{};
  });
  try_extensions(bytes, read.has_value());
  if (!read || !plain) return;
  if (!writer.finish() || ::lseek(file.get(), 0, SEEK_SET) != 0) std::abort();
  std::string after;
  const auto again = git::read_index(file.get(), "index", [&](const git::IndexEntry& entry) {
    after += key_of(entry);
    return util::Result<void>{};
  });
  if (!again || again->entries != read->entries || before != after) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_one(bytes);
  if (size >= git::kIndexIdBytes) try_one(sealed(bytes.substr(0, size - git::kIndexIdBytes)));
  return 0;
}
