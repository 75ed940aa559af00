// SPDX-License-Identifier: Apache-2.0
#include "git/pack_receiver.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "git/arrived_reader.h"
#include "git/delta_resolver.h"
#include "git/pack_index_writer.h"
#include "git/pack_parser.h"
#include "git/thin_pack.h"
#include "util/descriptor_io.h"

namespace gitsync::git {

using util::Result;

namespace {

// A file that is gone again unless it is kept.
class NewFile {
 public:
  static Result<NewFile> create(const std::string& path) {
    util::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444));
    if (!fd) return util::fail(util::sys_error("create " + path));
    return NewFile(std::move(fd), path);
  }
  NewFile(NewFile&& other) noexcept
      : fd(std::move(other.fd)), path_(std::exchange(other.path_, {})) {}
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  void keep() { path_.clear(); }

  util::Fd fd;

 private:
  NewFile(util::Fd file, std::string path) noexcept : fd(std::move(file)), path_(std::move(path)) {}
  std::string path_;
};

Result<void> flush(const util::Fd& fd, const std::string& shown) {
  return ::fsync(fd.get()) == 0 ? Result<void>{} : util::fail(util::sys_error("sync " + shown));
}

}  // namespace

class PackReceiver::Impl {
 public:
  Impl(PackPaths paths, PackReceiverOptions options, NewFile pack, NewFile index,
       ObjectHasher hasher)
      : paths_(std::move(paths)),
        options_(options),
        pack_(std::move(pack)),
        index_(std::move(index)),
        hasher_(std::move(hasher)),
        work_(options.bounds),
        objects_(std::make_shared<ReceivedObjects>(std::move(pack_.fd), paths_.pack)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { give_up({.kind = util::ErrorKind::kNetwork, .message = "pack: it was given up"}); }

  Result<void> start() {
    GS_TRY(reader_, ArrivedReader::create(objects_, options_.budgets, work_, options_.store));
    resolver_.emplace(*objects_, *reader_, work_, hasher_, options_.observer);
    GS_TRY(parser_,
           PackParser::create({.content = options_.content, .delta = options_.budgets.delta},
                              hasher_, work_, [this](ParsedEntry& entry) { return add(entry); }));
    if (options_.observer != nullptr) options_.observer->started(objects_);
    return {};
  }

  Result<void> feed(std::string_view bytes, const util::Limit& limit) {
    return once([&] { return receive(bytes, limit); });
  }

  Result<PackSummary> finish(const util::Limit& limit, const ExpectedLinks* links) {
    PackSummary summary;
    GS_TRY_VOID(once([&]() -> Result<void> {
      GS_TRY(summary, complete(limit, links));
      return {};
    }));
    return summary;
  }

  void give_up(const util::Error& error) {
    if (!failed_) failed_ = error;
    end(&failed_.value());
  }

  const PackWork& work() const { return work_; }
  // start() has made them; NOLINTBEGIN(bugprone-unchecked-optional-access)
  PackParser& parser() { return *parser_; }
  const PackParser& parser() const { return *parser_; }

 private:
  ArrivedReader& reader() { return *reader_; }
  DeltaResolver& resolver() { return *resolver_; }
  // NOLINTEND(bugprone-unchecked-optional-access)
  ReceivedObjects& objects() { return *objects_; }

  // Runs a step unless one has failed before.
  template <typename Step>
  Result<void> once(const Step& step) {
    if (failed_) return util::fail(*failed_);
    const Result<void> result = step();
    if (!result) give_up(result.error());
    return result;
  }

  void end(const util::Error* error) {
    if (options_.observer != nullptr && !std::exchange(ended_, true)) {
      options_.observer->ended(error);
    }
  }

  Result<void> receive(std::string_view bytes, const util::Limit& limit) {
    GS_TRY_VOID(limit.check());
    work_.begin(limit);
    GS_TRY_VOID(work_.receive(bytes.size()));
    // First of all into the file, from where deltas and the observer read it.
    GS_TRY_VOID(util::write_all(objects().fd.get(), bytes, paths_.pack));
    GS_TRY_VOID(parser().feed(bytes));
    if (options_.observer != nullptr) options_.observer->paused();
    return {};
  }

  Result<void> add(ParsedEntry& entry) {
    PackedObject object{.offset = entry.offset, .id = entry.id, .crc = entry.crc};
    if (!entry.head.type) {
      object.state = PackedState::kWaitsForId;
      const std::uint32_t position = objects().table.add(object, entry.end);
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a delta has one
      return resolver().add_delta(position, entry.head, *entry.content);
    }
    object.type = *entry.head.type;
    const std::uint32_t position = objects().table.add(object, entry.end);
    SharedBase content;
    if (entry.content) {
      content = std::make_shared<const Object>(object.type, std::move(*entry.content));
    }
    return resolver().add_whole(position, entry.head.size, std::move(content));
  }

  Result<PackSummary> complete(const util::Limit& limit, const ExpectedLinks* links) {
    work_.begin(limit);
    GS_TRY_VOID(parser().finish());
    GS_TRY_VOID(resolver().finish());
    ObjectId checksum = parser().checksum();
    if (!objects().table.borrowed().empty()) {
      GS_TRY(checksum, complete_thin_pack(objects(), parser().content_end(), reader(), limit));
    }
    end(nullptr);
    if (links != nullptr) {
      GS_TRY_VOID(check_links(objects().table, parser().parsed(), reader(), *links, limit));
    }
    GS_TRY_VOID(write_index(checksum));
    GS_TRY_VOID(flush(objects().fd, paths_.pack));
    GS_TRY_VOID(flush(index_.fd, paths_.index));
    pack_.keep();
    index_.keep();
    return PackSummary{
        .checksum = checksum.hex(), .objects = objects().table.size(), .paths = paths_};
  }

  Result<void> write_index(const ObjectId& checksum) {
    const PackTable& table = objects().table;
    const std::vector<std::uint32_t> order = table.by_id();
    return write_pack_index(
        index_.fd.get(), paths_.index, table.size(),
        [&](std::uint32_t i) {
          const PackedObject object = table.at(order[i]);
          return IndexedObject{.id = object.id, .crc = object.crc, .offset = object.offset};
        },
        checksum);
  }

  PackPaths paths_;
  PackReceiverOptions options_;
  NewFile pack_;  // its descriptor is in objects_
  NewFile index_;
  ObjectHasher hasher_;
  PackWork work_;
  std::shared_ptr<ReceivedObjects> objects_;
  std::optional<ArrivedReader> reader_;
  std::optional<DeltaResolver> resolver_;
  std::optional<PackParser> parser_;
  std::optional<util::Error> failed_;
  bool ended_ = false;
};

PackReceiver::PackReceiver(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
PackReceiver::PackReceiver(PackReceiver&&) noexcept = default;
PackReceiver& PackReceiver::operator=(PackReceiver&&) noexcept = default;
PackReceiver::~PackReceiver() = default;

Result<PackReceiver> PackReceiver::create(const PackPaths& paths, PackReceiverOptions options) {
  GS_TRY(auto hasher, ObjectHasher::create());
  GS_TRY(auto pack, NewFile::create(paths.pack));
  GS_TRY(auto index, NewFile::create(paths.index));
  auto impl =
      std::make_unique<Impl>(paths, options, std::move(pack), std::move(index), std::move(hasher));
  GS_TRY_VOID(impl->start());
  return PackReceiver(std::move(impl));
}

Result<void> PackReceiver::feed(std::string_view bytes, const util::Limit& limit) {
  return impl_->feed(bytes, limit);
}
Result<PackSummary> PackReceiver::finish(const util::Limit& limit, const ExpectedLinks* links) {
  return impl_->finish(limit, links);
}
void PackReceiver::give_up(const util::Error& error) { impl_->give_up(error); }

std::uint64_t PackReceiver::bytes() const { return impl_->work().received(); }
std::uint32_t PackReceiver::expected() const { return impl_->parser().expected(); }
std::uint32_t PackReceiver::arrived() const { return impl_->parser().parsed(); }
bool PackReceiver::complete() const { return impl_->parser().complete(); }

}  // namespace gitsync::git
