"""Block ciphers of python3-cryptography, and what the suites build from them: padding, MACs, key wrap.

Cipher contexts are kept per key: making one costs ten times a block.
"""

import functools

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

try:  # where releases after that of Debian 12 keep it
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    TripleDES = algorithms.TripleDES

ALGORITHMS = {
    "des": lambda key: TripleDES(key * 3),
    "tdes2": lambda key: TripleDES(key + key[:8]),
    "aes128": algorithms.AES,
    "aes256": algorithms.AES,
    "sm4": algorithms.SM4,
}
WRAP_START = bytes.fromhex("A6" * 8)  # RFC 3394 §2.2.3.1


def xor(a, b):
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")


def complement(data):
    return xor(data, b"\xff" * len(data))


ODD_PARITY = bytes(byte & 0xFE | (bin(byte >> 1).count("1") + 1) % 2 for byte in range(256))


def odd_parity(key):
    return key.translate(ODD_PARITY)


class BlockCipher:
    """One cipher under one key."""

    def __init__(self, algorithm, key):
        self.algorithm = ALGORITHMS[algorithm](key)
        self.block = self.algorithm.block_size // 8
        self.chain_end = bytes(self.block)

    @functools.cached_property
    def ecb(self):
        return Cipher(self.algorithm, modes.ECB()).encryptor().update

    @functools.cached_property
    def ecb_back(self):
        return Cipher(self.algorithm, modes.ECB()).decryptor().update

    @functools.cached_property
    def chain(self):
        return Cipher(self.algorithm, modes.CBC(bytes(self.block))).encryptor().update

    def encrypt(self, data):
        return self.ecb(data)

    def decrypt(self, data):
        return self.ecb_back(data)

    def cbc(self, iv, data):
        # One chain runs for ever: what it would add to the first block is taken out beforehand.
        first = xor(xor(self.chain_end, iv), data[: self.block])
        out = self.chain(first + data[self.block :])
        self.chain_end = out[-self.block :]
        return out

    @functools.cached_property
    def cmac_subkeys(self):
        reduction = 0x87 if self.block == 16 else 0x1B  # SP 800-38B §5.3
        bits = 8 * self.block
        keys, value = [], int.from_bytes(self.encrypt(bytes(self.block)), "big")
        for _ in range(2):
            carry = value >> (bits - 1)
            value = (value << 1) & ((1 << bits) - 1)
            value ^= reduction if carry else 0
            keys.append(value.to_bytes(self.block, "big"))
        return keys

    def cmac(self, data):
        whole, part = self.cmac_subkeys
        cut = max(0, (len(data) - 1) // self.block) * self.block
        last = data[cut:]
        last = xor(last, whole) if len(last) == self.block else xor(pad80(last, self.block), part)
        return self.cbc(bytes(self.block), data[:cut] + last)[-self.block :]


@functools.lru_cache(maxsize=4096)
def cipher(algorithm, key):
    return BlockCipher(algorithm, key)


def pad80(data, block):
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def des_mac(key8, iv8, data):
    return cipher("des", key8).cbc(iv8, pad80(data, 8))[-8:]


def retail_mac(key16, iv8, data):
    left, right = cipher("des", key16[:8]), cipher("des", key16[8:])
    return left.encrypt(right.decrypt(des_mac(key16[:8], iv8, data)))


def key_wrap(algorithm, wrapping, content):
    if algorithm == "aes128":
        return aes_key_wrap(wrapping, content)
    block = cipher(algorithm, wrapping)
    head, parts = WRAP_START, [content[at : at + 8] for at in range(0, len(content), 8)]
    for step in range(6 * len(parts)):
        out = block.encrypt(head + parts[step % len(parts)])
        head = xor(out[:8], (step + 1).to_bytes(8, "big"))
        parts[step % len(parts)] = out[8:]
    return head + b"".join(parts)


@functools.lru_cache(maxsize=1024)
def agree(scalar32, point65):
    own = ec.derive_private_key(int.from_bytes(scalar32, "big"), ec.SECP256R1())
    return own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point65))


def point_of(scalar32):
    numbers = ec.derive_private_key(int.from_bytes(scalar32, "big"), ec.SECP256R1()).public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
