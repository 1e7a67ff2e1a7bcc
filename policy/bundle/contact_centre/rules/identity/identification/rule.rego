# METADATA
# title: Customers are looked up only while nobody has proven who they are
package contact_centre.rules.identity.identification

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "allow", "message": "The customer still has to be identified."} if {
	call.group == "find"
	not customer.authenticated
}

report contains {"effect": "allow", "message": "A representative may look customers up."} if {
	call.group == "find"
	call.agent.kind == "representative"
}
