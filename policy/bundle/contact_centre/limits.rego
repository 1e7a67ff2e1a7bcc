# METADATA
# description: The amounts that hold for this tenant and this agent.
package contact_centre.limits

import data.contact_centre.agents
import data.contact_centre.call

effective := object.union(data.limits.default, object.get(data.limits.tenants, call.tenant, {}))

# Partner agents get half the money limits; the divisor is data.
money_back[name] := share(name, effective.money_back[name]) if some name in object.keys(effective.money_back)

share(name, amount) := floor(amount / effective.partners.money_divisor) if {
	endswith(name, "_minor")
	agents.partner_involved
}

share(name, amount) := amount if not endswith(name, "_minor")

share(_, amount) := amount if not agents.partner_involved
