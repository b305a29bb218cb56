"""What notices a fault in the protocol's data: checks, cases, transcripts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from helpers import design_tables
from helpers.proof_walks import AnswersWalk
from mutants.equivalence import are_equivalent
from mutants.protocol_mutants import Mutant

from dialogue.content.content import Content
from dialogue.content.content_store import SEED_FACTS, ContentStore
from dialogue.content.schema import ProblemLog
from dialogue.engine import events
from dialogue.engine.events import Event
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import TriageProtocol
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from dialogue.evaluation.cases import Case, read_cases, run_cases
from dialogue.evaluation.transcript import (
    Transcript,
    fill_references,
    list_turns,
    parse_event,
    parse_transcript,
)
from dialogue.loading import load_content
from dialogue.validation.needed_prompts import find_needed_prompts
from dialogue.validation.protocol_logic import check_protocol
from dialogue.validation.references import check_names
from dialogue.validation.seed_facts import check_facts, parse_seed_facts
from dialogue.verification.prover import Share, prove_share

TESTS = Path(__file__).parent.parent
CLINICS = ("roseville", "dfw")


@dataclass(frozen=True)
class Line:
    """One turn of a transcript: what is done, and what must be said."""

    event: Event | None
    """None: the person hangs up."""
    words: str


@dataclass(frozen=True)
class Script:
    """A transcript, read once for all mutants."""

    play: Transcript
    content: Content
    lines: tuple[Line, ...]


class Watch:
    """Everything that may notice a fault, read once."""

    def __init__(self, *, tables_first: bool) -> None:
        """Read the cases, the transcripts and the seed facts.

        `tables_first`: the design's tables are looked at before all else, which is
        quick; else after all else, which shows what would be missed without them.
        """
        self._tables_first = tables_first
        self.content = load_content()
        store = ContentStore()
        self._clinics = {name: store.read_clinic(name) for name in CLINICS}
        self._facts = parse_seed_facts(
            SEED_FACTS, store.read_seed_facts(), ProblemLog()
        )
        self._rows = [
            row
            for table in sorted((TESTS / "cases").glob("*.csv"))
            for row in self._read(table)
        ]
        self._as_shipped = self._outcomes(self.content)
        folder = TESTS / "transcripts" / self.content.locale
        self._scripts = [_script(path) for path in sorted(folder.glob("*.txt"))]

    def noticed_by(self, mutant: Mutant) -> str | None:
        """Return what notices `mutant` first, None when nothing does."""
        looks: Mapping[str, Callable[[TriageProtocol], bool]] = {
            "a transcript": self._plays,
            "the data check": self._checks,
            "a case": self._cases,
            "the proof": self._proof,
        }
        tables = {"the design's tables": self._tables}
        looks = {**tables, **looks} if self._tables_first else {**looks, **tables}
        for name, notices in looks.items():
            try:
                if notices(mutant.protocol):
                    return name
            except Exception:  # a test that crashes has noticed
                return name
        return None

    def is_equivalent(self, mutant: Mutant) -> bool:
        """Tell whether every path asks, decides and says the same: a fault of nothing.

        The order of two rules that never hold together is such a fault.
        """
        return are_equivalent(self.content.protocol, mutant.protocol)

    def _tables(self, protocol: TriageProtocol) -> bool:
        return bool(design_tables.differing(protocol, self.content.words))

    def _checks(self, protocol: TriageProtocol) -> bool:
        notes = ProblemLog()
        content = replace(self.content, protocol=protocol)
        check_names(protocol, content.lexicon, content.sources, notes)
        if not notes.problems:
            check_protocol(protocol, content.lexicon, notes)
            check_facts(SEED_FACTS, self._facts, [content], self._clinics, notes)
        needed = find_needed_prompts(protocol)
        missing = needed.keys() - content.prompts.keys()
        # An idle prompt is a warning, and the tests let no warning pass.
        idle = content.prompts.keys() - needed.keys()
        return bool(notes.problems or missing or idle)

    def _cases(self, protocol: TriageProtocol) -> bool:
        content = replace(self.content, protocol=protocol)
        outcomes = run_cases(content, self._rows)
        return any(
            found != (result.session.disposition, result.differences)
            for found, result in zip(self._as_shipped, outcomes, strict=True)
        )

    def _plays(self, protocol: TriageProtocol) -> bool:
        return not all(_plays_as_written(script, protocol) for script in self._scripts)

    def _proof(self, protocol: TriageProtocol) -> bool:
        """Tell whether a talk of answers alone breaks a property, or its lengths."""
        content = replace(self.content, protocol=protocol)
        proof = prove_share(content, Share((AnswersWalk(),)))
        figures = proof.paths, proof.spans
        return proof.counterexample is not None or figures != self._figures

    @cached_property
    def _figures(self) -> tuple[object, ...]:
        proof = prove_share(self.content, Share((AnswersWalk(),)))
        return proof.paths, proof.spans

    def _outcomes(self, content: Content) -> list[tuple[object, object]]:
        """Return what the rows lead to as shipped: some disagree, and are known."""
        return [
            (result.session.disposition, result.differences)
            for result in run_cases(content, self._rows)
        ]

    def _read(self, table: Path) -> Iterator[Case]:
        lines = table.read_text(encoding="utf-8").splitlines()
        return read_cases(self.content, lines)


def _script(path: Path) -> Script:
    play = parse_transcript(path.read_text(encoding="utf-8"), path.name)
    clinic = play.headings.get("Clinic", "none")
    content = load_content(clinic=None if clinic == "none" else clinic)

    def words_of(key: str) -> str:
        said = render_reply(Reply((key,)), content.prompts, content.clinic, play.moment)
        return to_display_text(said.prompts)

    lines, state, said = [], None, Reply(())
    for patient, reply in list_turns(play):
        event: Event | None = events.Begin(timers=play.timers)
        if patient is not None:
            event = parse_event(content, said.open_prompt, patient, play.path)
        lines.append(Line(event, fill_references(reply, words_of) if reply else ""))
        if event is not None:
            state, said = take_turn(content.protocol, state, event)
    return Script(play, content, tuple(lines))


def _plays_as_written(script: Script, protocol: TriageProtocol) -> bool:
    content, state, reply = script.content, None, Reply(())
    for line in script.lines:
        if line.event is None:
            return True
        state, reply = take_turn(protocol, state, line.event)
        said = render_reply(reply, content.prompts, content.clinic, script.play.moment)
        if to_display_text(said.prompts) != line.words:
            return False
    ends = script.play.endings
    told = (str(reply.disposition).lower(), str(reply.rule_id).lower())
    return not ends or told == (ends["Ends with"], ends["Because"])
