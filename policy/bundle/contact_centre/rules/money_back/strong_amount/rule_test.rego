package contact_centre.rules.money_back.strong_amount_test

import data.contact_centre.rules.money_back.strong_amount
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in strong_amount.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in strong_amount.report with input as document with data.revision as sample.revision
}

strong(document, age) := sample.put(document, {
	"/principal/customer/auth_level": "strong",
	"/principal/customer/auth_age_s": age,
})

test_small_amounts_need_no_code if effects(sample.large_refund(10000)) == set()

test_large_amounts_need_a_fresh_code if {
	effects(sample.large_refund(10001)) == {"step_up"}
	effects(strong(sample.large_refund(10001), 600)) == set()
	effects(strong(sample.large_refund(10001), 601)) == {"step_up"}
	messages(sample.large_refund(18000)) == {"More than 100.00 USD needs a fresh verification code."}
}

test_an_approval_does_not_replace_the_proof if {
	effects(sample.approved(strong(sample.large_refund(18000), 7200))) == {"step_up"}
	effects(sample.approved(sample.large_refund(18000))) == {"step_up"}
}

test_a_partner_has_half_the_limit if {
	effects(sample.by_partner(sample.large_refund(5000))) == set()
	effects(sample.by_partner(sample.large_refund(5001))) == {"step_up"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 18000})) == set()
