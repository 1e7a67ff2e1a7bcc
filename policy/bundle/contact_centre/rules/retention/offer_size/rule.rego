# METADATA
# title: Large offers need a supervisor
package contact_centre.rules.retention.offer_size

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits

report contains {"effect": "approve", "message": message} if {
	call.group == "offer"
	not small
	not evidence.approved
	message := concat("", [
		"The offer is above ", format_int(limits.value("retention", "automatic_percent"), 10), " % or ",
		format_int(limits.value("retention", "automatic_months"), 10), " months.",
	])
}

small if {
	is_number(call.arguments.discount_percent)
	is_number(call.arguments.months)
	call.arguments.discount_percent <= limits.value("retention", "automatic_percent")
	call.arguments.months <= limits.value("retention", "automatic_months")
}
