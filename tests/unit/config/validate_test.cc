// SPDX-License-Identifier: Apache-2.0
// Every rule of docs/contract.md#validation, its order, and how a breach is reported.
#include "config/validate.h"

#include <gtest/gtest.h>

#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::complaint;
using test::configure_with;
using test::run_with;
using test::runs;
using test::Variables;
using test::Words;

TEST(Validate, ReportsMessageUsageMessageAndTheErrorFile) {
  const Outcome outcome = run_with({"--depth=-1", "--error-file=sub/../err"});
  const std::string message = "invalid flag: --depth must be at least 0, not -1";
  ASSERT_FALSE(runs(outcome));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with(message + "\nUsage: git-sync [FLAGS...]\n"));
  EXPECT_TRUE(outcome.err.ends_with("\n" + message + "\n"));
  EXPECT_EQ(outcome.error_file_path, "/git/err");
  EXPECT_EQ(outcome.error_file_message, message);
  EXPECT_EQ(run_with({"--depth=-1", "--error-file=/var/err"}).error_file_path, "/var/err");
  EXPECT_EQ(run_with({"--depth=-1"}).error_file_path, "");
}

TEST(Validate, AMissingRootIsNotPutIntoTheErrorFile) {
  const Outcome outcome = configure_with({"--repo=/r", "--error-file=/var/err"});
  EXPECT_EQ(complaint(outcome), "required flag: --root must be specified");
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(outcome.error_file_path, "");
}

TEST(Validate, RootIsMadeAbsoluteAndCleanWithoutLookingAtTheDisk) {
  const auto root = [](const std::string& given) {
    return configure_with({"--repo=/r.git", "--root=" + given}).settings.root;
  };
  EXPECT_EQ(root("/git"), "/git");
  EXPECT_EQ(root("git"), "/work/dir/git");
  EXPECT_EQ(root("."), "/work/dir");
  EXPECT_EQ(root("../a//./b/../c/"), "/work/a/c");
  EXPECT_EQ(root("/../../a"), "/a");
}

struct Rule {
  Words words;
  Variables variables;
  std::string message;  // the beginning
};

void expect_refused(const Rule& rule) {
  const Outcome outcome = run_with(rule.words, rule.variables);
  ASSERT_FALSE(runs(outcome)) << rule.message;
  EXPECT_EQ(outcome.exit_status, 1) << rule.message;
  EXPECT_TRUE(complaint(outcome).starts_with(rule.message))
      << complaint(outcome) << "\ninstead of\n"
      << rule.message;
}

TEST(Validate, RefusesBadValues) {
  for (const Rule& rule : std::vector<Rule>{
           {{"--repo="}, {}, "required flag: --repo must be specified"},
           {{"--ref="}, {}, "required flag: --ref must be specified"},
           {{"--depth=-1"}, {}, "invalid flag: --depth must be at least 0"},
           {{"--submodules=all"}, {}, "invalid flag: --submodules must be one of recursive, "},
           {{"--submodules="}, {}, "invalid flag: --submodules must be one of recursive, "},
           {{"--git-gc=never"}, {}, "invalid flag: --git-gc must be one of auto, "},
           {{"--period=9ms"}, {}, "invalid flag: --period must be at least 10ms"},
           {{"--period=0"}, {}, "invalid flag: --period must be at least 10ms"},
           {{"--init-period=9ms"}, {}, "invalid flag: --init-period must be at least 10ms"},
           {{"--init-period=-1s"}, {}, "invalid flag: --init-period must be at least 10ms"},
           {{"--sync-on-signal=SIGNOPE"}, {}, "invalid flag: --sync-on-signal must be a signal"},
           {{"--sync-on-signal=0"}, {}, "invalid flag: --sync-on-signal must be a signal"},
           {{"--sync-timeout=9ms"}, {}, "invalid flag: --sync-timeout must be at least 10ms"},
           {{"--timeout=-1"}, {}, "invalid flag: --sync-timeout must be at least 10ms"},
       }) {
    expect_refused(rule);
  }
}

