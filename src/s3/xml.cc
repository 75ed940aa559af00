// SPDX-License-Identifier: Apache-2.0
#include "s3/xml.h"

#include <expat.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

struct Deleter {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Deleter>;

// expat takes the length as an int.
constexpr std::size_t kMaxPiece = std::size_t{1} << 20;

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

class XmlReader::Impl {
 public:
  explicit Impl(OnEnd callback) : on_end_(std::move(callback)), parser_(XML_ParserCreate(nullptr)) {
    if (!parser_) return;
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
  }

  Result<void> feed(std::string_view bytes, bool is_last) {
    if (!parser_) return util::fail(ErrorKind::kLocal, "XML_ParserCreate failed");
    if (refused_) return util::fail(*refused_);
    const auto status = XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()),
                                  is_last ? XML_TRUE : XML_FALSE);
    if (refused_) return util::fail(*refused_);
    if (status != XML_STATUS_ERROR) return {};
    return util::fail(ErrorKind::kProtocol,
                      std::string("no XML: ") + XML_ErrorString(XML_GetErrorCode(parser_.get())));
  }

 private:
  static void on_start(void* user, const XML_Char* name, const XML_Char** /*attributes*/) {
    auto* self = static_cast<Impl*>(user);
    if (self->lengths_.size() == kMaxDepth) {
      self->refuse("XML is nested too deep");
      return;
    }
    self->lengths_.push_back(self->path_.size());
    if (!self->path_.empty()) self->path_ += '/';
    self->path_ += without_prefix(name);
    self->text_.clear();
  }

  static void on_end(void* user, const XML_Char* /*name*/) {
    auto* self = static_cast<Impl*>(user);
    if (self->refused_ || self->lengths_.empty()) return;
    auto taken = self->on_end_(self->path_, self->text_);
    if (!taken) {
      self->refuse(std::move(taken).error());
      return;
    }
    self->path_.resize(self->lengths_.back());
    self->lengths_.pop_back();
    self->text_.clear();
  }

  static void on_text(void* user, const XML_Char* text, int size) {
    auto* self = static_cast<Impl*>(user);
    if (self->text_.size() + static_cast<std::size_t>(size) > kMaxText) {
      self->refuse("XML with a text that is too long");
      return;
    }
    self->text_.append(text, static_cast<std::size_t>(size));
  }

  static void on_doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system*/,
                         const XML_Char* /*publisher*/, int /*has_internal_subset*/) {
    static_cast<Impl*>(user)->refuse("XML with a document type");
  }

  void refuse(std::string message) {
    refuse(util::Error{ErrorKind::kProtocol, std::move(message)});
  }
  void refuse(util::Error error) {
    if (!refused_) refused_ = std::move(error);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  const OnEnd on_end_;
  Parser parser_;
  std::string path_;
  std::vector<std::size_t> lengths_;  // of path_ outside of each open element
  std::string text_;
  std::optional<util::Error> refused_;
};

XmlReader::XmlReader(OnEnd on_end) : impl_(std::make_unique<Impl>(std::move(on_end))) {}
XmlReader::~XmlReader() = default;

Result<void> XmlReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, kMaxPiece);
    GS_TRY_VOID(impl_->feed(piece, false));
    bytes.remove_prefix(piece.size());
  }
  return {};
}

Result<void> XmlReader::finish() { return impl_->feed({}, true); }

}  // namespace gitsync::s3
