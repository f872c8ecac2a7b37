"""What is left of typed components in the memory of the ceremony, which goes on, and of the readers' daemon."""
import os
import re
import unittest

import founding
import people
from live_room import Keepers
from process_memory import forms_in, forms_of_groups, forms_of_rolls, forms_of_words, written_runs
from trial import Trial
from typist import Typist

HEX_LEADER = 3


class Typing(Keepers):
    """The people of the rehearsal: words, dice and groups, everything confirmed."""

    def __init__(self, words, groups, bags):
        super().__init__()
        self.pin, self.rolls, self.bags, self.paper = people.PIN, people.ROLLS, bags, words
        self.rows = [(r": group (\d) of 8", lambda found: groups[int(found[1]) - 1]),
                     (r"\(type ([A-Z]+)\)", lambda found: found[1]), *self.rows]


class TypedMemory(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root reads the memory of a process that is not dumpable")
        self.trial = Trial()
        self.addCleanup(self.trial.close)
        self.trial.found()

    def made_groups(self, plan):
        room = self.trial.room
        screen = room.run("keyceremony", "component", "new", "--plan", plan, "--leader", HEX_LEADER,
                          "--without-read-back", answers=[], keep=False, both=True)
        return ["".join(found) for found in re.findall(r"^\s*\d\s+([0-9A-F]{4})-([0-9A-F])$", screen, re.M)]

    def committed(self):
        journals = list((self.trial.room.station / "ceremonies").glob("*/journal"))
        return len(re.findall(rb"\|committed-[1-4]\|committed-", journals[0].read_bytes())) if journals else 0

    def search(self, forms):
        """The forms found in the ceremony and in the daemon, by leader."""
        memories = {"keyceremony": list(written_runs(self.typist.child)),
                    "pcscd": list(written_runs(self.trial.daemon()))}
        return {(program, leader): found for program, memory in memories.items() for leader, of in forms.items()
                if (found := forms_in(memory, of))}

    def looked_at(self, unread):
        """Searches at the first question after each commitment, and at the read-backs, where the value is held."""
        held = re.search(r"\(read-back\): (?:word 20|group 8|the dice)", unread)
        if held:
            leader = next(number for number in self.forms if number > self.committed())
            self.held[leader] = self.search({leader: self.forms[leader]})
        if self.committed() > self.seen:
            self.seen = self.committed()
            past = {leader: of for leader, of in self.forms.items() if leader <= self.seen}
            self.left[self.seen] = self.search(past)
        return self.keepers.answer_to(unread)

    def test_typed_components(self):
        """a typed component is held while it is read back, and nothing of it is in memory once its card has
        committed to it [R132] [R135]"""
        room, slots, plan = self.trial.room, self.trial.slots, self.trial.room.out / "plan.toml"
        founding.write_plan(room, slots, plan, sources={f"leader-{HEX_LEADER}": "hex"})
        words, groups = founding.component_words(room, plan, 1), self.made_groups(plan)
        slots.only("master-mother", "master-control", *[people.card_of(person) for person, _, _ in people.PEOPLE])
        bags = {name: card["bag"] for name, card in room.ask("keyceremony", "plan", "show", plan)["cards"].items()}
        self.keepers = Typing(words, groups, bags)
        self.forms = {1: forms_of_words(words), 2: forms_of_rolls(people.ROLLS), HEX_LEADER: forms_of_groups(groups)}
        self.seen, self.held, self.left = 0, {}, {}
        self.typist = Typist([room.program("keyceremony"), "run", "--station", str(room.station), "--plan", str(plan)],
                             room.environment, self.looked_at)
        status, screen = self.typist.run()
        self.assertEqual(status, 0, screen[-800:])
        for leader in self.forms:
            self.assertIn("raw", self.held[leader].get(("keyceremony", leader), ()))
            self.assertNotIn(("pcscd", leader), self.held[leader])
        self.assertEqual(self.left, {committed: {} for committed in range(1, 5)})


if __name__ == "__main__":
    unittest.main(verbosity=2)
