"""The clock: an agenda that somebody else moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import Clock


def test_callbacks_run_at_their_own_instant_and_in_order() -> None:
    clock, heard = Clock(), []
    for name, delay in (("b", 2.0), ("a", 1.0), ("b2", 2.0), ("later", 9.0)):
        clock.call_later(delay, lambda name=name: heard.append((name, clock.now)))
    clock.advance(5)
    assert heard == [("a", 1.0), ("b", 2.0), ("b2", 2.0)]
    assert clock.now == 5.0
    assert clock.next_due() == 9.0


def test_what_a_callback_puts_on_the_agenda_runs_in_the_same_move() -> None:
    clock, heard = Clock(), []
    clock.call_later(1, lambda: clock.call_later(1, heard.append, "second"))
    clock.advance(2)
    assert heard == ["second"]


def test_a_cancelled_callback_does_not_run() -> None:
    clock, heard = Clock(), []
    timer = clock.call_later(1, heard.append, "x")
    timer.cancel()
    timer.cancel()
    clock.advance(2)
    assert (heard, timer.active, clock.next_due()) == ([], False, None)


def test_whoever_drives_the_clock_hears_of_what_is_due_earlier_than_all_before() -> None:
    clock, heard = Clock(), []
    clock.on_sooner = lambda: heard.append(clock.next_due())
    clock.call_later(5, lambda: None)
    clock.call_later(7, lambda: None)
    clock.call_later(3, lambda: None)
    assert heard == [5.0, 3.0]


def test_cancelled_timers_do_not_pile_up() -> None:
    clock = Clock()
    for _ in range(100_000):
        clock.call_later(40, lambda: None).cancel()
    assert len(clock._agenda) < 200


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=300))
def test_any_mixture_of_timers_and_cancellations_runs_what_is_left_in_order(plan: list[tuple[int, bool]]) -> None:
    clock, heard, expected = Clock(), [], []
    for number, (delay, cancelled) in enumerate(plan):
        timer = clock.call_later(delay, heard.append, (delay, number))
        if cancelled:
            timer.cancel()
        else:
            expected.append((delay, number))
    clock.advance(100)
    assert heard == sorted(expected)
