# METADATA
# title: A partner agent does not ask again at once what the customer has just said no to
package contact_centre.rules.agents.consent_pause

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "deny", "message": message} if {
	call.group == "consent_request"
	some held in customer.account.partner_consents
	held.partner == call.agent.id
	held.status == "withdrawn"
	not long_ago(held)
	message := "The customer has just refused this partner's agent, or taken its permission back."
}

long_ago(held) if {
	moment.now - moment.seconds(held.decided_at) >= 3600 * limits.value("partners", "consent_pause_hours")
}
