// SPDX-License-Identifier: Apache-2.0
#include "s3/credentials.h"

#include <algorithm>
#include <utility>

#include "log/sink.h"
#include "s3/provider.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;
using util::Result;
using Found = std::shared_ptr<const Identity>;

// Renewed when less than this is left: requests under way must not expire, and a server that
// gives out new ones may be away for a while.
constexpr std::chrono::seconds kSpareTime = 5min;
// Such ones are used up to here if they cannot be renewed.
constexpr std::chrono::seconds kLastMoment = 10s;
// While the old ones hold.
constexpr std::chrono::seconds kBetweenRenewals = 30s;
// After a refusal: what is found at once is refused as well. Where somebody was busy or silent:
// longer each time, since at the address of an instance's metadata it may be for good.
constexpr std::chrono::seconds kBetweenLooks = 60s;
// Where nothing was found; asking costs the patience with an instance's metadata.
constexpr std::chrono::seconds kUntilSomeMayCome = 10min;
constexpr int kMostBusyLooks = 5;  // doubled no further

std::vector<std::unique_ptr<CredentialProvider>> in_order(const CredentialOptions& options) {
  std::vector<std::unique_ptr<CredentialProvider>> providers;
  providers.push_back(make_environment_provider(options.environment));
  providers.push_back(make_web_identity_provider(options));
  providers.push_back(make_container_provider(options));
  providers.push_back(make_profile_provider(options.environment));
  providers.push_back(make_instance_provider(options));
  return providers;
}

bool is_same(const Identity& a, const Identity& b) {
  return a.access_key == b.access_key && a.secret_key == b.secret_key &&
         a.session_token == b.session_token;
}

}  // namespace

std::chrono::sys_seconds system_time() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Credentials::Credentials(const CredentialOptions& options, log::Logger logger)
    : clock_(options.clock), logger_(std::move(logger)), providers_(in_order(options)) {}
Credentials::~Credentials() = default;

bool Credentials::is_due(std::chrono::seconds margin) const {
  if (!current_) return false;
  const auto& expires_at = current_->expires_at;
  return expires_at && *expires_at - clock_() < margin;
}

Result<Found> Credentials::get(const util::Limit& limit) {
  const util::MutexLock lock(mutex_);
  const bool must =
      !looked_ || was_refused_ || is_due(kLastMoment) || (!current_ && clock_() >= next_look_);
  if (!must && (!is_due(kSpareTime) || clock_() < next_renewal_)) return current_;
  auto found = find(limit);
  if (found && !*found && current_ && !is_due(kLastMoment)) {
    // A hiccup of who gave them; requests without any would be refused.
    found = util::fail(util::ErrorKind::kNotFound, "there are none any more");
  }
  if (!found) {
    if (found.error().cause != util::Cause::kWebIdentityRefused && !limit.stopped()) {
      found.error().cause = util::Cause::kBucketLoginUnusable;
    }
    if (must) return util::fail(std::move(found).error().with_context("credentials for S3"));
    next_renewal_ = clock_() + kBetweenRenewals;
    logger_.error("cannot renew credentials for S3, the old ones are used meanwhile",
                  found.error());
    return current_;
  }
  accept(*std::move(found));
  return current_;
}

std::chrono::seconds Credentials::pause_without() {
  const bool is_busy =
      std::ranges::any_of(providers_, [](const auto& one) { return one->may_have_some_soon(); });
  busy_looks_ = is_busy ? std::min(busy_looks_ + 1, kMostBusyLooks) : 0;
  return is_busy ? std::min(kBetweenLooks * (1 << (busy_looks_ - 1)), kUntilSomeMayCome)
                 : kUntilSomeMayCome;
}

void Credentials::accept(Found found) {
  looked_ = true;
  if (std::exchange(was_refused_, false)) next_look_ = clock_() + kBetweenLooks;
  if (!found) next_look_ = clock_() + pause_without();
  // Some give out the same ones until shortly before their end.
  next_renewal_ = clock_() + kBetweenRenewals;
  current_ = std::move(found);
}

Result<Found> Credentials::find(const util::Limit& limit) {
  for (const auto& provider : providers_) {
    GS_TRY(auto identity, provider->find(limit));
    if (!identity) continue;
    logger_.sink().add_secret(identity->secret_key);
    logger_.sink().add_secret(identity->session_token);
    logger_.info(2, "found credentials for S3", {{"origin", identity->origin}});
    return std::make_shared<const Identity>(*std::move(identity));
  }
  logger_.info(2, "no credentials for S3: requests are not signed");
  return Found();
}

bool Credentials::refused(const Identity& identity) {
  const util::MutexLock lock(mutex_);
  // Another thread was told so before, and they are others by now, or will be.
  if (was_refused_ || !current_ || !is_same(*current_, identity)) return true;
  if (clock_() < next_look_) return false;
  was_refused_ = true;
  return true;
}

}  // namespace gitsync::s3
