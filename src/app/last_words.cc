// SPDX-License-Identifier: Apache-2.0
#include "app/last_words.h"

#include <unistd.h>

#include <chrono>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>

#include "log/logger.h"
#include "log/record.h"

namespace gitsync::app {
namespace {

constexpr int kStatus = 1;

// For when there is no memory left even for a record.
constexpr std::string_view kOutOfMemory = R"({"logger":"","msg":"out of memory","error":null})"
                                          "\n";

void write_line(std::string_view line) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void write_record(std::string_view message, const util::Error* error, const log::Fields& fields) {
  write_line(log::to_line({.logger = "",
                           .time = std::chrono::system_clock::now(),
                           .location = std::source_location::current(),
                           .level = {},
                           .message = message,
                           .error = error,
                           .fields = fields},
                          log::Redactor()) +
             '\n');
}

bool is_out_of_descriptors(const std::error_code& code) {
  return code == std::errc::too_many_files_open || code == std::errc::too_many_files_open_in_system;
}

// Throws what it cannot say.
void describe(const std::exception_ptr& exception) {
  try {
    if (exception) std::rethrow_exception(exception);
    write_record("the program ended itself", nullptr, {});
  } catch (const std::bad_alloc&) {
    write_record("out of memory", nullptr,
                 {{"hint", "raise the memory limit of the container, or ulimit -v"}});
  } catch (const std::system_error& failure) {
    util::Error error{.message = failure.what()};
    if (is_out_of_descriptors(failure.code())) error.cause = util::Cause::kNoDescriptors;
    write_record("unexpected exception", &error, {});
  } catch (const std::exception& unexpected) {
    const util::Error error{.message = unexpected.what()};
    write_record("unexpected exception", &error, {});
  } catch (...) {
    write_record("unexpected exception", nullptr, {});
  }
}

}  // namespace

int report_exception() noexcept {
  try {
    describe(std::current_exception());
  } catch (...) {
    write_line(kOutOfMemory);
  }
  return kStatus;
}

void report_uncaught_exceptions() noexcept {
  std::set_terminate([] { ::_exit(report_exception()); });
}

}  // namespace gitsync::app
