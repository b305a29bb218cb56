"""Remembers whole replies by everything that they depend on, within a bound."""

import marshal
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from dialogue.content.content import Content
from dialogue.engine.rendering import render_reply
from dialogue.engine.reply import RenderedPrompt, Reply
from skill.metrics import TurnNote
from skill.request import INTENT, LAUNCH, SESSION_RESUMED, USER_EVENT, AlexaRequest

MOST_BYTES = 8 * 1024 * 1024
"""Of keys and replies together."""
LONGEST_KEY = 8 * 1024
OVERHEAD = 250
"""Bytes that one entry takes beside its key and its reply."""
REPEATABLE_TYPES = frozenset((LAUNCH, INTENT, USER_EVENT, SESSION_RESUMED))
"""The answer to a question for permission sets a timer: it is taken anew each time."""

Renderings = tuple[tuple[RenderedPrompt, ...] | None, ...]


class CountedReply(bytes):
    """The bytes of a reply, with what is counted each time that it is given."""

    note: TurnNote


class ReplyCache:
    """The replies that were used last, as the bytes that went out."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep no more than `most_bytes`."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._replies: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> bytes | None:
        """Return the reply that was put under `key`."""
        with self._lock:
            reply = self._replies.get(key)
            if reply is not None:
                self._replies.move_to_end(key)
            return reply

    def put(self, key: bytes, reply: bytes) -> None:
        """Keep a reply; those that were not used for the longest time make room."""
        with self._lock:
            old = self._replies.pop(key, None)
            if old is not None:
                self._bytes -= _get_size(key, old)
            self._replies[key] = reply
            self._bytes += _get_size(key, reply)
            while self._bytes > self._most_bytes:
                self._bytes -= _get_size(*self._replies.popitem(last=False))

    @property
    def size(self) -> int:
        """Return the bytes that are kept."""
        return self._bytes


def _get_size(key: bytes, reply: bytes) -> int:
    return len(key) + len(reply) + OVERHEAD


@dataclass(frozen=True, slots=True)
class _Minute:
    minute: datetime | None
    renderings: Renderings
    number: int


class OpeningState:
    """Numbers how the prompts of a content read: by opening hours, days, holidays.

    A prompt depends on the moment through the clinic's hours, which change at whole
    minutes. So all prompts are rendered once a minute, by what renders the replies, and
    a new number is given when any of them reads differently.
    """

    def __init__(self) -> None:
        self._numbers = count()
        self._last: dict[int, _Minute] = {}

    def get_number(self, content: Content, moment: datetime | None) -> int:
        """Return the number of how `content` reads at `moment`."""
        minute = moment and moment.replace(second=0, microsecond=0)
        last = self._last.get(id(content))
        if last is not None and last.minute == minute:
            return last.number
        renderings = _render_every_prompt(content, minute)
        if last is not None and last.renderings == renderings:
            number = last.number
        else:
            number = next(self._numbers)
        self._last[id(content)] = _Minute(minute, renderings, number)
        return number


def _render_every_prompt(content: Content, moment: datetime | None) -> Renderings:
    """Return each prompt in words; None where it is not for this clinic or channel."""
    renderings: list[tuple[RenderedPrompt, ...] | None] = []
    # "contact" is no prompt: it comes to one or the other by the hours.
    for key in (*content.prompts, "contact"):
        try:
            rendered = render_reply(
                Reply((key,)), content.prompts, content.clinic, moment
            )
        except (KeyError, ValueError):
            renderings.append(None)
        else:
            renderings.append(rendered.prompts)
    return tuple(renderings)


def build_key(
    request: AlexaRequest, content: Content, opening: int, *, can_time: bool
) -> bytes | None:
    """Return everything that the reply to `request` depends on; None: never the same.

    Of the access to the timer service only whether there is one counts (`can_time`);
    whoever sets a timer must not have the reply kept.
    """
    if request.type not in REPEATABLE_TYPES:
        return None
    session = request.session
    parts: Any = (
        # Contents live as long as the endpoint; two of them may name one locale.
        id(content),
        opening,
        request.type,
        request.intent,
        [(name, s.value, s.id, s.is_filled) for name, s in request.slots.items()],
        None if session is None else (session.is_new, session.attributes),
        request.apl_version,
        can_time,
        request.arguments,
    )
    try:
        # Version 2 writes equal values to equal bytes and tells True from 1; it takes
        # a fifth of the time of JSON.
        key = marshal.dumps(parts, 2)
    except ValueError:  # nested too deeply
        return None
    return key if len(key) <= LONGEST_KEY else None
