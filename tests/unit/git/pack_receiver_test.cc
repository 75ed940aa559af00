// SPDX-License-Identifier: Apache-2.0
#include "git/pack_receiver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pack_builder.h"
#include "repository_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

// How long the next piece is.
using Pieces = std::function<std::size_t()>;

Pieces of(std::size_t size) {
  return [size] { return size; };
}
Pieces random_pieces(unsigned seed) {
  return [random = std::mt19937(seed)]() mutable {
    return random() % 3 == 0 ? random() % 9 + 1 : random() % 30000 + 1;
  };
}

// Remembers what it is told.
class Notes final : public PackObserver {
 public:
  void started(std::shared_ptr<const ReceivedObjects> /*objects*/) override {}
  util::Result<void> arrived(const ArrivedObject& object, const util::Limit& /*limit*/) override {
    EXPECT_FALSE(is_over);
    ids.push_back(object.id);
    if (object.content) {
      EXPECT_EQ(object.size, object.content->bytes.size());
      EXPECT_EQ(object.type, object.content->type);
      EXPECT_EQ(object.id, id_of(object.type, object.content->bytes));
    } else {
      ++without_content;
    }
    return {};
  }
  void ended(const util::Error* with) override {
    EXPECT_FALSE(is_over);
    is_over = true;
    if (with != nullptr) error = with->message;
  }

  std::vector<ObjectId> ids;
  int without_content = 0;
  bool is_over = false;
  std::string error;
};

class PackReceiverAndGit : public testing::Test, public RepositoryFixture {
 protected:
  PackPaths paths() const { return {.pack = dir / "got.pack", .index = dir / "got.idx"}; }

  util::Result<PackSummary> receive(const std::string& pack, const Pieces& pieces,
                                    PackReceiverOptions options = {}) {
    GS_TRY(auto receiver, PackReceiver::create(paths(), options));
    for (std::size_t at = 0; at < pack.size();) {
      const std::size_t size = std::min(pieces(), pack.size() - at);
      GS_TRY_VOID(receiver.feed(std::string_view(pack).substr(at, size), {}));
      at += size;
    }
    return receiver.finish({});
  }

  // Receives it, and compares with what git makes of the file.
  void expect_the_index_of_git(const std::string& pack, const Pieces& pieces,
                               PackReceiverOptions options = {}) {
    sh("rm -f got.* git.*");
    const auto got = receive(pack, pieces, options);
    ASSERT_TRUE(got) << got.error().message;
    sh("cp got.pack git.pack");
    const std::string name = sh("git index-pack -o git.idx git.pack");
    EXPECT_EQ(got->checksum, util::trim(name));
    EXPECT_EQ(sh("cmp got.idx git.idx && echo same"), "same\n");
    EXPECT_EQ(sh("git show-index <got.idx | wc -l"), std::to_string(got->objects) + "\n");
  }

  std::string pack_all(const std::string& options) {
    return sh(
        "git -C repo rev-list --objects --all | cut -d' ' -f1 | "
        "git -C repo pack-objects -q --stdout " +
        options);
  }

  // What refuses it, whatever the pieces are; no file is left.
  util::Error refusal(const std::string& pack, PackReceiverOptions options = {}) {
    sh("rm -f got.*");
    const auto by_byte = receive(pack, of(1), options);
    EXPECT_FALSE(by_byte);
    const auto whole = receive(pack, of(pack.size() + 1), options);
    EXPECT_FALSE(whole);
    EXPECT_FALSE(util::exists(paths().pack));
    EXPECT_FALSE(util::exists(paths().index));
    if (whole || by_byte) return {};
    EXPECT_EQ(whole.error().message, by_byte.error().message);
    EXPECT_EQ(whole.error().kind, by_byte.error().kind);
    return whole.error();
  }
};

TEST_F(PackReceiverAndGit, MakeTheSameIndexWhateverThePiecesAre) {
  make_history(12, 40);
  for (const std::string options :
       {"", "--delta-base-offset", "--depth=1", "--window=0 --compression=0"}) {
    SCOPED_TRACE(options);
    const std::string pack = pack_all(options);
    for (const std::size_t size : {1u, 7u, 65536u, 100000000u}) {
      expect_the_index_of_git(pack, of(size));
    }
    for (unsigned seed = 1; seed <= 4; ++seed) expect_the_index_of_git(pack, random_pieces(seed));
  }
}

