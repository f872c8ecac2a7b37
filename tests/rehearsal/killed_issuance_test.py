"""Issuance cut off at many moments: by its own death, by that of the signer, of the readers, of a card."""
import os
import signal
import time
import unittest

from trial import (CONFLICT, COUNTY, LOST, UNAVAILABLE, UNCERTAIN, Trial, await_writes, duration, fractions, serial_of)

SETTLED = ("stock", "issued", "reject")


class KilledIssuance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trial = Trial(spares=38)
        cls.addClassCleanup(cls.trial.close)
        cls.trial.go_to_the_county()
        cls.trial.issue_user_mother()

    def cards_with(self, serial):
        """States of the cards whose number was made of this serial."""
        rows = [card for card in self.trial.listed() if card["number"][-11:-3] == f"{serial:08}"]
        return [card["state"] for card in rows if card["state"] != "stock"]

    def finish(self, serial, blank):
        """The same command again, until this number is issued; then everything must agree. A reject may hold the
        number's keys, so the next card gets the next issue number."""
        if "issued" not in self.cards_with(serial):
            words = []
            if self.state_of(blank) == "reject":
                self.trial.insert_for_user()
                self.trial.issue_user(serial, status=CONFLICT, says="raise the issue number")
                words = ["--issue", 2]
            self.trial.issue_user(serial, *words)
        self.assertEqual(self.cards_with(serial).count("issued"), 1)
        self.agree()

    def agree(self):
        before = self.trial.listed()
        self.assertEqual(before, self.trial.rebuilt_listing())
        self.trial.verify()

    def state_of(self, name):
        return next(card["state"] for card in self.trial.listed() if card["serial"] == serial_of(name))

    def all_settled(self):
        self.trial.room.run("issuance", "list", "--pending", "--station", self.trial.room.station)
        states = {card["serial"]: card["state"] for card in self.trial.listed()}
        self.assertEqual({}, {serial: state for serial, state in states.items() if state not in SETTLED})

    def disturbed(self, watched, writes, disturb):
        """Issues a user card and disturbs it when the watched card has been written so often."""
        serial = next(self.trial.serials)
        running = self.trial.begin(*self.trial.words_for_user(serial), answers=self.trial.answers())
        if await_writes(self.trial.room.cards / f"{watched}.card", writes, running):
            disturb()
        shown = running.communicate(timeout=60)
        return serial, running.returncode, "".join(shown)

    def test_issuance_killed(self):
        """issuance killed at eight moments of a user card, then resolved or run again: exactly one card has the
        number, the log verifies, and the register is what the log says [R184]"""
        self.trial.insert_for_user()
        whole = duration(lambda: self.trial.issue_user(next(self.trial.serials)))
        self.trial.insert_for_user()
        whole = min(whole, duration(lambda: self.trial.issue_user(next(self.trial.serials))))
        ended = {}
        for at, fraction in enumerate(fractions(8)):
            with self.subTest(fraction=fraction):
                serial, blank = next(self.trial.serials), self.trial.insert_for_user()
                status = self.trial.kill_after(whole * fraction, *self.trial.words_for_user(serial),
                                               answers=self.trial.answers())
                if at % 2:
                    self.trial.resolve()
                    self.all_settled()
                ended[f"{fraction:.2f}"] = (status, self.state_of(blank))
                self.finish(serial, blank)
        print(f"  killed at, status, state then: {ended}")

    def test_issuance_killed_at_card_writes(self):
        """issuance killed at its card's first, fifth and later writes leaves one pending card, which resolves
        [R184]"""
        for writes in (1, 5, 9, 13):
            with self.subTest(writes=writes):
                blank = self.trial.insert_for_user()
                serial = next(self.trial.serials)
                running = self.trial.begin(*self.trial.words_for_user(serial), answers=self.trial.answers())
                self.assertTrue(await_writes(self.trial.room.cards / f"{blank}.card", writes, running))
                running.kill()
                running.communicate()
                ended = self.trial.resolve()["ended"]
                self.assertEqual([card["serial"] for card in ended], [serial_of(blank)])
                self.all_settled()
                self.finish(serial, blank)

    def test_signer_killed(self):
        """without its signer issuance refuses as unavailable and loses nothing; with a new one it goes on [R184]"""
        blank = self.trial.insert_for_user()
        serial, status, shown = self.disturbed(
            blank, 1, lambda: os.kill(self.trial.signer, signal.SIGKILL))
        self.assertEqual(status, UNAVAILABLE, shown)
        self.assertIn("signer", shown)
        self.trial.issue_user(next(self.trial.serials), status=UNAVAILABLE, says="signer")
        self.trial.slots.eject()
        self.trial.serve()
        self.trial.slots.only("stock-1", "stock-2", f"user-mother-{COUNTY}", f"user-control-{COUNTY}", blank)
        self.finish(serial, blank)
        self.all_settled()

    def test_readers_killed(self):
        """pcscd killed inside an issue: the job fails and says so; restarted, with its cards back, every pending
        card is decided [R184]"""
        for writes in (1, 6):
            with self.subTest(writes=writes):
                blank = self.trial.insert_for_user()
                serial, status, shown = self.disturbed(
                    blank, writes, lambda: os.kill(self.trial.daemon(), signal.SIGKILL))
                self.trial.readers.call("restart")
                self.trial.resolve_when_back()
                self.assertIn(status, (UNAVAILABLE, LOST, UNCERTAIN), shown)
                self.assertRegex(shown, "issuance: .*(reader|card|PC/SC service)")
                self.all_settled()
                self.finish(serial, blank)

    def test_card_exchanged_unseen(self):
        """a card that is exchanged while pcscd looks away is powered and read as the other card that it is [R179]"""
        first, second = self.trial.insert_for_user(), self.trial.spares.pop(0)
        slot = self.trial.slots.inside[first]
        os.kill(self.trial.daemon(), signal.SIGSTOP)
        self.trial.slots.kill(first)
        entering = self.trial.begin("virtual-card", "insert", slot, self.trial.room.cards / f"{second}.card",
                                    "--background")
        time.sleep(0.2)  # its connection waits at the driver's socket
        os.kill(self.trial.daemon(), signal.SIGCONT)
        shown = entering.communicate(timeout=30)
        self.assertEqual(entering.returncode, 0, shown)
        self.trial.issue_user(next(self.trial.serials))
        self.trial.room.run("virtual-card", "eject", slot)
        self.assertEqual((self.state_of(first), self.state_of(second)), ("stock", "issued"))

    def test_card_killed(self):
        """a card that dies while its command runs: the job fails and says so, and is finished with the card back
        [R179, R184]"""
        for name, writes in ((None, 1), (None, 4), (None, 8), ("stock-1", 1), (f"user-mother-{COUNTY}", 2)):
            with self.subTest(card=name or "blank", writes=writes):
                blank = self.trial.insert_for_user()
                victim = name or blank
                serial, status, shown = self.disturbed(victim, writes, lambda: self.trial.slots.kill(victim))
                self.trial.slots.insert(victim)
                self.assertIn(status, (LOST, UNCERTAIN), shown)
                self.finish(serial, blank)
                self.all_settled()


if __name__ == "__main__":
    unittest.main(verbosity=2)
