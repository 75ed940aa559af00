// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: on every file of a folder as it is, cut short at many
// places, and with bytes changed. Deterministic, so that a failure can be repeated.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// Places per file at which it is cut or changed; files of the corpus are small, so that this is
// every byte of most of them.
constexpr std::size_t kPlaces = 400;

// The copy has exactly this size: a sanitizer sees a read behind its end.
void feed(const Bytes& bytes) {
  const Bytes exact(bytes);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void feed_variants(const Bytes& whole) {
  feed(whole);
  const std::size_t step = std::max<std::size_t>(1, whole.size() / kPlaces);
  for (std::size_t at = 0; at < whole.size(); at += step) {
    feed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at)));
    Bytes changed = whole;
    for (const int value :
         std::array<int, 6>{0x00, 0xff, '0', '\n', whole[at] ^ 0x01, whole[at] ^ 0x80}) {
      changed[at] = static_cast<std::uint8_t>(value);
      feed(changed);
    }
    changed = whole;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), whole.begin(), whole.end());
    feed(changed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      feed_variants(Bytes(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
  }
  std::printf("%zu files, each with its variants\n", files);
  return files > 0 ? 0 : 1;
}
