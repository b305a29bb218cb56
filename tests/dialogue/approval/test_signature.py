"""A signature approves what was read, and any later change takes the approval away."""

import argparse
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from helpers.invalid_data import LEXICON, PROMPTS, PROTOCOL, SOURCES, bundled_copy

from dialogue.__main__ import main
from dialogue.approval.fingerprint import (
    build_fingerprint,
    compute_checksum,
    describe_item,
)
from dialogue.approval.sign import SigningRefused, SigningRequest, format_checksum, sign
from dialogue.approval.sign_points import SignPoint, read_sign_points
from dialogue.approval.signature import AS_WRITTEN, read_signature, to_yaml
from dialogue.commands import sign as sign_command
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.content.problems import DataRefused
from dialogue.loading import check_all, load_content

TODAY = date(2026, 3, 3)
POINTS = "protocols/sign_points.yaml"
WORDS = "locales/en-US/understanding/words.yaml"
SIGNS = "locales/en-US/understanding/signs.yaml"
SIGNATURE = "signatures/back_spasm.en-US.yaml"
WHO = "after Ada Example signed on 2026-03-03"

CHANGES = (
    (PROTOCOL, "ice_hours: 72", "ice_hours: 96", "threshold 'ice_hours' changed"),
    (
        PROTOCOL,
        "any_yes: [sudden_pain, groin_pain, walks_unsteadily]",
        "any_yes: [sudden_pain, groin_pain]",
        "rule 'urgent_sudden_groin_or_walking': its condition changed",
    ),
    (
        PROTOCOL,
        "    unsure_means: no\n    opposite: care_failed",
        "    unsure_means: yes\n    opposite: care_failed",
        "question 'care_helped': its meaning of unsure changed",
    ),
    (
        PROTOCOL,
        "    source: [girft_ces, nhs_back_pain]\n  - id: hard_to_pee",
        "    source: [girft_ces]\n  - id: hard_to_pee",
        "question 'numb_bottom': its sources changed",
    ),
    (
        PROTOCOL,
        "[more_than_one_week, care_helped]",
        "[more_than_one_week]",
        "rule 'clinic_003_long_and_care_failed': its read-back changed",
    ),
    (
        PROTOCOL,
        "any_yes: [started_within_three_days, one_week_or_less, upper_back],",
        "any_yes: [started_within_three_days, one_week_or_less],",
        "question 'hard_effort': its condition under which it is asked changed",
    ),
    (
        PROTOCOL,
        "home_only: yes\n    source: [seed-003]",
        "source: [seed-003]",
        "care line 'medicine.pharmacist': its home only changed",
    ),
    (
        PROTOCOL,
        "urgent.say, urgent.not_clinic, net.emergency, disclaimer.end]",
        "urgent.say, net.emergency, disclaimer.end]",
        "disposition 'urgent': its words in order changed",
    ),
    (
        PROTOCOL,
        "triggers: [hard_effort, held_still, short_of_fluids]",
        "triggers: [held_still, hard_effort, short_of_fluids]",
        "the protocol's triggers changed",
    ),
    (PROTOCOL, "minutes: 20}", "minutes: 15}", "the protocol's timer minutes changed"),
    (
        PROTOCOL,
        "  - id: wants_clinic\n  - id: skin_or_heat_caution\n",
        "  - id: skin_or_heat_caution\n  - id: wants_clinic\n",
        "the order of the statements changed",
    ),
    (
        PROTOCOL,
        "{id: getting_better, sets: {care_helped: yes}}",
        "{id: getting_better, sets: {care_helped: unsure}}",
        "volunteered 'getting_better': its meaning changed",
    ),
    (
        PROTOCOL,
        "offered_with: home\n    source: [seed-002]",
        "offered_with: any\n    source: [seed-002]",
        "explanation 'explain.balance': its offered with changed",
    ),
    (
        PROMPTS,
        '"Does the skin you sit on feel different?"',
        '"Does the skin you sit on feel numb?"',
        "question 'numb_bottom': its simpler words changed",
    ),
    (
        PROMPTS,
        '"Has it lasted more than one week?"',
        '"Has it gone on for more than one week?"',
        "question 'more_than_one_week': its words changed",
    ),
    (PROMPTS, "Take your time.", "Take time.", "the words 'retry.wait' changed"),
    (
        PROMPTS,
        'spoken.noon: "noon"',
        'spoken.noon: "midday"',
        "the words 'spoken.noon' changed",
    ),
    (
        PROMPTS,
        "within the last three days?",
        "within the last four days?",
        "question 'started_within_three_days': its words changed",
    ),
    (
        PROMPTS,
        "Has it been three days or less?",
        "Has it been four days or less?",
        "question 'started_within_three_days': its simpler words changed",
    ),
    (
        PROMPTS,
        'sign.leg_cold: "a cold leg"',
        'sign.leg_cold: "one cold leg"',
        "question 'leg_cold': its short name changed",
    ),
    (
        PROMPTS,
        "pain and pressure are two words for one complaint",
        "pain and pressure are one complaint",
        "question 'chest_pain': its reason for two parts changed",
    ),
    (
        WORDS,
        "slightly, somewhat, some",
        "slightly, some",
        "the phrases 'answers.yes.hedged' changed",
    ),
    (
        SIGNS,
        "foot drop, a dropped foot, ",
        "foot drop, ",
        "the phrases 'rows.foot_drags.named' changed",
    ),
    (
        WORDS,
        "fortnights = 336",
        "fortnights = 337",
        "the phrases 'spelling.units' changed",
    ),
    (LEXICON, "    - speak slower\n", "", "the phrases 'offline.slower' changed"),
    (
        PROTOCOL,
        "known_from: {region: upper}",
        "known_from: {region: lower}",
        "statement 'upper_back': its fact that answers it in advance changed",
    ),
    (SOURCES, '"2018"', '"2019"', "source 'nhs111_code' changed"),
    (POINTS, '"A doubt that is said twice"', '"A doubt"', "open point '3' changed"),
)


