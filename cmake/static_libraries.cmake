# SPDX-License-Identifier: Apache-2.0
# Libraries of which every build links Debian's static ones. What we use of them needs nothing but
# the C library; libarchive as a shared one would bring ICU, libxml2, nettle and nine more, at each
# start.
function(gitsync_static_library target header file)
  find_path(GITSYNC_${file}_INCLUDE ${header} REQUIRED)
  find_library(GITSYNC_${file} ${file} REQUIRED)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${GITSYNC_${file}}
    INTERFACE_INCLUDE_DIRECTORIES ${GITSYNC_${file}_INCLUDE})
endfunction()
gitsync_static_library(EXPAT::EXPAT expat.h libexpat.a)
gitsync_static_library(PkgConfig::ARCHIVE archive.h libarchive.a)
gitsync_static_library(PkgConfig::ZSTD zstd.h libzstd.a)
