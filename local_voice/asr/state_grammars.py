"""The grammars of a session's states for one model, with their graphs.

A model with `units.txt` gets graphs that are made here; any other takes lists of
phrases, or has a graph of its own. Raises ModelError, OwnPhrasesError.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from dialogue.content.content import Content
from dialogue.understanding.lexicon import Lexicon
from local_voice.asr.grammar import (
    Grammar,
    GrammarState,
    build_grammars,
    build_static_grammar,
    get_limits,
)
from local_voice.asr.graph.const_fst import GraphError
from local_voice.asr.graph.graph_store import (
    VARIABLE,
    GraphSet,
    GraphStore,
    find_cache_folder,
    get_cache_folder,
    open_graph_store,
)
from local_voice.asr.graph.locale_data import HEARD, LocaleData, find_locale_folder
from local_voice.asr.graph.phrases import PhraseList, PhraseProblem, find_problems
from local_voice.asr.graph.pronunciation import PronunciationError
from local_voice.asr.model_files import SHIPPED, ModelError, VoskModel
from local_voice.asr.own_phrases import NONE, OwnPhrases, OwnPhrasesError
from local_voice.asr.spoken_phrases import build_phrase_lists
from local_voice.worker_process import EngineError, EngineRefusal

NOT_HEARD = ("prompts.yaml", "alexa.yaml")
"""What we say, and Alexa's own words, in which no phrase is looked for."""
BUILT = "built.txt"
"""In a locale's folder: the sum of each state's graph of the shipped phrases."""
REMEDY = "Run backtalk phrases build."
FAILURES = (
    GraphError,
    PronunciationError,
    OSError,
    UnicodeDecodeError,
    EngineError,
    EngineRefusal,
)


@dataclass(frozen=True)
class StateGrammars:
    """What can be recognised in each state, and with what."""

    grammars: Mapping[GrammarState, Grammar]
    graphs: tuple[str, ...] = ()
    """Folders of graphs; empty where the model itself is loaded."""
    note: str = ""
    """What people should know about the graphs: they were made now, and why."""


def load_state_grammars(
    content: Content, model: VoskModel, own: OwnPhrases | None = None
) -> StateGrammars:
    """Return the grammars of every state; graphs are made where they are missing."""
    lexicon = content.lexicon
    if not can_build(model, lexicon.locale):
        if own is not None:
            raise OwnPhrasesError(
                f"{own.file}: cannot be heard by the model {model.folder}. Own phrases "
                "need a model with units.txt, as the shipped one. Leave out --phrases "
                "or --model."
            )
        known = lexicon, model.words, model.decoys
        return StateGrammars(build_grammars(*known, closed=model.closed))
    try:
        store = open_store(content, model, own)
        refuse_problems(lexicon, store, own)
        found = store.load()
    except FAILURES as error:
        raise ModelError(
            f"The model {model.folder} is damaged, or no graph can be made for it: "
            f"{error}. Without one nothing is heard. Install Back Talk again, or name "
            "another --model."
        ) from error
    return _build_grammars(content, store, found, own)


def can_build(model: VoskModel, locale: str) -> bool:
    """Tell whether graphs are made for a model, in place of lists of phrases."""
    return model.buildable and find_locale_folder(locale) is not None


def open_store(
    content: Content, model: VoskModel, own: OwnPhrases | None
) -> GraphStore:
    """Return the graphs of a model that `can_build`; raises one of `FAILURES`."""
    folder = find_locale_folder(content.locale)
    assert folder is not None  # noqa: S101 (the caller has asked)

    def build(data: LocaleData) -> Mapping[str, PhraseList]:
        aliases = own.aliases if own else NONE
        return build_phrase_lists(content, data, model.decoys, aliases)

    cache = find_cache_folder(os.environ, _find_home())
    return open_graph_store(model.folder, folder, build, cache)


def refuse_problems(
    lexicon: Lexicon, store: GraphStore, own: OwnPhrases | None
) -> None:
    """Refuse phrases that no graph can have; raises OwnPhrasesError, ModelError.

    A set that is there already was made of phrases without problems.
    """
    if store.folder.exists():
        return
    problems = list(find_all_problems(store))
    if problems:
        raise OwnPhrasesError(render_problems(problems, lexicon, own))


