// SPDX-License-Identifier: Apache-2.0
// The whole configuration as one plain struct, after parsing, precedence and validation. Only
// `app` reads it, and turns it into each library's own options. Contract:
// docs/contract.md#settings.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gitsync::config {

using Duration = std::chrono::nanoseconds;

// One element of --credential (docs/contract.md#credential-json).
struct CredentialSetting {
  std::string url;
  std::string username;
  std::string password;
  std::string password_file;
};

struct Settings {
  // Informational
  std::int64_t verbose = 0;

  // What to sync
  std::string repo;
  std::string ref = "HEAD";
  std::int64_t depth = 1;
  std::string filter;
  std::string submodules = "recursive";
  std::string sparse_checkout_file;

  // Where. `root` is absolute and lexically clean; `root_as_given` is for the log. `link`,
  // `error_file` and `touch_file` are as given (the default link is already filled in), because
  // they are relative to the resolved root.
  std::string root;
  std::string root_as_given;
  std::string link;
  std::string error_file;
  std::string touch_file;
  bool group_write = false;
  Duration stale_worktree_timeout{0};
  bool trust_foreign_owner = false;
  std::int64_t write_concurrency = 0;  // 0: by the kind of volume

  // When
  Duration period = std::chrono::seconds(10);
  Duration init_period{0};  // 0: same as period
  Duration sync_timeout = std::chrono::seconds(120);
  bool one_time = false;
  std::int64_t max_failures = 0;
  std::optional<std::int64_t> init_max_failures;  // set only if given explicitly
  // Signal number; 0: off. May be a number that no signal has.
  int sync_on_signal = 0;

  // Hooks
  std::string exechook_command;
  Duration exechook_timeout = std::chrono::seconds(30);
  Duration exechook_backoff = std::chrono::seconds(3);
  std::string pre_publish_exechook_command;
  Duration pre_publish_exechook_timeout = std::chrono::seconds(30);
  Duration pre_publish_exechook_backoff = std::chrono::seconds(3);
  std::string webhook_url;
  std::string webhook_method = "POST";
  std::int64_t webhook_success_status = 200;
  Duration webhook_timeout = std::chrono::seconds(1);
  Duration webhook_backoff = std::chrono::seconds(3);

  // Authentication
  std::string username;
  std::string password;
  std::string password_origin = "$GITSYNC_PASSWORD";  // where it came from, for messages
  std::string password_file;
  std::vector<CredentialSetting> credentials;
  std::vector<std::string> ssh_key_files = {"/etc/git-secret/ssh"};
  bool ssh_known_hosts = true;
  std::string ssh_known_hosts_file = "/etc/git-secret/known_hosts";
  bool cookie_file = false;
  std::string askpass_url;
  std::string github_base_url = "https://api.github.com/";
  std::string github_app_private_key;
  std::string github_app_private_key_file;
  std::string github_app_client_id;
  std::int64_t github_app_application_id = 0;
  std::int64_t github_app_installation_id = 0;
  bool add_user = false;

  // Buckets, archives and registries
  std::string s3_endpoint;
  std::string s3_region;
  bool s3_path_style = false;
  bool s3_path_style_given = false;  // explicitly
  std::int64_t s3_concurrency = 16;
  std::vector<std::string> exclude;  // patterns, see objects/path_patterns.h
  std::string registry_config;
  bool registry_plain_http = false;
  bool registry_plain_http_given = false;  // explicitly
  std::string max_tree_size = "10GiB";     // util::parse_byte_size() takes it
  std::string bearer_token_file;

  // Snapshots
  std::vector<std::string> publish_snapshots;  // addresses
  std::int64_t snapshot_keep = 10;

  // Serving snapshots; files as given, read again when they change.
  std::string serve_snapshots;  // an address to bind; empty: off
  std::string serve_snapshots_token_file;
  std::string serve_snapshots_tls_cert;  // set if and only if the key is
  std::string serve_snapshots_tls_key;

  // Git and HTTP
  std::string engine = "auto";  // auto, native or git
  std::string git = "git";
  std::string git_config;
  std::vector<std::string> git_config_add;
  // The two above, parsed, in the order to apply them (docs/contract.md#git-config-grammar).
  std::vector<std::pair<std::string, std::string>> git_config_pairs;
  std::string git_gc = "always";
  bool git_gc_given = false;  // explicitly
  std::string http_bind;
  bool http_metrics = false;
  bool http_pprof = false;

  // Given but not understood, and so left out, as the contract wants it for $GITSYNC_CREDENTIAL
  // (docs/contract.md#environment). What fails later may fail because of it.
  std::vector<std::string> dropped_settings;
};

}  // namespace gitsync::config
