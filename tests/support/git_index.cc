// SPDX-License-Identifier: Apache-2.0
#include "support/git_index.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>

#include "git/index_writer.h"
#include "git/lock_file.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

// Fed with the lines of `git ls-tree -r -t -z`: mode, type, id, tab, path.
class Walk {
 public:
  Walk(const std::string& repo, git::IndexWriter& writer) : repo_(repo), writer_(writer) {}

  void visit(const std::string& line) {
    const auto tab = line.find('\t');
    const auto words = util::split(line.substr(0, tab), ' ');
    const std::string path = line.substr(tab + 1);
    while (!open_.empty() && !path.starts_with(open_.back())) leave();
    const auto id = index_id(words.at(2));
    if (words.at(1) == "tree") {
      writer_.enter_tree(path.substr(open_.empty() ? 0 : open_.back().size()), id);
      open_.push_back(path + "/");
      return;
    }
    struct stat info{};
    const bool is_gitlink = words[1] == "commit";
    if (!is_gitlink) {
      EXPECT_EQ(::lstat((repo_ + "/" + path).c_str(), &info), 0) << path;
    }
    const auto added =
        writer_.add({.path = path,
                     .mode = static_cast<std::uint32_t>(std::stoul(words[0], nullptr, 8)),
                     .id = id,
                     .stat = git::IndexStat::of(info)});
    EXPECT_TRUE(added) << added.error().message;
  }
  void leave_all() {
    while (!open_.empty()) leave();
  }

 private:
  void leave() {
    writer_.leave_tree();
    open_.pop_back();
  }

  const std::string& repo_;
  git::IndexWriter& writer_;
  std::vector<std::string> open_;  // the trees, with their slash
};

}  // namespace

IndexId index_id(std::string_view hex) {
  IndexId id{};
  for (std::size_t i = 0; i < id.size(); ++i) {
    id[i] =
        static_cast<std::byte>(util::hex_value(hex[2 * i]) << 4 | util::hex_value(hex[2 * i + 1]));
  }
  return id;
}

std::string whole_output(const GitFixture& fixture, const std::string& repo,
                         const std::vector<std::string>& args, const std::string& input) {
  const auto output =
      fixture.cli.ask(args, repo, fixture.limit(),
                      {.standard_input = input, .output_limit = std::size_t{64} << 20});
  EXPECT_TRUE(output && output->ok()) << args.front() << ": " << output->err;
  return output->out;
}

void write_index_of_head(const GitFixture& fixture, const std::string& repo,
                         std::optional<timespec> as_of) {
  const auto folder = util::Folder::open(repo + "/.git");
  auto lock = git::LockFile::take(*folder, "index", git::Patience::kNone);
  ASSERT_TRUE(lock) << lock.error().message;
  git::IndexWriter writer(lock->file(), lock->shown());
  writer.enter_tree("", index_id(fixture.git(repo, {"rev-parse", "HEAD^{tree}"})));
  Walk walk(repo, writer);
  for (const auto& line :
       util::split(whole_output(fixture, repo, {"ls-tree", "-r", "-t", "-z", "HEAD"}), '\0')) {
    if (!line.empty()) walk.visit(line);
  }
  walk.leave_all();
  writer.leave_tree();
  ASSERT_TRUE(writer.finish(as_of));
  ASSERT_TRUE(lock->commit(util::Durability::kCached));
}

std::string shown_entry(const git::IndexEntry& entry) {
  std::array<char, 16> mode{};
  std::snprintf(mode.data(), mode.size(), "%06o ", entry.mode);
  const std::string_view id(reinterpret_cast<const char*>(entry.id.data()), entry.id.size());
  std::string text = mode.data() + util::to_hex(id) + " " + std::to_string(entry.stage) + "\t";
  text += entry.path;
  if (entry.assume_valid) text += "|assume-valid";
  if (entry.skip_worktree) text += "|skip-worktree";
  if (entry.intent_to_add) text += "|intent-to-add";
  return text;
}

util::Result<ReadIndex> read_index(std::string_view bytes) {
  ReadIndex read;
  GS_TRY(read.info, git::read_index(bytes, [&](const git::IndexEntry& entry) {
           read.shown += shown_entry(entry) + '\0';
           return util::Result<void>{};
         }));
  return read;
}

}  // namespace gitsync::test
