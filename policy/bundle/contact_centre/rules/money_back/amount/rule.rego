# METADATA
# title: Money back is a positive whole amount in minor units
package contact_centre.rules.money_back.amount

import data.contact_centre.call

report contains {"effect": "deny", "message": "The amount is not a positive whole number of minor units."} if {
	call.group == "money_back"
	not call.amount_minor
}
