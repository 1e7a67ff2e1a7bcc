# METADATA
# title: A signed-in customer may take an offer that is theirs
package contact_centre.rules.retention.request

import data.contact_centre.call

report contains {"effect": "allow", "message": "The customer is eligible for this offer."} if {
	call.group == "offer"
	offer_is_theirs
}

report contains {"effect": "deny", "message": "This offer is not open to the customer on these terms."} if {
	call.group == "offer"
	not offer_is_theirs
}

offer_is_theirs if {
	offer := call.item(input.resource.offers, "offer_id", call.arguments.offer_id)
	offer.eligible == true
	offer.discount_percent == call.arguments.discount_percent
	offer.months == call.arguments.months
}