TEST_F(PackReceiverAndGit, AgreeWithoutACacheAndWithLongChains) {
  make_history(80, 5);
  for (const std::string options :
       {"--depth=4095 --window=100", "--delta-base-offset --depth=90"}) {
    const std::string pack = pack_all("--no-reuse-delta " + options);
    expect_the_index_of_git(pack, of(4096), {.budgets = {.base_cache = 0}});
    expect_the_index_of_git(pack, of(4096));
  }
}

TEST_F(PackReceiverAndGit, ReadEachOthersObjects) {
  make_history(6, 30);
  const auto all = all_objects();
  const auto got = receive(pack_all("--delta-base-offset"), of(1000));
  ASSERT_TRUE(got) << got.error().message;
  sh("git init -q other; mv got.pack other/.git/objects/pack/pack-" + got->checksum +
     ".pack; mv got.idx other/.git/objects/pack/pack-" + got->checksum + ".idx");
  auto store = ObjectStore::open(dir / "other/.git/objects");
  ASSERT_TRUE(store);
  for (const auto& [id, object] : all) {
    const auto ours = store->read(id, std::size_t{1} << 20);
    ASSERT_TRUE(ours) << ours.error().message;
    EXPECT_EQ(ours->bytes, object.bytes);
  }
  sh("git -C other update-ref refs/heads/main " + git("rev-parse main") +
     "; cd other; git fsck --strict --full; git verify-pack .git/objects/pack/*.pack");
}

TEST_F(PackReceiverAndGit, CompleteThinPacks) {
  make_history(10, 30);
  const std::string thin =
      sh("printf 'main\\n^main~3\\n' | git -C repo pack-objects -q --thin "
         "--stdout --revs --delta-base-offset");
  sh("git init -q old; git -C repo push -q ../old main~3:refs/heads/main");
  auto store = ObjectStore::open(dir / "old/.git/objects");
  ASSERT_TRUE(store);
  for (const std::size_t size : {1u, 8192u}) {
    Notes notes;
    expect_the_index_of_git(thin, of(size), {.store = &*store, .observer = &notes});
    const auto listed = static_cast<std::size_t>(std::stoul(sh("git show-index <got.idx | wc -l")));
    EXPECT_LT(notes.ids.size(), listed) << "no base was appended: not thin";
    EXPECT_TRUE(notes.is_over);
  }
  sh("git -C old index-pack --stdin <got.pack; git -C old update-ref refs/heads/main " +
     git("rev-parse main") + "; git -C old fsck --strict --full");

  const auto without = refusal(thin);
  EXPECT_EQ(without.kind, util::ErrorKind::kProtocol);
  EXPECT_NE(without.message.find("its base "), std::string::npos) << without.message;
  EXPECT_NE(without.message.find(" is missing"), std::string::npos) << without.message;
}

TEST_F(PackReceiverAndGit, TellTheObserverOfEachObjectOnce) {
  make_history(8, 20);
  const std::string large(3 << 20, 'x');
  write("blob", large);
  Notes notes;
  expect_the_index_of_git(pack_all("--unpacked"), of(5000));
  std::string list;
  for (const auto& [id, object] : all_objects()) list += id.hex() + "\n";
  const std::string pack = sh("git -C repo pack-objects -q --stdout", list);
  expect_the_index_of_git(pack, of(5000), {.observer = &notes});
  std::ranges::sort(notes.ids);
  std::vector<ObjectId> expected;
  for (const auto& [id, object] : all_objects()) expected.push_back(id);
  EXPECT_EQ(notes.ids, expected);
  EXPECT_EQ(notes.without_content, 1) << "the large one";
  EXPECT_TRUE(notes.is_over);
  EXPECT_EQ(notes.error, "");
}

TEST_F(PackReceiverAndGit, TakeLargeBlobs) {
  std::string noise(3 << 20, '\0');
  std::mt19937 random(1);
  for (char& c : noise) c = static_cast<char>(random());
  PackBuilder pack;
  pack.add(ObjectType::kBlob, noise);
  pack.add(ObjectType::kBlob, std::string(40 << 20, 'z'));
  pack.add(ObjectType::kBlob, noise.substr(0, 300000));
  pack.add(ObjectType::kBlob, "");
  for (const std::size_t size : {777u, 65536u}) expect_the_index_of_git(pack.finish(), of(size));
}

