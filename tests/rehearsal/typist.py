"""Types at a pseudo-terminal as people would: waits for a prompt on the screen, then types the answer."""
import os
import pty
import re
import select
import time


class Typist:
    """Runs a program whose controlling terminal is ours. `answers` pairs a pattern with what is typed."""

    def __init__(self, command, environment, answers, limit=120):
        self.command = command
        self.environment = environment
        self.answers = [(re.compile(pattern, re.S), text) for pattern, text in answers]
        self.limit = limit
        self.screen = ""

    def run(self):
        """Returns the exit status and everything that stood on the screen."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(self.command[0], self.command, self.environment)
        seen = 0
        ends = time.monotonic() + self.limit
        while time.monotonic() < ends:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            if ready:
                try:
                    part = os.read(terminal, 65536)
                except OSError:
                    part = b""
                if not part:
                    break
                self.screen += part.decode("utf-8", "replace")
            seen = self.answer(terminal, seen, quiet=not ready)
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        return os.waitstatus_to_exitcode(status), self.screen

    def answer(self, terminal, seen, quiet):
        """Types the answer of the prompt that stands at the end of the screen; returns what is read."""
        unread = self.screen[seen:]
        for pattern, text in self.answers:
            if pattern.search(unread):
                answer = text() if callable(text) else text
                os.write(terminal, (answer + "\n").encode("utf-8"))
                return len(self.screen)
        return seen
