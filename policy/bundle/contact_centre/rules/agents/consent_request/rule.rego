# METADATA
# title: A partner agent asks the customer's permission for itself, and for no more than it could be granted
package contact_centre.rules.agents.consent_request

import data.contact_centre.agents
import data.contact_centre.call
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "allow", "message": "A partner's agent may ask the customer's permission."} if {
	call.group == "consent_request"
}

report contains {"effect": "deny", "message": message} if {
	call.group == "consent_request"
	some message, kept in {
		"A permission is asked for by the partner's agent that gets it.": for_itself,
		"This is more than the partner was granted.": within_grant,
		"This is more money than partners' agents may move.": within_limit,
		"A permission does not hold for so long.": within_time,
	}
	kept == false
}

default for_itself := false

for_itself if {
	call.agent.kind == "partner"
	call.arguments.partner == call.agent.id
	agents.partners == {call.agent.id}
}

default within_grant := false

within_grant if {
	is_array(call.arguments.tools)
	count(call.arguments.tools) > 0
	every tool in call.arguments.tools {
		tool in agents.tools_of_partner(call.agent.id)
	}
}

default within_limit := false

within_limit if {
	call.whole(call.arguments.amount_minor)
	call.arguments.amount_minor <= limits.money("approved_minor")
}

default within_time := false

within_time if {
	last := moment.day(call.arguments.until)
	last >= moment.today
	last <= moment.today + limits.value("partners", "consent_days")
}
