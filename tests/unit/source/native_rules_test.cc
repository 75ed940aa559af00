// SPDX-License-Identifier: Apache-2.0
#include "source/native_rules.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using Entries = std::vector<git::ConfigEntry>;
using Step = NativeStep;

constexpr const char* kOwnHelper = "cache --socket /ours";
constexpr std::array kSteps{Step::kResolveByHttp, Step::kResolveBySsh, Step::kResolveLocally,
                            Step::kBuild};
const std::string kHttp = "h";
const std::string kSsh = "s";
const std::string kLocal = "l";
const std::string kBuild = "b";
const std::string kResolve = "hsl";
const std::string kAll = "hslb";

// What we set ourselves, and a repository as git makes it.
Entries usual() {
  return {{"gc.autodetach", "false"},
          {"gc.pruneexpire", "now"},
          {"credential.helper", kOwnHelper},
          {"core.askpass", "true"},
          {"core.repositoryformatversion", "0"},
          {"core.filemode", "true"},
          {"core.bare", "false"},
          {"core.logallrefupdates", "true"},
          {"remote.origin.url", "https://h.example/r"},
          {"remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"}};
}

// The steps, by letter, that are for git.
std::string for_git(const Entries& settings, const util::Environment& environment = {}) {
  std::string letters;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    const auto checked = check_settings(kSteps[i], {settings, environment, kOwnHelper});
    if (checked) continue;
    EXPECT_EQ(checked.error().cause, util::Cause::kNotUnderstood);
    letters += kAll[i];
  }
  return letters;
}
std::string for_git_with(const std::string& key, const std::optional<std::string>& value) {
  auto settings = usual();
  settings.push_back({key, value});
  return for_git(settings);
}

TEST(NativeRules, UnderstandWhatIsUsual) { EXPECT_EQ(for_git(usual()), ""); }

TEST(NativeRules, UnderstandWhatChangesNothing) {
  for (const auto& [key, value] : Entries{
           {"user.name", "x"},
           {"gc.auto", "0"},
           {"safe.directory", "*"},
           {"init.defaultbranch", "main"},
           {"pack.threads", "1"},
           {"fetch.prune", "true"},
           {"advice.detachedhead", "false"},
           {"color.ui", "always"},
           {"diff.renames", "true"},
           {"alias.st", "status"},
           {"submodule.sub.url", "https://h.example/s"},
           {"branch.git-sync.merge", "refs/heads/main"},
           {"filter.lfs.smudge", "git-lfs smudge -- %f"},
           {"lfs.url", "https://h.example/lfs"},
           {"http.proxy", "http://p"},
           {"http.https://h.example/.sslverify", "false"},
           {"url.https://mirror.example/.insteadof", "https://h.example/"},
           {"url.git@h.example:.pushinsteadof", "https://h.example/"},
           {"protocol.version", "2"},
           {"protocol.file.allow", "always"},
           {"core.repositoryformatversion", "1"},
           {"core.filemode", std::nullopt},
           {"core.filemode", "yes"},
           {"core.ignorecase", "false"},
           {"core.autocrlf", "false"},
           {"core.eol", "lf"},
           {"core.trustctime", "false"},
           {"core.fsmonitor", "false"},
           {"core.hookspath", "/dev/null"},
           {"core.sshcommand", "ssh -v"},
           {"core.sparsecheckout", "false"},
           {"core.sparsecheckoutcone", "true"},
           {"extensions.worktreeconfig", "true"},
           {"extensions.objectformat", "sha1"},
           {"index.version", "2"},
           {"checkout.workers", "8"},
           {"unknown.section.key", "x"},
       }) {
    EXPECT_EQ(for_git_with(key, value), "") << key;
  }
}

struct Case {
  std::string key;
  std::optional<std::string> value;
  std::string steps;
};