TEST(Validate, RefusesBadHookTimesOnlyIfTheHookIsSet) {
  for (const std::string hook : {"exechook", "pre-publish-exechook", "webhook"}) {
    const std::string on =
        hook == "webhook" ? "--webhook-url=http://h" : "--" + hook + "-command=c";
    for (const std::string kind : {"timeout", "backoff"}) {
      const std::string flag = "--" + hook + "-" + kind;
      expect_refused({{on, flag + "=999ms"}, {}, "invalid flag: " + flag + " must be at least 1s"});
      EXPECT_TRUE(runs(run_with({flag + "=999ms"}))) << flag;
      EXPECT_TRUE(runs(run_with({on, flag + "=1s"}))) << flag;
    }
  }
  expect_refused({{"--webhook-url=u", "--webhook-success-status=-2"},
                  {},
                  "invalid flag: --webhook-success-status must be"});
  EXPECT_TRUE(runs(run_with({"--webhook-success-status=-2"})));
  EXPECT_TRUE(runs(run_with({"--webhook-url=u", "--webhook-success-status=-1"})));
  EXPECT_TRUE(runs(run_with({"--webhook-url=u", "--webhook-success-status=0"})));
}

TEST(Validate, AUserNameNeedsExactlyOnePasswordSource) {
  for (const Rule& rule : std::vector<Rule>{
           {{"--username=u"}, {}, "required flag: $GITSYNC_PASSWORD or --password-file must be"},
           {{"--username=u", "--password-file=f"},
            {{"GITSYNC_PASSWORD", "p"}},
            "invalid flag: only one of $GITSYNC_PASSWORD and --password-file"},
           {{"--username=u", "--password-file=f", "--password=p"},
            {},
            "invalid flag: only one of $GITSYNC_PASSWORD and --password-file"},
           {{"--username=u", "--password=p", "--repo=https://x:y@host.example/r"},
            {},
            "invalid flag: --username may not be specified when --repo holds a user name"},
           {{"--username=u", "--password=p", "--repo=ssh://git@host.example/r"},
            {},
            "invalid flag: --username may not be specified when --repo holds a user name"},
           {{}, {{"GITSYNC_PASSWORD", "p"}}, "invalid flag: $GITSYNC_PASSWORD may only be"},
           {{"--password=p"}, {}, "invalid flag: $GITSYNC_PASSWORD may only be"},
           {{"--password-file=f"}, {}, "invalid flag: --password-file may only be specified with"},
       }) {
    expect_refused(rule);
  }
  EXPECT_TRUE(runs(run_with({"--username=u", "--password-file=f"})));
  EXPECT_TRUE(runs(run_with({"--username=u", "--password=p"})));
  // Not an address with a scheme, so the user name in it is ssh's.
  EXPECT_TRUE(runs(run_with({"--username=u", "--password=p", "--repo=git@host.example:r"})));
}

TEST(Validate, AGithubAppNeedsOneIdAnInstallationAndOneKey) {
  const std::string app = "--github-app-application-id=1";
  const std::string client = "--github-app-client-id=c";
  const std::string installation = "--github-app-installation-id=2";
  const std::string key_file = "--github-app-private-key-file=f";
  const Variables key{{"GITSYNC_GITHUB_APP_PRIVATE_KEY", "k"}};
  for (const Rule& rule : std::vector<Rule>{
           {{app, client, installation, key_file},
            {},
            "invalid flag: only one of --github-app-app"},
           {{app, key_file}, {}, "required flag: --github-app-installation-id"},
           {{client, key_file}, {}, "required flag: --github-app-installation-id"},
           {{app, installation}, {}, "required flag: $GITSYNC_GITHUB_APP_PRIVATE_KEY or "},
           {{app, installation, key_file}, key, "invalid flag: only one of $GITSYNC_GITHUB_APP"},
           {{installation}, {}, "invalid flag: --github-app-installation-id may only be"},
           {{app, installation, key_file, "--username=u", "--password=p"},
            {},
            "invalid flag: --username and its password may not be specified together"},
           {{app, installation, key_file, "--password=p"}, {}, "invalid flag: $GITSYNC_PASSWORD"},
           {{app, installation, key_file, "--password-file=p"},
            {},
            "invalid flag: --password-file may only"},
       }) {
    expect_refused(rule);
  }
  EXPECT_TRUE(runs(run_with({app, installation, key_file})));
  EXPECT_TRUE(runs(run_with({client, installation}, key)));
  // A key alone is ignored.
  EXPECT_TRUE(runs(run_with({key_file}, key)));
}

