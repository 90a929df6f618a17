import dataclasses
import gc
import os
import resource
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import hostile_domain
from tests.hostile_domain import act, domain, problem

from chartered.common.errors import PluginError, UsageError
from chartered.domains import Check, Domain, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Item, Status
from chartered.domains.verifiers import text

ONE = problem("1")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory and /proc are Linux's")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(domain, workers=2, seconds=1.0, memory_mib=256) as pool:
        yield pool


def statuses(checks: list[Check]) -> list[Status]:
    return [check.status for check in checks]


def test_checks_come_in_the_order_of_the_items(pool: Pool) -> None:
    items = [(problem(str(n)), str(n if n % 3 else -1)) for n in range(1000)]
    checks = pool.check(items)
    assert [check.answer for check in checks] == [response for _, response in items]
    assert statuses(checks) == ["correct" if n % 3 else "wrong" for n in range(1000)]


def test_no_items_have_no_checks(pool: Pool) -> None:
    assert pool.check([]) == []


def test_what_a_pool_finds_is_what_the_verifier_finds(pool: Pool) -> None:
    assert pool.check([(ONE, "1"), (ONE, "2")]) == [domain.verify(ONE, "1"), domain.verify(ONE, "2")]


@pytest.mark.parametrize("hang", ["hang", "hang in C", "deaf", "stop", "orphan"])
def test_a_verifier_that_hangs_is_a_time_out_and_its_neighbours_are_checked(pool: Pool, hang: str) -> None:
    checks = pool.check([(ONE, "1"), (ONE, hang), (ONE, "2")])
    assert statuses(checks) == ["correct", "timeout", "wrong"]
    assert checks[1] == Check(status="timeout", score=0.0, reason="the verifier took more than 1 seconds")


@pytest.mark.parametrize(
    ("crash", "reason"),
    [
        ("raise", "the verifier failed: ValueError: no such unit"),
        ("exit", "the verifier failed: SystemExit: 0"),
        ("interrupt", "the verifier failed: KeyboardInterrupt: "),
        ("recurse", "the verifier failed: RecursionError: maximum recursion depth exceeded"),
        ("leave", "the process of the verifier ended: it exited with status 3"),
        ("crash", "the process of the verifier ended: killed by SIGSEGV"),
        ("abort", "the process of the verifier ended: killed by SIGABRT"),
        ("hang up", "the process of the verifier ended: "),
        ("none", "the verifier gave a NoneType, not a Check"),
        ("bool", "the verifier gave a bool, not a Check"),
        ("status", "the verifier gave the status 'maybe'"),
        ("high", "the verifier gave the score 1.5, which is not in [0, 1]"),
        ("nan", "the verifier gave the score nan, which is not in [0, 1]"),
        ("answer", "the verifier gave an answer or a reason that is not text"),
    ],
)
def test_a_verifier_that_crashes_is_an_error_and_its_neighbours_are_checked(
    pool: Pool, crash: str, reason: str
) -> None:
    checks = pool.check([(ONE, "1"), (ONE, crash), (ONE, "2")])
    assert statuses(checks) == ["correct", "error", "wrong"]
    assert checks[1].reason.startswith(reason)
    # in one batch with items that follow: these take no blame
    batch = pool.check([(ONE, "1"), (ONE, crash), *[(ONE, "2")] * 100] * 4)
    assert statuses(batch) == (["correct", "error"] + ["wrong"] * 100) * 4


@linux
def test_a_verifier_that_allocates_without_end_is_an_error() -> None:
    with Pool(domain, workers=1, memory_mib=64) as pool:
        checks = pool.check([(ONE, "1"), (ONE, "exhaust"), (ONE, "2")])
    assert statuses(checks) == ["correct", "error", "wrong"]
    assert "MemoryError" in checks[1].reason


@linux
def test_a_verifier_that_kills_the_process_it_was_forked_from_is_an_error(pool: Pool) -> None:
    items = [(ONE, "1")] * 40 + [(ONE, "kill parent")] + [(ONE, "2")] * 40
    assert statuses(pool.check(items)) == ["correct"] * 40 + ["error"] + ["wrong"] * 40


