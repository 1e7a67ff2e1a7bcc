# METADATA
# title: A call that is not described as it must be is denied
package contact_centre.rules.call.well_formed

import data.contact_centre.call
import data.contact_centre.moment

report contains {"effect": "deny", "message": message} if {
	some part in needed
	not part in sound
	message := concat("", ["The call cannot be judged: its ", part, " is missing or malformed."])
}

needed := {
	"tool", "arguments", "arguments digest", "tenant", "agent", "chain", "customer", "conversation", "resource",
	"facts", "evidence", "time",
}

sound contains "tool" if call.tool

sound contains "arguments" if call.arguments

sound contains "arguments digest" if is_string(input.call.arguments_digest)

sound contains "tenant" if call.tenant

sound contains "agent" if call.agent

sound contains "chain" if chain_is_known

sound contains "customer" if customer_is_known

sound contains "conversation" if is_object(input.conversation)

sound contains "resource" if is_object(input.resource)

sound contains "facts" if is_object(input.facts)

sound contains "evidence" if is_object(input.evidence)

sound contains "time" if moment.now

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
	flags_are_known
}

flags_are_known if is_array(input.principal.customer.flags)

# For a read the gate does not look the account up.
flags_are_known if {
	call.kind == "read"
	not "flags" in object.keys(input.principal.customer)
}
