// SPDX-License-Identifier: Apache-2.0
// XML of strangers, read by expat: elements and their texts, nothing else. No document type is
// taken, so there are no entities to expand and none to fetch.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::s3 {

// Thread-safety: none. Memory: one text and the names around it.
class XmlReader {
 public:
  // Longest text of an element, in bytes, and deepest nesting; more is an error.
  static constexpr std::size_t kMaxText = std::size_t{16} << 10;
  static constexpr std::size_t kMaxDepth = 16;

  // Called at the end of each element with the names from the root ("Error/Code"), without
  // prefixes, and the text since the last tag within it. Its error ends the reading.
  using OnEnd = std::function<util::Result<void>(std::string_view path, std::string_view text)>;

  explicit XmlReader(OnEnd on_end);
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;
  ~XmlReader();

  // Errors: the callback's; kProtocol for what is not well-formed, holds a document type, is nested
  // too deep, or has too long a text.
  util::Result<void> feed(std::string_view bytes);
  // kProtocol if the document is not whole.
  util::Result<void> finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::s3
