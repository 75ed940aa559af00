// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_key_text.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::cli {
namespace {

using util::Cause;

// The form of keys; no server knows them. Lines of 64, as the repaired ones have.
const std::string kBody =
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ==";
const std::string kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
const std::string kEnd = "-----END OPENSSH PRIVATE KEY-----";
const std::string kKey =
    kBegin + "\n" + kBody.substr(0, 64) + "\n" + kBody.substr(64) + "\n" + kEnd + "\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(SshKeyText, AGoodKeyIsUsedAsItIs) {
  for (const auto& text : {kKey, kKey + "\n\n", replaced(kKey, "OPENSSH", "RSA")}) {
    const auto seen = read_key_text(text);
    EXPECT_EQ(seen.flaw, Cause::kUnknown) << text;
    EXPECT_EQ(seen.repaired, "") << text;
  }
}

TEST(SshKeyText, BlanksAndLineBreaksAreRepaired) {
  for (const auto& text :
       {kKey.substr(0, kKey.size() - 1), replaced(kKey, "\n", "\r\n"), replaced(kKey, "\n", "\r"),
        "  " + replaced(kKey, "\n", "\n  "), "\t" + replaced(kKey, "\n", "\n\t"), "\n" + kKey,
        "\xef\xbb\xbf" + kKey, replaced(kKey, "\n", " \n"), replaced(kKey, "\n", "\\n"),
        replaced(replaced(kKey, "\n", " "), kBegin + " ", kBegin + " "), kKey + "\r\n"}) {
    const auto seen = read_key_text(text);
    EXPECT_EQ(seen.repaired, kKey) << text;
    EXPECT_EQ(seen.flaw, Cause::kUnknown) << text;
    EXPECT_NE(seen.damage, "") << text;
  }
}

TEST(SshKeyText, NothingIsRepairedThatWouldLoseSomething) {
  for (const auto& text :
       {"comment\n" + kKey, kKey + "comment", kKey + kKey, replaced(kKey, "b3Bl", "b3B?") + "\r",
        "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n" + kKey}) {
    const auto seen = read_key_text(text);
    EXPECT_EQ(seen.repaired, "") << text;
    EXPECT_EQ(seen.flaw, Cause::kUnknown) << text;
  }
}

TEST(SshKeyText, KnowsWhatSshCannotUse) {
  const auto flaw = [](std::string_view text) { return read_key_text(text).flaw; };
  EXPECT_EQ(flaw(""), Cause::kSshKeyEmpty);
  EXPECT_EQ(flaw(" \r\n"), Cause::kSshKeyEmpty);
  EXPECT_EQ(flaw("ssh-ed25519 AAAA me\n"), Cause::kSshKeyPublicHalf);
  EXPECT_EQ(flaw("ecdsa-sha2-nistp256 AAAA me\n"), Cause::kSshKeyPublicHalf);
  EXPECT_EQ(flaw("---- BEGIN SSH2 PUBLIC KEY ----\n"), Cause::kSshKeyPublicHalf);
  EXPECT_EQ(flaw("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n"),
            Cause::kSshKeyPublicHalf);
  EXPECT_EQ(flaw("PuTTY-User-Key-File-3: ssh-ed25519\r\n"), Cause::kSshKeyPutty);
  EXPECT_EQ(flaw("LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ\n"), Cause::kSshKeyBase64);
  EXPECT_EQ(flaw(kKey.substr(0, 60)), Cause::kSshKeyCut);
  EXPECT_EQ(flaw(kBody), Cause::kSshKeyNoKey);
  EXPECT_EQ(flaw("token"), Cause::kSshKeyNoKey);
}

TEST(SshKeyText, KnowsAPassphraseInEachFormat) {
  const auto flaw = [](std::string_view text) { return read_key_text(text).flaw; };
  // The cipher aes256-ctr.
  const auto openssh = replaced(kKey, "AAAABG5vbmUAAAAEbm9uZQ", "AAAACmFlczI1Ni1jdHIAAA");
  EXPECT_EQ(flaw(openssh), Cause::kSshKeyEncrypted);
  EXPECT_EQ(flaw(replaced(openssh, "\n", "\r\n")), Cause::kSshKeyEncrypted);
  EXPECT_EQ(
      flaw("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n"),
      Cause::kSshKeyEncrypted);
  EXPECT_EQ(
      flaw("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
           "AA==\n-----END RSA PRIVATE KEY-----\n"),
      Cause::kSshKeyEncrypted);
}

}  // namespace
}  // namespace gitsync::cli
