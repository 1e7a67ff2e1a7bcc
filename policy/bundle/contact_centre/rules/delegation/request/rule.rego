# METADATA
# title: Another team's agent is asked with the customer's words, and told no more than was agreed for it
package contact_centre.rules.delegation.request

import data.contact_centre.agents
import data.contact_centre.call

report contains {"effect": "allow", "message": "This may be asked of the other team's agent."} if {
	call.group == "delegation"
	not tells_more
}

report contains {"effect": "deny", "message": "This would tell the other team's agent more than was agreed for it."} if {
	call.group == "delegation"
	tells_more
}

report contains {"effect": "deny", "message": "A partner's request is not passed on to another agent."} if {
	call.group == "delegation"
	agents.partner_involved
}

default shares := "unknown"

shares := call.arguments.shares

tells_more if not is_array(shares)

tells_more if {
	some told in shares
	not told in agreed
}

default agreed := []

agreed := data.roles.default.shared_facts[input.call.server]
