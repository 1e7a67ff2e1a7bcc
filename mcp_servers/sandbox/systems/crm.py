"""The sandbox's CRM: customers and what was said to them; of the ERP it knows bills and services."""

from mcp_servers.sandbox.system import OWN_TABLES, SandboxSystem, announce, keep

TABLES = """
CREATE TABLE IF NOT EXISTS tenant_words (
  tenant TEXT PRIMARY KEY, brand TEXT NOT NULL, contact_point TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS customers (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  address TEXT NOT NULL, locale TEXT NOT NULL, timezone TEXT NOT NULL, region TEXT NOT NULL,
  customer_since TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'cancelled')),
  flags TEXT NOT NULL DEFAULT '[]', contact_changed_at TEXT, consent_marketing INTEGER NOT NULL DEFAULT 1,
  consent_partners INTEGER NOT NULL DEFAULT 0,
  consent_service INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (tenant, customer_id)
) STRICT;
CREATE INDEX IF NOT EXISTS customers_email ON customers (tenant, email);
CREATE INDEX IF NOT EXISTS customers_phone ON customers (tenant, phone);

CREATE TABLE IF NOT EXISTS interactions (
  tenant TEXT NOT NULL, interaction_id TEXT NOT NULL, customer_id TEXT NOT NULL, at TEXT NOT NULL,
  channel TEXT NOT NULL, author TEXT NOT NULL, summary TEXT NOT NULL, disposition TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, interaction_id)
) STRICT;
CREATE INDEX IF NOT EXISTS interactions_customer ON interactions (tenant, customer_id, at);

CREATE TABLE IF NOT EXISTS partner_consents (
  tenant TEXT NOT NULL, consent_id TEXT NOT NULL, customer_id TEXT NOT NULL, partner TEXT NOT NULL,
  tools TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), until TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('requested', 'given', 'withdrawn')), requested_at TEXT NOT NULL,
  decided_at TEXT, PRIMARY KEY (tenant, consent_id)
) STRICT;
CREATE INDEX IF NOT EXISTS partner_consents_customer ON partner_consents (tenant, customer_id);

CREATE TABLE IF NOT EXISTS cases (
  tenant TEXT NOT NULL, case_id TEXT NOT NULL, customer_id TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
  description TEXT NOT NULL, opened_at TEXT NOT NULL, PRIMARY KEY (tenant, case_id)
) STRICT;
CREATE INDEX IF NOT EXISTS cases_customer ON cases (tenant, customer_id, opened_at);

CREATE TABLE IF NOT EXISTS feedback (
  tenant TEXT NOT NULL, feedback_id TEXT NOT NULL, customer_id TEXT NOT NULL, score INTEGER NOT NULL,
  comment TEXT NOT NULL, recorded_at TEXT NOT NULL, PRIMARY KEY (tenant, feedback_id)
) STRICT;

CREATE TABLE IF NOT EXISTS verifications (
  tenant TEXT NOT NULL, verification_id TEXT NOT NULL, customer_id TEXT NOT NULL, salt BLOB NOT NULL,
  code_hash BLOB NOT NULL, sent_at TEXT NOT NULL, expires_at TEXT NOT NULL, attempts_left INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'verified', 'replaced')), PRIMARY KEY (tenant, verification_id)
) STRICT;
CREATE INDEX IF NOT EXISTS verifications_customer ON verifications (tenant, customer_id, sent_at);

CREATE TABLE IF NOT EXISTS sign_in_links (
  tenant TEXT NOT NULL, link_id TEXT NOT NULL, customer_id TEXT NOT NULL, token_hash BLOB NOT NULL,
  sent_at TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (tenant, link_id)
) STRICT;
CREATE INDEX IF NOT EXISTS sign_in_links_customer ON sign_in_links (tenant, customer_id, sent_at);

CREATE TABLE IF NOT EXISTS outbox (
  tenant TEXT NOT NULL, message_id TEXT NOT NULL, customer_id TEXT NOT NULL, at TEXT NOT NULL, channel TEXT NOT NULL,
  recipient TEXT NOT NULL, template TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, message_id)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_customer ON outbox (tenant, customer_id, at);

CREATE TABLE IF NOT EXISTS carried (
  tenant TEXT NOT NULL, message_id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL, error TEXT NOT NULL DEFAULT '', PRIMARY KEY (tenant, message_id)
) STRICT;

CREATE TABLE IF NOT EXISTS offers (
  tenant TEXT NOT NULL, offer_id TEXT NOT NULL, name TEXT NOT NULL, discount_percent INTEGER NOT NULL,
  months INTEGER NOT NULL, PRIMARY KEY (tenant, offer_id)
) STRICT;

CREATE TABLE IF NOT EXISTS offered (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, offer_id TEXT NOT NULL, PRIMARY KEY (tenant, customer_id, offer_id)
) STRICT;

CREATE TABLE IF NOT EXISTS acceptances (
  tenant TEXT NOT NULL, acceptance_id TEXT NOT NULL, customer_id TEXT NOT NULL, offer_id TEXT NOT NULL,
  discount_percent INTEGER NOT NULL, months INTEGER NOT NULL, accepted_at TEXT NOT NULL, until TEXT NOT NULL,
  PRIMARY KEY (tenant, acceptance_id)
) STRICT;
CREATE INDEX IF NOT EXISTS acceptances_customer ON acceptances (tenant, customer_id, accepted_at);
"""
COPIES = """
CREATE TABLE IF NOT EXISTS bills (
  tenant TEXT NOT NULL, invoice_id TEXT NOT NULL, customer_id TEXT NOT NULL, due_on TEXT NOT NULL,
  balance_minor INTEGER NOT NULL, arrangement_id TEXT, PRIMARY KEY (tenant, invoice_id)
) STRICT;
CREATE INDEX IF NOT EXISTS bills_customer ON bills (tenant, customer_id);
CREATE TABLE IF NOT EXISTS services (
  tenant TEXT NOT NULL, subscription_id TEXT NOT NULL, customer_id TEXT NOT NULL, status TEXT NOT NULL,
  cancel_effective_on TEXT, monthly_minor INTEGER NOT NULL, PRIMARY KEY (tenant, subscription_id)
) STRICT;
CREATE INDEX IF NOT EXISTS services_customer ON services (tenant, customer_id);
"""
BILL = """
INSERT INTO bills VALUES (:tenant, :invoice_id, :customer_id, :due_on, :balance_minor, :arrangement_id)
ON CONFLICT (tenant, invoice_id) DO UPDATE SET due_on = excluded.due_on, balance_minor = excluded.balance_minor,
arrangement_id = excluded.arrangement_id
"""
SERVICE = """
INSERT INTO services VALUES (:tenant, :subscription_id, :customer_id, :status, :cancel_effective_on, :monthly_minor)
ON CONFLICT (tenant, subscription_id) DO UPDATE SET status = excluded.status,
cancel_effective_on = excluded.cancel_effective_on, monthly_minor = excluded.monthly_minor
"""
SETTLED = """
UPDATE customers SET status = 'active'
WHERE tenant = :tenant AND customer_id = :customer_id AND status = 'suspended'
"""
CRM = SandboxSystem(
    "crm",
    OWN_TABLES
    + TABLES
    + COPIES
    + announce("customer", "customers", {"customer_id": "NEW.customer_id", "status": "NEW.status"}, "status"),
    customers="customers",
    copies=frozenset({"bills", "services"}),
    takes={
        "erp": {
            "invoice": keep(BILL),
            "invoice_gone": keep("DELETE FROM bills WHERE tenant = :tenant AND invoice_id = :invoice_id"),
            "subscription": keep(SERVICE),
            "subscription_gone": keep(
                "DELETE FROM services WHERE tenant = :tenant AND subscription_id = :subscription_id"
            ),
            "settled": keep(SETTLED),
        }
    },
)