TEST_F(PackReceiverAndGit, TakeEmptyPacks) {
  for (const std::size_t size : {1u, 100u})
    expect_the_index_of_git(PackBuilder().finish(), of(size));
}

// A few hundred versions of a text.
std::string version(int number) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "line " + std::to_string(i) + "\n";
  return text + "version " + std::to_string(number) + "\n";
}

TEST_F(PackReceiverAndGit, TakeBasesAfterTheirDeltas) {
  PackBuilder pack;
  const auto blob = [](int number) { return id_of(ObjectType::kBlob, version(number)); };
  pack.add_id_delta(blob(1), delta_of(version(1), version(2)));
  const auto three = pack.add_id_delta(blob(2), delta_of(version(2), version(3)));
  // Its base is known by its place, and waits itself.
  pack.add_offset_delta(three, delta_of(version(3), version(4)));
  pack.add_id_delta(blob(3), delta_of(version(3), version(5)));
  pack.add_id_delta(blob(4), delta_of(version(4), version(6)));
  pack.add(ObjectType::kBlob, version(1));
  pack.add_id_delta(blob(6), delta_of(version(6), version(7)));
  Notes notes;
  expect_the_index_of_git(pack.finish(), of(50), {.observer = &notes});
  EXPECT_EQ(notes.ids.size(), 7u);
}

TEST_F(PackReceiverAndGit, TakeChainsOf4000InEitherOrder) {
  constexpr int kChain = 4000;
  PackBuilder forwards;
  PackBuilder backwards;
  auto base = forwards.add(ObjectType::kBlob, version(0));
  for (int i = 1; i <= kChain; ++i) {
    base = forwards.add_offset_delta(base, delta_of(version(i - 1), version(i)));
    const int j = kChain + 1 - i;
    backwards.add_id_delta(id_of(ObjectType::kBlob, version(j - 1)),
                           delta_of(version(j - 1), version(j)));
  }
  backwards.add(ObjectType::kBlob, version(0));
  expect_the_index_of_git(forwards.finish(), of(65536), {.budgets = {.base_cache = 0}});
  expect_the_index_of_git(backwards.finish(), of(65536), {.budgets = {.base_cache = 0}});
}

TEST_F(PackReceiverAndGit, PutOffADeltaWhoseBaseWouldCostMuchToMakeAgain) {
  PackBuilder pack;
  std::vector<std::uint64_t> chain{pack.add(ObjectType::kBlob, version(0))};
  for (int i = 1; i <= 100; ++i) {
    chain.push_back(pack.add_offset_delta(chain.back(), delta_of(version(i - 1), version(i))));
  }
  const auto late = pack.add_offset_delta(chain[80], delta_of(version(80), version(1000)));
  pack.add_offset_delta(late, delta_of(version(1000), version(1001)));
  pack.add(ObjectType::kBlob, "it arrives last");
  Notes notes;
  expect_the_index_of_git(pack.finish(), of(1000),
                          {.budgets = {.base_cache = 0}, .observer = &notes});
  ASSERT_EQ(notes.ids.size(), 104u);
  EXPECT_EQ(notes.ids[101], id_of(ObjectType::kBlob, "it arrives last"));
  EXPECT_EQ(notes.ids[102], id_of(ObjectType::kBlob, version(1000)));
  EXPECT_EQ(notes.ids[103], id_of(ObjectType::kBlob, version(1001)));
}

TEST_F(PackReceiverAndGit, KeepDuplicates) {
  PackBuilder pack;
  const auto first = pack.add(ObjectType::kBlob, version(1));
  pack.add(ObjectType::kBlob, version(1));
  pack.add_offset_delta(first, delta_of(version(1), version(2)));
  pack.add(ObjectType::kBlob, version(2));
  expect_the_index_of_git(pack.finish(), of(30));

  // git refuses a delta that does not say which of them is its base.
  sh("rm got.*");
  pack.add_id_delta(id_of(ObjectType::kBlob, version(2)), delta_of(version(2), version(3)));
  const auto got = receive(pack.finish(), of(30));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->objects, 5u);
}

