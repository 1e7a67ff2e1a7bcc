"""Circumstances that no seeded customer is in, each brought about in the business systems for the customer of a row."""

# ruff: noqa: E501 - SQL reads better whole
OWN = "tenant = 'northwind-fibre' AND customer_id = '{who}'"
NEWEST = f"(SELECT invoice_id FROM invoices WHERE {OWN} ORDER BY issued_on DESC LIMIT {{count}})"
T = "'northwind-fibre', "


def _open_bills(count: int) -> str:
    newest = NEWEST.replace("{count}", str(count))
    return f"UPDATE invoices SET balance_minor = total_minor WHERE {OWN} AND invoice_id IN {newest};"


def _visit(number: int, slot: str) -> str:
    """A visit of the customer in some free slot of their region, named by its place from now on."""
    return (
        "INSERT INTO appointments (tenant, appointment_id, customer_id, site_id, slot_id, kind, reason, status) "
        f"SELECT {T} 'WO-81{number:02}', s.customer_id, s.site_id, ({slot}), 'repair', 'Technician visit', 'booked' "
        f"FROM sites s WHERE s.tenant = 'northwind-fibre' AND s.customer_id = '{{who}}' LIMIT 1;"
    )


def _slot(place: int) -> str:
    return (
        "SELECT l.slot_id FROM slots l WHERE l.tenant = 'northwind-fibre' AND l.region = s.region "
        "AND l.starts_at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '+2 days') AND NOT EXISTS (SELECT 1 FROM appointments a "
        "WHERE a.tenant = l.tenant AND a.slot_id = l.slot_id AND a.status <> 'cancelled') "
        f"ORDER BY l.starts_at LIMIT 1 OFFSET {place}"
    )


def _order(number: int, item: str, status: str, due_days_ago: int) -> str:
    return (
        "INSERT INTO orders (tenant, order_id, customer_id, item, status, promised_on, payment_id, amount_minor, carrier) "
        f"VALUES ({T}'O-92{number:02}', '{{who}}', '{item}', '{status}', date('now', '-{due_days_ago} days'), NULL, 2500, "
        "'Swift Parcel');"
        f"INSERT INTO order_events VALUES ({T}'O-92{number:02}', strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-9 days'), "
        "'Handed to Swift Parcel');"
    )


def _outage(number: int, *, ended: bool = True, credited: bool = False) -> str:
    ends = "strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-17 days')" if ended else "NULL"
    expected = "NULL" if ended else "strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '+5 hours')"
    begun = "-20 days" if ended else "-3 hours"
    return (
        "INSERT INTO outages SELECT tenant, "
        f"'OUT-8{number:02}', customer_id, site_id, strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '{begun}'), {ends}, "
        f"{expected}, 'Cable damaged', 400, {repr('CR-1') if credited else 'NULL'} FROM sites WHERE {OWN} LIMIT 1;"
    )


def _fee(line: str, months_ago: int) -> str:
    nth = f"(SELECT invoice_id FROM invoices WHERE {OWN} ORDER BY issued_on DESC LIMIT 1 OFFSET {months_ago})"
    return (
        f"INSERT INTO invoice_lines VALUES ({T}'{line}', {nth}, 'late_fee', 'Late payment fee', 500, 0);"
        f"UPDATE invoices SET total_minor = total_minor + 500, balance_minor = balance_minor + 500 WHERE invoice_id = {nth};"
    )


