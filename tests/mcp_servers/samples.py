"""One call of every tool that succeeds on a freshly seeded sandbox: tool, customer, arguments."""

from datetime import date
from typing import Any

from companies.northwind_fibre.seed.schedule import SCHEDULE
from mcp_servers.sandbox.slots import slot_at

FREE_EAST = slot_at(SCHEDULE, "east", date(2026, 3, 20), 10).slot_id
FREE_WEST = slot_at(SCHEDULE, "west", date(2026, 3, 27), 17).slot_id
FREE_MOUNTAIN = slot_at(SCHEDULE, "mountain", date(2026, 3, 30), 13).slot_id


def _of(customer: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    return customer, {"customer_id": customer, **arguments}


SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "crm.find_customer": ("", {"field": "email", "value": "amira.haddad@example.com"}),
    "crm.get_customer": _of("C-1001"),
    "crm.start_verification": _of("C-1001"),
    "crm.check_verification": _of("C-1001", code="000000"),
    "crm.send_sign_in_link": _of("C-1001"),
    "crm.update_contact_detail": _of("C-1001", field="email", value="amira@example.org"),
    "crm.list_interactions": _of("C-1018"),
    "crm.add_note": _of("C-1001", text="Called back."),
    "crm.open_case": _of("C-1001", reason="dispute", description="Does not agree with the bill."),
    "crm.list_cases": _of("C-1001"),
    "crm.set_consent": _of("C-1001", field="marketing", value=False),
    "crm.request_partner_consent": _of(
        "C-1001", partner="partner", tools=["payments.list_payments"], amount_minor=0, until="2026-04-20"
    ),
    "crm.give_partner_consent": _of(
        "C-1019", consent_id="PC-8019", partner="partner", amount_minor=2500, until="2026-04-20"
    ),
    "crm.withdraw_partner_consent": _of("C-1019", consent_id="PC-8019"),
    "crm.list_offers": _of("C-1008"),
    "crm.accept_offer": _of("C-1008", offer_id="OF-15", discount_percent=15, months=6),
    "crm.send_message": _of("C-1001", template="invoice_copy", text="Here it is.", purpose="requested"),
    "crm.record_feedback": _of("C-1001", score=5),
    "erp.list_subscriptions": _of("C-1001"),
    "erp.list_plans": ("", {}),
    "erp.quote_plan_change": ("C-1003", {"subscription_id": "SUB-2003", "plan_id": "fibre-500"}),
    "erp.change_plan": ("C-1003", {"subscription_id": "SUB-2003", "plan_id": "fibre-500"}),
    "erp.cancel_subscription": ("C-1019", {"subscription_id": "SUB-2019", "reason": "too dear"}),
    "erp.list_invoices": _of("C-1001"),
    "erp.get_invoice": ("C-1001", {"invoice_id": "INV-3001"}),
    "erp.apply_credit": _of("C-1002", amount_minor=1200, reason="outage"),
    "erp.waive_fee": (
        "C-1014",
        {"invoice_id": "INV-3014", "line_id": "L-30142", "amount_minor": 1000, "reason": "goodwill"},
    ),
    "erp.create_payment_arrangement": (
        "C-1016",
        {"invoice_id": "INV-3016", "instalments": 3, "first_due_on": "2026-04-01"},
    ),
    "erp.list_orders": _of("C-1012"),
    "erp.track_order": ("C-1012", {"order_id": "O-9001"}),
    "erp.reship_order": ("C-1012", {"order_id": "O-9001", "reason": "lost"}),
    "erp.cancel_order": ("C-1023", {"order_id": "O-9023", "reason": "not wanted"}),
    "erp.create_return_label": ("C-1023", {"order_id": "O-9024", "reason": "not wanted"}),
    "erp.list_slots": ("C-1007", {"site_id": "S-4007"}),
    "erp.list_appointments": _of("C-1005"),
    "erp.book_appointment": _of("C-1007", site_id="S-4007", slot_id=FREE_WEST, reason="line fault"),
    "erp.reschedule_appointment": ("C-1005", {"appointment_id": "WO-7001", "slot_id": FREE_MOUNTAIN}),
    "erp.cancel_appointment": ("C-1005", {"appointment_id": "WO-7001", "reason": "not needed"}),
    "payments.list_payments": _of("C-1001"),
    "payments.get_payment": ("C-1001", {"payment_id": "P-5002"}),
    "payments.list_payment_methods": _of("C-1001"),
    "payments.list_refunds": _of("C-1021"),
    "payments.take_payment": _of("C-1011", invoice_id="INV-3011", method_id="PM-6011", amount_minor=499),
    "payments.refund_payment": (
        "C-1001",
        {"payment_id": "P-5002", "amount_minor": 3999, "reason": "duplicate_charge"},
    ),
    "payments.create_payment_link": _of("C-1011", invoice_id="INV-3011", amount_minor=6000),
    "payments.set_autopay": _of("C-1001", value=True),
    "knowledge.search_articles": ("", {"query": "wifi password"}),
    "knowledge.get_article": ("", {"article_id": "wifi-password"}),
    "network.list_outages": _of("C-1002"),
    "network.get_device": ("C-1006", {"device_id": "D-8006"}),
    "network.run_line_test": ("C-1007", {"device_id": "D-8007"}),
    "network.restart_device": ("C-1006", {"device_id": "D-8006"}),
}

NOBODYS = ("crm.find_customer", "erp.list_plans", "knowledge.search_articles", "knowledge.get_article")
"""Tools that are not about one customer."""
