"""A message that asks how long it takes until somebody comes is told from any other."""

from understanding.dialogue.social import asks_how_long

WAITS = (
    *("how long do I have to wait?", "¿cuánto tengo que esperar?", "wie lange muss ich warten?"),
    *("combien de temps dois-je attendre ?", "कितना इंतज़ार करना होगा?", "is anybody there?", "ist da jemand?"),
)


def test_a_question_how_long_is_told_from_other_words() -> None:
    assert [each for each in WAITS if not asks_how_long(each)] == []
    assert not asks_how_long("my bill is wrong")
