package contact_centre.main_test

import data.contact_centre.main
import data.contact_centre.samples_test as sample

decide(document) := answer if answer := main.decision with input as document with data.revision as sample.revision

rules(document) := [reason.rule | some reason in decide(document).reasons]

test_a_read_is_allowed_and_says_why if {
	decide(sample.invoices_read) == {
		"effect": "allow",
		"reasons": [{"rule": "reading/own_account", "message": "Customers may read their own account."}],
		"obligations": [],
		"reserve": null,
		"policy_revision": sample.revision,
	}
}

test_every_sound_call_is_allowed_with_its_evidence if {
	every document in sample.all {
		decide(sample.confirmed(document)).effect == "allow"
	}
}

test_a_refund_is_confirmed_then_allowed if {
	decide(sample.refund).effect == "confirm"
	decide(sample.confirmed(sample.refund)).effect == "allow"
	rules(sample.confirmed(sample.refund)) == ["money_back/request"]
	decide(sample.confirmed(sample.refund)).reserve.amount_minor == 3999
}

# C-1003: every answer asks for the next piece of evidence.
test_the_strictest_wins if {
	asked := sample.large_refund(18000)
	decide(asked).effect == "step_up"
	proven := sample.put(asked, {"/principal/customer/auth_level": "strong"})
	decide(proven).effect == "confirm"
	confirmed := sample.confirmed(proven)
	decide(confirmed).effect == "approve"
	rules(confirmed) == ["money_back/automatic_limit", "money_back/window"]
	decide(sample.approved(confirmed)).effect == "allow"
}

test_handing_off_comes_before_asking if {
	decide(sample.large_refund(45000)).effect == "handoff"
	decide(sample.large_refund(45000)).reserve == null
	decide(sample.put(sample.restart, {"/principal/customer/flags": ["medical_alarm"]})).effect == "handoff"
}

test_denying_comes_before_handing_off if {
	document := sample.put(sample.refund, {
		"/call/arguments/amount_minor": 45000,
		"/principal/customer/flags": ["fraud"],
	})
	decide(document).effect == "deny"
	decide(document).reserve == null
}

test_without_a_rule_that_allows_it_is_denied if {
	document := sample.put(sample.lookup, {"/principal/customer": sample.refund.principal.customer})
	decide(document) == {
		"effect": "deny",
		"reasons": [{"rule": "main/nothing_allows", "message": "No rule allows this call."}],
		"obligations": [],
		"reserve": null,
		"policy_revision": sample.revision,
	}
}

test_a_new_group_is_denied_until_a_rule_allows_it if {
	decide(sample.invoices_read).effect == "deny" with data.tools as {"erp.list_invoices": {"group": "new", "kind": "read"}}
		with data.roles.default.specialists.billing as ["new"]
}

test_anything_is_answered if {
	every document in [null, true, 0, "", [], {}, {"call": null}, {"call": {"server": [], "tool": {}}}] {
		decide(document).effect == "deny"
		count(decide(document).reasons) > 0
	}
}

test_obligations_go_with_what_may_happen if {
	decide(sample.contact_change).obligations == [{"type": "notify"}]
	count(decide(sample.cancellation).obligations) == 1
	decide(sample.put(sample.cancellation, {"/principal/agent/id": "billing"})).obligations == []
}

test_the_decision_names_the_policy if decide(sample.refund).policy_revision == sample.revision
