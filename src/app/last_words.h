// SPDX-License-Identifier: Apache-2.0
// What is said when the program ends by an exception: we throw none, but the standard library does
// when memory is short. One record, exit status 1, no core dump.

#pragma once

namespace gitsync::app {

// To be called in a catch block: writes one record on standard error. Returns the exit status.
int report_exception() noexcept;

// From now on an exception that nothing catches, in whatever thread, ends the process at once with
// such a record and exit status 1.
void report_uncaught_exceptions() noexcept;

}  // namespace gitsync::app
