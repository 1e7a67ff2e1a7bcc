package contact_centre.rules.changes.request_test

import data.contact_centre.rules.changes.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_changes_may_be_asked_for if {
	effects(sample.arrangement) == {"allow"}
	effects(sample.note) == {"allow"}
	effects(sample.put(sample.note, {"/call/tool": "open_case"})) == {"allow"}
	effects(sample.put(sample.note, {"/call/tool": "set_consent"})) == {"allow"}
	effects(sample.put(sample.arrangement, {"/call/server": "payments", "/call/tool": "create_payment_link"})) == {"allow"}
}

test_nothing_else_is_allowed if {
	every document in sample.all - {
		sample.arrangement, sample.plan_change, sample.reshipment, sample.note, sample.order_cancellation,
		sample.order_return, sample.consent_withdrawal,
	} {
		effects(document) == set()
	}
}
