"""What each role may do at the HTTP door; every guarded endpoint names its scope."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from domain.caller import Caller, Role
from domain.errors import NotAuthenticated, NotPermitted

CONVERSE = frozenset({Role.CHANNEL, Role.ADMIN})
"""Talk for customers."""

TALK = CONVERSE | {Role.CUSTOMER}
"""Talk for customers, or as the customer whom the token names."""

READ_CONVERSATIONS = CONVERSE | {Role.AUDITOR}
READ_TALKS = TALK | {Role.AUDITOR}
READ_JOURNAL = frozenset({Role.AUDITOR, Role.ADMIN})

bearer = HTTPBearer(
    scheme_name="bearer",
    auto_error=False,
    description="A token of `tokens.json` in development, a JSON Web Token of your identity provider in production.",
)


def permit(roles: frozenset[Role]) -> Callable[..., Awaitable[Caller]]:
    """An endpoint's dependency: the caller, if their role is among these.

    Raises (when asked):
        NotAuthenticated: nobody was authenticated on the way in.
        NotPermitted: the role may not do this.
    """

    async def check(request: Request, _documented: Annotated[object, Depends(bearer)] = None) -> Caller:
        caller = getattr(request.state, "caller", None)
        if not isinstance(caller, Caller):
            raise NotAuthenticated("Send a token as 'Authorization: Bearer …'.")
        if caller.role not in roles:
            raise NotPermitted(f"The role '{caller.role}' may not do this.")
        return caller

    return check


Converser = Annotated[Caller, Depends(permit(CONVERSE))]
ConversationReader = Annotated[Caller, Depends(permit(READ_CONVERSATIONS))]
Talker = Annotated[Caller, Depends(permit(TALK))]
TalkReader = Annotated[Caller, Depends(permit(READ_TALKS))]
DecisionReader = Annotated[Caller, Depends(permit(READ_JOURNAL | {Role.SUPERVISOR}))]
JournalReader = Annotated[Caller, Depends(permit(READ_JOURNAL))]
