package contact_centre.rules.money_back.window_test

import data.contact_centre.rules.money_back.window
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in window.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in window.report with input as document with data.revision as sample.revision
}

reservation(document) := answer if answer := window.reservation with input as document with data.revision as sample.revision

after(minor, times) := sample.put(sample.refund, {"/facts/goodwill_minor_30d": minor, "/facts/goodwill_count_30d": times})

test_within_the_window_passes if {
	effects(sample.refund) == set()
	effects(after(11001, 2)) == set()
}

test_beyond_the_sum_a_supervisor_decides if {
	effects(after(11002, 1)) == {"approve"}
	messages(after(11002, 1)) == {"With 110.02 USD before, this passes 150.00 USD in 30 days."}
}

test_beyond_the_count_a_supervisor_decides if {
	effects(after(300, 3)) == {"approve"}
	messages(after(300, 3)) == {"Money already went back 3 times in 30 days."}
}

test_what_cannot_be_read_is_the_historys_business if {
	effects(after(15000.5, 0)) == set()
	effects(after(0, 3.5)) == set()
}

test_an_approved_one_passes if {
	effects(sample.approved(after(11002, 1))) == set()
	effects(sample.approved(after(300, 3))) == set()
}

test_the_ledger_holds_the_window if {
	reservation(sample.refund) == {
		"bucket": "goodwill", "amount_minor": 3999, "limit_minor": 15000, "limit_count": 3, "window_days": 30,
	}
}

test_an_approved_one_counts_but_is_not_held_back if {
	reservation(sample.approved(sample.refund)) == {
		"bucket": "goodwill", "amount_minor": 3999, "limit_minor": 9007199254740991, "limit_count": null, "window_days": 30,
	}
}

test_a_partner_has_half_the_window if {
	reservation(sample.by_partner(sample.refund)).limit_minor == 7500
	reservation(sample.by_partner(sample.refund)).limit_count == 3
	effects(sample.by_partner(after(3501, 1))) == set()
	effects(sample.by_partner(after(3502, 1))) == {"approve"}
}

test_other_tools_reserve_nothing if {
	every document in sample.all - {sample.refund, sample.credit, sample.waiver} {
		not reservation(sample.put(document, {"/call/arguments/amount_minor": 1}))
		effects(sample.put(document, {"/facts": {}})) == set()
		effects(sample.put(document, {
			"/call/arguments/amount_minor": 1, "/facts/goodwill_minor_30d": 99999, "/facts/goodwill_count_30d": 9,
		})) == set()
	}
}
