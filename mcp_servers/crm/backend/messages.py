"""Outgoing messages: to the address on file, and only with consent for their purpose."""

from domain.masking import mask_email
from mcp_servers.arguments import Purpose
from mcp_servers.crm.backend.customers import read_customer
from mcp_servers.crm.models import MessageSent
from mcp_servers.sandbox.outbox import send
from mcp_servers.work import Work, ensure


def send_message(work: Work, template: str, text: str, purpose: Purpose) -> MessageSent:
    """Send an e-mail; what the customer just asked for needs no consent."""
    customer = read_customer(work)
    allowed = purpose == "requested" or bool(customer[f"consent_{purpose}"])
    ensure(allowed, f"purpose: the customer has not agreed to {purpose} messages")
    message_id = send(work, channel="email", recipient=customer["email"], template=template, text=text)
    return MessageSent(message_id=message_id, channel="email", sent_at=work.now, to=mask_email(customer["email"]))
