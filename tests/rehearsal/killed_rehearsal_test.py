"""The rehearsal itself killed: what it leaves, and that the next one starts clean."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
MIDWAY = "ceremony of four leaders"
LATE = "desk opens"


def inhabitants(folder):
    """Every process that names the folder or the readers of its rehearsal, whatever program it is."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(folder) in words or any(place in words for place in PLACES):
                found[int(entry.name)] = words
    return found


PLACES = set()  # folders of readers that were seen


class KilledRehearsal(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wellkey-rehearsed-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.out = self.folder / "out"
        PLACES.clear()

    def start(self):
        return subprocess.Popen(
            [sys.executable, HERE / "rehearsal.py", "--build", os.environ["WELLKEY_BUILD"], "--out", self.out],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def follow(self, running, title):
        """Until this step is done."""
        for line in running.stdout:
            if title in line:
                return
        self.fail(f"the rehearsal ended with {running.wait()} before: {title}")

    def note_readers(self):
        state = self.folder / "out-pcscd.json"
        PLACES.add(state.read_text().split('"folder": "')[1].split('"')[0])

    def left(self):
        """Processes and sockets of a rehearsal that has ended."""
        sockets = [path for path in self.folder.rglob("*.sock")]
        places = [place for place in PLACES if pathlib.Path(place).exists()]
        return inhabitants(self.folder), sockets, places, (self.folder / "out-pcscd.json").exists()

    def test_foreign_folder(self):
        """a folder that no rehearsal made is refused, and everything in it stays"""
        self.out.mkdir()
        (self.out / "letter").write_text("kept")
        running = self.start()
        text = running.communicate()[0]
        self.assertEqual(running.returncode, 2)
        self.assertIn("expected a new folder, or that of an earlier rehearsal", text)
        self.assertEqual([path.name for path in self.out.iterdir()], ["letter"])

    def test_killed_midway(self):
        """a rehearsal killed in the middle leaves nothing that hinders the next one: it ends with 0, and no process,
        socket or reader of either is left"""
        running = self.start()
        self.follow(running, MIDWAY)
        self.note_readers()
        before = inhabitants(self.folder)
        running.kill()
        running.communicate()
        self.assertTrue(any("token serve" in words for words in before.values()), before)
        self.assertTrue(any("pcscd" in words for words in before.values()), before)
        nextone = self.start()
        self.follow(nextone, "blank cards")
        self.note_readers()
        still = {pid: words for pid, words in before.items() if pid in inhabitants(self.folder) and pid != running.pid}
        self.assertEqual({}, still)
        shown = nextone.communicate()[0]
        self.assertEqual(nextone.returncode, 0, shown)
        self.assertEqual(self.left(), ({}, [], [], False))

    def test_told_to_stop(self):
        """Ctrl-C and SIGTERM end a rehearsal and everything that it started within seconds"""
        for number, title in ((signal.SIGINT, MIDWAY), (signal.SIGTERM, "stock pair"), (signal.SIGHUP, "signer")):
            with self.subTest(signal=number.name):
                running = self.start()
                self.follow(running, title)
                self.note_readers()
                began = time.monotonic()
                running.send_signal(number)
                running.communicate(timeout=60)
                self.assertLess(time.monotonic() - began, 20)
                self.assertEqual(running.returncode, 128 + number)
                self.assertEqual(self.left(), ({}, [], [], False))

    def test_foreign_processes_stay(self):
        """a process that is not the rehearsal's stays, whatever its command line names"""
        self.out.mkdir()
        foreign = subprocess.Popen(["sleep", "600"], executable="/bin/sleep", cwd=self.out)
        self.addCleanup(foreign.wait)
        self.addCleanup(foreign.kill)
        named = subprocess.Popen(["tail", "-f", "/dev/null", str(self.out / "plan.toml")],
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(named.wait)
        self.addCleanup(named.kill)
        running = self.start()
        self.follow(running, "blank cards")
        self.note_readers()
        running.terminate()
        running.communicate()
        self.assertEqual((foreign.poll(), named.poll()), (None, None))


if __name__ == "__main__":
    unittest.main(verbosity=2)
