// SPDX-License-Identifier: Apache-2.0
// read_command_line: GNU-style flags, long and short (docs/contract.md#command-line, #flag-errors).

#include "config/nearest.h"
#include "config/sources.h"
#include "config/value.h"
#include "util/quote.h"
#include "util/secret_shape.h"

namespace gitsync::config {
namespace {

using util::Result;

std::unexpected<util::Error> flag_error(std::string message) {
  return util::fail(util::ErrorKind::kInvalid, std::move(message));
}

// What is shown of a word that could not be understood: all before its value, since the value may
// be a secret.
std::string show_word(std::string_view word) {
  return util::escaped(word.substr(0, word.find('=', 1)));
}

std::string did_you_mean(std::string_view flag) {
  return flag.empty() ? "" : " (did you mean --" + std::string(flag) + "?)";
}

// What was meant by -root=x.
std::string_view long_name_of(std::string_view cluster) {
  const Row* const row = find_flag(cluster.substr(0, cluster.find('=')));
  return row == nullptr ? "" : row->flag;
}

std::string spellings(const Row& row) {
  std::string out = "--" + std::string(row.flag);
  if (row.shorthand != 0) out = std::string("-") + row.shorthand + ", " + out;
  return out;
}

class CommandLine {
 public:
  CommandLine(std::span<const char* const> args, Parsed& parsed) : args_(args), parsed_(parsed) {}

  Result<void> read() {
    while (!args_.empty()) {
      const std::string_view word = next_word();
      if (word == "--") return {};
      if (word.size() < 2 || word[0] != '-') continue;  // positional
      GS_TRY_VOID(word[1] == '-' ? long_flag(word.substr(2)) : short_flags(word.substr(1)));
    }
    return {};
  }

 private:
  std::string_view next_word() {
    const std::string_view word = args_.front();
    args_ = args_.subspan(1);
    return word;
  }

  Result<void> long_flag(std::string_view text) {
    if (text[0] == '-' || text[0] == '=') {
      return flag_error("bad flag syntax: --" + show_word(text));
    }
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const Row* const row = find_flag(name);
    if (row == nullptr) {
      return flag_error("unknown flag: --" + util::escaped(name) +
                        did_you_mean(nearest_flag(name)));
    }
    if (equals != std::string_view::npos) return set(*row, text.substr(equals + 1));
    if (is_bool(*row)) return set(*row, "true");
    if (args_.empty()) return flag_error("flag needs an argument: --" + std::string(name));
    return set(*row, next_word());
  }

  // A cluster: switches may be followed by more letters, a flag with a value takes the rest.
  Result<void> short_flags(std::string_view cluster) {
    std::string_view rest = cluster;
    while (!rest.empty()) {
      const char letter = rest[0];
      rest.remove_prefix(1);
      const Row* const row = find_shorthand(letter);
      if (row == nullptr) {
        return flag_error("unknown shorthand flag: '" + util::escaped({&letter, 1}) + "' in -" +
                          show_word(cluster) + did_you_mean(long_name_of(cluster)));
      }
      if (rest.size() > 1 && rest[0] == '=') return set(*row, rest.substr(1));
      if (is_bool(*row)) {
        GS_TRY_VOID(set(*row, "true"));
        continue;
      }
      if (!rest.empty()) return set(*row, rest);
      if (args_.empty()) {
        return flag_error(std::string("flag needs an argument: '") + letter + "' in -" +
                          show_word(cluster));
      }
      return set(*row, next_word());
    }
    return {};
  }

  Result<void> set(const Row& row, std::string_view value) {
    // A hidden flag that stands for a variable does nothing when empty
    // (docs/contract.md#hidden-flags).
    if (row.use == Use::kEnvironmentOnly && value.empty()) return {};
    const bool seen = parsed_.origin(row).source == Source::kCommandLine;
    const auto stored =
        set_from_flag(parsed_.inputs, row, value, seen ? Occurrence::kLater : Occurrence::kFirst);
    if (!stored) return refuse(row, value, stored.error());
    parsed_.origin(row) = {Source::kCommandLine};
    if (row.use == Use::kDeprecated) {
      parsed_.deprecations += "Flag --" + std::string(row.flag) + " has been deprecated, " +
                              std::string(row.replacement) + "\n";
    }
    return {};
  }

  static std::unexpected<util::Error> refuse(const Row& row, std::string_view value,
                                             const util::Error& reason) {
    const std::string shown =
        util::quoted(row.secrecy == Secrecy::kPlain ? util::redact_shapes(value) : "REDACTED");
    std::string message =
        "invalid argument " + shown + " for \"" + spellings(row) + "\" flag: " + reason.message;
    if (!reason.hint.empty()) message += " (" + reason.hint + ")";
    return flag_error(std::move(message));
  }

  std::span<const char* const> args_;
  Parsed& parsed_;
};

}  // namespace

Result<void> read_command_line(std::span<const char* const> args, Parsed& parsed) {
  return CommandLine(args, parsed).read();
}

}  // namespace gitsync::config
