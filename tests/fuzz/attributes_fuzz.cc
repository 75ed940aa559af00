// SPDX-License-Identifier: Apache-2.0
// git attributes: nothing that stands before or after makes a harmful line harmless.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "git/attributes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gitsync::git::check_attributes;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto checked = check_attributes(text, "file");
  for (const std::string harm : {"* filter=x", "\"a b\"ident", "[attr]m eol=crlf"}) {
    if (check_attributes(text + "\n" + harm, "file")) std::abort();
    const bool before = check_attributes(harm + "\n" + text, "file").has_value();
    if (before) std::abort();
  }
  // A comment changes nothing.
  if (check_attributes("# ident\n" + text, "file").has_value() != checked.has_value()) std::abort();
  return 0;
}