def points_of(data: Path) -> tuple[SignPoint, ...]:
    """Return the open points that stand in `data`."""
    return read_sign_points(ContentStore(data))


def given(data: Path, **other: object) -> SigningRequest:
    """Return what a signer gives who has read the present booklet in `data`."""
    usual = SigningRequest(
        "Ada Example",
        "MD, board certified",
        "2026-03-03",
        sign_command.present_checksum(load_content(data=data), data),
        {point.id: AS_WRITTEN for point in points_of(data)},
    )
    return replace(usual, **other)


def signed(data: Path) -> Content:
    """Sign what stands in `data` and return it, read again."""
    content = load_content(data=data)
    signature = sign(given(data), content, points_of(data), [], TODAY)
    file = data / SIGNATURE
    file.parent.mkdir(exist_ok=True)
    text = to_yaml(signature, content.protocol, "en-US")
    file.write_text(text, encoding="utf-8")
    return load_content(data=data)


@pytest.fixture(scope="module")
def signed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a signature that fits."""
    data = bundled_copy(tmp_path_factory.mktemp("signed"))
    signed(data)
    return data


def edit(data: Path, file: str, old: str, new: str) -> Callable[[], int]:
    """Change a file of `data`; return how to change it back."""
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert 1 <= text.count(old), f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return lambda: path.write_text(text, encoding="utf-8")


def test_a_signature_approves_and_names_its_reviewer(signed_data: Path) -> None:
    """Status, reviewer and date come from the signature, and nothing is unsigned."""
    content = load_content(data=signed_data)
    assert ("approved", "Ada Example", "2026-03-03", ()) == (
        content.protocol.status,
        content.protocol.reviewed_by,
        content.protocol.reviewed_on,
        content.unsigned,
    )
    name = f"back_spasm {content.protocol.version}"
    assert f"{name} (approved: by Ada Example on 2026-03-03)" == content.status_line
    assert ([], []) == check_all(signed_data)


def test_the_shipped_protocol_is_a_draft_that_nobody_signed(content: Content) -> None:
    """No signature is shipped, and the console says so."""
    assert ("nobody has signed it",) == content.unsigned
    name = f"back_spasm {content.protocol.version}"
    assert f"{name} (draft: nobody has signed it)" == content.status_line


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """Return what was signed, after every one of the changes above."""
    data = bundled_copy(tmp_path_factory.mktemp("changed"))
    signed(data)
    for file, old, new, _ in CHANGES:
        edit(data, file, old, new)
    return load_content(data=data)


@pytest.mark.parametrize("told", [told for *_, told in CHANGES])
def test_any_later_change_is_named(changed: Content, told: str) -> None:
    """Words, rules, thresholds, phrases, sources: each change says which it was."""
    assert "draft" == changed.protocol.status
    assert any(why.startswith(told) for why in changed.unsigned), changed.unsigned
    assert all(WHO in why for why in changed.unsigned)


@pytest.mark.parametrize(("file", "old", "new", "told"), CHANGES[1:4])
def test_one_change_is_enough_and_told_alone(
    signed_data: Path, file: str, old: str, new: str, told: str
) -> None:
    """Nothing else is said to have changed."""
    undo = edit(signed_data, file, old, new)
    try:
        content = load_content(data=signed_data)
    finally:
        undo()
    assert ("draft", (f"{told} {WHO}",)) == (content.protocol.status, content.unsigned)


def test_what_is_no_content_takes_no_approval_away(signed_data: Path) -> None:
    """A remark, or another way to write the same, is not what was signed."""
    undo = edit(signed_data, PROTOCOL, "# Hours, inclusive.", "# In hours.")
    try:
        assert "approved" == load_content(data=signed_data).protocol.status
    finally:
        undo()


def test_every_kind_of_item_is_covered(signed_data: Path) -> None:
    """The changes above touch each kind of item that a checksum is made of."""
    content = load_content(data=signed_data)
    names = build_fingerprint(content, points_of(signed_data))
    kinds = {describe_item(name).split()[0] for name in names}
    assert kinds <= {told.split()[0] for *_, told in CHANGES}


def test_the_checksum_is_that_of_the_content_alone(tmp_path: Path) -> None:
    """Two readings of the same files agree, and one letter makes another checksum."""
    data = bundled_copy(tmp_path)
    before = sign_command.present_checksum(load_content(data=data), data)
    assert before == sign_command.present_checksum(load_content())
    edit(data, PROMPTS, "Take your time.", "Take your time .")
    assert before != sign_command.present_checksum(load_content(data=data), data)
    assert 64 == len(before)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"name": ""}, "A signature needs first and last name"),
        ({"name": "Ada"}, "A signature needs first and last name"),
        ({"role": "  "}, "The role is empty"),
        ({"signed_on": "2026-03-04"}, "lies in the future"),
        ({"signed_on": "yesterday"}, "It is written as in 2026-05-31"),
        ({"checksum": ""}, "They stand at the foot of every page"),
        ({"checksum": "0123 4567 89ab cdef"}, "Only what was read can be signed"),
        ({"decisions": {}}, "Open without a decision: 1, 2, 3"),
        ({"decisions": {"99": AS_WRITTEN}}, "There is no open point 99"),
    ],
)
def test_what_must_not_be_signed_is_refused(
    signed_data: Path, content: Content, other: dict[str, object], told: str
) -> None:
    """Empty name, future date, old booklet, open point: nothing is signed."""
    with pytest.raises(SigningRefused) as refusal:
        sign(given(signed_data, **other), content, points_of(signed_data), [], TODAY)
    assert told in str(refusal.value)


def test_a_point_that_asks_for_a_change_is_not_signed(signed_data: Path) -> None:
    """The content is changed first; a remark behind "as written" is welcome."""
    content, points = load_content(data=signed_data), points_of(signed_data)
    decisions = dict(given(signed_data).decisions)
    wish = given(signed_data, decisions=decisions | {"5": "72 hours is too long"})
    with pytest.raises(SigningRefused, match="Point 5 asks for a change"):
        sign(wish, content, points, [], TODAY)
    remark = given(signed_data, decisions=decisions | {"5": "as written: for now"})
    assert (
        "as written: for now" == sign(remark, content, points, [], TODAY).decisions["5"]
    )


def test_content_that_fails_its_check_is_not_signed(tmp_path: Path) -> None:
    """What an author must mend is named, and nothing is written."""
    data = bundled_copy(tmp_path)
    signing = given(data)
    content, points = load_content(data=data), points_of(data)
    edit(data, PROMPTS, "Take your time.", "Take your time,")
    problems, _ = check_all(data)
    with pytest.raises(SigningRefused, match="does not pass its check") as refusal:
        sign(signing, content, points, problems, TODAY)
    assert "retry.wait" in str(refusal.value)


def test_a_signature_edited_by_hand_is_refused(tmp_path: Path) -> None:
    """A changed item in the signature's own list stops the start."""
    data = bundled_copy(tmp_path)
    signed(data)
    text = (data / SIGNATURE).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "threshold.ice_hours" in line)
    edit(data, SIGNATURE, line, line[:-5] + '0000"')
    with pytest.raises(DataRefused, match="does not fit its own list of items"):
        load_content(data=data)


