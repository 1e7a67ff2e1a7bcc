"""Reads one customer message: wishes, answer, entities, language, mood and sensitive topics."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from domain.calls import Pending
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from domain.understanding import Act, Answer, Entity, Intent, Understanding
from understanding.acts.pausing import after_pause, opens_with_pause, pauses
from understanding.acts.plainness import only_plain
from understanding.acts.reading import EXAMPLES as ACTS
from understanding.acts.reading import ActReader, Doing
from understanding.acts.reading import Setting as Said
from understanding.acts.wishing import Hearing, find_wishing, names_thing, tells_of_calling, wavers
from understanding.dialogue.answers import Reply, beside_answer, read_answer
from understanding.dialogue.negation import ceases, meant_part, wanted_part
from understanding.dialogue.person import wants_person
from understanding.dialogue.puzzled import is_puzzled
from understanding.dialogue.sentiment import measure_sentiment
from understanding.dialogue.social import social_intent, without_good_morning, without_greeting, without_hours
from understanding.dialogue.stance import agrees_outright, conditions, doubts, keeps, postpones, stops
from understanding.dialogue.topics import find_topics
from understanding.entities.amounts import find_money
from understanding.entities.bare_figures import find_number, with_bare_sum
from understanding.entities.corrections import corrected, part_after_correction
from understanding.entities.dates import customer_today
from understanding.entities.duckling import duckling_available
from understanding.entities.identifiers import find_identifiers
from understanding.entities.moments import find_moments, without_since
from understanding.entities.naming import only_names
from understanding.entities.narrowing import narrows, whole_topic
from understanding.intents.artefacts import learn_or_load
from understanding.intents.classifier import Classifier
from understanding.intents.examples import Example, load_covers, load_examples, load_needs
from understanding.intents.models import ModelInForce
from understanding.intents.wishes import Setting, find_wishes, served
from understanding.language.detection import detect_language
from understanding.language.text import clean, fold
from understanding.leaving.hearing import LeavingReader, leaving_lessons
from understanding.semantics.heads import load_meaning
from understanding.semantics.sentences import open_sentence_model
from understanding.unwanted.hearing import UnwantedReader, lessons, silencing
from understanding.unwanted.rules import KEYWORD_CHANNELS, STOP_MESSAGES, Unwanted

MANNERS = ("greeting", "thanks", "goodbye")
"""Acts that are intents of their own."""
_MANNERS_FROM = {"goodbye": 0.8}
_MANNERS_ELSE = 0.6
"""How sure an act of manners must be to be all that a message says; a goodbye ends the conversation."""
_OVER_OWN_WORDS = 0.8
"""How sure an act must be where a company taught its own words, which our sentences do not know."""
TURNING: frozenset[Act] = frozenset({"refusal", "change_of_mind"})
_TURNS_FROM, _TURNS_AFTER_YES = 0.5, 0.7
"""How sure a refusal or a change of mind must be to be a no to what is pending where no rule heard one."""
_SURE = 0.85
"""How sure a wish must be that is only named in a refusal, to be asked about."""
_MEANT = 0.7
"""How sure another wish must be, for words that may want no messages to be taken for that wish."""
_BY_RULE = 0.97
"""How sure it is that messages are not wanted where words say so, and that a lone order number asks for its order."""
TRACK_ORDER = "scheduling.track_order"
"""The intent of somebody who asks where an order is."""
_MEANING_OF_WISHES, _MEANING_OF_ACTS, _MEANING_OF_SILENCE = (0.6, 1.25), (0.6,), (0.4,)
"""How much what a sentence means weighs beside its words, and how sharp both together are (docs/understanding.md)."""
_ASKED_ABOUT = 0.5
"""What a wish that is only named in a refusal gets: enough to ask, too little to begin."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What is known around a message: the customer's time zone and currency, and what was said and done just before.

    `said` is what the assistant's last words ask for, `asks` the kinds of answer; `channel` is where it came from.
    """

    timezone: str = "UTC"
    currency: str = field(kw_only=True)
    recent: tuple[str, ...] = ()
    current_procedure: str = ""
    said: Said = "nothing"
    channel: str = "chat"
    asks: tuple[str, ...] = ()


class Reader:
    """Understands messages by rules and a classifier: no network, the same words read the same way by the same model.

    `setting` holds what the examples files say of their intents. `desks` gives the model of the company's own
    that is in force now, None where there is none.
    """

    def __init__(
        self,
        classifier: Classifier,
        setting: Setting,
        desks: Callable[[], Classifier | None] = lambda: None,
        *,
        acts: ActReader,
        unwanted: UnwantedReader,
        leaving: LeavingReader,
    ) -> None:
        self._classifier = classifier
        self._acts = acts
        self._hearing = unwanted
        self.leaving = leaving
        self._setting = setting
        self._desks = desks

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that this reader knows."""
        return self._classifier.intents

    def read(
        self, text: str, *, locale: str, pending: Pending | None, now: datetime, context: ReadContext
    ) -> Understanding:
        """Understand one message. Any text is readable; what says nothing gives no intents and the answer `other`.

        A plain answer holds no intents either, nor does a message that only names things (a day, a reference) while
        something is pending or under way. What wants no messages is heard by itself: it answers nothing that was
        asked, and what else the message says is read without it.
        """
        shown = clean(text)
        rest = without_hours(shown)
        if rest != shown:
            found = self.read(rest, locale=detect_language(shown, locale), pending=pending, now=now, context=context)
            answer = "no" if found.answer == "no" else "other"  # who asks something has not agreed yet
            return replace(found, text=shown, answer=answer, asks_hours=True)
        unwanted = self._unwanted(shown, pending, context)
        if unwanted is None or not unwanted.sure:
            found = self._without_silence(self._read(shown, locale, pending, now, context))
            if unwanted is not None and unwanted.alone:
                return replace(found, intents=(Intent(STOP_MESSAGES, _BY_RULE),))
            asked = unwanted is not None and (unwanted.keyword or not _means_another(found))
            return replace(found, intents=(Intent(STOP_MESSAGES, _ASKED_ABOUT),)) if asked else found
        if unwanted.keyword:
            return self._obeyed(shown, locale, pending, now, context)
        silence = self._silence(shown, context)
        found = self._read(unwanted.rest, detect_language(shown, locale), pending, now, context)
        return replace(
            found,
            text=shown,
            intents=(silence, *(each for each in found.intents if each.name != silence.name)),
            sentiment=measure_sentiment(shown, context.recent),
            topics=find_topics(shown),
            unwanted="also" if unwanted.rest else "only",
        )

    def _obeyed(
        self, shown: str, locale: str, pending: Pending | None, now: datetime, context: ReadContext
    ) -> Understanding:
        """A carrier's keyword: obeyed, and a no to what is pending as well. Its capitals are no anger."""
        answer, unwanted = ("other", "only") if pending is None else ("no", "also")
        return replace(
            self._read("", detect_language(shown, locale), pending, now, context),
            text=shown,
            intents=(Intent(STOP_MESSAGES, _BY_RULE),),
            answer=answer,
            changes_mind=pending is not None,
            unwanted=unwanted,
        )

    def _silence(self, shown: str, context: ReadContext) -> Intent:
        """What stops messages: the intent that these words mean most of all, where that is one that does."""
        meant = find_wishes(self._classifier, shown, self._setting_of(person=False, context=context))
        named = next((each.name for each in meant if self._hearing.silences(each.name)), STOP_MESSAGES)
        return Intent(named, _BY_RULE)

    def _without_silence(self, found: Understanding) -> Understanding:
        """Without intents that stop messages: the likeness of words takes a wish for a reminder for its opposite."""
        return replace(found, intents=tuple(each for each in found.intents if not self._hearing.silences(each.name)))

    def _unwanted(self, shown: str, pending: Pending | None, context: ReadContext) -> Unwanted | None:
        """What wants no messages; a single word that may mean something else only answers where something was asked."""
        found = self._hearing.hear(shown, context.channel) if STOP_MESSAGES in self.intents else None
        if found is None or found.sure:
            return found
        answers = pending is not None or context.current_procedure or read_answer(shown, None, ()).answer == "yes"
        return None if answers or social_intent(shown) else found

    def _read(
        self, shown: str, locale: str, pending: Pending | None, now: datetime, context: ReadContext
    ) -> Understanding:
        detected = detect_language(shown, locale)
        entities = with_bare_sum(_find_entities(shown, detected, now, context), shown, pending)
        reply = read_answer(shown, pending, entities)
        person, puzzled = wants_person(shown), is_puzzled(shown)
        expected = pending is not None or bool(context.current_procedure)
        if expected and pending is None and reply.answer == "other" and keeps(fold(shown)):
            return self._kept(shown, detected, context)
        wish = beside_answer(reply, shown, pending)
        wish, refused = _wanted(wish, shown)
        narrowed = bool(refused) and narrows(shown, _find_entities(wish, detected, now, context))
        spoken = context.said != "nothing" and not (names_thing(shown) or wavers(shown))
        at_a_loss = doubts(fold(shown)) and (expected or spoken)
        unsure = postpones(fold(shown)) or (reply.answer == "other" and at_a_loss)
        silent = (puzzled and expected) or unsure
        wish = "" if silent or (reply.changes_mind and stops(fold(shown)) and " " in shown) else wish
        entities = _find_entities(wish, detected, now, context) or entities if refused and wish else entities
        wish, refused = (whole_topic(shown), "") if narrowed else (wish, refused)
        found = Understanding(
            text=shown,
            locale=detected,
            entities=entities,
            answer=_answered(reply, refused, wish, narrowed),
            wants_person=person,
            changes_mind=reply.changes_mind or (reply.leaves_it and expected),
            sentiment=0.0 if _only_signs(shown, expected, reply) else measure_sentiment(shown, context.recent),
            topics=find_topics(shown),
            puzzled=puzzled,
            refused=refused,
            beside=reply.rest if reply.answer == "yes" else "",
            remark=reply.remark,
            legible=not any(map(str.isalpha, shown)) or detected not in LOCALES or self._knows(shown, entities),
        )
        doing = self._acts.read(replace(found, text=after_pause(without_greeting(shown))), context.said)
        wish, doing = ("", Doing("hold", 1.0)) if pauses(found, asked=expected) else (wish, doing)
        if doing.act == "hold" and (found.changes_mind or found.answer == "no") and not opens_with_pause(shown):
            doing = Doing("refusal", doing.confidence)  # "stop": what could be a no is one
        if pending is not None and _turns_down(found, doing):
            return replace(found, answer="no", act=doing.act, act_confidence=doing.confidence)
        wish, doubtful = (wish, False) if narrowed else self._asked_for(wish, found, doing, context)
        intents = () if expected or not wish else self._lone_order(shown, entities)
        setting = replace(self._setting_of(person, context), named=entities)
        intents = intents or self._wishes(wish, entities if expected else (), setting, detected)
        intents = tuple(_to_be_asked(each) for each in intents if each.confidence >= _SURE) if doubtful else intents
        mannered = doing.act in MANNERS and doing.confidence >= _MANNERS_FROM.get(doing.act, _MANNERS_ELSE)
        if not intents and mannered and not (expected and entities):
            intents = (Intent(doing.act, doing.confidence),)
        return replace(found, intents=intents, act=doing.act, act_confidence=doing.confidence)

    def _kept(self, shown: str, locale: str, context: ReadContext) -> Understanding:
        """A message that wants things left as they are, where a question was put: a no to it all, and nothing else."""
        mood = measure_sentiment(shown, context.recent)
        found = Understanding(shown, locale, answer="no", changes_mind=True, sentiment=mood)
        return replace(found, act="change_of_mind", act_confidence=1.0)

    def _asked_for(self, wish: str, found: Understanding, doing: Doing, context: ReadContext) -> tuple[str, bool]:
        """The words in which a wish is looked for, by what each sentence does; and whether it has to be asked about.

        Not wanting a service or messages any more is a wish, as is STOP where it is a keyword.
        """
        keyword = context.channel in KEYWORD_CHANNELS and " " not in found.text
        taught = self._desks() is not None and doing.confidence < _OVER_OWN_WORDS
        if not wish.strip() or found.wants_person or ceases(wish) or keyword or taught:
            return wish, False

        def read_sentence(sentence: str) -> Doing:
            return self._acts.read(
                Understanding(sentence, found.locale, answer=read_answer(sentence, None, ()).answer), context.said
            )

        hearing = Hearing(read_sentence, partial(served, self._classifier))
        wishing = find_wishing(wish, found.text, doing, hearing, context.said)
        return wishing.text, wishing.doubtful

    def _lone_order(self, shown: str, entities: tuple[Entity, ...]) -> tuple[Intent, ...]:
        """An order's number and nothing else, where nothing is under way, asks where that order is."""
        orders = [each for each in entities if each.kind == "reference" and each.value.startswith("O-")]
        asks = TRACK_ORDER in self.intents and len(orders) == len(entities) == 1 and only_names(shown, entities)
        return (Intent(TRACK_ORDER, _BY_RULE),) if asks else ()

    def read_together(self, before: str, heard: Understanding, now: datetime, context: ReadContext) -> Understanding:
        """A message with what it means as the rest of what was said before, and what was named there."""
        whole = f"{before.rstrip(' .,;:!?…')} {heard.text}"
        joined = find_wishes(self._classifier, whole, replace(self._setting, desks=self._desks()))[0]
        named = _find_entities(before, heard.locale, now, context)
        return replace(heard, joined=joined, named_before=named)

    def with_desks(self, desks: Callable[[], Classifier | None]) -> "Reader":
        """The same reader with another source of what was learnt from the house's own labelled messages."""
        reader = copy(self)
        reader._desks = desks
        return reader

    def _knows(self, shown: str, entities: tuple[Entity, ...]) -> bool:
        return bool(entities) or self._classifier.knows(shown)

    def _setting_of(self, person: bool, context: ReadContext) -> Setting:
        return replace(self._setting, person=person, current=context.current_procedure, desks=self._desks())

    def _wishes(self, wish: str, entities: tuple[Entity, ...], setting: Setting, locale: str) -> tuple[Intent, ...]:
        if not setting.person and (locale not in LOCALES or _says_no_wish(wish, entities)):
            return ()
        return only_plain(find_wishes(self._classifier, wish, setting), wish, setting.needs)


