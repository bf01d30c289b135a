"""The README tells the truth: its commands exist, its code runs, its links lead somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, program

READMES = [path for path in sorted(ROOT.rglob("README.md")) if not {".venv", ".git"} & set(path.parts)]
IDS = [str(path.relative_to(ROOT)) for path in READMES]


@pytest.mark.parametrize("readme", READMES, ids=IDS)
def test_links_and_files_exist(readme: Path) -> None:
    text = readme.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (readme.parent / target).exists(), target
    for row in re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE):
        for name in re.findall(r"`([\w-]+(?:\.py|/))`", row):
            assert (readme.parent / name).exists(), name


@pytest.mark.parametrize("readme", READMES, ids=IDS)
def test_python_in_it_is_python(readme: Path) -> None:
    for code in re.findall(r"```python\n(.*?)```", readme.read_text("utf-8"), re.DOTALL):
        compile(code, str(readme), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_examples_of_formats_and_bench_run(capsys: pytest.CaptureFixture[str]) -> None:
    for readme, said in (("modem/wire/README.md", "Hello"), ("emulator/README.md", "+CMTI")):
        text = (ROOT / readme).read_text("utf-8")
        for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            exec(compile(code, readme, "exec"), {})
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(("package", "name"), [("modem", "modem"), ("emulator", "modem-emulator")])
def test_commands_of_the_readme_are_commands_of_the_program(package: str, name: str) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = set(re.findall(rf"^\| `{name} (\w+)", text, re.MULTILINE))
    offered = set(re.findall(r"^    ([a-z]+)(?: |$)", program(package, "--help").stdout, re.MULTILINE))
    assert shown == offered
    for command in sorted(shown):
        done = program(package, command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        for option in re.findall(rf"^\| `{name} {command}[^|]*\|([^|]*)\|", text, re.MULTILINE):
            for flag in re.findall(r"`(--[\w-]+)", option):
                assert flag in done.stdout, f"{name} {command} has no {flag}"


@pytest.mark.parametrize(("package", "name"), [("modem", "modem"), ("emulator", "modem-emulator")])
def test_both_programs_tell_their_version(package: str, name: str) -> None:
    done = program(package, "--version")
    assert done.returncode == 0
    assert re.fullmatch(rf"{name} \d+\.\d+\.\d+\n", done.stdout)


def test_make_help_lists_what_the_readme_promises() -> None:
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test", "lint", "bench", "help"} <= targets
