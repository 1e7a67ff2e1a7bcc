"""Outgoing messages: to the address or number on file, and only with consent for their purpose."""

from domain.masking import mask_email, mask_phone
from mcp_servers.arguments import MessageWay, Purpose
from mcp_servers.crm.backend.customers import read_customer
from mcp_servers.crm.models import MessageSent
from mcp_servers.sandbox.outbox import send
from mcp_servers.work import Work, ensure


def send_message(work: Work, template: str, text: str, purpose: Purpose, channel: MessageWay) -> MessageSent:
    """Send an e-mail or a text message; what the customer just asked for needs no consent."""
    customer = read_customer(work)
    allowed = purpose == "requested" or bool(customer[f"consent_{purpose}"])
    ensure(allowed, f"purpose: the customer has not agreed to {purpose} messages")
    to = str(customer["phone" if channel == "sms" else "email"] or "")
    ensure(bool(to), f"channel: the customer has nothing on file for {channel}")
    message_id = send(work, channel=channel, recipient=to, template=template, text=text)
    masked = mask_phone(to) if channel == "sms" else mask_email(to)
    return MessageSent(message_id=message_id, channel=channel, sent_at=work.now, to=masked)