TEST(NativeRules, LeaveToGitTheStepsThatASettingConcerns) {
  for (const auto& [key, value, steps] : std::vector<Case>{
           {"credential.helper", "store", kHttp},
           {"credential.helper", "", kHttp},
           {"credential.helper", std::nullopt, kHttp},
           {"credential.username", "x", kHttp},
           {"credential.https://h.example.helper", "store", kHttp},
           {"core.askpass", "/usr/bin/ask", kHttp},
           {"transfer.credentialsinurl", "die", kHttp},
           {"ssh.variant", "plink", kSsh},
           {"protocol.version", "1", kSsh + kLocal},
           {"protocol.version", "0", kSsh + kLocal},
           {"protocol.version", "3", kResolve},
           {"protocol.new", "x", kResolve},
           {"remote.origin.uploadpack", "x", kResolve},
           {"remote.origin.proxy", "", kResolve},
           {"remote.https://h.example/r.url", "https://other.example/", kResolve},
           {"url.insteadof", "x", kResolve},
           {"url.x.new", "x", kResolve},
           {"trace2.normaltarget", "2", kAll},
           {"core.repositoryformatversion", "2", kBuild},
           {"core.repositoryformatversion", std::nullopt, kBuild},
           {"core.filemode", "false", kBuild},
           {"core.symlinks", "false", kBuild},
           {"core.symlinks", "perhaps", kBuild},
           {"core.ignorecase", std::nullopt, kBuild},
           {"core.autocrlf", "true", kBuild},
           {"core.autocrlf", "input", kBuild},
           {"core.eol", "crlf", kBuild},
           {"core.safecrlf", "true", kBuild},
           {"core.protecthfs", "true", kBuild},
           {"core.protectntfs", "false", kBuild},
           {"core.attributesfile", "/etc/attributes", kBuild},
           {"core.sparsecheckout", "true", kBuild},
           {"core.sharedrepository", "group", kBuild},
           {"core.sharedrepository", "0640", kBuild},
           {"core.worktree", "/x", kBuild},
           {"core.fsmonitor", "/usr/bin/watch", kBuild},
           {"core.fsmonitor", "true", kBuild},
           {"core.untrackedcache", "true", kBuild},
           {"core.splitindex", "true", kBuild},
           {"core.hookspath", "/hooks", kBuild},
           {"core.newer", "x", kBuild},
           {"core.x.autocrlf", "x", kBuild},
           {"index.version", "4", kBuild},
           {"index.sparse", "true", kBuild},
           {"index.skiphash", "true", kBuild},
           {"index.newer", "x", kBuild},
           {"extensions.objectformat", "sha256", kBuild},
           {"extensions.refstorage", "reftable", kBuild},
           {"extensions.partialclone", "origin", kBuild},
           {"extensions.relativeworktrees", "true", kBuild},
           {"extensions.newer", "false", kBuild},
           {"init.defaultobjectformat", "sha256", kBuild},
           {"feature.manyfiles", "true", kBuild},
           {"checkout.newer", "x", kBuild},
           {"worktree.userelativepaths", "true", kBuild},
           {"attr.tree", "HEAD", kBuild},
           {"hook.x.command", "x", kBuild},
       }) {
    EXPECT_EQ(for_git_with(key, value), steps) << key << "=" << value.value_or("(nothing)");
  }
}

TEST(NativeRules, TakeTheLastValueAsGitDoes) {
  auto settings = usual();
  settings.push_back({"core.autocrlf", "true"});
  settings.push_back({"core.autocrlf", ""});
  EXPECT_EQ(for_git(settings), "");
  settings.push_back({"core.autocrlf", "input"});
  EXPECT_EQ(for_git(settings), kBuild);
}

TEST(NativeRules, TakeHelpersForAList) {
  auto settings = usual();
  settings.push_back({"credential.helper", "store"});
  settings.push_back({"credential.helper", ""});
  EXPECT_EQ(for_git(settings), kHttp) << "none is left";
  settings.push_back({"credential.helper", kOwnHelper});
  EXPECT_EQ(for_git(settings), "");
  const util::Environment nothing;
  EXPECT_FALSE(check_settings(Step::kResolveByHttp, {usual(), nothing}));
  EXPECT_TRUE(check_settings(Step::kResolveByHttp, {Entries{}, nothing}));
}

