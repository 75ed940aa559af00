// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.h"

#include <gtest/gtest.h>

#include "log/hints.h"

namespace gitsync::cli {
namespace {

struct Case {
  std::string_view text;
  util::ErrorKind kind;
  std::string_view hint;  // part of it
};

class Diagnosing : public testing::TestWithParam<Case> {};

TEST_P(Diagnosing, FindsKindAndHint) {
  const auto diagnosis = diagnose(GetParam().text);
  EXPECT_EQ(diagnosis.kind, GetParam().kind);
  const auto hint = log::hint_of({.kind = diagnosis.kind,
                                  .message = "",
                                  .cause = diagnosis.cause,
                                  .subject = diagnosis.subject});
  EXPECT_NE(hint.find(GetParam().hint), std::string::npos) << hint;
}

using util::ErrorKind;

INSTANTIATE_TEST_SUITE_P(
    ClassicMistakes, Diagnosing,
    testing::Values(
        Case{"No ED25519 host key is known for h and you have requested strict checking.\n"
             "Host key verification failed.\nfatal: Could not read from remote repository.",
             ErrorKind::kAuth, "--ssh-known-hosts-file"},
        Case{"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
             "Host key verification failed.\nfatal: Could not read from remote repository.",
             ErrorKind::kAuth, "differs from the one"},
        // with --ssh-known-hosts=false
        Case{"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
             "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.",
             ErrorKind::kAuth, "register the public key"},
        Case{"fatal: unable to access 'http://h/': Unsupported proxy syntax in 'http://p:99999999'",
             ErrorKind::kInvalid, "http_proxy"},
        Case{"fatal: ssh variant 'simple' does not support setting port", ErrorKind::kInvalid,
             "GIT_SSH_VARIANT=ssh"},
        Case{"error: git-remote-https died of signal 9\n"
             "fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF",
             ErrorKind::kLocal, "memory"},
        Case{"fatal: the remote end hung up upon initial contact", ErrorKind::kNetwork,
             "the connection broke"},
        Case{"fatal: expected flush after ref listing", ErrorKind::kNetwork,
             "the connection broke"},
        Case{"error: pack-objects died of signal 9\n"
             "fatal: git upload-pack: aborting due to possible repository corruption on the remote "
             "side.\nfatal: early EOF",
             ErrorKind::kNetwork, "ask its owner"},
        Case{"git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.",
             ErrorKind::kAuth, "register the public key"},
        Case{"@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\nPermissions 0644 for "
             "'/k' "
             "are too open.\nLoad key \"/k\": bad permissions\ngit@h: Permission denied "
             "(publickey).",
             ErrorKind::kAuth, "mode 0400"},
        Case{"Load key \"/k\": Permission denied\ngit@h: Permission denied (publickey).",
             ErrorKind::kAuth, "--ssh-key-file"},
        Case{"Warning: Identity file /k not accessible: No such file or directory.\n"
             "git@h: Permission denied (publickey).",
             ErrorKind::kAuth, "missing"},
        Case{"no such identity: /k: No such file or directory\ngit@h: Permission denied "
             "(publickey).",
             ErrorKind::kAuth, "missing"},
        // ssh remarks on every key file that is missing, whatever goes wrong after
        Case{"Warning: Identity file /k not accessible: No such file or directory.\n"
             "ssh: Could not resolve hostname h.invalid: Name or service not known\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "does not resolve"},
        Case{"Warning: Identity file /k not accessible: No such file or directory.\n"
             "ssh: connect to host h port 1: Connection refused\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "nothing listens"},
        Case{"Warning: Identity file /k not accessible: No such file or directory.\n"
             "Host key verification failed.\nfatal: Could not read from remote repository.",
             ErrorKind::kAuth, "--ssh-known-hosts-file"},
        Case{"Warning: Identity file /k not accessible: No such file or directory.\n"
             "fatal: '/r' does not appear to be a git repository\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNotFound, "check the path"},
        Case{"Load key \"/k\": error in libcrypto\nERROR: Repository not found.\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNotFound, "no such repository"},
        Case{"fatal: transport 'file' not allowed", ErrorKind::kInvalid,
             "GIT_PROTOCOL_FROM_USER=0"},
        Case{"fatal: Authentication failed for 'https://h/r/'", ErrorKind::kAuth, ""},
        Case{"fatal: couldn't find remote ref nope", ErrorKind::kNotFound, "--ref"},
        Case{"fatal: repository 'https://h/r/' not found", ErrorKind::kNotFound, "--repo"},
        Case{"remote: Repository not found.\nfatal: repository 'https://h/r/' not found",
             ErrorKind::kNotFound, "--repo"},
        Case{"fatal: unable to access 'https://h/': server verification failed: certificate signer "
             "not "
             "trusted. (CAfile: /etc/ssl/certs/ca-certificates.crt CRLfile: none)",
             ErrorKind::kNetwork, "http.sslCAInfo"},
        Case{"fatal: unable to access 'https://h/': SSL certificate problem: unable to get local "
             "issuer certificate",
             ErrorKind::kNetwork, "http.sslCAInfo"},
        Case{"fatal: unable to access 'https://h/': SSL: certificate subject name (x) does not "
             "match target host name 'h'",
             ErrorKind::kNetwork, "another host name"},
        Case{"fatal: unable to access 'https://h/': SSL: certificate subject name (x) does not "
             "match target hostname 'h'",
             ErrorKind::kNetwork, "another host name"},
        Case{"fatal: unable to access 'https://h/': Problem with the SSL CA cert (path? access "
             "rights?)",
             ErrorKind::kNetwork, "CA certificates"},
        Case{"fatal: unable to access 'https://h/': Could not resolve proxy: p",
             ErrorKind::kNetwork, "proxy"},
        Case{"fatal: unable to access 'https://h/': Could not resolve host: h", ErrorKind::kNetwork,
             "DNS"},
        Case{"fatal: unable to access 'http://h/': Failed to connect to h port 1: Connection "
             "refused",
             ErrorKind::kNetwork, "nothing listens"},
        Case{"fatal: unable to access 'http://h/': The requested URL returned error: 400",
             ErrorKind::kNetwork, "http:// or https://"},
        Case{"fatal: unable to access 'https://h/': The requested URL returned error: 503",
             ErrorKind::kNetwork, "a fault of its own"},
        Case{"fatal: unable to access 'https://h/': gnutls_handshake() failed: An unexpected TLS "
             "packet was received.",
             ErrorKind::kNetwork, "no TLS"},
        Case{"fatal: unable to access 'https://h/': error:0A00010B:SSL routines::wrong version "
             "number",
             ErrorKind::kNetwork, "no TLS"},
        Case{"git: 'remote-htps' is not a git command. See 'git --help'.", ErrorKind::kInvalid,
             "before ://"},
        Case{"ssh: connect to host h port 22: No route to host\nfatal: Could not read from remote "
             "repository.",
             ErrorKind::kNetwork, "cannot be reached"},
        Case{"error: unable to write file x: No space left on device", ErrorKind::kLocal, "full"},
        Case{"something else", ErrorKind::kLocal, ""}));

INSTANTIATE_TEST_SUITE_P(
    SshServers, Diagnosing,
    testing::Values(
        Case{"Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their "
             "offer: ssh-rsa,ssh-dss\r\nfatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "GIT_SSH_COMMAND='ssh -o HostKeyAlgorithms=+ssh-rsa'"},
        Case{"Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found. "
             "Their offer: diffie-hellman-group1-sha1,kex-strict-s-v00@openssh.com\r\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "KexAlgorithms=+diffie-hellman-group1-sha1'"},
        Case{"Unable to negotiate with 10.0.0.1 port 22: no matching cipher found. Their offer: "
             "3des-cbc\r\nfatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "Ciphers=+3des-cbc'"},
        Case{
            "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by "
            "10.0.0.1 port 22\r\nfatal: Could not read from remote repository.",
            ErrorKind::kNetwork, "before SSH began"},
        Case{"kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by "
             "10.0.0.1 port 22\r\nfatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "before SSH began"},
        Case{"kex_exchange_identification: banner line contains invalid characters\r\nbanner "
             "exchange: "
             "Connection to 10.0.0.1 port 443: invalid format\r\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kNetwork, "does not speak SSH"},
        Case{"Connection closed by 10.0.0.1 port 22\r\nfatal: Could not read from remote "
             "repository.",
             ErrorKind::kNetwork, "closed the SSH connection"},
        Case{"Load key \"/k\": Permission denied\r\ngit@h: Permission denied (publickey).",
             ErrorKind::kAuth, "not readable by this user"},
        Case{"ERROR: Repository not found.\nfatal: Could not read from remote repository.",
             ErrorKind::kNotFound, "registered for"},
        Case{"remote: \nremote: ERROR: The project you were looking for could not be found or you "
             "don't have permission to view it.\nfatal: Could not read from remote repository.",
             ErrorKind::kNotFound, "registered for"},
        Case{"Connection closed by 10.0.0.1 port 22\r\ngit@h: Permission denied (publickey).\r\n"
             "fatal: Could not read from remote repository.",
             ErrorKind::kAuth, "register the public key"}));

INSTANTIATE_TEST_SUITE_P(
    Answers, Diagnosing,
    testing::Values(
        Case{"fatal: unable to access 'https://h/r/': The requested URL returned error: 403",
             ErrorKind::kAuth, "403"},
        Case{"fatal: unable to update url base from redirection:\n  asked for: "
             "https://h/r/info/refs?service=git-upload-pack\n   redirect: "
             "https://login.h/sign_in?token=secret",
             ErrorKind::kNotFound, "sent git on to https://login.h/sign_in, a page"},
        Case{"warning: redirecting to https://login.h/?to=/r/\nfatal: https://h/r/info/refs not "
             "valid: "
             "is this a git repository?",
             ErrorKind::kNotFound, "sent git on to https://login.h/, a page"},
        Case{"fatal: https://h/r/info/refs not valid: is this a git repository?",
             ErrorKind::kNotFound, "not as a git server"},
        Case{"error: Server does not allow request for unadvertised object 1111",
             ErrorKind::kNotFound, "AcceptEnv GIT_PROTOCOL"},
        Case{"fatal: No url found for submodule path 'sub' in .gitmodules", ErrorKind::kNotFound,
             "does not name"},
        Case{"warning: url has no scheme: git@h:r\nfatal: credential url cannot be parsed: git@h:r",
             ErrorKind::kInvalid, "unset GITSYNC_USERNAME"},
        Case{
            "fatal: unable to access 'https://h/a b/': URL using bad/illegal format or missing URL",
            ErrorKind::kInvalid, "%20"},
        Case{"fatal: unable to access 'https://h/a b/': URL rejected: Malformed input to a URL "
             "function",
             ErrorKind::kInvalid, "%20"},
        Case{"ssh: hostname contains invalid characters\r\nfatal: Could not read from remote "
             "repository.",
             ErrorKind::kInvalid, "cannot read the address"},
        Case{"warning: url contains a newline in its path component: http://h/%0a\n"
             "fatal: credential url cannot be parsed: http://h/%0a",
             ErrorKind::kInvalid, "cannot read the address"},
        Case{"fatal: unable to access 'http://h/': The requested URL returned error: 301",
             ErrorKind::kNetwork, "not as a git server"},
        Case{"fatal: unable to access 'http://h/': Empty reply from server", ErrorKind::kNetwork,
             "does not answer"},
        Case{"fatal: protocol error: bad line length character: Welc", ErrorKind::kNetwork,
             "not as a git server"},
        Case{"fatal: invalid filter-spec 'nonsense'", ErrorKind::kInvalid, "--filter"},
        Case{"error: invalid path '.git'\nfatal: Could not reset index file to revision '1'.",
             ErrorKind::kLocal, "what git does not accept"},
        Case{"fatal: sha1 file '/x' write error. Out of diskspace", ErrorKind::kLocal, "full"},
        Case{"fatal: not a git repository (or any of the parent directories): .git",
             ErrorKind::kLocal, "no whole repository"},
        Case{"fatal: protocol ''https' is not supported", ErrorKind::kInvalid, "before ://"},
        Case{"error: chmod on /git/.git/config.lock failed: Operation not permitted\n"
             "fatal: could not set 'core.filemode' to 'false'",
             ErrorKind::kLocal, "change modes of files"}));

TEST(Diagnosis, NamesTheAddressThatRefusedTheCredentials) {
  const auto diagnosis = diagnose("fatal: Authentication failed for 'https://h:8443/r/?x=secret'");
  EXPECT_EQ(diagnosis.subject, "https://h:8443/r/");
}

std::string submodule_hint(std::string_view standard_error) {
  const auto diagnosis = diagnose(standard_error);
  return log::hint_of(
      blame_submodule({.kind = diagnosis.kind, .message = "", .cause = diagnosis.cause}));
}

TEST(BlamingASubmodule, SpeaksOfItsAddressAndCredentialNotOfRepo) {
  EXPECT_EQ(submodule_hint("fatal: unable to access 'https://h/': Could not resolve host: h"),
            "the host name in the submodule's address does not resolve: check its spelling and the "
            "pod's DNS");
  EXPECT_NE(submodule_hint("fatal: Authentication failed for 'https://h/r/'").find("--credential"),
            std::string::npos);
  EXPECT_NE(submodule_hint("error: Server does not allow request for unadvertised object 1111")
                .find("the submodule's server does not hand out"),
            std::string::npos);
  EXPECT_EQ(submodule_hint("something else"), "");
}

TEST(LookedForCredentials, OnlyWhenAHelperOrAPersonIsAsked) {
  constexpr std::string_view kStart =
      "12:00:00.000000 run-command.c:655 trace: run_command: GIT_DIR=.git git remote-https u u\n";
  EXPECT_FALSE(looked_for_credentials(kStart));
  EXPECT_FALSE(looked_for_credentials("fatal: unable to access 'https://h/get'\n"));
  EXPECT_TRUE(looked_for_credentials(
      std::string(kStart) +
      "12:00:00.000000 run-command.c:655 trace: run_command: 'git credential-cache --timeout 3600 "
      "--socket '\\''/tmp/s'\\'' get'\n"));
  EXPECT_TRUE(looked_for_credentials(std::string(kStart) +
                                     "12:00:00.000000 run-command.c:655 trace: run_command: true "
                                     "'Username for '\\''https://h'\\'': '"));
}

}  // namespace
}  // namespace gitsync::cli
