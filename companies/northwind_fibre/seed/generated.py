"""The generated customers, C-10001 to C-11000: the same ones on every seeding, dated from the day of seeding."""

import json
import random
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from mcp_servers.sandbox.rows import Rows

from .household import Household, Numbers, Resident, SeededLine, Service
from .price_list import OFFERS, plan_line
from .schedule import HOURS

COUNT = 1000
SEED = 20251107
GIVEN_NAMES = (
    "Ada", "Amal", "Ana", "Arjun", "Beatriz", "Carlos", "Chen", "Claire", "David", "Deepa", "Emil", "Eva", "Fatima",
    "Felix", "Giulia", "Hana", "Ibrahim", "Ines", "Jonas", "Julia", "Kofi", "Lars", "Lena", "Lucía", "Mateo", "Mei",
    "Miriam", "Nadia", "Nikhil", "Nora", "Omar", "Paul", "Rania", "Rohan", "Ruth", "Sara", "Tomás", "Viktor", "Yara",
    "Zoe",
)  # fmt: skip
FAMILY_NAMES = (
    "Abbas", "Andersen", "Baker", "Bauer", "Castillo", "Chandra", "Cohen", "Costa", "Dubois", "Eriksen", "Fischer",
    "Fournier", "Gomez", "Gupta", "Haas", "Hughes", "Ito", "Iyer", "Jansen", "Kapoor", "Keller", "Kim", "Laurent",
    "Lewis", "Mensah", "Moreau", "Nguyen", "Novak", "Okoye", "Patel", "Quinn", "Reyes", "Santos", "Silva", "Torres",
    "Usman", "Vega", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
STREETS = ("Ash", "Bridge", "Cedar", "Elm", "Grove", "Hill", "Lake", "Mill", "Oak", "Park", "River", "Spring")
TOWNS = {
    "east": (("Syracuse, NY", 13202), ("Worcester, MA", 1608), ("Trenton, NJ", 8608)),
    "central": (("Peoria, IL", 61602), ("Madison, WI", 53703), ("Topeka, KS", 66603)),
    "mountain": (("Boise, ID", 83702), ("Provo, UT", 84601), ("Boulder, CO", 80302)),
    "west": (("Eugene, OR", 97401), ("Tacoma, WA", 98402), ("Fresno, CA", 93721)),
}
AREA_CODES = ("315", "609", "309", "608", "785", "208", "801", "541", "253", "559")
CARDS = ("Visa •••• 4242", "Visa •••• 1881", "Mastercard •••• 4444", "American Express •••• 0005")
TALKS = (
    ("chat", "customer", "Asked how to change the Wi-Fi name; answered from the knowledge base."),
    ("voice", "customer", "Asked when the next bill comes."),
    ("email", "email", "Thanked the technician for the visit."),
    ("chat", "assistant", "Explained the last bill."),
    ("voice", "representative", "Checked the speed of the line together; it was fine."),
)


class Draw(NamedTuple):
    """What the dice say for one customer."""

    dice: random.Random
    number: int

    def chance(self, percent: float) -> bool:
        """True for that many of a hundred customers."""
        return self.dice.random() * 100 < percent


def add_generated(rows: Rows, progress: Callable[[int, int], None]) -> None:
    """Add all generated customers; `progress` is told how many of how many are done."""
    dice = random.Random(SEED)
    for position in range(1, COUNT + 1):
        _add_customer(rows, Draw(dice, 10_000 + position))
        if position % 100 == 0:
            progress(position, COUNT)


def _add_customer(rows: Rows, draw: Draw) -> None:
    plan_id = draw.dice.choices(("fibre-100", "fibre-300", "fibre-500", "fibre-1000"), (25, 45, 22, 8))[0]
    suspended = draw.chance(3)
    service = Service(
        plan_id,
        status="suspended" if suspended else "active",
        line=draw.dice.choices(("good", "degraded", "fault", "down"), (955, 20, 20, 5))[0],
        running=not draw.chance(2),
    )
    home = Household(rows, _person(draw), _numbers(draw), service, **_customer_columns(draw))
    home.card(draw.dice.choice(CARDS), years_left=draw.dice.randint(1, 4))
    _add_bills(home, draw, plan_id, suspended)
    _add_history(home, draw)
    _add_logistics(home, draw)


def _person(draw: Draw) -> Resident:
    dice, number = draw
    name = f"{dice.choice(GIVEN_NAMES)} {dice.choice(FAMILY_NAMES)}"
    region = dice.choice(list(TOWNS))
    town, postcode = dice.choice(TOWNS[region])
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace(" ", ".")
    position = number - 10_001
    return Resident(
        customer_id=f"C-{number}",
        name=name,
        email=f"{plain}.{number}@example.{dice.choice(('com', 'org', 'net'))}",
        phone=f"+1{AREA_CODES[position // 100]}555{100 + position % 100:04}",
        address=f"{dice.randint(1, 980)} {dice.choice(STREETS)} Street, {town} {postcode:05}",
        region=region,
        locale=dice.choices(("en", "es", "de", "fr", "hi"), (80, 8, 4, 4, 4))[0],
        since_days=dice.randint(120, 2500),
    )


def _numbers(draw: Draw) -> Numbers:
    return Numbers(f"S-{draw.number}", f"D-{draw.number}", f"SUB-{draw.number}", f"PM-{draw.number}")


def _customer_columns(draw: Draw) -> dict[str, str | int | None]:
    flag = draw.dice.choices((None, "vulnerable", "medical_alarm", "fraud"), (970, 10, 10, 10))[0]
    return {
        "flags": json.dumps([flag] if flag else []),
        "consent_marketing": int(not draw.chance(35)),
        "autopay_method_id": f"PM-{draw.number}" if draw.chance(45) else None,
    }


def _add_bills(home: Household, draw: Draw, plan_id: str, suspended: bool) -> None:
    plan = plan_line(plan_id)
    ids = [(f"INV-{draw.number}{month}", f"P-{draw.number}{month}") for month in range(5)]
    for month in (3, 2):
        home.bill(ids[month][0], month, [plan], [ids[month][1]])
    if suspended or draw.chance(3):
        home.bill(ids[1][0], 1, [plan, SeededLine("late_fee", "Late payment fee", 500)])
        return
    home.bill(ids[1][0], 1, [plan], [ids[1][1]])
    extra = [SeededLine("one_off", "Technician call-out", 2500)] if draw.chance(4) else []
    late = [SeededLine("late_fee", "Late payment fee", 500)] if draw.chance(4) else []
    paid_by = [ids[0][1]] if draw.chance(70) else []
    again = [ids[4][1]] if paid_by and draw.chance(3) else []
    home.bill(ids[0][0], 0, [plan, *extra, *late], paid_by + again)


def _add_history(home: Household, draw: Draw) -> None:
    dice, number = draw
    for position in range(dice.randint(0, 3)):
        home.interaction(f"I-{number}{position}", dice.uniform(1, 300), *dice.choice(TALKS))
    if draw.chance(2):
        home.credit(f"CR-{number}", dice.uniform(1, 28), dice.choice((500, 1000, 1500)), "goodwill")
    if draw.chance(45):
        home.own("offered", offer_id=dice.choice(list(OFFERS)))
    if draw.chance(8):
        home.accepted(f"AC-{number}", "OF-10", dice.randint(13, 20), (10, 6))


def _add_logistics(home: Household, draw: Draw) -> None:
    dice, number = draw
    if draw.chance(5):
        home.outage(f"OUT-{number}", dice.uniform(8, 60), dice.choice((1, 2, 3)), "Power failure at a cabinet", 200)
    elif draw.chance(1):
        home.outage(f"OUT-{number}", 0.2, None, "Fibre cut during road works", 200)
    if draw.chance(4):
        status = dice.choice(("shipped", "delivered", "late", "lost"))
        promised_days_ago = {"shipped": -2, "delivered": 9, "late": 3, "lost": 6}[status]
        home.order(f"O-{number}", "Wi-Fi extender", status, promised_days_ago, amount_minor=0)
    if draw.chance(6):
        home.visit(f"WO-{number}", dice.randint(-40, -3), dice.choice(HOURS), status="done")
    if draw.chance(3):
        home.visit(f"WO-{number}9", dice.randint(0, 12), dice.choice(HOURS))
