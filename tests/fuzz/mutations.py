"""Changes signed requests: parts, attributes, slots, bytes, headers, certificates."""

import base64
import copy
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fuzz.oracle import SIMPLE, TALK

from dialogue.content.content import Content
from skill.testing.authority import GOOD_KINDS, WRONG_KINDS, CertificateAuthority

Json = Any
AMAZON = "https://s3.amazonaws.com"
URLS: Mapping[str, bool] = {
    f"{AMAZON}/echo.api/test.pem": True,
    f"{AMAZON}:443/echo.api/test.pem": True,
    "HTTPS://S3.AMAZONAWS.COM/echo.api/test.pem": True,
    f"{AMAZON}/echo.api/../echo.api/./test.pem": True,
    **{f"{AMAZON}/echo.api/{kind}.pem": True for kind in GOOD_KINDS},
    **{f"{AMAZON}/echo.api/{kind}.pem": False for kind in WRONG_KINDS},
    "http://s3.amazonaws.com/echo.api/test.pem": False,
    "https://notamazon.com/echo.api/test.pem": False,
    "https://s3.amazonaws.com.evil.com/echo.api/test.pem": False,
    "https://s3.amazonaws.com./echo.api/test.pem": False,
    "https://evil@s3.amazonaws.com/echo.api/test.pem": False,
    f"{AMAZON}/EcHo.aPi/test.pem": False,
    f"{AMAZON}/invalid.path/test.pem": False,
    f"{AMAZON}/echo.api/../invalid.path/test.pem": False,
    f"{AMAZON}//echo.api/test.pem": False,
    f"{AMAZON}/echo.api/": False,
    f"{AMAZON}:563/echo.api/test.pem": False,
    f"{AMAZON}:0443/echo.api/test.pem": False,
    f"{AMAZON}:/echo.api/test.pem": False,
    f"{AMAZON}/echo.api/test.pem?x": False,
    f"{AMAZON}/echo.api/%74est.pem": False,
    f"{AMAZON}/echo.api\\test.pem": False,
    f"{AMAZON}/echo.api/" + "x" * 600: False,
    "not a url": False,
    "": False,
}
"""Addresses of certificates, and whether a request under them is Alexa's."""
SIGNATURES = (
    "missing", "empty", "doubled", "flipped", "cut", "spaced", "garbage", "other body",
)  # fmt: skip
KINDS = (
    *TALK, "SessionEndedRequest", "CanFulfillIntentRequest", "AudioPlayer.Stopped",
    "System.ExceptionEncountered", "AlexaSkillEvent.SkillEnabled", "",
)  # fmt: skip
NAMES = (*SIMPLE, "DescribeSpasmIntent", "VolunteeredIntent", "MoreIntent", "Other")
SLOTS: Mapping[str, tuple[str, ...]] = {
    "DescribeSpasmIntent": ("howLong", "bound", "trigger", "region"),
    "VolunteeredIntent": ("statement", "answer"),
    "MoreIntent": ("topic",),
}
"""The slots that an intent has; others are filled now and then, too."""
VALUES: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 7.5, 1e300, 10**40, "", "yes", "no", "unsure",
    "\ud800", "x" * 999, "y" * 5000, "</speak>", "P3D", "PT0S", "P8W", "P2YT3H10M",
    "-P1D", "?", "upper", "hard_effort", "spasm", "answer", [], [None], [[]],
    {}, {"x": []}, {"value": "P9D"}, {"backtalk": {}},
    ["answer", "yes", "chest_pain"], "2026-03-02T18:00:00Z",
    "ER_SUCCESS_MATCH", "ER_SUCCESS_NO_MATCH", "en-GB",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One request as it will be sent."""

    body: bytes
    url: str = f"{AMAZON}/echo.api/test.pem"
    signature: str = "good"
    """Or one of `SIGNATURES`, or `no url` where the other header is missing."""
    pem: bytes | None = None
    """What stands at `url`, in place of the authority's file."""

    def to_text(self) -> str:
        """Return the case as JSON."""
        pem = None if self.pem is None else base64.b64encode(self.pem).decode()
        body = base64.b64encode(self.body).decode()
        return json.dumps([body, self.url, self.signature, pem])


def parse_case(text: str) -> Case:
    """Return the case that `to_text` wrote."""
    body, url, signature, pem = json.loads(text)
    file = None if pem is None else base64.b64decode(pem)
    return Case(base64.b64decode(body), url, signature, file)


