"""The sandbox's ERP: services, bills, orders and visits; of the others it knows accounts, outages and refunds."""

from mcp_servers.sandbox.standing import restore_when_settled
from mcp_servers.sandbox.system import OWN_TABLES, SandboxSystem, announce, keep
from mcp_servers.work import Row, Work

TABLES = """
CREATE TABLE IF NOT EXISTS crew (
  tenant TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (tenant, position)
) STRICT;

CREATE TABLE IF NOT EXISTS plans (
  tenant TEXT NOT NULL, plan_id TEXT NOT NULL, name TEXT NOT NULL, monthly_minor INTEGER NOT NULL,
  down_mbps INTEGER NOT NULL, PRIMARY KEY (tenant, plan_id)
) STRICT;

CREATE TABLE IF NOT EXISTS sites (
  tenant TEXT NOT NULL, site_id TEXT NOT NULL, customer_id TEXT NOT NULL, address TEXT NOT NULL, region TEXT NOT NULL,
  PRIMARY KEY (tenant, site_id)
) STRICT;

CREATE TABLE IF NOT EXISTS subscriptions (
  tenant TEXT NOT NULL, subscription_id TEXT NOT NULL, customer_id TEXT NOT NULL, plan_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'cancelled')), site_id TEXT NOT NULL,
  device_id TEXT NOT NULL, started_on TEXT NOT NULL, contract_ends_on TEXT, promotion_name TEXT,
  promotion_minor INTEGER, promotion_ended_on TEXT, discount_percent INTEGER NOT NULL DEFAULT 0,
  discount_until TEXT, cancel_reason TEXT, cancel_effective_on TEXT, cancel_final_bill_minor INTEGER,
  PRIMARY KEY (tenant, subscription_id)
) STRICT;
CREATE INDEX IF NOT EXISTS subscriptions_customer ON subscriptions (tenant, customer_id);
CREATE INDEX IF NOT EXISTS subscriptions_device ON subscriptions (tenant, device_id);

CREATE TABLE IF NOT EXISTS invoices (
  tenant TEXT NOT NULL, invoice_id TEXT NOT NULL, customer_id TEXT NOT NULL, issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL, period TEXT NOT NULL, total_minor INTEGER NOT NULL,
  balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0), arrangement_id TEXT, PRIMARY KEY (tenant, invoice_id)
) STRICT;
CREATE INDEX IF NOT EXISTS invoices_customer ON invoices (tenant, customer_id, issued_on);

CREATE TABLE IF NOT EXISTS invoice_lines (
  tenant TEXT NOT NULL, line_id TEXT NOT NULL, invoice_id TEXT NOT NULL, kind TEXT NOT NULL,
  description TEXT NOT NULL, amount_minor INTEGER NOT NULL, waived INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, line_id)
) STRICT;
CREATE INDEX IF NOT EXISTS invoice_lines_invoice ON invoice_lines (tenant, invoice_id);

CREATE TABLE IF NOT EXISTS credits (
  tenant TEXT NOT NULL, credit_id TEXT NOT NULL, customer_id TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  unused_minor INTEGER NOT NULL CHECK (unused_minor >= 0), reason TEXT NOT NULL, applied_at TEXT NOT NULL,
  invoice_id TEXT, PRIMARY KEY (tenant, credit_id)
) STRICT;
CREATE INDEX IF NOT EXISTS credits_customer ON credits (tenant, customer_id);

CREATE TABLE IF NOT EXISTS waivers (
  tenant TEXT NOT NULL, waiver_id TEXT NOT NULL, customer_id TEXT NOT NULL, invoice_id TEXT NOT NULL,
  line_id TEXT NOT NULL, amount_minor INTEGER NOT NULL, reason TEXT NOT NULL, waived_at TEXT NOT NULL,
  PRIMARY KEY (tenant, waiver_id), UNIQUE (tenant, line_id)
) STRICT;

CREATE TABLE IF NOT EXISTS instalments (
  tenant TEXT NOT NULL, arrangement_id TEXT NOT NULL, customer_id TEXT NOT NULL, invoice_id TEXT NOT NULL,
  due_on TEXT NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (tenant, arrangement_id, due_on)
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
  tenant TEXT NOT NULL, order_id TEXT NOT NULL, customer_id TEXT NOT NULL, item TEXT NOT NULL, status TEXT NOT NULL,
  promised_on TEXT NOT NULL, payment_id TEXT, amount_minor INTEGER NOT NULL, carrier TEXT NOT NULL,
  PRIMARY KEY (tenant, order_id)
) STRICT;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (tenant, customer_id);

CREATE TABLE IF NOT EXISTS order_events (
  tenant TEXT NOT NULL, order_id TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS order_events_order ON order_events (tenant, order_id, at);

CREATE TABLE IF NOT EXISTS returns (
  tenant TEXT NOT NULL, return_id TEXT NOT NULL, customer_id TEXT NOT NULL, order_id TEXT NOT NULL,
  reason TEXT NOT NULL, url TEXT NOT NULL, PRIMARY KEY (tenant, return_id), UNIQUE (tenant, order_id)
) STRICT;

CREATE TABLE IF NOT EXISTS slots (
  tenant TEXT NOT NULL, slot_id TEXT NOT NULL, region TEXT NOT NULL, day TEXT NOT NULL,
  starts_at TEXT NOT NULL, ends_at TEXT NOT NULL, PRIMARY KEY (tenant, slot_id)
) STRICT;
CREATE INDEX IF NOT EXISTS slots_region ON slots (tenant, region, starts_at);

CREATE TABLE IF NOT EXISTS appointments (
  tenant TEXT NOT NULL, appointment_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL,
  slot_id TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('booked', 'cancelled', 'done')), reschedule_count INTEGER NOT NULL DEFAULT 0,
  technician TEXT, PRIMARY KEY (tenant, appointment_id)
) STRICT;
CREATE INDEX IF NOT EXISTS appointments_customer ON appointments (tenant, customer_id);
CREATE UNIQUE INDEX IF NOT EXISTS slot_booked_once ON appointments (tenant, slot_id) WHERE status <> 'cancelled';

CREATE TABLE IF NOT EXISTS missed_visits (
  tenant TEXT NOT NULL, appointment_id TEXT NOT NULL, credit_id TEXT NOT NULL, PRIMARY KEY (tenant, appointment_id)
) STRICT;
"""
COPIES = """
CREATE TABLE IF NOT EXISTS accounts (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (tenant, customer_id)
) STRICT;
CREATE TABLE IF NOT EXISTS received (
  tenant TEXT NOT NULL, payment_id TEXT NOT NULL, invoice_id TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  PRIMARY KEY (tenant, payment_id)
) STRICT;
CREATE INDEX IF NOT EXISTS received_invoice ON received (tenant, invoice_id);
CREATE TABLE IF NOT EXISTS refunded_payments (
  tenant TEXT NOT NULL, payment_id TEXT NOT NULL, PRIMARY KEY (tenant, payment_id)
) STRICT;
CREATE TABLE IF NOT EXISTS outage_reports (
  tenant TEXT NOT NULL, outage_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT, credit_per_day_minor INTEGER NOT NULL, credit_id TEXT,
  PRIMARY KEY (tenant, outage_id, site_id)
) STRICT;
CREATE INDEX IF NOT EXISTS outage_reports_customer ON outage_reports (tenant, customer_id);
"""
EVENTS = (
    announce(
        "invoice",
        "invoices",
        {
            "invoice_id": "NEW.invoice_id",
            "customer_id": "NEW.customer_id",
            "due_on": "NEW.due_on",
            "total_minor": "NEW.total_minor",
            "balance_minor": "NEW.balance_minor",
            "arrangement_id": "NEW.arrangement_id",
            "received_minor": "(SELECT coalesce(sum(amount_minor), 0) FROM received r "
            "WHERE r.tenant = NEW.tenant AND r.invoice_id = NEW.invoice_id)",
        },
        "due_on, total_minor, balance_minor, arrangement_id",
    )
    + announce(
        "subscription",
        "subscriptions",
        {
            "subscription_id": "NEW.subscription_id",
            "customer_id": "NEW.customer_id",
            "device_id": "NEW.device_id",
            "status": "NEW.status",
            "cancel_effective_on": "NEW.cancel_effective_on",
            **{
                name: f"(SELECT coalesce(max({name}), 0) FROM plans p "  # noqa: S608 (fixed names)
                "WHERE p.tenant = NEW.tenant AND p.plan_id = NEW.plan_id)"
                for name in ("monthly_minor", "down_mbps")
            },
        },
        "plan_id, status, device_id, cancel_effective_on",
    )
    + announce(
        "order",
        "orders",
        {
            "order_id": "NEW.order_id",
            "customer_id": "NEW.customer_id",
            "status": "NEW.status",
            "amount_minor": "NEW.amount_minor",
        },
        "status, amount_minor",
    )
)
ACCOUNT = """
INSERT INTO accounts VALUES (:tenant, :customer_id, :status)
ON CONFLICT (tenant, customer_id) DO UPDATE SET status = excluded.status
"""
OUTAGE = """
INSERT INTO outage_reports VALUES
  (:tenant, :outage_id, :customer_id, :site_id, :started_at, :ended_at, :credit_per_day_minor, :credit_id)
ON CONFLICT (tenant, outage_id, site_id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at,
credit_per_day_minor = excluded.credit_per_day_minor, credit_id = coalesce(outage_reports.credit_id, excluded.credit_id)
"""
DISCOUNT = """
UPDATE subscriptions SET discount_percent = :discount_percent, discount_until = :until
WHERE tenant = :tenant AND customer_id = :customer_id AND subscription_id = :subscription_id
"""


