"""Measures and draws the structure of the code, from its imports; `make structure`.

A room is a file or folder directly inside a package, a floor is a step of the longest
chain of imports among the rooms. Prints rooms, floors, circles, what the engine loads
and the lines of the product; writes `docs/pictures/architecture.svg`. With `--check` it
writes nothing and exits with 1 where the committed picture is stale.
"""

import subprocess
import sys
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
PACKAGES = ("dialogue", "local_voice", "skill", "acoustic_model")
ENGINE = (
    "import sys, dialogue.engine.interview as _; own = [m for m in sys.modules if"
    " m.split('.')[0] == 'dialogue']; print(len(own), 'yaml' in sys.modules)"
)
WIDTH, ROW, GAP, HEAD = 940, 34, 10, 34
"""Pixels: the picture, a room's height, between two rooms, a package's heading."""
LETTER, PADDING = 8.6, 16
"""Pixels of a letter, and around a room's name."""
PLACES = (("local_voice", "skill", "acoustic_model"), ("dialogue",))
"""Packages side by side, from the top; what is below is imported by what is above."""


def find_floors(graph: grimp.ImportGraph, package: str) -> list[list[str]]:
    """Return the rooms of `package` by floor, the ground floor first.

    Raises CycleError where rooms import each other in a circle.
    """
    rooms = sorted(graph.find_children(package))
    above: dict[str, set[str]] = {
        room: {
            other
            for other in rooms
            if other != room
            and graph.direct_import_exists(
                importer=room, imported=other, as_packages=True
            )
        }
        for room in rooms
    }
    floor: dict[str, int] = {}
    for room in TopologicalSorter(above).static_order():
        floor[room] = 1 + max((floor[other] for other in above[room]), default=-1)
    return [
        [room.rpartition(".")[2] for room in rooms if floor[room] == height]
        for height in range(max(floor.values()) + 1)
    ]


def count_circles(graph: grimp.ImportGraph) -> int:
    """Return how many folders hold rooms that import each other in a circle."""
    folders = [m for m in graph.modules if graph.find_children(m)]
    circles = 0
    for folder in folders:
        try:
            find_floors(graph, folder)
        except CycleError:
            circles += 1
    return circles


def count_lines() -> int:
    """Return the lines of the product's Python files."""
    files = [ROOT / "app.py"]
    for package in PACKAGES:
        files += (ROOT / package).rglob("*.py")
    return sum(len(file.read_text("utf-8").splitlines()) for file in files)


def draw(floors: dict[str, list[list[str]]]) -> str:
    """Return the packages as SVG: rooms on their floors, entrances on top."""
    boxes: list[str] = []
    top = 10
    for row in PLACES:
        width = (WIDTH - 20 - GAP * (len(row) - 1)) // len(row)
        tall = 0
        for column, package in enumerate(row):
            left = 10 + column * (width + GAP)
            inside, height = _draw_package(package, floors[package], left, top, width)
            boxes += inside
            tall = max(tall, height)
        top += tall + 2 * GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="13">\n'
        + "\n".join(boxes)
        + "\n</svg>\n"
    )


def _draw_package(
    package: str, floors: Sequence[Sequence[str]], left: int, top: int, width: int
) -> tuple[list[str], int]:
    """Return the boxes of one package, and the height that they need."""
    found: list[str] = []
    y = top + HEAD
    for floor in reversed(floors):
        x = left + GAP
        for room in floor:
            wide = round(len(room) * LETTER + PADDING)
            if x + wide > left + width - GAP:
                x, y = left + GAP, y + ROW
            found.append(_box(room, x, y, wide, ROW - 8, "#ffffff"))
            x += wide + GAP
        y += ROW + 4
    height = y - top + 2
    frame = (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="6" '
        'fill="#eef3f7" stroke="#47617a"/>'
        f'<text x="{left + GAP}" y="{top + 22}" font-weight="bold">'
        f"{escape(package)}/</text>"
    )
    return [frame, *found], height


def _box(words: str, x: int, y: int, wide: int, tall: int, colour: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" rx="4" '
        f'fill="{colour}" stroke="#8aa0b4"/>'
        f'<text x="{x + PADDING // 2}" y="{y + 18}">{escape(words)}</text>'
    )


def main(arguments: Sequence[str]) -> int:
    """Print the figures; write the picture, or with `--check` compare it."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    floors = {package: find_floors(graph, package) for package in PACKAGES}
    picture = draw(floors)
    if "--check" in arguments:
        if PICTURE.is_file() and PICTURE.read_text("utf-8") == picture:
            return 0
        print("docs/pictures/architecture.svg is stale: run make structure.")
        return 1
    for package, found in floors.items():
        print(f"{package}: {sum(map(len, found))} rooms on {len(found)} floors")
    print(f"circles of imports: {count_circles(graph)}")
    engine = subprocess.run(
        [sys.executable, "-c", ENGINE], cwd=ROOT, capture_output=True, check=True
    )
    modules, yaml = engine.stdout.decode().split()
    print(f"import dialogue.engine.interview: {modules} modules, PyYAML: {yaml}")
    print(f"lines of the product: {count_lines()}")
    PICTURE.write_text(picture, "utf-8")
    print(PICTURE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
