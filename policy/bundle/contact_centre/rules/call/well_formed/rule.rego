# METADATA
# title: A call that is not described as it must be is denied
package contact_centre.rules.call.well_formed

import data.contact_centre.call
import data.contact_centre.moment

report contains {"effect": "deny", "message": message} if {
	some part in missing
	message := concat("", ["The call cannot be judged: its ", part, " is missing or malformed."])
}

missing contains "tool" if not call.tool

missing contains "arguments" if not call.arguments

missing contains "arguments digest" if not is_string(input.call.arguments_digest)

missing contains "tenant" if not call.tenant

missing contains "agent" if not call.agent

missing contains "chain" if not chain_is_known

missing contains "customer" if not customer_is_known

missing contains "conversation" if not is_object(input.conversation)

missing contains "resource" if not is_object(input.resource)

missing contains "facts" if not is_object(input.facts)

missing contains "evidence" if not is_object(input.evidence)

missing contains "time" if not moment.now

chain_is_known if {
	is_array(input.principal.chain)
	every id in input.principal.chain {
		is_string(id)
	}
}

# Nobody identified yet.
customer_is_known if input.principal.customer == null

customer_is_known if {
	is_string(input.principal.customer.id)
	input.principal.customer.auth_level in {"anonymous", "authenticated", "strong"}
	is_array(input.principal.customer.flags)
}
