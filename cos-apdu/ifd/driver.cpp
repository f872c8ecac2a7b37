// The entry points that pcscd calls (IFD handler interface 3.0). A bridge: what a card is and
// does is decided by the process at the other end of the slot's socket.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "cos-apdu/ifd/device_name.h"
#include "cos-apdu/ifd/slot.h"

#pragma GCC visibility push(default)
extern "C" {
#include <ifdhandler.h>
#include <reader.h>
}
#pragma GCC visibility pop

namespace {

struct Place {
  std::shared_ptr<ifd::Slot> slot;
  unsigned slots_of_reader;
};

// By the whole logical unit number, reader (high word) and slot (low word): two entries in
// reader.conf are two readers.
std::mutex places_lock;
std::map<DWORD, Place> places;

std::shared_ptr<ifd::Slot> slot_at(DWORD unit) {
  const std::lock_guard lock(places_lock);
  const auto found = places.find(unit);
  return found == places.end() ? nullptr : found->second.slot;
}

// pcscd is C: an exception that leaves here would end it, and every reader with it.
template <typename Call>
RESPONSECODE guarded(Call&& call) noexcept {
  try {
    return call();
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "ifd-wellkey: %s\n", error.what());
  } catch (...) {
    (void)std::fputs("ifd-wellkey: unknown exception\n", stderr);
  }
  return IFD_COMMUNICATION_ERROR;
}

template <typename Call>
RESPONSECODE with_slot(DWORD unit, Call&& call) noexcept {
  return guarded([&] {
    const auto slot = slot_at(unit);
    return slot ? call(*slot) : RESPONSECODE{IFD_NO_SUCH_DEVICE};
  });
}

RESPONSECODE give(const void* value, std::size_t size, PUCHAR out, PDWORD room) {
  if (*room < size) {
    *room = 0;
    return IFD_ERROR_INSUFFICIENT_BUFFER;
  }
  if (size != 0) std::memcpy(out, value, size);
  *room = size;
  return IFD_SUCCESS;
}

RESPONSECODE give_byte(unsigned value, PUCHAR out, PDWORD room) {
  const auto byte = static_cast<unsigned char>(value);
  return give(&byte, 1, out, room);
}

RESPONSECODE wait_for_change(DWORD unit, int timeout) {
  return with_slot(unit, [&](ifd::Slot& slot) {
    slot.wait_for_change(std::chrono::milliseconds(timeout));
    return RESPONSECODE{IFD_SUCCESS};
  });
}

RESPONSECODE stop_waiting(DWORD unit) {
  return with_slot(unit, [](ifd::Slot& slot) {
    slot.wake();
    return RESPONSECODE{IFD_SUCCESS};
  });
}

template <typename Function>
RESPONSECODE give_function(Function* function, PUCHAR out, PDWORD room) {
  return give(&function, sizeof function, out, room);
}

unsigned slots_of_reader(DWORD unit) {
  const std::lock_guard lock(places_lock);
  const auto found = places.find(unit);
  return found == places.end() ? 0 : found->second.slots_of_reader;
}

// PC/SC part 10 §2.6.14: the properties of a reader as tag, length and little-endian value.
constexpr unsigned kTlvFeature = SCARD_CTL_CODE(0x330000 + FEATURE_GET_TLV_PROPERTIES);
constexpr unsigned char kFeatures[] = {
    FEATURE_GET_TLV_PROPERTIES, 4,
    kTlvFeature >> 24,          (kTlvFeature >> 16) & 0xFF,
    (kTlvFeature >> 8) & 0xFF,  kTlvFeature & 0xFF,
};
constexpr unsigned char kProperties[] = {
    PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize, 4, 0x00, 0x00, 0x01, 0x00,  // 65,536 bytes
};

}  // namespace

extern "C" {

RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName) {
  return guarded([&]() -> RESPONSECODE {
    const auto name = ifd::parse_device_name(DeviceName);
    const auto number = static_cast<unsigned>(Lun & 0xFFFF);
    if (!name || number >= name->slots) {
      (void)std::fprintf(stderr,
                         "ifd-wellkey: expected DEVICENAME sock:<folder>:<slots, at most %u>\n",
                         ifd::kMostSlots);
      return IFD_NO_SUCH_DEVICE;
    }
    auto slot = std::make_shared<ifd::Slot>(name->folder, number, name->patience);
    const std::lock_guard lock(places_lock);
    places.insert_or_assign(Lun, Place{std::move(slot), name->slots});
    return IFD_SUCCESS;
  });
}

