// SPDX-License-Identifier: Apache-2.0
// Knows the secrets of this process and takes them out of texts, however a URL or a quoted string
// has spelled them; and those that it does not know, if they have the shape of one
// (util/secret_shape.h).

#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "util/mutex.h"

namespace gitsync::log {

// Thread-safety: all members may be called from any thread.
class Redactor {
 public:
  // Texts shorter than this are not registered: replacing them would only make logs unreadable.
  static constexpr std::size_t kMinSecret = 4;

  // Blanks and line ends around the secret do not count. Of a text of several lines, such as a
  // private key, each long line is registered, too.
  void add(std::string_view secret);

  // Replaces each occurrence of a secret by REDACTED, be it as it is, percent-encoded as in a URL
  // (any subset of its bytes, hex digits of either case), or with its double quotes and
  // backslashes escaped. Then what looks like a secret.
  // Cost: one look at each byte that no secret begins with. Cut texts only afterwards, since the
  // rest of a secret is not found.
  std::string redact(std::string_view text) const;

 private:
  void remember(std::string_view secret) GITSYNC_REQUIRES(mutex_);
  std::string without_known(std::string_view text) const;

  mutable util::SharedMutex mutex_;
  std::vector<std::string> secrets_ GITSYNC_GUARDED_BY(mutex_);  // oldest first
  // What a secret, in some spelling, may begin with.
  std::bitset<256> first_bytes_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::log