TEST(Validate, EachCredentialIsComplete) {
  const auto credential = [](const std::string& json) { return "--credential=" + json; };
  const std::string prefix = "invalid flag: --credential: element ";
  for (const Rule& rule : std::vector<Rule>{
           {{credential(R"({"username":"u","password":"p"})")}, {}, prefix + "1: url must"},
           {{credential(R"({"url":"l","password":"p"})")}, {}, prefix + "1: username must"},
           {{credential(R"({"url":"l","username":"u"})")}, {}, prefix + "1: password or "},
           {{credential(R"({"url":"l","username":"u","password":"p","password-file":"f"})")},
            {},
            prefix + "1: only one of"},
           {{credential(R"([{"url":"l","username":"u","password":"p"},{}])")},
            {},
            prefix + "2: url must"},
           {{}, {{"GITSYNC_CREDENTIAL", "{}"}}, prefix + "1: url must"},
           {{credential(R"({"url":"l","username":"u","password":"p\nurl=x"})")},
            {},
            prefix + "1: url, username and password must each be one line"},
       }) {
    expect_refused(rule);
  }
}

TEST(Validate, MetricsAndPprofNeedAnAddress) {
  expect_refused({{"--http-metrics"},
                  {},
                  "required flag: --http-bind must be specified when "
                  "--http-metrics"});
  expect_refused({{"--http-pprof"},
                  {},
                  "required flag: --http-bind must be specified when "
                  "--http-pprof"});
  EXPECT_TRUE(runs(run_with({"--http-bind=:1", "--http-metrics", "--http-pprof"})));
}

TEST(Validate, StopsAtTheFirstBreachInTheContractsOrder) {
  // Each removal of the first culprit shows the next one.
  Words words{"--repo=",
              "--ref=",
              "--depth=-1",
              "--submodules=x",
              "--git-gc=x",
              "--period=1ms",
              "--init-period=1ms",
              "--change-permissions=1",
              "--sync-on-signal=x",
              "--sync-timeout=1ms",
              "--exechook-timeout=1ms",
              "--pre-publish-exechook-timeout=1ms",
              "--webhook-timeout=1ms",
              "--username=u",
              "--github-app-application-id=1",
              "--credential={}",
              "--http-metrics",
              "--link=.",
              "--git-config=x"};
  const Words always{"--exechook-command=c", "--pre-publish-exechook-command=c", "--webhook-url=u"};
  const std::vector<std::string> order{"--repo",
                                       "--ref",
                                       "--depth",
                                       "--submodules",
                                       "--git-gc",
                                       "--period",
                                       "--init-period",
                                       "--change-permissions",
                                       "--sync-on-signal",
                                       "--sync-timeout",
                                       "--exechook-timeout",
                                       "--pre-publish-exechook-timeout",
                                       "--webhook-timeout",
                                       "$GITSYNC_PASSWORD",
                                       "--github-app-installation-id",
                                       "--credential",
                                       "--http-bind",
                                       "--link",
                                       "--git-config"};
  ASSERT_EQ(order.size(), words.size());
  for (const std::string& culprit : order) {
    Words all = words;
    all.insert(all.end(), always.begin(), always.end());
    const std::string line = complaint(run_with(all));
    EXPECT_TRUE(line.starts_with("invalid flag: " + culprit) ||
                line.starts_with("required flag: " + culprit))
        << line << " instead of " << culprit;
    words.erase(words.begin());
  }
}

TEST(Validate, RefusesWhatGitWouldTakeForAnOption) {
  expect_refused({{"--ref=--upload-pack=touch /tmp/x"}, {}, "invalid flag: --ref must not begin"});
  expect_refused({{}, {{"GIT_SYNC_REV", "--upload-pack=x"}}, "invalid flag: --ref must not begin"});
  expect_refused({{}, {{"GIT_SYNC_BRANCH", "-x"}}, "invalid flag: --ref must not begin"});
  expect_refused({{"--repo=--upload-pack=x"}, {}, "invalid flag: --repo must not begin"});
}

