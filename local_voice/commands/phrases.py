"""The command `phrases`: makes what can be heard, checks it, adds a clinic's phrase."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from dialogue.content.content import Content
from dialogue.garbage_collection import pause_garbage_collection
from dialogue.records.new_file import USUAL, replace_file
from local_voice.asr import grammar, state_grammars
from local_voice.asr.graph.dictionary import get_words, render_dictionary
from local_voice.asr.graph.graph_store import FST, GraphSet, GraphStore
from local_voice.asr.graph.locale_data import DICTIONARY
from local_voice.asr.model_files import VoskModel, find_model
from local_voice.asr.own_phrases import (
    OwnPhrases,
    OwnPhrasesError,
    parse_line,
    read_own_phrases,
)
from local_voice.asr.spoken_phrases import get_known_phrases
from local_voice.commands import engines
from local_voice.commands.exit_codes import BAD_MODEL, BAD_OPTIONS, LocalVoiceProblem
from local_voice.commands.options import PhrasesConfig

STALE = 1
HEAD = """\
# What people say here = what it means, in a phrase that Back Talk knows.
# Used by backtalk --phrases FILE; add more with backtalk phrases add.
"""


@pause_garbage_collection()
def phrases(config: PhrasesConfig, say: Callable[[str], None]) -> int:
    """Do what `config.verb` says; return 0, or 1 where something is stale.

    Raises LocalVoiceProblem, ModelError and OwnPhrasesError.
    """
    content = engines.load_content_or_refuse(None, config.locale)
    wanted = grammar.get_invited_phrases(content.lexicon)
    model = find_model(config.model, content.locale, wanted)
    if not state_grammars.can_build(model, content.locale):
        raise LocalVoiceProblem(
            f"The model {model.folder} has no units.txt, so no graph can be made for "
            "it. It hears the phrases that it was made with. Leave out --model.",
            BAD_MODEL,
        )
    if config.verb == "add":
        return _add(content, model, config, say)
    if config.said or config.means:
        raise LocalVoiceProblem("A phrase and --means go with add.")
    own = _read(content, config.phrases)
    if config.verb == "check":
        return _check(content, model, own, say)
    return _build(content, model, own, say)


def _read(content: Content, file: str | None) -> OwnPhrases | None:
    if file is None:
        return None
    return read_own_phrases(Path(file), get_known_phrases(content.lexicon))


def _build(
    content: Content,
    model: VoskModel,
    own: OwnPhrases | None,
    say: Callable[[str], None],
) -> int:
    began = time.perf_counter()
    store = _open(content, model, own)
    if own is None and _write_dictionary(store):
        store = _open(content, model, own)
        say(f"{store.data.folder / DICTIONARY}: written anew.")
    _refuse_problems(content, store, own)
    found = store.make("it was asked for")
    if own is None and model.shipped and state_grammars.find_stale_states(store, found):
        file = store.data.folder / state_grammars.BUILT
        _write(file, state_grammars.render_built(found))
        say(f"{file}: written anew.")
    _describe(store, found, say)
    say(f"Made in {time.perf_counter() - began:.1f} s, in {store.folder}.")
    return 0


def _describe(store: GraphStore, found: GraphSet, say: Callable[[str], None]) -> None:
    for state, phrases_of_state in store.lists.items():
        size = (found.folders[state] / FST).stat().st_size / 1e6
        say(f"{state}: {len(phrases_of_state.meanings)} phrases, {size:.1f} MB")
    for word, sounds in found.guessed.items():
        say(
            f"{word}: guessed as {' '.join(sounds)}; where that is wrong, add the word "
            "to own.txt."
        )


def _check(
    content: Content,
    model: VoskModel,
    own: OwnPhrases | None,
    say: Callable[[str], None],
) -> int:
    store = _open(content, model, own)
    _refuse_problems(content, store, own)
    if own is not None:
        say(f"{own.file}: {len(own.aliases)} phrases, each with a sound of its own.")
        return 0
    stale = _find_stale_words(store)
    if stale:
        say(
            f"{store.data.folder / DICTIONARY}: is stale: {', '.join(stale[:9])}. It "
            f"has the sounds of our phrases' words and no others. "
            f"{state_grammars.REMEDY}"
        )
    states = state_grammars.find_stale_states(store, store.load())
    if states and model.shipped:
        say(
            f"{store.data.folder / state_grammars.BUILT}: is stale: "
            f"{', '.join(states)}. The graphs are built after every change of what "
            f"can be said. {state_grammars.REMEDY}"
        )
    if stale or (states and model.shipped):
        return STALE
    say("Phrases: every one has a sound of its own, and the graphs are up to date.")
    return 0


def _find_stale_words(store: GraphStore) -> list[str]:
    """Return the words that the shipped excerpt lacks or has too much."""
    words = set(get_words(store.lists.values(), store.data)) - store.data.own.keys()
    known = store.data.dictionary.keys()
    with suppress(ImportError):
        lines = render_dictionary(sorted(words), store.data.own).splitlines()
        # A word that CMUdict lacks is guessed, so the excerpt lacks it as well.
        words = {line.partition(":")[0] for line in lines if not line.startswith("#")}
    return sorted(known ^ words)


def _add(
    content: Content,
    model: VoskModel,
    config: PhrasesConfig,
    say: Callable[[str], None],
) -> int:
    if config.phrases is None or not config.said or not config.means:
        raise LocalVoiceProblem(
            'To add a phrase, give it, --means and --phrases, as in: phrases add "you '
            'betcha" --means yes --phrases own.txt'
        )
    file, known = Path(config.phrases), get_known_phrases(content.lexicon)
    before = read_own_phrases(file, known) if file.exists() else None
    aliases: Mapping[str, str] = before.aliases if before else {}
    said, meant = parse_line("The command line", f"{config.said}={config.means}", known)
    if said in aliases:
        raise OwnPhrasesError(
            f"{file}:{before.lines[said] if before else 0}: {said!r} stands there "
            "already. One phrase has one meaning. Change that line."
        )
    text = file.read_text("utf-8") if before else HEAD
    text += "" if text.endswith("\n") else "\n"
    lines = {**(before.lines if before else {}), said: len(text.splitlines()) + 1}
    own = OwnPhrases({**aliases, said: meant}, lines, file)
    _refuse_problems(content, _open(content, model, own), own)
    _write(file, f"{text}{said} = {meant}\n")
    say(f"{file}: {said!r} now means {meant!r}. Use it with --phrases {file}.")
    return _build(content, model, own, say)


def _open(content: Content, model: VoskModel, own: OwnPhrases | None) -> GraphStore:
    try:
        return state_grammars.open_store(content, model, own)
    except state_grammars.FAILURES as error:
        raise LocalVoiceProblem(f"{error}", BAD_MODEL) from error


def _refuse_problems(
    content: Content, store: GraphStore, own: OwnPhrases | None
) -> None:
    found = list(state_grammars.find_all_problems(store))
    if found:
        lines = state_grammars.render_problems(found, content.lexicon, own)
        raise OwnPhrasesError(lines)


def _write_dictionary(store: GraphStore) -> bool:
    """Write the excerpt of CMUdict anew; tell whether it changed.

    Without cmudict, which only a checkout has, it stays and eSpeak guesses.
    """
    file = store.data.folder / DICTIONARY
    words = get_words(store.lists.values(), store.data)
    try:
        text = render_dictionary(words, store.data.own)
    except ImportError:
        return False
    if text == file.read_text("utf-8"):
        return False
    _write(file, text)
    return True


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        replace_file(file, text.encode(), USUAL)
    except OSError as error:
        raise LocalVoiceProblem(
            f"{file} cannot be written ({error}). It is kept as it was. Free some "
            "room, or name another file.",
            BAD_OPTIONS,
        ) from error