def find_all_problems(store: GraphStore) -> Iterator[PhraseProblem]:
    """Yield the problems of all states, each phrase once."""
    seen = set()
    for phrases in store.lists.values():
        for problem in find_problems(phrases, store.pronunciations):
            if problem.phrase not in seen:
                seen.add(problem.phrase)
                yield problem


def render_problems(
    problems: Iterable[PhraseProblem], lexicon: Lexicon, own: OwnPhrases | None
) -> str:
    """Return a line each: where a phrase stands, what is wrong and what to do."""
    texts = _read_texts(lexicon.locale)
    return "\n".join(_render_problem(p, texts, lexicon, own) for p in problems)


def _render_problem(
    problem: PhraseProblem,
    texts: Mapping[str, str],
    lexicon: Lexicon,
    own: OwnPhrases | None,
) -> str:
    if own is not None and problem.phrase in own.lines:
        where = f"{own.file}:{own.lines[problem.phrase]}"
    else:
        where = _find_line(problem.phrase, texts)
        where = where or f"dialogue/data/locales/{lexicon.locale}"
    return f"{where}: {problem.phrase!r}: {problem.wrong}. {problem.remedy}"


def _read_texts(locale: str) -> Mapping[str, str]:
    """Return the files in which a phrase of ours may stand, by what they are called."""
    package = Path(str(files("dialogue")))
    found = sorted(package.glob(f"data/locales/{locale}/**/*.yaml"))
    listed = find_locale_folder(locale)
    texts = {
        file.relative_to(package.parent).as_posix(): file.read_text("utf-8")
        for file in found
        if file.name not in NOT_HEARD
    }
    if listed:
        texts[(listed / HEARD).as_posix()] = (listed / HEARD).read_text("utf-8")
    return texts


def _find_line(phrase: str, texts: Mapping[str, str]) -> str:
    """Return file and line where a phrase of ours stands whole, or nothing.

    Most are made of a template, and stand nowhere as they are said.
    """
    whole = re.compile(rf"(?<![\w']){re.escape(phrase)}(?![\w'])")
    for name, text in texts.items():
        # Most files hold it nowhere: their lines need not be looked at.
        lines = text.splitlines() if phrase and phrase in text else ()
        for number, line in enumerate(lines, start=1):
            if whole.search(line.partition("#")[0]):
                return f"{name}:{number}"
    return ""


def find_stale_states(store: GraphStore, found: GraphSet) -> list[str]:
    """Return the states whose graph is not the one that was built for the release."""
    file = store.data.folder / BUILT
    listed = file.read_text("utf-8").split() if file.exists() else []
    built = dict(zip(listed[1::2], listed[::2], strict=False))
    return [state for state, value in found.sums.items() if built.get(state) != value]


def render_built(found: GraphSet) -> str:
    """Return the text of `BUILT` for a set of graphs."""
    return "".join(f"{value}  {state}\n" for state, value in found.sums.items())


def _render_made(store: GraphStore, found: GraphSet) -> str:
    """Return why and how long graphs were made, and until when they are kept."""
    note = f"Graphs: made now in {found.seconds:.1f} s, since {found.made}"
    wanted = get_cache_folder(os.environ, _find_home())
    if store.cache == wanted:
        return f"{note}; kept in {wanted}"
    why = f"{wanted} cannot be written to" if wanted else "there is no home folder"
    return (
        f"{note}, and made again at the next start, since {why}; set {VARIABLE} to a "
        "folder that can be written to"
    )


def _find_home() -> Path | None:
    """Return the home folder, or None for a user who has none."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _build_grammars(
    content: Content, store: GraphStore, found: GraphSet, own: OwnPhrases | None
) -> StateGrammars:
    limits = get_limits(content.protocol)
    aliases = own.aliases if own else NONE
    grammars = {
        state: build_static_grammar(
            content.lexicon,
            store.lists[state.value],
            str(found.folders[state.value]),
            limits,
            aliases,
            store.data.bare,
        )
        for state in GrammarState
    }
    note = _render_made(store, found) if found.made else ""
    if own is None and store.model == SHIPPED and find_stale_states(store, found):
        note = f"{note or 'Graphs:'}; the phrases are not those of {BUILT}. {REMEDY}"
    graphs = tuple(dict.fromkeys(map(str, found.folders.values())))
    return StateGrammars(grammars, graphs, note)