TEST(Validate, RefusesControlCharactersInRepoAndRef) {
  for (const std::string bad : {"\n", "\r", "\t", "\x01", "\x1b", "\x7f"}) {
    expect_refused(
        {{"--repo=https://host.example/" + bad + "x"}, {}, "invalid flag: --repo contains a"});
    expect_refused({{"--ref=main" + bad + "x"}, {}, "invalid flag: --ref contains a"});
  }
  EXPECT_TRUE(runs(run_with({"--repo=/srv/gr\u00fcn \u20ac/r"})));
}

TEST(Validate, RefusesUserinfoThatCannotBeTakenOutOfRepo) {
  const std::string message = "invalid flag: --repo holds a user name or password that cannot";
  for (const std::string repo : {"https://u:p%zz@host.example/r", "http://u:a/b@host.example/r",
                                 "HTTPS://u:a?b@host.example", "https://u:a b@host.example/r",
                                 "https://u%:@host.example/r"}) {
    expect_refused({{"--repo=" + repo}, {}, message});
  }
  for (const std::string repo :
       {"https://u:p%2fq@host.example/r", "https://host.example:8443/r@v1", "/srv/a:b@c/r",
        "ssh://git@host.example/r", "git@host.example:a/b", "https://host.example/a@b:c@d"}) {
    EXPECT_TRUE(runs(run_with({"--repo=" + repo}))) << repo;
  }
}

TEST(Validate, RefusesLineBreaksInsideCredentials) {
  expect_refused({{"--username=a\nb", "--password=p"}, {}, "invalid flag: --username must be one"});
  expect_refused({{"--username=a", "--password=p\nq"}, {}, "invalid flag: $GITSYNC_PASSWORD must"});
  expect_refused({{"--repo=https://u:a%0Aurl=b@host.example/r"},
                  {},
                  "invalid flag: user name and password in --repo must each be one line"});
}

TEST(Validate, RefusesALinkThatWouldReplaceTheRoot) {
  for (const char* link : {".", "..", "/", "/git", "/git/", "x/..", "../git"}) {
    expect_refused(
        {{std::string("--link=") + link}, {}, "invalid flag: --link must not be --root"});
  }
  for (const char* repo : {"/", "..", ".", "/srv/.."}) {
    expect_refused(
        {{std::string("--repo=") + repo}, {}, "required flag: --link must be specified"});
  }
  EXPECT_TRUE(runs(run_with({"--link=/gitlab"})));
  EXPECT_TRUE(runs(run_with({"--link=../link"})));
  EXPECT_TRUE(runs(run_with({"--link=a/b/c"})));
}

TEST(Validate, RefusesFilesThatWouldReplaceTheLinkOrBeRemovedWithWhatIsOurs) {
  for (const std::string flag : {"--error-file", "--touch-file"}) {
    for (const char* path : {".git/x", ".worktrees/x", "/git/a/../.git", ".git-sync.lock"}) {
      expect_refused(
          {{flag + "=" + path}, {}, "invalid flag: " + flag + " must not be in --root's"});
    }
    for (const char* path : {"link", "/git/./link", "x/../link"}) {
      expect_refused(
          {{"--link=link", flag + "=" + path}, {}, "invalid flag: " + flag + " must not be the"});
    }
    EXPECT_TRUE(runs(run_with({"--link=link", flag + "=link.error"})));
  }
  EXPECT_EQ(run_with({"--link=link", "--error-file=link"}).error_file_path, "")
      << "nothing is written over the link";
  expect_refused({{"--link=.git-sync.lock"}, {}, "invalid flag: --link must not be in --root's"});
}

TEST(Validate, RefusesAddressesThatHoldAPasswordByAMistake) {
  expect_refused({{"--repo=https:/u:secret@h/x"}, {}, "invalid flag: --repo must have //"});
  expect_refused({{"--repo=http::https://u:secret@h/x"}, {}, "invalid flag: --repo must have //"});
  for (const std::string repo :
       {"u:secret@h:x", "u:secret@h/x", "ssh:/u:secret@h/x", "//u:secret@h"}) {
    expect_refused({{"--repo=" + repo}, {}, "invalid flag: --repo must not be user:password@"});
  }
  for (const std::string repo : {"git@host.example:a/b@v1", "host.example:a@b", "/srv/http:/x"}) {
    EXPECT_TRUE(runs(run_with({"--repo=" + repo}))) << repo;
  }
}

