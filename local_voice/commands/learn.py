"""The command `learn`: a person teaches own sounds, tries them, or has them forgotten.

By voice and buttons, on the page, or from recordings. Raises LocalVoiceProblem,
ProfileRefused, AudioError.
"""

import io
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from dialogue.records.new_file import write_new_files
from local_voice.asr.grammar import GrammarState
from local_voice.asr.interfaces import RecognizerError
from local_voice.audio.audio_files import stream_audio, write_wav
from local_voice.audio.pcm import SAMPLE_RATE
from local_voice.commands import engines, live_talk, own_sounds, talk
from local_voice.commands.exit_codes import ENGINE_FAILED, LocalVoiceProblem
from local_voice.commands.hear import FileMicrophone
from local_voice.commands.options import LearnConfig, TalkConfig, parse_options
from local_voice.own_sounds import profile_folder
from local_voice.own_sounds.decision import OWN_ANSWERS, SoundDecider
from local_voice.own_sounds.in_session import OwnSounds
from local_voice.own_sounds.matcher_process import MatcherProcess
from local_voice.own_sounds.profile_folder import ProfileAbout, ProfileRefused
from local_voice.own_sounds.recognizer import OwnSoundRecognizer
from local_voice.session.keyboard import Switch, read_keys
from local_voice.session.session import VoiceSession
from local_voice.session.sound_lesson import (
    NOTHING,
    TRIES,
    Outcome,
    SoundLesson,
    find_usual_meaning,
)
from local_voice.worker_process import EngineError, EngineRefusal

NOT_ALL_RIGHT = 1
"""The exit code where something is missing or went wrong; nothing failed."""
LONGEST_INPUT = 10
"""Seconds that are taken of one recording."""
PADDING = bytes(SAMPLE_RATE)
"""Half a second around a recording, as a microphone has around a sound."""
FAULTS = {
    "silent": "no sound in it is 9 dB over its room. Record it again, closer.",
    "pieces": "it holds more than one sound. Keep one in each recording.",
    "long": "the sound is longer than 2.5 s. Record a shorter one.",
    "faint": "the sound is less than 15 dB over the room. Record it closer.",
    "command": "it is a command in a talk, such as stop. Teach another sound.",
    "clipped": "the sound is cut off at full scale. Record it further away.",
}
ALIKE = (
    "These sounds are hard to tell apart, so nothing is kept. Teach another sound for "
    "one of them; or, if you are the helper and know why, add --use-alike: each answer "
    "is then asked for twice."
)


def learn(config: LearnConfig, say: Callable[[str], None]) -> int:
    """Teach, try or forget the profile that `config` names; return the exit code."""
    file = own_sounds.get_file(config.name)
    if config.forget:
        found = profile_folder.forget(file)
        say(f"{'Forgotten' if found else 'There was no profile'}: {file}")
        return 0
    about = profile_folder.read_about(file) if config.check or config.more else None
    try:
        if config.input:
            return _learn_from_files(config, file, about, say)
        return _learn_by_voice(config, file, about, say)
    except EngineRefusal as error:
        raise LocalVoiceProblem(own_sounds.explain(error)) from error
    except EngineError as error:
        failed = f"{own_sounds.explain(error)} Start the command again."
        raise LocalVoiceProblem(failed, ENGINE_FAILED) from error


