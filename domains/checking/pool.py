"""Verifiers in processes that can be killed, with a limit of wall-clock time for each item.

Covered: a verifier that hangs (in C code too, or with signals blocked), raises, exits, crashes the interpreter,
allocates without end, returns what is no `Check`, or prints. Each costs its own item a `timeout` or an `error`, and
no other item anything. Not covered: verifiers are the plugin's own code and run with the user's rights; untrusted
code belongs into the sandbox. Processes that a verifier puts into a session of their own outlive it. Linux and macOS;
the limit on memory holds on Linux only.
"""

import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from chartered.common.errors import PluginError, UsageError
from chartered.domains.checking import child
from chartered.domains.checking.child import Outcome, ServerSetup
from chartered.domains.checking.forkserver import ForkServer, Worker
from chartered.domains.checking.location import locate
from chartered.domains.contract import Check, Domain, Item, Status
from chartered.domains.registry import load_domain
from chartered.domains.verifiers.reading.stages import given

_BATCH = 128  # items in one message
_BATCH_TEXT = 1_000_000  # characters in one message
_LIFETIME = 10_000  # checks after which a worker is replaced: libraries keep caches


class Pool:
    """Worker processes that check responses with a domain's verifiers; safe to use from several threads.

    Args:
        domain: a plugin, or its name as for `load_domain`. It is imported again in another process, so it must be an
            object of a module or of a file, or have verifiers that are plain functions of modules.
        workers: processes that check side by side.
        seconds: wall-clock limit for one item; afterwards its worker is killed and the item is a `timeout`.
        memory_mib: what a worker may allocate, in MiB; beyond it the verifier meets a MemoryError, which is an `error`.

    Raises:
        PluginError: the domain cannot be found or imported by another process, or this is that process.
        UsageError: a limit is not positive.
    """

    def __init__(
        self, domain: Domain | str, *, workers: int = 2, seconds: float = 10.0, memory_mib: int = 2048
    ) -> None:
        for name, value in (("workers", workers), ("seconds", seconds), ("memory_mib", memory_mib)):
            if not value > 0:
                raise UsageError(f"a pool of verifiers has {name} = {value!r}; give a number above 0.")
        if child.RUNNING:
            raise PluginError(
                "a pool of verifiers was started while a plugin was imported, and the pool imports that plugin; start "
                'it under `if __name__ == "__main__":`, or the plugin into a file of its own.'
            )
        self.domain = load_domain(domain) if isinstance(domain, str) else domain
        self.seconds, self.workers = seconds, workers
        self._setup = ServerSetup(location=locate(self.domain), slots=workers, memory=memory_mib << 20)
        self._slots: queue.LifoQueue[_Slot] = queue.LifoQueue()
        self._server = ForkServer(self._setup, self.domain.name)
        self._lock = threading.Lock()
        self._closed = False
        for number in reversed(range(workers)):
            self._slots.put(_Slot(number))

    def check(self, items: Sequence[Item]) -> list[Check]:
        """The checks of these problems and responses, in order.

        Raises:
            PluginError: a problem is of a kind that the domain has no verifier for.
            UsageError: the pool is closed.
        """
        if self._closed:
            raise UsageError("the pool of verifiers is closed; make a new one.")
        for kind in {problem.kind for problem, _ in items}:
            self.domain.verifier(kind)
        return _Round(self, items).run()

    def close(self) -> None:
        """End all processes. A pool that is no longer used, or a program that ends, does this too."""
        self._closed = True
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def take(self, block: bool) -> "_Slot | None":
        """A free slot with a living worker in it; None if there is none and `block` is false."""
        try:
            slot = self._slots.get(block)
        except queue.Empty:
            return None
        try:
            if slot.worker is not None and slot.worker.checks >= _LIFETIME:
                self.kill(slot)
            if slot.worker is None:
                slot.worker = self._started(slot.number)
        except BaseException:
            self._slots.put(slot)
            raise
        return slot

    def give_back(self, slot: "_Slot") -> None:
        """The slot is free again."""
        self._slots.put(slot)

    def kill(self, slot: "_Slot") -> int | None:
        """End the worker of a slot; its exit status, or None where nobody knows because the fork server died too."""
        worker, slot.worker = slot.worker, None
        if worker is None:
            return None
        with self._lock:
            return worker.server.end(worker.pid)

    def _started(self, slot: int) -> Worker:
        with self._lock:
            try:
                return self._server.start(slot, self.seconds)
            except (EOFError, OSError):  # a verifier can kill its parent
                self._server.close()
                self._server = ForkServer(self._setup, self.domain.name)
                return self._server.start(slot, self.seconds)


@dataclass
class _Slot:
    """A place for one worker, and for its record of progress."""

    number: int
    worker: Worker | None = None


class _Job:
    """A batch that a worker has: indices of items; the first `done` have their checks."""

    def __init__(self, slot: _Slot, worker: Worker, batch: list[int]) -> None:
        self.slot, self.batch, self.done = slot, batch, 0
        self.worker, self.connection = worker, worker.connection
        self._progress = worker.server.progress[2 * slot.number : 2 * slot.number + 2]
        self._progress[0], self._progress[1] = time.monotonic(), 0

    @property
    def since(self) -> float:
        """When the worker took up the item that it is at."""
        return self._progress[0]

    @property
    def at(self) -> int:
        """Which item of the batch that is."""
        return int(self._progress[1])


