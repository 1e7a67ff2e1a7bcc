# METADATA
# title: Only a visit that is booked for this customer is moved or cancelled
package contact_centre.rules.scheduling.own_visit

import data.contact_centre.call

report contains {"effect": "deny", "message": "This visit is not booked for the customer."} if {
	call.tool in {"erp.reschedule_appointment", "erp.cancel_appointment"}
	not booked
}

booked if call.item(input.resource.appointments, "appointment_id", call.arguments.appointment_id).status == "booked"
