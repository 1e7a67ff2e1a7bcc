"""The sandbox's tables. Every row belongs to a tenant; times are ISO 8601 text in UTC, money is minor units.

The checks, unique indexes and triggers say once more, for the database itself, what must hold whoever writes.
"""

CALLS = """
CREATE TABLE IF NOT EXISTS counters (
  tenant TEXT NOT NULL, prefix TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (tenant, prefix)
) STRICT;

CREATE TABLE IF NOT EXISTS idempotency_keys (
  tenant TEXT NOT NULL, server TEXT NOT NULL, key TEXT NOT NULL, tool TEXT NOT NULL, customer_id TEXT NOT NULL,
  arguments_digest TEXT NOT NULL, result TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (tenant, server, key)
) STRICT;
"""
"""The tables that calls themselves need, in every server's database."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS seeding (tenant TEXT PRIMARY KEY, seeded_at TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS tenants (
  tenant TEXT PRIMARY KEY, currency TEXT NOT NULL, country TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS tenant_words (
  tenant TEXT PRIMARY KEY, brand TEXT NOT NULL, contact_point TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS crew (
  tenant TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (tenant, position)
) STRICT;

CREATE TABLE IF NOT EXISTS customers (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  address TEXT NOT NULL, locale TEXT NOT NULL, timezone TEXT NOT NULL, region TEXT NOT NULL,
  customer_since TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'cancelled')),
  flags TEXT NOT NULL DEFAULT '[]', contact_changed_at TEXT, consent_marketing INTEGER NOT NULL DEFAULT 1,
  consent_partners INTEGER NOT NULL DEFAULT 0,
  consent_service INTEGER NOT NULL DEFAULT 1, autopay_method_id TEXT, PRIMARY KEY (tenant, customer_id)
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

CREATE TABLE IF NOT EXISTS plans (
  tenant TEXT NOT NULL, plan_id TEXT NOT NULL, name TEXT NOT NULL, monthly_minor INTEGER NOT NULL,
  down_mbps INTEGER NOT NULL, PRIMARY KEY (tenant, plan_id)
) STRICT;
CREATE TABLE IF NOT EXISTS sites (
  tenant TEXT NOT NULL, site_id TEXT NOT NULL, customer_id TEXT NOT NULL, address TEXT NOT NULL, region TEXT NOT NULL,
  line TEXT NOT NULL DEFAULT 'good' CHECK (line IN ('good', 'degraded', 'fault', 'down')),
  PRIMARY KEY (tenant, site_id)
) STRICT;
CREATE TABLE IF NOT EXISTS devices (
  tenant TEXT NOT NULL, device_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL, kind TEXT NOT NULL,
  model TEXT NOT NULL, wifi_name TEXT NOT NULL, running INTEGER NOT NULL DEFAULT 1, last_seen_at TEXT NOT NULL,
  PRIMARY KEY (tenant, device_id)
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

CREATE TABLE IF NOT EXISTS outages (
  tenant TEXT NOT NULL, outage_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT, expected_end_at TEXT, cause TEXT NOT NULL,
  credit_per_day_minor INTEGER NOT NULL, credit_id TEXT, PRIMARY KEY (tenant, outage_id, site_id)
) STRICT;
CREATE INDEX IF NOT EXISTS outages_customer ON outages (tenant, customer_id);
"""
