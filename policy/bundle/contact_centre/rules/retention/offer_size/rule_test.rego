package contact_centre.rules.retention.offer_size_test

import data.contact_centre.rules.retention.offer_size
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in offer_size.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in offer_size.report with input as document with data.revision as sample.revision
}

terms(percent, months) := sample.put(sample.offer, {
	"/call/arguments/discount_percent": percent,
	"/call/arguments/months": months,
})

test_small_offers_pass if {
	effects(sample.offer) == set()
	effects(terms(20, 12)) == set()
}

test_large_offers_need_a_supervisor if {
	effects(terms(21, 12)) == {"approve"}
	effects(terms(20, 13)) == {"approve"}
	messages(terms(30, 12)) == {"The offer is above 20 % or 12 months."}
}

test_offers_of_no_known_size_need_a_supervisor if {
	effects(terms("5", 6)) == {"approve"}
	effects(terms(null, 6)) == {"approve"}
	effects(terms(5, null)) == {"approve"}
	effects(terms(5, "6")) == {"approve"}
}

test_other_tools_are_not_meant if effects(sample.note) == set()

test_an_approval_counts if effects(sample.approved(terms(30, 12))) == set()

test_an_approval_of_other_arguments_does_not_count if {
	effects(sample.put(sample.approved(terms(30, 12)), {"/evidence/approval/arguments_digest": "sha256:other"})) == {"approve"}
}

test_an_expired_approval_does_not_count if {
	effects(sample.put(sample.approved(terms(30, 12)), {"/evidence/approval/expires_at": "2026-03-01T12:00:00Z"})) == {"approve"}
}

test_an_approval_by_nobody_does_not_count if {
	effects(sample.put(sample.approved(terms(30, 12)), {"/evidence/approval/by": ""})) == {"approve"}
	effects(sample.put(sample.approved(terms(30, 12)), {"/evidence/approval/by": null})) == {"approve"}
}

test_nobody_approves_their_own_call if {
	effects(sample.put(sample.approved(terms(30, 12)), {"/evidence/approval/by": "retention"})) == {"approve"}
}
