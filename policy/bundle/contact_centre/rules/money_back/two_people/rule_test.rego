package contact_centre.rules.money_back.two_people_test

import data.contact_centre.rules.money_back.two_people
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in two_people.report with input as document with data.revision as sample.revision
}

obligations(document) := {kept |
	some kept in two_people.obligation with input as document with data.revision as sample.revision
}

# A tenant where two people decide from 100.00 on.
careful(amount) := sample.put(sample.large_refund(amount), {"/principal/tenant": "careful"})

judged(document) := answer if answer := effects(document) with data.limits.tenants as {"careful": {"money_back": {"two_person_minor": 10000}}}

kept(document) := answer if answer := obligations(document) with data.limits.tenants as {"careful": {"money_back": {"two_person_minor": 10000}}}

by(document, names) := sample.put(sample.approved(document), {"/evidence/approval/approvers": names})

test_up_to_the_limit_one_is_enough if {
	judged(careful(10000)) == set()
	kept(careful(10000)) == set()
}

test_above_it_two_are_asked_for if {
	judged(careful(10001)) == {"approve"}
	kept(careful(10001)) == {{"type": "approvals", "count": 2}}
	judged(sample.approved(careful(10001))) == {"approve"}
}

test_two_different_supervisors_are_enough if {
	judged(by(careful(10001), ["sue", "tom"])) == set()
	kept(by(careful(10001), ["sue", "tom"])) == set()
}

test_one_person_does_not_count_twice if {
	judged(by(careful(10001), ["sue", "sue"])) == {"approve"}
	judged(by(careful(10001), ["sue", ""])) == {"approve"}
	judged(by(careful(10001), ["sue", "billing"])) == {"approve"}
	judged(by(careful(10001), ["sue", 7])) == {"approve"}
	judged(by(careful(10001), "tom")) == {"approve"}
}

test_the_reference_business_never_needs_two if {
	effects(sample.large_refund(20000)) == set()
	obligations(sample.large_refund(20000)) == set()
}

test_the_message_names_both_amounts if {
	spoken := {said.message |
		some said in two_people.report with input as careful(15000) with data.revision as sample.revision with data.limits.tenants as {"careful": {"money_back": {"two_person_minor": 10000}}}
	}
	spoken == {"150.00 USD is above 100.00 USD: two supervisors have to approve it."}
}

test_a_partner_has_half_the_limit if {
	judged(sample.by_partner(careful(5000))) == set()
	judged(sample.by_partner(careful(5001))) == {"approve"}
}

test_other_tools_are_not_meant if judged(sample.put(sample.payment_taken, {
	"/principal/tenant": "careful",
	"/call/arguments/amount_minor": 15000,
})) == set()