struct Address {
  std::string repo;
  std::string complaint;  // empty: accepted
};

// Whether the address would carry a secret into arguments of git and ssh, and into .git/config.
TEST(Validate, RefusesAddressesThatWouldShowASecret) {
  const std::string ssh = "invalid flag: --repo holds a password, which ssh does not take";
  const std::string other = "invalid flag: --repo holds a password, which git would show";
  const std::string query = "invalid flag: --repo holds a secret after the ?";
  for (const Address& address : std::vector<Address>{
           {"ssh://bob:S3kret@host/x", ssh},
           {"SSH://bob:S3kret@host:22/x", ssh},
           {"git+ssh://bob:S3kret@host/x", ssh},
           {"ssh+git://bob:S3kret@host/x", ssh},
           {"ssh://bob%3AS3kret@host/x", ssh},
           {"git://bob:S3kret@host/x", other},
           {"ftp://bob:S3kret@host/x", other},
           {"ftps://bob:S3kret@host/x", other},
           {"rsync://bob:S3kret@host/x", other},
           {"file://bob:S3kret@host/x", other},
           {"foo://bob:S3kret@host/x", other},
           {"https://host/x?token=S3kret", query},
           {"https://host/x?a=b&access_token=S3kret", query},
           {"http://u:p@host/x?private_token=S3kret", query},
           {"ssh://host/x?PASSWORD=S3kret", query},
           {"https://host/x#token=S3kret", query},
           {"https://host/x?a=b#access_token=S3kret", query},
           {"https://host/x;token=S3kret/y", query},
           {"https://host/x;v=1;private_token=S3kret?a=b", query},
           {"https://bob:S3kret@host/x", ""},
           {"http://S3kret@host/x", ""},
           {"ssh://git@host/x", ""},
           {"git+ssh://git@host:22/x", ""},
           {"ssh://bob:@host/x", ""},
           {"ssh://APKAEIBAERJR2EXAMPLE@host/x", ""},
           {"git@host:x", ""},
           {"ftp://anonymous@host/x", ""},
           {"https://host/x?version=2&token=", ""},
           {"https://host/x#readme", ""},
           {"https://host/x;v=1/y", ""},
           {"file:///srv/a:b@c/x", ""},
           {"/srv/x?token=y", ""},
       }) {
    if (address.complaint.empty()) {
      EXPECT_TRUE(runs(run_with({"--repo=" + address.repo}))) << address.repo;
    } else {
      expect_refused({{"--repo=" + address.repo}, {}, address.complaint});
    }
  }
}

TEST(Validate, RefusesAPortThatIsNoNumber) {
  expect_refused({{"--repo=ssh://git@host:v3/org/repo"},
                  {},
                  "invalid flag: --repo has a port that is no number; write either"});
  expect_refused(
      {{"--repo=https://host:port/x"}, {}, "invalid flag: --repo has a port that is no"});
  for (const std::string repo : {"ssh://git@[::1]:22/x", "ssh://git@[::1]/x", "ssh://host:/x",
                                 "git@host:v3/org/repo", "file://host:v3/x"}) {
    EXPECT_TRUE(runs(run_with({"--repo=" + repo}))) << repo;
  }
}

TEST(Validate, RefusesBadGitConfiguration) {
  expect_refused({{"--git-config=a.b"}, {}, "invalid flag: --git-config: a key without a colon"});
  expect_refused(
      {{"--git-config-add=a.b:\"x"}, {}, "invalid flag: --git-config-add: a quote that"});
}

TEST(Validate, GitConfigurationIsHandedOnInOrder) {
  const Outcome outcome = run_with({"--git-config-add=c.d:3", "--git-config=a.b:1,a.b:2",
                                    "--git-config-add=\"e.f\":\"4 5\",g.h:6"});
  ASSERT_TRUE(runs(outcome)) << complaint(outcome);
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(outcome.settings.git_config_pairs,
            (Pairs{{"a.b", "1"}, {"a.b", "2"}, {"c.d", "3"}, {"e.f", "4 5"}, {"g.h", "6"}}));
}

const std::string kArtifact = "--repo=oci://r.example:5000/org/dags:main";

