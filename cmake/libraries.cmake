# SPDX-License-Identifier: Apache-2.0
# Third-party libraries, all from Debian's packages (docs/decisions/0001-libraries.md).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json REQUIRED)
if(GITSYNC_LEAN)
  include(cmake/lean_libraries.cmake)
else()
  find_package(CURL REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
  find_package(prometheus-cpp REQUIRED)
endif()
