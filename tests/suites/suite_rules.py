"""The three suites, written from key protocol §1 and card reference §1: what each makes of a key.

The rules of a breaking run (see broken.py) replace single methods here and nothing else.
"""

from primitives import cipher, complement, des_mac, key_wrap, odd_parity, pad80, retail_mac, xor


class Suite:
    """What all suites share: the cipher of the key protocol is AES, or SM4 in an sm4 home."""

    def __init__(self, name, byte, protocol):
        self.name, self.byte, self.protocol = name, bytes([byte]), protocol

    def cmac16(self, key, data):
        return cipher(self.protocol, key).cmac(data)

    def sub_key(self, key, label):
        return cipher(self.protocol, key).encrypt(bytes([label]) + bytes(15))

    def transport_keys(self, transport):
        return self.sub_key(transport, 0x31), self.sub_key(transport, 0x32)

    def wrap(self, wrapping, content):
        return key_wrap(self.protocol, wrapping, content)

    def combined_master(self, components, flags1, set_id16, origin_id16):
        total = bytes(16)
        for component in components:
            total = xor(total, component)
        label = b"\x01WK/MCK0\x00" + flags1 + set_id16 + origin_id16 + b"\x00\x80"
        return self.stored(self.cmac16(total, label))

    def component_check_value(self, component):
        return self.cmac16(component, bytes(16))[:5]

    def check_value(self, key):
        return self.encrypt(key, bytes(self.block))[:3]

    def authentication_cryptogram(self, key, challenge):
        return self.encrypt(key, challenge + bytes(self.block - len(challenge)))

    def online_session(self, key, random4, online_sn2):
        return self.session(key, random4 + online_sn2)

    def offline_session(self, key, random4, offline_sn2, terminal_sn4):
        return self.session(key, random4 + offline_sn2 + terminal_sn4[2:])

    def of_purpose(self, purpose1):
        # Transport keys are never two-key 3DES (key protocol §4).
        return SUITES[self.protocol] if purpose1 == b"\x0e" else self


class Tdes2(Suite):
    block = 8
    mac_bytes = 4

    def encrypt(self, key, data):
        return cipher("tdes2" if len(key) == 16 else "des", key).encrypt(data)

    def stored(self, key):
        return odd_parity(key)

    def diversify(self, key, factor8):
        return self.stored(self.encrypt(key, factor8) + self.encrypt(key, complement(factor8)))

    def session(self, key, block):
        return self.encrypt(key, (block + b"\x80\x00")[:8])

    def grey_session(self, first_key, terminal_random4):
        return self.encrypt(first_key, terminal_random4 + b"\x80\x00\x00\x00")

    def mac4(self, session_key, data):
        return des_mac(session_key, bytes(8), data)[:4]

    def tac4(self, key, data):
        return des_mac(xor(key[:8], key[8:]), bytes(8), data)[:4]

    def sm_mac(self, key, challenge, message):
        return retail_mac(key, challenge + bytes(8 - len(challenge)), message)[:4]

    def sm_encrypt(self, key, challenge, data):
        plain = bytes([len(data)]) + data
        return self.sm_blocks(key, challenge, plain if len(plain) % 8 == 0 else pad80(plain, 8))

    def sm_blocks(self, key, challenge, blocks):
        return self.encrypt(key, blocks)


class Block16(Suite):
    block = 16
    mac_bytes = 8

    def encrypt(self, key, data):
        return cipher(self.name, key).encrypt(data)

    def stored(self, key):
        return key

    def diversify(self, key, factor8):
        return self.encrypt(key, factor8 + complement(factor8))

    def session(self, key, block):
        return self.encrypt(key, pad80(block, 16))

    def grey_session(self, first_key, terminal_random4):
        return self.session(first_key, terminal_random4)

    def mac4(self, session_key, data):
        return cipher(self.name, session_key).cmac(data)[:4]

    def tac4(self, key, data):
        return self.mac4(key, data)

    def sm_mac(self, key, challenge, message):
        return cipher(self.name, self.sub_key(key, 0x32)).cmac(challenge + message)[:8]

    def sm_encrypt(self, key, challenge, data):
        return self.sm_blocks(key, challenge, pad80(bytes([len(data)]) + data, 16))

    def sm_blocks(self, key, challenge, blocks):
        sm_enc = cipher(self.name, self.sub_key(key, 0x31))
        return sm_enc.cbc(sm_enc.encrypt(challenge), blocks)


SUITES = {
    "tdes2": Tdes2("tdes2", 0x00, "aes128"),
    "sm4": Block16("sm4", 0x04, "sm4"),
    "aes128": Block16("aes128", 0x05, "aes128"),
}
