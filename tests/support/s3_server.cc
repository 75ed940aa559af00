// SPDX-License-Identifier: Apache-2.0
#include "support/s3_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "s3/client.h"
#include "support/captured_log.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

std::string name_of(S3Server::Kind kind) {
  return kind == S3Server::Kind::kSeaweed ? "weed" : "versitygw";
}

// Of the script: the program, or nothing and the reason.
std::pair<std::string, std::string> find_program(S3Server::Kind kind) {
  const std::string command =
      util::shell_quote(std::string(GITSYNC_SOURCE_DIR) + "/tools/s3-servers.sh") + " --cached " +
      name_of(kind) + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) std::abort();
  std::string text;
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  const std::string said(util::trim(text));
  return ::pclose(pipe) == 0 ? std::pair(said, std::string()) : std::pair(std::string(), said);
}

// `more_ports`: gets those of its parts.
std::vector<std::string> seaweed(const std::string& program, const TempDir& dir, int port,
                                 std::vector<ReservedPort>& more_ports) {
  const std::string identities = dir / "s3.json";
  if (!util::write_file(identities, std::string(R"({"identities":[{"name":"t","credentials":[)") +
                                        R"({"accessKey":")" + S3Server::kAccessKey +
                                        R"(","secretKey":")" + S3Server::kSecretKey +
                                        R"("}],"actions":["Admin","Read","Write","List"]}]})")) {
    std::abort();
  }
  std::vector<std::string> words = {program,
                                    "server",
                                    "-dir=" + dir.path(),
                                    "-ip=127.0.0.1",
                                    "-ip.bind=127.0.0.1",
                                    "-filer",
                                    "-s3",
                                    "-s3.config=" + identities,
                                    "-s3.port=" + std::to_string(port),
                                    "-s3.port.iceberg=0",
                                    "-s3.port.lance=0",
                                    "-master.telemetry=false",
                                    "-master.volumeSizeLimitMB=64",
                                    "-volume.max=50"};
  for (const auto* name : {"master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
                           "filer.port", "filer.port.grpc", "s3.port.grpc"}) {
    const int number = more_ports.emplace_back().number();
    words.push_back(std::string("-") + name + "=" + std::to_string(number));
  }
  return words;
}

std::vector<std::string> versity(const std::string& program, const TempDir& dir, int port) {
  const std::string folder = dir / "data";
  ::mkdir(folder.c_str(), 0755);
  return {program,
          "--access",
          S3Server::kAccessKey,
          "--secret",
          S3Server::kSecretKey,
          "--port",
          "127.0.0.1:" + std::to_string(port),
          "posix",
          folder};
}

}  // namespace

std::string S3Server::why_missing(Kind kind) { return find_program(kind).second; }

std::vector<std::string> S3Server::command() {
  const auto program = find_program(kind_).first;
  return kind_ == Kind::kSeaweed ? seaweed(program, dir_, port(), more_ports_)
                                 : versity(program, dir_, port());
}

S3Server::S3Server(Kind kind) : kind_(kind) {
  child_ = std::make_unique<Child>([words = command(), log = dir_ / "log"]() mutable {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execv(argv.front(), argv.data());
    return 127;
  });
}

S3Server::~S3Server() = default;

util::Environment S3Server::environment() const {
  util::Environment environment;
  environment.set("AWS_ACCESS_KEY_ID", kAccessKey);
  environment.set("AWS_SECRET_ACCESS_KEY", kSecretKey);
  return environment;
}

void S3Server::create_bucket(const std::string& name) const {
  const CapturedLog log;
  const auto credentials = std::make_shared<s3::Credentials>(
      s3::CredentialOptions{.environment = environment()}, log.logger());
  auto client = s3::Client::open({.endpoint = endpoint()}, name, credentials).value();
  std::string said;
  bool created = false;
  // Longer than a server takes that is just beginning: what is given up may still be done, later.
  const auto soon = [] { return util::Limit{}.within(kPatience); };
  const auto put = [&](const std::string& key, const std::string& body) {
    const auto done = client.put(key, body, {}, soon());
    if (!done) said = done.error().message;
    return done.has_value();
  };
  // The place for objects may be there later than the buckets. And what the client had to repeat
  // may have been done the first time.
  const auto works = [&] {
    created = created || put("", "") || said.contains("BucketAlready");
    return created && put("probe", "x") && client.remove("probe", soon());
  };
  // A busy machine takes its time to start one.
  EXPECT_TRUE(eventually(works) || eventually(works)) << said << "\n"
                                                      << util::read_file(dir_ / "log").value_or("");
}

}  // namespace gitsync::test
