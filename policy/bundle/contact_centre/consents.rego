# METADATA
# description: What the customer allowed single partners to do, as the CRM has it and the gate read it.
package contact_centre.consents

import data.contact_centre.agents
import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.moment

# The customer lets every partner act for them: the older, undivided consent.
for_all if input.facts.delegated_consent == true

# The permissions of a partner that hold today and name the proposed tool.
holding(id) := [held |
	some held in customer.account.partner_consents
	held.partner == id
	held.status == "given"
	call.tool in held.tools
	moment.today <= moment.day(held.until)
]

# What partners ask for, or have, by the permission's number.
known := found if {
	some found in customer.account.partner_consents
	found.consent_id == call.arguments.consent_id
}

limited_to(id) := max([held.amount_minor | some held in holding(id); call.whole(held.amount_minor)])

exceeded contains id if {
	some id in agents.partners
	count(holding(id)) > 0
	not within(id)
}

within(id) if call.amount_minor <= limited_to(id)
