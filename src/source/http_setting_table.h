// SPDX-License-Identifier: Apache-2.0
// What each setting of git's section http does to our own settings (git-config(1), http.*).

#pragma once

#include <string_view>

#include "source/http_settings.h"

namespace gitsync::source {

struct SettingText {
  std::string_view value;
  std::string_view home = {};  // for "~/"; empty: not known
};

// `name`: behind "http.", in lower case. False: setting or value is not understood.
bool apply_http_setting(HttpSettings& settings, std::string_view name, const SettingText& text);

// The proxies of the environment, of which an empty one is none.
bool apply_http_proxy(HttpSettings& settings, const net::CurlProxy& proxy);

}  // namespace gitsync::source
