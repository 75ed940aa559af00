// SPDX-License-Identifier: Apache-2.0
// libgit2 as a second oracle beside git: what our readers make of the repositories of
// tests/e2e/lib/shapes.py and of some odd ones, and what it makes of an index that we write.
#include <fcntl.h>
#include <git2.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>

#include "git/attributes.h"
#include "git/commit_object.h"
#include "git/index_reader.h"
#include "git/index_writer.h"
#include "git/object_store.h"
#include "git/packed_refs.h"
#include "git/ref_store.h"
#include "git/tag_object.h"
#include "git/tree_object.h"
#include "repository_fixture.h"
#include "util/fd.h"
#include "util/files.h"

#if defined(__SANITIZE_THREAD__)
// libgit2 takes two of its own locks in both orders.
extern "C" const char* __tsan_default_suppressions() { return "deadlock:libgit2.so\n"; }
#endif

namespace gitsync::git {
namespace {

constexpr std::size_t kLimit = std::size_t{64} << 20;

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* thing) const {
    kFree(thing);
  }
};
using Library = std::unique_ptr<git_repository, Free<git_repository_free>>;
using LibraryOdb = std::unique_ptr<git_odb, Free<git_odb_free>>;
using LibraryObject = std::unique_ptr<git_odb_object, Free<git_odb_object_free>>;
using LibraryTree = std::unique_ptr<git_tree, Free<git_tree_free>>;
using LibraryCommit = std::unique_ptr<git_commit, Free<git_commit_free>>;
using LibraryTag = std::unique_ptr<git_tag, Free<git_tag_free>>;
using LibraryIndex = std::unique_ptr<git_index, Free<git_index_free>>;
using LibraryRef = std::unique_ptr<git_reference, Free<git_reference_free>>;
using LibraryBlob = std::unique_ptr<git_blob, Free<git_blob_free>>;
using LibraryFilters = std::unique_ptr<git_filter_list, Free<git_filter_list_free>>;

// Calls `make(&out, words…)` of the library, which must succeed.
template <typename Owner, typename Make, typename... Words>
Owner own(Make make, Words... words) {
  typename Owner::pointer out = nullptr;
  const int status = make(&out, words...);
  const git_error* error = git_error_last();
  EXPECT_EQ(status, 0) << (error != nullptr ? error->message : "");
  return Owner(out);
}

git_oid theirs(const ObjectId& id) {
  git_oid oid;
  git_oid_fromraw(&oid, id.bytes.data());
  return oid;
}
ObjectId ours(const git_oid* oid) {
  return ObjectId::from_bytes({reinterpret_cast<const char*>(oid->id), ObjectId::kSize});
}

using ListedFile = std::tuple<std::string, std::uint32_t, ObjectId, std::uint32_t, int>;

