"""The memory of a running process, searched from outside for every form that a typed component may be left in."""
import base64
import hashlib
import pathlib
import re

WORD_LIST = pathlib.Path(__file__).parents[2] / "base/crypto/word_lists.cpp"
PAGE = 4096
PIECE = 8
KEY = 16
HEADER_WORDS, HEADER_BITS = 5, 42  # the words that hold any of the header, and its bits: none of it is secret
VALUE_WORDS, WORD_BITS = 17, 10


def written_runs(process):
    """Every readable mapping that is written to, in runs of pages that are not all zero."""
    zero = bytes(PAGE)
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines():
            if "rw" not in line.split()[1]:
                continue
            first, last = (int(end, 16) for end in line.split()[0].split("-"))
            memory.seek(first)
            content = memory.read(last - first) or b""
            run = b""
            for at in range(0, len(content), PAGE):
                page = content[at:at + PAGE]
                if page != zero:
                    run += page
                elif run:
                    yield run
                    run = b""
            if run:
                yield run


def forms_in(memory, forms):
    """The names of the forms of which any piece stands in these runs."""
    return {name for name, pieces in forms.items() for piece in pieces if any(piece in run for run in memory)}


def in_pieces(forms):
    return {name: {form[at:at + PIECE] for at in range(len(form) - PIECE + 1)} for name, form in forms.items()}


def forms_of(value):
    """Sixteen bytes as a program may hold them, in pieces of eight."""
    forms = {"raw": value, "reversed": value[::-1], "hex": value.hex().encode(),
             "hex in capitals": value.hex().upper().encode()}
    for skipped in range(3):
        whole = (len(value) - skipped) // 3 * 3
        forms[f"base64 from byte {skipped}"] = base64.b64encode(value[skipped:skipped + whole])
    return in_pieces(forms)


def word_numbers(words):
    source = WORD_LIST.read_text(encoding="utf-8").partition("kComponentWordList")[2].partition("};")[0]
    listed = re.findall(r'"([a-z]+)"', source)
    return [listed.index(word) for word in words]


def value_of_words(words):
    bits = "".join(f"{number:0{WORD_BITS}b}" for number in word_numbers(words)[:VALUE_WORDS])
    return int(bits[HEADER_BITS:], 2).to_bytes(KEY, "big")


def forms_of_words(words):
    """Two words that stand together are a piece: one alone is English."""
    secret = words[HEADER_WORDS:VALUE_WORDS]
    numbers = word_numbers(secret)
    forms = in_pieces({"numbers of words": b"".join(number.to_bytes(2, "big") for number in numbers),
                       "numbers in memory order": b"".join(number.to_bytes(2, "little") for number in numbers)})
    for name, between in (("words", ""), ("words and blanks", " "), ("words in lines", "\n"),
                          ("words as texts of C", "\0")):
        forms[name] = {f"{one}{between}{other}".encode() for one, other in zip(secret, secret[1:])}
    return {**forms, **forms_of(value_of_words(words))}


def forms_of_groups(groups):
    """Groups of four digits and their check character."""
    typed = in_pieces({"groups": "".join(groups).encode(), "groups and blanks": " ".join(groups).encode()})
    return {**typed, **forms_of(bytes.fromhex("".join(group[:4] for group in groups)))}


def forms_of_rolls(rolls):
    return {**in_pieces({"rolls": rolls.encode()}), **forms_of(hashlib.sha256(rolls.encode()).digest()[:KEY])}