def receive_payment(work: Work, facts: Row) -> None:
    """Lower the bill by what was paid for it; a suspension ends once nothing is overdue.

    What was paid beyond the balance, because a credit came meanwhile, stays with the payment as captured too much.
    """
    work.change("INSERT OR IGNORE INTO received VALUES (:tenant, :payment_id, :invoice_id, :amount_minor)", **facts)
    work.change(
        "UPDATE invoices SET balance_minor = max(0, balance_minor - :amount_minor) "
        "WHERE tenant = :tenant AND customer_id = :customer AND invoice_id = :invoice_id",
        **facts,
    )
    restore_when_settled(work)


ERP = SandboxSystem(
    "erp",
    OWN_TABLES + TABLES + COPIES + EVENTS,
    customers="accounts",
    copies=frozenset({"accounts", "received", "refunded_payments", "outage_reports"}),
    takes={
        "crm": {
            "customer": keep(ACCOUNT),
            "customer_gone": keep("DELETE FROM accounts WHERE tenant = :tenant AND customer_id = :customer_id"),
            "offer_accepted": keep(DISCOUNT),
        },
        "payments": {
            "payment_taken": receive_payment,
            "order_refunded": keep("INSERT OR IGNORE INTO refunded_payments VALUES (:tenant, :payment_id)"),
        },
        "network": {
            "outage": keep(OUTAGE),
            "outage_gone": keep(
                "DELETE FROM outage_reports WHERE tenant = :tenant AND outage_id = :outage_id AND site_id = :site_id"
            ),
        },
    },
)
