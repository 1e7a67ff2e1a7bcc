"""Answer a question from the practice's articles."""

from agents.procedure import Case, Declined, Journey, Resolved
from agents.troubleshooting.articles import find_article, is_about, quote_article

OPEN_TO_STRANGERS = True


def answer_question(case: Case) -> Journey:
    """Answer a question from the practice's articles, in their words; say honestly where none fits."""
    article = yield from find_article(case, case.text)
    if article is None or not is_about(article, case.text):
        return Declined("nothing_found")
    return Resolved("answer", title=article["title"], text=quote_article(article["text"]))
