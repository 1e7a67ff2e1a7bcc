package contact_centre.rules.money_back.amount_test

import data.contact_centre.rules.money_back.amount
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in amount.report with input as document with data.revision as sample.revision
}

test_whole_amounts_pass if {
	effects(sample.refund) == set()
	effects(sample.large_refund(1)) == set()
}

test_anything_else_is_denied if {
	every amount in {0, -1, 0.5, 39.99, 2147483648, "3999", null, true, [], {}} {
		effects(sample.large_refund(amount)) == {"deny"}
	}
	effects(sample.without(sample.refund, "/call/arguments/amount_minor")) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.note) == set()
