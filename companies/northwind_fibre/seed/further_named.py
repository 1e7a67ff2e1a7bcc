"""Further named customers, from C-1020 on: refunds that were made, a visit that nobody came to, orders to give back."""

from datetime import timedelta

from mcp_servers.sandbox.rows import Rows

from .household import Household, SeededLine, Service
from .named import earlier_bills, named_household
from .price_list import plan_line


def add_further_named(rows: Rows) -> None:
    """Add all further named customers."""
    for add in (_tara, _umar, _vera, _wen):
        add(rows)


def _refunded(home: Household, refund_id: str, payment_id: str, amount_minor: int, days_ago: int) -> None:
    home.own(
        "refunds",
        refund_id=refund_id,
        payment_id=payment_id,
        amount_minor=amount_minor,
        reason="goodwill",
        refunded_at=home.moment_ago(days_ago),
    )


def _tara(rows: Rows) -> None:
    ends_on = (rows.now.date() + timedelta(days=200)).isoformat()
    home = named_household(
        rows,
        20,
        "Tara Lindgren",
        Service("fibre-300", terms={"contract_ends_on": ends_on}),
        mailbox="tara.lindgren",
        address="18 Birch Lane, Portland, ME 04101",
    )
    earlier_bills(home, 20, [plan_line("fibre-300")], until=0)
    _refunded(home, "R-7020", "P-40020", 3999, 2)


def _umar(rows: Rows) -> None:
    home = named_household(
        rows,
        21,
        "Umar Rahman",
        Service("fibre-300"),
        mailbox="umar.rahman",
        address="6 Chapel Street, Hartford, CT 06103",
    )
    earlier_bills(home, 21, [plan_line("fibre-300")])
    home.bill("INV-3021", 0, [plan_line("fibre-300"), SeededLine("one_off", "Call-out", 2500)], ["P-5211"], days_ago=28)
    _refunded(home, "R-7021", "P-5211", 2500, 20)


def _vera(rows: Rows) -> None:
    home = named_household(
        rows,
        22,
        "Vera Novak",
        Service("fibre-500", line="degraded"),
        mailbox="vera.novak",
        address="77 Quarry Road, Burlington, VT 05401",
    )
    earlier_bills(home, 22, [plan_line("fibre-500")], until=0)
    home.visit("WO-7022", -1, 10)
    home.interaction("I-1022", 6, "chat", "customer", "Booked a technician because the line is slow.")


def _wen(rows: Rows) -> None:
    home = named_household(
        rows,
        23,
        "Wen Zhao",
        Service("fibre-300"),
        mailbox="wen.zhao",
        address="250 Garden Terrace, Manchester, NH 03101",
    )
    earlier_bills(home, 23, [plan_line("fibre-300")], until=0)
    at = home.now - timedelta(days=1)
    home.own(
        "orders",
        order_id="O-9023",
        item="Wi-Fi extender",
        status="ordered",
        promised_on=(home.today + timedelta(days=6)).isoformat(),
        payment_id="P-5231",
        amount_minor=4500,
        carrier="Swift Parcel",
    )
    home.event("O-9023", 1, "Order received")
    home.pay("P-5231", 4500, at, order_id="O-9023", description="Wi-Fi extender")
    home.order("O-9024", "Router stand", "delivered", 5, payment_id="P-5232", amount_minor=2500)
    home.event("O-9024", 5, "Delivered")
    home.pay("P-5232", 2500, home.now - timedelta(days=11), order_id="O-9024", description="Router stand")
