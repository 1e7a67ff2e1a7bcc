"""Sound input documents for every tool, from which tests change one thing."""

import copy
from typing import Any

Document = dict[str, Any]
NOW = "2026-11-20T12:00:00.000Z"
DIGEST = "sha256:" + "a" * 64

ACCOUNT = {
    "customer_id": "C-1",
    "customer_since": "2019-02-11",
    "flags": [],
    "contact_changed_at": None,
    "consents": {"marketing": False, "service": True},
    "partner_consents": [
        {
            "consent_id": "PC-1",
            "partner": "partner",
            "tools": ["payments.refund_payment", "payments.list_payments"],
            "amount_minor": 2500,
            "until": "2026-12-20",
            "status": "requested",
        }
    ],
    "timezone": "America/New_York",
}
PAYMENT = {
    "payment_id": "P-2",
    "customer_id": "C-1",
    "amount_minor": 3999,
    "refunded_minor": 0,
    "refundable_minor": 3999,
    "captures_of_charge": 2,
    "surplus_minor": 3999,
    "last_refund_at": None,
    "currency": "USD",
}
INVOICE = {
    "invoice_id": "INV-1",
    "customer_id": "C-1",
    "balance_minor": 6499,
    "status": "overdue",
    "lines": [{"line_id": "L-1", "kind": "late_fee", "amount_minor": 1000, "waived": False}],
}
OFFER = {"offer_id": "OF-15", "discount_percent": 15, "months": 6, "eligible": True}
VISIT = {"appointment_id": "WO-1", "customer_id": "C-1", "status": "booked", "reschedule_count": 0}
SUBSCRIPTION = {
    "subscription_id": "SUB-1",
    "status": "active",
    "cancellation": {"effective_on": "2026-12-20", "final_bill_minor": 3999},
}

ARGUMENTS: dict[str, Document] = {
    "crm.find_customer": {"field": "email", "value": "a@example.com"},
    "crm.start_verification": {"customer_id": "C-1"},
    "crm.check_verification": {"customer_id": "C-1", "code": "123456"},
    "crm.update_contact_detail": {"customer_id": "C-1", "field": "email", "value": "b@example.com"},
    "crm.accept_offer": {"customer_id": "C-1", "offer_id": "OF-15", "discount_percent": 15, "months": 6},
    "crm.send_message": {"customer_id": "C-1", "template": "invoice", "text": "Here it is.", "purpose": "service"},
    "crm.send_sign_in_link": {"customer_id": "C-1"},
    "crm.set_consent": {"customer_id": "C-1", "field": "marketing", "value": True},
    "crm.request_partner_consent": {
        "customer_id": "C-1",
        "partner": "partner",
        "tools": ["payments.refund_payment"],
        "amount_minor": 2500,
        "until": "2026-12-20",
    },
    "crm.give_partner_consent": {
        "customer_id": "C-1",
        "consent_id": "PC-1",
        "partner": "partner",
        "amount_minor": 2500,
        "until": "2026-12-20",
    },
    "crm.withdraw_partner_consent": {"customer_id": "C-1", "consent_id": "PC-1"},
    "erp.change_plan": {"subscription_id": "SUB-1", "plan_id": "fibre-500"},
    "erp.cancel_subscription": {"subscription_id": "SUB-1", "reason": "moving"},
    "erp.apply_credit": {"customer_id": "C-1", "amount_minor": 1200, "reason": "outage"},
    "erp.waive_fee": {"invoice_id": "INV-1", "line_id": "L-1", "amount_minor": 1000, "reason": "first time"},
    "erp.create_payment_arrangement": {"invoice_id": "INV-1", "instalments": 3, "first_due_on": "2026-12-01"},
    "erp.reship_order": {"order_id": "O-1", "reason": "lost"},
    "erp.cancel_order": {"order_id": "O-1", "reason": "not wanted"},
    "erp.create_return_label": {"order_id": "O-1", "reason": "not wanted"},
    "erp.book_appointment": {"customer_id": "C-1", "site_id": "S-1", "slot_id": "SL-1", "reason": "repair"},
    "erp.reschedule_appointment": {"appointment_id": "WO-1", "slot_id": "SL-1"},
    "erp.cancel_appointment": {"appointment_id": "WO-1", "reason": "moving"},
    "payments.take_payment": {"customer_id": "C-1", "invoice_id": "INV-1", "method_id": "PM-1", "amount_minor": 6499},
    "payments.refund_payment": {"payment_id": "P-2", "amount_minor": 3999, "reason": "duplicate_charge"},
    "payments.create_payment_link": {"customer_id": "C-1", "invoice_id": "INV-1", "amount_minor": 6499},
    "payments.set_autopay": {"customer_id": "C-1", "value": True, "method_id": "PM-1"},
    "network.restart_device": {"device_id": "D-1"},
}
RESOURCES: dict[str, Any] = {
    "payment": PAYMENT,
    "invoice": INVOICE,
    "methods": {"items": [{"method_id": "PM-1", "label": "Visa"}], "autopay": False},
    "offers": {"items": [OFFER], "accepted_12m": 0, "last_accepted_at": None},
    "invoices": {"items": [{"invoice_id": "INV-2", "status": "paid"}]},
    "slots": {"items": [{"slot_id": "SL-1", "site_id": "S-1", "starts_at": "2026-11-21T14:00:00Z"}]},
    "appointments": {"items": [VISIT]},
    "subscriptions": {"items": [SUBSCRIPTION]},
    "quote": {
        "subscription_id": "SUB-1",
        "plan_id": "fibre-500",
        "plan_name": "Fibre 500",
        "old_monthly_minor": 3999,
        "new_monthly_minor": 5999,
        "difference_minor": 2000,
        "effective_on": "2026-12-01",
    },
    "order": {"order_id": "O-1", "customer_id": "C-1", "status": "lost"},
    "device": {"device_id": "D-1", "customer_id": "C-1", "online": False},
}
SUBJECTS: dict[str, Document] = {
    "erp.cancel_order": {"order": {"order_id": "O-1", "customer_id": "C-1", "status": "ordered"}},
    "erp.create_return_label": {
        "order": {"order_id": "O-1", "customer_id": "C-1", "status": "delivered", "returnable_until": "2026-12-01"}
    },
}
"""What the gate reads for a tool where `RESOURCES` will not do."""
SPECIALISTS = {
    "sign_in": "troubleshooting",
    "offer": "retention",
    "cancel": "retention",
    "consent": "retention",
    "scheduling": "scheduling",
    "device": "troubleshooting",
    "find": "router",
}


