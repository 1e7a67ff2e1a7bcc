package contact_centre.rules.money_back.second_refund_test

import data.contact_centre.rules.money_back.second_refund
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in second_refund.report with input as document with data.revision as sample.revision
}

again(at) := sample.put(sample.refund, {"/resource/payment/last_refund_at": at})

test_a_first_refund_passes if {
	effects(sample.refund) == set()
	effects(sample.without(sample.refund, "/resource/payment/last_refund_at")) == set()
}

test_a_second_one_within_a_day_needs_a_supervisor if {
	effects(again("2026-03-01T11:00:00Z")) == {"approve"}
	effects(again("2026-02-28T12:00:01Z")) == {"approve"}
	effects(again("2026-02-28T13:00:01+01:00")) == {"approve"}
}

test_a_second_one_after_a_day_passes if {
	effects(again("2026-02-28T12:00:00Z")) == set()
	effects(again("2026-02-28T13:00:00.000+01:00")) == set()
}

test_a_time_that_cannot_be_read_counts_as_lately if {
	effects(again("yesterday")) == {"approve"}
	effects(again(1772280000)) == {"approve"}
}

test_the_ledgers_word_counts if {
	both := {"/facts/refunds_of_this_payment": 1, "/facts/refunded_minor_24h": 500}
	effects(sample.put(sample.refund, both)) == {"approve"}
	effects(sample.put(sample.refund, {"/facts/refunds_of_this_payment": 1})) == set()
	effects(sample.put(sample.refund, {"/facts/refunded_minor_24h": 500})) == set()
}

test_other_tools_are_not_meant if {
	effects(sample.put(sample.credit, {"/facts/refunds_of_this_payment": 1, "/facts/refunded_minor_24h": 500})) == set()
}

test_an_approval_counts if effects(sample.approved(again("2026-03-01T11:00:00Z"))) == set()

test_an_approval_of_other_arguments_does_not_count if {
	effects(sample.put(sample.approved(again("2026-03-01T11:00:00Z")), {"/evidence/approval/arguments_digest": "sha256:other"})) == {"approve"}
}

test_an_expired_approval_does_not_count if {
	effects(sample.put(sample.approved(again("2026-03-01T11:00:00Z")), {"/evidence/approval/expires_at": "2026-03-01T12:00:00Z"})) == {"approve"}
}

test_an_approval_by_nobody_does_not_count if {
	effects(sample.put(sample.approved(again("2026-03-01T11:00:00Z")), {"/evidence/approval/by": ""})) == {"approve"}
	effects(sample.put(sample.approved(again("2026-03-01T11:00:00Z")), {"/evidence/approval/by": null})) == {"approve"}
}

test_nobody_approves_their_own_call if {
	effects(sample.put(sample.approved(again("2026-03-01T11:00:00Z")), {"/evidence/approval/by": "billing"})) == {"approve"}
}
