# METADATA
# title: Money back above what a supervisor may approve here goes to a person
package contact_centre.rules.money_back.approved_limit

import data.contact_centre.call
import data.contact_centre.limits
import data.contact_centre.money

report contains {"effect": "handoff", "message": message} if {
	call.group == "money_back"
	call.amount_minor > limits.money("approved_minor")
	message := concat("", [
		money.text(call.amount_minor), " is above ", money.text(limits.money("approved_minor")),
		", the most that can be approved here.",
	])
}
