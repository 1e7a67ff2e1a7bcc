"""The sandbox's network: lines, devices and outages; of the others it knows who is served, and how fast."""

from mcp_servers.sandbox.system import OWN_TABLES, SandboxSystem, announce, keep

TABLES = """
CREATE TABLE IF NOT EXISTS lines (
  tenant TEXT NOT NULL, site_id TEXT NOT NULL, customer_id TEXT NOT NULL,
  line TEXT NOT NULL DEFAULT 'good' CHECK (line IN ('good', 'degraded', 'fault', 'down')),
  PRIMARY KEY (tenant, site_id)
) STRICT;
CREATE TABLE IF NOT EXISTS devices (
  tenant TEXT NOT NULL, device_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL, kind TEXT NOT NULL,
  model TEXT NOT NULL, wifi_name TEXT NOT NULL, running INTEGER NOT NULL DEFAULT 1, last_seen_at TEXT NOT NULL,
  PRIMARY KEY (tenant, device_id)
) STRICT;

CREATE TABLE IF NOT EXISTS outages (
  tenant TEXT NOT NULL, outage_id TEXT NOT NULL, customer_id TEXT NOT NULL, site_id TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT, expected_end_at TEXT, cause TEXT NOT NULL,
  credit_per_day_minor INTEGER NOT NULL, credit_id TEXT, PRIMARY KEY (tenant, outage_id, site_id)
) STRICT;
CREATE INDEX IF NOT EXISTS outages_customer ON outages (tenant, customer_id);
"""
COPIES = """
CREATE TABLE IF NOT EXISTS subscribers (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, PRIMARY KEY (tenant, customer_id)
) STRICT;
CREATE TABLE IF NOT EXISTS connections (
  tenant TEXT NOT NULL, subscription_id TEXT NOT NULL, customer_id TEXT NOT NULL, device_id TEXT NOT NULL,
  status TEXT NOT NULL, cancel_effective_on TEXT, down_mbps INTEGER NOT NULL, PRIMARY KEY (tenant, subscription_id)
) STRICT;
CREATE INDEX IF NOT EXISTS connections_device ON connections (tenant, device_id);
"""
OUTAGE = {
    name: f"NEW.{name}"
    for name in (
        "outage_id", "customer_id", "site_id", "started_at", "ended_at", "credit_per_day_minor", "credit_id",
    )
}  # fmt: skip
CONNECTION = """
INSERT INTO connections VALUES
  (:tenant, :subscription_id, :customer_id, :device_id, :status, :cancel_effective_on, :down_mbps)
ON CONFLICT (tenant, subscription_id) DO UPDATE SET device_id = excluded.device_id, status = excluded.status,
cancel_effective_on = excluded.cancel_effective_on, down_mbps = excluded.down_mbps
"""
CREDITED = """
UPDATE outages SET credit_id = :credit_id
WHERE tenant = :tenant AND outage_id = :outage_id AND site_id = :site_id
"""
NETWORK = SandboxSystem(
    "network",
    OWN_TABLES
    + TABLES
    + COPIES
    + announce("outage", "outages", OUTAGE, "started_at, ended_at, credit_per_day_minor, credit_id"),
    customers="subscribers",
    renamed={"sites": "lines"},
    copies=frozenset({"subscribers", "connections"}),
    takes={
        "crm": {
            "customer": keep("INSERT OR IGNORE INTO subscribers VALUES (:tenant, :customer_id)"),
            "customer_gone": keep("DELETE FROM subscribers WHERE tenant = :tenant AND customer_id = :customer_id"),
        },
        "erp": {
            "subscription": keep(CONNECTION),
            "subscription_gone": keep(
                "DELETE FROM connections WHERE tenant = :tenant AND subscription_id = :subscription_id"
            ),
            "outage_credited": keep(CREDITED),
        },
    },
)
