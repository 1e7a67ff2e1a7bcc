# METADATA
# title: A patient under age gets no appointment without a guardian on the line
package contact_centre.rules.scheduling.guardian

import data.contact_centre.call
import data.contact_centre.customer

arranged := {"erp.book_appointment", "erp.reschedule_appointment"}

report contains {"effect": "deny", "message": "A guardian has to be on the line for a patient under age."} if {
	call.tool in arranged
	"minor" in customer.flags
	not guardian_on_line
}

guardian_on_line if {
	input.resource.guardian.customer_id == customer.id
	input.resource.guardian.on_line == true
}
