# METADATA
# title: A customer who proved who they are may be sent a link for a new password, to the address on file
package contact_centre.rules.sign_in.request

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may set a new password by a link to the address on file."} if {
	call.group == "sign_in"
	names_no_address
}

report contains {"effect": "deny", "message": "The link goes to the address on file and nowhere else."} if {
	call.group == "sign_in"
	not names_no_address
}

names_no_address if object.keys(call.arguments) - {"customer_id"} == set()