def _learn_from_files(
    config: LearnConfig,
    file: Path,
    about: ProfileAbout | None,
    say: Callable[[str], None],
) -> int:
    """Teach recordings given as NAME=FILE; those that cannot be used are named."""
    code, given = 0, [_parse_input(one) for one in config.input]
    unheeded = set(about.unheeded if about else ())
    with closing(own_sounds.load_matcher(str(file) if about else "")) as matcher:
        usual = _decode(config, [path for name, path in given if name != NOTHING])
        for name, path in given:
            command = usual.get(path) not in (None, *OWN_ANSWERS)
            fault = "command" if command else matcher.take(name, _read(path))
            if fault:
                sys.stderr.write(f"{path}: {FAULTS[fault]}\n")
                code = NOT_ALL_RIGHT
            elif usual.get(path, name) not in (None, name):
                unheeded.add(str(usual[path]))
        state = matcher.check()
        if not state.is_complete:
            raise LocalVoiceProblem(
                f"There are {dict(state.counts)} examples that can be used. Two sounds "
                "with three examples of each are needed, so nothing is kept."
            )
        if state.odd:
            name, number = state.odd
            say(f"Example {number + 1} of {name} sounds different from the others.")
        if state.is_unsteady:
            say("The examples differ much from each other. Two more of each will help.")
        if state.are_alike and not config.use_alike:
            raise LocalVoiceProblem(ALIKE)
        found = sorted(unheeded)
        size = matcher.save(str(file), "", alike=state.are_alike, unheeded=found)
    _tell_kept(config, file, size, say)
    return code


def _decode(config: LearnConfig, paths: Sequence[str]) -> dict[str, str | None]:
    """Return which answer or command the usual recogniser hears in each recording."""
    content = engines.load_content_or_refuse(None, config.locale)
    heard = {}
    with closing(engines.load_recognizer(content, config.model)) as setup:
        for path in paths:
            listener = setup.build_listener(FileMicrophone(path))
            listener.prepare(GrammarState.ANSWER)
            with suppress(RecognizerError):
                utterance = listener.listen(0)
                text = utterance.text if utterance else ""
                heard[path] = find_usual_meaning(content, text)
    return heard


def _parse_input(given: str) -> tuple[str, str]:
    name, _, path = given.partition("=")
    if name not in (*OWN_ANSWERS, NOTHING) or not path:
        raise LocalVoiceProblem(
            f"--input {given}: is no NAME=FILE. The names are "
            f"{', '.join(OWN_ANSWERS)} and {NOTHING}, as in --input yes=hum.wav."
        )
    return name, path


def _read(path: str) -> bytes:
    pcm = bytearray(PADDING)
    for piece in stream_audio(path, SAMPLE_RATE):
        pcm += piece
        if len(pcm) > 2 * SAMPLE_RATE * LONGEST_INPUT:
            break
    return bytes(pcm) + PADDING


@dataclass
class _Place:
    """Where a lesson is held; found while its session is built."""

    file: str
    stack: ExitStack
    device: str = ""
    own: OwnSounds | None = None
    matcher: MatcherProcess | None = None


@dataclass(frozen=True)
class _LessonContext(talk.SessionContext):
    """Builds a session that hears by the matcher of a lesson."""

    place: _Place = field(default_factory=lambda: _Place("", ExitStack()))

    def load_recognizer(self, device: str | None = None) -> engines.RecognizerSetup:
        """Return the recogniser, and the matcher beside it."""
        setup, place = super().load_recognizer(device), self.place
        place.device = device or ""
        matcher = own_sounds.load_matcher(place.file)
        self.stack.callback(matcher.close)
        recognizer = OwnSoundRecognizer(setup.recognizer, matcher)
        own = OwnSounds("lesson", recognizer, SoundDecider(), is_taught=False)
        place.own, place.matcher = own, matcher
        return replace(setup, own=own)


def _learn_by_voice(
    config: LearnConfig,
    file: Path,
    about: ProfileAbout | None,
    say: Callable[[str], None],
) -> int:
    """Hold a lesson with the microphone of this computer, or try a profile."""
    if not config.check:
        # Before a tired person makes nine sounds that could not be kept.
        profile_folder.check_folder(file)
    settings = _build_settings(config)
    content = engines.load_content_or_refuse(None, settings.locale)
    content = own_sounds.add_words(content, config.name)
    start, about = _find_start(file, about, say)
    with talk.open_context(settings, content, say) as context:
        place = _Place(start, context.stack)
        shared = {f.name: getattr(context, f.name) for f in fields(context)}
        session = live_talk.build_live_session(_LessonContext(**shared, place=place))
        own, matcher = place.own, place.matcher
        if own is None or matcher is None:
            raise LocalVoiceProblem("A lesson needs a microphone.")
        lesson = SoundLesson(session, own, matcher, _build_keeper(config))
        switch = Switch(settings.switch_gap, say) if settings.switch else None
        with read_keys(session.receive, switch):
            outcome = _hold(config, lesson)
        if config.check:
            say(f"{outcome.right} of {len(TRIES)} were heard right.")
            return 0 if outcome.right == len(TRIES) else NOT_ALL_RIGHT
        return _keep(config, file, about, place, session, outcome, say)


