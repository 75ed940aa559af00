// SPDX-License-Identifier: Apache-2.0
#include "git/attributes.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "support/git_index.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

using std::string_literals::operator""s;

bool is_harmless(const std::string& text) {
  const auto checked = check_attributes(text, ".gitattributes");
  EXPECT_TRUE(checked || checked.error().cause == util::Cause::kNotUnderstood);
  return checked.has_value();
}

// Files whose bytes any conversion changes, and one of attributes.
class AttributesAndGit : public testing::Test {
 protected:
  AttributesAndGit() : repo(fixture.make_repo("repo")) {
    fixture.git(repo, {"config", "filter.x.smudge", "tr a b"});
    fixture.git(repo, {"config", "filter.x.clean", "cat"});
    std::string entries;
    for (const auto& [path, content] : kFiles) {
      entries += "100644 " + blob(content) + "\t" + path + "\n";
    }
    test::whole_output(fixture, repo, {"update-index", "--add", "--index-info"}, entries);
  }

  std::string blob(const std::string& content) {
    auto id = test::whole_output(fixture, repo, {"hash-object", "-w", "--stdin"}, content);
    id.pop_back();
    return id;
  }
  // Whether git writes some file with other bytes than are stored, or fails.
  bool git_changes_bytes(const std::string& attributes, const std::string& mode = "100644",
                         const std::string& path = ".gitattributes") {
    fixture.git(
        repo, {"update-index", "--add", "--cacheinfo", mode + "," + blob(attributes) + "," + path});
    const std::string out = "out" + std::to_string(++round) + "/";
    const auto answer =
        fixture.cli.ask({"checkout-index", "-a", "--prefix=" + out}, repo, fixture.limit());
    EXPECT_TRUE(answer);
    if (!answer || !answer->ok()) return true;
    for (const auto& [name, content] : kFiles) {
      if (util::read_file(repo + "/" + out + name).value() != content) return true;
    }
    return false;
  }

  const std::array<std::pair<std::string, std::string>, 6> kFiles{
      {{"crlf", "a\r\nb\r\n"},
       {"lf", "a\nb\n"},
       {"mixed", "a\r\nb\n"},
       {"id", "$Id$ a\n"},
       {"binary", "a\0\r\n\n"s},
       {"folder/latin", "h\xe9 a\n$Id: x $"}}};
  test::GitFixture fixture;
  const std::string repo;
  int round = 0;
};

TEST_F(AttributesAndGit, AgreeThatTheseChangeNothing) {
  for (const std::string& text :
       {""s,
        "* text\n"s,
        "* text=auto\n"s,
        "* -text\n"s,
        "* !text"s,
        "* binary\n"s,
        "* -binary\n"s,
        "* eol=lf\n"s,
        "* text eol=lf\n"s,
        "* text=auto eol=lf -eol !eol\n"s,
        "* crlf\n"s,
        "* -crlf\n"s,
        "* crlf=input\r\n"s,
        "* !crlf\n"s,
        "* -filter !filter -ident !ident\n"s,
        "* !working-tree-encoding\n"s,
        "# * ident\n  # * filter=x\n\n \n"s,
        "* diff=x merge=union -diff -merge delta whitespace=cr-at-eol encoding=latin1\n"s,
        "* export-ignore export-subst linguist-vendored=true gitlab-generated x=y\n"s,
        "*.png filter-x idents eol-x=crlf my-text=x Ident FILTER=x\n"s,
        "ident\n"s,
        "eol=crlf text\n"s,
        "\xef\xbb\xbf* text=auto\n"s,
        "[attr]mine -text -diff\n* mine\n"s,
        "!* text\n"s,
        "\"two\\\" words\" text\n"s}) {
    EXPECT_TRUE(is_harmless(text)) << text;
    EXPECT_FALSE(git_changes_bytes(text)) << text;
  }
}

