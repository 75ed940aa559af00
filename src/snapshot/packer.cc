// SPDX-License-Identifier: Apache-2.0
#include "snapshot/packer.h"

#include <utility>
#include <vector>

#include "snapshot/step_list.h"
#include "snapshot/tree_digest.h"
#include "util/descriptor_io.h"
#include "util/sha256.h"
#include "util/unnamed_file.h"

namespace gitsync::snapshot {

using archive::Kind;
using tree::FileKind;
using util::Result;

namespace {

Kind kind_of(FileKind kind) {
  switch (kind) {
    case FileKind::kExecutable:
      return Kind::kExecutable;
    case FileKind::kSymlink:
      return Kind::kSymlink;
    case FileKind::kFolder:
      return Kind::kFolder;
    default:
      return Kind::kRegular;
  }
}

// An archive on its way into a file without a name.
class Packing {
 public:
  static Result<Packing> start(const PackOptions& options) {
    GS_TRY(auto file, util::open_unnamed(options.folder));
    const auto write = [fd = file.get()](std::string_view bytes) {
      return util::write_all(fd, bytes, "the archive");
    };
    GS_TRY(auto writer, archive::Writer::create(write, options.time));
    return Packing(std::move(file), std::move(writer));
  }

  // Adds a file under another name.
  Result<void> add(const TreeFiles& files, const TreeFile& file, const std::string& name,
                   const util::Limit& limit) {
    archive::Member member{.path = name, .kind = kind_of(file.entry.kind)};
    if (member.kind == Kind::kFolder) {
      digest_.add(file.path, file.entry.kind, "");
      return writer_.add(member);
    }
    if (member.kind == Kind::kSymlink) return add_symlink(files, file, std::move(member), limit);
    const auto head = [&](std::uint64_t size) {
      member.size = size;
      bytes_ += size;
      return writer_.add(member);
    };
    const auto body = [&](std::string_view bytes) {
      hash_.update(bytes);
      return writer_.write(bytes);
    };
    GS_TRY_VOID(files.read(file, head, body, limit));
    digest_.add(file.path, file.entry.kind, hash_.finish());
    return {};
  }

  Result<void> add_text(std::string_view name, std::string_view text) {
    GS_TRY_VOID(writer_.add({.path = std::string(name), .size = text.size()}));
    return writer_.write(text);
  }

  Result<Packed> finish() && {
    GS_TRY(auto written, writer_.finish());
    return Packed{.file = std::move(file_),
                  .written = std::move(written),
                  .tree_sha256 = digest_.finish(),
                  .files = digest_.files(),
                  .bytes = bytes_};
  }

 private:
  Packing(util::Fd file, archive::Writer writer)
      : file_(std::move(file)), writer_(std::move(writer)) {}

  Result<void> add_symlink(const TreeFiles& files, const TreeFile& file, archive::Member member,
                           const util::Limit& limit) {
    const auto body = [&](std::string_view bytes) -> Result<void> {
      member.target += bytes;
      return {};
    };
    GS_TRY_VOID(files.read(file, [](std::uint64_t) { return Result<void>{}; }, body, limit));
    digest_.add(file.path, file.entry.kind, util::sha256(member.target));
    return writer_.add(member);
  }

  util::Fd file_;
  archive::Writer writer_;
  TreeDigest digest_;
  util::Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<Packed> pack_tree(const TreeFiles& files, const PackOptions& options,
                         const util::Limit& limit) {
  GS_TRY(auto packing, Packing::start(options));
  const auto add = [&](const TreeFile& file) { return packing.add(files, file, file.path, limit); };
  GS_TRY_VOID(files.for_each(add, limit));
  return std::move(packing).finish();
}

Result<std::optional<Packed>> pack_step(const TreeFiles& files, tree::ManifestReader old,
                                        const PackOptions& options, const util::Limit& limit) {
  if (!files.has_manifest()) return std::nullopt;
  GS_TRY(const auto list, list_step(files, std::move(old), limit));
  if (list.bytes > list.bytes_of_all / 2) return std::nullopt;
  GS_TRY(auto packing, Packing::start(options));
  for (const auto& file : list.came) {
    const std::string name = std::string(kStepFiles) + file.path;
    GS_TRY_VOID(packing.add(files, file, name, limit));
  }
  GS_TRY_VOID(packing.add_text(kStepRemoved, list.went));
  GS_TRY(auto packed, std::move(packing).finish());
  return packed;
}

}  // namespace gitsync::snapshot
