// SPDX-License-Identifier: Apache-2.0
// What a registry says: manifests, indexes, refusals, challenges and tokens of any bytes are read
// or refused, and what is read is proper. The first byte says which.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "oci/challenge.h"
#include "oci/digest.h"
#include "oci/docker_config.h"
#include "oci/manifest.h"
#include "oci/reference.h"
#include "oci/registry_error.h"
#include "oci/token_answer.h"

namespace {

using namespace gitsync::oci;

void check(bool holds) {
  if (!holds) std::abort();
}

void read_address(std::string_view text) {
  const auto reference = parse_reference(text);
  if (!reference) return;
  const auto again = parse_reference(reference->show());
  check(again && again->show() == reference->show());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  const char kind = text.front();
  text.remove_prefix(1);
  if (kind == 'm') {
    if (const auto manifest = parse_manifest(text)) check(is_digest(manifest->layer.digest));
  } else if (kind == 'i') {
    is_index(text, "");
    if (const auto index = parse_index(text)) check(is_digest(index->manifest.digest));
  } else if (kind == 'e') {
    check(!first_error(text).contains('\n'));
  } else if (kind == 'c') {
    for (const auto& challenge : parse_challenges(text)) check(!challenge.scheme.empty());
  } else if (kind == 't') {
    if (const auto answer = parse_token_answer(text)) check(!answer->token.contains('\n'));
  } else if (kind == 'd') {
    (void)DockerConfig::parse(text);
  } else {
    read_address(text);
  }
  return 0;
}
