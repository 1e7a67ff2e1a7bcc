package contact_centre.rules.scheduling.bookable_slot_test

import data.contact_centre.rules.scheduling.bookable_slot
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in bookable_slot.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in bookable_slot.report with input as document with data.revision as sample.revision
}

test_a_bookable_slot_passes if effects(sample.booking) == set()

test_another_slot_is_denied if {
	messages(sample.put(sample.booking, {"/call/arguments/slot_id": "T-9"})) == {"This slot cannot be booked."}
	effects(sample.put(sample.booking, {"/call/arguments/slot_id": "T-9"})) == {"deny"}
	effects(sample.without(sample.booking, "/resource/slots")) == {"deny"}
}

test_a_slot_too_soon_is_denied if {
	messages(sample.put(sample.booking, {"/now": "2026-03-01T12:00:01Z"})) == {"A visit is booked at least 120 minutes ahead."}
	effects(sample.put(sample.booking, {"/now": "2026-03-01T12:00:01Z"})) == {"deny"}
	effects(sample.put(sample.booking, {"/resource/slots/items/0/starts_at": "soon"})) == {"deny"}
}

test_a_visit_is_moved_to_a_bookable_slot_only if {
	effects(sample.reschedule) == set()
	effects(sample.put(sample.reschedule, {"/call/arguments/slot_id": "T-9"})) == {"deny"}
}

test_other_tools_are_not_meant if {
	effects(sample.put(sample.booking, {"/call/tool": "cancel_appointment", "/now": "2026-03-01T13:00:00Z"})) == set()
}
