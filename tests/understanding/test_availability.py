"""When it suits and when it does not, as customers say it in five languages, from Sunday, 29 November 2026."""

from datetime import UTC, datetime

from understanding.entities.dates import customer_today
from understanding.entities.moments import find_moments
from understanding.language.text import clean

NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
NOT_TUESDAY = {
    "en": [
        "anything but tuesday",
        "tuesday doesn't work for me",
        "no tuesdays please",
        "whenever, just not on tuesday",
        "I'm at work on tuesday, other days are fine",
        "every day except for tuesday",
    ],
    "es": [
        "cualquier día que no sea martes",
        "el martes no puedo",
        "todos menos el martes",
        "el martes me viene mal",
        "excepto martes me da igual",
        "que no sea martes por favor",
    ],
    "de": [
        "nur nicht am Dienstag",
        "am Dienstag kann ich nicht",
        "jeder Tag außer Dienstag",
        "Dienstag passt leider nicht",
        "egal wann, nur nicht Dienstag",
        "dienstags arbeite ich",
    ],
    "fr": [
        "n'importe quand sauf le mardi",
        "mardi ne me convient pas",
        "pas mardi s'il vous plaît",
        "je ne peux pas mardi",
        "tous les jours hormis mardi",
        "le mardi je travaille",
    ],
}
NOT_IN_THE_MORNING = {
    "en": [
        "any day but not in the morning",
        "mornings are impossible for me",
        "after 12 please, any day",
        "not before noon",
        "afternoons only",
        "whenever you like after lunchtime, no mornings",
    ],
    "es": [
        "cualquier día, pero no por la mañana",
        "por las mañanas no puedo, cualquier día",
        "a partir de las 12, el día me da igual",
        "no antes de las 12",
        "solo por la tarde",
        "por la mañana imposible",
    ],
    "de": [
        "egal, aber nicht vormittags",
        "vormittags geht es nicht",
        "nicht vor 12 Uhr",
        "nur nachmittags",
        "ab 12 Uhr, Tag egal",
        "am Vormittag kann ich nicht",
    ],
}
NOT_TUESDAY["hi"] = ["मंगलवार को नहीं", "mangalvar chhodkar koi bhi din", "मंगलवार के अलावा कोई भी दिन"]
WISHES = [
    ("en", "friday afternoon or saturday", {"days": ["2026-12-04", "2026-12-05"], "parts": ["afternoon"]}),
    ("en", "between 1 and 4 pm on thursday", {"days": ["2026-12-03"], "after": "13:00", "before": "16:00"}),
    ("en", "from the 7th on, but never on a weekend", {"from": "2026-12-07", "not_weekdays": [5, 6]}),
    ("en", "i'm working until 4, any day", {"after": "16:00"}),
    ("en", "wednesday is out, thursday would be great", {"days": ["2026-12-03"], "not_weekdays": [2]}),
    ("es", "entre las 2 y las 5 el jueves", {"days": ["2026-12-03"], "after": "14:00", "before": "17:00"}),
    ("es", "a partir del lunes, menos el miércoles", {"from": "2026-11-30", "not_weekdays": [2]}),
    ("es", "antes de las 11 del viernes", {"days": ["2026-12-04"], "before": "11:00"}),
    ("de", "zwischen 13 und 16 Uhr am Freitag", {"days": ["2026-12-04"], "after": "13:00", "before": "16:00"}),
    ("de", "ab Mittwoch, aber nicht am Freitag", {"from": "2026-12-02", "not_weekdays": [4]}),
    ("fr", "avant jeudi, sauf mardi", {"until": "2026-12-02", "not_weekdays": [1]}),
    ("fr", "jeudi après 16 heures", {"days": ["2026-12-03"], "after": "16:00"}),
    ("hi", "गुरुवार को 2 बजे के बाद", {"days": ["2026-12-03"], "after": "14:00"}),
    ("hi", "subah nahi, shaam ko", {"parts": ["evening"], "not_parts": ["morning"]}),
    ("en", "do you have any other times", {"more": True}),
    ("en", "something later please", {"later": True}),
    ("en", "whenever you can", {"any": True}),
    ("en", "no weekends and not before 2 pm", {"not_weekdays": [5, 6], "after": "14:00"}),
    ("de", "am Wochenende nicht und nicht vor 15 Uhr", {"not_weekdays": [5, 6], "after": "15:00"}),
    ("fr", "pas le week-end et pas avant 14 h", {"not_weekdays": [5, 6], "after": "14:00"}),
    ("es", "por la tarde no, y en fin de semana tampoco", {"not_weekdays": [5, 6], "not_parts": ["afternoon"]}),
    (
        "en",
        "any day next week but friday",
        {"from": "2026-11-30", "until": "2026-12-06", "not_weekdays": [4]},
    ),
    ("en", "friday but not before 4 pm", {"days": ["2026-12-04"], "after": "16:00"}),
    ("en", "the week after next, afternoons", {"from": "2026-12-07", "until": "2026-12-13", "parts": ["afternoon"]}),
    ("de", "übernächste Woche Donnerstag", {"days": ["2026-12-10"]}),
]
SHORT = [
    ("en", "wed or thu but not b4 4pm", {"days": ["2026-12-02", "2026-12-03"], "after": "16:00"}),
    ("en", "not mon", {"not_weekdays": [0]}),
    ("en", "thu 5", {"days": ["2026-12-03"], "at": ["17:00"]}),
    ("en", "thu 10", {"days": ["2026-12-10"]}),
    ("en", "sat morning", {"days": ["2026-12-05"], "parts": ["morning"]}),
    ("en", "2moro after work", {"days": ["2026-11-30"], "parts": ["evening"]}),
    ("de", "nicht mo oder di, ab 14 uhr", {"not_weekdays": [0, 1], "after": "14:00"}),
    ("de", "mi ab 15h", {"days": ["2026-12-02"], "after": "15:00"}),
    ("es", "lun o mar por la tarde", {"days": ["2026-11-30", "2026-12-01"], "parts": ["afternoon"]}),
    ("en", "yes the wed one", {"days": ["2026-12-02"]}),
    ("de", "die erste am Freitag", {"days": ["2026-12-04"]}),
    ("fr", "jeu 14h", {"days": ["2026-12-03"], "at": ["14:00"]}),
    ("fr", "mar ou mer", {"days": ["2026-12-01", "2026-12-02"]}),
    ("hi", "som ko nahi", {"not_weekdays": [0]}),
]
NO_DAY = [
    ("en", "i sat at home and waited"),
    ("en", "the sun is out"),
    ("de", "do you speak English"),
    ("fr", "le jeu est cher"),
    ("es", "mi mar de dudas"),
    ("hi", "mangal ho"),
]