class ReadersAndLibgit2 : public testing::Test, public RepositoryFixture {
 protected:
  ReadersAndLibgit2() {
    git_libgit2_init();
    // No configuration but that of the repository.
    for (const auto level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                             GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, dir.path().c_str());
    }
    library_ = own<Library>(git_repository_open, repo().c_str());
    odb_ = own<LibraryOdb>(git_repository_odb, library_.get());
  }
  ~ReadersAndLibgit2() override {
    odb_.reset();
    library_.reset();
    git_libgit2_shutdown();
  }
  ReadersAndLibgit2(const ReadersAndLibgit2&) = delete;
  ReadersAndLibgit2& operator=(const ReadersAndLibgit2&) = delete;

  ObjectStore open() {
    auto store = ObjectStore::open(objects());
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }

  // The commits of every shape, then of random histories, on main.
  std::vector<std::string> make_shapes() {
    sh("git -C repo commit -q --allow-empty -m start");
    const std::string script = "python3 " GITSYNC_SOURCE_DIR "/tests/e2e/lib/shapes.py ";
    std::string lines = sh(script + "shapes repo");
    take_last(lines);
    lines += sh(script + "random repo 1 10");
    take_last(lines);
    std::vector<std::string> commits;
    for (const auto& line : util::split(lines, '\n')) {
      if (const auto space = line.find(' '); space != std::string::npos) {
        commits.emplace_back(line.substr(space + 1));
      }
    }
    EXPECT_GT(commits.size(), 55U);
    return commits;
  }

  // All objects of the library, by its own list of them. Returns how many there are.
  std::size_t expect_the_same_objects(ObjectStore store) {
    git_odb_refresh(odb_.get());
    std::set<ObjectId> ids;
    git_odb_foreach(
        odb_.get(),
        [](const git_oid* oid, void* payload) {
          static_cast<std::set<ObjectId>*>(payload)->insert(ours(oid));
          return 0;
        },
        &ids);
    for (const auto& id : ids) expect_the_same_object(store, id);
    return ids.size();
  }

  void expect_the_same_object(ObjectStore& store, const ObjectId& id) {
    const git_oid oid = theirs(id);
    const auto wanted = own<LibraryObject>(git_odb_read, odb_.get(), &oid);
    const auto found = store.read(id, kLimit);
    ASSERT_TRUE(found) << found.error().message;
    const std::string_view bytes(static_cast<const char*>(git_odb_object_data(wanted.get())),
                                 git_odb_object_size(wanted.get()));
    EXPECT_EQ(found->bytes, bytes) << id.hex();
    EXPECT_EQ(static_cast<int>(found->type), static_cast<int>(git_odb_object_type(wanted.get())));
    switch (found->type) {
      case ObjectType::kCommit:
        return expect_the_same_commit(found->bytes, oid);
      case ObjectType::kTree:
        return expect_the_same_tree(found->bytes, oid);
      case ObjectType::kTag:
        return expect_the_same_tag(found->bytes, oid);
      case ObjectType::kBlob:
        return;
    }
  }

  void expect_the_same_commit(const std::string& bytes, const git_oid& oid) {
    const auto wanted = own<LibraryCommit>(git_commit_lookup, library_.get(), &oid);
    const auto found = parse_commit(bytes);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->tree, ours(git_commit_tree_id(wanted.get())));
    ASSERT_EQ(found->parents.size(), git_commit_parentcount(wanted.get()));
    for (unsigned i = 0; i < found->parents.size(); ++i) {
      EXPECT_EQ(found->parents[i], ours(git_commit_parent_id(wanted.get(), i)));
    }
    EXPECT_EQ(found->author, git_commit_author(wanted.get())->name);
    EXPECT_EQ(found->committer_time, git_commit_time(wanted.get()));
    EXPECT_EQ(found->subject, git_commit_summary(wanted.get()));
  }

  void expect_the_same_tree(const std::string& bytes, const git_oid& oid) {
    const auto wanted = own<LibraryTree>(git_tree_lookup, library_.get(), &oid);
    TreeReader reader(bytes);
    for (std::size_t i = 0; i < git_tree_entrycount(wanted.get()); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(wanted.get(), i);
      const auto found = reader.next();
      ASSERT_TRUE(found && *found) << git_tree_entry_name(entry);
      EXPECT_EQ((*found)->name, git_tree_entry_name(entry));
      EXPECT_EQ((*found)->id, ours(git_tree_entry_id(entry)));
      EXPECT_EQ(to_number((*found)->mode),
                static_cast<std::uint32_t>(git_tree_entry_filemode_raw(entry)));
    }
    const auto end = reader.next();
    EXPECT_TRUE(end && !*end);
  }

  void expect_the_same_tag(const std::string& bytes, const git_oid& oid) {
    const auto wanted = own<LibraryTag>(git_tag_lookup, library_.get(), &oid);
    const auto found = parse_tag(bytes);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->object, ours(git_tag_target_id(wanted.get())));
    EXPECT_EQ(static_cast<int>(found->type), static_cast<int>(git_tag_target_type(wanted.get())));
  }

  // Each ref by its name, and where it leads to in the end. Returns how many there are.
  std::size_t expect_the_same_refs() {
    const auto refs = RefStore::open(repo() + "/.git");
    EXPECT_TRUE(refs);
    git_strarray names{};
    EXPECT_EQ(git_reference_list(&names, library_.get()), 0);
    for (std::size_t i = 0; i < names.count; ++i) expect_the_same_ref(*refs, names.strings[i]);
    const std::size_t count = names.count;
    git_strarray_dispose(&names);
    return count;
  }
  void expect_the_same_ref(const RefStore& refs, const char* name) {
    const auto wanted = own<LibraryRef>(git_reference_lookup, library_.get(), name);
    const auto found = refs.read(name);
    ASSERT_TRUE(found) << name << ": " << found.error().message;
    if (git_reference_type(wanted.get()) == GIT_REFERENCE_SYMBOLIC) {
      EXPECT_EQ(found->target, git_reference_symbolic_target(wanted.get())) << name;
    } else {
      EXPECT_EQ(found->id, ours(git_reference_target(wanted.get()))) << name;
    }
    const git_oid* peeled = git_reference_target_peel(wanted.get());
    EXPECT_EQ(found->peeled.has_value(), peeled != nullptr) << name;
    if (found->peeled && peeled != nullptr) {
      EXPECT_EQ(*found->peeled, ours(peeled)) << name;
    }
    git_oid end;
    ASSERT_EQ(git_reference_name_to_id(&end, library_.get(), name), 0) << name;
    EXPECT_EQ(refs.resolve(name).value(), ours(&end)) << name;
  }

  static std::vector<ListedFile> listed_by_library(const std::string& path) {
    const auto index = own<LibraryIndex>(git_index_open, path.c_str());
    std::vector<ListedFile> files;
    for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
      const git_index_entry* entry = git_index_get_byindex(index.get(), i);
      files.emplace_back(entry->path, entry->mode, ours(&entry->id), entry->file_size,
                         git_index_entry_stage(entry));
    }
    return files;
  }
  static std::vector<ListedFile> listed_by_us(const std::string& path) {
    std::vector<ListedFile> files;
    const auto read = read_index(
        util::read_file(path).value(), [&](const IndexEntry& entry) -> util::Result<void> {
          const std::string_view id(reinterpret_cast<const char*>(entry.id.data()),
                                    entry.id.size());
          files.emplace_back(entry.path, entry.mode, ObjectId::from_bytes(id), entry.stat.size,
                             entry.stage);
          return {};
        });
    EXPECT_TRUE(read) << read.error().message;
    return files;
  }

  std::string index_path() const { return repo() + "/.git/index"; }

  // What the library would write into a working tree: the bytes of each file of the commit, if they
  // are others than those of its blob. Empty: none.
  std::string changed_at_checkout(const std::string& commit) {
    git("read-tree " + commit);
    sh("cd repo; find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +");
    git("-c core.autocrlf=false checkout-index -qaf");
    // A library that is opened anew remembers no attributes.
    const auto fresh = own<Library>(git_repository_open, repo().c_str());
    for (const auto& [path, mode, id, size, stage] : listed_by_library(index_path())) {
      if (mode == kIndexGitlink || mode == kIndexSymlink) continue;
      const git_oid oid = theirs(id);
      const auto blob = own<LibraryBlob>(git_blob_lookup, fresh.get(), &oid);
      LibraryFilters filters(nullptr);
      git_filter_list* list = nullptr;
      EXPECT_EQ(git_filter_list_load(&list, fresh.get(), blob.get(), path.c_str(),
                                     GIT_FILTER_TO_WORKTREE, GIT_FILTER_DEFAULT),
                0);
      filters.reset(list);
      git_buf bytes = GIT_BUF_INIT;
      EXPECT_EQ(git_filter_list_apply_to_blob(&bytes, filters.get(), blob.get()), 0);
      const std::string_view stored(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                                    git_blob_rawsize(blob.get()));
      const bool same = stored == std::string_view(bytes.ptr, bytes.size);
      git_buf_dispose(&bytes);
      if (!same) return path;
    }
    return "";
  }
  // The ids of a commit's files of attributes.
  std::vector<ObjectId> attributes_of(const std::string& commit) {
    std::vector<ObjectId> ids;
    const std::string lines = git("ls-tree -r " + commit + " | grep -a 'gitattributes$' || true");
    for (const auto& line : util::split(lines, '\n')) {
      if (!line.empty()) ids.push_back(ObjectId::from_hex(line.substr(12, 40)).value());
    }
    return ids;
  }

  Library library_;
  LibraryOdb odb_;

 private:
  void take_last(const std::string& lines) {
    git("update-ref refs/heads/main " +
        std::string(util::trim(lines.substr(lines.find_last_of(' ') + 1))));
  }
};

