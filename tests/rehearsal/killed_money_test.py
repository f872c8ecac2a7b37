"""Desk and meter killed in the middle: money moves once or not at all."""
import json
import unittest

import field
from trial import COUNTY, WRONG_STATE, Trial, await_writes, balance_of, duration, fractions

CARD = f"user-{COUNTY}-1"
SOLD = 1000  # fen
PULSES = 1000000
LOCKING = 0  # of a session's phases in the meter's image
OPEN = 0     # of its relay


class KilledMoney(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trial = Trial()
        cls.addClassCleanup(cls.trial.close)
        cls.trial.go_to_the_field()

    def words_at_the_desk(self, *words):
        return "salesdesk", "--desk", field.desk(self.trial.room, COUNTY), "--json", *words

    def sell(self, *words, **keywords):
        return json.loads(field.sell(self.trial.room, COUNTY, "--json", *words, **keywords))

    def meter_words(self, *words):
        return "meter-emu", words[0], "--image", field.meter(self.trial.room, COUNTY, 1), *words[1:]

    def meter(self):
        return self.trial.room.ask(*self.meter_words("show"))

    def swipe(self, **keywords):
        self.trial.slots.only(CARD)
        return self.trial.room.ask(*self.meter_words("swipe"), **keywords)

    def top_up_words(self, request):
        return self.words_at_the_desk("topup", "--yuan", SOLD // 100, "--request", request)

    def test_desk_killed(self):
        """a desk killed at six moments of a top-up: after recover the card holds the old money or one credit more,
        and the same sale typed again tells which [R179]"""
        before = balance_of(self.trial, CARD)
        whole = duration(lambda: self.trial.room.run(*self.top_up_words("whole"), answers=self.answers()))
        before += SOLD
        ended = {}
        for fraction in fractions(6):
            request = f"killed-{fraction:.2f}"
            with self.subTest(fraction=fraction):
                status = self.trial.kill_after(whole * fraction, *self.top_up_words(request), answers=self.answers())
                self.trial.run_any((0, WRONG_STATE), *self.words_at_the_desk("recover"), answers=self.answers())
                after = balance_of(self.trial, CARD)
                self.assertIn(after - before, (0, SOLD))
                again = self.trial.run_any((0, WRONG_STATE), *self.top_up_words(request), answers=self.answers())
                last = balance_of(self.trial, CARD)
                sold = json.loads(again)["state"] == "DONE"
                self.assertEqual(last - before, SOLD if sold else 0)
                self.assertTrue(sold or after == before)
                ended[f"{fraction:.2f}"] = (status, after - before, last - before)
                before = last
        books = self.sell("balance")
        self.assertEqual((books["difference_fen"], books["in_doubt_fen"], books["alarms"]), (0, 0, 0))
        print(f"  killed at: status, credit then, credit after the same sale again: {ended}")

    @staticmethod
    def answers():
        return [("psam-pin", field.PIN)]

    def start_pump(self):
        """Swipes until the pump runs; a swipe that was killed may have started it."""
        session = self.meter()["session"]
        if session is None or session["phase"] == LOCKING:
            self.swipe()

    def killed(self, seconds, *words):
        self.trial.slots.only(CARD)
        return self.trial.kill_after(seconds, *self.meter_words(*words))

    def count_killed(self):
        """Killed when its image has been written a few times, so that pulses have been counted."""
        running = self.trial.begin(*self.meter_words("run", "--pulses", PULSES))
        self.assertTrue(await_writes(field.meter(self.trial.room, COUNTY, 1), 5, running))
        running.kill()
        running.communicate()
        return running.returncode

    def test_meter_killed(self):
        """a meter killed while it starts, counts and stops: the next swipe settles exactly once what it had counted
        [R177, R178]"""
        whole = min(duration(self.swipe), duration(self.swipe))
        ended = {}
        for fraction in fractions(6):
            with self.subTest(fraction=fraction):
                before, records = balance_of(self.trial, CARD), len(self.meter()["usage"])
                status = [self.killed(whole * fraction, "swipe")]
                self.start_pump()
                status.append(self.count_killed())
                pulses = self.meter()["session"]["pulses"]
                status.append(self.killed(whole * fraction, "swipe"))
                if len(self.meter()["usage"]) == records:
                    self.assertEqual(self.swipe()["amount_fen"], field.fen_of(pulses))
                meter = self.meter()
                self.assertEqual((meter["session"], len(meter["usage"])), (None, records + 1))
                self.assertEqual(before - balance_of(self.trial, CARD), field.fen_of(pulses))
                ended[f"{fraction:.2f}"] = (*status, pulses)
        print(f"  killed at: status of start, count, stop, and pulses: {ended}")

    def test_mains_lost(self):
        """mains lost between start and stop: the pump stays off, and the card's next swipe settles once
        [R177, R178]"""
        before = balance_of(self.trial, CARD)
        self.swipe()
        self.trial.room.run(*self.meter_words("run", "--pulses", 3200))
        self.trial.room.run(*self.meter_words("outage"))
        self.assertEqual(self.meter()["relay"], OPEN)
        self.assertEqual(self.swipe()["amount_fen"], field.fen_of(3200))
        self.assertEqual(before - balance_of(self.trial, CARD), field.fen_of(3200))
        self.assertEqual(self.meter()["suspended"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
