// SPDX-License-Identifier: Apache-2.0
#include "source/native_rule_table.h"

#include <algorithm>
#include <array>
#include <span>

#include "git/config_truth.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

// Sets of steps.
constexpr unsigned kHttp = 1;
constexpr unsigned kSsh = 2;
constexpr unsigned kLocal = 4;
constexpr unsigned kBuild = 8;
constexpr unsigned kFetch = 16;
constexpr unsigned kReclaim = 32;
constexpr unsigned kResolve = kHttp | kSsh | kLocal;
constexpr unsigned kStore = kBuild | kFetch | kReclaim;
constexpr unsigned kAll = kResolve | kStore;

unsigned bit(NativeStep step) { return 1U << static_cast<unsigned>(step); }

// What may stand there and change nothing.
enum class Fine { kAnything, kTrue, kFalse, kWords };

struct Rule {
  unsigned steps;
  std::string_view key;  // "*" for any subsection
  Fine fine = Fine::kAnything;
  std::string_view words = {};  // separated by blanks
};

// Settings of these change the step, unless a rule below knows better.
struct Section {
  unsigned steps;
  std::string_view name;
};
constexpr std::array kSections{
    Section{kHttp, "credential"},  Section{kHttp, "transfer"},  Section{kSsh, "ssh"},
    Section{kResolve, "protocol"}, Section{kResolve, "remote"}, Section{kResolve, "url"},
    Section{kAll, "trace2"},       Section{kBuild, "core"},     Section{kBuild, "index"},
    Section{kBuild, "extensions"}, Section{kBuild, "checkout"}, Section{kBuild, "worktree"},
    Section{kBuild, "attr"},       Section{kBuild, "sparse"},   Section{kBuild, "feature"},
    Section{kBuild, "hook"},       Section{kFetch, "fetch"},    Section{kFetch, "transfer"},
    Section{kReclaim, "gc"}};

constexpr std::array kResolveRules{
    // Judged elsewhere: as a list, by check_protocol() and by rewrite_url().
    Rule{kHttp, "credential.helper"}, Rule{kResolve, "protocol.allow"},
    Rule{kResolve, "protocol.*.allow"}, Rule{kResolve, "url.*.insteadof"},
    // The first one for http is honoured by http_settings.h.
    Rule{kHttp, "protocol.version", Fine::kWords, "0 1 2"},
    Rule{kSsh | kLocal, "protocol.version", Fine::kWords, "2"},
    Rule{kHttp, "core.askpass", Fine::kWords, "true"},
    Rule{kSsh, "ssh.variant", Fine::kWords, "auto ssh"},
    // We go to an address, and not to a remote by its name; one may be named as the address is.
    Rule{kResolve, "remote.origin.url"}, Rule{kResolve, "remote.origin.fetch"},
    Rule{kResolve, "remote.pushdefault"}, Rule{kResolve, "url.*.pushinsteadof"},
    Rule{kHttp, "transfer.advertisesid"}, Rule{kHttp, "transfer.bundleuri"},
    Rule{kHttp, "transfer.credentialsinurl", Fine::kWords, "allow"},
    Rule{kHttp, "transfer.fsckobjects"}, Rule{kHttp, "transfer.hiderefs"},
    Rule{kHttp, "transfer.unpacklimit"}};

// Without a rule here fetch.fsckObjects and transfer.fsckObjects are git's to follow.
constexpr std::array kFetchRules{
    Rule{kFetch, "fetch.fsckobjects", Fine::kFalse},
    Rule{kFetch, "transfer.fsckobjects", Fine::kFalse},
    Rule{kFetch, "fetch.writecommitgraph", Fine::kFalse},
    Rule{kFetch, "core.sharedrepository", Fine::kWords, "0 false umask"},
    // How git stores it, what it asks first, what it prints, and other remotes, refs and commands.
    Rule{kFetch, "fetch.unpacklimit"}, Rule{kFetch, "transfer.unpacklimit"},
    Rule{kFetch, "fetch.negotiationalgorithm"}, Rule{kFetch, "fetch.showforcedupdates"},
    Rule{kFetch, "fetch.output"}, Rule{kFetch, "fetch.all"}, Rule{kFetch, "fetch.parallel"},
    Rule{kFetch, "fetch.prune"}, Rule{kFetch, "fetch.prunetags"},
    Rule{kFetch, "fetch.recursesubmodules"}, Rule{kFetch, "transfer.advertisesid"},
    Rule{kFetch, "transfer.bundleuri"}, Rule{kFetch, "transfer.hiderefs"},
    Rule{kFetch, "transfer.credentialsinurl", Fine::kWords, "allow"},
    Rule{kFetch, "transfer.advertiseobjectinfo"}};

