"""A printed document as plain data: sections of blocks, before any page is set."""

from collections.abc import Iterator
from dataclasses import dataclass

WIDE = 540.0
"""Points: the width of a drawing."""
LINE, MARGIN = 11.0, 7.0
"""Points: height of a line, space in a box of a drawing."""


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    style: str = ""
    """`lead`, `warning` or `small`; empty for plain text."""


@dataclass(frozen=True)
class Link:
    """A line that leads somewhere."""

    text: str
    target: str
    """An address, or `#` and the anchor of an entry of the same document."""


Line = str | Link


@dataclass(frozen=True)
class Entry:
    """One question, rule, point or source: a title, a mark, and rows of facts."""

    title: str
    rows: tuple[tuple[str, tuple[Line, ...]], ...]
    """A label, and the lines behind it; a line in quotes is spoken."""
    mark: str = ""
    """A word such as `emergency`, set on its colour."""
    colour: str = ""
    anchor: str = ""
    """What links to it lead to."""


@dataclass(frozen=True)
class Table:
    """Rows under a heading; without a heading the first cell names its row."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the line, one for each column."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Dialogue:
    """A session: who says what."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Box:
    """A box with lines of words; the first is set bold. Points, from the top left."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    fill: str = "#ffffff"
    round: bool = False

    def place_lines(self) -> Iterator[tuple[float, float, str]]:
        """Yield each line with the place where its writing begins."""
        for number, line in enumerate(self.lines):
            yield self.x + MARGIN, self.y + MARGIN + LINE * (number + 0.8), line


@dataclass(frozen=True)
class Arrow:
    """A line with a head and a word beside it; it leads down or to the right."""

    x: float
    y: float
    to_x: float
    to_y: float
    label: str = ""

    @property
    def head(self) -> tuple[tuple[float, float], ...]:
        """Return the corners of its head, the tip first."""
        x, y = self.to_x, self.to_y
        if self.x == x:
            return (x, y), (x - 3, y - 6), (x + 3, y - 6)
        return (x, y), (x - 6, y - 3), (x - 6, y + 3)

    @property
    def label_place(self) -> tuple[float, float]:
        """Return the place where its label begins."""
        aside, above = (6, 3) if self.x == self.to_x else (-8, -3)
        return (self.x + self.to_x) / 2 + aside, (self.y + self.to_y) / 2 + above


@dataclass(frozen=True)
class Drawing:
    """One page of a diagram, `WIDE` points wide."""

    title: str
    height: float
    shapes: tuple[Box | Arrow, ...]


@dataclass(frozen=True)
class Form:
    """Lines to be filled in by hand; each label and its share of a line."""

    fields: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Decision:
    """Boxes to tick and a line to write on, for one open point."""

    point: str
    choices: tuple[str, str]


Block = Paragraph | Entry | Table | Heading | Dialogue | Drawing | Form | Decision


@dataclass(frozen=True)
class Section:
    """A chapter; behind a title page each begins on a new page."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole document, and what stands at the foot of every page."""

    title: str
    subtitle: str
    language: str
    foot: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    """What the title page says: protocol, status, checksum. Without them there is no
    title page and no table of contents: a short document begins at once."""
    notice: str = ""
    """A warning under the title."""
    page_label: str = "{page} / {count}"
    """At the foot as well; braces are filled in."""

    @property
    def anchors(self) -> frozenset[str]:
        """Return every place that a link inside the document can lead to."""
        blocks = (block for section in self.sections for block in section.blocks)
        return frozenset(b.anchor for b in blocks if isinstance(b, Entry) and b.anchor)
