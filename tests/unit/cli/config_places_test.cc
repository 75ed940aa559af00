// SPDX-License-Identifier: Apache-2.0
#include "cli/config_places.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

bool is_not_understood(const auto& result) {
  return !result && result.error().cause == util::Cause::kNotUnderstood;
}

// As `git config --list -z` prints it.
std::string as_listed(const std::vector<git::ConfigEntry>& entries) {
  std::string text;
  for (const auto& [key, value] : entries) text += key + (value ? "\n" + *value : "") + '\0';
  return text;
}

// Files and variables of one test. Paths begin in a temporary directory.
class ConfigPlaces : public testing::Test {
 protected:
  ConfigPlaces() : home(fixture.dir / "home") {
    EXPECT_TRUE(util::make_directories(home));
    set("PATH", util::Environment::from(environ).get_or("PATH", "/usr/bin:/bin"));
    set("HOME", home);
    set("GIT_CONFIG_SYSTEM", home + "/system");
  }

  void set(const std::string& name, const std::string& value) { environment.set(name, value); }
  void file(const std::string& name, const std::string& text) {
    const std::string path = name.starts_with('/') ? name : home + "/" + name;
    EXPECT_TRUE(util::make_directories(path.substr(0, path.rfind('/'))));
    EXPECT_TRUE(util::write_file(path, text));
  }
  // Settings of the highest rank.
  void command(const ConfigPairs& pairs) { add_to_command_scope(environment, pairs); }

  // Nothing if git fails.
  std::optional<std::string> git_says(const std::string& directory) {
    const Git git({.environment = environment}, fixture.runner, fixture.logger());
    const auto answer = git.ask({"config", "--list", "-z"}, directory, fixture.limit());
    EXPECT_TRUE(answer);
    if (!answer || !answer->ok()) return std::nullopt;
    return answer->out;
  }
  // Git's lines are asked for in `directory`, whose repository, if it is in one, is `git_dir`.
  util::Result<std::string> we_say(const std::string& common_dir, const std::string& git_dir) {
    GS_TRY(auto places, config_places(environment, std::nullopt));
    places.common_dir = common_dir;
    places.git_dir = git_dir;
    GS_TRY(const auto entries, git::effective_config(places));
    return as_listed(entries);
  }
  void expect_same(const std::string& what) {
    const auto theirs = git_says("/");
    const auto ours = we_say("", "");
    ASSERT_TRUE(theirs) << what;
    ASSERT_TRUE(ours) << what << ": " << ours.error().message;
    EXPECT_EQ(*ours, *theirs) << what;
  }
  void expect_refused_by_both(const std::string& what) {
    EXPECT_FALSE(git_says("/")) << what;
    EXPECT_TRUE(is_not_understood(we_say("", ""))) << what;
  }

  test::GitFixture fixture;
  const std::string home;
  util::Environment environment;
};

TEST_F(ConfigPlaces, AreGitsOwnOutsideARepository) {
  expect_same("nothing");
  file("system", "[a]\nx = system\n");
  file(".gitconfig", "[A \"B.c\"]\nX = home\n[a]\nalone\n");
  file(".config/git/config", "[a]\nx = config\n");
  expect_same("all files");
  file("xdg/git/config", "[a]\nx = xdg\n");
  set("XDG_CONFIG_HOME", home + "/xdg");
  expect_same("XDG_CONFIG_HOME");
  set("XDG_CONFIG_HOME", "");
  expect_same("empty XDG_CONFIG_HOME");
  command({{"Core.X.Bare", "1"}, {"a.y", "line\nbreak"}, {"a..z", ""}});
  expect_same("command scope");
  set("GIT_CONFIG_GLOBAL", home + "/global");
  expect_same("GIT_CONFIG_GLOBAL that is missing");
  file("global", "[a]\nx = global\n");
  expect_same("GIT_CONFIG_GLOBAL");
  set("GIT_CONFIG_GLOBAL", "");
  expect_same("empty GIT_CONFIG_GLOBAL");
  environment.unset("GIT_CONFIG_GLOBAL");
  environment.unset("HOME");
  expect_same("no HOME");
  set("GIT_CONFIG_SYSTEM", "");
  expect_same("empty GIT_CONFIG_SYSTEM");
  environment.unset("GIT_CONFIG_SYSTEM");
  expect_same("the system's own file");
  set("GIT_CONFIG_PARAMETERS", "");
  expect_same("empty GIT_CONFIG_PARAMETERS");
}

TEST_F(ConfigPlaces, TakeTheSystemsFileAsGitDoes) {
  file("system", "[a]\nx = system\n");
  for (const std::string truth : {"true", "1", "YES", "on", "0", "false", "No", "off", ""}) {
    set("GIT_CONFIG_NOSYSTEM", truth);
    expect_same(truth);
  }
  set("GIT_CONFIG_NOSYSTEM", "perhaps");
  expect_refused_by_both("perhaps");
}

TEST_F(ConfigPlaces, FollowIncludesAsGitDoes) {
  set("GIT_CONFIG_GLOBAL", home + "/global");
  file("other", "[z]\nin = other\n");
  file("elsewhere/linked", "[include]\npath = other\n[z]\nin = linked\n");
  file("elsewhere/other", "[z]\nin = elsewhere\n");
  ASSERT_EQ(::symlink("elsewhere/linked", (home + "/link").c_str()), 0);
  for (const std::string path : {"other", "/nowhere/at/all", "missing", "other/below-a-file",
                                 "~/other", "elsewhere/linked", "link", "./other", "el se"}) {
    file("global", "[include]\n\tpath = \"" + path + "\"\n[z]\nend\n");
    expect_same(path);
  }
  file("global", "[include]\npath = " + home + "/other\n[Include \"x\"]\npath = other\n");
  expect_same("absolute");
  command({{"include.path", home + "/other"}});
  expect_same("absolute, by a variable");
}