constexpr std::array kBuildRules{
    // What the repository is.
    Rule{kBuild, "core.repositoryformatversion", Fine::kWords, "0 1"}, Rule{kBuild, "core.bare"},
    Rule{kBuild, "core.filemode", Fine::kTrue}, Rule{kBuild, "core.symlinks", Fine::kTrue},
    Rule{kBuild, "core.ignorecase", Fine::kFalse}, Rule{kBuild, "core.precomposeunicode"},
    Rule{kBuild, "core.logallrefupdates"},
    Rule{kBuild, "core.sharedrepository", Fine::kWords, "0 false umask"},
    Rule{kBuild, "core.sparsecheckout", Fine::kFalse}, Rule{kBuild, "core.sparsecheckoutcone"},
    Rule{kBuild, "extensions.worktreeconfig"},
    Rule{kBuild, "extensions.objectformat", Fine::kWords, "sha1"},
    Rule{kBuild, "extensions.refstorage", Fine::kWords, "files"},
    Rule{kBuild, "init.defaultobjectformat", Fine::kWords, "sha1"},
    Rule{kBuild, "init.defaultrefformat", Fine::kWords, "files"},
    Rule{kBuild, "worktree.guessremote"}, Rule{kBuild, "worktree.userelativepaths", Fine::kFalse},
    // What files and index look like.
    Rule{kBuild, "core.autocrlf", Fine::kFalse},
    Rule{kBuild, "core.eol", Fine::kWords, "lf native"},
    Rule{kBuild, "core.safecrlf", Fine::kWords, "false warn"},
    Rule{kBuild, "core.attributesfile", Fine::kWords, ""},
    Rule{kBuild, "core.protecthfs", Fine::kFalse}, Rule{kBuild, "core.protectntfs", Fine::kTrue},
    Rule{kBuild, "core.untrackedcache", Fine::kWords, "false keep"},
    Rule{kBuild, "core.splitindex", Fine::kFalse}, Rule{kBuild, "core.fsmonitor", Fine::kFalse},
    Rule{kBuild, "core.hookspath", Fine::kWords, "/dev/null"},
    Rule{kBuild, "index.version", Fine::kWords, "2"}, Rule{kBuild, "index.sparse", Fine::kFalse},
    Rule{kBuild, "index.skiphash", Fine::kFalse}, Rule{kBuild, "index.threads"},
    Rule{kBuild, "index.recordendofindexentries"}, Rule{kBuild, "index.recordoffsettable"},
    Rule{kBuild, "feature.manyfiles", Fine::kFalse},
    Rule{kBuild, "feature.experimental", Fine::kFalse},
    // What is about speed, words on a screen, or another command.
    Rule{kBuild, "checkout.workers"}, Rule{kBuild, "checkout.thresholdforparallelism"},
    Rule{kBuild, "checkout.defaultremote"}, Rule{kBuild, "checkout.guess"},
    Rule{kBuild, "core.abbrev"}, Rule{kBuild, "core.alternaterefscommand"},
    Rule{kBuild, "core.alternaterefsprefixes"}, Rule{kBuild, "core.askpass"},
    Rule{kBuild, "core.bigfilethreshold"}, Rule{kBuild, "core.checkstat"},
    Rule{kBuild, "core.commentchar"}, Rule{kBuild, "core.commentstring"},
    Rule{kBuild, "core.commitgraph"}, Rule{kBuild, "core.compression"},
    Rule{kBuild, "core.deltabasecachelimit"}, Rule{kBuild, "core.editor"},
    Rule{kBuild, "core.excludesfile"}, Rule{kBuild, "core.filesreflocktimeout"},
    Rule{kBuild, "core.gitproxy"}, Rule{kBuild, "core.loosecompression"},
    Rule{kBuild, "core.multipackindex"}, Rule{kBuild, "core.notesref"},
    Rule{kBuild, "core.packedgitlimit"}, Rule{kBuild, "core.packedgitwindowsize"},
    Rule{kBuild, "core.packedrefstimeout"}, Rule{kBuild, "core.pager"},
    Rule{kBuild, "core.preloadindex"}, Rule{kBuild, "core.quotepath"},
    Rule{kBuild, "core.sshcommand"}, Rule{kBuild, "core.trustctime"},
    Rule{kBuild, "core.warnambiguousrefs"}, Rule{kBuild, "core.whitespace"}};

