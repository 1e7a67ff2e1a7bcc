# METADATA
# title: Account data and changes are for customers who signed in or proved who they are
package contact_centre.rules.identity.authenticated

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "deny", "message": "Nobody has been identified as the customer yet."} if {
	guarded
	not customer.id
}

report contains {"effect": "step_up", "message": "The customer must first prove who they are."} if {
	guarded
	customer.id
	not customer.authenticated
}

guarded if not call.group in {"public_read", "find", "verification"}
