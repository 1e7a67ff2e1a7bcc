"""The sandbox's payment provider: methods, captures and refunds; of the ERP it knows what is owed for what."""

from mcp_servers.sandbox.system import OWN_TABLES, SandboxSystem, keep

TABLES = """
CREATE TABLE IF NOT EXISTS methods (
  tenant TEXT NOT NULL, method_id TEXT NOT NULL, customer_id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
  expires TEXT, is_default INTEGER NOT NULL, PRIMARY KEY (tenant, method_id)
) STRICT;
CREATE INDEX IF NOT EXISTS methods_customer ON methods (tenant, customer_id);

CREATE TABLE IF NOT EXISTS payments (
  tenant TEXT NOT NULL, payment_id TEXT NOT NULL, customer_id TEXT NOT NULL, invoice_id TEXT, order_id TEXT,
  captured_at TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), currency TEXT NOT NULL,
  method_id TEXT NOT NULL, description TEXT NOT NULL, PRIMARY KEY (tenant, payment_id)
) STRICT;
CREATE INDEX IF NOT EXISTS payments_customer ON payments (tenant, customer_id, captured_at);
CREATE INDEX IF NOT EXISTS payments_invoice ON payments (tenant, invoice_id);

CREATE TABLE IF NOT EXISTS refunds (
  tenant TEXT NOT NULL, refund_id TEXT NOT NULL, payment_id TEXT NOT NULL, customer_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), reason TEXT NOT NULL, refunded_at TEXT NOT NULL,
  PRIMARY KEY (tenant, refund_id)
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_payment ON refunds (tenant, payment_id);
CREATE INDEX IF NOT EXISTS refunds_customer ON refunds (tenant, customer_id);

CREATE TABLE IF NOT EXISTS returned_refunds (
  tenant TEXT NOT NULL, refund_id TEXT NOT NULL, returned_at TEXT NOT NULL, PRIMARY KEY (tenant, refund_id)
) STRICT;
CREATE TRIGGER IF NOT EXISTS refund_within_capture BEFORE INSERT ON refunds
WHEN NEW.amount_minor + (
  SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE tenant = NEW.tenant AND payment_id = NEW.payment_id
) > (SELECT amount_minor FROM payments WHERE tenant = NEW.tenant AND payment_id = NEW.payment_id)
BEGIN SELECT RAISE(ABORT, 'refunds exceed the capture'); END;

CREATE TABLE IF NOT EXISTS payment_links (
  tenant TEXT NOT NULL, link_id TEXT NOT NULL, customer_id TEXT NOT NULL, invoice_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, url TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  PRIMARY KEY (tenant, link_id)
) STRICT;
CREATE TABLE IF NOT EXISTS payers (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, autopay_method_id TEXT, PRIMARY KEY (tenant, customer_id)
) STRICT;
"""
COPIES = """
CREATE TABLE IF NOT EXISTS owed_invoices (
  tenant TEXT NOT NULL, invoice_id TEXT NOT NULL, customer_id TEXT NOT NULL, total_minor INTEGER NOT NULL,
  balance_minor INTEGER NOT NULL, received_minor INTEGER NOT NULL, taken_minor INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, invoice_id)
) STRICT;
CREATE TABLE IF NOT EXISTS owed_orders (
  tenant TEXT NOT NULL, order_id TEXT NOT NULL, customer_id TEXT NOT NULL, status TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, PRIMARY KEY (tenant, order_id)
) STRICT;
"""
INVOICE = """
INSERT INTO owed_invoices (tenant, invoice_id, customer_id, total_minor, balance_minor, received_minor)
VALUES (:tenant, :invoice_id, :customer_id, :total_minor, :balance_minor, :received_minor)
ON CONFLICT (tenant, invoice_id) DO UPDATE SET total_minor = excluded.total_minor,
balance_minor = excluded.balance_minor, received_minor = excluded.received_minor
"""
ORDER = """
INSERT INTO owed_orders VALUES (:tenant, :order_id, :customer_id, :status, :amount_minor)
ON CONFLICT (tenant, order_id) DO UPDATE SET status = excluded.status, amount_minor = excluded.amount_minor
"""
ORDER_REFUNDED = """
CREATE TRIGGER IF NOT EXISTS order_refunded AFTER INSERT ON refunds WHEN EXISTS (SELECT 1 FROM payments p
  WHERE p.tenant = NEW.tenant AND p.payment_id = NEW.payment_id AND p.order_id IS NOT NULL)
BEGIN INSERT INTO events (tenant, topic, facts) VALUES (NEW.tenant, 'order_refunded',
  json_object('customer_id', NEW.customer_id, 'payment_id', NEW.payment_id)); END;
"""
PAYMENTS = SandboxSystem(
    "payments",
    OWN_TABLES + TABLES + COPIES + ORDER_REFUNDED,
    customers="payers",
    renamed={"customers": "payers"},
    copies=frozenset({"owed_invoices", "owed_orders"}),
    takes={
        "crm": {
            "customer": keep("INSERT OR IGNORE INTO payers VALUES (:tenant, :customer_id, NULL)"),
            "customer_gone": keep("DELETE FROM payers WHERE tenant = :tenant AND customer_id = :customer_id"),
        },
        "erp": {
            "invoice": keep(INVOICE),
            "invoice_gone": keep("DELETE FROM owed_invoices WHERE tenant = :tenant AND invoice_id = :invoice_id"),
            "order": keep(ORDER),
            "order_gone": keep("DELETE FROM owed_orders WHERE tenant = :tenant AND order_id = :order_id"),
        },
    },
)
