"""Answer a question from the knowledge articles."""

from collections.abc import Generator
from typing import Any

from agents.procedure import Case, Declined, Facts, Journey, Resolved, Step
from agents.troubleshooting.articles import find_article, is_about, quote_article
from agents.troubleshooting.diagnosis import refer_alarm
from agents.troubleshooting.guests import GUESTS, wants_guests_apart

OPEN_TO_STRANGERS = True


def answer_question(case: Case) -> Journey:
    """Answer a question from the knowledge articles, in their words.

    1. Search the articles for the question; in the middle of a journey, with what that is about. There "how long does
       that take?" means what is under way: an article that only has the same words is none.
    2. It tells to switch something off, and the customer has a medical alarm: a person takes over at once.
    3. Quote the article that fits best, and say so if it does not exist in the customer's language.
    4. Nothing found, or nothing that is about the question: say so honestly, and offer a person.
    """
    article = yield from _find(case)
    if article is None:
        return Declined("nothing_found")
    if article.get("interrupts") and case.customer_id:
        end = yield from refer_alarm(case)
        if end is not None:
            return end
    reply = "answer" if article["locale"] == case.locale else "answer_other_language"
    shown: Facts = {"title": article["title"], "text": quote_article(article["text"]), "language": article["locale"]}
    return Resolved(reply, **shown)


def _find(case: Case) -> Generator[Step, Any, Facts | None]:
    """The article about the question, and about the journey in the middle of which it was asked."""
    if wants_guests_apart(case.text):
        return (yield from find_article(case, GUESTS.get(case.locale, GUESTS["en"])))
    about = case.facts.get("about")
    for query in (f"{case.text} {about}", case.text) if about else (case.text,):
        article = yield from find_article(case, query)
        if article is not None and is_about(article, case.text, surely=bool(about)):
            return article
    return None
