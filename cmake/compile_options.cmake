# SPDX-License-Identifier: Apache-2.0
# Warnings, hardening and sanitizers: one interface target that every target of ours links.
add_library(gitsync_options INTERFACE)
target_compile_options(gitsync_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # Designated initializers leave fields at their defaults on purpose.
  -Wno-missing-field-initializers
  -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  # With optimisation GCC 12 sees overlapping copies in operator+(const char*, std::string&&) (its
  # bug 105651) and uninitialized strings in every std::expected; GCC 14 uninitialized functions in
  # the values that a failed GS_TRY leaves.
  target_compile_options(gitsync_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
# Assertions of the standard library guard memory in every build, release included.
target_compile_definitions(gitsync_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(gitsync_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)

# Hardening that not every processor and compiler has; tools/lint/hardening.sh reads the result.
# Debian's start-up objects carry no CET mark, so the linker leaves ours out, too: the code is ready
# for a C library that has one.
include(CheckCXXCompilerFlag)
foreach(flag -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "GITSYNC_HAS${flag}" has)
  check_cxx_compiler_flag("-Werror ${flag}" ${has})
  if(${has})
    target_compile_options(gitsync_options INTERFACE ${flag})
  endif()
endforeach()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # util/thread_annotations.h says which mutex guards what.
  target_compile_options(gitsync_options INTERFACE -Wthread-safety)
endif()

if(GITSYNC_FUZZ)
  target_compile_options(gitsync_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(GITSYNC_SANITIZE)
  target_compile_options(gitsync_options INTERFACE
    -fsanitize=${GITSYNC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gitsync_options INTERFACE -fsanitize=${GITSYNC_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports false positives of this in sanitized code.
    target_compile_options(gitsync_options INTERFACE -Wno-tsan)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(gitsync_options INTERFACE _FORTIFY_SOURCE=2)
endif()
