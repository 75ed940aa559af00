// SPDX-License-Identifier: Apache-2.0
#include "git/diagnosis.h"

#include <array>

namespace gitsync::git {
namespace {

using util::ErrorKind;

struct Rule {
  std::string_view text;  // found in standard error
  ErrorKind kind;
  std::string_view hint;
  std::string_view also = {};  // found there as well
};

constexpr std::string_view kHostRefused = "Host key verification failed";
constexpr std::string_view kKeyRefused = "Permission denied (publickey";
constexpr std::string_view kUnreadableCa =
    "the file with the CA certificates cannot be read: check GIT_SSL_CAINFO and http.sslCAInfo";
constexpr std::string_view kUntrustedTls =
    "the server's TLS certificate is not trusted, or has expired: add its CA with "
    "--git-config='http.sslCAInfo:/path/ca.crt' or GIT_SSL_CAINFO, or renew it";
constexpr std::string_view kWrongTlsName =
    "the server's TLS certificate is for another host name: check the host in --repo";
constexpr std::string_view kNoTls =
    "no TLS is spoken at this port: check https:// and the port in --repo";
constexpr std::string_view kUnknownScheme =
    "git does not know this kind of address: check what stands before :// in --repo";
constexpr std::string_view kUnreachable =
    "the server cannot be reached: check host and port in --repo, network policy and proxy";
constexpr std::string_view kProxyRefuses =
    "the proxy refuses the connection: check https_proxy, http_proxy and no_proxy";

// The first match wins: causes stand before their consequences, since ssh and git print both.
constexpr std::array kRules{
    // ssh: the host
    Rule{"REMOTE HOST IDENTIFICATION HAS CHANGED", ErrorKind::kAuth,
         "the server's SSH host key differs from the one in --ssh-known-hosts-file: check with "
         "the server's owner, then replace the line",
         // Without the check this is a remark, and something else failed.
         kHostRefused},
    Rule{kHostRefused, ErrorKind::kAuth,
         "the server's SSH host key is not known: put its line (ssh-keyscan -p PORT HOST, checked "
         "by you) into the file of --ssh-known-hosts-file, and let this user read that file; "
         "--ssh-known-hosts=false skips the check"},
    Rule{"No user exists for uid", ErrorKind::kLocal,
         "ssh needs an entry for this uid in /etc/passwd: set --add-user "
         "(GITSYNC_ADD_USER=true)"},
    // http: credentials
    Rule{"Authentication failed for", ErrorKind::kAuth, ""},
    Rule{"could not read Username", ErrorKind::kAuth, ""},
    Rule{"could not read Password", ErrorKind::kAuth, ""},
    Rule{"HTTP Basic: Access denied", ErrorKind::kAuth, ""},
    Rule{"The requested URL returned error: 401", ErrorKind::kAuth, ""},
    Rule{"The requested URL returned error: 403", ErrorKind::kAuth, ""},
    Rule{"The requested URL returned error: 429", ErrorKind::kNetwork,
         "the server limits the rate of requests: use a longer --period"},
    Rule{
        "The requested URL returned error: 400", ErrorKind::kNetwork,
        "the server does not take the request: check http:// or https://, host and port in --repo"},
    Rule{"The requested URL returned error: 5", ErrorKind::kNetwork,
         "the server, or a proxy before it, has a fault of its own: see its state; the next pass "
         "tries again, if --max-failures allows"},
    // TLS
    Rule{"server certificate verification failed", ErrorKind::kNetwork, kUntrustedTls},
    Rule{"server verification failed", ErrorKind::kNetwork, kUntrustedTls},  // libcurl 8 and GnuTLS
    Rule{"SSL certificate problem", ErrorKind::kNetwork, kUntrustedTls},
    Rule{"error setting certificate", ErrorKind::kNetwork, kUnreadableCa},
    Rule{"Problem with the SSL CA cert", ErrorKind::kNetwork, kUnreadableCa},
    Rule{"no alternative certificate subject name matches", ErrorKind::kNetwork, kWrongTlsName},
    Rule{"does not match target host", ErrorKind::kNetwork, kWrongTlsName},
    Rule{"unexpected TLS packet", ErrorKind::kNetwork, kNoTls},
    Rule{"wrong version number", ErrorKind::kNetwork, kNoTls},
    // what is asked for
    Rule{"git: 'remote-", ErrorKind::kInvalid, kUnknownScheme},
    Rule{"nable to find remote helper for", ErrorKind::kInvalid, kUnknownScheme},
    Rule{"couldn't find remote ref", ErrorKind::kNotFound,
         "the server has no such ref: check --ref (abbreviated hashes are not supported)"},
    Rule{"mismatched algorithms", ErrorKind::kProtocol,
         "the repository's hashes are of the other kind: for SHA-256 set "
         "GIT_DEFAULT_HASH=sha256, and use an empty --root"},
    Rule{"not our ref", ErrorKind::kNotFound,
         "the server does not hand out this commit: it is unknown there, or the server allows "
         "only the tips of branches and tags"},
    Rule{"invalid refspec", ErrorKind::kNotFound,
         "--ref must be a branch, a tag, a full hash or a full ref name"},
    Rule{"repository not found", ErrorKind::kNotFound,
         "no such repository, or these credentials may not see it: check --repo and the account's "
         "rights"},
    Rule{"Repository not found", ErrorKind::kNotFound,
         "no such repository, or these credentials may not see it: check --repo and the account's "
         "rights"},
    // git over http: repository 'https://host/name/' not found
    Rule{"/' not found", ErrorKind::kNotFound,
         "no such repository, or it takes credentials to see it: check --repo and the account's "
         "rights"},
    Rule{"does not appear to be a git repository", ErrorKind::kNotFound,
         "nothing is served there: check the path in --repo"},
    Rule{"not valid: is this a git repository?", ErrorKind::kNotFound,
         "the address answers, but not as a git server: check --repo"},
    Rule{"dubious ownership", ErrorKind::kLocal,
         "the repository belongs to another user: --git-config='safe.directory:*' trusts all "
         "repositories"},
    // the way there
    Rule{"Could not resolve proxy", ErrorKind::kNetwork,
         "the proxy's host name does not resolve: check https_proxy, http_proxy and no_proxy"},
    Rule{"from proxy after CONNECT", ErrorKind::kNetwork, kProxyRefuses},
    Rule{"CONNECT tunnel failed", ErrorKind::kNetwork, kProxyRefuses},
    Rule{"Could not resolve host", ErrorKind::kNetwork,
         "the host name in --repo does not resolve: check its spelling and the pod's DNS"},
    Rule{"Name or service not known", ErrorKind::kNetwork,
         "the host name in --repo does not resolve: check its spelling and the pod's DNS"},
    Rule{"Temporary failure in name resolution", ErrorKind::kNetwork,
         "name resolution failed: check the pod's DNS and network policy"},
    Rule{"Connection refused", ErrorKind::kNetwork,
         "nothing listens at this host and port: check the port in --repo, network policy and "
         "proxy"},
    Rule{"Failed to connect", ErrorKind::kNetwork, kUnreachable},
    Rule{"No route to host", ErrorKind::kNetwork, kUnreachable},
    Rule{"Connection timed out", ErrorKind::kNetwork,
         "the server does not answer: check host and port in --repo, network policy and proxy"},
    Rule{"Network is unreachable", ErrorKind::kNetwork, "this machine has no way to the server"},
    // ssh: the key. After the causes above, since ssh remarks on every key file, needed or not
    Rule{"UNPROTECTED PRIVATE KEY FILE", ErrorKind::kAuth,
         "ssh refuses the key file, because it belongs to this user and others may read it: mount "
         "the secret with mode 0400 (defaultMode: 0400), or run as another user (runAsUser) that "
         "may read it"},
    Rule{"Load key", ErrorKind::kAuth,
         "an SSH key file cannot be used: check that --ssh-key-file is readable by this user "
         "(secret mode 0400 or 0440 with fsGroup) and holds a complete private key without "
         "passphrase, ending in a newline"},
    Rule{"not accessible: No such file or directory", ErrorKind::kAuth,
         "an SSH key file is missing: check --ssh-key-file and the secret mounted there",
         kKeyRefused},
    Rule{"no such identity", ErrorKind::kAuth,
         "an SSH key file is missing: check --ssh-key-file and the secret mounted there",
         kKeyRefused},
    Rule{"not accessible: Permission denied", ErrorKind::kAuth,
         "an SSH key file is not readable by this user: mount the secret with mode 0440 and an "
         "fsGroup, or run as its owner",
         kKeyRefused},
    Rule{kKeyRefused, ErrorKind::kAuth,
         "the server refused the SSH key: register the public key of --ssh-key-file (as deploy "
         "key or account key), check the user name in --repo (usually git@), and that the key has "
         "no passphrase"},
    Rule{"Too many authentication failures", ErrorKind::kAuth,
         "the server gave up after several SSH keys: put the right one first, or configure fewer "
         "--ssh-key-file"},
    // whose end the other side takes for a broken connection
    Rule{"repository corruption on the remote side", ErrorKind::kNetwork,
         "the server could not put the answer together: it may be short of memory, or its "
         "repository damaged; ask its owner"},
    Rule{"died of signal 9", ErrorKind::kLocal, kKilledHint},
    // any broken connection
    Rule{"Could not read from remote repository", ErrorKind::kNetwork, ""},
    Rule{"unable to access", ErrorKind::kNetwork, ""},
    Rule{"early EOF", ErrorKind::kNetwork, "the connection broke during the transfer"},
    Rule{"unexpected disconnect", ErrorKind::kNetwork, "the connection broke during the transfer"},
    Rule{"hung up unexpectedly", ErrorKind::kNetwork, "the connection broke during the transfer"},
    Rule{"transport 'ext' not allowed", ErrorKind::kInvalid,
         "git allows this kind of address only if protocol.ext.allow says so"},
    Rule{"transport 'file' not allowed", ErrorKind::kInvalid,
         "git takes nothing from the local disk for a submodule, or with GIT_PROTOCOL_FROM_USER=0: "
         "--git-config='protocol.file.allow:always' permits it"},
    // this machine
    Rule{"No space left on device", ErrorKind::kLocal, kDiskFullHint},
    Rule{"Disk quota exceeded", ErrorKind::kLocal,
         "the quota of the disk that holds --root is used up: what is published stays as it "
         "is; raise it"},
    Rule{"Read-only file system", ErrorKind::kLocal,
         "--root lies on a read-only file system: mount a writable volume there"},
    Rule{"Permission denied", ErrorKind::kLocal,
         "this user may not write below --root: set the pod's fsGroup, or run as the volume's "
         "owner"},
};

}  // namespace

Diagnosis diagnose(std::string_view standard_error) {
  const auto says = [&](std::string_view text) {
    return standard_error.find(text) != std::string_view::npos;
  };
  for (const Rule& rule : kRules) {
    if (says(rule.text) && says(rule.also)) {
      return {rule.kind, std::string(rule.hint)};
    }
  }
  return {};
}

util::Error blame_submodule(util::Error error) {
  constexpr std::string_view kRepo = "--repo";
  constexpr std::string_view kSubmodule = "the submodule's address";
  for (auto at = error.hint.find(kRepo); at != std::string::npos;
       at = error.hint.find(kRepo, at + kSubmodule.size())) {
    error.hint.replace(at, kRepo.size(), kSubmodule);
  }
  if (error.kind == ErrorKind::kAuth && error.hint.empty()) {
    error.hint =
        "a submodule's server asks for a user name and password, or refuses those it got: give "
        "--credential with this submodule's address, or check the one that is set for it";
  }
  return error;
}

}  // namespace gitsync::git
