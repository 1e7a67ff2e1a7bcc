"""Typed identifiers, so that one kind of id cannot be passed for another."""

from typing import NewType

TenantId = NewType("TenantId", str)
CustomerId = NewType("CustomerId", str)
ConversationId = NewType("ConversationId", str)
TurnId = NewType("TurnId", str)
MessageId = NewType("MessageId", str)
CallId = NewType("CallId", str)
DecisionId = NewType("DecisionId", str)
PendingId = NewType("PendingId", str)
