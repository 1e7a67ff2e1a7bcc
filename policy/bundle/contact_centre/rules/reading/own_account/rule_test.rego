package contact_centre.rules.reading.own_account_test

import data.contact_centre.rules.reading.own_account
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_account.report with input as document with data.revision as sample.revision
}

test_reading_is_allowed if effects(sample.invoices_read) == {"allow"}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.invoices_read} {
		effects(document) == set()
	}
}
