"""Wi-Fi passwords and questions, answered from the knowledge articles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.troubleshooting.articles import LONGEST_QUERY, LONGEST_QUOTE, is_about, quote_article
from tests.agents.scheduling.journey import declined, items, open_case, resolved, subscription, walk

WIFI, QUESTION = "troubleshooting.wifi_password", "troubleshooting.answer_question"
ARTICLE = {
    "article_id": "KB-1",
    "title": "Wi-Fi",
    "text": "Look at the label. Open the app to change it.",
    "locale": "en",
}


def systems(*found, article=ARTICLE, device=None):
    return {
        "erp.list_subscriptions": items(subscription(device_id="D-1" if device else None)),
        "network.get_device": device,
        "knowledge.search_articles": items(*found),
        "knowledge.get_article": article,
    }


FOUND = {"article_id": "KB-1", "title": "Wi-Fi", "snippet": "Look at the label."}
DEVICE = {"device_id": "D-1", "wifi_name": "Northwind-1"}


@pytest.mark.parametrize("device", [DEVICE, None, {**DEVICE, "wifi_name": None}])
def test_the_way_to_the_password_is_told_and_never_the_password(device):
    walked = walk(open_case(WIFI, "what is my password"), systems(FOUND, device=device))
    assert resolved(walked, "how_to")
    assert set(walked.end.facts) == {"wifi_name", "text"}
    assert walked.end.facts["text"] == ARTICLE["text"]


def test_without_an_article_the_label_is_named():
    walked = walk(open_case(WIFI), systems(device=DEVICE))
    assert resolved(walked, "on_the_label")
    assert walked.end.facts == {"wifi_name": "Northwind-1"}


def test_a_question_is_answered_in_the_words_of_the_article():
    walked = walk(open_case(QUESTION, "how do I  open my app?"), systems(FOUND))
    assert resolved(walked, "answer")
    assert walked.arguments("knowledge.search_articles") == {"query": "how do I open my app?", "locale": "en"}


def test_an_answer_in_another_language_is_said_to_be_one():
    walked = walk(open_case(QUESTION, "how"), systems(FOUND, article={**ARTICLE, "locale": "de"}))
    assert resolved(walked, "answer_other_language")


def test_an_article_that_only_shares_a_word_is_no_answer():
    walked = walk(open_case(QUESTION, "could you recommend some label for handmade shoes"), systems(FOUND))
    assert declined(walked, "nothing_found")


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("where is the label?", True),
        ("change the Wi-Fi?", True),
        ("bandwidth", True),
        ("can you recommend a good restaurant, or open one yourself", False),
    ],
)
def test_an_article_is_about_a_question_if_it_shares_half_of_it(question, about):
    assert is_about(ARTICLE, question) is about


def test_no_answer_is_owned_up_to():
    assert declined(walk(open_case(QUESTION, "what is the meaning of life"), systems()), "nothing_found")


def test_a_very_long_question_is_searched_by_its_beginning():
    walked = walk(open_case(QUESTION, "why " * 1000), systems(FOUND))
    assert len(walked.arguments("knowledge.search_articles")["query"]) <= LONGEST_QUERY


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000))
def test_a_quote_is_the_beginning_of_the_article_and_never_too_long(text):
    quote = quote_article(text)
    assert len(quote) <= LONGEST_QUOTE + len(" …")
    assert "".join(text.split()).startswith("".join(quote.removesuffix("…").split()))


def test_a_long_article_is_quoted_in_whole_sentences():
    text = "One sentence is this. " * 90
    assert quote_article(text).endswith("this.")


def test_a_file_s_margin_is_not_the_reader_s_and_lists_stay_lists():
    text = (
        "It goes back to the card\nthat was charged.\n\n- **Power**: on, wait\n  3 minutes.\n- Off.\n\n1. Save.\n2. On"
    )
    told = "It goes back to the card that was charged.\n\n- **Power**: on, wait 3 minutes.\n- Off.\n\n1. Save.\n2. On"
    assert quote_article(text) == told
