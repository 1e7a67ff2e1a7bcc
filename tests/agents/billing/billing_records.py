"""Records of business systems for billing's tests, as plain data."""

from typing import Any


def payment(payment_id: str = "P-1", amount_minor: int = 3999, **changes: Any) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "customer_id": "C-1",
        "invoice_id": None,
        "order_id": None,
        "captured_at": "2026-11-03T10:00:00+00:00",
        "amount_minor": amount_minor,
        "refunded_minor": 0,
        "refundable_minor": amount_minor,
        "currency": "USD",
        "method_id": "PM-1",
        "method": "Visa •••• 4242",
        "status": "captured",
        "captures_of_charge": 1,
        "surplus_minor": 0,
        "duplicate_of": None,
        "last_refund_at": None,
        "description": "",
    } | changes


def twice(first: str, second: str, amount_minor: int = 3999, **changes: Any) -> list[dict[str, Any]]:
    """A charge captured twice, the later capture first."""
    both = {"captures_of_charge": 2, "surplus_minor": amount_minor} | changes
    return [payment(second, amount_minor, duplicate_of=first, **both), payment(first, amount_minor, **both)]


def refund_of(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "refund_id": "R-1",
        "payment_id": arguments["payment_id"],
        "amount_minor": arguments["amount_minor"],
        "refunded_at": "2026-11-20T15:00:00+00:00",
        "arrives_by": "2026-11-27",
        "method": "Visa •••• 4242",
    }


def line(kind: str, description: str, amount_minor: int, waived: bool = False, line_id: str = "L-1") -> dict[str, Any]:
    return {
        "line_id": line_id,
        "kind": kind,
        "description": description,
        "amount_minor": amount_minor,
        "waived": waived,
    }


def invoice(invoice_id: str, issued_on: str, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    total = sum(each["amount_minor"] for each in lines if not each["waived"])
    return {
        "invoice_id": invoice_id,
        "customer_id": "C-1",
        "issued_on": issued_on,
        "due_on": issued_on[:-2] + "28",
        "period": issued_on[:7],
        "total_minor": total,
        "balance_minor": total,
        "status": "open",
        "lines": list(lines),
        "url": f"https://my.example/invoices/{invoice_id}",
    } | changes


def bills(*invoices: dict[str, Any]) -> dict[str, Any]:
    """What `list_invoices` and `get_invoice` answer for these, newest first."""
    known = {each["invoice_id"]: each for each in invoices}
    return {
        "list_invoices": {"items": [{k: v for k, v in each.items() if k not in ("lines", "url")} for each in invoices]},
        "get_invoice": lambda arguments: known[arguments["invoice_id"]],
    }


def method(method_id: str, label: str, default: bool = False) -> dict[str, Any]:
    return {"method_id": method_id, "kind": "card", "label": label, "expires": "2028-01", "default": default}


def methods(*items: dict[str, Any], autopay: bool = False) -> dict[str, Any]:
    return {"items": list(items), "autopay": autopay}


def outage(outage_id: str = "OUT-1", **changes: Any) -> dict[str, Any]:
    return {
        "outage_id": outage_id,
        "site_id": "S-1",
        "started_at": "2026-10-10T08:00:00+00:00",
        "ended_at": "2026-10-13T08:00:00+00:00",
        "expected_end_at": None,
        "cause": "Fibre cut",
        "days": 3,
        "credit_due_minor": 1200,
        "credited": False,
    } | changes
