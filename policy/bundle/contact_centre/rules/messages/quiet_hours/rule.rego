# METADATA
# title: Nobody is written to at night, except with what they just asked for
package contact_centre.rules.messages.quiet_hours

import data.contact_centre.call
import data.contact_centre.limits

report contains {"effect": "deny", "message": "It is too late or too early at the customer's place."} if {
	call.group == "message"
	call.arguments.purpose != "requested"
	not daytime
}

daytime if {
	call.whole(input.facts.customer_local_minute)
	input.facts.customer_local_minute >= limits.value("messages", "quiet_until_minute")
	input.facts.customer_local_minute < limits.value("messages", "quiet_from_minute")
}
