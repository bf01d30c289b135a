"""Reads tests/vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "vectors"


def load(name: str) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["vectors"]
    return vectors


def cases(name: str) -> pytest.MarkDecorator:
    """Parametrise `vector` with the file's vectors, each under its name."""
    vectors = load(name)
    return pytest.mark.parametrize("vector", vectors, ids=[vector["name"] for vector in vectors])
