"""Reply -> response: speech, what is said after silence, card and screen."""

from datetime import datetime
from typing import Any

from ask_sdk_model.response import Response
from ask_sdk_model.ui.reprompt import Reprompt
from ask_sdk_model.ui.simple_card import SimpleCard
from ask_sdk_model.ui.ssml_output_speech import SsmlOutputSpeech

from dialogue.loading import Content
from dialogue.prompts import word
from dialogue.reply import Reply
from dialogue.state import State
from skill.screens import place_of, screen
from skill.speech import card_text, ssml


def response(
    content: Content,
    reply: Reply,
    moment: datetime | None,
    shown: State | None = None,
) -> Response:
    """Return `reply` as Alexa speaks it; the card comes only with the last words.

    `shown` is the state behind the reply where the device has a screen for it, None
    where it has none. The directive is plain JSON already.
    """
    worded = word(reply, content.prompts, content.clinic, moment)
    card = reprompt = None
    if reply.expects_answer:
        reprompt = Reprompt(output_speech=SsmlOutputSpeech(ssml=ssml(worded.reprompt)))
    elif worded.card:
        card = SimpleCard(
            title=content.prompts["card.title"], content=card_text(worded.card)
        )
    directives: Any = None
    if shown is not None:
        place = place_of(content.protocol, shown)
        directives = [screen(content, reply, worded, place)]
    return Response(
        directives=directives,
        output_speech=SsmlOutputSpeech(ssml=ssml(worded.pieces)),
        reprompt=reprompt,
        card=card,
        should_end_session=not reply.expects_answer,
    )
