"""The table of what more data would help."""

from acoustic_model.evaluation.learning_curve import Point, table
from acoustic_model.evaluation.metrics import Outcome

YES = Outcome('"yes"', "yes", "yes", "yes", "yes", "", "", 0.0, 8.0, 2.0)
NO = Outcome('"no"', "no", "", "no", "", "", "", 0.0, 8.0, 2.0)
WORD = Outcome("other single words", "", "yes", "guess", "yes", "", "", 0.0, 8.0, 2.0)
TALK = Outcome("synthetic talk", "", "stop", "top", "stop", "v:1", "", 0.0, 8.0, 2.0)
HELP = Outcome(
    "synthetic: help", "help", "help", "help", "help", "v:1", "", 0.0, 8.0, 2.0
)


def test_a_row_has_what_is_heard_of_each_and_what_is_invented() -> None:
    """People together, phrases by voice; a phrase that is no answer is no answer."""
    rows = [*table([Point(900, 7, 3, [YES, NO, WORD, TALK, HELP])])]
    assert rows[0] == (
        "| clips | people | synthetic voices | phrases by v:1 | yes and no of people "
        "| no answer, taken for one |"
    )
    assert rows[2] == (
        "| 900 | 7 | 3 | 100.0 % of 1 (21 to 100 %) | 50.0 % of 2 (9 to 91 %) "
        "| 50.0 % |"
    )