TEST(NativeRules, LeaveToGitTheStepsThatAVariableConcerns) {
  const std::map<std::pair<std::string, std::string>, std::string> cases{
      {{"GIT_TRACE", "1"}, kAll},
      {{"GIT_TRACE", "0"}, ""},
      {{"GIT_TRACE", ""}, ""},
      {{"GIT_TRACE2_EVENT", "/x"}, kAll},
      {{"GIT_EXEC_PATH", "/x"}, kAll},
      {{"GIT_TEST_PROTOCOL_VERSION", "0"}, kAll},
      {{"GIT_CURL_VERBOSE", "1"}, kHttp},
      {{"GIT_ASKPASS", "/usr/bin/ask"}, kHttp},
      {{"GIT_ASKPASS", "/bin/true"}, ""},
      {{"GIT_SSH_VARIANT", "simple"}, kSsh},
      {{"GIT_SSH_VARIANT", "ssh"}, ""},
      {{"GIT_INDEX_FILE", "/x"}, kBuild},
      {{"GIT_INDEX_VERSION", "4"}, kBuild},
      {{"GIT_INDEX_VERSION", "2"}, ""},
      {{"GIT_ATTR_SOURCE", "HEAD"}, kBuild},
      {{"GIT_DEFAULT_HASH", "sha256"}, kBuild},
      {{"GIT_AUTHOR_NAME", "x"}, ""},
      {{"GIT_SSH_COMMAND", "ssh"}, ""},
      {{"GITHUB_TOKEN", "x"}, ""},
      {{"GIT_BRANCH", "main"}, ""}};
  for (const auto& [variable, steps] : cases) {
    util::Environment environment;
    environment.set(variable.first, variable.second);
    EXPECT_EQ(for_git(usual(), environment), steps) << variable.first << "=" << variable.second;
  }
}

TEST(NativeRules, NameTheSettingAndNoSecret) {
  const auto checked = check_settings(
      Step::kResolveByHttp,
      {{{"credential.https://me:secret@h.example.helper", "x"}}, util::Environment(), kOwnHelper});
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().message.starts_with("git's setting credential.https://"))
      << checked.error().message;
  EXPECT_EQ(checked.error().message.find("secret"), std::string::npos);
}

class NativeRulesAndGit : public testing::Test {
 protected:
  NativeRulesAndGit() : home(fixture.dir / "home"), global(home + "/config") {
    EXPECT_TRUE(util::make_directories(home + "/.config/git"));
    environment.set("PATH", util::Environment::from(environ).get_or("PATH", "/usr/bin:/bin"));
    environment.set("HOME", home);
    environment.set("GIT_CONFIG_NOSYSTEM", "1");
    environment.set("GIT_CONFIG_GLOBAL", global);
  }
  // Both sides read the same.
  void configure(const std::string& text) {
    ASSERT_TRUE(util::write_file(global, text));
    settings = git::parse_config_file(text).value();
  }
  cli::GitOutput git(const std::vector<std::string>& args) {
    const cli::Git cli({.environment = environment}, fixture.runner, fixture.logger());
    return cli.ask(args, home, fixture.limit()).value();
  }
  NativeInputs inputs() const { return {settings, environment, ""}; }

  test::GitFixture fixture;
  const std::string home;
  const std::string global;
  util::Environment environment;
  Entries settings;
};

TEST_F(NativeRulesAndGit, AgreeOnWhatAddressIsMeant) {
  for (const std::string text :
       {"",
        "[url \"one:\"]\ninsteadOf = https://h/\n[url \"two:\"]\ninsteadOf = https://h/\ninsteadOf "
        "= https://h/p\n",
        "[url \"e:\"]\ninsteadOf =\n", "[url \"\"]\ninsteadOf = https://\n",
        "[url]\ninsteadOf = https://\n", "[url \"p:\"]\npushInsteadOf = https://\n",
        "[url \"A:\"]\ninsteadOf = x\n[url \"B:\"]\ninsteadOf = xx\n[url \"A:\"]\ninsteadOf = xx\n",
        "[url \"a.b:\"]\nINSTEADOF = https:\n[url \"https:\"]\ninsteadOf = x\n"}) {
    configure(text);
    for (const std::string url : {"https://h/path", "https://h/", "https://H/x", "xxy", "x", "z"}) {
      EXPECT_EQ(rewrite_url(url, settings) + "\n", git({"ls-remote", "--get-url", url}).out)
          << text << url;
    }
  }
}

