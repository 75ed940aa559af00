// SPDX-License-Identifier: Apache-2.0
#include "source/login_note.h"

#include "source/store_note.h"

namespace gitsync::source {
namespace {

constexpr const char* kLogin = "login";

}  // namespace

LoginNote read_login_note(const tree::Layout& layout, const std::string& url) {
  const std::string text = url + "\n";
  return {.was_needed = read_note(layout, kLogin) == text, .keep = [layout, text](bool needed) {
            if (!needed) {
              forget_note(layout, kLogin);
              return;
            }
            // Without it the next process is refused once.
            [[maybe_unused]] const auto written = write_note(layout, kLogin, text);
          }};
}

}  // namespace gitsync::source
