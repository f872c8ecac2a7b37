"""Types at a pseudo-terminal as people would: reads the screen, waits for a question, then types its answer."""
import codecs
import os
import pty
import re
import select
import signal

from station import Failure

# An open question ends with a colon, a hidden one with its position counter at zero: only then is the keyboard
# read, and what was typed before is thrown away.
QUESTION = re.compile(r"(: |\[0 of [^\]\n]*\] )\Z")
HIDDEN_ENTRY = re.compile(r"  \[0 of [^\]\n]*\] (\r\x1b\[K  \[\d+ of [^\]\n]*\] )*\r\n")
ERASED = re.compile(r"\x1b\[H\x1b\[2J\x1b\[3J")
STANDS_STILL = 60  # seconds
LAST_WORDS = 0.05  # seconds that the screen of an ended program may take to arrive


def without_entries(screen):
    """The screen as evidence: of a hidden entry neither its length nor anything else."""
    kept = HIDDEN_ENTRY.sub("  [hidden]\n", screen.replace("\r\x1b[K  [0 of ", "  [0 of "))
    if "\x1b[K" in kept:
        raise Failure("a hidden entry left more on the screen than its counter")
    return ERASED.sub("\n", kept).replace("\r\n", "\n")


class Typist:
    """Somebody at a terminal. `answer_to` is given what came onto the screen since the answer before, and returns
    what to type, or None when that is no question."""

    def __init__(self, command, environment, answer_to):
        self.command = command
        self.environment = environment
        self.answer_to = answer_to
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.screen = ""
        self.seen = 0

    def run(self):
        """Returns the exit status and everything that stood on the screen."""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            try:
                os.execvpe(self.command[0], self.command, self.environment)
            finally:
                os._exit(127)
        ended = os.pidfd_open(self.child)
        try:
            self.converse(ended)
        except BaseException:
            os.kill(self.child, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(self.child, 0)
            os.close(ended)
            os.close(self.terminal)
        return os.waitstatus_to_exitcode(status), self.screen

    def converse(self, ended):
        """Until the program has ended: a signer that it started may hold the terminal longer."""
        while True:
            ready, _, _ = select.select([self.terminal, ended], [], [], STANDS_STILL)
            if not ready:
                raise Failure(f"{' '.join(self.command)}\n  the screen stands still{self.question()}")
            if self.terminal not in ready:
                ready, _, _ = select.select([self.terminal], [], [], LAST_WORDS)
            if self.terminal not in ready or not self.read():
                return
            self.answer()

    def read(self):
        try:
            part = os.read(self.terminal, 65536)
        except OSError:  # the last of its users has closed the terminal
            return False
        self.screen += self.decoder.decode(part)
        return bool(part)

    def answer(self):
        if not QUESTION.search(self.screen):
            return
        text = self.answer_to(self.screen[self.seen:])
        if text is not None:
            self.seen = len(self.screen)
            os.write(self.terminal, f"{text}\n".encode("utf-8"))

    def question(self):
        """The last line, when it asks; any other may hold what nobody else should read."""
        return f" at: {self.screen.splitlines()[-1]}" if QUESTION.search(self.screen) else ""