TEST_F(ConfigPlaces, FollowIncludesToGitsDepth) {
  set("GIT_CONFIG_GLOBAL", home + "/0");
  for (int i = 0; i < 12; ++i) {
    file(std::to_string(i), "[include]\npath = " + std::to_string(i + 1) + "\n[n]\nn = x\n");
  }
  file("10", "[z]\nlast\n");
  expect_same("ten");
  file("10", "[include]\npath = 11\n");
  file("11", "[z]\nlast\n");
  expect_refused_by_both("eleven");
  file("0", "[include]\npath = 0\n");
  expect_refused_by_both("a circle");
}

TEST_F(ConfigPlaces, RefuseWhatGitRefuses) {
  set("GIT_CONFIG_GLOBAL", home + "/global");
  for (const std::string text : {"[a\n", "[include]\npath\n", "[include]\npath = .\n",
                                 "[include]\npath =\n", "[include]\npath = ~\n"}) {
    file("global", text);
    expect_refused_by_both(text);
  }
  file("global", "");
  for (const std::string key : {"nodot", "a.1b", "a_b.c", ".c", "a.", "a.x\ny.c", "a.-b"}) {
    environment.unset("GIT_CONFIG_COUNT");
    command({{key, "v"}});
    expect_refused_by_both(key);
  }
  environment.unset("GIT_CONFIG_COUNT");
  command({{"include.path", "relative"}});
  expect_refused_by_both("relative, but to what");
  for (const std::string count : {"2", "-1", "1x"}) {
    set("GIT_CONFIG_COUNT", count);
    expect_refused_by_both(count);
  }
}

TEST_F(ConfigPlaces, LeaveToGitWhatOnlyGitKnows) {
  set("GIT_CONFIG_GLOBAL", home + "/global");
  for (const std::string text :
       {"x = y\n", "[includeIf \"gitdir:/\"]\npath = x\n", "[include]\npath = ~root/x\n",
        "[include]\npath = %(prefix)/x\n"}) {
    file("global", text);
    EXPECT_TRUE(git_says("/")) << text;
    EXPECT_TRUE(is_not_understood(we_say("", ""))) << text;
  }
  // Two files that include each other a thousand times, to a depth of ten.
  std::string often = "[include]\n";
  for (int i = 0; i < 1000; ++i) often += "path = other\n";
  file("global", often);
  file("other", "[include]\npath = global\n");
  EXPECT_TRUE(is_not_understood(we_say("", "")));
  file("global", std::string(std::size_t{2} << 20, '\n'));
  EXPECT_TRUE(is_not_understood(we_say("", "")));
  file("global", "");
  set("GIT_CONFIG_PARAMETERS", "'a.b'='c'");
  EXPECT_TRUE(is_not_understood(we_say("", "")));
  environment.unset("GIT_CONFIG_PARAMETERS");
  set("GIT_CONFIG_GLOBAL", "relative");
  EXPECT_TRUE(is_not_understood(we_say("", "")));
}

TEST_F(ConfigPlaces, AreGitsOwnInARepository) {
  file("system", "[a]\nx = system\n");
  const std::string repo = fixture.make_repo("repo");
  const std::string common = repo + "/.git";
  const std::string tree = fixture.dir / "tree";
  fixture.commit(repo, "f", "f");
  fixture.git(repo, {"worktree", "add", "-q", tree});
  const std::string own = common + "/worktrees/tree";
  file(common + "/config.worktree", "[w]\nw = main\n");
  file(common + "/included", "[i]\ni\n[extensions]\nworktreeConfig = true\n");
  command({{"a.x", "command"}});
  const std::string core = "[core]\nrepositoryformatversion = ";
  const auto same = [&](const std::string& text) {
    file(common + "/config", text);
    EXPECT_EQ(we_say(common, common).value_or("refused"), git_says(repo)) << text;
    EXPECT_EQ(we_say(common, own).value_or("refused"), git_says(tree)) << text;
  };
  for (const bool has_file : {false, true}) {
    if (has_file) file(own + "/config.worktree", "[w]\nw = tree\n");
    same(core + "0\n");
    for (const std::string version : {"0", "1"}) {
      same(core + version + "\n[extensions]\nworktreeConfig = true\n");
      same(core + version + "\n[extensions]\nworktreeConfig\n");
      same(core + version + "\n[extensions]\nworktreeConfig = true\nworktreeConfig = false\n");
    }
    same(core + "0\n[include]\npath = included\n");
    same(core + "0\n[extensions]\nworktreeConfig = no\n[include]\npath = included\n");
  }
}

TEST_F(ConfigPlaces, TakeOurOwnSettingsForTheFiles) {
  file("system", "[a]\nx = system\n");
  file(".gitconfig", "[a]\nx = home\n");
  file("trust", "[safe]\ndirectory = /data\n");
  command({{"a.x", "command"}});
  const auto places =
      config_places(environment, ConfigPairs{{"Gc.Auto", "0"}, {"include.path", home + "/trust"}});
  ASSERT_TRUE(places);
  const auto entries = git::effective_config(*places);
  ASSERT_TRUE(entries);
  EXPECT_EQ(as_listed(*entries), as_listed({{"gc.auto", "0"},
                                            {"include.path", home + "/trust"},
                                            {"safe.directory", "/data"},
                                            {"a.x", "command"}}));
  EXPECT_EQ(config_pairs({{"a.b", std::nullopt}, {"a.c", ""}}),
            (ConfigPairs{{"a.b", "true"}, {"a.c", ""}}));
}

}  // namespace
}  // namespace gitsync::cli
