# METADATA
# title: Partner agents do not see how to reach the customer
package contact_centre.rules.agents.partner_privacy

import data.contact_centre.agents
import data.contact_centre.call

obligation contains {"type": "mask", "fields": fields} if {
	agents.partner_involved
	fields := agents.roles.partner_masks[call.tool]
}
