# METADATA
# description: The customer on whose behalf the call is proposed, as the channel and the owning system know them.
package contact_centre.customer

import data.contact_centre.call
import data.contact_centre.limits

default level := "anonymous"

id := input.principal.customer.id if {
	is_string(input.principal.customer.id)
	input.principal.customer.id != ""
}

level := input.principal.customer.auth_level if {
	id
	input.principal.customer.auth_level in {"authenticated", "strong"}
}

authenticated if level in {"authenticated", "strong"}

strong if level == "strong"

# Proven by a strong sign-in or a code, no longer ago than the limits grant.
freshly_strong if {
	strong
	is_number(input.principal.customer.auth_age_s)
	input.principal.customer.auth_age_s >= 0
	input.principal.customer.auth_age_s <= limits.value("identity", "strong_max_age_s")
}

flags contains flag if some flag in input.principal.customer.flags

flags contains flag if some flag in account.flags

# The gate reads the account from the owning system; another customer's is no account at all.
account := input.resource.account if {
	is_object(input.resource.account)
	input.resource.account.customer_id == id
}

# Nobody identified yet.
described if input.principal.customer == null

described if {
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