def _find_start(
    file: Path, about: ProfileAbout | None, say: Callable[[str], None]
) -> tuple[str, ProfileAbout | None]:
    """Return the file that a lesson begins with, empty for none, and what it says."""
    waiting = profile_folder.get_lesson_file(file)
    if about is not None or not waiting.exists():
        return (str(file) if about else ""), about
    try:
        begun = profile_folder.read_about(waiting)
        profile_folder.refuse_other_versions(begun, waiting)
    except ProfileRefused:
        say(f"The lesson in {waiting} cannot be gone on with, so it begins anew.")
        return "", None
    return str(waiting), begun


def _hold(config: LearnConfig, lesson: SoundLesson) -> Outcome:
    if config.check:
        return lesson.try_out()
    if config.more:
        return lesson.hold((config.more,), more=True)
    return lesson.hold(config.sounds or OWN_ANSWERS[:2])


def _keep(
    config: LearnConfig,
    file: Path,
    about: ProfileAbout | None,
    place: _Place,
    session: VoiceSession,
    outcome: Outcome,
    say: Callable[[str], None],
) -> int:
    """Write the profile where the person wants it; what was there stays else."""
    waiting = profile_folder.get_lesson_file(file)
    unheeded = sorted(outcome.unheeded.union(about.unheeded if about else ()))
    if outcome.wants_to_go_on and place.matcher is not None:
        place.matcher.save_lesson(str(waiting), unheeded)
        say(f"Kept for another time: {waiting}")
        return NOT_ALL_RIGHT
    if not outcome.wants_to_keep or place.matcher is None:
        session.responder.warn("own.not_kept")
        return NOT_ALL_RIGHT
    alike = outcome.asks_twice or bool(about and about.asks_twice)
    device = profile_folder.hash_device(place.device) if place.device else ""
    size = place.matcher.save(str(file), device, alike=alike, unheeded=unheeded)
    profile_folder.forget(waiting)
    session.responder.warn("own.kept")
    _tell_kept(config, file, size, say)
    return 0


def _build_settings(config: LearnConfig) -> TalkConfig:
    """Return the settings of a session, with what this command was given."""
    usual = parse_options(TalkConfig, ())
    shared = {f.name for f in fields(TalkConfig)} & {f.name for f in fields(config)}
    given = {name: getattr(config, name) for name in shared - {"input", "origins"}}
    return replace(usual, **given, own_sounds=None, barge_in=None, sound_check=False)


def _build_keeper(config: LearnConfig) -> Callable[[str, bytes], None]:
    """Return what keeps the sound of each example, where a helper wants that."""
    if config.keep_audio is None:
        return lambda name, pcm: None
    folder = Path(config.keep_audio)

    def keep(name: str, pcm: bytes) -> None:
        with io.BytesIO() as sound:
            write_wav(sound, pcm)
            parts = {f"{name}.wav": sound.getvalue()}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new_files(folder, config.name, parts)
        except OSError as error:
            raise LocalVoiceProblem(
                f"--keep-audio {folder}: a recording cannot be written "
                f"({error.strerror or error}). Name another folder."
            ) from error

    return keep


def _tell_kept(
    config: LearnConfig, file: Path, size: int, say: Callable[[str], None]
) -> None:
    say(f"Kept: {file} ({size / 1000:.0f} kB of numbers, no sound)")
    say(f"Use it: backtalk --own-sounds {config.name}")
    say(f"Forget it: backtalk learn {config.name} --forget")
