"""Alternating requests: floor, superuser, ordinary user, floor … and what they cost."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.client import Answer, Client
from tests.bench.processes import Server, cpu_of

WARM_UPS = 6  # three for each worker
ROUNDS = 30
#: A loop whose floor is slower than this times the quiet floor is repeated, so many times.
NOISY = 2.0
REPEATS = 2
WARM_SECONDS, BURST_SECONDS = 1.0, 4.0
CONCURRENCY = 8

Ask = Callable[[], Answer]


@dataclass
class Series:
    """Requests of one kind by one user beside the floor requests of the same loop."""

    floor: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    app_cpu: float = 0.0
    database_cpu: float = 0.0
    floor_cpu: float = 0.0

    @property
    def times(self) -> list[float]:
        """Wall seconds of the requests."""
        return [answer.seconds for answer in self.answers]

    @property
    def median(self) -> float:
        """Wall median in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Wall 95th percentile in milliseconds."""
        return sorted(self.times)[int(len(self.times) * 0.95) - 1] * 1000

    @property
    def floor_median(self) -> float:
        """Wall median of the floor page in milliseconds."""
        return statistics.median(self.floor) * 1000

    @property
    def ratio(self) -> float:
        """R: how many floor pages this page costs."""
        return self.median / self.floor_median

    @property
    def cpu_ratio(self) -> float:
        """Processor time over that of the floor: what R becomes on a quiet machine."""
        return (self.app_cpu + self.database_cpu) / max(self.floor_cpu, 0.1)

    @property
    def sql(self) -> int:
        """The most statements of one request."""
        return max(answer.sql for answer in self.answers)

    @property
    def size(self) -> int:
        """The largest body in bytes."""
        return max(len(answer.body) for answer in self.answers)


@dataclass
class Meter:
    """The servers of one database at one size."""

    floor: Client
    floor_server: Server
    product: Server
    database_pids: Callable[[], list[int]]
    quiet_floor: float = 0.0

    def calibrate(self) -> None:
        """Learn the quiet median of the floor: the best of three loops."""
        for _n in range(WARM_UPS):
            self.floor.get("/")
        loops = [[self.floor.get("/").seconds for _n in range(20)] for _m in range(3)]
        self.quiet_floor = min(statistics.median(loop) for loop in loops) * 1000

    def alternate(
        self, asks: Sequence[Ask], *, rounds: int = ROUNDS, status: int = 200
    ) -> list[Series]:
        """A loop over the floor and each request; repeated while the machine is noisy."""
        for attempt in range(REPEATS + 1):
            series = self._loop(asks, rounds, status)
            if series[0].floor_median <= NOISY * self.quiet_floor or attempt == REPEATS:
                break
        return series

    def _loop(self, asks: Sequence[Ask], rounds: int, status: int) -> list[Series]:
        for ask in asks:
            for _n in range(WARM_UPS):
                _prepare(ask)
                _check(ask(), status)
        found = [Series() for _ask in asks]
        for _round in range(rounds):
            for ask, series in zip(asks, found, strict=True):
                _prepare(ask)
                floor = self.floor_server.cpu()
                series.floor.append(self.floor.get("/").seconds)
                series.floor_cpu += self.floor_server.cpu() - floor
                app, database = self.product.cpu(), cpu_of(self.database_pids())
                series.answers.append(_check(ask(), status))
                series.app_cpu += self.product.cpu() - app
                # a helper of the server may have ended in between
                series.database_cpu += max(0.0, cpu_of(self.database_pids()) - database)
        for series in found:
            series.app_cpu *= 1000 / rounds
            series.database_cpu *= 1000 / rounds
            series.floor_cpu *= 1000 / rounds
        return found


def _prepare(ask: Ask) -> None:
    """What a request needs before it, outside the measure: the form of a creation."""
    getattr(ask, "prepare", lambda: None)()


def _check(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise RuntimeError(f"answer {answer.status} instead of {status}")
    return answer


def burst(port: int, cookies: dict[str, str], path: str) -> float:
    """Requests a second of eight clients at once, over a few seconds.

    They have asked for a second before: each thread of a server opens a connection of its own, and
    a database plans on each what it is asked there the first times.
    """
    begin = time.perf_counter() + WARM_SECONDS
    limit = begin + BURST_SECONDS
    done = [0] * CONCURRENCY

    def work(place: int) -> None:
        client = Client(port, dict(cookies))
        while (asked := time.perf_counter()) < limit:
            _check(client.get(path), 200)
            done[place] += asked >= begin

    threads = [threading.Thread(target=work, args=(place,)) for place in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begin)
