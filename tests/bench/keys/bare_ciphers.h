// The cipher operations of one card key, counted from key-protocol formulas: seven single blocks under
// keys of their own (three steps of the key, the transport key and its two parts, the check value), one
// key wrap of 16 bytes, one CMAC of four blocks.
#pragma once

namespace bench {

// With OpenSSL on published vectors (FIPS 197, RFC 3394, RFC 4493); false for another answer.
bool bare_card_key();

}  // namespace bench
