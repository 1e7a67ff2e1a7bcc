"""Whether a customer says that money has not come, by the words that they use for it."""

import re

from agents.folding import fold

# fmt: off
MISSING = (
    r"\b(?:not|never|nothing|no (?:sign|trace|word)|nowhere|missing|still waiting|waiting for|overdue|yet)\b", r"n't\b",
    r"\b(?:no (?:me )?(?:ha|han|he|lleg|aparec|recib)|todavia|aun no|sigo esperando|nunca|falta)",
    r"\bsin (?:aparecer|llegar\w*|recibir\w*|ver\w*|cobrar\w*|noticias|rastro)",
    r"\b(?:nicht|noch kein|nie|nirgend\w+|fehlt|ausgeblieben|auf sich warten|warte (?:immer )?noch|nichts)\b",
    r"\b(?:pas|jamais|aucune?|sans nouvelles?|toujours rien|rien recu|j'attends|manque)\b",
    "नहीं", "अब तक", "अभी तक", r"\b(?:nahi|nahin|abhi tak|ab tak)\b",
)
# fmt: on


def is_missing(words: str) -> bool:
    """Whether the words say that the money is not there."""
    said = " ".join(fold(words).replace("’", "'").split())
    return any(re.search(fold(mark), said) for mark in MISSING)
