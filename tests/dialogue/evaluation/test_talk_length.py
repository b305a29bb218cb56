"""The length of a talk, and the medicines that are named in it."""

from dataclasses import replace
from pathlib import Path

from dialogue.engine.protocol import Answer
from dialogue.evaluation.cases import read_cases, run_cases
from dialogue.evaluation.medicine_lines import find_violations, names_medicine
from dialogue.evaluation.talk_length import PLAIN_STRAIN, get_seconds, measure_talk
from dialogue.loading import load_content

CONTENT = load_content(clinic="roseville")
SIGNS = Path(__file__).parents[2] / "cases" / "signs.csv"


def test_a_plain_strain_is_short():
    """The design's bars: 16 questions, 150 words to the decision, 440 to the end."""
    length = measure_talk(CONTENT, PLAIN_STRAIN)
    assert length.questions == 16
    assert length.first_question < length.decision <= 150
    assert length.decision < length.end <= 440
    assert 60 == get_seconds(160)


def test_an_emergency_ends_at_its_question():
    """The first question said yes to is the only one."""
    length = measure_talk(CONTENT, {"chest_pain": Answer.YES})
    assert length.questions == 1
    assert length.first_question == length.decision < length.end


def test_a_medicine_is_named_only_past_the_stop_list():
    """To one who wants it and says no to the list; a yes to it would be noticed."""
    lines = SIGNS.read_text(encoding="utf-8").splitlines()
    results = list(run_cases(CONTENT, read_cases(CONTENT, lines)))
    assert () == find_violations(CONTENT, results)
    naming = [r for r in results if names_medicine(CONTENT, r.session.prompts)]
    assert ["wants to hear of a pain reliever: yes"] == [
        result.case.patient.id for result in naming
    ]
    patient = naming[0].case.patient
    for id_ in ("asthma", "nursing", "reliever_today"):
        asthmatic = replace(patient, answers={**patient.answers, id_: Answer.UNSURE})
        spoilt = replace(naming[0], case=replace(naming[0].case, patient=asthmatic))
        assert (spoilt,) == find_violations(CONTENT, [spoilt])
