package contact_centre.rules.money_back.surplus_test

import data.contact_centre.rules.money_back.surplus
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in surplus.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in surplus.report with input as document with data.revision as sample.revision
}

test_the_surplus_may_go_back if {
	effects(sample.refund) == set()
	effects(sample.put(sample.refund, {"/call/arguments/amount_minor": 1000})) == set()
}

test_more_than_the_surplus_is_denied if {
	document := sample.put(sample.refund, {"/resource/payment/surplus_minor": 3998})
	messages(document) == {"Of this charge only 39.98 USD was taken too much."}
	effects(document) == {"deny"}
}

test_a_surplus_that_went_back_is_denied if {
	effects(sample.put(sample.refund, {"/resource/payment/surplus_minor": 0})) == {"deny"}
	effects(sample.put(sample.refund, {"/resource/payment/surplus_minor": 0, "/call/arguments/reason": "goodwill"})) == {"deny"}
	count(messages(sample.put(sample.refund, {"/resource/payment/surplus_minor": 0}))) == 1
}

test_a_single_capture_is_no_duplicate if {
	effects(sample.put(sample.refund, {"/resource/payment/captures_of_charge": 1})) == {"deny"}
	effects(sample.put(sample.refund, {"/resource/payment/captures_of_charge": 1, "/resource/payment/surplus_minor": 0})) == {"deny"}
}

test_a_single_capture_may_go_back_for_other_reasons if {
	effects(sample.large_refund(2500)) == set()
	effects(sample.put(sample.large_refund(2500), {"/resource/payment/surplus_minor": 1000})) == set()
}

test_other_tools_are_not_meant if {
	every payment in {
		object.union(sample.payment, {"surplus_minor": 0}), object.union(sample.payment, {"surplus_minor": 1}),
		object.union(sample.payment, {"captures_of_charge": 1}),
	} {
		effects(sample.put(sample.credit, {"/call/arguments/reason": "duplicate_charge", "/resource/payment": payment})) == set()
	}
}
