"""A channel that talks by a client which was made from /openapi.json (see connect-a-channel.md).

Run it as `TOKEN=… python client.py http://127.0.0.1:8080` beside the generated `switchboard_client`.
"""

import os
import sys
from io import BytesIO

from switchboard_client import AuthenticatedClient
from switchboard_client.api.conversations import (
    open_conversations,
    send_conversations_messages,
    transcript_conversations_transcript,
    upload_conversations_attachments,
)
from switchboard_client.models import (
    AskedCustomer,
    AskedCustomerAuthLevel,
    OpenConversation,
    OpenConversationChannel,
    Problem,
    SendMessage,
    UploadConversationsAttachmentsBody,
)
from switchboard_client.types import File

client = AuthenticatedClient(base_url=sys.argv[1], token=os.environ["TOKEN"], timeout=60)


def show(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def said(answer):
    """The answer of a call; a problem document ends the program with its words."""
    if answer is None or isinstance(answer, Problem):
        raise SystemExit(f"refused: {answer}")
    return answer


customer = AskedCustomer(id="C-1001", auth_level=AskedCustomerAuthLevel.AUTHENTICATED)
opening = OpenConversation(channel=OpenConversationChannel.CHAT, customer=customer)
conversation = said(open_conversations.sync(client=client, body=opening))


def send(number, text, *files):
    body = SendMessage(client_message_id=f"m-{number}", text=text, attachments=list(files))
    return said(send_conversations_messages.sync(conversation.id, client=client, body=body))


asked = send(1, "I was charged twice for my last bill")
done = send(2, asked.pending.options[0].value)
show(done.actions[-1].tool, done.actions[-1].outcome)
form = UploadConversationsAttachmentsBody(file=File(BytesIO(b"meter: 4711\n"), "meter.txt", "text/plain"))
file = said(upload_conversations_attachments.sync(conversation.id, client=client, body=form))
show(file.media_type, send(3, "and here is my meter", file.id).status)
show(said(transcript_conversations_transcript.sync(conversation.id, client=client)))
