"""Rendering a text: the locale's words for the channel, with the forms of the voice."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from jinja2 import StrictUndefined, Template, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from agents.wording.forms import FILTERS, Forms
from agents.wording.typography import typeset
from agents.wording.voice import Voice
from domain.errors import Misconfigured

FALLBACK_LOCALE = "en"
Text = str | Mapping[str, str]
"""A text, or several: `text` and, by a channel's name, what is said there instead."""
_FORMS = "forms_"
"""Under which a template finds the forms of who is spoken to."""


def render(texts: Mapping[str, Text], voice: Voice, facts: Mapping[str, Any]) -> str:
    """Word one reply in the voice's language and for its channel, falling back to English.

    Facts win over the company's terms of the same name.

    Raises:
        Misconfigured: the template is broken or names a fact that is not there.
    """
    source = _source(texts.get(voice.language) or texts[FALLBACK_LOCALE], voice.channel)
    known = {**_terms(voice), "channel": voice.channel, **facts, _FORMS: Forms(voice)}
    try:
        return typeset(_template(source).render(known).strip(), voice.language)
    except (TemplateError, TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise Misconfigured(f"reply {source[:60]!r}: {error}") from error


def _source(text: Text, channel: str) -> str:
    return text if isinstance(text, str) else text.get(channel) or text["text"]


@cache
def _terms(voice: Voice) -> dict[str, Any]:
    terms = voice.terms
    return {name: getattr(terms, name) for name in type(terms).__slots__}


@lru_cache(maxsize=4096)
def _template(source: str) -> Template:
    return _environment().from_string(source)


class FactsEnvironment(SandboxedEnvironment):
    """A sandbox in which `order.items` is the field of that name, and no method of a mapping."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a fact, else what Jinja finds."""
        if isinstance(obj, dict) and attribute in obj:
            return cast("dict[str, Any]", obj)[attribute]
        return super().getattr(obj, attribute)


@cache
def _environment() -> SandboxedEnvironment:
    """A sandbox: replies are data of the repository, facts may hold anybody's words."""
    environment = FactsEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters.update({name: _filter(name) for name in FILTERS})
    return environment


def _filter(name: str) -> Callable[..., str]:
    """A form as a filter: whose it is comes with each rendering, so that a text is compiled once for all."""

    @pass_context
    def form(context: Context, *given: Any, **named: Any) -> str:
        return getattr(context[_FORMS], name)(*given, **named)

    return form
