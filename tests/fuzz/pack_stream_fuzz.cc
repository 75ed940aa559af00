// SPDX-License-Identifier: Apache-2.0
// A pack as a server sends it: refused with a reason, or taken, in bounded memory, disk and time;
// and what a builder reads of it while it arrives.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "git/arrived_reader.h"
#include "git/pack_receiver.h"
#include "util/files.h"

namespace {

using namespace gitsync;

// Reads every object back as it arrives.
class Reader final : public git::PackObserver {
 public:
  void started(std::shared_ptr<const git::ReceivedObjects> objects) override {
    objects_ = std::move(objects);
  }
  util::Result<void> arrived(const git::ArrivedObject& object, const util::Limit& limit) override {
    const auto position = objects_->table.find(object.id);
    if (!position) std::abort();
    git::PackWork work;
    work.begin(limit);
    auto reader = git::ArrivedReader::create(objects_, {.base_cache = 0}, work, nullptr);
    if (!reader) std::abort();
    const auto read = reader->read(*position);
    if (!read || (*read)->bytes.size() != object.size) std::abort();
    if (object.content && (*read)->bytes != object.content->bytes) std::abort();
    return {};
  }
  void ended(const util::Error* /*error*/) override {}

 private:
  std::shared_ptr<const git::ReceivedObjects> objects_;
};

std::string folder() {
  const std::string place = util::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
  return place + "/fuzz_pack_stream." + std::to_string(::getpid());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const git::PackPaths paths{.pack = folder() + ".pack", .index = folder() + ".idx"};
  Reader observer;
  {
    auto receiver = git::PackReceiver::create(
        paths, {.budgets = {.base_cache = 1 << 16, .delta = 1 << 20},
                .bounds = {.stream = 1 << 20, .objects = 1000, .made = 1 << 22, .made_of_one = 10},
                .observer = &observer});
    if (!receiver) std::abort();
    // Pieces of two sizes.
    const std::size_t half = size / 2;
    auto fed = receiver->feed(bytes.substr(0, half), {});
    for (std::size_t at = half; fed && at < size; at += 7)
      fed = receiver->feed(bytes.substr(at, 7), {});
    const auto summary = receiver->finish({});
    if (fed.has_value() < summary.has_value()) std::abort();
  }
  ::unlink(paths.pack.c_str());
  ::unlink(paths.index.c_str());
  return 0;
}
