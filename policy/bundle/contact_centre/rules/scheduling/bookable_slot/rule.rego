# METADATA
# title: A visit is booked only into a bookable slot, well ahead
package contact_centre.rules.scheduling.bookable_slot

import data.contact_centre.call
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "deny", "message": "This slot cannot be booked."} if {
	takes_a_slot
	not slot
}

report contains {"effect": "deny", "message": message} if {
	takes_a_slot
	slot
	not far_enough
	message := concat("", ["A visit is booked at least ", format_int(limits.value("scheduling", "lead_minutes"), 10), " minutes ahead."])
}

takes_a_slot if call.tool in {"erp.book_appointment", "erp.reschedule_appointment"}

slot := call.item(input.resource.slots, "slot_id", call.arguments.slot_id)

far_enough if moment.seconds(slot.starts_at) - moment.now >= 60 * limits.value("scheduling", "lead_minutes")
