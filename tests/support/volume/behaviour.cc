// SPDX-License-Identifier: Apache-2.0
#include "support/volume/behaviour.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <thread>
#include <utility>

namespace gitsync::test::volume {
namespace {

int errno_of(const std::string& name) {
  static const std::map<std::string, int> kNames{
      {"EPERM", EPERM},   {"EACCES", EACCES}, {"EOPNOTSUPP", EOPNOTSUPP},
      {"ENOLCK", ENOLCK}, {"EINVAL", EINVAL}, {"EMLINK", EMLINK},
      {"ENOSYS", ENOSYS}, {"EIO", EIO},       {"ENOTSUP", ENOTSUP}};
  const auto found = kNames.find(name);
  if (found != kNames.end()) return found->second;
  std::fprintf(stderr, "shared_volume: unknown errno %s\n", name.c_str());
  std::exit(2);
}

using Setter = std::function<void(Settings&, const std::string& value)>;

Setter flag(bool Settings::* member) {
  return [member](Settings& settings, const std::string& /*value*/) { settings.*member = true; };
}
Setter code(int Settings::* member) {
  return [member](Settings& settings, const std::string& value) {
    settings.*member = errno_of(value);
  };
}
Setter time(std::chrono::microseconds Settings::* member) {
  return [member](Settings& settings, const std::string& value) {
    settings.*member = std::chrono::microseconds(std::stol(value));
  };
}

void set(Settings& settings, const std::string& word) {
  static const std::map<std::string, Setter> kSetters{
      {"silly", flag(&Settings::silly)},
      {"handles", flag(&Settings::handles)},
      {"squash", flag(&Settings::squash)},
      {"no-types", flag(&Settings::no_types)},
      {"stale", [](Settings& s, const std::string& value) { s.stale = std::stoi(value); }},
      {"link", code(&Settings::link)},
      {"chmod", code(&Settings::change_mode)},
      {"chown", code(&Settings::change_owner)},
      {"lock", code(&Settings::lock)},
      {"rename-flags", code(&Settings::rename_flags)},
      {"sync-folder", code(&Settings::synchronize)},
      {"cache", [](Settings& s, const std::string& value) { s.cache = std::stod(value); }},
      {"delay", time(&Settings::delay)},
      {"link-delay", time(&Settings::link_delay)}};
  const auto equals = word.find('=');
  const auto found = kSetters.find(word.substr(0, equals));
  if (found == kSetters.end()) {
    std::fprintf(stderr, "shared_volume: unknown setting %s\n", word.c_str());
    std::exit(2);
  }
  found->second(settings, equals == std::string::npos ? "" : word.substr(equals + 1));
}

}  // namespace

Behaviour::Behaviour(std::string control, std::string counts)
    : control_(std::move(control)), counts_file_(std::move(counts)) {}

Settings Behaviour::look() {
  const std::scoped_lock lock(mutex_);
  struct stat info{};
  if (::stat(control_.c_str(), &info) != 0) return settings_;
  // The change time tells a replaced file, too.
  if (info.st_ctim.tv_sec == read_.tv_sec && info.st_ctim.tv_nsec == read_.tv_nsec) {
    return settings_;
  }
  read_ = info.st_ctim;
  settings_ = {};
  most_waiting_.clear();
  std::ifstream words(control_);
  for (std::string word; words >> word;) set(settings_, word);
  return settings_;
}

Settings Behaviour::begin(const char* operation) {
  const Settings settings = look();
  {
    const std::scoped_lock lock(mutex_);
    ++counts_[operation];
  }
  if (settings.delay.count() > 0) wait(operation, settings.delay);
  return settings;
}

void Behaviour::wait(const char* operation, std::chrono::microseconds delay) {
  {
    const std::scoped_lock lock(mutex_);
    const auto now = ++waiting_[operation];
    most_waiting_[operation] = std::max(most_waiting_[operation], now);
  }
  std::this_thread::sleep_for(delay);
  const std::scoped_lock lock(mutex_);
  --waiting_[operation];
}

void Behaviour::write_counts() {
  const std::scoped_lock lock(mutex_);
  const std::string fresh = counts_file_ + ".new";
  {
    std::ofstream out(fresh);
    for (const auto& [operation, times] : counts_) out << operation << ' ' << times << '\n';
    for (const auto& [operation, most] : most_waiting_) {
      out << operation << "-at-once " << most << '\n';
    }
  }
  [[maybe_unused]] const int renamed = std::rename(fresh.c_str(), counts_file_.c_str());
}

}  // namespace gitsync::test::volume
