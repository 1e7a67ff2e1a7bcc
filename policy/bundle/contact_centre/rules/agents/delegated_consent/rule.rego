# METADATA
# title: A partner agent acts only with the customer's delegated consent
package contact_centre.rules.agents.delegated_consent

import data.contact_centre.agents

report contains {"effect": "deny", "message": message} if {
	agents.partner_involved
	not consented
	message := "The customer has not agreed that this partner's agent acts for them."
}

consented if input.facts.delegated_consent == true
