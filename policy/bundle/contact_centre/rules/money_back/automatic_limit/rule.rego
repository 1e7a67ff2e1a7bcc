# METADATA
# title: Money back above the automatic limit needs a supervisor
package contact_centre.rules.money_back.automatic_limit

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.money

report contains {"effect": "approve", "message": message} if {
	call.group == "money_back"
	call.amount_minor > limits.money("automatic_minor")
	not evidence.approved
	message := concat("", [
		money.text(call.amount_minor), " is above ", money.text(limits.money("automatic_minor")),
		", the most that goes back without approval.",
	])
}
