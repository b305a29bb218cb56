"""A printed document as plain data: sections of blocks, before any page is set."""

from dataclasses import dataclass

from dialogue.booklet.diagram import Page


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    style: str = ""
    """`lead`, `warning` or `small`; empty for plain text."""


@dataclass(frozen=True)
class Entry:
    """One question, rule, point or source: a title, a mark, and rows of facts."""

    title: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """A label, and the lines behind it; a line in quotes is spoken."""
    mark: str = ""
    """A word such as `emergency`, set on its colour."""
    colour: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under a heading."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the line, one for each column."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Talk:
    """A talk: who says what."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """A page of the diagram."""

    page: Page


@dataclass(frozen=True)
class Form:
    """Lines to be filled in by hand; each label and its share of a line."""

    fields: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Decision:
    """Boxes to tick and a line to write on, for one open point."""

    point: str


Block = Paragraph | Entry | Table | Heading | Talk | Drawing | Form | Decision


@dataclass(frozen=True)
class Section:
    """A chapter; each begins on a new page."""

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
    facts: tuple[tuple[str, str], ...]
    """What the title page tells: protocol, status, checksum."""
    sections: tuple[Section, ...]
