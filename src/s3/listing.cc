// SPDX-License-Identifier: Apache-2.0
#include "s3/listing.h"

#include <set>
#include <utility>

#include "s3/digest.h"
#include "s3/listing_page.h"
#include "s3/wire.h"
#include "util/quote.h"

namespace gitsync::s3 {

using util::ErrorKind;
using util::Result;

namespace {

// Servers that skip what was deleted answer a few without a key.
constexpr int kMostEmptyPages = 100;

}  // namespace

// One walk.
class Lister {
 public:
  Lister(Client& client, const std::string& prefix) : wire_(*client.wire_), prefix_(prefix) {}

  Result<ListingSummary> walk(const ListingVisitor& visitor, const util::Limit& limit) {
    do {
      GS_TRY(auto page, read_page(limit));
      ++summary_.pages;
      GS_TRY_VOID(check_progress(page));
      for (auto& object : page.objects) {
        GS_TRY_VOID(visit(std::move(object), visitor));
      }
      token_ = std::move(page.next_token);
    } while (!token_.empty());
    return summary_;
  }

 private:
  Call call() const {
    Call call{.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", "1000"}}};
    if (!prefix_.empty()) call.query.emplace_back("prefix", prefix_);
    if (!token_.empty()) call.query.emplace_back("continuation-token", token_);
    return call;
  }

  Result<ListingPage> read_page(const util::Limit& limit) {
    ListingPageReader reader;
    GS_TRY(
        const auto reply,
        wire_.send(call(), {.body = [&](auto bytes) { return named(reader.feed(bytes)); }}, limit));
    if (reply.ok()) return named(reader.finish());
    auto asked = reply.asked;
    asked.key = prefix_;
    return util::fail(explain(reply.error, asked));
  }

  // A server must not keep us going in circles.
  Result<void> check_progress(const ListingPage& page) {
    empty_pages_ = page.objects.empty() ? empty_pages_ + 1 : 0;
    if (empty_pages_ > kMostEmptyPages) return refuse("has too many pages without a key");
    if (!page.next_token.empty() && !seen_.insert(sha256_hex(page.next_token)).second) {
      return refuse("leads back to a page that was read");
    }
    return {};
  }

  Result<void> visit(ListedObject&& object, const ListingVisitor& visitor) {
    if (!object.key.starts_with(prefix_)) {
      return refuse("has " + util::quoted(object.key) + ", which is not below the prefix");
    }
    ++summary_.objects;
    return visitor(std::move(object));
  }

  template <typename T>
  Result<T> named(Result<T> result) const {
    if (result) return result;
    if (result.error().kind == ErrorKind::kProtocol) {
      result.error().cause = util::Cause::kNoBucketServer;
    }
    return util::fail(std::move(result).error().with_context(place()));
  }
  std::unexpected<util::Error> refuse(const std::string& why) const {
    return util::fail(ErrorKind::kProtocol, util::Cause::kNoBucketServer,
                      place() + ": the listing " + why);
  }
  std::string place() const { return "s3://" + wire_.service()->bucket + "/" + prefix_; }

  Wire& wire_;
  const std::string& prefix_;
  std::string token_;
  std::set<std::string> seen_;  // hashes of tokens: these may be long
  int empty_pages_ = 0;
  ListingSummary summary_;
};

Result<ListingSummary> list_objects(Client& client, const std::string& prefix,
                                    const ListingVisitor& visitor, const util::Limit& limit) {
  return Lister(client, prefix).walk(visitor, limit);
}

}  // namespace gitsync::s3
