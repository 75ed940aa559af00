# SPDX-License-Identifier: Apache-2.0
# What a lean build (GITSYNC_LEAN) links instead of Debian's shared libraries: the static ones of
# tools/lean-libraries.sh, and the compiler's own (docs/decisions/0004-lean-binary.md). Sets
# GITSYNC_BUILT_WITH to their names and versions, for --version.
execute_process(COMMAND bash ${CMAKE_SOURCE_DIR}/tools/lean-libraries.sh
  OUTPUT_VARIABLE lean OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# gitsync_lean_library(<target> <file> [library it needs...])
function(gitsync_lean_library target file)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${lean}/lib/${file}
    INTERFACE_INCLUDE_DIRECTORIES ${lean}/include
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()
gitsync_lean_library(CURL::libcurl libcurl.a "OpenSSL::SSL;OpenSSL::Crypto;ZLIB::ZLIB;Threads::Threads")
gitsync_lean_library(PkgConfig::MICROHTTPD libmicrohttpd.a Threads::Threads)
gitsync_lean_library(prometheus-cpp::core libprometheus-cpp-core.a Threads::Threads)

file(STRINGS ${lean}/components components)
list(JOIN components ", " GITSYNC_BUILT_WITH)
set(GITSYNC_BUILT_WITH " (with ${GITSYNC_BUILT_WITH})")
# The unused parts of the libraries stay out of the program.
target_link_options(gitsync_options INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
