"""libwellkey-reader through ctypes: the structures of wellkey_reader.h that these examples use."""

import ctypes
import sys

MOST_RECORDS = 20
OK = 0


class CardState(ctypes.Structure):
    """wellkey_card_state"""

    _fields_ = [
        ("kind", ctypes.c_uint8),
        ("serial", ctypes.c_char * 17),
        ("suite", ctypes.c_uint8),
        ("life_cycle", ctypes.c_uint8),
        ("county", ctypes.c_char * 7),
        ("key_version", ctypes.c_uint8),
        ("pin_tries", ctypes.c_uint8),
        ("lock", ctypes.c_int),
        ("balance_fen", ctypes.c_int64),
        ("card_number", ctypes.c_char * 21),
    ]


class LockState(ctypes.Structure):
    """wellkey_lock_state"""

    _fields_ = [
        ("state", ctypes.c_int),
        ("transaction_type", ctypes.c_uint8),
        ("balance_fen", ctypes.c_int64),
        ("offline_counter", ctypes.c_uint32),
        ("terminal", ctypes.c_char * 13),
        ("date", ctypes.c_char * 9),
        ("time", ctypes.c_char * 7),
        ("amount_fen", ctypes.c_int64),
        ("proof", ctypes.c_uint8 * 4),
    ]


class CardInformation(ctypes.Structure):
    """wellkey_card_information"""

    _fields_ = [
        ("card_number", ctypes.c_char * 21),
        ("county", ctypes.c_char * 7),
        ("application_version", ctypes.c_uint8),
        ("valid_from", ctypes.c_char * 9),
        ("valid_until", ctypes.c_char * 9),
        ("card_type", ctypes.c_uint8),
        ("holder", ctypes.c_char * 21),
        ("identity_no", ctypes.c_char * 17),
        ("identity_type", ctypes.c_uint8),
    ]


class Record(ctypes.Structure):
    """wellkey_record"""

    _fields_ = [
        ("counter", ctypes.c_uint32),
        ("amount_fen", ctypes.c_int64),
        ("type", ctypes.c_uint8),
        ("terminal", ctypes.c_char * 13),
        ("date", ctypes.c_char * 9),
        ("time", ctypes.c_char * 7),
    ]


BYTES = ctypes.POINTER(ctypes.c_uint8)
ProveTerminal = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint8, BYTES, ctypes.c_size_t, BYTES, ctypes.c_void_p)


class Login(ctypes.Structure):
    """wellkey_login"""

    _fields_ = [
        ("pin", ctypes.c_char * 13),
        ("prove", ProveTerminal),
        ("context", ctypes.c_void_p),
        ("tries_left", ctypes.c_int),
    ]


class TopUp(ctypes.Structure):
    """wellkey_topup"""


Armed = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(TopUp), ctypes.c_void_p)

TopUp._fields_ = [
    ("card_number", ctypes.c_char * 21),
    ("amount_fen", ctypes.c_int64),
    ("date", ctypes.c_char * 9),
    ("time", ctypes.c_char * 7),
    ("user_pin", ctypes.c_char * 13),
    ("armed", Armed),
    ("context", ctypes.c_void_p),
    ("balance_before_fen", ctypes.c_int64),
    ("online_counter", ctypes.c_uint32),
    ("offline_counter", ctypes.c_uint32),
    ("terminal", ctypes.c_char * 13),
    ("key_version", ctypes.c_uint8),
    ("algorithm", ctypes.c_uint8),
    ("balance_after_fen", ctypes.c_int64),
    ("tac", ctypes.c_uint8 * 4),
    ("outcome", ctypes.c_int),
]

PORT = ctypes.c_void_p
ARGUMENTS = {
    "wellkey_open_port": [ctypes.POINTER(PORT)],
    "wellkey_close_port": [PORT],
    "wellkey_psam_verify_pin": [PORT, ctypes.POINTER(Login)],
    "wellkey_purchase": [PORT, ctypes.POINTER(TopUp)],
    "wellkey_get_card_state": [PORT, ctypes.POINTER(CardState)],
    "wellkey_get_lock_state": [PORT, ctypes.POINTER(LockState)],
    "wellkey_get_records": [
        PORT,
        ctypes.POINTER(Record),
        ctypes.POINTER(ctypes.c_size_t),
        ctypes.POINTER(TopUp),
    ],
    "wellkey_read_card_information": [PORT, ctypes.POINTER(CardInformation)],
}


def load(path):
    """The library, with the types of the functions that the examples call."""
    library = ctypes.CDLL(path)
    library.wellkey_version.restype = ctypes.c_char_p
    library.wellkey_error_text.restype = ctypes.c_char_p
    for name, types in ARGUMENTS.items():
        getattr(library, name).argtypes = types
    return library


def check(library, result):
    """Ends the script with the library's own words unless the call went well."""
    if result != OK:
        sys.exit(library.wellkey_error_text().decode("utf-8"))