def build_reader(
    examples_dirs: Iterable[Path], cache_folder: Path, progress: Callable[[str], None] = lambda _: None
) -> Reader:
    """Make a reader that learnt from the example files below these folders.

    The learnt artefact is kept in `cache_folder` under the digest of the examples: only the first start with new
    examples learns (seconds, in a process of its own). A model in force there (see `training`) is used
    besides, and one that comes into force while the program runs.

    Raises:
        Misconfigured: an example file is malformed, there are no examples, or learning failed.
    """
    folders = tuple(examples_dirs)
    examples = load_examples(folders)
    if not examples:
        raise Misconfigured("no examples to learn the understanding from")
    cache_folder.mkdir(parents=True, exist_ok=True)
    if not duckling_available():
        progress("Duckling has no wheel for this platform: days are read by the project's own grammar alone")
    if open_sentence_model() is None:
        progress("the sentence model is not installed: customers are understood by their words alone")

    def learn(name: str, learnt: tuple[Example, ...], weighing: tuple[float, ...] = ()) -> Classifier:
        meaning = load_meaning(name, *weighing) if weighing else None
        return Classifier(learn_or_load(learnt, name, cache_folder, progress), meaning)

    acts = load_examples([ACTS])
    reader = Reader(
        learn("understanding", examples, _MEANING_OF_WISHES),
        Setting(covers=load_covers(folders), needs=load_needs(folders)),
        ModelInForce(cache_folder),
        acts=ActReader(learn("acts", acts, _MEANING_OF_ACTS)),
        unwanted=UnwantedReader(learn("unwanted", lessons(examples), _MEANING_OF_SILENCE), silencing(examples)),
        leaving=LeavingReader(learn("leaving", leaving_lessons((*examples, *acts)))),
    )
    _warm(reader)
    return reader


