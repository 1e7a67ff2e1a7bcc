# METADATA
# title: Partner agents do not see how to reach the customer
package contact_centre.rules.agents.partner_privacy

import data.contact_centre.agents

obligation contains {"type": "mask", "fields": fields} if {
	agents.partner_involved
	fields := agents.masked_fields
}
