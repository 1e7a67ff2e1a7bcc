package contact_centre.rules.money_back.changed_contact_test

import data.contact_centre.rules.money_back.changed_contact
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in changed_contact.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in changed_contact.report with input as document with data.revision as sample.revision
}

since(at) := sample.put(sample.refund, {"/resource/account/contact_changed_at": at})

strong(document) := sample.put(document, {"/principal/customer/auth_level": "strong"})

test_an_old_change_passes if {
	effects(sample.refund) == set()
	effects(since("2026-02-22T12:00:00Z")) == set()
	effects(sample.without(sample.refund, "/resource/account/contact_changed_at")) == set()
	effects(sample.without(sample.refund, "/facts/contact_changed_in_conversation")) == set()
	effects(sample.put(sample.refund, {"/facts/contact_changed_in_conversation": null})) == set()
}

test_a_recent_change_needs_proof_and_a_supervisor if {
	effects(since("2026-02-22T12:00:01Z")) == {"approve", "step_up"}
	effects(strong(since("2026-02-27T12:00:00Z"))) == {"approve"}
	effects(sample.approved(since("2026-02-27T12:00:00Z"))) == {"step_up"}
	effects(sample.approved(strong(since("2026-02-27T12:00:00Z")))) == set()
	messages(since("2026-02-27T12:00:00Z")) == {"Contact details changed within 7 days."}
}

test_a_change_in_this_conversation_counts if {
	effects(sample.put(sample.refund, {"/facts/contact_changed_in_conversation": true})) == {"approve", "step_up"}
	effects(sample.put(sample.refund, {"/facts/contact_changed_in_conversation": "yes"})) == {"approve", "step_up"}
}

test_a_time_that_cannot_be_read_counts_as_just_now if effects(since("lately")) == {"approve", "step_up"}

test_other_tools_are_not_meant if {
	effects(sample.put(sample.note, {"/facts/contact_changed_in_conversation": true})) == set()
}
