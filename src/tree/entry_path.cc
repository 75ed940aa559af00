// SPDX-License-Identifier: Apache-2.0
#include "tree/entry_path.h"

#include <algorithm>

#include "util/text.h"

namespace gitsync::tree {
namespace {

const char* fault_of(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > kMostPathBytes) return "is too long";
  if (path.contains('\0')) return "has a NUL in it";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto name = path.substr(begin, end - begin);
    if (name.empty()) return "has an empty part";
    if (name == "." || name == "..") return "has a part that is no name";
    if (name.size() > kMostNameBytes) return "has a name that is too long";
    begin = end + 1;
  }
  return nullptr;
}

}  // namespace

util::Result<void> check_entry_path(std::string_view path) {
  const char* fault = fault_of(path);
  if (fault == nullptr) return {};
  return util::fail(util::ErrorKind::kProtocol, "path " + printable_path(path) + " " + fault);
}

util::Result<void> check_first_name(std::string_view path, const std::vector<std::string>& names) {
  if (std::ranges::count(names, path.substr(0, path.find('/'))) == 0) return {};
  return util::fail(util::ErrorKind::kProtocol,
                    "path " + printable_path(path) + " has a name that is ours");
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return true;
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string printable_path(std::string_view path) {
  constexpr std::size_t kEnds = 200;
  if (path.size() > 2 * kEnds) {
    return printable_path(path.substr(0, kEnds)) + "..." +
           printable_path(path.substr(path.size() - kEnds));
  }
  std::string shown = "\"";
  for (const char byte : path) {
    const auto value = static_cast<unsigned char>(byte);
    const bool plain = value >= 0x20 && value != 0x7f && byte != '"' && byte != '\\';
    if (plain) shown += byte;
    if (!plain) shown += "\\x" + util::to_hex({&byte, 1});
  }
  return shown + "\"";
}

}  // namespace gitsync::tree