TEST_F(PackReceiverAndGit, AppendBasesThatComeLaterInThePackOnlyOnce) {
  // The store has the base, and so has the pack: nothing is to be borrowed.
  write("blob", version(1));
  auto store = ObjectStore::open(objects());
  PackBuilder pack;
  pack.add_id_delta(id_of(ObjectType::kBlob, version(1)), delta_of(version(1), version(2)));
  pack.add(ObjectType::kBlob, version(1));
  expect_the_index_of_git(pack.finish(), of(30), {.store = &*store});
  EXPECT_EQ(sh("cat got.pack"), pack.finish());
}

// One entry that refuses a pack, with the words that say why.
struct Hostile {
  std::string pack;
  std::string words;
};

std::vector<Hostile> hostile_packs() {
  const std::string text = version(1);
  const auto with = [](const std::string& entry) {
    PackBuilder pack;
    pack.raw(entry);
    return pack.finish();
  };
  const auto head = PackBuilder::head;
  PackBuilder sound;
  sound.add(ObjectType::kBlob, text);
  const std::string good = sound.finish();
  std::string bad_sum = good;
  bad_sum.back() = static_cast<char>(bad_sum.back() ^ 1);
  std::string damaged = zlib_of(text);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  std::string bad_adler = zlib_of(text);
  bad_adler.back() = static_cast<char>(bad_adler.back() ^ 1);

  PackBuilder to_itself;
  to_itself.add_id_delta(id_of(ObjectType::kBlob, text), delta_of(text, text));
  PackBuilder circle;
  circle.add_id_delta(id_of(ObjectType::kBlob, version(2)), delta_of(version(2), version(3)));
  circle.add_id_delta(id_of(ObjectType::kBlob, version(3)), delta_of(version(3), version(2)));
  PackBuilder no_base;
  no_base.add(ObjectType::kBlob, text);
  no_base.add_offset_delta(13, delta_of(text, version(2)));
  PackBuilder other_base;
  const auto base = other_base.add(ObjectType::kBlob, "short");
  other_base.add_offset_delta(base, delta_of(text, version(2)));
  PackBuilder bad_delta;
  const auto here = bad_delta.add(ObjectType::kBlob, text);
  bad_delta.add_offset_delta(here, number_of(text.size()) + number_of(9) + std::string(1, '\0'));

  return {
      {with(head(0, 3) + zlib_of("abc")), "object at offset 12: type 0, which does not exist"},
      {with(head(5, 3) + zlib_of("abc")), "object at offset 12: type 5, which does not exist"},
      {with(head(3, 4) + zlib_of("abc")), "object at offset 12: it holds fewer bytes than it says"},
      {with(head(3, 2) + zlib_of("abc")), "object at offset 12: it holds more bytes than it says"},
      {with(head(3, 0) + zlib_of("abc")), "object at offset 12: it holds more bytes than it says"},
      {with(head(3, std::uint64_t{4} << 30) + zlib_of("abc")), "it holds fewer bytes than it says"},
      {with(head(3, ~std::uint64_t{0}) + zlib_of("abc")), "it holds fewer bytes than it says"},
      {with(std::string(30, '\xbf')), "object at offset 12: neither a size nor a base"},
      {with(head(3, text.size()) + damaged), "object at offset 12: zlib stream is damaged"},
      {with(head(3, text.size()) + bad_adler), "object at offset 12: zlib stream is damaged"},
      {with(head(6, 3) + PackBuilder::distance(13) + zlib_of("abc")),
       "its base would be before the beginning"},
      {no_base.finish(), "nothing begins where its base should"},
      {other_base.finish(), "delta for a base of another size"},
      {bad_delta.finish(), "delta with a bad instruction"},
      {to_itself.finish(), "object at offset 12: its base "},
      {circle.finish(), "object at offset 12: its base "},
      {bad_sum, "pack: its checksum is wrong"},
      {good + "x", "pack: more bytes follow its end"},
      {good + good, "pack: more bytes follow its end"},
      {good.substr(0, good.size() - 1), "pack: ends after "},
      {good.substr(0, 30), "and 0 of 1 objects"},
      {good.substr(0, 11), "pack: ends after 11 bytes"},
      {"", "pack: ends after 0 bytes"},
      {sound.finish(2), "pack"},
      {sound.finish(0), "pack: its checksum is wrong"},
      {"PUCK" + good.substr(4), "pack: it does not begin as one"},
      {sound.finish(0xffffffff), "pack: more than 16777216 objects"},
  };
}