def wish(text: str, locale: str) -> dict[str, object]:
    today = customer_today(NOW, "America/New_York", locale, "USD")
    return next((each.value for each in find_moments(clean(text), today) if each.kind == "availability"), {})


def dates(text: str, locale: str) -> list[object]:
    today = customer_today(NOW, "America/New_York", locale, "USD")
    return [each.value for each in find_moments(clean(text), today) if each.kind == "date"]


def test_an_excluded_day_is_excluded_and_never_wished_for():
    heard = {text: wish(text, locale) for locale, texts in NOT_TUESDAY.items() for text in texts}
    assert {text: said for text, said in heard.items() if said.get("not_weekdays") != [1]} == {}
    assert [text for locale, texts in NOT_TUESDAY.items() for text in texts if dates(text, locale)] == []


def test_an_excluded_morning_leaves_the_rest_of_the_day():
    heard = {text: wish(text, locale) for locale, texts in NOT_IN_THE_MORNING.items() for text in texts}
    kept = ({"not_parts": ["morning"]}, {"after": "12:00"}, {"parts": ["afternoon"]})
    assert {text: said for text, said in heard.items() if not any(one.items() <= said.items() for one in kept)} == {}


def test_what_is_said_of_when_it_suits_is_read_whole():
    wrong = {text: wish(text, locale) for locale, text, wanted in WISHES if wish(text, locale) != wanted}
    assert wrong == {}


def test_days_are_read_in_the_short_forms_that_people_type():
    assert {text: wish(text, locale) for locale, text, wanted in SHORT if wish(text, locale) != wanted} == {}


def test_a_word_that_is_also_a_short_day_is_none_in_a_sentence():
    assert {text: found for locale, text in NO_DAY if (found := dates(text, locale))} == {}
