// How a test tells p11_fault.so what to do; the functions are found with dlsym (faulty_module.h).
//
//   order  "<n> <trick> [CKR]"          the n-th call from now on that can do it, of any function
//          "C_<Function> <trick> [CKR]"  every call of the function
//          ""                            nothing more
//   trick  before    not made, and answered with CKR (hex, CKR_DEVICE_ERROR if none)
//          after     made, but its answer is lost and CKR comes instead
//          nothing   not made, answered with CKR_OK
//          stale     not made, CKR_OK and the handle of the object that was made last
//          zeros     made, zeros come out; a key that would be made is all zeros
//          changed   made, one bit of what comes out is changed; a key is another than the right one
//          short     made, half of the length is told
//          long      made, a length beyond the room is told
//          exposed   a key is made readable and extractable, whatever was asked for
//
// What a function has no way to do, as a handle to lie about, it does not do. C_Initialize and
// C_Finalize are never touched.
//
// A program gets its order from WELLKEY_P11_ORDER, counted from its first call on, and says at its end on standard error
// "p11_fault: <calls> calls, <tricked> tricked".
#pragma once

extern "C" {
__attribute__((visibility("default"))) void p11_fault_order(const char* text);

// Since the last order: calls that could do it, and those that did.
__attribute__((visibility("default"))) unsigned long p11_fault_calls();
__attribute__((visibility("default"))) unsigned long p11_fault_tricked();
}
