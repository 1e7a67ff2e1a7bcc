package contact_centre.rules.scheduling.request_test

import data.contact_centre.rules.scheduling.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_it_may_be_asked_for if effects(sample.booking) == {"allow"}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.booking, sample.reschedule} {
		effects(document) == set()
	}
}

test_a_visit_may_be_moved if effects(sample.reschedule) == {"allow"}
