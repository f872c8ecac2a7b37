"""The purse's keys, MACs and certificates, written from the published formulas with python3-cryptography.

Two suites: tdes2 (two-key 3DES, DES-CBC MAC) and aes128 (AES, CMAC).
"""
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, TripleDES
from cryptography.hazmat.primitives.cmac import CMAC


def _ecb(algorithm, data):
    cipher = Cipher(algorithm, modes.ECB()).encryptor()
    return cipher.update(data) + cipher.finalize()


def _des(key, data):
    return _ecb(TripleDES(key * 3), data)  # single DES


def _odd_parity(key):
    return bytes((b & 0xFE) | (bin(b >> 1).count("1") + 1) % 2 for b in key)


def _filled(data, size):
    return (data + b"\x80").ljust(size, b"\0") if len(data) < size else data


class Aes128:
    """Blocks of 16 bytes, CMAC, the leftmost four bytes."""

    algorithm_id = 0x05

    def encipher(self, key, data):
        return _ecb(AES(key), data)

    def finished(self, key):
        return key

    def session_key(self, key, block):
        return self.encipher(key, _filled(block, 16))

    def mac(self, key, data):
        cmac = CMAC(AES(key))
        cmac.update(data)
        return cmac.finalize()[:4]

    def tac(self, key, data):
        return self.mac(key, data)


class Tdes2:
    """Blocks of 8 bytes; session keys of 8 bytes; DES-CBC over data padded with 80 00…"""

    algorithm_id = 0x00

    def encipher(self, key, data):
        return _des(key, data) if len(key) == 8 else _ecb(TripleDES(key), data)

    def finished(self, key):
        return _odd_parity(key)

    def session_key(self, key, block):
        return self.encipher(key, _filled(block, 8))

    def mac(self, key, data):
        data += b"\x80"
        data = data.ljust(-(-len(data) // 8) * 8, b"\0")
        chain = bytes(8)
        for at in range(0, len(data), 8):
            chain = _des(key, bytes(a ^ b for a, b in zip(chain, data[at:at + 8])))
        return chain[:4]

    def tac(self, key, data):
        return self.mac(bytes(a ^ b for a, b in zip(key[:8], key[8:])), data)


SUITES = {"aes128": Aes128(), "tdes2": Tdes2()}

LOAD, PURCHASE, TAC = 1, 2, 3  # purposes


class CardKeys:
    """The keys of one user card of the test county."""

    def __init__(self, suite_name, county, number):
        self.suite = SUITES[suite_name]
        self.county = county
        self.factor = number[-8:]

    def _diversify(self, key, factor):
        complement = bytes(b ^ 0xFF for b in factor)
        return self.suite.finished(self.suite.encipher(key, factor + complement))

    def of(self, purpose):
        name = f"county {self.county} {purpose} 1"
        county_key = hashlib.sha256(name.encode()).digest()[:16]
        if isinstance(self.suite, Tdes2):
            county_key = self._diversify(county_key, b"\1" + bytes(7))
        return self._diversify(county_key, self.factor)

    def online_session(self, random, number):
        return self.suite.session_key(self.of(LOAD), random + number)

    def offline_session(self, random, number, terminal_number):
        return self.suite.session_key(self.of(PURCHASE), random + number + terminal_number[-2:])

    def grey_session(self, random, number, terminal_number, terminal_random):
        first = self.offline_session(random, number, terminal_number)
        return self.suite.session_key(first, terminal_random)