TEST_F(ReadersAndLibgit2, ReadTheSameObjectsTreesAndCommitsOfAllShapes) {
  make_shapes();
  EXPECT_GT(expect_the_same_objects(open()), 300U);
  git("repack -adq");
  EXPECT_GT(expect_the_same_objects(open()), 300U);
  git("repack -adfq --depth=50 --window=50");
  git("commit --allow-empty -q -m loose");
  EXPECT_GT(expect_the_same_objects(open()), 300U);
}

TEST_F(ReadersAndLibgit2, ReadTheSameOfDeltasOfBothKinds) {
  make_history(60, 12);
  git("repack -adfq --depth=50");
  EXPECT_GT(expect_the_same_objects(open()), 400U);
  sh("cd repo; git rev-list --objects --all | git pack-objects -q --no-reuse-delta out >/dev/null;"
     "rm -f .git/objects/pack/*; mv out-* .git/objects/pack/");
  EXPECT_GT(expect_the_same_objects(open()), 400U);
}

TEST_F(ReadersAndLibgit2, ReadTheSameOfMergesAndTags) {
  sh("cd repo; git commit -q --allow-empty -m one; git checkout -q -b side; "
     "git commit -q --allow-empty -m 'two lines\nof a subject\n\nand a body'; git checkout -q "
     "main; "
     "git commit -q --allow-empty --author='J\xc3\xb6rg M <j@example.com>' -m three; "
     "git merge -q --no-ff -m merge side; git tag -a -m t1 t1; git tag -a -m t2 t2 t1; "
     "git tag -a -m t3 t3 HEAD^{tree}; git tag light");
  EXPECT_GT(expect_the_same_objects(open()), 7U);
}

