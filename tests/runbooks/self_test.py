#!/usr/bin/python3
"""Pages that are right pass, and each way of being wrong is found: a check that cannot fail is a defect."""
import pathlib
import sys
import tempfile
import unittest

from run import Run, Shell
from runbook import Mismatch, screen_fits


class Pages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.shell = Shell(self.folder.name, "/nonexistent")
        self.addCleanup(self.shell.bash.stdin.close)
        self.addCleanup(self.shell.bash.stdout.close)
        self.addCleanup(self.shell.close)

    def run_page(self, text, **others):
        pages = {"page.md": text, **{f"{name}.md": other for name, other in others.items()}}
        for name, content in pages.items():
            (pathlib.Path(self.folder.name) / name).write_text(content, encoding="utf-8")
        return Run(self.shell, pathlib.Path(self.folder.name), say=lambda line: None).page("page.md")

    def console(self, *lines):
        return self.run_page("\n".join(["# A page", "```console", *lines, "```"]))

    def refused(self, says, *lines):
        with self.assertRaisesRegex(Mismatch, says):
            self.console(*lines)

    def test_right(self):
        """the promised screens and statuses are accepted"""
        self.assertEqual(self.console("$ echo one; echo; echo two", "one", "two", "$ true",
                                      "$! exit_with() { return 3; }; exit_with", "[status 3]"), 3)
        self.console("$ seq 9", "1", "…", "4", "…", "9")
        self.console("$ echo 'pair 12AB, generation 1'", "pair …, generation 1")
        self.console("$ cat <<END", "> two words", "> END", "two words")
        self.console("$ echo to standard error >&2", "to standard error")

    def test_wrong_screen(self):
        """another line, a line too many and a line too few are found, with the page and the line"""
        self.refused(r"page\.md:3: \$ echo one", "$ echo one", "two")
        self.refused("expected", "$ seq 2", "1")
        self.refused("expected", "$ echo 1", "1", "2")
        self.refused("expected", "$ echo unpromised")
        self.refused("expected", "$ seq 9", "1", "…", "4", "…", "8")
        self.refused("expected", "$ echo 'pair 12AB, generation 2'", "pair …, generation 1")
        self.refused("expected", "$ echo aXb", "a.b")

    def test_wrong_status(self):
        """a failure that was not promised, a success that was not, and another status are found"""
        self.refused("and status 1", "$ false", "…")
        self.refused("and status 0", "$! true", "…")
        self.refused("and status 1", "$! false", "[status 3]")
        self.refused("and status 127", "$ no-such-program", "…")
        self.refused("and status [12]", "$ echo 'open", "…")

    def test_shell_ends(self):
        """a command that ends the shell is found"""
        self.refused("did not end", "$ exit 0")

    def test_form(self):
        """a page without a command, a block without an end and a block of an unknown name are found"""
        for page in ("# nothing", "```console\n```", "```console\n$ true", "```consol\n$ true\n```",
                     "```console\nscreen first\n$ true\n```", "```text\n$ true\n```"):
            with self.assertRaises(Mismatch, msg=page):
                self.run_page(page)

    def test_kept(self):
        """folder, variables, functions and answers are kept from block to block and from a page's setup"""
        earlier = "```console\n$ mkdir in && cd in\n$ export NAME=value\n$ f() { echo called $NAME; }\n```"
        answers = "```answers file\na = 'b' $NAME\n```\n" * 2
        self.run_page(f"```setup earlier.md\n```\n{answers}```console\n$ f\ncalled value\n$ cat file\n"
                      "a = 'b' $NAME\na = 'b' $NAME\n$ basename $PWD\nin\n```", earlier=earlier)

    def test_setup_in_part(self):
        """a setup ends with the section that is named, and a section that the page has not is found"""
        earlier = "".join(f"## {n}. Section\n```console\n$ n{n}=set\n```\n" for n in (0, 1, 2))
        self.run_page("```setup earlier.md 1\n```\n```console\n$ echo $n0 $n1 $n2.\nset set .\n```", earlier=earlier)
        with self.assertRaisesRegex(Mismatch, "no section 3"):
            self.run_page("```setup earlier.md 3\n```\n```console\n$ true\n```", earlier=earlier)

    def test_setup_fails(self):
        """a setup that fails fails the page"""
        with self.assertRaises(Mismatch):
            self.run_page("```setup earlier.md\n```\n```console\n$ true\n```", earlier="```console\n$ false\n```")

    def test_typed(self):
        """an option or a verb that a typed program does not know is found"""
        self.run_page("```typed\n$ sort --reverse file\n```")
        for command in ("sort --backwards file", "no-such-program verb"):
            with self.assertRaises(Mismatch, msg=command):
                self.run_page(f"```typed\n$ {command}\n```")

    def test_dots(self):
        """dots take no line, one or many, and nothing else is taken for granted"""
        self.assertTrue(screen_fits(["…"], []))
        self.assertTrue(screen_fits(["…", "a", "…", "b"], ["a", "b", "a", "x", "b"]))
        self.assertFalse(screen_fits(["…", "a", "…", "b"], ["a", "b", "x"]))
        self.assertFalse(screen_fits([], ["a"]))
        self.assertFalse(screen_fits(["a", "…"], []))


if __name__ == "__main__":
    sys.exit(unittest.main())
