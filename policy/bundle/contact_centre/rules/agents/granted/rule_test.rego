package contact_centre.rules.agents.granted_test

import data.contact_centre.rules.agents.granted
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in granted.report with input as document with data.revision as sample.revision
}

test_what_was_granted_passes if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_a_specialist_is_denied_another_specialists_tools if {
	effects(sample.put(sample.refund, {"/principal/agent/id": "retention"})) == {"deny"}
}

test_an_unknown_tool_is_another_rules_business if {
	effects(sample.put(sample.refund, {"/call/tool": "mint_money"})) == set()
}

test_an_unknown_specialist_is_denied if {
	effects(sample.put(sample.plans_read, {"/principal/agent/id": "newcomer"})) == {"deny"}
}

test_a_representative_may_refund if {
	representative := {"id": "rita", "kind": "representative", "procedure": ""}
	effects(sample.put(sample.refund, {"/principal/agent": representative})) == set()
}

test_a_representative_is_denied_what_was_not_granted if {
	representative := {"id": "rita", "kind": "representative", "procedure": ""}
	document := sample.put(sample.refund, {"/principal/agent": representative})
	effects(document) == {"deny"} with data.roles.default.representatives as ["read"]
}

test_a_partner_may_use_its_tools if {
	effects(sample.by_partner(sample.refund)) == set()
	effects(sample.by_partner(sample.reschedule)) == set()
	effects(sample.by_partner(sample.invoices_read)) == set()
}

test_a_partner_is_denied_other_tools if {
	effects(sample.by_partner(sample.cancellation)) == {"deny"}
	effects(sample.by_partner(sample.waiver)) == {"deny"}
	effects(sample.by_partner(sample.contact_change)) == {"deny"}
}

test_an_unknown_partner_is_denied if {
	effects(sample.put(sample.by_partner(sample.refund), {"/principal/agent/id": "stranger"})) == {"deny"}
}

test_a_partner_named_like_a_specialist_is_denied if {
	effects(sample.put(sample.by_partner(sample.refund), {"/principal/agent/id": "billing"})) == {"deny"}
}

test_a_partner_of_another_tenant_is_denied if {
	effects(sample.put(sample.by_partner(sample.refund), {"/principal/tenant": "other-co"})) == {"deny"}
}

test_a_partner_behind_a_specialist_gets_no_more if {
	effects(sample.put(sample.refund, {"/principal/chain": ["partner"]})) == set()
	effects(sample.put(sample.waiver, {"/principal/chain": ["partner"]})) == {"deny"}
	effects(sample.put(sample.refund, {"/principal/chain": ["stranger"]})) == {"deny"}
}

test_a_partner_behind_a_representative_gets_no_more if {
	representative := {"id": "rita", "kind": "representative", "procedure": ""}
	document := sample.put(sample.waiver, {"/principal/agent": representative})
	effects(sample.put(document, {"/principal/chain": ["partner"]})) == {"deny"}
}

in_tenant(document, roles) := answer if answer := effects(document) with data.roles.tenants as {"northwind-fibre": roles}

test_a_tenant_may_have_its_own_specialists if {
	roles := {"specialists": {"collections": ["money_back"], "billing": []}}
	in_tenant(sample.put(sample.refund, {"/principal/agent/id": "collections"}), roles) == set()
	in_tenant(sample.put(sample.refund, {"/principal/agent/id": "scheduling", "/principal/chain": ["collections"]}), roles) == set()
	in_tenant(sample.refund, roles) == {"deny"}
}

test_a_tenant_may_grant_its_representatives_otherwise if {
	document := sample.put(sample.refund, {"/principal/agent": {"id": "rita", "kind": "representative", "procedure": ""}})
	in_tenant(document, {"representatives": ["read"]}) == {"deny"}
	in_tenant(document, {"representatives": ["money_back"]}) == set()
}

test_a_partner_of_all_tenants_may_use_its_tools if {
	document := sample.put(sample.by_partner(sample.refund), {"/principal/tenant": "other-co"})
	effects(document) == set() with data.roles.default.partners as {"partner": ["payments.refund_payment"]}
}

test_our_own_specialists_may_delegate if {
	effects(sample.put(sample.refund, {"/principal/chain": ["router", "troubleshooting"]})) == set()
}
