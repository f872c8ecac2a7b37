// The edge of the library: no exception leaves it, and every failure leaves a text.
#include "cos-apdu/reader/wellkey_reader.h"

#include <new>
#include <string>

#include "cos-apdu/reader/failure.h"
#include "cos-apdu/reader/port.h"

namespace {

using card::reader::Failure;

thread_local std::string last_error;

int say(const Failure& failure) noexcept {
  try {
    last_error = failure.what();
  } catch (const std::bad_alloc&) {
    last_error.clear();
  }
  return failure.result();
}

// The words of somebody else, behind the sentence of the result.
int say(wellkey_result result, const char* detail) noexcept {
  try {
    return say(Failure(result, detail));
  } catch (const std::exception&) {
    last_error.clear();
    return result;
  }
}

template <typename Act>
int at_edge(Act act) noexcept {
  try {
    act();
    return WELLKEY_OK;
  } catch (const Failure& failure) {
    return say(failure);
  } catch (const base::Error& error) {
    return say(card::reader::result_of(error), error.what());
  } catch (const std::exception& error) {
    return say(WELLKEY_INTERNAL, error.what());
  } catch (...) {
    return say(WELLKEY_INTERNAL, "unknown exception");
  }
}

template <typename... Pointers>
void require(const Pointers*... pointers) {
  const bool missing = ((pointers == nullptr) || ...);
  if (missing) throw Failure(WELLKEY_BAD_ARGUMENT, "null pointer");
}

std::span<const std::uint8_t> package_of(const std::uint8_t* package, std::size_t length) {
  require(package);
  return {package, length};
}

}  // namespace

int wellkey_open_port(wellkey_port** port) {
  return at_edge([&] {
    require(port);
    *port = new wellkey_port(card::reader::pcsc_readers());
  });
}

int wellkey_close_port(wellkey_port* port) {
  return at_edge([&] { delete port; });
}

int wellkey_psam_verify_pin(wellkey_port* port, wellkey_login* login) {
  return at_edge([&] {
    require(port, login);
    port->verify_psam_pin(*login);
  });
}

int wellkey_psam_modify_key(wellkey_port* port, const uint8_t* package, size_t length) {
  return at_edge([&] {
    require(port);
    port->modify_psam_keys(package_of(package, length));
  });
}

int wellkey_purchase(wellkey_port* port, wellkey_topup* topup) {
  return at_edge([&] {
    require(port, topup);
    port->top_up(*topup);
  });
}

int wellkey_deduct(wellkey_port* port, wellkey_deduction* deduction) {
  return at_edge([&] {
    require(port, deduction);
    port->deduct(*deduction);
  });
}

int wellkey_settle_lock(wellkey_port* port, wellkey_settlement* settlement) {
  return at_edge([&] {
    require(port, settlement);
    port->settle_lock(*settlement);
  });
}

int wellkey_issue_tool_card(wellkey_port* port, const uint8_t* package, size_t length) {
  return at_edge([&] {
    require(port);
    port->issue_tool_card(package_of(package, length));
  });
}

int wellkey_read_tool_card(wellkey_port* port, wellkey_tool_card* card) {
  return at_edge([&] {
    require(port, card);
    *card = port->tool_card();
  });
}

int wellkey_get_card_state(wellkey_port* port, wellkey_card_state* state) {
  return at_edge([&] {
    require(port, state);
    *state = port->card_state();
  });
}

int wellkey_get_records(wellkey_port* port, wellkey_record* records, size_t* count,
                        wellkey_topup* torn) {
  return at_edge([&] {
    require(port, records, count);
    *count = port->records({records, *count}, torn);
  });
}

int wellkey_get_lock_state(wellkey_port* port, wellkey_lock_state* state) {
  return at_edge([&] {
    require(port, state);
    *state = port->lock_state();
  });
}

int wellkey_release_lock(wellkey_port* port, const uint8_t* package, size_t length,
                         wellkey_release* release) {
  return at_edge([&] {
    require(port, release);
    port->release_lock(package_of(package, length), *release);
  });
}

int wellkey_read_card_number(wellkey_port* port, char card_number[21]) {
  return at_edge([&] {
    require(port, card_number);
    port->card_number(std::span<char, 21>(card_number, 21));
  });
}

int wellkey_read_card_information(wellkey_port* port, wellkey_card_information* information) {
  return at_edge([&] {
    require(port, information);
    *information = port->card_information();
  });
}

const char* wellkey_version() {
  return WELLKEY_VERSION;
}

const char* wellkey_error_text() {
  return last_error.c_str();
}
