// SPDX-License-Identifier: Apache-2.0
// The files ~/.aws/credentials and ~/.aws/config: one profile of them. "Shared config and
// credentials files", AWS SDKs and Tools Reference Guide.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "util/environment.h"
#include "util/error.h"

namespace gitsync::s3 {

using Section = std::map<std::string, std::string, std::less<>>;

// The settings of the section `name` ("default", "profile dags", "services x"); empty if there is
// none. Keys are in lower case; "key =" with indented lines below it becomes "key.sub". Lines that
// are none of these are skipped, as the tools of AWS do; of duplicates the last one counts.
Section read_section(std::string_view text, std::string_view name);

struct Profile {
  std::string name;       // AWS_PROFILE, or "default"
  std::string origin;     // for people: "profile \"dags\" of /path/credentials and /path/config"
  Section settings = {};  // of both files; of what both have, that of the credentials file

  std::string get(std::string_view key) const;
};

// Reads both files as they are now: AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, or those below
// $HOME/.aws. Errors: kNotFound if AWS_PROFILE names one that is in neither; of reading, for a file
// that is there, or that a variable names.
util::Result<Profile> read_profile(const util::Environment& environment);

}  // namespace gitsync::s3