def _warm(reader: Reader) -> None:
    """Read once, so that the first customer does not wait for patterns to be compiled."""
    moment, context = datetime(2000, 1, 1, tzinfo=UTC), ReadContext(currency="XXX")
    reader.read("Could you move it to Tuesday at 3 pm?", locale="en", pending=None, now=moment, context=context)


def _means_another(found: Understanding) -> bool:
    """Whether a message surely means something else, or stops what is under way."""
    return (
        found.wants_person
        or found.changes_mind
        or (found.act == "frustration" and tells_of_calling(found.text))
        or any("." in each.name and each.confidence >= _MEANT for each in found.intents)
    )


def _only_signs(shown: str, expected: bool, reply: Reply) -> bool:
    """Whether signs alone answer what was asked: a thumb down is a no then, and no mood."""
    return expected and reply.answer != "other" and not any(map(str.isalnum, shown))


def _answered(reply: Reply, refused: str, wish: str, narrowed: bool) -> Answer:
    """The answer of a message: refusing only how much of something is none, refusing all that it names is a no."""
    if narrowed:
        return "other"
    return "no" if refused and not wish and reply.answer == "other" else reply.answer


def _turns_down(found: Understanding, doing: Doing) -> bool:
    """Whether a message is a no to what is pending by what it does, although no rule heard one.

    A doubt is none. What begins with an outright yes has to be a surer no: else it is asked about again.
    """
    folded = fold(found.text)
    enough = _TURNS_AFTER_YES if agrees_outright(folded) else _TURNS_FROM
    if found.answer != "other" or found.puzzled or doing.act not in TURNING or doing.confidence < enough:
        return False
    return not (doubts(folded) or postpones(folded) or conditions(folded))


