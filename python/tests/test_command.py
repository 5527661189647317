"""The command that the wheel installs, and the types of the package."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, command

import dechaff


def test_it_is_the_program():
    assert command("--version").stdout == f"dechaff {dechaff.__version__}\n".encode()
    shown = command("--help")
    assert shown.returncode == 0 and b"Usage: dechaff" in shown.stdout
    wrong = command("clean", "--nonsense")
    assert wrong.returncode == 2 and b"Usage: dechaff clean" in wrong.stderr and wrong.stdout == b""
    assert command().returncode == 2
    assert command("check", input=b"It rained.\n\nLeave a Reply\nName *\n").returncode == 1
    piped = command("clean", input=b"It rained on Monday. Share this: Facebook\n")
    assert (piped.returncode, piped.stdout) == (0, b"It rained on Monday.\n")
    module = [sys.executable, "-m", "dechaff", "--version"]
    assert subprocess.run(module, capture_output=True).stdout == command("--version").stdout


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_stops_it(times):
    program = Path(sys.executable).with_name("dechaff")
    child = subprocess.Popen(
        [program, "clean", "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(0.7)
    for _ in range(times):
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            time.sleep(0.1)
    child.wait(timeout=20)
    assert child.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in child.stderr.read()
    child.stdin.close(), child.stdout.close(), child.stderr.close()


def test_a_reader_that_went_away_is_no_failure():
    program = Path(sys.executable).with_name("dechaff")
    shell = subprocess.run(
        f"'{program}' rules list | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
    )
    assert shell.returncode == 0 and shell.stderr == b""


def test_the_types_are_those_of_the_module():
    done = subprocess.run([sys.executable, "-m", "mypy.stubtest", "dechaff._dechaff"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_checked(tmp_path):
    python = ROOT / "python"
    check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, "--config-file", python / "pyproject.toml"]
    done = subprocess.run([*check, python / "dechaff"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_users_code_is_checked(tmp_path):
    (tmp_path / "good.py").write_text(
        "import dechaff\n"
        "cleaner = dechaff.Cleaner(profile='safe', learned=['a.toml'])\n"
        "text: str = cleaner.clean('x', url='https://example.org/1')\n"
        "lines: list[int] = [r.line for r in cleaner.explain('x')]\n"
        "learner = dechaff.Learner()\n"
        "counts: bytes = learner.counts()\n"
    )
    (tmp_path / "bad.py").write_text("import dechaff\ndechaff.Cleaner().clean(5)\ndechaff.Cleaner(profil='safe')\n")
    check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    good = subprocess.run([*check, "good.py"], capture_output=True, text=True, cwd=tmp_path)
    assert good.returncode == 0, good.stdout
    bad = subprocess.run([*check, "bad.py"], capture_output=True, text=True, cwd=tmp_path)
    assert bad.stdout.count("error:") == 2, bad.stdout
