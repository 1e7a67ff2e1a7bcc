# METADATA
# title: Changes are confirmed by the customer, but for a no to our messages or to a partner, which is obeyed at once
package contact_centre.rules.changes.confirmed

import data.contact_centre.call
import data.contact_centre.evidence

report contains {"effect": "confirm", "message": "The customer has to confirm exactly this change."} if {
	call.group in {"contact", "scheduling", "device", "offer", "cancel", "change", "sign_in", "consent"}
	not evidence.confirmed
	not takes_back
}

takes_back if refuses_messages

takes_back if call.tool == "crm.withdraw_partner_consent"

refuses_messages if {
	call.tool == "crm.set_consent"
	call.arguments.field in {"marketing", "service"}
	call.arguments.value == false
}
