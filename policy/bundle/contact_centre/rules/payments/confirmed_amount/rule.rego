# METADATA
# title: The customer confirms the exact amount and the masked method before anything is taken
package contact_centre.rules.payments.confirmed_amount

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.money

report contains {"effect": "confirm", "message": message} if {
	call.group == "payment"
	not evidence.confirmed
	message := concat("", ["The customer has to confirm ", money.text(call.amount_minor), " and the payment method."])
}