TEST_F(ReadersAndLibgit2, ReadTheSameLooseAndPackedRefs) {
  sh("cd repo; git commit -q --allow-empty -m one; git tag -a -m a annotated; "
     "git tag -a -m b nested annotated; git tag light; git branch a/b/c; git branch a/b-c; "
     "git symbolic-ref refs/heads/alias refs/heads/main");
  EXPECT_EQ(expect_the_same_refs(), 7U);
  git("pack-refs --all");
  EXPECT_EQ(expect_the_same_refs(), 7U);
  // One that stands in both, and one that was deleted.
  sh("cd repo; git commit -q --allow-empty -m two; git branch -f a/b-c; git branch -D a/b/c");
  EXPECT_EQ(expect_the_same_refs(), 6U);
}

TEST_F(ReadersAndLibgit2, ReadTheSameOfManyPackedRefs) {
  git("commit -q --allow-empty -m one");
  git("tag -a -m a t");
  const auto commit = id("main").hex();
  const auto tag = id("t").hex();
  std::string lines;
  for (int i = 0; i < 200; ++i) {
    lines += "create refs/heads/b" + std::to_string(i) + " " + commit + "\n";
    lines += "create refs/tags/a" + std::to_string(i) + " " + tag + "\n";
  }
  git("update-ref --stdin", lines);
  git("pack-refs --all");
  EXPECT_EQ(expect_the_same_refs(), 402U);
}

TEST_F(ReadersAndLibgit2, ReadTheSameIndexOfAllShapes) {
  for (const auto& commit : make_shapes()) {
    git("read-tree " + commit);
    for (const std::string version : {"2", "4"}) {
      git("update-index --index-version " + version);
      EXPECT_EQ(listed_by_us(index_path()), listed_by_library(index_path())) << commit;
    }
  }
}

TEST_F(ReadersAndLibgit2, ReadTheSameIndexInTheMiddleOfAMerge) {
  sh("cd repo; echo 1 >f; echo 1 >'g h'; git add .; git commit -q -m 1; git checkout -q -b side; "
     "echo 2 >f; git rm -q 'g h'; git commit -qam 2; git checkout -q main; echo 3 >f; "
     "echo 3 >'g h'; git commit -qam 3; git merge side >/dev/null || true");
  const auto files = listed_by_us(index_path());
  EXPECT_EQ(files.size(), 5U);
  EXPECT_EQ(files, listed_by_library(index_path()));
}

TEST_F(ReadersAndLibgit2, AnIndexThatWeWriteIsReadByTheLibraryAsItWasMeant) {
  for (const auto& commit : make_shapes()) {
    git("read-tree " + commit);
    const std::string path = dir / "index.ours";
    {
      const util::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
      IndexWriter writer(file.get(), path);
      const auto copied = read_index(util::read_file(index_path()).value(),
                                     [&](const IndexEntry& entry) { return writer.add(entry); });
      ASSERT_TRUE(copied) << copied.error().message;
      ASSERT_TRUE(writer.finish());
    }
    EXPECT_EQ(listed_by_library(path), listed_by_library(index_path())) << commit;
  }
}

// The library knows the end of lines and ident; neither encodings nor filters of the user.
TEST_F(ReadersAndLibgit2, WhatWeTakeForHarmlessAttributesChangesNoBytes) {
  std::size_t with_attributes = 0;
  std::size_t refused = 0;
  for (const auto& commit : make_shapes()) {
    const auto ids = attributes_of(commit);
    if (ids.empty()) continue;
    auto store = open();
    const bool harmless = std::ranges::all_of(ids, [&](const ObjectId& id) {
      return check_attributes(store.read(id, ObjectType::kBlob, kLimit).value(), "it").has_value();
    });
    const std::string changed = changed_at_checkout(commit);
    EXPECT_TRUE(changed.empty() || !harmless) << commit << " changes " << changed;
    ++with_attributes;
    refused += changed.empty() ? 0 : 1;
  }
  EXPECT_GE(with_attributes, 8U);
  EXPECT_GE(refused, 4U);  // else the library would have judged nothing
}

}  // namespace
}  // namespace gitsync::git
