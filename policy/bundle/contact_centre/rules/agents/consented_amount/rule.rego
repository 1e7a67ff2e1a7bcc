# METADATA
# title: A partner agent moves no more money at a time than the customer allowed it
package contact_centre.rules.agents.consented_amount

import data.contact_centre.call
import data.contact_centre.consents
import data.contact_centre.money

report contains {"effect": "deny", "message": message} if {
	"amount_minor" in object.keys(call.arguments)
	not consents.for_all
	some id in consents.exceeded
	message := concat("", ["The customer allows this partner's agent ", allowed(id), " at a time."])
}

allowed(id) := concat(" ", ["at most", money.text(most)]) if {
	most := consents.limited_to(id)
	most > 0
}

allowed(id) := "no money" if not moves(id)

moves(id) if consents.limited_to(id) > 0
