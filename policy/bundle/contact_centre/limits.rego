# METADATA
# description: The amounts that hold for this tenant and this agent.
package contact_centre.limits

import data.contact_centre.agents
import data.contact_centre.call

# A section of the tenant's limits: its own values over the default ones.
section(name) := found if found := object.union(data.limits.default[name], data.limits.tenants[call.tenant][name])

else := found if {
	found := data.limits.default[name]
	is_object(found)
}

else := {}

value(of, name) := section(of)[name]

currency := found if found := data.limits.tenants[call.tenant].currency

else := found if found := data.limits.default.currency

# Partner agents get half the money limits; the divisor is data.
money(name) := value("money_back", name) if not agents.partner_involved

money(name) := floor(value("money_back", name) / value("partners", "money_divisor")) if {
	agents.partner_involved
	endswith(name, "_minor")
}

money(name) := value("money_back", name) if {
	agents.partner_involved
	not endswith(name, "_minor")
}
