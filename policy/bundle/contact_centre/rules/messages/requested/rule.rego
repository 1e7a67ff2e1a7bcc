# METADATA
# title: Outside a written procedure the customer's own yes proves that they asked for a message
package contact_centre.rules.messages.requested

import data.contact_centre.agents
import data.contact_centre.call
import data.contact_centre.evidence

report contains {"effect": "confirm", "message": "The customer has to confirm that they want this message."} if {
	call.group == "message"
	call.arguments.purpose == "requested"
	not in_procedure
	not evidence.confirmed
}

in_procedure if {
	is_string(call.agent.procedure)
	call.agent.procedure != ""
	not agents.partner_involved
}
