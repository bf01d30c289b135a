"""Which port is for which modem."""

from __future__ import annotations

from pathlib import Path

from emulator.server import PortPlan, plan_ports

A, B, C = Path("/tmp/a"), Path("/tmp/b"), Path("/tmp/c")
TCP = ("127.0.0.1", 0)


def test_one_modem_has_all_ports() -> None:
    assert plan_ports(1, [], []) == [PortPlan(0, None)]
    assert plan_ports(1, [A, B], [TCP]) == [PortPlan(0, A), PortPlan(0, B), PortPlan(0, TCP)]
    assert plan_ports(1, [], [TCP]) == [PortPlan(0, TCP)]


def test_several_modems_have_a_port_each_the_firsts_first() -> None:
    assert plan_ports(2, [A, B], []) == [PortPlan(0, A), PortPlan(1, B)]
    assert plan_ports(2, [A, B, C], []) == [PortPlan(0, A), PortPlan(0, C), PortPlan(1, B)]
    assert plan_ports(3, [A, B], []) == [PortPlan(0, A), PortPlan(1, B), PortPlan(2, None)]
    assert plan_ports(2, [], [TCP]) == [PortPlan(0, TCP), PortPlan(1, None)]


def test_one_link_has_a_number_for_the_others() -> None:
    assert plan_ports(3, [A], []) == [PortPlan(0, A), PortPlan(1, Path("/tmp/a-2")), PortPlan(2, Path("/tmp/a-3"))]