RESPONSECODE IFDHCreateChannel(DWORD, DWORD) {
  return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD Lun) {
  return guarded([&] {
    const std::lock_guard lock(places_lock);
    places.erase(Lun);
    return RESPONSECODE{IFD_SUCCESS};
  });
}

RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value) {
  switch (Tag) {
    case TAG_IFD_ATR:
    case SCARD_ATTR_ATR_STRING:
      return with_slot(Lun, [&](ifd::Slot& slot) {
        const auto atr = slot.atr();
        return give(atr.data(), atr.size(), Value, Length);
      });
    case TAG_IFD_SLOTS_NUMBER:
      return guarded([&] { return give_byte(slots_of_reader(Lun), Value, Length); });
    case TAG_IFD_SIMULTANEOUS_ACCESS:
      return give_byte(ifd::kMostSlots, Value, Length);
    case TAG_IFD_THREAD_SAFE:
    case TAG_IFD_SLOT_THREAD_SAFE:
      return give_byte(1, Value, Length);
    case TAG_IFD_POLLING_THREAD_KILLABLE:
      return give_byte(0, Value, Length);
    case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT:
      return give_function(&wait_for_change, Value, Length);
    case TAG_IFD_STOP_POLLING_THREAD:
      return give_function(&stop_waiting, Value, Length);
    default:
      *Length = 0;
      return IFD_ERROR_TAG;
  }
}

RESPONSECODE IFDHSetCapabilities(DWORD, DWORD, DWORD, PUCHAR) {
  return IFD_NOT_SUPPORTED;
}

// The card's ATR has decided the protocol already.
RESPONSECODE IFDHSetProtocolParameters(DWORD, DWORD, UCHAR, UCHAR, UCHAR, UCHAR) {
  return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength) {
  return with_slot(Lun, [&](ifd::Slot& slot) -> RESPONSECODE {
    DWORD room = MAX_ATR_SIZE;
    if (AtrLength != nullptr) *AtrLength = 0;
    if (Action == IFD_POWER_DOWN) {
      slot.power_off();
      return IFD_SUCCESS;
    }
    if (Action != IFD_POWER_UP && Action != IFD_RESET) return IFD_NOT_SUPPORTED;
    const auto atr =
        slot.start(Action == IFD_RESET ? ifd::FrameKind::kReset : ifd::FrameKind::kPowerOn);
    if (!atr) return IFD_ERROR_POWER_ACTION;
    const auto outcome = give(atr->data(), atr->size(), Atr, &room);
    *AtrLength = room;
    return outcome;
  });
}

RESPONSECODE IFDHTransmitToICC(DWORD Lun, SCARD_IO_HEADER Send, PUCHAR Command, DWORD CommandLength,
                               PUCHAR Answer, PDWORD AnswerLength, PSCARD_IO_HEADER Receive) {
  const DWORD room = *AnswerLength;
  *AnswerLength = 0;
  return with_slot(Lun, [&](ifd::Slot& slot) -> RESPONSECODE {
    const auto [sent, answer] = slot.transmit({Command, CommandLength});
    if (!sent) return IFD_ICC_NOT_PRESENT;
    if (!answer) return IFD_COMMUNICATION_ERROR;
    *AnswerLength = room;
    if (Receive != nullptr) Receive->Protocol = Send.Protocol;
    return give(answer->data(), answer->size(), Answer, AnswerLength);
  });
}

RESPONSECODE IFDHControl(DWORD, DWORD Code, PUCHAR, DWORD, PUCHAR Answer, DWORD AnswerLength,
                         LPDWORD Returned) {
  if (Returned == nullptr) return IFD_COMMUNICATION_ERROR;
  *Returned = AnswerLength;
  if (Code == CM_IOCTL_GET_FEATURE_REQUEST) {
    return give(kFeatures, sizeof kFeatures, Answer, Returned);
  }
  if (Code == kTlvFeature) return give(kProperties, sizeof kProperties, Answer, Returned);
  *Returned = 0;
  return IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD Lun) {
  return with_slot(Lun, [](ifd::Slot& slot) {
    return RESPONSECODE{slot.holds_card() ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT};
  });
}

}  // extern "C"
