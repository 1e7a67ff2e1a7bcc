package contact_centre.rules.money_back.automatic_limit_test

import data.contact_centre.rules.money_back.automatic_limit
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in automatic_limit.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in automatic_limit.report with input as document with data.revision as sample.revision
}

test_up_to_the_limit_passes if {
	effects(sample.large_refund(1)) == set()
	effects(sample.large_refund(5000)) == set()
}

test_above_the_limit_a_supervisor_decides if {
	messages(sample.large_refund(5001)) == {"50.01 USD is above 50.00 USD, the most that goes back without approval."}
	effects(sample.large_refund(5001)) == {"approve"}
	effects(sample.put(sample.credit, {"/call/arguments/amount_minor": 5001})) == {"approve"}
}

test_a_partner_has_half_the_limit if {
	effects(sample.by_partner(sample.large_refund(2500))) == set()
	effects(sample.by_partner(sample.large_refund(2501))) == {"approve"}
	effects(sample.put(sample.large_refund(2501), {"/principal/chain": ["partner"]})) == {"approve"}
}

test_a_tenant_may_have_another_limit if {
	effects(sample.refund) == {"approve"} with data.limits.tenants as {"northwind-fibre": {"money_back": {"automatic_minor": 3998}}}
}

test_other_tools_are_not_meant if effects(sample.put(sample.payment_taken, {"/call/arguments/amount_minor": 5001})) == set()

test_an_approval_counts if effects(sample.approved(sample.large_refund(18000))) == set()

test_an_approval_of_other_arguments_does_not_count if {
	effects(sample.put(sample.approved(sample.large_refund(18000)), {"/evidence/approval/arguments_digest": "sha256:other"})) == {"approve"}
}

test_an_expired_approval_does_not_count if {
	effects(sample.put(sample.approved(sample.large_refund(18000)), {"/evidence/approval/expires_at": "2026-03-01T12:00:00Z"})) == {"approve"}
}

test_an_approval_by_nobody_does_not_count if {
	effects(sample.put(sample.approved(sample.large_refund(18000)), {"/evidence/approval/by": ""})) == {"approve"}
	effects(sample.put(sample.approved(sample.large_refund(18000)), {"/evidence/approval/by": null})) == {"approve"}
}

test_nobody_approves_their_own_call if {
	effects(sample.put(sample.approved(sample.large_refund(18000)), {"/evidence/approval/by": "billing"})) == {"approve"}
}
