"""Which lines of ours follow on which: the guide of the fuzzing, without a package."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
Arc = tuple[CodeType, int, int]


class Arcs:
    """Notes each step from line to line inside `skill/` and `dialogue/`."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen: set[Arc] = set()
        self._ours: dict[str, bool] = {}
        self._folders = tuple(f"{ROOT / name}/" for name in ("skill", "dialogue"))

    def count_new(self, run: Callable[[], Any]) -> tuple[Any, int]:
        """Return what `run` returns, and how many steps in it were never seen."""
        before = len(self.seen)
        outer = sys.gettrace()
        sys.settrace(self._call)
        try:
            result = run()
        finally:
            sys.settrace(outer)
        return result, len(self.seen) - before

    def _call(self, frame: FrameType, event: str, _: object) -> Any:
        name = frame.f_code.co_filename
        ours = self._ours.get(name)
        if ours is None:
            ours = self._ours[name] = name.startswith(self._folders)
        if not ours:
            return None
        code, last, seen = frame.f_code, 0, self.seen

        def step(frame: FrameType, event: str, _: object) -> Any:
            nonlocal last
            if event == "line":
                seen.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            return step

        return step
