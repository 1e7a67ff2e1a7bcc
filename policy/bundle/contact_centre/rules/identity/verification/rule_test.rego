package contact_centre.rules.identity.verification_test

import data.contact_centre.rules.identity.verification
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in verification.report with input as document with data.revision as sample.revision
}

test_a_code_may_be_sent_to_anybody if effects(sample.verification) == {"allow"}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.verification} {
		effects(document) == set()
	}
}
