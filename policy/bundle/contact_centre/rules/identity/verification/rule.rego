# METADATA
# title: A code may be sent to and checked with whoever claims to be a customer
package contact_centre.rules.identity.verification

import data.contact_centre.call

report contains {"effect": "allow", "message": "Anybody may be asked to prove who they are."} if {
	call.group == "verification"
}
