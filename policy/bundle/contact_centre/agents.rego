# METADATA
# description: Who proposes the call, and what was granted to them.
package contact_centre.agents

import data.contact_centre.call

roles := object.union(data.roles.default, object.get(data.roles.tenants, call.tenant, {}))

# Everyone who had a hand in the call and is none of ours: the acting partner agent, and strangers in the chain.
partners contains call.agent.id if call.agent.kind == "partner"

partners contains id if {
	some id in input.principal.chain
	not id in object.keys(roles.specialists)
}

partner_involved if count(partners) > 0

granted if {
	call.agent.kind == "specialist"
	call.group in roles.specialists[call.agent.id]
	granted_to_partners
}

granted if {
	call.agent.kind == "representative"
	call.group in roles.representatives
	granted_to_partners
}

granted if {
	call.agent.kind == "partner"
	granted_to_partners
}

granted_to_partners if {
	every id in partners {
		call.tool in roles.partners[id]
	}
}