@linux
def test_two_that_kill_the_process_they_were_forked_from_are_errors_and_one_that_hangs_beside_them_is_not(
    pool: Pool,
) -> None:
    found = pool.check([(ONE, said) for said in ("hang", "kill parent", "1", "kill parent", "stop")])
    assert statuses(found) == ["timeout", "error", "correct", "error", "timeout"]


@pytest.mark.parametrize("response", ["fork", "shout", "thread"])
def test_a_verifier_that_forks_prints_or_starts_threads_disturbs_nobody(
    pool: Pool, response: str, capfd: pytest.CaptureFixture[str]
) -> None:
    checks = pool.check([(ONE, "1"), (ONE, response), (ONE, "2")] * 20)
    assert statuses(checks) == ["correct", "wrong", "wrong"] * 20
    assert capfd.readouterr() == ("", "")


def test_items_in_the_batch_of_a_culprit_have_their_own_checks(pool: Pool) -> None:
    # 400 items for 2 workers go in batches of 50: each batch has five culprits of each kind
    responses = ["leave" if n % 10 == 3 else "raise" if n % 10 == 7 else str(n) for n in range(400)]
    expected = ["error" if n % 10 in (3, 7) else "correct" for n in range(400)]
    assert statuses(pool.check([(problem(str(n)), said) for n, said in enumerate(responses)])) == expected


def test_each_item_has_the_whole_limit_to_itself() -> None:
    # 96 naps of 0.05 s in batches of 12 take 0.6 s a batch, more than the limit of 0.5 s for one item
    with Pool(domain, workers=2, seconds=0.5) as pool:
        assert set(statuses(pool.check([(ONE, "nap")] * 96))) == {"wrong"}


def test_long_responses_arrive_whole(pool: Pool) -> None:
    long = "x\udcff" + "long" * 500_000  # with a lone surrogate, as bytes that are no UTF-8 are read
    assert pool.check([(problem(long), long)] * 5) == [domain.verify(problem(long), long)] * 5


def test_an_endless_reason_is_cut(pool: Pool) -> None:
    (check,) = pool.check([(ONE, "long reason")])
    assert len(check.reason) < 600 and check.reason.endswith(" ...")


def test_threads_share_a_pool(pool: Pool) -> None:
    found: dict[int, list[Check]] = {}

    def ask(n: int) -> None:
        found[n] = pool.check([(problem(str(n)), said) for said in (str(n), "leave", "x") * 5])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: statuses(checks) for n, checks in found.items()} == {
        n: ["correct", "error", "wrong"] * 5 for n in range(8)
    }


def test_a_kind_without_a_verifier_is_the_plugins_fault_and_no_check(pool: Pool) -> None:
    with pytest.raises(PluginError, match="no verifier for problems of kind 'essay'"):
        pool.check([(ONE, "1"), (problem("1", kind="essay"), "1")])
    assert statuses(pool.check([(ONE, "1")])) == ["correct"]


