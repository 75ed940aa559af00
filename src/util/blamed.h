// SPDX-License-Identifier: Apache-2.0
// A cause for an answer that is not what it should be (kProtocol), where nobody who knew more has
// given one.

#pragma once

#include "util/error.h"

namespace gitsync::util {

inline void blame(Error& error, Cause cause) {
  if (error.kind == ErrorKind::kProtocol && error.cause == Cause::kUnknown) error.cause = cause;
}

template <typename T>
Result<T> blamed(Result<T> result, Cause cause) {
  if (!result) blame(result.error(), cause);
  return result;
}

}  // namespace gitsync::util
