package contact_centre.rules.reading.public_test

import data.contact_centre.rules.reading.public
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in public.report with input as document with data.revision as sample.revision
}

test_reading_is_allowed if effects(sample.plans_read) == {"allow"}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.plans_read} {
		effects(document) == set()
	}
}
