"""The world of these tests."""

from __future__ import annotations

import pytest

from tests.world.phones import World


@pytest.fixture
def world() -> World:
    return World()
