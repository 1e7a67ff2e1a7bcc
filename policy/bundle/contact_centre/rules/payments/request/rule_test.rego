package contact_centre.rules.payments.request_test

import data.contact_centre.rules.payments.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_it_may_be_asked_for if effects(sample.payment_taken) == {"allow"}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.payment_taken} {
		effects(document) == set()
	}
}
