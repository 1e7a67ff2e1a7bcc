"""What the seeded tenants sell: plans and retention offers."""

from mcp_servers.sandbox.rows import Rows

from .household import SeededLine

PLANS = {
    "essential-50": ("Essential 50, paid yearly", 1500, 50),
    "fibre-100": ("Fibre 100", 2999, 100),
    "fibre-300": ("Fibre 300", 3999, 300),
    "fibre-500": ("Fibre 500", 5999, 500),
    "fibre-1000": ("Fibre 1000", 7999, 1000),
}
OFFERS = {
    "OF-10": ("Thank-you discount", 10, 6),
    "OF-15": ("Stay with us", 15, 6),
    "OF-20": ("Loyalty discount", 20, 12),
    "OF-30": ("Winning you back", 30, 12),
}


def add_price_list(rows: Rows) -> None:
    """Add the plans and offers of a tenant."""
    for plan_id, (name, monthly_minor, down_mbps) in PLANS.items():
        rows.add("plans", plan_id=plan_id, name=name, monthly_minor=monthly_minor, down_mbps=down_mbps)
    for offer_id, (name, discount_percent, months) in OFFERS.items():
        rows.add("offers", offer_id=offer_id, name=name, discount_percent=discount_percent, months=months)


def plan_line(plan_id: str) -> SeededLine:
    """The usual position of a monthly bill."""
    name, monthly_minor, _ = PLANS[plan_id]
    return SeededLine("plan", f"{name}, monthly", monthly_minor)
