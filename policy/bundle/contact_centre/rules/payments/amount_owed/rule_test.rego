package contact_centre.rules.payments.amount_owed_test

import data.contact_centre.rules.payments.amount_owed
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in amount_owed.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in amount_owed.report with input as document with data.revision as sample.revision
}

test_up_to_what_is_owed_passes if {
	effects(sample.payment_taken) == set()
	effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 1})) == set()
}

test_more_is_denied if {
	messages(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 6500})) == {"The invoice owes only 64.99 USD."}
	effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 6500})) == {"deny"}
}

test_what_is_no_amount_is_denied if {
	every amount in {0, -5, 1.5, "1", null, true} {
		effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": amount})) == {"deny"}
	}
}

test_an_unread_invoice_is_denied if {
	effects(sample.without(sample.payment_taken, "/resource/invoice")) == {"deny"}
	effects(sample.put(sample.payment_taken, {"/resource/invoice/balance_minor": "6499"})) == {"deny"}
	effects(sample.put(sample.payment_taken, {"/resource/invoice/balance_minor": 6498.5})) == {"deny"}
	effects(sample.put(sample.payment_taken, {"/resource/invoice/invoice_id": "INV-9"})) == {"deny"}
}

test_other_tools_are_not_meant if {
	effects(sample.note) == set()
	effects(sample.put(sample.waiver, {"/resource/invoice/balance_minor": 1})) == set()
}