TEST(Validate, AnArtifactsTagOrDigestIsItsRef) {
  const Outcome by_tag = run_with({kArtifact});
  ASSERT_TRUE(runs(by_tag)) << complaint(by_tag);
  EXPECT_EQ(by_tag.settings.ref, "main");
  EXPECT_EQ(by_tag.settings.link, "dags");
  EXPECT_EQ(by_tag.settings.period, std::chrono::seconds(10));
  EXPECT_FALSE(by_tag.settings.registry_plain_http_given);
  const auto digest = "sha256:" + std::string(64, 'a');
  EXPECT_EQ(run_with({kArtifact + "@" + digest}).settings.ref, digest);
  EXPECT_EQ(run_with({"--repo=oci://r.example/dags"}).settings.ref, "latest");
  const Outcome plain = run_with({kArtifact, "--registry-plain-http=false"});
  EXPECT_TRUE(plain.settings.registry_plain_http_given);
}

TEST(Validate, RefusesWhatIsNoArtifactsAddress) {
  const std::string no = "invalid flag: --repo: not an address of a registry: ";
  for (const auto& [repo, why] : std::vector<std::pair<std::string, std::string>>{
           {"oci://r.example", "the repository is missing"},
           {"oci://r.example/org/Dags:main", "\"org/Dags\" is no repository"},
           {"oci://r.example/org/dags@sha256:abc", "after '@' must stand a digest"},
           {"oci://user:S3kret@r.example/org/dags", "it holds a user name"},
       }) {
    expect_refused({{"--repo=" + repo}, {}, no + why});
    EXPECT_EQ(complaint(run_with({"--repo=" + repo})).find("S3kret"), std::string::npos);
  }
  expect_refused(
      {{"--repo=docker://r.example/x"}, {}, "invalid flag: --repo cannot be docker://…; write"});
}

TEST(Validate, AnArtifactTakesNoSettingsOfGitAndGitNoneOfRegistries) {
  for (const std::string flag : {"--ref=main", "--depth=1", "--submodules=off", "--git-gc=off",
                                 "--ssh-key-file=/k", "--s3-region=x", "--cookie-file"}) {
    expect_refused({{kArtifact, flag},
                    {},
                    "invalid flag: " + flag.substr(0, flag.find('=')) +
                        " has no meaning for an artifact in a registry"});
  }
  EXPECT_TRUE(runs(run_with({kArtifact}, {{"GITSYNC_REF", "main"}, {"GITSYNC_DEPTH", "1"}})));
  const Outcome accepted =
      run_with({kArtifact, "--username=u", "--password-file=/f", "--registry-config=/c",
                "--registry-plain-http", "--max-tree-size=1GiB", "--askpass-url=http://h/"});
  EXPECT_TRUE(runs(accepted)) << complaint(accepted);
  EXPECT_TRUE(accepted.notices.empty()) << accepted.notices.front().message;
  for (const std::string flag : {"--registry-config=/c", "--registry-plain-http"}) {
    expect_refused({{flag},
                    {},
                    "invalid flag: " + flag.substr(0, flag.find('=')) +
                        " has no meaning for a git repository"});
  }
}

TEST(Validate, DerivesTheLinkFromTheRepo) {
  EXPECT_EQ(default_link("https://host.example/org/foo.git"), "foo.git");
  EXPECT_EQ(default_link("https://host.example/org/foo///"), "foo");
  EXPECT_EQ(default_link("/srv/foo"), "foo");
  EXPECT_EQ(default_link("git@host:foo"), "git@host:foo");
  EXPECT_EQ(default_link("git@host:org/foo"), "foo");
  EXPECT_EQ(default_link("ssh://git@host"), "git@host");
  EXPECT_EQ(default_link("https://user:secret@host"), "host");
  EXPECT_EQ(default_link("https://secret@host/"), "host");
  EXPECT_EQ(default_link("https://user:se/cret@host"), "host");
  EXPECT_EQ(default_link("https://user:secret@host/a@b"), "a@b");
  EXPECT_EQ(run_with({"--link="}).settings.link, "repo.git");
  EXPECT_EQ(run_with({"--link=sub/x"}).settings.link, "sub/x");
}

}  // namespace
}  // namespace gitsync::config
