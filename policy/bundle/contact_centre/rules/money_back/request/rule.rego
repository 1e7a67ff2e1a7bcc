# METADATA
# title: Money goes back to a signed-in customer within the rules of this area
package contact_centre.rules.money_back.request

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.money

report contains {"effect": "allow", "message": message} if {
	call.group == "money_back"
	not evidence.approved
	message := concat("", [money.text(call.amount_minor), " is within what may go back without approval."])
}

report contains {"effect": "allow", "message": message} if {
	call.group == "money_back"
	evidence.approved
	message := concat("", ["A supervisor approved that ", money.text(call.amount_minor), " go back."])
}
