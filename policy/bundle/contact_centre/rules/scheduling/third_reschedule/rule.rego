# METADATA
# title: Moving one visit for the third time needs a supervisor
package contact_centre.rules.scheduling.third_reschedule

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits

report contains {"effect": "approve", "message": message} if {
	call.tool == "erp.reschedule_appointment"
	not moved_seldom
	not evidence.approved
	message := concat("", ["This visit was already moved ", format_int(limits.value("scheduling", "free_reschedules"), 10), " times."])
}

moved_seldom if {
	visit := call.item(input.resource.appointments, "appointment_id", call.arguments.appointment_id)
	is_number(visit.reschedule_count)
	visit.reschedule_count < limits.value("scheduling", "free_reschedules")
}
