"""Templated words: whole sentences per locale, channel and company, with every figure in the locale's own form."""

from agents.wording.forms import Forms
from agents.wording.rendering import FALLBACK_LOCALE, Text, render
from agents.wording.voice import Terms, Voice, negotiate

__all__ = ["FALLBACK_LOCALE", "Forms", "Terms", "Text", "Voice", "negotiate", "render"]
