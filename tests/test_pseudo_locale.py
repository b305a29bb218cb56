"""A made-up second language goes through every channel, and no English comes out."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.core_turns import say
from helpers.hearing import hear
from helpers.offline_channel import OfflineTalk
from helpers.pseudo_locale import (
    LOCALE,
    plain_letters,
    pseudo_data,
    said_in_model,
    strange,
)
from helpers.rendered import one_prompt

from dialogue.__main__ import main
from dialogue.content.content import Content
from dialogue.engine import events
from dialogue.engine.interview import take_turn
from dialogue.engine.protocol import Answer
from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import MENU, OFFER_TIMER, Reply
from dialogue.loading import check_all, load_content
from dialogue.understanding.lexicon import Lexicon
from dialogue.understanding.meaning import COMMANDS
from dialogue.validation.locale_completeness import compare_locale
from local_voice.asr.grammar import GrammarState
from local_voice.session.captions import build_captions
from local_voice.session.events import (
    ListeningStarted,
    ResponseStarted,
    SessionEnded,
    StandbyStarted,
    TimerUpdated,
    UserTurnEnded,
)
from local_voice.tts.speech import get_passages
from skill.dispatcher import Dispatcher
from skill.locales import Locales
from skill.publishing.interaction_model import build_model
from skill.publishing.store_listing import parse_store
from skill.request import parse_request
from skill.testing.alexa_client import AlexaClient, slot
from skill.testing.authority import CertificateAuthority

MOMENT = datetime.fromisoformat("2026-03-03T10:00-06:00")
CLOSED = datetime.fromisoformat("2026-03-07T10:00-06:00")

YES, UNSURE = Answer.YES, Answer.UNSURE
ADULT = {"adult": YES}
PATIENTS: Mapping[str, Mapping[str, Answer]] = {
    "emergency": {"numb_bottom": YES},
    "unsure": {"hard_to_pee": UNSURE},
    "urgent": {"fever": YES, "adult": YES},
    "clinic": {**ADULT, "more_than_one_week": YES, "more_than_two_weeks": YES},
    "ice": {**ADULT, "started_within_three_days": YES, "hard_effort": YES},
    "heat": {**ADULT, "short_of_fluids": YES, "wants_medicine": YES, "ulcer": UNSURE},
}
ASKED = ("help", "why", "more", "number", "hours", "address", "repeat", "wait", "next")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder with the made-up language."""
    return pseudo_data(tmp_path_factory.mktemp("pseudo"))


@pytest.fixture(scope="module")
def pseudo(data: Path) -> Content:
    """Return everything in the made-up language, with a clinic of its own."""
    return load_content(locale=LOCALE, data=data, clinic=data.parent / "pseudo.yaml")


@pytest.fixture(scope="module")
def model(data: Path, pseudo: Content) -> dict[str, object]:
    """Return Alexa's interaction model in the made-up language."""
    file = data / "locales" / LOCALE / "alexa.yaml"
    store = parse_store(file.name, file.read_bytes(), LOCALE)
    return build_model(pseudo.lexicon, store)


def phrases(lexicon: Lexicon, open_prompt: str, answers: Mapping[str, Answer]) -> str:
    """Return what a patient says while `pending` is open."""
    if open_prompt == MENU:
        return lexicon.commands["next"][0]
    usual = Answer.NO if open_prompt != OFFER_TIMER else Answer.YES
    return lexicon.answers[answers.get(open_prompt, usual)][0]


def said_to(content: Content, patient: str) -> list[str]:
    """Return a whole talk's phrases: commands at the first question, then answers."""
    lexicon = content.lexicon
    said = [lexicon.commands[name][0] for name in ASKED]
    said += [lexicon.topics["twitch"][0], lexicon.volunteered["pain_is_high"][0]]
    state, reply = say(content.protocol, None, events.Begin(timers=True))
    for phrase in said:
        event = hear(content, phrase, reply.open_prompt)
        state, reply = take_turn(content.protocol, state, event)
    while reply.open_prompt is not None:
        said.append(phrases(lexicon, reply.open_prompt, PATIENTS[patient]))
        event = hear(content, said[-1], reply.open_prompt)
        assert not isinstance(event, events.NoMatch), said[-1]
        state, reply = take_turn(content.protocol, state, event)
    return said


def test_every_phrase_means_the_same_as_in_english(
    content: Content, pseudo: Content
) -> None:
    """Understanding works from the words alone, numbers and lengths included."""
    lexicon = content.lexicon
    for groups in (lexicon.answers, lexicon.commands, lexicon.volunteered):
        for phrases in groups.values():
            for phrase in (p for p in phrases if "{" not in p):
                for asked in ("fever", "same_spot_returns", None):
                    event = hear(content, phrase, asked)
                    assert event == hear(pseudo, strange(phrase), asked), phrase
    for length in ("two weeks ago", "over a month", "just now", "for twenty one days"):
        event = hear(content, length)
        assert isinstance(event, events.UnpromptedStatement)
        assert event == hear(pseudo, strange(length)), length
    assert isinstance(hear(pseudo, "yes"), events.NoMatch)
    assert set(COMMANDS) == set(pseudo.lexicon.commands)


@pytest.mark.parametrize("moment", [MOMENT, CLOSED, None])
def test_no_sentence_holds_a_letter_from_the_code(
    pseudo: Content, moment: datetime | None
) -> None:
    """Days, times, figures, names: every prompt, for the ear and for the eye."""
    for clinic in (pseudo.clinic, None):
        for key in pseudo.prompts:
            try:
                worded = render_reply(Reply((key,)), pseudo.prompts, clinic, moment)
            except ValueError:
                continue  # nothing fills a placeholder, so it is never said
            heard = " ".join(str(p) for p in get_passages(worded.prompts))
            assert "" == plain_letters(to_display_text(worded.prompts) + heard), key


