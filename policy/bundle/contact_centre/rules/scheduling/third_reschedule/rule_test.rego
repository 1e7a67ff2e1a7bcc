package contact_centre.rules.scheduling.third_reschedule_test

import data.contact_centre.rules.scheduling.third_reschedule
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in third_reschedule.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in third_reschedule.report with input as document with data.revision as sample.revision
}

moved(times) := sample.put(sample.reschedule, {"/resource/appointments/items/0/reschedule_count": times})

test_twice_passes if {
	effects(moved(0)) == set()
	effects(moved(1)) == set()
}

test_the_third_time_needs_a_supervisor if {
	effects(moved(2)) == {"approve"}
	messages(moved(2)) == {"This visit was already moved 2 times."}
}

test_an_unknown_number_of_times_needs_a_supervisor if {
	effects(moved(null)) == {"approve"}
	effects(moved("0")) == {"approve"}
}

test_other_tools_are_not_meant if effects(sample.put(moved(2), {"/call/tool": "cancel_appointment"})) == set()

test_an_approval_counts if effects(sample.approved(moved(2))) == set()

test_an_approval_of_other_arguments_does_not_count if {
	effects(sample.put(sample.approved(moved(2)), {"/evidence/approval/arguments_digest": "sha256:other"})) == {"approve"}
}

test_an_expired_approval_does_not_count if {
	effects(sample.put(sample.approved(moved(2)), {"/evidence/approval/expires_at": "2026-03-01T12:00:00Z"})) == {"approve"}
}

test_an_approval_by_nobody_does_not_count if {
	effects(sample.put(sample.approved(moved(2)), {"/evidence/approval/by": ""})) == {"approve"}
	effects(sample.put(sample.approved(moved(2)), {"/evidence/approval/by": null})) == {"approve"}
}

test_nobody_approves_their_own_call if {
	effects(sample.put(sample.approved(moved(2)), {"/evidence/approval/by": "scheduling"})) == {"approve"}
}
