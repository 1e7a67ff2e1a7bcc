package contact_centre.rules.scheduling.own_visit_test

import data.contact_centre.rules.scheduling.own_visit
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_visit.report with input as document with data.revision as sample.revision
}

test_a_booked_visit_passes if {
	effects(sample.reschedule) == set()
	effects(sample.put(sample.reschedule, {"/call/tool": "cancel_appointment"})) == set()
}

test_another_visit_is_denied if {
	every tool in {"reschedule_appointment", "cancel_appointment"} {
		document := sample.put(sample.reschedule, {"/call/tool": tool})
		effects(sample.put(document, {"/call/arguments/appointment_id": "WO-9"})) == {"deny"}
		effects(sample.put(document, {"/resource/appointments/items/0/status": "cancelled"})) == {"deny"}
		effects(sample.without(document, "/resource/appointments")) == {"deny"}
	}
}

test_other_tools_are_not_meant if effects(sample.booking) == set()
