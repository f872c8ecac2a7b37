"""A ceremony whose plan names another token's delivery key than the one that waits in the station's token."""
import re
import unittest

import founding
import people
from trial import REFUSED, Trial

FOREIGN = "11" * 32


class ForeignToken(unittest.TestCase):
    def setUp(self):
        self.trial = Trial()
        self.addCleanup(self.trial.close)
        self.trial.found()

    def journal(self):
        return next((self.trial.room.station / "ceremonies").glob("*/journal")).read_text(encoding="utf-8")

    def test_foreign_token_key(self):
        """a token whose delivery key is not the plan's gets no key: the ceremony stops there, and says so
        [R134] [R135]"""
        room, slots, plan = self.trial.room, self.trial.slots, self.trial.room.out / "plan.toml"
        founding.write_plan(room, slots, room.out / "genuine.toml")
        text = (room.out / "genuine.toml").read_text(encoding="utf-8")
        changed = re.sub(r'(token_key_hash\s*=\s*")[0-9a-f]{64}', rf"\g<1>{FOREIGN}", text)
        self.assertNotEqual(changed, text)
        plan.write_text(changed, encoding="utf-8")
        words = founding.component_words(room, plan, 1)
        slots.only("master-mother", "master-control", *[people.card_of(person) for person, _, _ in people.PEOPLE])
        shown = room.ask("keyceremony", "plan", "show", plan)
        manifest = (room.station / "tokens" / "key" / "manifest").read_bytes()
        room.run("keyceremony", "run", "--station", room.station, "--plan", plan,
                 answers=people.ceremony_answers(shown, words), status=REFUSED,
                 says="the token's delivery key is not the one of the plan")
        self.assertIn("delivery key is not the one of the plan", self.journal())
        self.assertNotIn("|delivered|", self.journal())
        self.assertEqual((room.station / "tokens" / "key" / "manifest").read_bytes(), manifest)


if __name__ == "__main__":
    unittest.main(verbosity=2)
