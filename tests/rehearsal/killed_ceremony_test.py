"""The ceremony of four leaders killed in the middle, and held to its end by the same command."""
import hashlib
import unittest

import counties
import founding
import people
from trial import WRONG_STATE, Trial

CUTS = (20, 55, 90)  # lines of the journal, of more than 110


class KilledCeremony(unittest.TestCase):
    def setUp(self):
        self.trial = Trial()
        self.addCleanup(self.trial.close)
        self.trial.found()

    def journal(self):
        journals = list((self.trial.room.station / "ceremonies").glob("*/journal"))
        return journals[0].read_text(encoding="utf-8") if journals else ""

    def lines(self):
        return self.journal().count("\n")

    def manifest_hash(self):
        return hashlib.sha256((self.trial.room.station / "tokens" / "key" / "manifest").read_bytes()).hexdigest()

    def killed_at(self, cut, words, answers):
        running = self.trial.begin(*words, answers=answers)
        while self.lines() < cut:
            self.assertIsNone(running.poll(), "the ceremony ended before it could be killed")
        running.kill()
        running.communicate()

    def test_ceremony_killed(self):
        """keyceremony killed at three points of its journal and run again goes on to the same end: one master
        control pair, from which the province is issued, a log that verifies, and the hash of the token's manifest in
        the record of the delivery [R184]"""
        room, slots, plan = self.trial.room, self.trial.slots, self.trial.room.out / "plan.toml"
        founding.write_plan(room, slots, plan)
        words = founding.component_words(room, plan, 1)
        slots.only("master-mother", "master-control", *[people.card_of(person) for person, _, _ in people.PEOPLE])
        shown = room.ask("keyceremony", "plan", "show", plan)
        answers = people.ceremony_answers(shown, words)
        command = ["keyceremony", "run", "--station", room.station, "--plan", plan]
        room.facts["ceremony"] = shown["short"]
        met = []
        for cut in CUTS:
            self.killed_at(cut, command, answers)
            met.append(self.lines())
        self.assertEqual(sorted(set(met)), met)
        room.run(*command, answers=answers)
        room.run(*command, answers=answers, status=WRONG_STATE, says="closed")
        self.assertIn(f"|manifest={self.manifest_hash()}|", self.journal())
        counties.issue_provincial(room, slots)
        self.trial.verify()
        pairs = room.ask("issuance", "list", "--station", room.station)["pairs"]
        self.assertEqual([pair["state"] for pair in pairs if pair["kind"] == "master"], ["active"])
        print(f"  killed at journal lines {met} of {self.lines()}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
