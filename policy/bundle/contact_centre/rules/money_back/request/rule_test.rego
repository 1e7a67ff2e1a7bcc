package contact_centre.rules.money_back.request_test

import data.contact_centre.rules.money_back.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_money_back_may_be_asked_for if {
	effects(sample.refund) == {"allow"}
	effects(sample.credit) == {"allow"}
	effects(sample.waiver) == {"allow"}
}

test_the_record_names_the_amount if messages(sample.refund) == {"39.99 USD is within what may go back without approval."}

test_the_record_names_the_approval if {
	messages(sample.approved(sample.refund)) == {"A supervisor approved that 39.99 USD go back."}
}

test_nothing_without_an_amount_is_allowed if effects(sample.put(sample.refund, {"/call/arguments/amount_minor": "39"})) == set()

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.refund, sample.credit, sample.waiver} {
		effects(sample.put(document, {"/call/arguments/amount_minor": 1})) == set()
		effects(sample.approved(sample.put(document, {"/call/arguments/amount_minor": 1}))) == set()
	}
}