class Mutator:
    """Makes cases from whole requests, by `chance` alone.

    Two runs of one seed are alike, not equal: the authority's keys are new each time,
    so its files differ in length, and what is kept in memory from before a run changes
    which lines of ours it reaches.
    """

    def __init__(
        self, chance: random.Random, content: Content, authority: CertificateAuthority
    ) -> None:
        """Know the ids that slots and attributes may hold."""
        self._chance = chance
        self._authority = authority
        protocol = content.protocol
        self._ids = [q.id for q in protocol.questions]
        self._ids += [s.id for s in protocol.statements]
        self._rows = [v.id for v in protocol.volunteered]
        self._values = [*VALUES, *self._ids, *self._rows, *KINDS, *NAMES]
        self._files = 0

    def envelope(self, seed: Json, other: Json) -> Json:
        """Return `seed` with one to three parts malformed; `other` may lend parts."""
        whole = copy.deepcopy(seed)
        ways: list[Callable[[Json, Json], None]] = [
            self._change_intent, self._change_intent, self._change_slots,
            self._change_attributes, self._change_attributes, self._change_part,
            self._change_part, self._lend, self._change_request,
        ]  # fmt: skip
        for _ in range(self._chance.choice((1, 1, 1, 2, 2, 3))):
            self._chance.choice(ways)(whole, other)
        return whole

    def case(self, envelope: Json) -> Case:
        """Return a request with `envelope`, now and then malformed elsewhere too."""
        case = Case(json.dumps(envelope, ensure_ascii=self._chance.random() < 0.9)
                    .encode("utf-8", "surrogatepass"))  # fmt: skip
        roll = self._chance.random()
        if roll < 0.06:
            return replace(case, body=self._change_bytes(case.body))
        if roll < 0.09:
            return replace(case, signature=self._chance.choice((*SIGNATURES, "no url")))
        if roll < 0.12:
            return replace(case, url=self._chance.choice([*URLS]))
        if roll < 0.13:
            url = self._change_text(case.url)
            return replace(case, url=re.sub("[^ -~]", "~", url))
        if roll < 0.15:
            self._files += 1
            url = f"{AMAZON}/echo.api/malformed/{self._files}.pem"
            return replace(case, url=url, pem=self._build_file())
        return case

    def _change_intent(self, whole: Json, _: Json) -> None:
        """Let the request say another thing."""
        if isinstance(whole.get("request"), dict):
            whole["request"] |= {
                "type": "IntentRequest",
                "intent": {"name": self._chance.choice(NAMES), "slots": {}},
            }
            self._change_slots(whole, None)

    def _change_slots(self, whole: Json, _: Json) -> None:
        """Fill a slot with one id, two, or none."""
        request = whole.get("request")
        intent = request.get("intent") if isinstance(request, dict) else None
        slots = intent.get("slots") if isinstance(intent, dict) else None
        if not isinstance(slots, dict):
            return
        known = {
            "statement": self._rows, "answer": ["yes", "no", "unsure"],
            "trigger": ["hard_effort", "held_still", "short_of_fluids"],
            "region": ["upper", "lower"], "topic": ["spasm", "twitch"],
            "bound": ["over", "under"], "howLong": ["P1D"],
        }  # fmt: skip
        fitting = SLOTS.get(str(intent.get("name")), ())
        others = not fitting or self._chance.random() < 0.25
        name = self._chance.choice([*known] if others else fitting)
        many = self._chance.choices((0, 1, 2), (1, 5, 1))[0]
        ids = [self._chance.choice(known.get(name, self._rows)) for _ in range(many)]
        code = self._chance.choice(("ER_SUCCESS_MATCH",) * 6 + ("ER_SUCCESS_NO_MATCH",))
        length = f"P{self._chance.choice(('', 'T'))}{self._chance.randint(0, 40)}"
        slots[name] = {
            "name": name,
            "value": length + self._chance.choice("DWMHYS"),
            "resolutions": {
                "resolutionsPerAuthority": [
                    {"status": {"code": code}, "values": [{"value": {"id": i}}]}
                    for i in ids
                ]
            },
        }

    def _change_attributes(self, whole: Json, _: Json) -> None:
        """Change the answers so far, in our own form or nearly."""
        session = whole.get("session")
        if not isinstance(session, dict):
            return
        session["new"] = self._chance.random() < 0.1
        kept = session.get("attributes")
        state = kept.get("backtalk") if isinstance(kept, dict) else None
        if not isinstance(state, dict) or not isinstance(state.get("turns"), list):
            return
        turns, chance = state["turns"], self._chance
        answers = [
            chance.choice(self._ids),
            chance.choice(["yes", "no", "unsure", "maybe"]),
        ]
        match chance.randrange(8):
            case 7:
                kept["padding"] = "x" * chance.choice([9, 4000])
            case 0:
                turns.append([chance.choice([None, answers[0]]), answers])
            case 1 if turns:
                del turns[chance.randrange(len(turns))]
            case 2 if turns:
                turns[chance.randrange(len(turns))] = [None, answers]
            case 3:
                chance.shuffle(turns)
            case 4:
                state["reasked"] = [chance.choice([*self._ids, "offer_steps"])]
            case 5:
                key = chance.choice([*state])
                state[key] = chance.choice(self._values)
            case 6:
                flag = chance.choice(["silent", "ended", "timers", "leave_asked"])
                state[flag] = chance.random() < 0.5

    def _change_request(self, whole: Json, _: Json) -> None:
        """Make another kind of request of it."""
        if not isinstance(whole.get("request"), dict):
            return
        whole["request"]["type"] = self._chance.choice(KINDS)
        place = self._chance.choice([*self._ids, "offer_steps", "reading.menu"])
        answer = self._chance.choice(["yes", "no", "unsure"])
        whole["request"]["arguments"] = ["answer", answer, place]

    def _change_part(self, whole: Json, _: Json) -> None:
        """Replace, remove or add one part, wherever it stands."""
        inner, key = self._choose_place(whole)
        match self._chance.randrange(4):
            case 0 if isinstance(inner, dict):
                del inner[key]
            case 1 if isinstance(inner, dict):
                inner[str(self._chance.choice(self._values))[:40]] = (
                    self._choose_value()
                )
            case _:
                inner[key] = self._choose_value()

    def _lend(self, whole: Json, other: Json) -> None:
        """Put a part of another request in."""
        inner, key = self._choose_place(whole)
        lender, name = self._choose_place(other)
        inner[key] = copy.deepcopy(lender[name])

    def _choose_place(self, whole: Json) -> tuple[Json, Json]:
        while True:
            keys = [*whole] if isinstance(whole, dict) else [*range(len(whole))]
            key = self._chance.choice(keys)
            inner = whole[key]
            deeper = isinstance(inner, dict | list) and inner
            if not deeper or self._chance.random() < 0.15:
                return whole, key
            whole = inner

    def _choose_value(self) -> Json:
        if self._chance.random() < 0.02:
            deep = self._chance.choice((40, 200))
            return json.loads("[" * deep + "]" * deep)
        return copy.deepcopy(self._chance.choice(self._values))

    def _change_bytes(self, body: bytes) -> bytes:
        """Change raw bytes: flip, cut, double, insert."""
        at, chance = self._chance.randrange(len(body)), self._chance
        match chance.randrange(8):
            case 0:
                return body[:at]
            case 1:
                return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
            case 2:
                return body[:at] + body[at - chance.randint(1, 40) :]
            case 3:
                return chance.choice((b"\xef\xbb\xbf", b" ", b"\xff", b"\x00")) + body
            case 4:
                return body + b" " * (128 * 1024 - len(body) + chance.randint(-1, 1))
            case 5:
                return body.replace(b"null", b"NaN").replace(b"false", b"1e999")
            case 6:
                return b"[" * chance.choice((10, 60000)) + body
            case _:
                return body.decode("utf-8", "ignore").encode("utf-16")

    def _change_text(self, text: str) -> str:
        at = self._chance.randrange(len(text))
        sign = self._chance.choice("/.:@?#%\\ ~aZ0-")
        return text[:at] + sign + text[at + self._chance.randint(0, 2) :]

    def _build_file(self) -> bytes:
        """Return a certificate file with something malformed in it."""
        file, chance = (
            self._authority.build_pem(choose_kind(self._chance)),
            self._chance,
        )
        parts = re.findall(rb"-----BEGIN.+?END CERTIFICATE-----\n", file, re.S)
        match chance.randrange(4):
            case 0:
                return file[: chance.randrange(len(file))]
            case 1:
                return b"".join(chance.choices(parts, k=chance.randint(1, 12)))
            case 2:
                at = chance.randrange(len(file))
                return file[:at] + bytes([chance.randrange(256)]) + file[at + 1 :]
            case _:
                text = re.sub(rb"-----.+?-----|\n", b"", parts[0])
                der = bytearray(base64.b64decode(text))
                der[chance.randrange(len(der))] ^= 1 << chance.randrange(8)
                lines = base64.encodebytes(bytes(der))
                head, tail = b"-----BEGIN CERTIFICATE-----\n", parts[0][-26:]
                return b"".join([head, lines, tail, *parts[1:]])


def choose_kind(chance: random.Random) -> str:
    """Return a kind of certificate, mostly the good one; short keys are slow."""
    kinds = [kind for kind in WRONG_KINDS if kind != "short_key"]
    return chance.choice(["test"] * 8 + kinds)
