// SPDX-License-Identifier: Apache-2.0
#include "archive/header_blocks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "util/quote.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kTypeAt = 156;

// Files ('7' is a contiguous one, NUL an old one), links, devices, folders, and GNU's sparse files.
constexpr std::string_view kMembers("01234567S\0", 10);
// Headers before a member's: pax, for one and for all that follow; Solaris's pax; GNU's long names.
constexpr std::string_view kSpecial = "xgXLK";

std::unexpected<util::Error> fault(std::string what) {
  return util::fail(ErrorKind::kProtocol, std::move(what));
}

// The octal number of a special header's size, which is never so large as to need another form.
std::optional<std::uint64_t> size_of(std::string_view block) {
  auto field = block.substr(kSizeAt, kSizeBytes);
  field.remove_prefix(std::min(field.find_first_not_of(" 0"), field.size()));
  std::uint64_t size = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), size, 8);
  const bool empty = field.empty() || field[0] == '\0' || field[0] == ' ';
  if (empty) return 0;
  return read.ec == std::errc() ? std::optional(size) : std::nullopt;
}

bool is_name(std::string_view keyword) {
  constexpr std::array<std::string_view, 3> kNames = {"path", "linkpath", "GNU.sparse.name"};
  return std::ranges::find(kNames, keyword) != kNames.end();
}

// One record, "LENGTH KEYWORD=VALUE\n", is taken off `records`.
Result<void> check_record(std::string_view& records) {
  std::size_t length = 0;
  const auto read = std::from_chars(records.data(), records.data() + records.size(), length);
  const auto digits = static_cast<std::size_t>(read.ptr - records.data());
  if (read.ec != std::errc() || length < digits + 3 || length > records.size() ||
      records[digits] != ' ' || records[length - 1] != '\n') {
    return fault("a pax header of the archive is malformed");
  }
  const auto record = records.substr(digits + 1, length - digits - 2);
  records.remove_prefix(length);
  const auto equals = record.find('=');
  if (equals == std::string_view::npos) return fault("a pax record of the archive has no value");
  const auto value = record.substr(equals + 1);
  if (is_name(record.substr(0, equals)) && value.contains('\0')) {
    return fault("a name of the archive has a NUL in it: " + util::quoted(value.substr(0, 200)));
  }
  return {};
}

Result<void> check_special(char type, std::string_view body) {
  if (type == 'L' || type == 'K') {
    const auto name = body.substr(0, body.find('\0'));
    if (body.find_first_not_of('\0', name.size()) == std::string_view::npos) return {};
    return fault("a name of the archive has a NUL in it: " + util::quoted(body.substr(0, 200)));
  }
  while (!body.empty()) GS_TRY_VOID(check_record(body));
  return {};
}

}  // namespace

Result<char> check_header_blocks(std::string_view blocks) {
  while (blocks.size() >= kBlock) {
    const char type = blocks[kTypeAt];
    if (!kSpecial.contains(type)) {
      if (kMembers.contains(type)) return type;
      return fault("a member of the archive is of a type that is not read: " +
                   util::quoted({&type, 1}));
    }
    const auto size = size_of(blocks);
    blocks.remove_prefix(kBlock);
    if (!size || *size > blocks.size()) break;
    GS_TRY_VOID(check_special(type, blocks.substr(0, *size)));
    blocks.remove_prefix(std::min(blocks.size(), (*size + kBlock - 1) / kBlock * kBlock));
  }
  return fault("the headers of a member of the archive are damaged");
}

}  // namespace gitsync::archive
