# METADATA
# title: One accepted offer in twelve months
package contact_centre.rules.retention.one_offer

import data.contact_centre.call
import data.contact_centre.limits

report contains {"effect": "deny", "message": "The customer already accepted an offer in the last twelve months."} if {
	call.group == "offer"
	not first_this_year
}

first_this_year if {
	is_number(input.resource.offers.accepted_12m)
	input.resource.offers.accepted_12m < limits.value("retention", "offers_per_year")
}
