// SPDX-License-Identifier: Apache-2.0
// The texts that the table makes for people: --help, --man, and the flags of the start-up log.
// None of them holds a secret.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/sources.h"

namespace gitsync::config {

// `defaults` are the values before the command line was read, so that variables show.
std::string usage_text(const Inputs& defaults, std::string_view program);

std::string manual_text(const Inputs& defaults, std::string_view program);

// `--name=value`, sorted by name, without hidden and deprecated flags
// (docs/contract.md#root-and-logging): those given on the command line; at verbosity 4 all that are
// not empty; at 6 all.
std::vector<std::string> flags_to_log(const Parsed& parsed, std::int64_t verbosity);

// Rows of one kind, sorted by flag or, for kEnvironmentOnly, by variable.
std::vector<const Row*> sorted_rows(Use use);

// ` (default 10s)`, or nothing for an empty value.
std::string default_suffix(const Inputs& defaults, const Row& row);

// The help of a row as full sentences, with its details; `after_help` goes before the first stop.
std::string sentences(const Row& row, const std::string& after_help = {});

// Breaks a paragraph into lines of at most `width` columns, each after `indent` blanks.
std::string wrap(std::string_view text, std::size_t indent, std::size_t width = 96);

}  // namespace gitsync::config