def sound(tool: str, tools: dict[str, Any], *, level: str = "authenticated") -> Document:
    """A call that the policy lets through once it has its evidence."""
    server, _, name = tool.partition(".")
    data = tools[tool]
    resource = {read: SUBJECTS.get(tool, RESOURCES)[read] for read in data["reads"]}
    if data["kind"] == "write":
        resource["account"] = ACCOUNT
    document: Document = {
        "call": {
            "id": "call-1",
            "server": server,
            "tool": name,
            "tool_digest": "sha256:tool",
            "arguments": ARGUMENTS.get(tool, {"customer_id": "C-1"}),
            "arguments_digest": DIGEST,
        },
        "principal": {
            "tenant": "northwind-fibre",
            "customer": {"id": "C-1", "auth_level": level, "auth_age_s": 30, "flags": []},
            "agent": {"id": SPECIALISTS.get(data["group"], "billing"), "kind": "specialist", "procedure": "sample"},
            "chain": [],
        },
        "conversation": {"id": "k-1", "channel": "chat", "locale": "en", "sentiment": 0.1, "confidence": 0.93},
        "resource": resource,
        "facts": {
            "goodwill_minor_30d": 0,
            "goodwill_count_30d": 0,
            "refunds_of_this_payment": 0,
            "refunded_minor_24h": 0,
            "contact_changed_in_conversation": False,
            "customer_local_minute": 600,
            "canary_bucket": 50,
        },
        "evidence": {"confirmation": None, "verification": None, "approval": None},
        "now": NOW,
    }
    if data["group"] == "consent_request":
        document["principal"] |= {"agent": {"id": "partner", "kind": "partner", "procedure": ""}, "chain": ["partner"]}
    if data["group"] == "find":
        document["principal"]["customer"] = None
    return copy.deepcopy(document)


def proof(by: str, revision: str) -> Document:
    """A confirmation or an approval of exactly the sound call."""
    return {
        "at": "2026-11-20T11:59:00.000Z",
        "by": by,
        "arguments_digest": DIGEST,
        "policy_revision": revision,
        "expires_at": "2026-11-20T12:10:00.000Z",
    }


def changed(document: Document, path: str, value: Any) -> Document:
    """The document with one value put at a path such as `principal.customer.auth_level`."""
    result = copy.deepcopy(document)
    *parents, last = path.split(".")
    place: Any = result
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    place[last] = value
    return result


def without(document: Document, path: str) -> Document:
    """The document without the value at a path."""
    result = copy.deepcopy(document)
    *parents, last = path.split(".")
    place: Any = result
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    del place[last]
    return result
