#include "observable/confusable.h"

#include <unicode/uidna.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/result.h"
#include "base/text.h"

namespace cordon {
namespace {

const USpoofChecker* checker() {
  static const USpoofChecker* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    USpoofChecker* opened = uspoof_open(&status);
    uspoof_setChecks(opened, USPOOF_RESTRICTION_LEVEL | USPOOF_INVISIBLE | USPOOF_MIXED_NUMBERS, &status);
    uspoof_setRestrictionLevel(opened, USPOOF_HIGHLY_RESTRICTIVE);
    CORDON_CHECK(U_SUCCESS(status), "ICU has no data for UTS 39");
    return opened;
  }();
  return instance;
}

const UIDNA* names() {
  static const UIDNA* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* opened = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
    CORDON_CHECK(U_SUCCESS(status), "ICU has no UTS 46 data");
    return opened;
  }();
  return instance;
}

bool ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

bool looks_like_another(std::string_view host) {
  for (const std::string_view label : split(host, '.')) {
    if (!label.starts_with("xn--")) continue;
    std::array<char, 512> text;
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const auto length = uidna_labelToUnicodeUTF8(names(), label.data(), static_cast<std::int32_t>(label.size()),
                                                 text.data(), static_cast<std::int32_t>(text.size()), &info, &status);
    if (U_FAILURE(status) || length <= 0 || static_cast<std::size_t>(length) > text.size()) continue;
    if (uspoof_check2UTF8(checker(), text.data(), length, nullptr, &status) != 0) return true;
    std::array<char, 1024> skeleton;
    const auto size = uspoof_getSkeletonUTF8(checker(), 0, text.data(), length, skeleton.data(),
                                             static_cast<std::int32_t>(skeleton.size()), &status);
    if (U_SUCCESS(status) && size > 0 && static_cast<std::size_t>(size) <= skeleton.size() &&
        ascii({skeleton.data(), static_cast<std::size_t>(size)}))
      return true;
  }
  return false;
}

}  // namespace cordon
