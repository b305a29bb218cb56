"""Fits weights and limits on the lessons of people who tune."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize

from acoustic_model.own_sounds.lessons import MEANT, OWN_OTHER, TEST_KINDS, Lesson
from local_voice.own_sounds.scoring import (
    DecisionModel,
    Limit,
    Numbers,
    find_leads,
    measure_separation,
    measure_steadiness,
)

WEIGHTS = {
    "clean": 2.0, "noisy": 1.0, "far": 1.0, OWN_OTHER: 2.5, "unmeant": 1.0,
    **dict.fromkeys(TEST_KINDS, 0.5),
}  # fmt: skip
"""What each kind of clip counts in one lesson, however many there are of it."""
OTHER_SOUND = 1.5
"""The same, of the clips of the other taught sound."""
MEANT_MORE, OTHERS_MORE = {"words": 1.5}, {"sounds": 2.0}
"""Answers of real words, and what is no answer beside mouth sounds, count so much more:
one limit fits all groups then."""
PENALTY = 2e-4
STEADINESS = 0.6
OTHERS_TAKEN = 0.085
"""The share of own other sounds that the usual limit takes, mean of the groups."""
HEARD_SURELY = 0.85
"""The share of clean answers that the sure limit lets through, the same."""
LEAD, SURE_LEAD = 1.5, 3.0
TWINS_NOTICED = 0.95
"""The share of sounds taught under two names that is warned of."""
Groups = Mapping[str, Sequence[Lesson]]


def fit_model(groups: Groups, twins: Groups) -> DecisionModel:
    """Return weights and limits; all groups count alike."""
    model = _fit_weights(groups)
    usual = _find_limit(model, groups, OWN_OTHER, OTHERS_TAKEN, LEAD)
    sure = _find_limit(model, groups, "clean", HEARD_SURELY, SURE_LEAD)
    apart = [find_separation(model, one) for some in twins.values() for one in some]
    alike = float(np.quantile(apart, TWINS_NOTICED)) if apart else 0.0
    return DecisionModel(
        model.mean, model.deviation, model.weights, STEADINESS, usual, sure, alike
    )


def judge(model: DecisionModel, lesson: Lesson) -> tuple[np.ndarray, Numbers, Numbers]:
    """Return the likeliest sound of each clip, its score and its lead."""
    scores = model.score(lesson.numbers)
    best = scores.argmax(1)
    rows = np.arange(len(best))
    own = model.steadiness * find_steadiness(model, lesson)
    return best, scores[rows, best] - own, find_leads(scores)[rows, best]


def judge_examples(model: DecisionModel, lesson: Lesson) -> tuple[Numbers, Numbers]:
    """Return score and lead of each example's own sound."""
    scores = model.score(lesson.examples)
    rows = np.arange(len(lesson.own))
    return scores[rows, lesson.own], find_leads(scores)[rows, lesson.own]


def find_steadiness(model: DecisionModel, lesson: Lesson) -> float:
    """Return how steady a person's examples are."""
    return measure_steadiness(judge_examples(model, lesson)[0])


def find_separation(model: DecisionModel, lesson: Lesson) -> float:
    """Return how far apart the sounds are, by which twins are noticed."""
    leads = judge_examples(model, lesson)[1]
    return measure_separation([leads[lesson.own == n] for n in np.unique(lesson.own)])


def _fit_weights(groups: Groups) -> DecisionModel:
    """Fit a logistic regression of whether a clip is that sound."""
    numbers, targets, weights = _collect(groups)
    mean = np.average(numbers, axis=0, weights=weights)
    spread = np.average((numbers - mean) ** 2, axis=0, weights=weights)
    deviation = np.sqrt(spread) + 1e-6
    rows = np.hstack([(numbers - mean) / deviation, np.ones((len(numbers), 1))])

    def measure(b: Numbers) -> tuple[float, Numbers]:
        logits = rows @ b
        loss = weights @ (np.logaddexp(0, logits) - targets * logits)
        likely = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        slope = rows.T @ (weights * (likely - targets))
        slope[:-1] += 2 * PENALTY * b[:-1]
        return float(loss + PENALTY * b[:-1] @ b[:-1]), slope

    start = np.zeros(rows.shape[1])
    found = minimize(measure, start, jac=True, method="L-BFGS-B").x
    none = Limit(0.0, 0.0)
    return DecisionModel(
        tuple(mean.tolist()), tuple(deviation.tolist()), tuple(found.tolist()),
        STEADINESS, none, none, 0.0,
    )  # fmt: skip


def _collect(groups: Groups) -> tuple[Numbers, Numbers, Numbers]:
    """Return every clip beside every sound of its lesson, what it is, its weight."""
    numbers, targets, weights = [], [], []
    for group, lessons in groups.items():
        meant, others = MEANT_MORE.get(group, 1.0), OTHERS_MORE.get(group, 1.0)
        for lesson in lessons:
            for sound in range(lesson.numbers.shape[1]):
                is_it = lesson.truth == sound
                weight = _weigh(lesson, is_it) * np.where(is_it, meant, others)
                weight /= len(lessons)
                used = weight > 0
                numbers.append(lesson.numbers[used, sound])
                targets.append(is_it[used].astype(float))
                weights.append(weight[used])
    weight = np.concatenate(weights)
    return np.concatenate(numbers), np.concatenate(targets), weight / weight.sum()


def _weigh(lesson: Lesson, is_it: np.ndarray) -> Numbers:
    weights = np.zeros(len(lesson.kinds))
    other = (lesson.truth >= 0) & ~is_it
    shares = [(is_it & (lesson.kinds == k), WEIGHTS[k]) for k in MEANT]
    shares += [(lesson.kinds == k, w) for k, w in WEIGHTS.items() if k not in MEANT]
    for mask, share in [*shares, (other, OTHER_SOUND)]:
        weights[mask] = share / max(1, mask.sum())
    return weights


def _find_limit(
    model: DecisionModel, groups: Groups, kind: str, share: float, lead: float
) -> Limit:
    """Return the limit that lets a share of one kind of clip through on average.

    Of clips that mean an answer those count that are taken for the right one.
    """
    by_group = []
    for lessons in groups.values():
        scores = []
        for lesson in lessons:
            best, score, leads = judge(model, lesson)
            fits = (best == lesson.truth) | (lesson.truth < 0)
            taken = np.where(fits & (leads >= lead), score, -np.inf)
            scores.append(taken[lesson.kinds == kind])
        by_group.append(np.concatenate(scores))
    tried = np.linspace(-9, 9, 181)
    shares = [np.mean([(s >= t).mean() for s in by_group]) for t in tried]
    return Limit(float(tried[np.argmin(np.abs(np.array(shares) - share))]), lead)
