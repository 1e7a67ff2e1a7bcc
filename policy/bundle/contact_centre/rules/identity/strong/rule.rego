# METADATA
# title: Changing contact details, cancelling, a new password and letting a company act need fresh proof of who the customer is
package contact_centre.rules.identity.strong

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "step_up", "message": message} if {
	some wanted, message in messages
	call.group == wanted
	not customer.freshly_strong
}

messages := {
	"contact": "Changing contact details needs a fresh verification code.",
	"cancel": "Cancelling needs a fresh verification code.",
	"consent": "Letting a company act for you needs a fresh verification code.",
	"sign_in": "A link for a new password needs a fresh verification code.",
}
