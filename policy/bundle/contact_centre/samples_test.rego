# METADATA
# description: Sound calls to start from; a test changes one thing about them.
package contact_centre.samples_test

revision := "sha256:samples"

# A sound call of a tool by a specialist for a signed-in customer.
sound(tool, agent, arguments, resource) := {
	"call": {
		"id": "call-1",
		"server": split(tool, ".")[0],
		"tool": split(tool, ".")[1],
		"tool_digest": "sha256:tool",
		"arguments": arguments,
		"arguments_digest": "sha256:arguments",
	},
	"principal": {
		"tenant": "northwind-fibre",
		"customer": {"id": "C-1", "auth_level": "authenticated", "auth_age_s": 40, "flags": []},
		"agent": {"id": agent, "kind": "specialist", "procedure": "sample"},
		"chain": [],
	},
	"conversation": {"id": "k-1", "channel": "chat", "locale": "en", "sentiment": 0.1, "confidence": 0.93},
	"resource": object.union({"account": account}, resource),
	"facts": {
		"goodwill_minor_30d": 0,
		"goodwill_count_30d": 0,
		"refunds_of_this_payment": 0,
		"refunded_minor_24h": 0,
		"contact_changed_in_conversation": false,
		"customer_local_minute": 600,
		"canary_bucket": 50,
	},
	"evidence": {"confirmation": null, "verification": null, "approval": null},
	"now": "2026-03-01T12:00:00Z",
}

account := {
	"customer_id": "C-1",
	"customer_since": "2020-05-01",
	"flags": [],
	"contact_changed_at": null,
	"consents": {"marketing": true, "service": true},
}

proof := {
	"at": "2026-03-01T11:59:00Z",
	"by": "C-1",
	"arguments_digest": "sha256:arguments",
	"policy_revision": revision,
	"expires_at": "2026-03-01T12:10:00Z",
}

approval := object.union(proof, {"by": "sue"})

payment := {
	"payment_id": "P-2",
	"customer_id": "C-1",
	"amount_minor": 3999,
	"refunded_minor": 0,
	"refundable_minor": 3999,
	"captures_of_charge": 2,
	"surplus_minor": 3999,
	"last_refund_at": null,
}

refund := sound(
	"payments.refund_payment", "billing",
	{"payment_id": "P-2", "amount_minor": 3999, "reason": "duplicate_charge"},
	{"payment": payment},
)

# A refund of a large single charge, to move amounts about in.
large_refund(amount) := put(refund, {
	"/call/arguments": {"payment_id": "P-2", "amount_minor": amount, "reason": "other"},
	"/resource/payment/amount_minor": 1000000,
	"/resource/payment/refundable_minor": 1000000,
	"/resource/payment/captures_of_charge": 1,
	"/resource/payment/surplus_minor": 0,
})

credit := sound("erp.apply_credit", "billing", {"customer_id": "C-1", "amount_minor": 1200, "reason": "outage"}, {})

waiver := sound(
	"erp.waive_fee", "billing",
	{"invoice_id": "INV-1", "line_id": "L-2", "amount_minor": 1000, "reason": "first time"},
	{"invoice": {
		"invoice_id": "INV-1",
		"customer_id": "C-1",
		"lines": [
			{"line_id": "L-1", "kind": "plan", "amount_minor": 3999, "waived": false},
			{"line_id": "L-2", "kind": "late_fee", "amount_minor": 1000, "waived": false},
		],
	}},
)

payment_taken := sound(
	"payments.take_payment", "billing",
	{"customer_id": "C-1", "invoice_id": "INV-1", "method_id": "PM-1", "amount_minor": 6499},
	{
		"invoice": {"invoice_id": "INV-1", "customer_id": "C-1", "balance_minor": 6499},
		"methods": {"items": [{"method_id": "PM-1", "label": "Visa"}], "autopay": false},
	},
)

contact_change := put(
	sound("crm.update_contact_detail", "billing", {"customer_id": "C-1", "field": "email", "value": "a@b.example"}, {}),
	{"/principal/customer/auth_level": "strong"},
)

booking := sound(
	"erp.book_appointment", "scheduling",
	{"customer_id": "C-1", "site_id": "S-1", "slot_id": "T-1", "reason": "repair"},
	{"slots": {"items": [{"slot_id": "T-1", "site_id": "S-1", "starts_at": "2026-03-01T14:00:00+00:00"}]}},
)

reschedule := sound(
	"erp.reschedule_appointment", "scheduling",
	{"appointment_id": "WO-1", "slot_id": "T-1"},
	{
		"appointments": {"items": [{"appointment_id": "WO-1", "status": "booked", "reschedule_count": 0}]},
		"slots": {"items": [{"slot_id": "T-1", "site_id": "S-1", "starts_at": "2026-03-01T14:00:00+00:00"}]},
	},
)

restart := sound(
	"network.restart_device", "troubleshooting", {"device_id": "D-1"},
	{"device": {"device_id": "D-1", "customer_id": "C-1", "online": false}},
)

