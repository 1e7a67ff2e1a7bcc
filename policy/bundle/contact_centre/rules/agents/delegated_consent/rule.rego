# METADATA
# title: A partner agent acts only with the customer's delegated consent
package contact_centre.rules.agents.delegated_consent

import data.contact_centre.agents
import data.contact_centre.call
import data.contact_centre.consents

report contains {"effect": "deny", "message": message} if {
	not consented
	not call.group == "consent_request"
	message := "The customer has not agreed that this partner's agent acts for them."
}

consented if consents.for_all

consented if {
	every id in agents.partners {
		count(consents.holding(id)) > 0
	}
}
