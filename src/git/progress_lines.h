// SPDX-License-Identifier: Apache-2.0
// What a server says to people while it works, cut into lines: gitprotocol-pack(5), "Packfile
// Data", band 2.

#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace gitsync::git {

// Memory: one line of 500 bytes; what is longer is left out. Thread-safety: none.
class ProgressLines {
 public:
  // Gets lines without an end and without control characters, none of them empty. A line that is
  // written over ends in a carriage return, and is one as well: "Counting objects:  33% (1/3)".
  using Sink = std::function<void(std::string_view)>;

  explicit ProgressLines(Sink sink) : sink_(std::move(sink)) {}

  // In any pieces.
  void feed(std::string_view bytes);
  // Hands out a last line that has no end.
  void finish();

 private:
  Sink sink_;
  std::string line_;
};

}  // namespace gitsync::git
