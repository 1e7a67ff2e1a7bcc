package contact_centre.rules.money_back.approved_limit_test

import data.contact_centre.rules.money_back.approved_limit
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in approved_limit.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in approved_limit.report with input as document with data.revision as sample.revision
}

test_up_to_the_limit_passes if {
	effects(sample.large_refund(20000)) == set()
	effects(sample.refund) == set()
}

test_above_the_limit_a_person_takes_over if {
	effects(sample.large_refund(20001)) == {"handoff"}
	messages(sample.large_refund(45000)) == {"450.00 USD is above 200.00 USD, the most that can be approved here."}
	effects(sample.approved(sample.large_refund(45000))) == {"handoff"}
}

test_a_partner_has_half_the_limit if {
	effects(sample.by_partner(sample.large_refund(10000))) == set()
	effects(sample.by_partner(sample.large_refund(10001))) == {"handoff"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 45000})) == set()
