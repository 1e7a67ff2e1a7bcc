# METADATA
# title: A visit is booked only into a bookable slot, well ahead
package contact_centre.rules.scheduling.bookable_slot

import data.contact_centre.call
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "deny", "message": "This slot cannot be booked."} if {
	call.tool == "erp.book_appointment"
	not slot
}

report contains {"effect": "deny", "message": message} if {
	call.tool == "erp.book_appointment"
	slot
	not far_enough
	message := concat("", ["A visit is booked at least ", format_int(limits.value("scheduling", "lead_minutes"), 10), " minutes ahead."])
}

slot := call.item(input.resource.slots, "slot_id", call.arguments.slot_id)

far_enough if moment.seconds(slot.starts_at) - moment.now >= 60 * limits.value("scheduling", "lead_minutes")
