"""The same seed, the same octets: a session of each profile in two processes, and with another seed in a third."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from emulator.firmware.profile import names

ROOT = Path(__file__).parent.parent.parent


def sessions(seed: int, hash_seed: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.together.session", str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=50)
    played: dict[str, str] = json.loads(done.stdout)
    return played


def test_a_session_of_each_profile_replays_byte_for_byte() -> None:
    first, again, other = sessions(2936, "1"), sessions(2936, "2"), sessions(7, "1")
    assert set(first) == set(names())
    for name, said in first.items():
        assert "OK\r" in said
        assert again[name] == said
        assert other[name] != said  # the serial number at least
