"""A loss by the decision: what was said against what would be taken for it.

CTC asks that what was said be likely. What runs compares: a phrase against other
phrases and against a loop of unknown sounds. A network that is unsure of every sound
lets one short phrase cost less than the many sounds of a sentence. Here the scores of
the graph that runs are compared, as in boosted maximum mutual information (Povey and
others, "Boosted MMI for model and feature-space discriminative training", 2008), with
the best rival alone in place of all of them.

Scores are natural logarithms of probabilities of best paths, less the graph's costs.
Arrays: B examples, T outputs of the network, P phrases, M units of a phrase.
"""

import jax
import jax.numpy as jnp

from acoustic_model.data.pronunciation import PHONES
from acoustic_model.training.rivals import TALK, UNUSED, Comparison
from local_voice.asr.graph.state_graph import COSTS

Array = jax.Array
Two, Three = tuple[Array, Array], tuple[Array, Array, Array]
BLANK, FIRST_COMMON = 0, 1
FIRST_OWN = FIRST_COMMON + len(PHONES)
"""Behind the common sounds are those of a plain yes or no alone."""
NEVER = -1e30
MARGIN_OF_PHRASES, MARGIN_OF_ANSWERS, MARGIN_OF_TALK = 2.0, 4.0, 4.0
"""By so much what was said should win: a plain yes or no, which has units of its own,
by more, and talk, since a wrong answer is worse than a missed one. What else was tried:
decision 26."""
HOPELESS = 12.0
"""What loses by more is not heard by anybody, and nothing is learnt from it."""


def score_phrases(found: Array, unheard: Array, units: Array, lengths: Array) -> Array:
    """Return the log probability (B, P) of the best path of each phrase.

    `found` are log probabilities (B, T, units), `unheard` is 1 (B, T) behind the end,
    `units` are (B or 1, P, M) and `lengths` (B or 1, P).
    """
    examples, (_, phrases, most) = found.shape[0], units.shape
    units = jnp.broadcast_to(units, (examples, phrases, most))
    lengths = jnp.broadcast_to(lengths, (examples, phrases))
    flat = units.reshape(examples, -1)
    never = jnp.full((examples, phrases, 1), NEVER)
    # Two equal units need a blank between them.
    previous = jnp.pad(units, ((0, 0), (0, 0), (1, 0)))[..., :-1]

    def step(state: Two, seen: Two) -> tuple[Two, None]:
        spoken, blank = state
        likely, over = seen
        heard = jnp.take_along_axis(likely, flat, axis=1).reshape(units.shape)
        before = jnp.concatenate([never, spoken], axis=-1)
        at_once = jnp.where(units == previous, NEVER, before[..., :-1])
        entered = jnp.maximum(blank[..., :-1], at_once)
        now = heard + jnp.maximum(spoken, entered)
        quiet = likely[:, BLANK, None, None] + jnp.maximum(blank, before)
        over = over[:, None, None] > 0
        return (jnp.where(over, spoken, now), jnp.where(over, blank, quiet)), None

    start = (
        jnp.full(units.shape, NEVER),
        jnp.concatenate([jnp.zeros_like(never), jnp.full(units.shape, NEVER)], axis=-1),
    )
    steps = jnp.swapaxes(found, 0, 1), unheard.T
    (spoken, blank), _ = jax.lax.scan(step, start, steps)
    last = lengths[..., None]
    ended = jnp.take_along_axis(spoken, last - 1, axis=-1)
    return jnp.maximum(ended, jnp.take_along_axis(blank, last, axis=-1))[..., 0]


def score_unknown(found: Array, unheard: Array) -> Array:
    """Return the score (B) of the loop of unknown sounds, or of silence if greater."""
    common = found[..., FIRST_COMMON:FIRST_OWN]
    examples = found.shape[0]

    def step(state: Three, seen: Three) -> tuple[Three, None]:
        spoken, between, silent = state
        likely, blank, over = seen
        ended = jnp.maximum(between, spoken.max(axis=-1))
        entered = jnp.maximum(ended, silent - COSTS.unknown) - COSTS.sound
        now = likely + jnp.maximum(spoken, entered[:, None])
        over = over > 0
        return (
            jnp.where(over[:, None], spoken, now),
            jnp.where(over, between, ended + blank),
            jnp.where(over, silent, silent + blank),
        ), None

    never = jnp.full(examples, NEVER)
    start = jnp.full((examples, len(PHONES)), NEVER), never, jnp.zeros(examples)
    by_time = jnp.swapaxes(common, 0, 1), found[..., BLANK].T, unheard.T
    (spoken, between, silent), _ = jax.lax.scan(step, start, by_time)
    return jnp.maximum(silent, jnp.maximum(between, spoken.max(axis=-1)))


def compute_loss(found: Array, said: Three, compared: Comparison) -> Array:
    """Return the mean loss of a batch.

    `said` are `unheard` (B, T), the units (B, M) and `unsaid`, 1 where they are filled
    up; M is at least that of the phrases.
    """
    (unheard, units, unsaid), labels = said, compared.labels
    refused = score_unknown(found, unheard)
    best = _find_best_rival(found, unheard, compared)
    wrong, cost = compared.units[best], compared.costs[best]
    wrong = jnp.pad(wrong, ((0, 0), (0, units.shape[1] - wrong.shape[1])))
    lengths = jnp.maximum(jnp.sum(1 - unsaid, axis=1).astype(jnp.int32), 1)
    pairs = jnp.stack([units, wrong], axis=1)
    both = jnp.stack([lengths, compared.lengths[best]], axis=1)
    scores = score_phrases(found, unheard, pairs, both)
    taken = scores[:, 1] - cost
    is_talk = labels == TALK
    right = jnp.where(is_talk, refused, scores[:, 0] - compared.own_costs)
    rival = jnp.where(is_talk, taken, jnp.maximum(taken, refused))
    is_answer = units[:, 0] >= FIRST_OWN
    margin = jnp.where(is_answer, MARGIN_OF_ANSWERS, MARGIN_OF_PHRASES)
    margin = jnp.where(is_talk, MARGIN_OF_TALK, margin)
    lost = jnp.minimum(rival - right + margin, HOPELESS)
    return jnp.mean(jnp.where(labels == UNUSED, 0.0, jax.nn.softplus(lost)))


def _find_best_rival(found: Array, unheard: Array, compared: Comparison) -> Array:
    """Return the row (B) of the best phrase of another meaning."""
    still = jax.lax.stop_gradient(found)
    phrases = compared.units[None], compared.lengths[None]
    scores = score_phrases(still, unheard, *phrases) - compared.costs
    same = compared.labels[:, None] == compared.meanings
    return jnp.argmax(jnp.where(same, 2 * NEVER, scores), axis=1)
