# METADATA
# title: Only the customer lets a partner's agent act for them, and gives no more than it asked for
package contact_centre.rules.agents.consent_given

import data.contact_centre.agents
import data.contact_centre.call
import data.contact_centre.consents
import data.contact_centre.moment

report contains {"effect": "allow", "message": "Customers may let a company's agent act for them."} if {
	call.group == "consent"
}

report contains {"effect": "deny", "message": "Partners' agents give no permissions, and take none away."} if {
	call.tool in {"crm.give_partner_consent", "crm.withdraw_partner_consent"}
	agents.partner_involved
}

report contains {"effect": "deny", "message": "No company asked for exactly this, or it was decided before."} if {
	call.group == "consent"
	not asked_for
}

asked_for if {
	consents.known.status in {"requested", "withdrawn"}
	consents.known.partner == call.arguments.partner
	call.whole(call.arguments.amount_minor)
	call.arguments.amount_minor <= consents.known.amount_minor
	last := moment.day(call.arguments.until)
	last >= moment.today
	last <= moment.day(consents.known.until)
}