TEST_F(NativeRulesAndGit, AgreeOnRandomAddresses) {
  std::mt19937 random(20240103);
  const auto word = [&](int longest) {
    std::string text;
    for (int i = std::uniform_int_distribution(0, longest)(random); i > 0; --i) {
      text += random() % 2 == 0 ? 'a' : 'b';
    }
    return text;
  };
  for (int round = 0; round < 60; ++round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      text += "[url \"" + word(2) + ":\"]\n\tinsteadOf = " + word(4) + "\n";
    }
    configure(text);
    const std::string url = "a" + word(5);
    ASSERT_EQ(rewrite_url(url, settings) + "\n", git({"ls-remote", "--get-url", url}).out)
        << text << url;
  }
}

TEST_F(NativeRulesAndGit, AgreeOnWhichProtocolsAreAllowed) {
  const std::string repo = fixture.make_repo("repo");
  const auto same = [&](const std::string& what) {
    const auto theirs = git({"ls-remote", repo});
    EXPECT_EQ(check_protocol("file", inputs()).has_value(), theirs.ok()) << what << theirs.err;
  };
  for (const std::string variable : {"GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER"}) {
    configure("");
    for (const std::string value :
         {"", "file", "https:file", "https", "File", ":", "0", "1", "true", "x"}) {
      environment.set(variable, value);
      same(variable + "=" + value);
    }
    environment.unset(variable);
  }
  for (const std::string from_user : {"", "0", "1"}) {
    if (!from_user.empty()) environment.set("GIT_PROTOCOL_FROM_USER", from_user);
    for (const std::string value :
         {" = always", " = never", " = user", " = Always", " = x", " =", ""}) {
      for (const std::string section :
           {"[protocol]", "[protocol \"file\"]", "[protocol \"https\"]"}) {
        if (section.find("https") != section.npos && value.size() < 5) continue;
        configure(section + "\nallow" + value + "\n");
        same(from_user + section + value);
      }
    }
    configure("[protocol]\nallow = never\n[protocol \"file\"]\nallow = always\n");
    same("both");
    configure("[protocol \"file\"]\nallow = never\nallow = always\n");
    same("twice");
  }
  for (const std::string safe : {"http", "https", "ssh", "git"}) {
    EXPECT_TRUE(check_protocol(safe, inputs())) << safe;
  }
  environment.unset("GIT_PROTOCOL_FROM_USER");
  EXPECT_FALSE(check_protocol("ext", inputs()));
  EXPECT_TRUE(check_protocol("other", inputs()));
}

TEST_F(NativeRulesAndGit, ReadTheSameAttributesOfTheUser) {
  const std::string repo = fixture.make_repo("repo");
  const auto has_ident = [&] {
    return git({"-C", repo, "check-attr", "ident", "x"}).out == "x: ident: set\n";
  };
  EXPECT_TRUE(check_user_attributes(environment));
  ASSERT_TRUE(util::write_file(home + "/.config/git/attributes", "* ident\n"));
  EXPECT_TRUE(has_ident());
  EXPECT_FALSE(check_user_attributes(environment));
  environment.set("XDG_CONFIG_HOME", home + "/xdg");
  EXPECT_FALSE(has_ident());
  EXPECT_TRUE(check_user_attributes(environment));
  ASSERT_TRUE(util::make_directories(home + "/xdg/git"));
  ASSERT_TRUE(util::write_file(home + "/xdg/git/attributes", "* ident\n"));
  EXPECT_TRUE(has_ident());
  EXPECT_FALSE(check_user_attributes(environment));
  ASSERT_TRUE(util::write_file(home + "/xdg/git/attributes", "* text=auto\n"));
  EXPECT_TRUE(check_user_attributes(environment));
  environment.set("GIT_ATTR_NOSYSTEM", "perhaps");
  EXPECT_FALSE(check_user_attributes(environment));
}

}  // namespace
}  // namespace gitsync::source
