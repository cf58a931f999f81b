"""The run of all layers runs all there is, counts what failed, and leaves nothing running."""

import os
import re
import signal
from pathlib import Path

import pytest

from deploy.testrun import LAYERS, WHOLE, groups, leftovers, run
from tests.architecture.checks import ROOT

HOLDING = sorted({file.relative_to(ROOT).parts[1] for file in (ROOT / "tests").rglob("test_*.py")})
MARK = "a-run-of-this-test"


def test_every_folder_of_tests_is_in_a_layer():
    listed = {Path(folder).name for folders in LAYERS.values() for folder in folders}
    assert set(HOLDING) == listed


def test_every_layer_is_run_once():
    assert [layer for group in groups() for layer in group] == list(LAYERS)


def test_what_make_calls_whole_can_be_run_whole():
    asked = set(re.findall(r"deploy\.testrun --whole (\w+)", (ROOT / "Makefile").read_text()))
    assert asked == set(WHOLE)
    assert all(set(folders) <= {f for each in LAYERS.values() for f in each} for folders, _ in WHOLE.values())


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Tests of which one passes, one fails, one cannot begin, and one leaves a process behind."""
    (tmp_path / "test_suite.py").write_text(
        "import subprocess, pytest\n"
        "def test_passes(): pass\n"
        "def test_fails(): assert False\n"
        "@pytest.fixture\n"
        "def broken(): raise OSError\n"
        "def test_cannot_begin(broken): pass\n"
        "def test_leaves_something(): subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
    )
    return tmp_path


def test_failures_are_counted_and_what_was_left_is_found(suite: Path, capfd: pytest.CaptureFixture[str]):
    told = run([str(suite)], ["decisions"], MARK, "-p", "no:cacheprovider")
    left = leftovers(MARK)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert (told.layers["decisions"].passed, told.layers["decisions"].failed) == (2, 2)
    assert told.code == 1
    assert len(left) == 1
    assert "2 passed" in capfd.readouterr().out
