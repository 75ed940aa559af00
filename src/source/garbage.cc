// SPDX-License-Identifier: Apache-2.0
#include "source/garbage.h"

#include <string>
#include <utility>

#include "source/store_note.h"
#include "util/folder.h"
#include "util/number.h"
#include "util/text.h"

namespace gitsync::source {

namespace {

// Where the estimate outlives the process.
constexpr std::string_view kNote = "garbage";

std::optional<std::uint64_t> parse(std::string_view text) {
  const auto number = util::read_decimal(util::trim(text));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

Garbage::Garbage(tree::Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

void Garbage::note(std::uint64_t dead, std::uint64_t live) {
  if (!dead_) dead_ = parse(read_note(layout_, kNote).value_or(""));
  live_ = live;
  if (dead_) {
    *dead_ += dead;
    save();
  }
}

bool Garbage::is_worth_it() const {
  constexpr std::uint64_t kLittle = std::uint64_t{512} << 10;
  if (!dead_) return true;
  return (*dead_ > kLittle && *dead_ > live_ / 4) || has_many_packs();
}

bool Garbage::has_many_packs() const {
  constexpr int kMany = 20;
  const auto folder = util::Folder::open(layout_.store() + "/objects/pack");
  int packs = 0;
  if (folder) {
    [[maybe_unused]] const auto listed = folder->for_each_entry([&](std::string_view name) {
      if (name.ends_with(".pack")) ++packs;
      return util::Walk::kGoOn;
    });
  }
  return packs > kMany;
}

void Garbage::forget() {
  dead_.reset();
  forget_note(layout_, kNote);
}

void Garbage::collected() {
  dead_ = 0;
  save();
}

void Garbage::save() const {
  if (!dead_) return;
  const auto written = write_note(layout_, kNote, std::to_string(*dead_) + "\n");
  if (!written) log_.info(1, "cannot note how much garbage there is", {});
}

}  // namespace gitsync::source