// What says how soon something goes, or which objects stay, is git's to follow.
constexpr std::array kReclaimRules{
    Rule{kReclaim, "core.sharedrepository", Fine::kWords, "0 false umask"},
    Rule{kReclaim, "gc.pruneexpire", Fine::kWords, "now"},
    Rule{kReclaim, "gc.autodetach"},
    Rule{kReclaim, "gc.auto"},
    Rule{kReclaim, "gc.autopacklimit"},
    Rule{kReclaim, "gc.aggressivedepth"},
    Rule{kReclaim, "gc.aggressivewindow"},
    Rule{kReclaim, "gc.cruftpacks"},
    Rule{kReclaim, "gc.logexpiry"},
    Rule{kReclaim, "gc.packrefs"},
    Rule{kReclaim, "gc.reflogexpire"},
    Rule{kReclaim, "gc.*.reflogexpire"},
    Rule{kReclaim, "gc.reflogexpireunreachable"},
    Rule{kReclaim, "gc.*.reflogexpireunreachable"},
    Rule{kReclaim, "gc.worktreepruneexpire"},
    Rule{kReclaim, "gc.writecommitgraph"}};

// Variables; an empty value is always fine where nothing else is said.
struct Variable {
  unsigned steps;
  std::string_view name;  // "*" at the end for any that begin so
  std::string_view words = {};
};
constexpr std::array kVariables{Variable{kAll, "GIT_TRACE*", "0 false"},
                                Variable{kAll, "GIT_TEST_*"},
                                Variable{kAll, "GIT_EXEC_PATH"},
                                Variable{kHttp, "GIT_CURL_VERBOSE"},
                                Variable{kHttp, "GIT_ASKPASS", "true /bin/true /usr/bin/true"},
                                Variable{kSsh, "GIT_SSH_VARIANT", "auto ssh"},
                                Variable{kStore, "GIT_DIR"},
                                Variable{kBuild, "GIT_WORK_TREE"},
                                Variable{kStore, "GIT_COMMON_DIR"},
                                Variable{kBuild, "GIT_INDEX_FILE"},
                                Variable{kBuild, "GIT_INDEX_VERSION", "2"},
                                Variable{kStore, "GIT_OBJECT_DIRECTORY"},
                                Variable{kStore, "GIT_ALTERNATE_OBJECT_DIRECTORIES"},
                                Variable{kStore, "GIT_QUARANTINE_PATH"},
                                Variable{kStore, "GIT_NAMESPACE"},
                                Variable{kStore, "GIT_SHALLOW_FILE"},
                                Variable{kStore, "GIT_GRAFT_FILE"},
                                Variable{kStore, "GIT_REPLACE_REF_BASE"},
                                Variable{kStore, "GIT_NO_REPLACE_OBJECTS"},
                                Variable{kBuild, "GIT_ATTR_SOURCE"},
                                Variable{kStore, "GIT_DEFAULT_HASH", "sha1"},
                                Variable{kBuild, "GIT_DEFAULT_REF_FORMAT", "files"}};

bool is_one_of(std::string_view word, std::string_view words) {
  const auto list = util::split(words, ' ');
  return std::ranges::find(list, word) != list.end();
}

bool permits(const Rule& rule, const std::optional<std::string>& value) {
  switch (rule.fine) {
    case Fine::kAnything:
      return true;
    case Fine::kTrue:
      return git::config_truth(value) == true;
    case Fine::kFalse:
      return git::config_truth(value) == false;
    case Fine::kWords:
      return value && is_one_of(*value, rule.words);
  }
  return false;
}

const Rule* find_rule(unsigned step, std::string_view key) {
  const auto parts = git::split_config_key(key);
  std::string general(parts.section);
  general += parts.section.size() + 1 + parts.name.size() == key.size() ? "." : ".*.";
  general += parts.name;
  const auto fits = [&](const Rule& rule) {
    return (rule.steps & step) != 0 && (rule.key == key || rule.key == general);
  };
  for (const std::span<const Rule> rules :
       {std::span<const Rule>(kResolveRules), std::span<const Rule>(kBuildRules),
        std::span<const Rule>(kFetchRules), std::span<const Rule>(kReclaimRules)}) {
    if (const auto rule = std::ranges::find_if(rules, fits); rule != rules.end()) return &*rule;
  }
  return nullptr;
}

bool names(const Variable& variable, std::string_view name) {
  const std::string_view known = variable.name;
  return known.ends_with('*') ? name.starts_with(known.substr(0, known.size() - 1)) : name == known;
}

}  // namespace

bool is_harmless_setting(NativeStep step, std::string_view key,
                         const std::optional<std::string>& value) {
  if (const Rule* const rule = find_rule(bit(step), key)) return permits(*rule, value);
  const std::string_view section = git::split_config_key(key).section;
  return std::ranges::none_of(kSections, [&](const Section& known) {
    return (known.steps & bit(step)) != 0 && known.name == section;
  });
}

bool is_harmless_variable(NativeStep step, std::string_view name, std::string_view value) {
  return std::ranges::none_of(kVariables, [&](const Variable& variable) {
    return (variable.steps & bit(step)) != 0 && names(variable, name) && !value.empty() &&
           !is_one_of(value, variable.words);
  });
}

}  // namespace gitsync::source
