# METADATA
# description: Who proposes the call, and what was granted to them.
package contact_centre.agents

import data.contact_centre.call

# Everyone who had a hand in the call and is none of ours: the acting partner agent, and strangers in the chain.
partners contains call.agent.id if call.agent.kind == "partner"

partners contains id if {
	some id in input.principal.chain
	not ours(id)
}

ours(id) if data.roles.default.specialists[id]

ours(id) if data.roles.tenants[call.tenant].specialists[id]

partner_involved if count(partners) > 0

granted if {
	call.agent.kind == "specialist"
	call.group in groups_of_specialist
	granted_to_partners
}

granted if {
	call.agent.kind == "representative"
	call.group in groups_of_representatives
	granted_to_partners
}

granted if {
	call.agent.kind == "partner"
	granted_to_partners
}

# Whoever was granted anything may ask the customer's permission to use it.
granted if {
	call.agent.kind == "partner"
	call.group == "consent_request"
	count(tools_of_partner(call.agent.id)) > 0
}

# A tenant's own grants, or the default ones.
groups_of_specialist := found if found := data.roles.tenants[call.tenant].specialists[call.agent.id]

else := found if found := data.roles.default.specialists[call.agent.id]

groups_of_representatives := found if found := data.roles.tenants[call.tenant].representatives

else := found if found := data.roles.default.representatives

tools_of_partner(id) := found if found := data.roles.tenants[call.tenant].partners[id]

else := found if found := data.roles.default.partners[id]

granted_to_partners if {
	every id in partners {
		call.tool in tools_of_partner(id)
	}
}

masked_fields := found if found := data.roles.tenants[call.tenant].partner_masks[call.tool]

else := found if found := data.roles.default.partner_masks[call.tool]
