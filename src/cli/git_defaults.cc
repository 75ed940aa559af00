// SPDX-License-Identifier: Apache-2.0
#include "cli/git_defaults.h"

#include <algorithm>
#include <array>

namespace gitsync::cli {
namespace {

struct Default {
  std::string_view key;
  std::string_view value;
};

// Those for which an empty value means something else, or is an error. Sorted by key. Two are not
// git's but the ones that run no program.
constexpr std::array<Default, 94> kDefaults{{
    {"branch.autosetuprebase", "never"},
    {"checkout.thresholdforparallelism", "100"},
    {"checkout.workers", "1"},
    {"clone.defaultremotename", "origin"},
    {"commitgraph.generationversion", "2"},
    {"core.bigfilethreshold", "512m"},
    {"core.checkstat", "default"},
    {"core.commentchar", "#"},
    {"core.commentstring", "#"},
    {"core.commitgraph", "true"},
    {"core.compression", "-1"},
    {"core.createobject", "link"},
    {"core.deltabasecachelimit", "96m"},
    {"core.eol", "native"},
    {"core.filesreflocktimeout", "100"},
    {"core.fsmonitor", "false"},
    {"core.fsyncmethod", "fsync"},
    {"core.hookspath", "/dev/null"},
    {"core.loosecompression", "-1"},
    {"core.multipackindex", "true"},
    {"core.packedgitlimit", "1g"},
    {"core.packedgitwindowsize", "32m"},
    {"core.packedrefstimeout", "1000"},
    {"core.preloadindex", "true"},
    {"core.protecthfs", "true"},
    {"core.protectntfs", "true"},
    {"core.quotepath", "true"},
    {"core.safecrlf", "warn"},
    {"core.untrackedcache", "keep"},
    {"credential.*.protectprotocol", "true"},
    {"credential.*.sanitizeprompt", "true"},
    {"credential.protectprotocol", "true"},
    {"credential.sanitizeprompt", "true"},
    {"diff.algorithm", "myers"},
    {"diff.colormovedws", "no"},
    {"diff.context", "3"},
    {"diff.ignoresubmodules", "none"},
    {"diff.interhunkcontext", "0"},
    {"diff.renamelimit", "1000"},
    {"diff.statgraphwidth", "-1"},
    {"fetch.negotiationalgorithm", "default"},
    {"fetch.output", "full"},
    {"fetch.parallel", "1"},
    {"fetch.unpacklimit", "-1"},
    {"format.filenamemaxlength", "64"},
    {"gc.*.reflogexpire", "90.days.ago"},
    {"gc.*.reflogexpireunreachable", "30.days.ago"},
    {"gc.aggressivedepth", "50"},
    {"gc.aggressivewindow", "250"},
    {"gc.auto", "6700"},
    {"gc.autopacklimit", "50"},
    {"gc.bigpackthreshold", "0"},
    {"gc.cruftpacks", "true"},
    {"gc.logexpiry", "1.day.ago"},
    {"gc.packrefs", "true"},
    {"gc.pruneexpire", "2.weeks.ago"},
    {"gc.reflogexpire", "90.days.ago"},
    {"gc.reflogexpireunreachable", "30.days.ago"},
    {"gc.worktreepruneexpire", "3.months.ago"},
    {"gpg.format", "openpgp"},
    {"gpg.mintrustlevel", "undefined"},
    {"grep.patterntype", "default"},
    {"i18n.commitencoding", "UTF-8"},
    {"i18n.logoutputencoding", "UTF-8"},
    {"index.threads", "true"},
    {"index.version", "2"},
    {"init.defaultbranch", "main"},
    {"log.date", "default"},
    {"log.diffmerges", "off"},
    {"merge.conflictstyle", "merge"},
    {"pack.compression", "-1"},
    {"pack.deltacachelimit", "1000"},
    {"pack.deltacachesize", "256m"},
    {"pack.depth", "50"},
    {"pack.indexversion", "2"},
    {"pack.packsizelimit", "0"},
    {"pack.threads", "0"},
    {"pack.window", "10"},
    {"pack.windowmemory", "0"},
    {"push.default", "simple"},
    {"repack.cruftdepth", "50"},
    {"repack.cruftthreads", "0"},
    {"repack.cruftwindow", "10"},
    {"repack.cruftwindowmemory", "0"},
    {"repack.usedeltabaseoffset", "true"},
    {"repack.writebitmaps", "false"},
    {"status.renamelimit", "1000"},
    {"status.showuntrackedfiles", "normal"},
    {"submodule.*.update", "checkout"},
    {"submodule.active", "."},
    {"submodule.alternatelocation", "no"},
    {"submodule.fetchjobs", "1"},
    {"transfer.credentialsinurl", "allow"},
    {"transfer.unpacklimit", "-1"},
}};

}  // namespace

std::string_view git_default(std::string_view key) {
  const auto* const found = std::ranges::lower_bound(kDefaults, key, {}, &Default::key);
  return found != kDefaults.end() && found->key == key ? found->value : "";
}

}  // namespace gitsync::cli
