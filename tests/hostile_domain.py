"""A draft plugin whose one verifier does what the response names: the ways in which verifiers go wrong."""

import ctypes
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from chartered.domains import Check, Domain, Problem


def _exhaust() -> None:
    blocks = []
    while True:
        blocks.append(bytearray(8 << 20))


def _deaf() -> None:
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        time.sleep(60)


def _spin() -> None:
    while True:
        pass


def _fork_and_go_on() -> None:
    if os.fork():
        os.wait()  # the copy comes back to the worker's own loop


def _leave_a_child() -> None:
    if os.fork() == 0:
        time.sleep(600)
    os._exit(5)


def _kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def _shout() -> None:
    os.write(1, b"x" * 100_000)
    print("noise", file=sys.stderr)


def _raise(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


ACTS: dict[str, Callable[[], object]] = {
    "raise": _raise(ValueError("no such unit")),
    "exit": _raise(SystemExit(0)),
    "interrupt": _raise(KeyboardInterrupt()),
    "recurse": lambda: eval("f(f)", {"f": lambda f: f(f)}),
    "exhaust": _exhaust,
    "leave": lambda: os._exit(3),
    "crash": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "hang": _spin,
    "hang in C": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),
    "deaf": _deaf,
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "hang up": lambda: os.closerange(3, 256),
    "fork": _fork_and_go_on,
    "orphan": _leave_a_child,
    "kill parent": _kill_parent,
    "shout": _shout,
    "nap": lambda: time.sleep(0.05),
    "long reason": _raise(ValueError("x" * 1_000_000)),
    "thread": lambda: threading.Thread(target=time.sleep, args=(600,), daemon=True).start(),
}
VALUES: dict[str, object] = {
    "none": None,
    "bool": True,
    "status": Check(status="maybe", score=0.0),  # type: ignore[arg-type]
    "high": Check(status="correct", score=1.5),
    "nan": Check(status="correct", score=float("nan")),
    "answer": Check(status="correct", score=1.0, answer=7),  # type: ignore[arg-type]
}


def act(problem: Problem, response: str) -> Check:
    if response in VALUES:
        return VALUES[response]  # type: ignore[return-value]
    if response in ACTS:
        ACTS[response]()
    if response.startswith("pid"):
        return Check(status="correct", score=1.0, answer=str(os.getpid()))
    right = response == problem.answer
    return Check(status="correct" if right else "wrong", score=float(right), answer=response)


def problem(answer: str, kind: str = "act") -> Problem:
    return Problem(
        prompt=({"role": "user", "content": "?"},), answer=answer, kind=kind, domain="hostile", split="train"
    )


domain = Domain(
    name="hostile",
    api_version=1,
    description="",
    licence="CC0-1.0",
    corpora=(),
    problem_sets=(),
    verifiers={"act": act},
    rewards={},
    probes={},
    policy=Path(__file__),
    recipes={},
)