def _to_be_asked(intent: Intent) -> Intent:
    return replace(intent, confidence=min(intent.confidence, _ASKED_ABOUT)) if "." in intent.name else intent


def _wanted(wish: str, shown: str) -> tuple[str, str]:
    """The part of a wish that is wanted, and the whole message where another part of it is refused."""
    meant = meant_part(wish)
    wanted = wanted_part(meant)
    return (meant, "") if wanted == meant else (wanted, shown)


def _says_no_wish(wish: str, entities: tuple[Entity, ...]) -> bool:
    return only_names(wish, entities) and not social_intent(wish)


def _find_entities(shown: str, locale: str, now: datetime, context: ReadContext) -> tuple[Entity, ...]:
    """What a message names; of what it corrects, only the correction."""
    named, again = _named(shown, locale, now, context), part_after_correction(shown)
    return corrected(named, _named(again, locale, now, context)) if again.strip() else named


def _named(shown: str, locale: str, now: datetime, context: ReadContext) -> tuple[Entity, ...]:
    shown = without_good_morning(shown)
    return (
        *find_moments(without_since(shown), customer_today(now, context.timezone, locale, context.currency)),
        *find_money(shown, context.currency),
        *find_identifiers(shown, context.currency),
        *(find_number(shown, locale) if "number" in context.asks else ()),
    )
