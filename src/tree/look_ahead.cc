// SPDX-License-Identifier: Apache-2.0
#include "tree/look_ahead.h"

#include <fcntl.h>

#include <utility>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "util/open_beneath.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr std::size_t kFilesAhead = 512;
constexpr std::size_t kFilesInBatch = 16;

}  // namespace

std::optional<LookAhead> LookAhead::into(const OldTree& tree, WritePool& pool) {
  if (!pool.is_wide()) return std::nullopt;
  util::Fd top(::fcntl(tree.top.fd(), F_DUPFD_CLOEXEC, 0));
  auto records = tree.manifest.again();
  if (!top || !records) return std::nullopt;
  return LookAhead(std::move(top), std::move(*records), pool);
}

LookAhead::LookAhead(util::Fd top, ManifestReader records, WritePool& pool)
    : top_(std::make_shared<const util::Fd>(std::move(top))),
      records_(std::move(records)),
      pool_(&pool) {}

Result<void> LookAhead::go_to(std::string_view path) {
  while (!ahead_.empty() && ahead_.front().path <= path) {
    files_ahead_ -= ahead_.front().files;
    ahead_.pop_front();
  }
  while (files_ahead_ < kFilesAhead && !ended_) GS_TRY_VOID(hand_out());
  return {};
}

// The build meets a manifest that cannot be read by itself: what was found before is enough here.
LookAhead::Batch LookAhead::take_batch() {
  Batch batch;
  while (!ended_) {
    const Record* record = records_.peek();
    if (!record->is_directory) {
      if (batch.names.empty()) batch.folder = folder_of(record->path);
      const bool is_full = batch.names.size() == kFilesInBatch;
      if (is_full || batch.folder != folder_of(record->path)) break;
      if (batch.names.empty()) ahead_.push_back({.path = record->path});
      batch.names.emplace_back(util::base_name(record->path));
    }
    ended_ = !records_.next() || records_.peek() == nullptr;
  }
  return batch;
}

Result<void> LookAhead::hand_out() {
  Batch batch = take_batch();
  if (batch.names.empty()) return {};
  ahead_.back().files = batch.names.size();
  files_ahead_ += batch.names.size();
  // Looks in one folder do not wait for each other.
  return pool_->add(
      {.folder = ++batches_}, [top = top_, batch = std::move(batch)]() -> Result<void> {
        const auto folder = util::open_beneath(
            top->get(), batch.folder.empty() ? "." : batch.folder, printable_path(batch.folder));
        if (!folder) return {};
        for (const auto& name : batch.names) {
          [[maybe_unused]] const auto seen = stat_entry(folder->get(), name);
        }
        return {};
      });
}

}  // namespace gitsync::tree
