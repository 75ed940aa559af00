// SPDX-License-Identifier: Apache-2.0
// Small string helpers.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

// Without leading and trailing blanks, tabs, newlines and carriage returns.
std::string_view trim(std::string_view text);
// ASCII letters only.
std::string to_lower(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// A command line for people: words joined by blanks, those with blanks, tabs, newlines or quotes
// (and empty ones) in double quotes.
std::string display_command(const std::vector<std::string>& argv);
// One word for /bin/sh that means exactly `text`, whatever bytes are in it.
std::string shell_quote(std::string_view text);
// Bytes as lower-case hex digits.
std::string to_hex(std::string_view bytes);
// MD5 as hex, only to recognise a credential in a trace (docs/contract.md#verbosity, level 9).
std::string md5_hex(std::string_view text);
bool is_hex(std::string_view text);
// The value of a hex digit of either case; -1 if it is another character.
int hex_value(char digit);
// Whether it is a whole SHA-1 or SHA-256 as git writes it: 40 or 64 lower-case hex digits.
bool is_full_hash(std::string_view text);
// Whether an ASCII control character is in it.
bool has_control(std::string_view text);

}  // namespace gitsync::util