TEST_F(AttributesAndGit, AgreeThatTheseChangeBytes) {
  for (const std::string& text : {"* ident\n"s,
                                  "* filter=x"s,
                                  "* eol=crlf\n"s,
                                  "* text eol=crlf\r\n"s,
                                  "* crlf eol=crlf\n"s,
                                  "* text=auto eol=crlf\n"s,
                                  "* working-tree-encoding=UTF-16\n"s,
                                  "* working-tree-encoding\n"s,
                                  "x text\n  *\t ident\n"s,
                                  "\"*\" ident\n"s,
                                  "\"*\"ident\n"s,
                                  "\"i\\144\"ident"s,
                                  "*\rident\n"s,
                                  "* ident\0x\n"s,
                                  "[attr]mine ident\n* mine\n"s,
                                  "* mine\n[attr]mine filter=x\n"s,
                                  "[attr]a b\n[attr]b eol=crlf\n* a\n"s,
                                  "[attr]binary ident\n* binary\n"s,
                                  "[attr]text ident\n* text\n"s,
                                  "\"[attr]mine\" ident\n* mine\n"s,
                                  "\xef\xbb\xbf#\n* ident\n"s,
                                  "* -ident ident\n"s,
                                  "* x\\\nid ident\n"s,
                                  "id diff=x ident -text\n"s}) {
    EXPECT_FALSE(is_harmless(text)) << text;
    EXPECT_TRUE(git_changes_bytes(text)) << text;
  }
}

TEST_F(AttributesAndGit, AgreeThatALinkIsReadAtCheckout) {
  EXPECT_TRUE(git_changes_bytes("* ident", "120000"));
  EXPECT_FALSE(is_harmless("* ident"));
  EXPECT_TRUE(is_harmless("../shared/attributes"));
  EXPECT_FALSE(git_changes_bytes("../shared/attributes", "120000"));
}

TEST_F(AttributesAndGit, NeverDisagreeOnWhatIsHarmless) {
  constexpr std::array<std::string_view, 30> kPieces{
      "* ",     "id ",      "text", "-text",    "eol=crlf", "eol=lf", "ident", "-ident",
      "!ident", "filter=x", "\n* ", "[attr]m ", "m",        "-m",     "\"*\"", "\"",
      " ",      " ",        " ",    "\t",       "\r",       "\n",     "#",     "\\",
      "=",      "!",        "-",    "crlf",     "\v",       "x"};
  std::mt19937 random(20240102);
  std::uniform_int_distribution<std::size_t> piece(0, kPieces.size() - 1);
  int harmless = 0;
  int harmful = 0;
  for (int i = 0; i < 150; ++i) {
    std::string text = "* ";
    for (int j = 0; j < 2 + i % 8; ++j)
      text += std::string(kPieces[piece(random)]) + (j % 4 == 0 ? "" : " ");
    const bool changes = git_changes_bytes(text);
    if (changes) {
      EXPECT_FALSE(is_harmless(text)) << text;
    }
    (changes ? harmful : harmless) += 1;
  }
  EXPECT_GT(harmless, 20);
  EXPECT_GT(harmful, 10);
}

TEST(Attributes, DoesNotUnderstandWhatMayMeanMoreElsewhere) {
  for (const std::string text :
       {"* filter", "* filter=", "* ident=x", "* eol", "* eol=native", "* text=crlf", "* crlf=auto",
        "* -working-tree-encoding", "* working-tree-encoding=UTF-8", "* --ident", "* a\vb", "* x\1",
        "[attr]mine ident", "\"* eol=crlf"}) {
    EXPECT_FALSE(is_harmless(text)) << text;
  }
}

TEST(Attributes, NamesFileLineAndWords) {
  const auto checked =
      check_attributes("# x\n\n*.bin filter=lfs diff=lfs\n", "a\nb/.gitattributes");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "a\\nb/.gitattributes, line 3: filter=lfs");
  const auto wide = check_attributes("* filter=" + std::string(5000, 'x'), "f");
  EXPECT_LT(wide.error().message.size(), 100U);
}

}  // namespace
}  // namespace gitsync::git
