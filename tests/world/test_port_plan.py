"""Which port is for which modem, and for which of its channels."""

from __future__ import annotations

from pathlib import Path

from emulator.ports import Rfc2217, Tcp, Terminal
from emulator.server import PortPlan, plan_ports

NONE = Terminal()
A, B, C = (Terminal(Path(f"/tmp/{name}")) for name in "abc")
TCP, TELNET = Tcp("127.0.0.1", 0), Rfc2217("127.0.0.1", 0)


def test_one_modem_has_all_ports() -> None:
    assert plan_ports([1], []) == [PortPlan(0, 0, NONE)]
    assert plan_ports([1], [A, B, TCP]) == [PortPlan(0, 0, A), PortPlan(0, 0, B), PortPlan(0, 0, TCP)]
    assert plan_ports([1], [TCP]) == [PortPlan(0, 0, TCP)]


def test_several_channels_have_a_port_each_of_every_kind_and_then_double_the_first() -> None:
    assert plan_ports([2], [A]) == [PortPlan(0, 0, A)]
    assert plan_ports([2], [A, B, C]) == [PortPlan(0, 0, A), PortPlan(0, 1, B), PortPlan(0, 0, C)]
    assert plan_ports([2], [A, TCP, TELNET, B]) == [
        PortPlan(0, 0, A),
        PortPlan(0, 1, B),
        PortPlan(0, 0, TCP),
        PortPlan(0, 0, TELNET),
    ]
    assert plan_ports([2, 1], [A, B, C]) == [PortPlan(0, 0, A), PortPlan(0, 1, C), PortPlan(1, 0, B)]


def test_several_modems_have_a_port_each_the_firsts_first() -> None:
    assert plan_ports([1, 1], [A, B]) == [PortPlan(0, 0, A), PortPlan(1, 0, B)]
    assert plan_ports([1, 1], [A, B, C]) == [PortPlan(0, 0, A), PortPlan(0, 0, C), PortPlan(1, 0, B)]
    assert plan_ports([1, 1, 1], [A, B]) == [PortPlan(0, 0, A), PortPlan(1, 0, B), PortPlan(2, 0, NONE)]
    assert plan_ports([1, 1], [TCP]) == [PortPlan(0, 0, TCP), PortPlan(1, 0, NONE)]


def test_one_link_has_a_number_for_the_others() -> None:
    others = [PortPlan(number, 0, Terminal(Path(f"/tmp/a-{number + 1}"))) for number in (1, 2)]
    assert plan_ports([1, 1, 1], [A]) == [PortPlan(0, 0, A), *others]