def test_a_signature_of_one_locale_says_nothing_of_another(tmp_path: Path) -> None:
    """Other words were not read, so they are a draft."""
    data = bundled_copy(tmp_path)
    (data / "locales/en-GB").mkdir()
    for name in ("prompts.yaml", "lexicon.yaml"):
        words = (data / "locales/en-US" / name).read_bytes()
        (data / "locales/en-GB" / name).write_bytes(words)
    assert "approved" == signed(data).protocol.status
    other = load_content(locale="en-GB", data=data)
    assert ("nobody has signed it",) == other.unsigned


def options(data: Path, *more: str) -> list[str]:
    """Return the options of a command that signs `data`."""
    decided = [f"--decision={p.id}={AS_WRITTEN}" for p in points_of(data)]
    own = ["sign", "--data", str(data), "--name", "Ada Example", "--role", "MD"]
    return [*own, *decided, *more]


def test_the_command_signs_and_takes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen characters of the checksum are enough; --withdraw makes it a draft."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    data = bundled_copy(tmp_path)
    printed = format_checksum(
        sign_command.present_checksum(load_content(data=data), data)
    )
    assert 2 == main(options(data, "--checksum", "dead beef dead beef"))
    assert "Not signed. The booklet's checksum is" in capsys.readouterr().err
    assert not (data / SIGNATURE).exists()
    assert 0 == main(options(data, "--checksum", printed))
    assert "approved: by Ada Example" in capsys.readouterr().out
    edit(data, PROTOCOL, "minutes: 20}", "minutes: 15}")
    assert 0 == main(["check", "--data", str(data)])
    told = "A draft, because the protocol's timer minutes changed after Ada Example"
    assert told in capsys.readouterr().out
    assert 0 == main(["sign", "--data", str(data), "--withdraw"])
    assert 2 == main(["sign", "--data", str(data), "--withdraw"])
    assert "has no signature" in capsys.readouterr().err


def test_the_command_asks_for_what_was_not_given(tmp_path: Path) -> None:
    """Every open point is read out with what the protocol does now."""
    data = bundled_copy(tmp_path)
    said: list[str] = []
    answers = iter([sign_command.present_checksum(load_content(data=data), data)])

    def ask(question: str) -> str:
        said.append(question)
        if "as written" in question:
            return "y"
        return next(answers, "Ada Example")

    args = argparse.Namespace(
        name=None, role=None, date="2026-03-03", checksum=None, decision=[],
        locale="en-US", data=data, withdraw=False,
    )  # fmt: skip
    sign_command.record_approval(args, TODAY, ask, said.append)
    assert "approved" == load_content(data=data).protocol.status
    for point in points_of(data):
        assert any(point.title in line for line in said)


def test_the_sum_of_the_items_is_their_checksum(signed_data: Path) -> None:
    """The recorded checksum is that of the recorded items."""
    content = load_content(data=signed_data)
    signature = read_signature(ContentStore(signed_data), "back_spasm", "en-US")
    assert signature is not None
    assert signature.checksum == compute_checksum(signature.items)
    assert signature.items == build_fingerprint(content, points_of(signed_data))
