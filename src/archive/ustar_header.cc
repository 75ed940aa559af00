// SPDX-License-Identifier: Apache-2.0
#include "archive/ustar_header.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "util/utf8.h"

namespace gitsync::archive {
namespace {

// A field of the header: where it is and how long.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kTypeAt = 156;
constexpr Field kTarget{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};

// 11 octal digits.
constexpr std::int64_t kMostInField = (std::int64_t{1} << 33) - 1;

void put(std::string& block, Field field, std::string_view text) {
  text = text.substr(0, field.size);
  block.replace(field.at, text.size(), text);
}

// Octal digits with leading zeros, then a NUL.
void put_number(std::string& block, Field field, std::uint64_t number) {
  for (std::size_t i = field.size - 1; i-- > 0; number /= 8) {
    block[field.at + i] = static_cast<char>('0' + number % 8);
  }
}

// The sum of all bytes, its own field counted as blanks: six digits, a NUL, a blank.
void put_checksum(std::string& block) {
  put(block, kChecksum, "        ");
  std::uint64_t sum = 0;
  for (const char byte : block) sum += static_cast<unsigned char>(byte);
  put_number(block, {kChecksum.at, kChecksum.size - 1}, sum);
  block[kChecksum.at + 6] = '\0';
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = util::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Prefix and name of a path; nothing if it fits only a pax record.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view path) {
  if (path.size() <= kName.size) return std::pair(std::string_view(), path);
  // The first '/' that leaves few enough for the name, and that is not the last byte.
  const auto slash = path.find('/', path.size() - kName.size - 1);
  if (slash == std::string_view::npos || slash == 0 || slash > kPrefix.size ||
      slash + 1 == path.size()) {
    return std::nullopt;
  }
  return std::pair(path.substr(0, slash), path.substr(slash + 1));
}

// "LENGTH KEYWORD=VALUE\n": the length counts itself.
void add_record(std::string& records, std::string_view keyword, std::string_view value) {
  const auto rest = keyword.size() + value.size() + 3;
  auto length = rest + 1;
  while (rest + std::to_string(length).size() != length) ++length;
  records += std::to_string(length) + " " + std::string(keyword) + "=" + std::string(value) + "\n";
}

std::string pax_records(const Member& member, const std::string& path, std::int64_t time) {
  const bool long_path = !split(path);
  const bool long_target = member.target.size() > kTarget.size;
  std::string records;
  // Values are UTF-8 unless this says that they are bytes.
  if ((long_path && !is_utf8(path)) || (long_target && !is_utf8(member.target))) {
    add_record(records, "hdrcharset", "BINARY");
  }
  if (long_path) add_record(records, "path", path);
  if (long_target) add_record(records, "linkpath", member.target);
  if (std::cmp_greater(member.size, kMostInField)) {
    add_record(records, "size", std::to_string(member.size));
  }
  if (time < 0 || time > kMostInField) add_record(records, "mtime", std::to_string(time));
  return records;
}

struct Block {
  std::string_view prefix, name, target;
  char type = '0';
  std::uint64_t mode = 0644;
  std::uint64_t size = 0;
  std::int64_t time = 0;
};

std::string encode(const Block& fields) {
  std::string block(kTarBlock, '\0');
  put(block, kPrefix, fields.prefix);
  put(block, kName, fields.name);
  put(block, kTarget, fields.target);
  put_number(block, kMode, fields.mode);
  put_number(block, kUid, 0);
  put_number(block, kGid, 0);
  put_number(block, kSize, std::cmp_greater(fields.size, kMostInField) ? 0 : fields.size);
  put_number(block, kTime,
             static_cast<std::uint64_t>(std::clamp<std::int64_t>(fields.time, 0, kMostInField)));
  block[kTypeAt] = fields.type;
  put(block, kMagic, std::string_view("ustar\00000", kMagic.size));
  put_checksum(block);
  return block;
}

std::pair<char, std::uint64_t> type_and_mode(Kind kind) {
  switch (kind) {
    case Kind::kSymlink:
      return {'2', 0777};
    case Kind::kFolder:
      return {'5', 0755};
    case Kind::kExecutable:
      return {'0', 0755};
    default:
      return {'0', 0644};
  }
}

}  // namespace

std::string ustar_header(const Member& member, std::chrono::sys_seconds time) {
  const auto path = member.kind == Kind::kFolder ? member.path + "/" : member.path;
  const auto seconds = time.time_since_epoch().count();
  std::string header;
  if (const auto records = pax_records(member, path, seconds); !records.empty()) {
    header = encode({.name = "PaxHeader", .type = 'x', .size = records.size(), .time = seconds});
    header += records + std::string(tar_padding(records.size()), '\0');
  }
  const auto [type, mode] = type_and_mode(member.kind);
  const auto parts = split(path).value_or(std::pair(std::string_view(), std::string_view(path)));
  return header + encode({.prefix = parts.first,
                          .name = parts.second,
                          .target = member.target,
                          .type = type,
                          .mode = mode,
                          .size = member.size,
                          .time = seconds});
}

}  // namespace gitsync::archive
