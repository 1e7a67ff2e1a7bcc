# METADATA
# title: Changes are confirmed by the customer
package contact_centre.rules.changes.confirmed

import data.contact_centre.call
import data.contact_centre.evidence

report contains {"effect": "confirm", "message": "The customer has to confirm exactly this change."} if {
	call.group in {"contact", "scheduling", "device", "offer", "cancel", "change"}
	not evidence.confirmed
}
