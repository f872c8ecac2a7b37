"""The programs that work in a folder, found by their command lines, and their end."""
import os
import pathlib
import select
import signal

PROGRAMS = ("keyceremony", "issuance", "salesdesk", "meter-emu", "virtual-card", "audit")
PATIENCE = 5  # seconds from SIGTERM to SIGKILL


def works_in(pid, folder):
    """One of our programs whose command line names a file of this folder; a pid alone may be anybody's."""
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    inside = os.fsencode(f"{folder}/")
    program = os.fsdecode(words[0]).rpartition("/")[2]
    return program in PROGRAMS and any(word.startswith(inside) for word in words[1:])


def processes_in(folder):
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and works_in(name, folder)]


def end_process(pid, folder):
    """The descriptor is taken before the look, so that the signal meets what was looked at."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not works_in(pid, folder):
                return
            signal.pidfd_send_signal(process, number)
            if select.select([process], [], [], PATIENCE)[0]:
                return
    except ProcessLookupError:
        pass
    finally:
        os.close(process)


def end_processes(folder):
    """A program that is starting another is met again: until none is left."""
    while found := processes_in(folder):
        for pid in found:
            end_process(pid, folder)