def test_what_the_terminal_shows_comes_from_the_locale(pseudo: Content) -> None:
    """Captions and the ways to answer."""
    out = io.StringIO()
    watch = build_captions("small", out, pseudo.prompts, with_keys=True)
    for happening in (
        ResponseStarted(one_prompt("x", strange("Hello.")), 0, 0),
        ListeningStarted(GrammarState.ANSWER),
        UserTurnEnded("", events.NoInput()),
        UserTurnEnded("", events.Answered(Answer.UNSURE)),
        UserTurnEnded("", events.Stop()),
        UserTurnEnded(strange("what"), events.NoMatch()),
        UserTurnEnded(strange("what"), events.NoMatch()),
        TimerUpdated(120.0),
        StandbyStarted(True),
        StandbyStarted(False),
        SessionEnded(None, None),
    ):
        watch(happening)
    assert "" == plain_letters(out.getvalue())


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_talk_offline_has_no_english(pseudo: Content, patient: str) -> None:
    """The ear hears the locale's phrases, and everything said is in its words."""
    talk = OfflineTalk(pseudo, MOMENT, timers=True)
    heard = [talk.open()]
    for phrase in said_to(pseudo, patient):
        heard.append(talk.say(hear(pseudo, phrase), phrase))  # noqa: PERF401 - one turn after the other
    talk.hang_up()
    assert not heard[-1].open
    for said in heard:
        assert said.words
        assert "" == plain_letters(said.words)


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_talk_with_alexa_has_no_english(
    content: Content, pseudo: Content, model: dict[str, object], patient: str
) -> None:
    """Intents come from the model of the lexicon; speech, card and screen are clean."""
    locales = Locales({"en-US": content, LOCALE: pseudo})
    dispatcher = Dispatcher(locales, lambda: MOMENT)

    def post(_: str, data: bytes, headers: object) -> SimpleNamespace:
        answer = dispatcher.answer(parse_request(json.loads(data)))
        return SimpleNamespace(status_code=200, data=json.dumps(answer).encode())

    authority = CertificateAuthority()
    alexa = AlexaClient(authority, lambda: MOMENT, post, locale=LOCALE, apl="2024.3")
    heard = [alexa.launch()]
    for phrase in said_to(pseudo, patient):
        if not heard[-1].is_open:
            break
        intent, slots = said_in_model(model, phrase)
        filled = {name: slot(*said) for name, said in slots.items()}
        heard.append(alexa.intent(intent, **filled))
    assert not heard[-1].is_open
    assert any(answer.screen for answer in heard)
    for answer in heard:
        assert answer.speech
        response = answer.response
        shown = json.dumps(response.get("card", {}).get("content", ""))
        sources = (answer.screen or {}).get("datasources", {}).get("screen", {})
        lines = [sources.get("question", ""), sources.get("offer", "")]
        lines += sources.get("lines", [])
        lines += [button["label"] for button in sources.get("buttons", [])]
        words = json.loads(shown) + "".join(lines)
        words += _without_tags(answer.speech) + _without_tags(answer.reprompt)
        assert "" == plain_letters(words)


def _without_tags(ssml: str) -> str:
    return re.sub(r"<[^>]*>|&\w+;", "", ssml)


def test_the_second_language_is_complete_and_passes_the_check(data: Path) -> None:
    """Nothing lacks and nothing is too much; the checks of the data hold for it."""
    assert [] == compare_locale(LOCALE, data)
    errors, _ = check_all(data)
    assert [] == [str(error) for error in errors if LOCALE in error.path]


def test_what_a_translation_lacks_is_listed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, unknown, untranslated, without its placeholder: each is one line."""
    copy = pseudo_data(tmp_path)
    folder = copy / "locales" / LOCALE
    words = (folder / "prompts.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in words if not line.startswith("  retry.wait:")]
    kept = [line.replace("{emergency_number}", "911") for line in kept]
    kept += ['  card.titel: "x"', '  nothing.more: "x"']
    text = "\n".join(kept).replace(
        strange("All right, we start again."), "All right, we start again."
    )
    (folder / "prompts.yaml").write_text(text, encoding="utf-8")
    (folder / "alexa.yaml").unlink()
    lines = compare_locale(LOCALE, copy)
    for part in (
        "prompts.yaml: lacks 'prompts.retry.wait', which en-US has.",
        "has 'prompts.card.titel', which nothing uses. Did you mean 'prompts.card.",
        "'prompts.emergency.say' lacks {emergency_number}.",
        "'prompts.session.start_over' still has the words of en-US.",
        "alexa.yaml",
    ):
        assert any(part in line for line in lines), part
    assert 1 == main(["check", "--locale", LOCALE, "--data", str(copy)])
    assert "things to do in xx-XX" in capsys.readouterr().err
    assert 0 == main(["check", "--locale", LOCALE, "--data", str(data)])
    assert "xx-XX is complete." in capsys.readouterr().out
    assert 1 == main(["check", "--locale", "de-DE"])
    assert "there is no such folder" in capsys.readouterr().out


def test_an_untranslated_clinic_name_would_be_seen(pseudo: Content) -> None:
    """The search for plain letters finds them where they are."""
    assert pseudo.clinic is not None
    english = replace(pseudo.clinic, name="Our Clinic")
    worded = render_reply(Reply(("session.welcome",)), pseudo.prompts, english, MOMENT)
    assert "OurClinic" == plain_letters(to_display_text(worded.prompts))
