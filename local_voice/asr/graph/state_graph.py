"""The graph of one state: what may be said, in which order, and what it costs.

Costs are natural logarithms and are added. All of them stand here. They were chosen on
people set apart for tuning; costs buy next to nothing beside the network itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local_voice.asr.graph.builder import Graph, GraphBuilder
from local_voice.asr.graph.locale_data import ALL_OTHERS, LocaleData
from local_voice.asr.graph.network_units import NetworkUnits
from local_voice.asr.graph.phrases import Lengths, PhraseList, get_opposites
from local_voice.asr.graph.pronunciation import Pronunciations
from local_voice.asr.graph.word_tree import Sounds
from local_voice.asr.interfaces import MORE, OPPOSITE, UNKNOWN

YES, NO = "yes", "no"
MOST_AGAIN = 3
"""Words of an answer that may follow the same answer: "yes, I do"."""


@dataclass(frozen=True)
class Costs:
    """What each way through a graph costs beside its sounds."""

    phrase: float = 3.7
    """Of a phrase, a decoy, a number: half of what some 800 equal ones would cost."""
    often: float = 2.7
    """A missed one costs a question more."""
    at_once: float = 1.7
    half: float = 5.7
    """Dear, so that the opposite is recognised, or nothing."""
    opposite: float = 2.2
    """Cheaper than the phrase by 1.5: said by four voices, a phrase was never within 5
    of its opposite, and an opposite three times within 1.5 of its phrase."""
    unknown: float = 4.7
    """Of beginning an unknown word: dearer than a phrase that is said well."""
    sound: float = 1.0
    """Of each sound in it: less loses soft answers, more takes words for answers."""
    filler: float = 2.0
    beside_filler: float = 1.7
    """Of a plain answer there: a "no" sounds as "know" does, which is an opposite."""
    lead: float = 1.0
    """Of a word before a number: for, about, over."""
    joiner: float = 1.0
    no_joiner: float = 0.5
    correction: float = 1.6
    """Of "wait" and the like between a no and a yes: cheaper than unknown sound behind
    an answer, which any word fits."""
    more_behind: float = 3.6
    more_before: float = 4.7
    unknown_behind: float = 4.6
    """1.0 dearer than more_behind: equal ones tie, and more is reported less."""


COSTS = Costs()


def get_phrase_cost(phrase: str, data: LocaleData, costs: Costs = COSTS) -> float:
    """Return what a phrase costs by itself."""
    if phrase in data.at_once:
        return costs.at_once
    if phrase in data.often:
        return costs.often
    return costs.half if phrase in data.half else costs.phrase


@dataclass(frozen=True)
class _StateGraph:
    """The parts that every step needs."""

    net: GraphBuilder
    phrases: PhraseList
    data: LocaleData
    pronunciations: Pronunciations
    costs: Costs

    def add(
        self, start: int, end: int, phrase: str, cost: float, label: str | None = None
    ) -> None:
        word = phrase.replace(" ", "_") if label is None else label
        variants = self.pronunciations.get_variants(phrase)
        self.net.add_word(start, end, word, variants, cost)

    def add_phrase(self, start: int, end: int, phrase: str) -> None:
        self.add(start, end, phrase, get_phrase_cost(phrase, self.data, self.costs))

    def add_unknown(self, start: int, end: int, word: str, cost: float) -> None:
        """Add the loop of sounds, never those that only plain answers have.

        Where the network hears those, it is a yes or a no.
        """
        tables = self.pronunciations
        common = _get_sounds(tables.dictionary.values())
        bare = _get_sounds(v for w, v in tables.own.items() if w in self.data.bare)
        sounds = [u for u in self.net.units.names if u in common or u not in bare]
        self.net.add_unknown(start, end, word, sounds, cost, self.costs.sound)


def build_state_graph(
    phrases: PhraseList,
    data: LocaleData,
    pronunciations: Pronunciations,
    units: NetworkUnits,
    costs: Costs = COSTS,
) -> Graph:
    """Return the graph of one state; its phrases have been checked.

    Raises PronunciationError for a phrase, decoy or filler without sounds.
    """
    beside = (*phrases.fillers, *phrases.joiners, *phrases.corrections)
    every = (*phrases.meanings, *beside, *phrases.decoys)
    pronunciations.add_guesses((*every, *data.skip, *_get_length_words(phrases, data)))
    net = GraphBuilder(units)
    graph = _StateGraph(net, phrases, data, pronunciations, costs)
    start, end, lead = net.add_hub(0.0), net.add_hub(0.0), net.add_hub()
    answered = {answer: net.add_hub(0.0) for answer in (YES, NO)}
    bare = {answer: net.add_hub(0.0) for answer in (YES, NO)}
    net.add_empty(start, lead)
    for answer in (YES, NO):
        net.add_empty(bare[answer], answered[answer])
    # Statements stand alone or behind an answer: one tree for both.
    statement, behind = net.add_hub(), net.add_state()
    net.add_empty(behind, statement)
    if phrases.statements:
        net.add_empty(lead, statement)
    for phrase in _get_distinct(phrases, pronunciations):
        if phrase in phrases.statements:
            graph.add_phrase(statement, end, phrase)
            continue
        given = phrases.answers.get(phrase, "")
        hubs = bare if phrase in data.bare else answered
        # Behind "not really" or "never" the dialogue takes nothing.
        goes_on = given == YES or phrase.split()[0] in data.bare
        graph.add_phrase(lead, hubs.get(given, end) if goes_on else end, phrase)
    _add_fillers(graph, lead, bare, (end, *answered.values()))
    if phrases.lengths:
        length = net.add_hub()
        net.add_empty(behind, length)
        if phrases.lone_lengths:
            net.add_empty(lead, length)
        _add_lengths(graph, phrases.lengths, length, end)
    if phrases.answers:
        _add_joins(graph, answered, behind, end)
        _add_corrections(graph, bare[NO], answered[YES])
    _add_refusals(graph, start, end)
    _add_more(graph, start, end, bare, answered)
    return net.build()


def _get_distinct(phrases: PhraseList, pronunciations: Pronunciations) -> Iterator[str]:
    """Yield the phrases that are said in a way that none before them is."""
    said: set[Sounds] = set()
    for phrase in phrases.meanings:
        variants = pronunciations.get_variants(phrase)
        if not said.issuperset(variants):
            yield phrase
        said.update(variants)


def _get_sounds(found: Iterable[tuple[Sounds, ...]]) -> set[str]:
    return {unit for variants in found for sounds in variants for unit in sounds}


def _get_numbers(graph: _StateGraph) -> Iterable[str]:
    """Return the numbers that are no length alone, and are heard so as to be refused.

    Those of the lengths and their rivals; "an" and the like are none.
    """
    lengths, counted = graph.phrases.lengths, graph.data.counted
    numbers = (*lengths.numbers, *graph.data.rivals) if lengths else ()
    return (word for word in numbers if word not in counted)


def _get_length_words(phrases: PhraseList, data: LocaleData) -> Iterable[str]:
    found = phrases.lengths
    if found is None:
        return ()
    leads = found.before, found.bounds, found.closed
    groups = *leads, found.numbers, found.fixed, found.behind
    return (*(w for group in groups for w in group), *data.rivals, *found.units)


def _add_fillers(
    graph: _StateGraph, lead: int, bare: dict[str, int], hubs: tuple[int, ...]
) -> None:
    """Let fillers stand before and behind; alone, one is a word that means nothing."""
    net, costs = graph.net, graph.costs
    behind, last, alone = net.add_state(), net.add_hub(0.0), net.add_hub(0.0)
    led, followed = net.add_hub(), net.add_hub()
    net.add_empty(led, lead)
    for answer, hub in bare.items():
        _add_common_sounds(graph, led, hub, answer)
        _add_common_sounds(graph, lead, followed, answer)
    for hub in hubs:
        net.add_empty(hub, behind)
    for word in graph.data.skip:
        label = None if word in graph.phrases.fillers else ""
        graph.add(lead, led, word, costs.filler, label)
        graph.add(behind, last, word, costs.filler, label)
        graph.add(last, last, word, costs.filler, label)
        graph.add(followed, last, word, costs.filler, label)
        if word not in graph.phrases.meanings:
            graph.add(lead, alone, word, costs.phrase, None)


def _add_common_sounds(graph: _StateGraph, start: int, end: int, answer: str) -> None:
    """Let a plain answer beside a filler be said with the sounds of all words.

    There the network seldom hears those that are of the answer alone: "um no".
    """
    for phrase, given in graph.phrases.answers.items():
        own = graph.pronunciations.get_variants(phrase)
        common = {tuple(unit.partition("_")[0] for unit in sounds) for sounds in own}
        if given == answer and phrase in graph.data.bare and not common <= {*own}:
            word, cost = phrase.replace(" ", "_"), graph.costs.beside_filler
            graph.net.add_word(start, end, word, sorted(common), cost)


def _add_lengths(graph: _StateGraph, lengths: Lengths, start: int, end: int) -> None:
    """Add number and unit as words of their own, with all numbers as rivals."""
    net, costs = graph.net, graph.costs
    led, led_to_end, said = net.add_hub(), net.add_hub(), net.add_hub(0.0)
    for word in (*lengths.before, *lengths.bounds):
        graph.add(start, led, word, costs.lead)
    for word in lengths.closed:
        graph.add(start, led_to_end, word, costs.lead)
    for phrase in lengths.fixed:
        graph.add(start, end, phrase, costs.phrase)
    _add_counted(graph, lengths, (start, led), said)
    _add_counted(graph, lengths, (led_to_end,), end)
    for word in lengths.behind:
        graph.add(said, end, word, 0.0)
    net.add_empty(said, end)


def _add_counted(
    graph: _StateGraph, lengths: Lengths, starts: tuple[int, ...], said: int
) -> None:
    """Lead from each of `starts` by a number and its unit to the hub `said`."""
    net, costs, counted = graph.net, graph.costs, graph.data.counted
    number = net.add_state()
    for hub in starts:
        net.add_empty(hub, number)
    hubs: dict[tuple[str, ...], int] = {}
    for word in (*lengths.numbers, *graph.data.rivals):
        units = counted.get(word) or counted.get(ALL_OTHERS, tuple(lengths.units))
        if units not in hubs:
            hubs[units] = net.add_hub()
            for unit in units:
                if unit in lengths.units:
                    graph.add(hubs[units], said, unit, 0.0)
        graph.add(number, hubs[units], word, costs.phrase)


def _add_joins(
    graph: _StateGraph, answered: dict[str, int], behind: int, end: int
) -> None:
    """Let an answer be followed by a statement, a length, or the same answer again."""
    net, costs, phrases = graph.net, graph.costs, graph.phrases
    for answer, hub in answered.items():
        for word in phrases.joiners:
            graph.add(hub, behind, word, costs.joiner)
        net.add_empty(hub, behind, costs.no_joiner)
        again = net.add_state()
        net.add_empty(hub, again, costs.no_joiner)
        for phrase, given in phrases.answers.items():
            if given == answer and phrase.count(" ") < MOST_AGAIN:
                graph.add_phrase(again, end, phrase)


def _add_corrections(graph: _StateGraph, no: int, answered: int) -> None:
    """Let a plain no be taken back for a yes: "no, wait, yes".

    Only this way round: there a wrong yes asks for more care, not for less. A yes that
    is taken back is reported as more.
    """
    phrases, corrected = graph.phrases, graph.net.add_hub()
    for word in phrases.corrections:
        graph.add(no, corrected, word, graph.costs.correction)
    for phrase, given in phrases.answers.items():
        if given == YES and phrase in graph.data.bare:
            graph.add_phrase(corrected, answered, phrase)


def _add_refusals(graph: _StateGraph, start: int, end: int) -> None:
    """Let decoys, opposites and unknown words be heard as what they are."""
    known = {*graph.phrases.meanings, *graph.phrases.fillers, *graph.data.skip}
    taken = {
        sounds
        for phrase in graph.phrases.meanings
        for sounds in graph.pronunciations.get_variants(phrase)
    }
    for decoy in dict.fromkeys((*graph.phrases.decoys, *_get_numbers(graph))):
        variants = graph.pronunciations.get_variants(decoy)
        if decoy not in known and taken.isdisjoint(variants):
            graph.add(start, end, decoy, graph.costs.phrase)
    for opposite in get_opposites(graph.phrases, graph.data):
        variants = graph.pronunciations.get_variants(opposite)
        if taken.isdisjoint(variants):
            graph.add(start, end, opposite, graph.costs.opposite, OPPOSITE)
    graph.add_unknown(start, end, UNKNOWN, graph.costs.unknown)


def _add_more(
    graph: _StateGraph,
    start: int,
    end: int,
    bare: dict[str, int],
    answered: dict[str, int],
) -> None:
    """Report talk beside a plain answer as more, and behind all else as unknown.

    Without it "yes I mean no" was forced into one bare answer 11 times of 22.
    """
    net, costs = graph.net, graph.costs
    last = net.add_hub(0.0)
    for hub in (end, *answered.values()):
        graph.add_unknown(hub, last, UNKNOWN, costs.unknown_behind)
    if not graph.phrases.answers:
        return
    behind = net.add_hub(0.0)
    for hub in bare.values():
        graph.add_unknown(hub, behind, MORE, costs.more_behind)
    before = net.add_hub()
    graph.add_unknown(start, before, MORE, costs.more_before)
    for phrase, given in graph.phrases.answers.items():
        if phrase in graph.data.bare:
            graph.add_phrase(before, answered[given], phrase)
            # "Yes, I mean no": both are told, and the dialogue takes neither.
            graph.add_phrase(behind, last, phrase)
