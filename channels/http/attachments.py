"""Files that people send each other: taken by what they are, given back as files to keep, never as a page of ours."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.formparsers import MultiPartException, MultiPartParser

from channels.http.conversations import KnownId
from channels.http.models import AttachmentBody
from channels.http.scopes import READ_TALKS, TALK, permit
from domain.caller import Caller
from domain.conversation import Attachment
from domain.errors import BadRequest
from router.attachments import LARGEST_BYTES, PEOPLE, Attachments, File

AttachmentReader = Annotated[Caller, Depends(permit(READ_TALKS | PEOPLE))]
AttachmentSender = Annotated[Caller, Depends(permit(TALK | PEOPLE))]
AttachmentId = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_BINARY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class AttachmentsDoor:
    """The endpoints of a conversation's files."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments

    async def upload(self, conversation_id: KnownId, caller: AttachmentSender, request: Request) -> Attachment:
        """Upload a file for the next message, the customer's or that of the representative who has the conversation.

        The message names it in `attachments`.

        Its type is found by its content. It is stored encrypted, and nobody but people opens it: of a customer's file
        the assistant says so and hands the conversation over.
        """
        return await self._attachments.keep(caller, conversation_id, await _read_file(request))

    async def download(
        self, conversation_id: KnownId, attachment_id: AttachmentId, caller: AttachmentReader
    ) -> Response:
        """The file itself, to be kept and not to be shown as a page of ours."""
        found, content = await self._attachments.open(caller, conversation_id, attachment_id)
        named = f"attachment; filename*=UTF-8''{quote(found.name)}"
        headers = {"Content-Disposition": named, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(content, media_type=found.media_type, headers=headers)


async def _read_file(request: Request) -> File:
    """The form's one file, which never touches a disk in plain.

    Raises:
        BadRequest: it is no such form.
    """
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=5, max_part_size=4096)
    parser.spool_max_size = 2 * LARGEST_BYTES
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise BadRequest("send one file as the field 'file' of multipart/form-data") from error
    file = form.get("file")
    if file is None or isinstance(file, str):
        raise BadRequest("file: there is none in the form")
    content = await file.read()
    await form.close()
    if not content:
        raise BadRequest("file: it is empty")
    return File(file.filename or "", content)


def build_router(attachments: Attachments) -> APIRouter:
    """The routes of a conversation's files."""
    door = AttachmentsDoor(attachments)
    router = APIRouter(prefix="/v1/conversations/{conversation_id}/attachments", tags=["conversations"])
    router.add_api_route(
        "", door.upload, methods=["POST"], status_code=201, response_model=AttachmentBody, openapi_extra={**_FORM}
    )
    router.add_api_route(
        "/{attachment_id}", door.download, methods=["GET"], response_class=Response, responses={**_BINARY}
    )
    return router
