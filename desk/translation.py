"""Translations at the desk by the configured model: held to the figures of the original, never sent by themselves."""

from dataclasses import dataclass

from desk.cases import WATCHERS
from desk.queue import Desk, DeskDependencies
from domain.caller import Caller
from domain.errors import BadRequest, Conflict, ModelUnavailable, NotFound
from domain.ids import ConversationId
from understanding.screening.secrets import screen


@dataclass(frozen=True, slots=True)
class Translated:
    """Words in another language, for somebody to read or to send; `problem` says why there are none."""

    text: str
    language: str
    problem: str = ""


class TranslationDesk:
    """Translates what is said in a conversation that the caller has. No secret reaches a model."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies) -> None:
        self._desk = desk
        self._dependencies = dependencies

    async def translate(self, caller: Caller, conversation_id: ConversationId, text: str, language: str) -> Translated:
        """Translate the caller's own words, before they are sent.

        Raises:
            BadRequest: they hold a card number or another secret; nothing was given to the model.
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it, or no language model is configured.
        """
        await self._desk.see_claimed(caller, conversation_id)
        screened = screen(text)
        if screened.text != text:
            kinds = ", ".join(each.replace("_", " ") for each in screened.kinds) or "a secret"
            raise BadRequest(f"text: it holds what no language model may see ({kinds}); nothing was translated")
        return await self._translated(text, language)

    async def translate_message(
        self, caller: Caller, conversation_id: ConversationId, message_id: str, language: str
    ) -> Translated:
        """Translate a message of the conversation, whose secrets were taken out when it came.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people; or there is no such message in it.
            Conflict: somebody else has it, and the caller is no supervisor; or no language model is configured.
        """
        if caller.role in WATCHERS:
            await self._desk.find(caller, conversation_id)
        else:
            await self._desk.see_claimed(caller, conversation_id)
        said: dict[str, str] = {each.id: each.text for each in await self._dependencies.store.words(conversation_id)}
        if message_id not in said:
            raise NotFound(f"no message {message_id}")
        return await self._translated(screen(said[message_id]).text, language)

    async def _translated(self, text: str, language: str) -> Translated:
        services = self._dependencies.services
        if services.model is None:
            raise Conflict("no language model is configured, so that nothing is translated")
        model = services.model.turn()
        try:
            return Translated(await model.translate(text, language), language)
        except ModelUnavailable as error:
            return Translated("", language, str(error))
        finally:
            services.count_model(model.usage)
