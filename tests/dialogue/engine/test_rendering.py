"""Words for a clinic and a moment: variants, placeholders, pieces."""

from datetime import datetime

import pytest

from dialogue.engine.rendering import (
    choose_prompts,
    render_reply,
    to_display_text,
    to_spoken_text,
)
from dialogue.engine.reply import EmergencyNumber, Phone, Reply, Text
from dialogue.loading import load_content

TUESDAY = datetime.fromisoformat("2026-03-03T10:00-06:00")
SATURDAY = datetime.fromisoformat("2026-03-07T10:00-06:00")


@pytest.mark.parametrize(
    ("clinic", "moment", "keys"),
    [
        ("roseville", TUESDAY, ["clinic.say", "clinic.open"]),
        (
            "roseville",
            SATURDAY,
            ["clinic.say", "clinic.closed", "clinic.closed_meanwhile"],
        ),
        ("roseville", None, ["clinic.say", "hours.say", "number.say"]),
        ("dfw", TUESDAY, ["clinic.say", "clinic.no_hours"]),
        (None, TUESDAY, ["clinic.no_number"]),
    ],
)
def test_contact_block(clinic, moment, keys):
    """Every row of the clinical design, 3.4, picks its own words."""
    content = load_content(clinic=clinic)
    assert keys == list(choose_prompts(["contact"], content.clinic, moment))


@pytest.mark.parametrize(
    ("key", "with_clinic", "without"),
    [
        ("session.welcome", ["session.welcome"], ["session.welcome.no_clinic"]),
        ("number.say", ["number.say"], ["clinic.no_number"]),
        ("number.other", ["number.other"], []),
        ("hours.say", ["hours.say"], ["hours.none"]),
        ("address.say", ["address.say"], ["address.none"]),
        (
            "errors.something_wrong",
            ["errors.something_wrong"],
            ["errors.something_wrong.no_clinic"],
        ),
    ],
)
def test_keys_have_a_variant_without_a_clinic(content, key, with_clinic, without):
    """What a clinic would fill has other words where there is none."""
    assert with_clinic == list(choose_prompts([key], content.clinic, None))
    assert without == list(choose_prompts([key], None, None))


def test_numbers_are_segments_and_not_text(content):
    """A channel says numbers its own way, so they never stand in a text segment."""
    reply = Reply(("emergency.say", "number.say"), card=("number.say",))
    rendered = render_reply(reply, content.prompts, content.clinic, None)
    assert ["emergency.say", "number.say"] == [p.key for p in rendered.prompts[:2]]
    segments = [s for prompt in rendered.prompts for s in prompt.segments]
    assert EmergencyNumber("911", "nine one one") in segments
    assert (
        Phone("651-219-7292", "six five one, two one nine, seven two nine two")
        in segments
    )
    for segment in segments:
        if isinstance(segment, Text):
            assert not any(c.isdigit() for c in segment.words)
    assert to_display_text(rendered.card).count("651-219-7292") == 2


def test_the_address_has_a_spoken_and_a_written_form(content):
    """Said in words, shown in figures."""
    rendered = render_reply(
        Reply(("address.say",)), content.prompts, content.clinic, None
    )
    assert "five five one one three" in to_spoken_text(rendered.prompts)
    assert "MN 55113" in to_display_text(rendered.prompts)


def test_who_to_call_follows_the_clinic(content, no_clinic):
    """With a number it is the clinic, else the person's own doctor."""
    reply = Reply(("net.not_better",))
    with_clinic = render_reply(reply, content.prompts, content.clinic, None)
    without = render_reply(reply, no_clinic.prompts, None, None)
    assert to_display_text(with_clinic.prompts).startswith("Call the clinic if")
    assert to_display_text(without.prompts).startswith("Call your doctor if")


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        (("fever",), "about fever."),
        (("chest_pain", "fever"), "about chest pain or fever."),
        (("faint", "chest_pain", "fever"), "about feeling faint, chest pain or fever."),
        (
            ("faint", "chest_pain", "fever", "cancer"),
            "about feeling faint, chest pain, fever, or another sign I asked about.",
        ),
    ],
)
def test_what_was_not_heard_is_named_by_its_short_names(content, signs, words):
    """At most three of them, joined in the words of the locale, also on the card."""
    key = "unheard.now"
    reply = Reply((key,), card=(key,), signs=((key, signs),))
    rendered = render_reply(reply, content.prompts, content.clinic, None)
    for prompts in (rendered.prompts, rendered.card):
        assert words in to_display_text(prompts)
        assert EmergencyNumber("911", "nine one one") in prompts[0].segments


def test_two_prompts_of_a_reply_name_signs_of_their_own(content):
    """What must be seen at once and what today stay apart."""
    signs = (("unheard.now", ("chest_pain",)), ("unheard.today", ("fever",)))
    reply = Reply(("unheard.now", "unheard.today"), signs=signs)
    now, today = render_reply(reply, content.prompts, None, None).prompts
    assert "chest pain" in to_display_text([now])
    assert "fever" in to_display_text([today])


def test_a_sign_that_is_not_named_is_refused(content):
    """A reply that forgets what it names is an error, and no sentence with a gap."""
    with pytest.raises(ValueError, match="no sign is named"):
        render_reply(Reply(("check.sign",)), content.prompts, content.clinic, None)


def test_every_danger_question_has_a_short_name(content):
    """It can be brought forward, and it can be set aside."""
    for id_ in content.protocol.dangers:
        reply = Reply(("check.sign",), signs=(("check.sign", (id_,)),))
        rendered = render_reply(reply, content.prompts, None, None)
        assert content.prompts[f"sign.{id_}"] in to_display_text(rendered.prompts)