_SECOND_SERVICE = (
    f"INSERT INTO sites SELECT tenant, 'S-8001', customer_id, '3 Second Street, Albany, NY 12203', region "
    f"FROM sites WHERE {OWN} LIMIT 1;"
    f"INSERT INTO lines SELECT tenant, 'S-8001', customer_id, line FROM lines WHERE {OWN} LIMIT 1;"
    "INSERT INTO devices SELECT tenant, 'D-8801', customer_id, 'S-8001', kind, model, wifi_name, running, last_seen_at "
    f"FROM devices WHERE {OWN} LIMIT 1;"
    "INSERT INTO subscriptions (tenant, subscription_id, customer_id, plan_id, status, site_id, device_id, started_on) "
    f"SELECT tenant, 'SUB-8001', customer_id, 'fibre-100', 'active', 'S-8001', 'D-8801', started_on "
    f"FROM subscriptions WHERE {OWN} LIMIT 1;"
)
CIRCUMSTANCES = {
    "no_bills": f"DELETE FROM payments WHERE {OWN}; DELETE FROM invoices WHERE {OWN};",
    "open_bill": _open_bills(1),
    "two_open_bills": _open_bills(2),
    "no_method": f"DELETE FROM methods WHERE {OWN};",
    "two_methods": f"UPDATE methods SET is_default = 0 WHERE {OWN}; INSERT INTO methods VALUES "
    f"({T}'PM-8001', '{{who}}', 'card', 'Visa •••• 1881', '2028-05', 0);",
    "late_fee": _fee("L-8001", 0),
    "two_late_fees": _fee("L-8001", 0) + _fee("L-8002", 1),
    "two_duplicates": "INSERT INTO payments SELECT tenant, 'P-8001', customer_id, invoice_id, order_id, captured_at, "
    "amount_minor, currency, method_id, description FROM payments WHERE "
    f"{OWN} AND invoice_id NOT IN (SELECT invoice_id FROM payments WHERE {OWN} GROUP BY 1 HAVING count(*) > 1) "
    "AND invoice_id IS NOT NULL LIMIT 1;",
    "no_service": f"DELETE FROM subscriptions WHERE {OWN};",
    "two_services": _SECOND_SERVICE,
    "suspended": f"UPDATE subscriptions SET status = 'suspended' WHERE {OWN};",
    "visit": _visit(1, _slot(2)),
    "two_visits": _visit(1, _slot(2)) + _visit(2, _slot(9)),
    "moved_twice": f"UPDATE appointments SET reschedule_count = 2 WHERE {OWN};",
    "no_slots": "DELETE FROM slots;",
    "two_orders": _order(1, "Wi-Fi extender", "late", 6) + _order(2, "Router stand", "late", 7),
    "shipped_order": f"UPDATE orders SET status = 'shipped' WHERE {OWN};",
    "one_order": f"DELETE FROM orders WHERE {OWN} AND status <> 'ordered';",
    "old_order": f"DELETE FROM orders WHERE {OWN} AND status = 'ordered'; "
    f"UPDATE orders SET promised_on = date('now', '-40 days') WHERE {OWN};",
    "dear_order": f"DELETE FROM orders WHERE {OWN} AND status <> 'ordered'; UPDATE orders SET amount_minor = 25000 "
    f"WHERE {OWN}; UPDATE payments SET amount_minor = 25000 WHERE {OWN} AND order_id IS NOT NULL;",
    "unpaid_order": f"UPDATE orders SET payment_id = NULL WHERE {OWN};",
    "delivered_order": f"UPDATE orders SET status = 'delivered' WHERE {OWN};",
    "outage_over": _outage(1),
    "outage_now": _outage(2, ended=False),
    "outage_credited": _outage(3, credited=True),
    "line_fault": f"UPDATE lines SET line = 'fault' WHERE {OWN};",
    "router_off": f"UPDATE devices SET running = 0 WHERE {OWN};",
    "fraud_flag": f"""UPDATE customers SET flags = '["fraud"]' WHERE {OWN};""",
    "alarm_flag": f"""UPDATE customers SET flags = '["medical_alarm"]' WHERE {OWN};""",
    "offer": f"INSERT INTO offered VALUES ({T}'{{who}}', 'OF-15');",
    "no_offer": f"DELETE FROM offered WHERE {OWN};",
    "no_marketing": f"UPDATE customers SET consent_marketing = 0 WHERE {OWN};",
    "no_service_messages": f"UPDATE customers SET consent_service = 0 WHERE {OWN};",
    "complaint": f"INSERT INTO cases VALUES ({T}'CS-8001', '{{who}}', 'open', 'complaint', 'Slow', datetime('now', '-2 days'));",
    "second_refund": f"INSERT INTO refunds SELECT {T}'R-8001', payment_id, customer_id, 1500, 'goodwill', "
    f"strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-1 day') FROM payments WHERE {OWN} AND payment_id NOT IN "
    f"(SELECT payment_id FROM refunds WHERE {OWN}) LIMIT 1;",
    "refund_returned": f"INSERT INTO returned_refunds SELECT {T}refund_id, datetime('now') FROM refunds WHERE {OWN};",
    "autopay": f"UPDATE payers SET autopay_method_id = (SELECT method_id FROM methods WHERE {OWN} LIMIT 1) WHERE {OWN};",
    "big_duplicate": f"UPDATE payments SET amount_minor = 18000 WHERE {OWN};",
    "goodwill_used": "INSERT INTO credits SELECT " + T + "'CR-80' || value, '{who}', 1000, 0, 'goodwill', "
    "strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-' || (value * 3) || ' days'), NULL FROM json_each('[1,2,3]');",
}
