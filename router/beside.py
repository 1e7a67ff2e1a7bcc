"""What is said beside what a message wishes: a word of sympathy first, and the opening hours to who asks for them."""

from dataclasses import replace

from domain.understanding import Understanding
from router.casework import RESPOND, put_once_more
from router.feelings import SORE
from router.memory.state import TurnState, Wish
from router.services import Services
from understanding.dialogue.hardship import tells_hardship
from understanding.unwanted.rules import STOP_MESSAGES


def feel_with(turn: TurnState, heard: Understanding, wishes: tuple[Wish, ...], *, mind: bool = True) -> TurnState:
    """The turn with a word about what a customer told of themselves, where they did; and about annoyance, if `mind`."""
    if turn.sayings or any(wish.intent == STOP_MESSAGES for wish in wishes):
        return turn
    if tells_hardship(heard.text):
        return turn.say("sorry_to_hear")
    return turn.say("see_annoyed") if mind and heard.sentiment <= SORE else turn


def tell_hours(turn: TurnState, heard: Understanding, services: Services) -> tuple[TurnState, str]:
    """The turn with the opening hours told to who asks for them, and who goes on; nobody where more was said."""
    if not heard.asks_hours:
        return turn, ""
    turn = turn.say("opening_hours", "", **services.waiting.opening_hours(turn.tenant, turn.now))
    more = heard.wants_person or heard.answer == "no" or any("." in each.name for each in heard.intents)
    case = turn.memory.current
    if more:
        return turn, ""
    if case is None or case.pending is not None or not case.asked:
        return put_once_more(turn), RESPOND
    return turn.remember(turn.memory.with_current(replace(case, asked=0))), case.specialist
