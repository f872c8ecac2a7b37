// What each lie of p11_fault.so does to the call that tells it.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/hsm/cryptoki.h"

namespace fault {

enum class Trick {
  kNone,
  kBefore,
  kAfter,
  kNothing,
  kStale,
  kZeros,
  kChanged,
  kShort,
  kLong,
  kExposed
};

struct TrickRow {
  std::string_view word;
  Trick trick;
};

inline constexpr std::array kTricks = {
    TrickRow{"before", Trick::kBefore},   TrickRow{"after", Trick::kAfter},
    TrickRow{"nothing", Trick::kNothing}, TrickRow{"stale", Trick::kStale},
    TrickRow{"zeros", Trick::kZeros},     TrickRow{"changed", Trick::kChanged},
    TrickRow{"short", Trick::kShort},     TrickRow{"long", Trick::kLong},
    TrickRow{"exposed", Trick::kExposed},
};

inline Trick trick_of(std::string_view word) {
  const auto* const row = std::ranges::find(kTricks, word, &TrickRow::word);
  return row == kTricks.end() ? Trick::kNone : row->trick;
}

// Where among the arguments of a function a template, a handle or bytes are; none: -1.
struct Shape {
  int shape = -1;   // CK_ATTRIBUTE*, its count comes next
  int handle = -1;  // CK_OBJECT_HANDLE*, of what is made
  int out = -1;     // what comes out, its length comes at `length`
  int length = -1;
};

template <auto Member>
inline constexpr Shape kShape{};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_CreateObject>{1, 3, -1, -1};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_GenerateKey>{2, 4, -1, -1};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_GenerateKeyPair>{-1, 7, -1, -1};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_DeriveKey>{3, 5, -1, -1};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_UnwrapKey>{5, 7, -1, -1};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_WrapKey>{-1, -1, 4, 5};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_Sign>{-1, -1, 3, 4};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_FindObjects>{-1, -1, 1, 3};
template <>
inline constexpr Shape kShape<&CK_FUNCTION_LIST::C_GetSlotList>{-1, -1, 1, 2};

// A key whose value the liar chooses.
template <auto Member>
inline constexpr bool kForges = kShape<Member>.shape >= 0;
template <>
inline constexpr bool kForges<&CK_FUNCTION_LIST::C_GenerateKey> = false;

template <auto Member>
inline constexpr bool kIsAttributes = false;
template <>
inline constexpr bool kIsAttributes<&CK_FUNCTION_LIST::C_GetAttributeValue> = true;

template <auto Member>
constexpr bool can(Trick trick) {
  constexpr Shape where = kShape<Member>;
  switch (trick) {
    case Trick::kStale:
      return where.handle >= 0;
    case Trick::kZeros:
    case Trick::kChanged:
      return kForges<Member> || kIsAttributes<Member> || where.out >= 0;
    case Trick::kShort:
    case Trick::kLong:
      return kIsAttributes<Member> || where.out >= 0;
    case Trick::kExposed:
      return where.shape >= 0;
    default:
      return trick != Trick::kNone;
  }
}

inline CK_OBJECT_HANDLE last_made = CK_INVALID_HANDLE;

template <auto Member, typename... Arguments>
CK_RV honest(const CK_FUNCTION_LIST& real, Arguments... arguments) {
  const CK_RV result = (real.*Member)(arguments...);
  if constexpr (kShape<Member>.handle >= 0) {
    if (result == CKR_OK) last_made = *std::get<kShape<Member>.handle>(std::tuple(arguments...));
  }
  return result;
}

// `bytes` of one thing that comes out; `length` counts in `unit`s.
inline void distort(Trick trick, CK_BYTE* bytes, CK_ULONG& length, std::size_t unit) {
  constexpr CK_ULONG kBeyondAnyRoom = 100000;
  const std::size_t count = length * unit;
  if (trick == Trick::kLong) length = kBeyondAnyRoom;
  if (trick == Trick::kShort) length /= 2;
  if (bytes == nullptr || count == 0) return;
  if (trick == Trick::kZeros) std::memset(bytes, 0, count);
  if (trick == Trick::kChanged) bytes[count - 1] ^= 1U;
}

inline void distort_attributes(Trick trick, CK_ATTRIBUTE* attributes, CK_ULONG count) {
  constexpr CK_ULONG kNotTold = static_cast<CK_ULONG>(-1);
  for (CK_ATTRIBUTE* one = attributes; one != attributes + count; ++one)
    if (one->ulValueLen != kNotTold)
      distort(trick, static_cast<CK_BYTE*>(one->pValue), one->ulValueLen, 1);
}

inline std::vector<CK_ATTRIBUTE> without(const CK_ATTRIBUTE* shape, CK_ULONG count,
                                         std::initializer_list<CK_ATTRIBUTE_TYPE> types) {
  std::vector<CK_ATTRIBUTE> kept;
  for (const auto* one = shape; one != shape + count; ++one)
    if (std::ranges::find(types, one->type) == types.end()) kept.push_back(*one);
  return kept;
}

// The asked rules around a value of the liar's: zeros, or 5A throughout.
inline CK_RV forge(const CK_FUNCTION_LIST& real, Trick trick, CK_SESSION_HANDLE session,
                   const CK_ATTRIBUTE* shape, CK_ULONG count, CK_OBJECT_HANDLE* made) {
  CK_ULONG length = 16;
  for (const auto* one = shape; one != shape + count; ++one)
    if (one->type == CKA_VALUE_LEN) std::memcpy(&length, one->pValue, sizeof length);
  std::vector<CK_BYTE> value(length, trick == Trick::kZeros ? 0x00 : 0x5A);
  auto asked = without(shape, count, {CKA_VALUE, CKA_VALUE_LEN});
  asked.insert(asked.begin(), {CKA_VALUE, value.data(), value.size()});
  return real.C_CreateObject(session, asked.data(), asked.size(), made);
}

inline std::vector<CK_ATTRIBUTE> exposed(const CK_ATTRIBUTE* shape, CK_ULONG count) {
  static CK_BBOOL on = CK_TRUE;
  static CK_BBOOL off = CK_FALSE;
  auto asked = without(shape, count, {CKA_SENSITIVE, CKA_EXTRACTABLE});
  asked.insert(asked.begin(), {{CKA_SENSITIVE, &off, 1}, {CKA_EXTRACTABLE, &on, 1}});
  return asked;
}

template <auto Member, typename... Arguments>
CK_RV lie(const CK_FUNCTION_LIST& real, Trick trick, Arguments... arguments) {
  constexpr Shape where = kShape<Member>;
  std::tuple all(arguments...);
  if constexpr (where.handle >= 0) {
    if (trick == Trick::kStale) {
      *std::get<where.handle>(all) = last_made;
      return CKR_OK;
    }
  }
  if constexpr (kForges<Member>) {
    if (trick == Trick::kZeros || trick == Trick::kChanged)
      return forge(real, trick, std::get<0>(all), std::get<where.shape>(all),
                   std::get<where.shape + 1>(all), std::get<where.handle>(all));
  }
  if constexpr (where.shape >= 0) {
    if (trick == Trick::kExposed) {
      auto asked = exposed(std::get<where.shape>(all), std::get<where.shape + 1>(all));
      std::get<where.shape>(all) = asked.data();
      std::get<where.shape + 1>(all) = asked.size();
      return std::apply([&](auto... given) { return honest<Member>(real, given...); }, all);
    }
  }
  const CK_RV result = honest<Member>(real, arguments...);
  if constexpr (where.out >= 0) {
    if (result == CKR_OK)
      distort(trick, reinterpret_cast<CK_BYTE*>(std::get<where.out>(all)),
              *std::get<where.length>(all), sizeof *std::get<where.out>(all));
  }
  if constexpr (kIsAttributes<Member>) {
    if (result == CKR_OK) distort_attributes(trick, std::get<2>(all), std::get<3>(all));
  }
  return result;
}

}  // namespace fault
