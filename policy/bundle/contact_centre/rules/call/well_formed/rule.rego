# METADATA
# title: A call that is not described as it must be is denied
package contact_centre.rules.call.well_formed

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.moment

report contains {"effect": "deny", "message": message} if {
	some part in (needed - sound)
	message := concat("", ["The call cannot be judged: its ", part, " is missing or malformed."])
}

needed := {
	"tool", "arguments", "tenant", "agent", "chain", "customer", "conversation", "resource",
	"facts", "evidence", "time",
}

sound contains "tool" if call.tool

sound contains "arguments" if call.digested

sound contains "tenant" if call.tenant

sound contains "agent" if call.agent

sound contains "chain" if chain_is_known

sound contains "customer" if customer.described

sound contains "conversation" if is_object(input.conversation)

sound contains "resource" if is_object(input.resource)

sound contains "facts" if is_object(input.facts)

sound contains "evidence" if is_object(input.evidence)

sound contains "time" if is_timed

# Nothing about a read depends on the time.
is_timed if {
	call.kind == "read"
	is_string(input.now)
} else if {
	moment.now
}

chain_is_known if {
	is_array(input.principal.chain)
	every id in input.principal.chain {
		is_string(id)
	}
}
