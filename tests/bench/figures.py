"""Figures with their targets: collected, printed, written to bench.json (`contracts.md` 2)."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value. `id` is the number in `performance.md` 6."""

    id: int
    name: str
    metric: str
    db: str
    user: str
    size: int
    value: float
    unit: str
    target: str

    @property
    def is_met(self) -> bool:
        """Whether the value meets the target; a figure without one is information."""
        if not self.target:
            return True
        sign, limit = self.target[:2], float(self.target[2:])
        return {"<=": self.value <= limit, ">=": self.value >= limit, "==": self.value == limit}[
            sign
        ]

    def line(self) -> str:
        """A row of the printed table."""
        state = ("ok" if self.is_met else "MISS") if self.target else ""
        return (
            f"{self.id:3} {self.name:34} {self.metric:15} {self.db:11} {self.user:10}"
            f"{self.value:12,.2f} {self.unit:8} {self.target:10} {state}"
        )


class Figures(list[Figure]):
    """All figures of a run."""

    def put(self, number: int, name: str, metric: str, place: tuple[str, str, int], value: float,
            unit: str, target: str = "") -> None:  # fmt: skip
        """Add a figure; `place` is database, user and size."""
        database, user, size = place
        figure = Figure(number, name, metric, database, user, size, round(value, 3), unit, target)
        self.append(figure)
        print(figure.line(), flush=True)

    def write(self, path: Path) -> None:
        """The file other tools read."""
        rows = [asdict(figure) | {"pass": figure.is_met} for figure in self]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")

    @property
    def missed(self) -> list[Figure]:
        """Figures that do not meet their target."""
        return [figure for figure in self if not figure.is_met]