TEST_F(PackReceiverAndGit, RefuseHostilePacksByName) {
  for (const auto& [pack, words] : hostile_packs()) {
    const auto error = refusal(pack);
    EXPECT_NE(error.message.find(words), std::string::npos)
        << "'" << words << "' in: " << error.message;
    EXPECT_EQ(error.kind, util::ErrorKind::kProtocol) << words;
  }
}

TEST_F(PackReceiverAndGit, LeaveToGitWhatIsBeyondTheBudget) {
  const std::string text(5000, 'a');
  PackBuilder claims;
  claims.raw(PackBuilder::head(7, std::uint64_t{4} << 30) + std::string(20, 'x') + zlib_of("abc"));
  PackBuilder makes;
  const auto base = makes.add(ObjectType::kBlob, text);
  makes.add_offset_delta(base, number_of(5000) + number_of(std::uint64_t{4} << 30) + "\x90\x10");
  PackBuilder chain;
  auto last = chain.add(ObjectType::kBlob, version(0));
  for (int i = 1; i <= 4097; ++i) {
    last = chain.add_offset_delta(last, delta_of(version(i - 1), version(i)));
  }
  for (const auto& pack : {claims.finish(), makes.finish(), chain.finish(),
                           PackBuilder::with_trailer("PACK" + big_endian(9) + big_endian(0))}) {
    EXPECT_EQ(refusal(pack).cause, util::Cause::kNotUnderstood);
  }
}

TEST_F(PackReceiverAndGit, RefuseWhatIsPastABound) {
  PackBuilder pack;
  pack.add(ObjectType::kBlob, std::string(10 << 20, 'z'));
  pack.add(ObjectType::kBlob, version(1));
  const std::string bytes = pack.finish();
  EXPECT_EQ(refusal(bytes, {.bounds = {.stream = bytes.size() - 1}}).message,
            "pack: more than " + std::to_string(bytes.size() - 1) + " bytes");
  EXPECT_EQ(refusal(bytes, {.bounds = {.objects = 1}}).message, "pack: more than 1 objects");
  PackReceiverOptions few{.bounds = {.made = 1 << 20, .made_of_one = 1}};
  const auto got = receive(bytes, of(1 << 16), few);
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("bytes to be inflated"), std::string::npos);
}

// An object of a circle that the store can break looks well, and could not be read later.
TEST_F(PackReceiverAndGit, RefuseACircleThatTheStoreBreaks) {
  write("blob", version(2));
  write("blob", version(3));
  auto store = ObjectStore::open(objects());
  PackBuilder circle;
  circle.add_id_delta(id_of(ObjectType::kBlob, version(2)), delta_of(version(2), version(3)));
  circle.add_id_delta(id_of(ObjectType::kBlob, version(3)), delta_of(version(3), version(2)));
  const auto error = refusal(circle.finish(), {.store = &*store});
  EXPECT_NE(error.message.find("is made, by deltas, of itself"), std::string::npos);
}

TEST_F(PackReceiverAndGit, SayTheSameErrorAgainAndTellTheObserver) {
  Notes notes;
  auto receiver = PackReceiver::create(paths(), {.observer = &notes});
  ASSERT_TRUE(receiver);
  const auto first = receiver->feed("nonsense", {});
  ASSERT_FALSE(first);
  const auto second = receiver->feed(PackBuilder().finish(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error().message, second.error().message);
  EXPECT_EQ(notes.error, first.error().message);
}

TEST_F(PackReceiverAndGit, StopAtTheLimit) {
  auto receiver = PackReceiver::create(paths(), {});
  ASSERT_TRUE(receiver);
  const util::Event stop;
  stop.set();
  const auto fed = receiver->feed("PACK", {.stop = &stop});
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, util::ErrorKind::kStopped);
}

TEST_F(PackReceiverAndGit, NeverReplaceAFile) {
  util::write_file(paths().pack, "mine").value();
  EXPECT_FALSE(PackReceiver::create(paths(), {}));
  EXPECT_EQ(sh("cat got.pack; ls got.*"), "minegot.pack\n");
}

}  // namespace
}  // namespace gitsync::git