def test_an_interrupted_check_leaves_a_healthy_pool(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    from chartered.domains.checking import pool as module

    def interrupt(*_: object) -> list[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "wait", interrupt)
        pool.check([(ONE, "hang"), (ONE, "hang")])
    assert statuses(pool.check([(ONE, "1")] * 9)) == ["correct"] * 9


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_closed_pool_has_no_processes_and_says_so() -> None:
    pool = Pool(domain, workers=2)
    pids = {int(check.answer or 0) for check in pool.check([(ONE, "pid")] * 8)}
    pool.close()
    assert not [pid for pid in pids if alive(pid)]
    with pytest.raises(UsageError, match="closed"):
        pool.check([(ONE, "1")])


def test_a_pool_that_nobody_holds_ends() -> None:
    pool = Pool(domain, workers=1)
    (check,) = pool.check([(ONE, "pid")])
    watch = weakref.ref(pool)
    del pool
    gc.collect()
    assert watch() is None and not alive(int(check.answer or 0))


@linux
def test_workers_end_with_a_trainer_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "train.py"  # with no guard of `__main__`: it must not be run again
    script.write_text(
        "import os, signal\n"
        "from chartered.domains import load_domain\n"
        "from chartered.domains.checking.pool import Pool\n"
        f"domain = load_domain({str(hostile_domain.__file__) + ':domain'!r})\n"
        "from chartered_draft_hostile_domain import problem\n"
        "print(Pool(domain).check([(problem('1'), 'pid')])[0].answer, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    pid = int(subprocess.run([sys.executable, script], capture_output=True, check=False).stdout)
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        os.sched_yield()
    assert not alive(pid)


@pytest.mark.parametrize("name", ["medical", f"{hostile_domain.__file__}:domain"])
def test_a_pool_takes_the_name_of_a_domain(name: str) -> None:
    item = next(iter(load_domain(name).problem_sets[0].load(None))) if name == "medical" else ONE
    with Pool(name, workers=1) as pool:
        assert statuses(pool.check([(item, f"Answer: {item.answer}"[8 * (name != "medical") :])])) == ["correct"]


def test_a_domain_made_on_the_fly_works_with_functions_of_modules() -> None:
    made = dataclasses.replace(domain, verifiers={"other": text})
    with Pool(made, workers=1) as pool:
        assert statuses(pool.check([(problem("1", kind="other"), "Answer: 1")])) == ["correct"]


def test_a_domain_that_no_other_process_can_find_is_refused() -> None:
    made = dataclasses.replace(domain, verifiers={"act": lambda problem, response: act(problem, response)})
    with pytest.raises(PluginError, match="cannot be run in another process: the domain is not an object"):
        Pool(made)


def draft(folder: Path, first_line: str) -> Domain:
    file = folder / "draft.py"
    file.write_text(Path(hostile_domain.__file__).read_text())
    loaded = load_domain(f"{file}:domain")
    file.write_text(first_line + "\n" + file.read_text())
    return loaded


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("raise ValueError('no licence key')", "cannot be imported: ValueError: no licence key"),
        ("raise SystemExit(1)", "SystemExit: 1"),
        ("import os; os._exit(1)", "the process ended while it imported the domain"),
        ("import nowhere", "No module named 'nowhere'"),
    ],
)
def test_a_domain_that_cannot_be_imported_again_says_why(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(PluginError, match="domain 'hostile' cannot be run in another process") as caught:
        Pool(draft(tmp_path, line))
    assert message in str(caught.value)


@pytest.mark.parametrize("limit", [{"workers": 0}, {"seconds": 0.0}, {"seconds": float("nan")}, {"memory_mib": -1}])
def test_limits_are_positive(limit: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=next(iter(limit))):
        Pool(domain, **limit)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def hostile_items(n: int) -> Iterator[tuple[Item, Status]]:
    """Every fiftieth is hostile, and of those every fiftieth hangs."""
    crashes = ("raise", "leave", "crash", "none", "recurse", "exit", "hang up", "abort")
    for i in range(n):
        if i % 2500 == 25:
            yield (ONE, "deaf"), "timeout"
        elif i % 50 == 25:
            yield (ONE, crashes[i // 50 % len(crashes)]), "error"
        else:
            yield (ONE, "1" if i % 2 else "2"), "correct" if i % 2 else "wrong"


@linux
@pytest.mark.slow
def test_ten_thousand_checks_with_hostile_ones_leak_nothing() -> None:
    with Pool(domain, workers=2, seconds=2.0) as pool:  # long enough for what does not hang, on a busy machine too
        items, expected = zip(*hostile_items(5000), strict=True)
        assert statuses(pool.check(items)) == list(expected)
        held, memory = descriptors(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert statuses(pool.check(items)) == list(expected)
        # a worker may be being replaced at either moment; a leak would hold one for each of the hundred hostile ones
        assert descriptors() - held < 10
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 4096  # KiB
