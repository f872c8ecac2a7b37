"""Authentication and secure messaging, and what cards compute with their own keys when a terminal asks."""

from formula import INTEROPERABILITY, WRITTEN_KEY, add, row
from primitives import cipher, des_mac, retail_mac


@row("authentication-cryptogram", "secure messaging", "K", "E(K, one block)", "challenge of 4, 8 or 16, then 00",
     "one block", "cards §1.9")
def authentication_cryptogram(suite, key16, any_challenge):
    return suite.authentication_cryptogram(key16, any_challenge)


def protected(suite, key, challenge, header4, data):
    count = bytes([len(data) + suite.mac_bytes])
    return data + suite.sm_mac(key, challenge, header4 + count + data)


@row("sm-command-mac", "secure messaging", "K", "secure messaging MAC", "header4 Lc data", "data MAC", "cards §1.7")
def sm_command_mac(suite, key16, challenge, header4, data):
    return protected(suite, key16, challenge, header4, data)


@row("sm-command-encrypted", "secure messaging", "K", "secure messaging encryption, then MAC",
     "LD data; header4 Lc cipher", "cipher MAC", "cards §1.8")
def sm_command_encrypted(suite, key16, challenge, header4, data):
    return protected(suite, key16, challenge, header4, suite.sm_encrypt(key16, challenge, data))


@row("sm-answer-mac", "secure messaging", "K", "secure messaging MAC", "data", "data MAC", "cards §3.1")
def sm_answer_mac(suite, key16, challenge, data):
    return data + suite.sm_mac(key16, challenge, data)


@row("sm-command-enciphered", "secure messaging", "K", "secure messaging encryption, no MAC", "LD data", "cipher",
     "cards §7.1")
def sm_command_enciphered(suite, key16, challenge, data):
    return suite.sm_encrypt(key16, challenge, data)


@row("sm-read-encrypted", "secure messaging", "K", "secure messaging encryption, then MAC",
     "wanted1 80 00…, one block; header4 Lc cipher", "cipher MAC", "cards §3.1")
def sm_read_encrypted(suite, key16, challenge, header4, wanted1):
    block = wanted1 + b"\x80" + bytes(suite.block - 2)
    return protected(suite, key16, challenge, header4, suite.sm_blocks(key16, challenge, block))


@row("sm-answer-encrypted", "secure messaging", "K", "secure messaging encryption, then MAC", "LD data; cipher",
     "cipher MAC", "cards §3.1")
def sm_answer_encrypted(suite, key16, challenge, data):
    return sm_answer_mac(suite, key16, challenge, suite.sm_encrypt(key16, challenge, data))


# --- the key file of an interoperability card: the data of 84 D4, and what the card reads in it ---


@row("write-key-fmcos", INTEROPERABILITY, "control key 39/00", "secure messaging encryption, then MAC",
     "15 type1 use_right1 change_right1 version1 algorithm1 new_key16 80 00; 84 D4 type1 number1 1C cipher",
     WRITTEN_KEY, "cards §7.4")
def write_key_fmcos(suite, key16, challenge, kind1, number1, use_right1, change_right1, version1, algorithm1,
                    new_key16):
    fields = use_right1 + change_right1 + version1 + algorithm1
    sent = protected(suite, key16, challenge, b"\x84\xd4" + kind1 + number1,
                     suite.sm_encrypt(key16, challenge, kind1 + fields + new_key16))
    return sent + kind1 + number1 + fields + new_key16


@row("write-key-huada", INTEROPERABILITY, "control key 39/00", "secure messaging encryption, then MAC",
     "14 version1 algorithm1 counter1 state1 new_key16 80 00 00; 84 D4 type1 number1 1C cipher", WRITTEN_KEY,
     "cards §7.4")
def write_key_huada(suite, key16, challenge, huada_kind1, number1, version1, algorithm1, counter1, state1, new_key16):
    fields = version1 + algorithm1 + counter1 + state1
    sent = protected(suite, key16, challenge, b"\x84\xd4" + huada_kind1 + number1,
                     suite.sm_encrypt(key16, challenge, fields + new_key16))
    return sent + fields + new_key16


# --- what cards compute with their own keys when a terminal asks them to ---


COUNTY_LEAF, ENCIPHERED = "leaf of a county key for asn10: ", "encryption of blocks from a challenge, unpadded"
SAM_MAC = "secure messaging MAC from a challenge or none"


@row("psam-encipher", "secure messaging", COUNTY_LEAF + "PIN unblock (05)", ENCIPHERED, "sam_blocks", "as many",
     "cards §4.3")
def psam_encipher(suite, key16, asn10, challenge, sam_blocks):
    return suite.sm_blocks(suite.diversify(key16, asn10[2:]), challenge, sam_blocks)


@row("psam-mac", "secure messaging", COUNTY_LEAF + "maintenance (07)", SAM_MAC, "sam_data", "MAC", "cards §4.3")
def psam_mac(suite, key16, asn10, sam_challenge, sam_data):
    return suite.sm_mac(suite.diversify(key16, asn10[2:]), sam_challenge, sam_data)


@row("esam-encipher", "secure messaging", "handheld (0B)", ENCIPHERED, "sam_blocks", "as many", "cards §4.3")
def esam_encipher(suite, key16, challenge, sam_blocks):
    return suite.sm_blocks(key16, challenge, sam_blocks)


@row("esam-mac", "secure messaging", "tool (0A)", SAM_MAC, "sam_data", "MAC", "cards §4.3")
def esam_mac(suite, key16, sam_challenge, sam_data):
    return suite.sm_mac(key16, sam_challenge, sam_data)


for name, challenge_field in (
    ("psam-external-authenticate", "terminal_challenge"),
    ("esam-external-authenticate", "any_challenge"),
    ("esam-internal-authenticate", "any_challenge"),
):
    add(name, "secure messaging", ("key16", challenge_field), authentication_cryptogram, "handheld (0B)",
        "E(K, one block)", "challenge, then 00", "one block", "cards §1.9")


@row("internal-authenticate-encrypt", INTEROPERABILITY, "30/01, 8 or 16 bytes", "DES or 3DES, ECB", "des_blocks",
     "as many", "cards §3.1")
def internal_authenticate_encrypt(suite, des_key, des_blocks):
    return suite.encrypt(des_key, des_blocks)


@row("internal-authenticate-decrypt", INTEROPERABILITY, "31/01, 8 or 16 bytes", "DES or 3DES backwards, ECB",
     "des_blocks", "as many", "cards §3.1")
def internal_authenticate_decrypt(suite, des_key, des_blocks):
    return cipher("tdes2" if len(des_key) == 16 else "des", des_key).decrypt(des_blocks)


@row("internal-authenticate-mac", INTEROPERABILITY, "32/01, 8 or 16 bytes", "DES-CBC MAC or retail MAC, IV zero",
     "mac_data", "4", "cards §3.1")
def internal_authenticate_mac(suite, des_key, mac_data):
    mac = retail_mac if len(des_key) == 16 else des_mac
    return mac(des_key, bytes(8), mac_data)[:4]


@row("external-authenticate", INTEROPERABILITY, "39/01, 8 or 16 bytes", "DES or 3DES", "challenge of 4 or 8, then 00",
     "8", "cards §1.9")
def external_authenticate(suite, des_key, challenge):
    return suite.authentication_cryptogram(des_key, challenge)