offer := sound(
	"crm.accept_offer", "retention",
	{"customer_id": "C-1", "offer_id": "OF-15", "discount_percent": 15, "months": 6},
	{
		"offers": {
			"items": [{"offer_id": "OF-15", "discount_percent": 15, "months": 6, "eligible": true}],
			"accepted_12m": 0,
		},
		"invoices": {"items": [{"invoice_id": "INV-1", "status": "paid"}, {"invoice_id": "INV-2", "status": "open"}]},
	},
)

cancellation := put(
	sound(
		"erp.cancel_subscription", "retention", {"subscription_id": "SUB-1", "reason": "moving"},
		{"subscriptions": {"items": [{
			"subscription_id": "SUB-1",
			"cancellation": {"effective_on": "2026-03-31", "final_bill_minor": 3999},
		}]}},
	),
	{"/principal/customer/auth_level": "strong"},
)

sign_in_link := put(
	sound("crm.send_sign_in_link", "troubleshooting", {"customer_id": "C-1"}, {}),
	{"/principal/customer/auth_level": "strong"},
)

message := sound(
	"crm.send_message", "billing",
	{"customer_id": "C-1", "template": "invoice", "text": "Here it is.", "purpose": "requested"}, {},
)

invoices_read := sound("erp.list_invoices", "billing", {"customer_id": "C-1"}, {})

plans_read := sound("erp.list_plans", "billing", {}, {})

lookup := put(
	sound("crm.find_customer", "router", {"field": "email", "value": "a@b.example"}, {}),
	{"/principal/customer": null, "/resource": {}},
)

verification := put(
	sound("crm.start_verification", "router", {"customer_id": "C-1"}, {}),
	{"/principal/customer": null, "/resource": {}},
)

note := sound("crm.add_note", "handoff", {"customer_id": "C-1", "text": "called twice"}, {})

arrangement := sound(
	"erp.create_payment_arrangement", "billing",
	{"invoice_id": "INV-1", "instalments": 3, "first_due_on": "2026-04-01"},
	{"invoice": {"invoice_id": "INV-1", "customer_id": "C-1", "balance_minor": 6499}},
)

plan_change := sound(
	"erp.change_plan", "retention", {"subscription_id": "SUB-1", "plan_id": "fibre-500"},
	{"subscriptions": {"items": [{"subscription_id": "SUB-1", "status": "active"}]}},
)

reshipment := sound(
	"erp.reship_order", "scheduling", {"order_id": "O-1", "reason": "lost"},
	{"order": {"order_id": "O-1", "customer_id": "C-1", "status": "lost"}},
)

order_cancellation := sound(
	"erp.cancel_order", "scheduling", {"order_id": "O-1", "reason": "not wanted"},
	{"order": {"order_id": "O-1", "customer_id": "C-1", "status": "ordered"}},
)

order_return := sound(
	"erp.create_return_label", "scheduling", {"order_id": "O-1", "reason": "not wanted"},
	{"order": {"order_id": "O-1", "customer_id": "C-1", "status": "delivered", "returnable_until": "2026-03-20"}},
)

permission := {
	"consent_id": "PC-1",
	"partner": "partner",
	"tools": ["payments.refund_payment", "network.restart_device"],
	"amount_minor": 10000,
	"until": "2026-04-01",
	"status": "given",
}

consent_request := put(
	sound(
		"crm.request_partner_consent", "router",
		{
			"customer_id": "C-1", "partner": "partner", "tools": ["payments.refund_payment"],
			"amount_minor": 5000, "until": "2026-04-01",
		},
		{},
	),
	{"/principal/agent": {"id": "partner", "kind": "partner", "procedure": ""}, "/principal/chain": ["partner"]},
)

consent := put(
	sound(
		"crm.give_partner_consent", "retention",
		{"customer_id": "C-1", "consent_id": "PC-1", "partner": "partner", "amount_minor": 10000, "until": "2026-04-01"},
		{},
	),
	{
		"/principal/customer/auth_level": "strong",
		"/resource/account/partner_consents": [object.union(permission, {"status": "requested"})],
	},
)

consent_withdrawal := sound("crm.withdraw_partner_consent", "retention", {"customer_id": "C-1", "consent_id": "PC-1"}, {})

all := {
	refund, credit, waiver, payment_taken, contact_change, booking, reschedule, restart, offer, cancellation, message,
	invoices_read, plans_read, lookup, verification, note, arrangement, plan_change, reshipment,
	sign_in_link, order_cancellation, order_return, consent_request, consent, consent_withdrawal,
}

# The document with these values put at these paths.
put(document, changes) := json.patch(document, [
{"op": "add", "path": path, "value": value} |
	some path, value in changes
])

without(document, path) := json.patch(document, [{"op": "remove", "path": path}])

confirmed(document) := put(document, {"/evidence/confirmation": proof})

approved(document) := put(document, {"/evidence/approval": approval})

by_partner(document) := put(document, {
	"/principal/agent": {"id": "partner", "kind": "partner", "procedure": ""},
	"/facts/delegated_consent": true,
})

# The document by a partner with a permission of its own, changed so.
by_permitted(document, changes) := put(document, {
	"/principal/agent": {"id": "partner", "kind": "partner", "procedure": ""},
	"/resource/account/partner_consents": [object.union(permission, changes)],
})
