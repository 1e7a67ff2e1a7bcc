# METADATA
# title: The customer confirms the exact amount of money back
package contact_centre.rules.money_back.confirmed_amount

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.money

report contains {"effect": "confirm", "message": message} if {
	call.group == "money_back"
	not evidence.confirmed
	message := concat("", ["The customer has to confirm the exact amount, ", money.text(call.amount_minor), "."])
}