class _Round:
    """One call of `Pool.check`."""

    def __init__(self, pool: Pool, items: Sequence[Item]) -> None:
        self.pool, self.items = pool, items
        self.checks: list[Check | None] = [None] * len(items)
        self.waiting = deque(_batches(items, pool.workers))
        self.running: list[_Job] = []
        self.suspects: deque[int] = deque()
        self.alone: int | None = None

    def run(self) -> list[Check]:
        try:
            while self.waiting or self.running or self.suspects:
                if not self.waiting and not self.running:
                    self.alone = self.suspects.popleft()
                    self.waiting.append([self.alone])
                self._hand_out()
                self._collect()
        finally:
            for job in list(self.running):  # after an interrupt
                self._stop(job)
        return [check for check in self.checks if check is not None]

    def _hand_out(self) -> None:
        while self.waiting and (slot := self.pool.take(block=not self.running)) is not None:
            assert slot.worker is not None
            job = _Job(slot, slot.worker, self.waiting.popleft())
            self.running.append(job)
            try:
                job.connection.send_bytes(pickle.dumps((given(), [self.items[index] for index in job.batch])))
            except OSError:  # it died, or does not listen any more, because of an earlier item
                self._stop(job)
                self._suspect(job, job.batch[0])

    def _collect(self) -> None:
        if not self.running:
            return
        soonest = min(job.since for job in self.running) + self.pool.seconds
        ready = wait([job.connection for job in self.running], max(0.0, soonest - time.monotonic()))
        for job in list(self.running):
            if job.connection in ready:
                self._answered(job)
            elif job.since + self.pool.seconds <= time.monotonic():
                self._late(job)

    def _answered(self, job: _Job) -> None:
        if not self._received(job):
            self._died(job)
        elif job.done == len(job.batch):
            self.running.remove(job)
            job.worker.checks += job.done
            self.pool.give_back(job.slot)

    def _received(self, job: _Job) -> bool:
        """Take in one message; false if none is to come."""
        try:
            outcomes: list[Outcome] = pickle.loads(job.connection.recv_bytes())
        except Exception:  # closed, or a verifier wrote into the connection
            return False
        for status, score, answer, reason in outcomes:
            self.checks[job.batch[job.done]] = Check(status=status, score=score, answer=answer, reason=reason)
            job.done += 1
        return True

    def _late(self, job: _Job) -> None:
        self._stop(job)
        if job.since + self.pool.seconds <= time.monotonic():
            self._settle(job, "timeout", f"the verifier took more than {self.pool.seconds:g} seconds")
        else:  # it was done just in time, and is at another item
            self._again(job.batch[job.done :])

    def _died(self, job: _Job) -> None:
        status = self._stop(job)
        if status is None and job.done < len(job.batch):
            self._suspect(job, job.batch[max(job.at, job.done)])
        else:
            self._settle(job, "error", f"the process of the verifier ended: {_ending(status)}")

    def _stop(self, job: _Job) -> int | None:
        """End the worker and take in what it had sent; its exit status."""
        status = self.pool.kill(job.slot)
        while job.done < len(job.batch) and self._received(job):
            pass
        job.connection.close()
        self.running.remove(job)
        self.pool.give_back(job.slot)
        return status

    def _settle(self, job: _Job, status: Status, reason: str) -> None:
        """The item that the worker was at is to blame; those it had not reported are checked again."""
        rest = job.batch[job.done :]
        if job.done <= job.at:
            to_blame = job.batch[job.at]
            self.checks[to_blame] = Check(status=status, score=0.0, reason=reason)
            rest.remove(to_blame)
        self._again(rest)

    def _suspect(self, job: _Job, index: int) -> None:
        """All workers are gone and an item of one of them is to blame: the one that this happens to when alone."""
        rest = job.batch[job.done :]
        if index == self.alone:
            reason = "the process of the verifier ended, and the one it was started from"
            self.checks[index] = Check(status="error", score=0.0, reason=reason)
        else:
            self.suspects.append(index)
        rest.remove(index)
        self._again(rest)

    def _again(self, batch: list[int]) -> None:
        if batch:
            self.waiting.appendleft(batch)


def _batches(items: Sequence[Item], workers: int) -> Iterator[list[int]]:
    """Indices of the items in batches: small enough that no worker is without when others have much to do."""
    size = max(1, min(_BATCH, len(items) // (4 * workers)))
    batch: list[int] = []
    text = 0
    for index, (_, response) in enumerate(items):
        if batch and (len(batch) == size or text + len(response) > _BATCH_TEXT):
            yield batch
            batch, text = [], 0
        batch.append(index)
        text += len(response)
    if batch:
        yield batch


def _ending(status: int | None) -> str:
    if status is None:
        return "nobody knows why"
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"it exited with status {status}"
