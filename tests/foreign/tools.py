"""Three ways to send APDUs to a PC/SC reader, none of them ours. Each is a card with `send`."""
import os
import pathlib
import pty
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


class Card:
    """What all share: 61xx is followed, 6Cxx repeated, and the status word compared."""

    def raw(self, apdu):
        raise NotImplementedError

    def send(self, apdu, expected="9000"):
        answer = self.raw(apdu)
        if answer[-2] == 0x6C:
            answer = self.raw(apdu[:4] + answer[-1:])
        data = answer[:-2]
        while answer[-2] == 0x61:
            answer = self.raw(bytes([0x00, 0xC0, 0x00, 0x00, answer[-1]]))
            data += answer[:-2]
        word = answer[-2:].hex().upper()
        if word != expected:
            raise AssertionError(f"{apdu.hex().upper()}: {word}, expected {expected}")
        return data


class Pyscard(Card):
    """python3-pyscard."""

    def __init__(self, slot):
        from smartcard.System import readers  # pylint: disable=import-outside-toplevel
        self.connection = readers()[slot].createConnection()
        self.connection.connect()

    def raw(self, apdu):
        data, sw1, sw2 = self.connection.transmit(list(apdu))
        return bytes(data) + bytes([sw1, sw2])

    def close(self):
        self.connection.disconnect()


class Scriptor(Card):
    """scriptor of pcsc-tools, fed line by line on a terminal of its own."""

    def __init__(self, slot):
        self.screen, terminal = pty.openpty()
        self.process = subprocess.Popen(
            ["scriptor", "-r", f"wellkey 00 {slot:02}"], stdin=subprocess.PIPE, stdout=terminal,
            stderr=terminal, close_fds=True)
        os.close(terminal)
        self.seen = ""

    def raw(self, apdu):
        self.process.stdin.write(apdu.hex(" ").upper().encode() + b"\n")
        self.process.stdin.flush()
        # "< 6F 10 … 90 00 : Normal processing."; a long answer runs over several lines.
        answer = re.compile(r"^< ([0-9A-F \r\n]+?) ?: ", re.MULTILINE)
        while not (found := answer.search(self.seen)):
            self.seen += os.read(self.screen, 4096).decode(errors="replace")
        self.seen = self.seen[found.end():]
        return bytes.fromhex(found.group(1))

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        os.close(self.screen)


class OpenscTool(Card):
    """opensc-tool, one process per command; opensc.conf beside this file leaves the card powered."""

    def __init__(self, slot):
        self.slot = slot
        self.environment = {**os.environ, "OPENSC_CONF": str(HERE / "opensc.conf")}

    def raw(self, apdu):
        run = subprocess.run(
            ["opensc-tool", "--reader", str(self.slot), "--card-driver", "default", "--send-apdu",
             apdu.hex(":")], env=self.environment, capture_output=True, text=True, check=False)
        word = re.search(r"SW1=0x([0-9A-F]{2}), SW2=0x([0-9A-F]{2})", run.stdout)
        if not word:
            raise AssertionError(f"opensc-tool: {run.stdout}{run.stderr}")
        dump = run.stdout[word.end():]
        data = "".join(re.findall(r"^((?:[0-9A-F]{2} )+)", dump, re.MULTILINE))
        return bytes.fromhex(data) + bytes.fromhex(word.group(1) + word.group(2))

    def close(self):
        pass


TOOLS = {"pyscard": Pyscard, "scriptor": Scriptor, "opensc-tool": OpenscTool}
