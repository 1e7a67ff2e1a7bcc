"""A conversation as its customer may keep it: plain text, or a page in which nothing that was said is markup."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from domain.conversation import Conversation, Message

SPEAKERS = {
    "en": {"customer": "You", "assistant": "Automated assistant", "representative": "Our team", "system": "Notice"},
    "es": {"customer": "Usted", "assistant": "Asistente automático", "representative": "Equipo", "system": "Aviso"},
    "de": {"customer": "Sie", "assistant": "Automatischer Assistent", "representative": "Team", "system": "Hinweis"},
    "fr": {"customer": "Vous", "assistant": "Assistant automatique", "representative": "Équipe", "system": "Avis"},
    "hi": {"customer": "आप", "assistant": "स्वचालित सहायक", "representative": "हमारी टीम", "system": "सूचना"},
}
ATTACHED = {"en": "Attached", "es": "Adjunto", "de": "Angehängt", "fr": "Pièce jointe", "hi": "जोड़ी गई फ़ाइल"}
_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<dl>
{entries}
</dl>
</body>
</html>
"""


def write_text(conversation: Conversation, timezone: str) -> str:
    """Everything that was said, a paragraph a message, with times of that time zone."""
    lines = [f"{conversation.id} ({timezone})"]
    lines += [
        f"{_told(each, conversation.locale, timezone)}\n{_said(each, conversation.locale)}"
        for each in conversation.messages
    ]
    return "\n\n".join(lines) + "\n"


def write_page(conversation: Conversation, timezone: str) -> str:
    """The same as a page."""
    entries = "\n".join(
        f"<dt>{escape(_told(each, conversation.locale, timezone))}</dt>"
        f'<dd style="white-space: pre-wrap" dir="auto">{escape(_said(each, conversation.locale))}</dd>'
        for each in conversation.messages
    )
    title = escape(f"{conversation.id} ({timezone})")
    return _PAGE.format(language=escape(conversation.locale), title=title, entries=entries)


def _told(message: Message, locale: str, timezone: str) -> str:
    speaker = SPEAKERS.get(locale, SPEAKERS["en"])[message.role]
    return f"{_at(message.at, timezone)} {speaker}"


def _said(message: Message, locale: str) -> str:
    """Its words, with the names of the files that came beside them."""
    if not message.attachments:
        return message.text
    names = ", ".join(each.name for each in message.attachments)
    return f"{message.text}\n[{ATTACHED.get(locale, ATTACHED['en'])}: {names}]"


def _at(moment: datetime, timezone: str) -> str:
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
