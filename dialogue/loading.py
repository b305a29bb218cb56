"""From files to protocol, prompts, lexicon and clinic; knows the names on disk."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dialogue.approval.fingerprint import Reviewed
from dialogue.approval.sign_points import SignPoint, points_from
from dialogue.approval.signature import Signature, signature_from, why_not_approved
from dialogue.content import problems
from dialogue.content.clinic_reader import clinic_from
from dialogue.content.content import Content
from dialogue.content.lexicon_reader import lexicon_from, prompts_from
from dialogue.content.problems import DataRefused, Place, did_you_mean
from dialogue.content.protocol_reader import protocol_from, sources_from
from dialogue.content.schema import ProblemLog
from dialogue.content.yaml_reader import TableValue, read_table
from dialogue.engine.clinic import Clinic
from dialogue.engine.protocol import Source, TriageProtocol
from dialogue.understanding.lexicon import Lexicon
from dialogue.validation.phrases import check_phrases
from dialogue.validation.prompts import check_prompts
from dialogue.validation.protocol_logic import check_protocol
from dialogue.validation.references import check_names
from dialogue.validation.spoken_words import check_spoken

PROTOCOL = "back_spasm"
LOCALE = "en-US"
SEED_FACTS = "protocols/seed_facts.csv"
NO_PROTOCOLS = ("sources", "sign_points", "worked_cases")
"""Files beside the protocols that are none."""


def load_content(
    protocol: str = PROTOCOL,
    locale: str = LOCALE,
    clinic: str | Path | None = None,
    data: Path | None = None,
) -> Content:
    """Return the content that stands in `data`, or else the bundled one.

    `clinic` is a bundled name, such as "roseville", or the path of a file. Raises
    DataRefused with one line per problem; nothing is guessed or left out, and nothing
    starts that `python -m dialogue check` would send back to be mended.
    """
    notes = ProblemLog()
    shelf = ContentStore(data, notes)
    content = Content(
        protocol=shelf.protocol(protocol),
        prompts=shelf.prompts(locale),
        lexicon=shelf.lexicon(locale),
        clinic=None if clinic is None else shelf.clinic(clinic),
        sources=shelf.sources(),
        locale=locale,
    )
    if not notes.problems:
        check_names(content.protocol, content.lexicon, content.sources, notes)
        check_spoken(content.prompts, notes, locale)
    if not notes.problems:
        _check_logic(content, notes)
    signature = shelf.signature(protocol, locale)
    if notes.problems:
        raise DataRefused(notes.problems)
    return apply_signature(shelf, content, signature)


def _check_logic(content: Content, notes: ProblemLog) -> None:
    """Note what is wrong between questions, rules, words and phrases."""
    check_protocol(content.protocol, content.lexicon, notes)
    check_phrases(content.lexicon, notes)
    clinics = {content.clinic.id: content.clinic} if content.clinic else {}
    check_prompts(content, clinics, notes, ProblemLog())


def load_every_content(data: Path | None = None) -> Iterator[Content]:
    """Yield every protocol of `data` in every locale; raises DataRefused."""
    shelf = ContentStore(data, ProblemLog())
    for protocol in shelf.protocols:
        for locale in shelf.locales:
            yield load_content(protocol, locale, data=data)


def apply_signature(
    shelf: "ContentStore", content: Content, signature: Signature | None
) -> Content:
    """Return `content` with its status: approved by `signature`, or why it is not."""
    if signature is None:
        return replace(content, unsigned=("nobody has signed it",))
    unsigned = why_not_approved(signature, shelf.reviewed(content))
    if unsigned:
        return replace(content, unsigned=unsigned)
    protocol = replace(
        content.protocol,
        status="approved",
        reviewed_by=signature.name,
        reviewed_on=signature.signed_on,
    )
    return replace(content, protocol=protocol)


def signature_file(data: Path | None, name: str) -> Path:
    """Return where the signature of `name`, `back_spasm.en-US`, is written."""
    return (data or Path(__file__).parent / "data") / "signatures" / f"{name}.yaml"


class ContentStore:
    """The folder that the data stands in, bundled or given."""

    def __init__(self, data: Path | None, notes: ProblemLog) -> None:
        """Read from `data`, or else from inside the installed program."""
        self._root: Traversable = data or files("dialogue") / "data"
        self._notes = notes

    def protocol(self, name: str) -> TriageProtocol:
        """Return a protocol by name."""
        return protocol_from(self.table(f"protocols/{name}.yaml"), self._notes)

    def sources(self) -> dict[str, Source]:
        """Return the sources that every protocol draws on."""
        return sources_from(self.table("protocols/sources.yaml"), self._notes)

    def prompts(self, locale: str) -> dict[str, str]:
        """Return the words that are said in `locale`."""
        table = self.table(f"locales/{locale}/prompts.yaml")
        return prompts_from(table, self._notes, locale)

    def lexicon(self, locale: str) -> Lexicon:
        """Return the phrases that are understood in `locale`."""
        table = self.table(f"locales/{locale}/lexicon.yaml")
        return lexicon_from(table, self._notes, locale)

    def clinic(self, clinic: str | Path) -> Clinic:
        """Return a clinic by bundled name or by the path of its file."""
        if clinic in self.clinics:
            return clinic_from(self.table(f"clinics/{clinic}.yaml"), self._notes)
        raw = _bytes(Path(clinic), f"{clinic}", self.clinics)
        return clinic_from(read_table(f"{clinic}", raw), self._notes)

    def points(self) -> tuple[SignPoint, ...]:
        """Return the open points that a clinician decides before signing."""
        return points_from(self.table("protocols/sign_points.yaml"), self._notes)

    def worked_cases(self) -> TableValue:
        """Return the table of the talks that the booklet prints."""
        return self.table("protocols/worked_cases.yaml")

    def reviewed(self, content: Content) -> Reviewed:
        """Return what a signature of `content` covers."""
        return Reviewed(
            content.protocol,
            content.prompts,
            content.lexicon,
            content.sources,
            self.points(),
        )

    def signature(self, protocol: str, locale: str) -> Signature | None:
        """Return the signature of a protocol in a locale, None where there is none."""
        name = f"{protocol}.{locale}"
        if name not in self._names("signatures"):
            return None
        return signature_from(self.table(f"signatures/{name}.yaml"), self._notes)

    def seed_facts(self) -> str:
        """Return the table of seed facts, as it stands."""
        return self._bytes(SEED_FACTS).decode("utf-8", "replace")

    @property
    def protocols(self) -> list[str]:
        """Return the names of all protocols; the usual one where there is none."""
        found = [name for name in self._names("protocols") if name not in NO_PROTOCOLS]
        return found or [PROTOCOL]

    @property
    def locales(self) -> list[str]:
        """Return all locales; the usual one where there is none."""
        return self._names("locales", suffix="") or [LOCALE]

    @property
    def clinics(self) -> list[str]:
        """Return the names of the bundled clinics."""
        return self._names("clinics")

    def table(self, name: str) -> TableValue:
        """Return the table of one file of the data, by its path inside."""
        return read_table(name, self._bytes(name))

    def _bytes(self, name: str) -> bytes:
        folder, _, _ = name.rpartition("/")
        known = self._names(folder)
        if folder.startswith("locales/"):
            known = known or self._names("locales", suffix="")
        return _bytes(self._root.joinpath(name), name, known)

    def _names(self, folder: str, suffix: str = ".yaml") -> list[str]:
        place = self._root.joinpath(folder)
        found = [item.name for item in place.iterdir()] if place.is_dir() else []
        return sorted(
            name.removesuffix(suffix)
            for name in found
            if name.endswith(suffix) and not name.startswith(".")
        )


def _bytes(file: Traversable, name: str, known: list[str]) -> bytes:
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        stem = name.rpartition("/")[2].removesuffix(".yaml")
        hint = did_you_mean(stem, known) if known else "Give the folder that holds it."
        message = problems.NOT_FOUND.at(Place(name, 1), name=name, hint=hint)
        raise DataRefused([message]) from error
