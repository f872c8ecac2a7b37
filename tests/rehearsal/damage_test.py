"""What is wrong is named: a damaged, missing, foreign or newer thing gives its exit status and says what was expected;
put right, the same job succeeds."""
import contextlib
import dataclasses
import typing
import unittest

import counties
import field
import founding
from counties import pair_cards
from people import pins, two_persons
from trial import COUNTY, MALFORMED, NOT_FOUND, REFUSED, TAMPERED, UNAVAILABLE, Trial

CARD = f"user-{COUNTY}-1"


@contextlib.contextmanager
def replaced(path, change):
    """The file with its content changed; as it was, afterwards."""
    before = path.read_bytes()
    path.write_bytes(change(before))
    try:
        yield
    finally:
        path.write_bytes(before)


def with_byte_changed(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


def with_newer_image_format(content):
    """Magic, then the format in two bytes (docs/formats)."""
    at = content.index(b"\0\2")
    return content[:at] + b"\0\3" + content[at + 2:]


def swap(old, new):
    def change(content):
        if old not in content:
            raise AssertionError(f"{old!r} is not in the file")
        return content.replace(old, new, 1)
    return change


@dataclasses.dataclass
class Row:
    """One thing that is wrong, the job that meets it, and what the job must say."""
    title: str
    wrong: typing.Callable
    job: str
    status: int
    says: str


ROWS = [
    Row("wrong PIN", lambda test: test.typing_wrong("stock.mother"), "issue", REFUSED, "PIN"),
    Row("unknown card in place of the blank", lambda test: test.foreign_card(), "issue", NOT_FOUND, "user card"),
    Row("card removed at the meter", lambda test: test.removed_card(), "swipe", NOT_FOUND, "expected a user card"),
    Row("card removed at the desk", lambda test: test.removed_card(), "show", NOT_FOUND, "card"),
    Row("card image with one byte changed", lambda test: test.changed_card(with_byte_changed), "insert", TAMPERED,
        "checksum"),
    Row("card image of a newer format", lambda test: test.changed_card(with_newer_image_format), "insert", REFUSED,
        "format 3, this program knows format 2"),
    Row("profile with one value changed", lambda test: replaced(test.station / "profile.toml", test.other_price),
        "issue", TAMPERED, "the log accepted"),
    Row("profile that cannot be read", lambda test: replaced(test.station / "profile.toml", lambda old: b"[" + old),
        "issue", MALFORMED, "profile"),
    Row("station of a newer format", lambda test: replaced(
        test.station / "station.toml", swap(b"format = 1", b"format = 2")), "issue", REFUSED,
        "station.toml: format 2, this program knows format 1"),
    Row("desk of a newer format", lambda test: replaced(
        field.desk(test.room, COUNTY) / "desk.toml", swap(b"format = 1", b"format = 2")), "show", REFUSED,
        "desk.toml: format 2, this program knows format 1"),
    Row("meter of a newer format", lambda test: replaced(
        field.meter(test.room, COUNTY, 1), swap(b'"format": 1', b'"format": 2')), "swipe", REFUSED,
        "format 2, this program knows format 1"),
    Row("meter image cut short", lambda test: replaced(
        field.meter(test.room, COUNTY, 1), lambda old: old[:len(old) // 2]), "swipe", MALFORMED, "meter image"),
]


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trial = Trial(spares=10)
        cls.addClassCleanup(cls.trial.close)
        cls.trial.go_to_the_field()
        cls.room, cls.slots, cls.station = cls.trial.room, cls.trial.slots, cls.trial.room.station
        founding.make_card(cls.room, "unknown", "restore", 1)

    def setUp(self):
        self.answers = self.trial.answers()
        self.inside = [CARD, f"psam-{COUNTY}"]

    def other_price(self, content):
        """The same file with its first digit of a value changed."""
        at = content.index(b"= ", content.index(b"[ceiling]"))
        digit = next(place for place in range(at, len(content)) if content[place:place + 1].isdigit())
        other = b"1" if content[digit:digit + 1] != b"1" else b"2"
        return content[:digit] + other + content[digit + 1:]

    @contextlib.contextmanager
    def typing_wrong(self, stem):
        right = self.answers
        self.answers = [(key, "000000" if key.startswith(stem) else value) for key, value in right]
        try:
            yield
        finally:
            self.answers = right

    @contextlib.contextmanager
    def foreign_card(self):
        blank = self.blank
        self.slots.eject(blank)
        self.slots.insert("unknown")
        try:
            yield
        finally:
            self.slots.eject("unknown")
            self.slots.insert(blank)

    @contextlib.contextmanager
    def removed_card(self):
        self.slots.eject(CARD)
        try:
            yield
        finally:
            self.slots.insert(CARD)

    @contextlib.contextmanager
    def changed_card(self, change):
        self.slots.eject(CARD)
        with replaced(self.room.cards / f"{CARD}.card", change):
            yield

    def prepare(self, job):
        if job == "issue":
            self.blank = self.trial.insert_for_user()
            self.serial = next(self.trial.serials)
        else:
            self.slots.only(*self.inside)

    def do(self, job, **keywords):
        """The job as its people do it, checked as Room.run checks."""
        if job == "issue":
            return self.room.run(*self.trial.words_for_user(self.serial), answers=self.answers, both=True, **keywords)
        if job == "swipe":
            return self.room.run("meter-emu", "swipe", "--image", field.meter(self.room, COUNTY, 1), "--wait", 0,
                                 both=True, **keywords)
        if job == "show":
            return field.sell(self.room, COUNTY, "show", both=True, **keywords)
        if CARD in self.slots.inside:
            self.slots.eject(CARD)
        slot = self.slots.free[0]
        shown = self.room.run("virtual-card", "insert", slot, self.room.cards / f"{CARD}.card", "--background",
                              both=True, **keywords)
        if "status" not in keywords:
            self.room.run("virtual-card", "eject", slot)
        return shown

    def test_each_wrong_thing(self):
        """each damaged, missing, foreign or newer thing ends with its exit status and says what was expected; put
        right, the same job succeeds [R179]"""
        for row in ROWS:
            with self.subTest(row.title):
                self.prepare(row.job)
                with row.wrong(self):
                    self.do(row.job, status=row.status, says=row.says)
                self.do(row.job)
        self.trial.verify()

    def objects(self, token):
        """The files in which SoftHSM keeps the objects of a token."""
        store = self.station / "tokens" / token / "store"
        return [path for path in store.rglob("*.object")]

    def test_emptied_log_token(self):
        """a log token whose files were emptied is restored from its snapshot when the signer starts, which says so;
        one whose snapshot is damaged too is not opened"""
        self.room.run("keyceremony", "token", "stop", "--station", self.station)
        objects = self.objects("log")
        self.assertTrue(objects)
        for path in objects:
            path.write_bytes(b"")
        self.slots.only("role-3", "role-4")
        serve = ["keyceremony", "token", "serve", "--station", self.station, "--background"]
        officers = pins("officer-1", "officer-2")
        self.room.run(*serve, answers=officers, says="restored from its snapshot")
        self.trial.verify()
        self.room.run("keyceremony", "token", "stop", "--station", self.station)
        copies = [path for path in (self.station / "tokens/log/snapshots").rglob("*.object")]
        with contextlib.ExitStack() as damaged:
            for path in objects + copies:
                damaged.enter_context(replaced(path, lambda old: b""))
            self.room.run(*serve, answers=officers, status=UNAVAILABLE, says="both differ from the manifest")
        self.room.run(*serve, answers=officers)
        self.assertIn("nothing is pending", self.room.run("issuance", "list", "--pending", "--station", self.station))

    def test_emptied_key_token(self):
        """a key token whose files were emptied is restored from its snapshot by the next command that opens it, which
        says so, and answers the same check values"""
        self.slots.only("role-3", "role-4", *pair_cards("county", COUNTY))
        check = ["issuance", "check", "county", COUNTY, "--token", "--station", self.station]
        answers = two_persons() + counties.halves_pins(COUNTY) + pins("officer-1", "officer-2")
        before = self.room.run(*check, answers=answers)
        for path in self.objects("key"):
            path.write_bytes(b"")
        self.assertEqual(before, self.room.run(*check, answers=answers, says="restored from its snapshot"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
