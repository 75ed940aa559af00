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

# Of Debian's package as it is: it needs nothing but the C library.
find_path(GITSYNC_EXPAT_INCLUDE expat.h REQUIRED)
find_library(GITSYNC_EXPAT libexpat.a REQUIRED)
add_library(EXPAT::EXPAT STATIC IMPORTED GLOBAL)
set_target_properties(EXPAT::EXPAT PROPERTIES
  IMPORTED_LOCATION ${GITSYNC_EXPAT}
  INTERFACE_INCLUDE_DIRECTORIES ${GITSYNC_EXPAT_INCLUDE})
# Of Debian's package as it is: of its objects the tar reader needs nothing but the C library.
find_path(GITSYNC_ARCHIVE_INCLUDE archive.h REQUIRED)
find_library(GITSYNC_ARCHIVE libarchive.a REQUIRED)
add_library(PkgConfig::ARCHIVE STATIC IMPORTED GLOBAL)
set_target_properties(PkgConfig::ARCHIVE PROPERTIES
  IMPORTED_LOCATION ${GITSYNC_ARCHIVE}
  INTERFACE_INCLUDE_DIRECTORIES ${GITSYNC_ARCHIVE_INCLUDE})

file(STRINGS ${lean}/components components)
list(JOIN components ", " GITSYNC_BUILT_WITH)
set(GITSYNC_BUILT_WITH " (with ${GITSYNC_BUILT_WITH})")
# The unused parts of the libraries stay out of the program.
target_link_options(gitsync_options INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
