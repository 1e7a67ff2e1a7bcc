package contact_centre.rules.agents.consent_request_test

import data.contact_centre.rules.agents.consent_request
import data.contact_centre.samples_test as sample

said(document) := {spoken.message |
	some spoken in consent_request.report with input as document with data.roles as roles
	spoken.effect == "deny"
}

roles := {
	"default": {"specialists": {"billing": []}, "partners": {}},
	"tenants": {"northwind-fibre": {"partners": {
		"partner": ["payments.refund_payment", "payments.list_payments"],
		"partner_2": ["payments.refund_payment"],
	}}},
}

with_arguments(changes) := sample.put(sample.consent_request, {path: value |
	some name, value in changes
	path := concat("", ["/call/arguments/", name])
})

test_asking_within_everything_is_allowed if {
	said(sample.consent_request) == set()
	some spoken in consent_request.report with input as sample.consent_request
	spoken.effect == "allow"
}

test_nothing_else_is_meant if {
	count(consent_request.report) == 0 with input as sample.by_partner(sample.refund)
}

itself := {"A permission is asked for by the partner's agent that gets it."}

test_only_for_itself if {
	said(with_arguments({"partner": "partner_2"})) == itself
	said(sample.put(sample.consent_request, {"/principal/chain": ["partner", "partner_2"]})) == itself
}

test_our_own_specialists_ask_for_nobody if {
	ours := {"id": "billing", "kind": "specialist", "procedure": ""}
	asked := said(sample.put(with_arguments({"partner": "billing"}), {"/principal/agent": ours}))
	itself - asked == set()
}

test_a_specialist_of_that_name_is_no_partner if {
	named := {"id": "partner", "kind": "specialist", "procedure": ""}
	said(sample.put(sample.consent_request, {"/principal/agent": named, "/principal/chain": ["partner"]})) == itself
}

granted := {"This is more than the partner was granted."}

test_only_what_it_was_granted if {
	said(with_arguments({"tools": ["payments.refund_payment", "crm.get_customer"]})) == granted
	said(with_arguments({"tools": []})) == granted
	said(with_arguments({"tools": "payments.refund_payment"})) == granted
	said(with_arguments({"tools": {"first": "payments.refund_payment"}})) == granted
}

money := {"This is more money than partners' agents may move."}

test_only_what_partners_may_move if {
	said(with_arguments({"amount_minor": 10000})) == set()
	said(with_arguments({"amount_minor": 10001})) == money
	said(with_arguments({"amount_minor": "1"})) == money
	said(with_arguments({"amount_minor": -1})) == money
	said(with_arguments({"amount_minor": 0})) == set()
}

time := {"A permission does not hold for so long."}

test_only_for_so_long if {
	said(with_arguments({"until": "2027-03-01"})) == set()
	said(with_arguments({"until": "2027-03-02"})) == time
	said(with_arguments({"until": "2026-03-01"})) == set()
	said(with_arguments({"until": "2026-02-28"})) == time
	said(with_arguments({"until": "soon"})) == time
}
